//! Evaluates who could reach what in the present world: an audit's questions, answered without waiting for traffic.

mod through;

use crate::applications::OTHER;
use crate::input::QueryParameters;
use crate::page::{PageRequest, Place, SortKey};
use crate::refusal::JsonResult;
use crate::{Control, Refusal, find};
use axum::extract::State;
use countersign_admission::Admission;
use countersign_api::{self as api, rows};
use countersign_decide::{Class, Need, Reach, Survey, Target};
use countersign_facts::{ApplicationStage, Route};
use countersign_names::{Action, ApplicationName, Principal, ResourceName, Timestamp};
use countersign_policy::{Items, PolicySet};
use countersign_world::{Application, Device, Standing, World};
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use through::Through;

/// The circumstances of a hypothetical request: what the caller gives, or the plainest.
#[derive(Debug, Default, Clone)]
struct Circumstances {
    address: Option<IpAddr>,
    operation: Option<String>,
    item: Option<String>,
}

impl Circumstances {
    fn target(&self, resource: &ResourceName, action: Action) -> Target {
        let plain = match action {
            Action::Read | Action::Download | Action::Connect => "GET",
            Action::Write | Action::Administer => "POST",
        };
        Target {
            resource: resource.clone(),
            action,
            operation: self.operation.clone().unwrap_or_else(|| plain.to_owned()),
            item: self.item.clone().unwrap_or_else(|| "/".to_owned()),
            address: self.address,
        }
    }
}

/// What a question is evaluated against: one world, one policy set, one moment.
pub struct PresentState {
    pub world: Arc<World>,
    pub policies: Arc<PolicySet>,
    pub now: Timestamp,
    pub admission: Admission,
}

impl PresentState {
    /// Returns the present state.
    pub fn of(control: &Control) -> Self {
        let admission = control.admission().clone();
        Self { world: control.world(), policies: admission.policies(), now: control.now(), admission }
    }

    fn survey(&self) -> Survey<'_> {
        let confirmed =
            |device: &Arc<Device>| Some((device.id, self.admission.posture_confirmed_at(device)?));
        let postures = self.world.devices().filter_map(confirmed).collect();
        Survey::new(&self.world, &self.policies, self.now).with_postures(postures)
    }

    /// Returns whether an anonymous request without any evidence is permitted, and by which policies.
    pub fn anybody<'a>(&'a self) -> impl FnMut(&ResourceName, Action) -> Option<Reach> + 'a {
        // Nobody's device needs no posture.
        let mut survey = Survey::new(&self.world, &self.policies, self.now);
        let how = Circumstances::default();
        move |resource, action| {
            let reach = survey.reach(Principal::Anonymous, &how.target(resource, action))?;
            (reach.class == Class::Now).then_some(reach)
        }
    }
}

/// Runs a long evaluation on a blocking thread: it covers every principal, and other requests must not wait for it.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Refusal::unavailable(format!("the question was not finished: {error}")))?
}

pub async fn who(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::reach::WhoCanQuestion>,
) -> JsonResult<api::WhoCan> {
    let rows::reach::WhoCanQuestion { resource, action, class, limit, cursor, address, operation, item } =
        asked;
    let page = PageRequest::in_one_order(rows::reach::WHO.id(), limit, cursor.as_deref())?;
    let how = Circumstances { address, operation, item };
    let present = PresentState::of(&control);
    let asking = move || who_can(&present, &how.target(&resource, action), class, &page);
    aside(asking).await.map(axum::Json)
}

pub async fn what(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::reach::WhatCanQuestion>,
) -> JsonResult<api::WhatCan> {
    let rows::reach::WhatCanQuestion { person, application, limit, cursor, address, operation, item } = asked;
    let page = PageRequest::in_one_order(rows::reach::WHAT.id(), limit, cursor.as_deref())?;
    let how = Circumstances { address, operation, item };
    let present = PresentState::of(&control);
    let origin = control.settings().sign_in_origin.clone();
    let asking = move || {
        let mut found = what_can(&present, &person.0, application.as_ref(), &how, &page)?;
        for item in &mut found.items {
            let known = present.world.application(item.application.as_str());
            item.url = known.and_then(|known| first_page(known, &origin));
        }
        Ok(found)
    };
    aside(asking).await.map(axum::Json)
}

