//! People: commands and views.

use crate::commands::Done;
use crate::input::{Json, OptionalJson, QueryParameters, in_path, on_record, span};
use crate::page::{PageOf, PageParameters, PageRequest, Place, Search, SortKey};
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal, find, last_use, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_admission::ObservationKind;
use countersign_api::{self as api, rows};
use countersign_facts::{
    CredentialFact, EndReason, Fact, InvitationPurpose, PersonFact, PersonKind, RiskFact, SessionFact,
};
use countersign_names::{CredentialId, GroupName, InvitationId, PersonId, Principal};
use countersign_world::{LONGEST_INVITATION, NewInvitation, Person, Standing, World};
use secrecy::ExposeSecret as _;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How many people are examined in the order of their addresses before everybody is.
const EXAMINED_IN_ORDER: usize = 4_096;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::people::PersonFilter>,
) -> JsonResult<api::Items<api::Person>> {
    let page = page.usual(&rows::people::LIST)?;
    let world = control.world();
    let filter = WantedPeople::read(&world, asked)?;
    let found = match page.sort() {
        "email" => by_address(&world, &page, &filter),
        _ => page.select(world.people().filter(|person| filter.takes(person)), place),
    };
    let invitations = open_invitations(&world, &control);
    Ok(axum::Json(
        found.shown(|person| {
            shown(&control, &world, person, invitations.get(&person.id).copied().unwrap_or(0))
        }),
    ))
}

/// Returns a page in the order of addresses. The world keeps people in this order, so none after the page is examined.
/// But if few match, everybody is examined in any order instead: to go on in this order takes several times as long.
fn by_address<'a>(world: &'a World, page: &PageRequest, filter: &WantedPeople) -> PageOf<&'a Arc<Person>> {
    let after = match page.after() {
        Some((SortKey::Text(after), _)) => Some(&**after),
        _ => None,
    };
    let mut ordered = world.people_by_address(after, page.is_descending());
    let mut near = Vec::new();
    for person in ordered.by_ref().take(EXAMINED_IN_ORDER) {
        near.extend(filter.takes(person).then_some(person));
        if near.len() > page.limit() {
            return page.first_of(near, place);
        }
    }
    match ordered.next() {
        None => page.first_of(near, place),
        Some(_) => page.select(world.people().filter(|person| filter.takes(person)), place),
    }
}

fn place<'a>(person: &&'a Arc<Person>, sort: &'static str) -> Place<'a> {
    let id = SortKey::id(person.id.bits());
    let key = match sort {
        "name" => SortKey::text(&person.about.name),
        "id" => id.clone(),
        _ => SortKey::text(&person.about.email),
    };
    (key, id)
}

/// The filter of a list of people. Every part that is set must match.
struct WantedPeople {
    search: Search,
    kind: Option<PersonKind>,
    standing: Option<api::Standing>,
    group: Option<GroupName>,
}

impl WantedPeople {
    fn read(world: &World, asked: rows::people::PersonFilter) -> Result<Self, Refusal> {
        let rows::people::PersonFilter { q, kind: wanted_kind, standing, group } = asked;
        if let Some(unknown) = group.as_ref().filter(|group| world.group(group.as_str()).is_none()) {
            return Err(Refusal::invalid("group", format!("there is no group {unknown}"))
                .remedy("`countersign group list` shows those there are"));
        }
        Ok(Self { search: q.into(), kind: wanted_kind.map(kind), standing, group })
    }

    fn takes(&self, person: &Person) -> bool {
        let standing = match person.standing {
            Standing::Active => api::Standing::Active,
            Standing::Suspended(_) => api::Standing::Suspended,
        };
        let about = &person.about;
        self.kind.is_none_or(|kind| kind == about.kind)
            && self.standing.is_none_or(|wanted| wanted == standing)
            && self.group.as_ref().is_none_or(|group| person.groups.contains(group))
            && self.search.finds([&about.email, &about.name].into_iter().chain(&about.aliases))
    }
}

pub async fn show(State(control): State<Control>, Path(person): Path<String>) -> JsonResult<api::Person> {
    let world = control.world();
    let id = find::person_in_path(&world, &person)?.id;
    view(&control, id)
}

