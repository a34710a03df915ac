//! Just-in-time grants: one person asks, another countersigns.

use crate::input::{Json, QueryParameters, in_path, on_record};
use crate::names::current_name;
use crate::page::{PageParameters, SortKey};
use crate::proposals::independence;
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal, find, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, GrantFact};
use countersign_names::{GrantId, PersonId, Timestamp};
use countersign_world::{Grant, GrantState, World};
use std::sync::Arc;
use std::time::Duration;

pub async fn list(
    State(control): State<Control>,
    caller: Caller,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::grants::GrantFilter>,
) -> JsonResult<api::Items<api::Grant>> {
    let page = page.usual(&rows::grants::LIST)?;
    let (world, now) = (control.world(), control.now());
    let person = asked.person.map(|person| find::person_in_field(&world, "person", &person.0)).transpose()?;
    let grants = world
        .grants()
        .filter(|grant| person.is_none_or(|person| grant.person == person.id))
        .filter(|grant| asked.state.is_none_or(|state| state_of(grant, now) == state));
    let found =
        page.select(grants, |grant, _| (SortKey::moment(grant.requested_at), SortKey::id(grant.id.bits())));
    Ok(axum::Json(found.shown(|grant| shown(&world, &caller, grant, now))))
}

pub async fn show(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> JsonResult<api::Grant> {
    view(&control, &caller, in_path("id", &id)?)
}

pub async fn request(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewGrant>,
) -> Result<(StatusCode, axum::Json<api::Grant>), Refusal> {
    let grant = GrantId::new(secret::fresh(control.now())?);
    let reason = on_record("reason", &new.reason)?;
    control
        .command(&caller, move |world, _| {
            let person = for_whom(world, &caller, new.person.as_deref())?;
            let (application, reason, seconds) =
                (new.application.clone(), reason.clone(), new.duration_seconds);
            Ok((vec![Fact::Grant(GrantFact::Requested { grant, person, application, reason, seconds })], ()))
        })
        .await?;
    Ok((StatusCode::CREATED, view(&control, &caller, grant)?))
}

/// Returns the person for whom the grant is. Only the operator may ask for another person; a service account cannot
/// ask.
fn for_whom(world: &World, caller: &Caller, named: Option<&str>) -> Result<PersonId, Refusal> {
    let named = named.map(|text| find::person_in_field(world, "person", text)).transpose()?;
    match (caller, named) {
        (Caller::Operator, Some(person)) => Ok(person.id),
        (Caller::Operator, None) => {
            Err(Refusal::invalid("person", "the operator is not a person in the inventory")
                .remedy("say for whom the grant is"))
        }
        (Caller::Person { id, .. }, None) => Ok(*id),
        (Caller::Person { id, .. }, Some(person)) if person.id == *id => Ok(*id),
        (Caller::Person { .. }, Some(_)) => Err(Refusal::forbidden("people request grants for themselves")
            .about_field("person")
            .remedy("leave the field out, or let them ask themselves")),
        (Caller::Service(_), _) => {
            Err(Refusal::forbidden("grants are for people, and a service account is none")
                .about_field("person"))
        }
    }
}

pub async fn approve(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> JsonResult<api::Grant> {
    answer(&control, &caller, &id, approval).await
}

fn approval(grant: &Grant, now: Timestamp) -> Fact {
    let expires_at = now.plus(Duration::from_secs(u64::from(grant.seconds)));
    Fact::Grant(GrantFact::Approved { grant: grant.id, expires_at })
}

pub async fn refuse(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::Grant> {
    answer_because(&control, &caller, &id, &why, |grant, reason| {
        Fact::Grant(GrantFact::Refused { grant, reason })
    })
    .await
}

pub async fn revoke(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::Grant> {
    answer_because(&control, &caller, &id, &why, |grant, reason| {
        Fact::Grant(GrantFact::Revoked { grant, reason })
    })
    .await
}

async fn answer_because(
    control: &Control,
    caller: &Caller,
    id: &str,
    why: &api::Reason,
    fact: fn(GrantId, String) -> Fact,
) -> JsonResult<api::Grant> {
    let reason = on_record("reason", &why.reason)?;
    answer(control, caller, id, move |grant, _| fact(grant.id, reason.clone())).await
}

async fn answer<F>(control: &Control, caller: &Caller, id: &str, fact: F) -> JsonResult<api::Grant>
where
    F: Fn(&Grant, Timestamp) -> Fact + Send + 'static,
{
    let grant: GrantId = in_path("id", id)?;
    control.command(caller, move |world, now| Ok((vec![fact(known(world, grant)?, now)], ()))).await?;
    view(control, caller, grant)
}

fn known(world: &World, grant: GrantId) -> Result<&Arc<Grant>, Refusal> {
    world.grant(grant).ok_or_else(|| Refusal::not_found("grant", grant).about_field("id"))
}

fn view(control: &Control, caller: &Caller, id: GrantId) -> JsonResult<api::Grant> {
    let world = control.world();
    known(&world, id).map(|grant| axum::Json(shown(&world, caller, grant, control.now())))
}

fn state_of(grant: &Grant, now: Timestamp) -> api::GrantState {
    match grant.state {
        GrantState::Requested => api::GrantState::Requested,
        GrantState::Approved { .. } if grant.active_until(now).is_some() => api::GrantState::Active,
        GrantState::Approved { .. } => api::GrantState::Expired,
        GrantState::Refused { .. } => api::GrantState::Refused,
        GrantState::Revoked { .. } => api::GrantState::Revoked,
    }
}

fn shown(world: &World, caller: &Caller, grant: &Grant, now: Timestamp) -> api::Grant {
    let waits = matches!(grant.state, GrantState::Requested);
    let (by, answer, expires_at) = match &grant.state {
        GrantState::Requested => (None, None, None),
        GrantState::Approved { by, expires_at } => (Some(by), None, Some(*expires_at)),
        GrantState::Refused { by, reason } | GrantState::Revoked { by, reason } => {
            (Some(by), Some(reason), None)
        }
    };
    api::Grant {
        id: grant.id,
        person: grant.person,
        email: world.person(grant.person).map_or_else(String::new, |person| person.about.email.clone()),
        application: grant.application.clone(),
        reason: grant.reason.clone(),
        duration_seconds: grant.seconds,
        requested_at: grant.requested_at,
        state: state_of(grant, now),
        answered_by_name: by.and_then(|by| current_name(world, &by.to_string())),
        answered_by: by.map(ToString::to_string),
        answer: answer.cloned(),
        expires_at,
        caller: waits.then(|| independence(world, caller, vec![approval(grant, now)], now)),
    }
}