fn who_can(
    present: &PresentState,
    target: &Target,
    class: Option<api::ReachClass>,
    page: &PageRequest,
) -> Result<api::WhoCan, Refusal> {
    let (world, resource) = (&*present.world, &target.resource);
    let application = known(world, resource)?;
    let mut survey = present.survey();
    let mut asked: Vec<Principal> = world.people().map(|person| Principal::Person(person.id)).collect();
    asked.extend(world.services().map(|service| Principal::Service(service.id)));
    let mut found: Vec<(Principal, Reach)> =
        asked.into_iter().filter_map(|who| Some((who, survey.reach(who, target)?))).collect();
    let nobody = survey.reach(Principal::Anonymous, target);
    let counts = |services: bool| {
        let of = |who: &Principal| matches!(who, Principal::Service(_)) == services;
        found.iter().filter(|(who, _)| of(who)).fold(api::ReachCounts::default(), counted)
    };
    let (people, services) = (counts(false), counts(true));
    let reads =
        found.iter().map(|(_, reach)| reach).chain(&nobody).fold(Items::NONE, |all, r| all.and(r.reads));
    found.retain(|(_, reach)| class.is_none_or(|only| shown_class(&reach.class) == only));
    let through = Through::new(world, &present.policies);
    let label = application.label(resource);
    let (items, next) =
        page.select(found, |(who, reach), _| place_of(world, *who, &reach.class)).into_parts();
    let items = items.into_iter().map(|(who, reach)| {
        let (name, email) = name_of(world, who);
        let through = through.of(who, &reach.permitted_by);
        api::Reacher { principal: who, name, email, through, reach: shown(reach) }
    });
    Ok(api::WhoCan {
        resource: resource.clone(),
        action: target.action,
        sensitivity: label.unwrap_or(countersign_names::Sensitivity::Restricted),
        labelled: label.is_some(),
        observed: application.about.stage == ApplicationStage::Observe,
        anonymous: nobody.is_some_and(|reach| reach.class == Class::Now),
        depends_on: depends_on(reads),
        people,
        services,
        items: items.collect(),
        more: next.is_some(),
        next,
    })
}

/// Returns the place of a principal in the list: by class, name and address, then by id.
fn place_of(world: &World, who: Principal, class: &Class) -> Place<'static> {
    let class = match class {
        Class::Now => 0,
        Class::With(_) => 1,
        Class::Never => 2,
    };
    let (name, email) = name_of(world, who);
    // No name holds the character between the two, so the address is compared only between equal names.
    let key = format!("{class}{name}\0{}", email.unwrap_or_default());
    let id = match who {
        Principal::Person(person) => SortKey::id(person.bits()),
        Principal::Service(service) => SortKey::id(service.bits()),
        Principal::Anonymous => SortKey::Id(0, 0),
    };
    (SortKey::Text(Cow::Owned(key)), id)
}

fn what_can(
    present: &PresentState,
    person: &str,
    only: Option<&ApplicationName>,
    how: &Circumstances,
    page: &PageRequest,
) -> Result<api::WhatCan, Refusal> {
    let world = &*present.world;
    let person = find::person_in_path(world, person)?;
    let mut applications: Vec<&Arc<Application>> = match only {
        None => world.applications().collect(),
        Some(name) => vec![
            world
                .application(name.as_str())
                .ok_or_else(|| Refusal::not_found("application", name).about_field("application"))?,
        ],
    };
    applications.sort_by(|a, b| a.name.cmp(&b.name));
    let parts = applications
        .into_iter()
        .flat_map(|known| (0..).zip(parts(known)).map(move |(at, part)| (known, at, part)));
    let place = |(known, at, _): &(&Arc<Application>, i64, ResourceName), _: &'static str| {
        (SortKey::Text(Cow::Owned(known.name.to_string())), SortKey::Number(*at))
    };
    let (parts, next) =
        page.first_of(parts.filter(|part| page.follows(&place(part, page.sort()))), place).into_parts();
    let mut survey = present.survey();
    let mut items = Vec::new();
    for (application, _, resource) in parts {
        let actions = Action::ALL.iter().filter_map(|action| {
            let reach = survey.reach(Principal::Person(person.id), &how.target(&resource, *action))?;
            Some(api::ReachableAction {
                action: *action,
                depends_on: depends_on(reach.reads),
                reach: shown(reach),
            })
        });
        let actions = actions.collect();
        items.push(reachable(application, resource, actions));
    }
    Ok(api::WhatCan {
        person: person.id,
        name: person.about.name.clone(),
        email: person.about.email.clone(),
        suspended: person.standing != Standing::Active,
        items,
        more: next.is_some(),
        next,
    })
}

