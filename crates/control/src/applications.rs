//! Applications and labels: commands and views.

mod http;
mod meaning;

pub use meaning::meaning;

use crate::input::{Json, QueryParameters, in_path, on_record};
use crate::page::{PageParameters, Search, SortKey};
use crate::refusal::JsonResult;
use crate::secret::sha256;
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_facts::{
    ApplicationFact, ApplicationProtocol, ApplicationStage, Fact, Resource, ResourceFact, Stated,
};
use countersign_names::{ApplicationName, ResourceName};
use countersign_world::{Application, World};
use std::sync::Arc;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::applications::ApplicationFilter>,
) -> JsonResult<api::Items<api::Application>> {
    let (page, search) = (page.usual(&rows::applications::LIST)?, Search::from(asked.q));
    let world = control.world();
    let applications = world.applications().filter(|application| {
        let hosts = application.about.http().into_iter().flat_map(|http| &http.hosts).map(String::as_str);
        let names = [application.name.as_str(), &application.about.title];
        search.finds(names.into_iter().chain(hosts))
    });
    let found = page
        .select(applications, |application, _| (SortKey::text(application.name.as_str()), SortKey::text("")));
    Ok(axum::Json(found.shown(|application| shown(application))))
}

pub async fn show(
    State(control): State<Control>,
    Path(application): Path<String>,
) -> JsonResult<api::Application> {
    view(&control, &in_path("application", &application)?)
}

pub async fn declare(
    State(control): State<Control>,
    caller: Caller,
    Path(application): Path<String>,
    QueryParameters(asked): QueryParameters<rows::applications::DeclareOptions>,
    Json(declaration): Json<api::Declaration>,
) -> JsonResult<api::Application> {
    let name: ApplicationName = in_path("application", &application)?;
    let (only_new, dry_run) = (asked.new == Some(true), asked.dry_run == Some(true));
    let expected = asked.expected_version;
    not_our_own(&control, &name)?;
    let about = declared(&name, &declaration)?;
    let application = name.clone();
    let declaring = move |world: &World| {
        let known = world.application(application.as_str());
        if only_new && known.is_some() {
            return Err(taken(&application));
        }
        if let Some(expected) = &expected {
            as_expected(&application, known, expected)?;
        }
        let unchanged = known.is_some_and(|known| known.about == about);
        let (application, about) = (application.clone(), about.clone());
        let declared = vec![Fact::Application(ApplicationFact::Declared { application, about })];
        Ok(if unchanged { Vec::new() } else { declared })
    };
    if dry_run {
        let (world, by, now) = (control.world(), caller.actor(), control.now());
        let facts = declaring(&world)?;
        let stated: Vec<_> = facts.into_iter().map(|fact| Stated { at: now, by: by.clone(), fact }).collect();
        return view_in(&world.after(&stated)?, &name);
    }
    control.command(&caller, move |world, _| Ok((declaring(world)?, ()))).await?;
    view(&control, &name)
}

fn taken(application: &ApplicationName) -> Refusal {
    Refusal::conflict(format!("there is an application {application} already"))
        .about_field("application")
        .remedy("take another name, or change its declaration")
}

/// Refuses to replace a declaration that is not the one that the caller read, since their declaration does not have what
/// changed meanwhile.
fn as_expected(
    application: &ApplicationName,
    known: Option<&Arc<Application>>,
    expected: &str,
) -> Result<(), Refusal> {
    let detail = match known.map(|known| version_of(&declaration_of(known))) {
        Some(found) if found == expected => return Ok(()),
        Some(found) => {
            format!("the declaration of {application} was changed meanwhile: its version is {found}")
        }
        None => format!("there is no application {application} any more"),
    };
    Err(Refusal::conflict(detail)
        .about_field("expected_version")
        .remedy("read the declaration again, and make your change in it"))
}

/// Returns the version of a declaration.
fn version_of(declaration: &api::Declaration) -> String {
    // It is texts, lists and maps with texts as keys, of which every one has a form in JSON.
    sha256(&serde_json::to_vec(declaration).unwrap_or_default()).to_string()
}