pub async fn add(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewPerson>,
) -> CreatedResult<api::Person> {
    let person = PersonId::new(secret::fresh(control.now())?);
    let about = about(new)?;
    control
        .command(&caller, move |_, _| {
            Ok((vec![Fact::Person(PersonFact::Added { person, about: about.clone() })], ()))
        })
        .await?;
    Ok((StatusCode::CREATED, view(&control, person)?))
}

pub async fn change(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
    Json(new): Json<api::NewPerson>,
) -> JsonResult<api::Person> {
    let about = about(new)?;
    let id = on_person(&control, &caller, person, move |_, known| {
        // An unchanged person is no fact for the journal.
        let facts = vec![Fact::Person(PersonFact::Changed { person: known.id, about: about.clone() })];
        Ok(if known.about == about { Vec::new() } else { facts })
    })
    .await?;
    view(&control, id)
}

pub async fn remove(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
) -> Result<StatusCode, Refusal> {
    on_person(&control, &caller, person, |_, known| {
        Ok(vec![Fact::Person(PersonFact::Removed { person: known.id })])
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn suspend(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::Person> {
    let reason = on_record("reason", &why.reason)?;
    let id = on_person(&control, &caller, person, move |_, known| {
        Ok(vec![Fact::Person(PersonFact::Suspended { person: known.id, reason: reason.clone() })])
    })
    .await?;
    view(&control, id)
}

pub async fn restore(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
) -> JsonResult<api::Person> {
    let id = on_person(&control, &caller, person, |_, known| {
        Ok(vec![Fact::Person(PersonFact::Restored { person: known.id })])
    })
    .await?;
    view(&control, id)
}

pub async fn confirm(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::Person> {
    let reason = on_record("reason", &why.reason)?;
    let id = on_person(&control, &caller, person, move |_, known| {
        Ok(vec![Fact::Person(PersonFact::Confirmed { person: known.id, reason: reason.clone() })])
    })
    .await?;
    view(&control, id)
}

pub async fn invite(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
    OptionalJson(new): OptionalJson<api::NewInvitation>,
) -> CreatedResult<api::Invitation> {
    let life = match new.expires_in_seconds {
        Some(seconds) => span("expires_in_seconds", seconds, 60, LONGEST_INVITATION.as_secs())?,
        None => control.settings().invitation_life,
    };
    let (text, digest) = secret::draw("")?;
    let invitation = InvitationId::new(secret::fresh(control.now())?);
    let purpose = match new.purpose {
        api::InvitationPurpose::Enrol => InvitationPurpose::Enrol,
        api::InvitationPurpose::Recover => InvitationPurpose::Recover,
    };
    let done = control
        .command_or_propose(&caller, move |world, now| {
            let known = find::person_in_path(world, &person)?;
            let new = NewInvitation { id: invitation, person: known.id, secret: digest, purpose, life };
            Ok((world.invite(&new, now)?, (known.id, new.expires_at(now))))
        })
        .await?;
    let ((id, expires_at), proposal) = match done {
        Done::Carried(made) => (made, None),
        Done::Proposed(made, waiting) => (made, Some(waiting.id)),
    };
    let link = format!("{}/enrol#{}", control.settings().sign_in_origin, text.expose_secret());
    let issued = api::Invitation {
        id: invitation,
        person: id,
        purpose: new.purpose,
        link: api::ShownOnce::new(link),
        expires_at,
        proposal,
    };
    Ok((StatusCode::CREATED, axum::Json(issued)))
}

pub async fn credentials(
    State(control): State<Control>,
    Path(person): Path<String>,
    page: PageParameters,
) -> JsonResult<api::Items<api::Credential>> {
    let page = page.usual(&rows::people::CREDENTIALS)?;
    let world = control.world();
    let id = find::person_in_path(&world, &person)?.id;
    let found =
        page.select(world.credentials_of(id), |known, _| (SortKey::id(known.id.bits()), SortKey::text("")));
    Ok(axum::Json(found.shown(|known| api::Credential {
        id: known.id,
        person: known.person,
        name: known.name.clone(),
        assurance: known.assurance,
        registered_at: known.registered_at,
        last_use: last_use(&control, ObservationKind::PasskeyUse, known.id.bits()),
    })))
}

pub async fn remove_credential(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let credential: CredentialId = in_path("id", &id)?;
    control
        .command(&caller, move |world, _| {
            world
                .credential(credential)
                .ok_or_else(|| Refusal::not_found("passkey", credential).about_field("id"))?;
            Ok((vec![Fact::Credential(CredentialFact::Removed { credential })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn risk(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
    Json(risk): Json<api::Risk>,
) -> JsonResult<api::Person> {
    let reasons =
        risk.reasons.iter().map(|reason| on_record("reasons", reason)).collect::<Result<Vec<_>, _>>()?;
    let level = risk.level;
    let id = on_person(&control, &caller, person, move |_, known| {
        let principal = Principal::Person(known.id);
        Ok(vec![Fact::Risk(RiskFact::Changed { principal, level, reasons: reasons.clone() })])
    })
    .await?;
    view(&control, id)
}

pub async fn end_sessions(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
) -> Result<StatusCode, Refusal> {
    on_person(&control, &caller, person, |world, known| {
        let ended = |session: &std::sync::Arc<countersign_world::Session>| {
            Fact::Session(SessionFact::Ended { session: session.id, reason: EndReason::Revoked })
        };
        Ok(world.sessions_of(known.id).map(ended).collect())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a command about the person in the path.
async fn on_person<F>(
    control: &Control,
    caller: &Caller,
    person: String,
    facts: F,
) -> Result<PersonId, Refusal>
where
    F: Fn(&World, &Person) -> Result<Vec<Fact>, Refusal> + Send + 'static,
{
    control
        .command(caller, move |world, _| {
            let known = find::person_in_path(world, &person)?;
            Ok((facts(world, known)?, known.id))
        })
        .await
}

fn about(new: api::NewPerson) -> Result<countersign_facts::Person, Refusal> {
    let mut aliases = BTreeSet::new();
    for alias in new.aliases {
        if alias.is_empty() || alias.len() > 256 || alias.chars().any(char::is_control) {
            let detail = format!("{alias:?} is not an alias");
            return Err(
                Refusal::invalid("aliases", detail).remedy("use 1 to 256 bytes without control characters")
            );
        }
        aliases.insert(alias);
    }
    let email = new.email.trim().to_lowercase();
    let shape = email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !shape || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Refusal::invalid("email", format!("{email:?} is not a mail address"))
            .remedy("write it as in ada@example.org"));
    }
    let name = on_record("name", &new.name)?;
    let kind = kind(new.kind);
    Ok(countersign_facts::Person { name, email, kind, aliases })
}

const fn kind(kind: api::PersonKind) -> PersonKind {
    match kind {
        api::PersonKind::Employee => PersonKind::Employee,
        api::PersonKind::Contractor => PersonKind::Contractor,
        api::PersonKind::Vendor => PersonKind::Vendor,
    }
}

fn open_invitations(world: &World, control: &Control) -> HashMap<PersonId, u32> {
    let now = control.now();
    let mut open = HashMap::new();
    for invitation in world.invitations().filter(|invitation| now < invitation.expires_at) {
        *open.entry(invitation.person).or_default() += 1;
    }
    open
}

fn view(control: &Control, id: PersonId) -> JsonResult<api::Person> {
    let world = control.world();
    let person = world.person(id).ok_or_else(|| Refusal::not_found("person", id))?;
    let invitations = open_invitations(&world, control).get(&id).copied().unwrap_or(0);
    Ok(axum::Json(shown(control, &world, person, invitations)))
}

fn shown(control: &Control, world: &World, person: &Person, open_invitations: u32) -> api::Person {
    let (standing, suspended_because) = match &person.standing {
        Standing::Active => (api::Standing::Active, None),
        Standing::Suspended(why) => (api::Standing::Suspended, Some(why.clone())),
    };
    api::Person {
        id: person.id,
        name: person.about.name.clone(),
        email: person.about.email.clone(),
        kind: match person.about.kind {
            PersonKind::Employee => api::PersonKind::Employee,
            PersonKind::Contractor => api::PersonKind::Contractor,
            PersonKind::Vendor => api::PersonKind::Vendor,
        },
        aliases: person.about.aliases.iter().cloned().collect(),
        standing,
        suspended_because,
        risk: shown_risk(&person.risk),
        groups: person.groups.clone(),
        passkeys: u32::try_from(world.credentials_of(person.id).count()).unwrap_or(u32::MAX),
        open_invitations,
        last_use: last_use(control, ObservationKind::PersonUse, person.id.bits()),
    }
}

pub fn shown_risk(risk: &countersign_world::Risk) -> api::Risk {
    api::Risk { level: risk.level, reasons: risk.reasons.clone() }
}