fn reachable(
    application: &Application,
    resource: ResourceName,
    actions: Vec<api::ReachableAction>,
) -> api::Reachable {
    let label = application.label(&resource);
    let routes = application.about.http().map_or(&[][..], |http| http.routes.of(resource.part()));
    api::Reachable {
        application: application.name.clone(),
        routes: routes.iter().map(route).collect(),
        sensitivity: label.unwrap_or(countersign_names::Sensitivity::Restricted),
        labelled: label.is_some(),
        observed: application.about.stage == ApplicationStage::Observe,
        url: None,
        resource,
        actions,
    }
}

/// Returns the address of an application's first page. Applications are reached with the scheme and port of the sign-in
/// host.
fn first_page(application: &Application, origin: &str) -> Option<String> {
    let host = application.about.http()?.hosts.first()?;
    let mut url = url::Url::parse(origin).ok()?;
    url.set_host(Some(host)).ok()?;
    Some(url.to_string())
}

fn route(route: &Route) -> String {
    let methods: Vec<&str> = route.methods.iter().map(|method| method.as_str()).collect();
    if methods.is_empty() { route.path.clone() } else { format!("{} {}", methods.join(","), route.path) }
}

/// Returns every part of an application: the declared ones, those that only have a label, and `other`.
pub fn parts(application: &Application) -> Vec<ResourceName> {
    let declared = application.about.resources.iter().map(|resource| resource.part.as_str());
    let named = declared.chain([OTHER]).filter_map(|part| ResourceName::new(&application.name, part).ok());
    let mut parts: Vec<ResourceName> = Vec::new();
    for part in named.chain(application.labels.keys().cloned()) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

/// Checks that the part exists: an unknown one would be evaluated with the application's label, and the answer would be
/// meaningless.
fn known<'a>(world: &'a World, resource: &ResourceName) -> Result<&'a Arc<Application>, Refusal> {
    let name = resource.application();
    let application = world
        .application(name.as_str())
        .ok_or_else(|| Refusal::not_found("application", name).about_field("resource"))?;
    let parts = parts(application);
    if parts.contains(resource) {
        return Ok(application);
    }
    let there: Vec<_> = parts.iter().map(ToString::to_string).collect();
    Err(Refusal::not_found("resource", resource)
        .about_field("resource")
        .remedy(format!("{name} has {}", there.join(", "))))
}

const fn shown_class(class: &Class) -> api::ReachClass {
    match class {
        Class::Now => api::ReachClass::Now,
        Class::With(_) => api::ReachClass::With,
        Class::Never => api::ReachClass::Never,
    }
}

fn counted(mut counts: api::ReachCounts, (_, reach): &(Principal, Reach)) -> api::ReachCounts {
    match reach.class {
        Class::Now => counts.now += 1,
        Class::With(_) => counts.with += 1,
        Class::Never => counts.never += 1,
    }
    counts
}

fn name_of(world: &World, who: Principal) -> (String, Option<String>) {
    match who {
        Principal::Person(id) => world.person(id).map_or_else(Default::default, |person| {
            (person.about.name.clone(), Some(person.about.email.clone()))
        }),
        Principal::Service(id) => {
            (world.service(id).map_or_else(String::new, |known| known.name.clone()), None)
        }
        Principal::Anonymous => ("anonymous".to_owned(), None),
    }
}

fn shown(reach: Reach) -> api::Reach {
    let class = shown_class(&reach.class);
    let needs = match &reach.class {
        Class::With(needs) => needs.as_slice(),
        Class::Now | Class::Never => &[],
    };
    let need = |need: &Need| api::ReachNeed { need: need.as_str().to_owned(), text: need.to_string() };
    api::Reach {
        class,
        needs: needs.iter().map(need).collect(),
        permitted_by: reach.permitted_by,
        stopped_by: reach.stopped_by,
        device: reach.device,
        grant: reach.grant,
        exceptions: reach.exceptions,
    }
}

/// Names what of a request the policies read, in the API's words. Tags are missing: they belong to the resource, whose
/// label every policy may read, so reads of the two look the same.
fn depends_on(reads: Items) -> Vec<String> {
    const NAMES: [(Items, &str); 5] = [
        (Items::PLACE, "address"),
        (Items::OPERATION, "operation"),
        (Items::ITEM, "item"),
        (Items::CONTENT_TYPE, "content_type"),
        (Items::TIME, "time"),
    ];
    NAMES.iter().filter(|(item, _)| reads.has(*item)).map(|(_, name)| (*name).to_owned()).collect()
}