pub async fn remove(
    State(control): State<Control>,
    caller: Caller,
    Path(application): Path<String>,
) -> Result<StatusCode, Refusal> {
    let application: ApplicationName = in_path("application", &application)?;
    not_our_own(&control, &application)?;
    control
        .command(&caller, move |world, _| {
            known(world, &application)?;
            Ok((vec![Fact::Application(ApplicationFact::Removed { application: application.clone() })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn stage(
    State(control): State<Control>,
    caller: Caller,
    Path(application): Path<String>,
    Json(change): Json<api::StageChange>,
) -> JsonResult<api::Application> {
    let name: ApplicationName = in_path("application", &application)?;
    not_our_own(&control, &name)?;
    let (application, stage) = (name.clone(), stage_of(change.stage));
    control
        .command(&caller, move |world, _| {
            known(world, &application)?;
            Ok((
                vec![Fact::Application(ApplicationFact::Staged { application: application.clone(), stage })],
                (),
            ))
        })
        .await?;
    view(&control, &name)
}

pub async fn label(
    State(control): State<Control>,
    caller: Caller,
    Path((application, part)): Path<(String, String)>,
    Json(label): Json<api::Label>,
) -> JsonResult<api::Application> {
    let name: ApplicationName = in_path("application", &application)?;
    let resource = ResourceName::new(&name, &part).map_err(|error| Refusal::name("part", &error))?;
    let application = name.clone();
    control
        .command(&caller, move |world, _| {
            let known = known(world, &application)?;
            let resource = resource.clone();
            // A label on a part that no route leads to would protect nothing while it seemed to.
            let part = resource.part();
            if part != OTHER && !known.about.declares(part) {
                return Err(Refusal::not_found("part", &resource)
                    .about_field("part")
                    .remedy("declare it first, or label `other`, which is whatever no route names"));
            }
            let sensitivity = label.sensitivity;
            let unchanged = known.labels.get(&resource).copied() == sensitivity;
            let labelled = vec![Fact::Resource(ResourceFact::Labelled { resource, sensitivity })];
            Ok((if unchanged { Vec::new() } else { labelled }, ()))
        })
        .await?;
    view(&control, &name)
}

/// The part of an application that receives every request that no route names.
pub const OTHER: &str = "other";

/// Converts a declaration to the form that facts state.
///
/// # Errors
/// If a field does not parse. The world checks what only it can know, such as that a host is taken.
pub fn declared(
    name: &ApplicationName,
    declaration: &api::Declaration,
) -> Result<countersign_facts::Application, Refusal> {
    let resources = parts(name, &declaration.resources)?;
    let protocol = match declaration.kind {
        api::ApplicationKind::Http => ApplicationProtocol::Http(http::declared(declaration)?),
    };
    for word in declaration.operations.keys() {
        on_record("operations", word)
            .map_err(|refusal| refusal.remedy("write the name that the client sends"))?;
    }
    let text = |field, text, remedy| on_record(field, text).map_err(|refusal| refusal.remedy(remedy));
    Ok(countersign_facts::Application {
        title: text("title", &declaration.title, "give it a short name for people")?,
        owner: text("owner", &declaration.owner, "name the team or the person who is responsible")?,
        stage: stage_of(declaration.stage),
        sensitivity: declaration.sensitivity,
        resources,
        operations: declaration.operations.clone(),
        protocol,
    })
}

/// Converts the named parts. The world refuses the same names; here the refusal says which of the parts it is.
fn parts(name: &ApplicationName, resources: &[api::Resource]) -> Result<Vec<Resource>, Refusal> {
    let mut parts: Vec<Resource> = Vec::with_capacity(resources.len());
    for (place, api::Resource { part, sensitivity, .. }) in resources.iter().enumerate() {
        let field = format!("resources[{place}].part");
        if ResourceName::new(name, part).is_err() {
            return Err(Refusal::invalid(field, format!("{part:?} is not the name of a part")).remedy(
                "write lower-case letters, digits and inner hyphens, as in `admin`; a slash goes between two such names",
            ));
        }
        if parts.iter().any(|earlier| earlier.part == *part) {
            return Err(Refusal::invalid(field, format!("{part:?} is declared twice"))
                .remedy("give one part all the routes, or choose another name"));
        }
        parts.push(Resource { part: part.clone(), sensitivity: *sensitivity });
    }
    Ok(parts)
}

const fn stage_of(stage: api::ApplicationStage) -> ApplicationStage {
    match stage {
        api::ApplicationStage::Observe => ApplicationStage::Observe,
        api::ApplicationStage::Enforce => ApplicationStage::Enforce,
    }
}

/// Refuses changes to the control plane's own declaration, which is the server's: in observe mode it would guard
/// nothing, and after a removal nobody could restore it.
fn not_our_own(control: &Control, application: &ApplicationName) -> Result<(), Refusal> {
    if *application != control.settings().application {
        return Ok(());
    }
    Err(Refusal::conflict(format!("{application} is the control plane itself"))
        .about_field("application")
        .remedy("its declaration comes from the server's configuration; choose another name"))
}

fn known<'a>(world: &'a World, application: &ApplicationName) -> Result<&'a Arc<Application>, Refusal> {
    world
        .application(application.as_str())
        .ok_or_else(|| Refusal::not_found("application", application).about_field("application"))
}

fn view(control: &Control, application: &ApplicationName) -> JsonResult<api::Application> {
    view_in(&control.world(), application)
}

fn view_in(world: &World, application: &ApplicationName) -> JsonResult<api::Application> {
    known(world, application).map(|application| axum::Json(shown(application)))
}

/// Returns the declaration in the form of an application file.
pub fn declaration_of(application: &Application) -> api::Declaration {
    let about = &application.about;
    let ApplicationProtocol::Http(http) = &about.protocol;
    let resource = |resource: &Resource| api::Resource {
        part: resource.part.clone(),
        sensitivity: resource.sensitivity,
        routes: http::routes_of(http, &resource.part),
    };
    api::Declaration {
        kind: api::ApplicationKind::Http,
        title: about.title.clone(),
        owner: about.owner.clone(),
        hosts: http.hosts.clone(),
        upstream: http.upstream.to_string(),
        stage: match about.stage {
            ApplicationStage::Observe => api::ApplicationStage::Observe,
            ApplicationStage::Enforce => api::ApplicationStage::Enforce,
        },
        sensitivity: about.sensitivity,
        assertion_header: http.assertion_header.clone(),
        download_types: http.download_types.clone(),
        operations: about.operations.clone(),
        request_headers: http
            .request_headers
            .as_ref()
            .map(|headers| headers.iter().cloned().map(String::from).collect()),
        resources: about.resources.iter().map(resource).collect(),
    }
}

fn shown(application: &Application) -> api::Application {
    let (name, declared) = (application.name.clone(), declaration_of(application));
    let version = version_of(&declared);
    api::Application { name, declared, labels: application.labels.clone(), version }
}
