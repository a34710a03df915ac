//! Exceptions to guardrails: with a scope, an owner, an authority and an end.

use crate::input::{Json, QueryParameters, in_path, on_record, span};
use crate::names::person_name;
use crate::page::{PageParameters, Search, SortKey};
use crate::policies::reads_exceptions;
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal, find, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_facts::{ExceptionFact, ExceptionScope, Fact};
use countersign_names::{ApplicationName, ExceptionId, GroupName, PolicyId, Timestamp};
use countersign_policy::{Kind, PolicySet};
use countersign_world::{Exception, World};
use std::time::Duration;

/// The longest exception: a year. What must hold for longer is a policy.
pub const LONGEST: u64 = 366 * 24 * 3600;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::exceptions::ExceptionFilter>,
) -> Result<axum::Json<api::Items<api::Exception>>, Refusal> {
    let page = page.usual(&rows::exceptions::LIST)?;
    let (search, since, until) = (Search::from(asked.q), asked.expires_since, asked.expires_until);
    let (world, now) = (control.world(), control.now());
    let exceptions = world
        .exceptions()
        .iter()
        .filter(|exception| since.is_none_or(|since| exception.expires_at >= since))
        .filter(|exception| until.is_none_or(|until| exception.expires_at < until))
        .filter(|exception| search.finds(words_of(&world, exception)));
    let found = page.select(exceptions, |exception, sort| {
        let key = match sort {
            "expires_at" => SortKey::moment(exception.expires_at),
            "policy" => SortKey::text(exception.policy.as_str()),
            _ => SortKey::moment(exception.opened_at),
        };
        (key, SortKey::id(exception.id.bits()))
    });
    Ok(axum::Json(found.shown(|exception| shown(&world, exception, now))))
}

/// Returns the texts of an exception that are searched: people by name and by address.
fn words_of<'a>(world: &'a World, exception: &'a Exception) -> Vec<&'a str> {
    let people = exception.scope.person.into_iter().chain([exception.owner]);
    let people = people.filter_map(|id| world.person(id));
    let mut words: Vec<_> =
        people.flat_map(|person| [person.about.name.as_str(), person.about.email.as_str()]).collect();
    words.extend([exception.policy.as_str(), &exception.authority, &exception.reason]);
    words.extend(exception.scope.group.as_ref().map(GroupName::as_str));
    words.extend(exception.scope.application.as_ref().map(ApplicationName::as_str));
    words
}

pub async fn show(State(control): State<Control>, Path(id): Path<String>) -> JsonResult<api::Exception> {
    let exception: ExceptionId = in_path("id", &id)?;
    let world = control.world();
    let known = world.exception(exception).ok_or_else(|| not_open(exception))?;
    Ok(axum::Json(shown(&world, known, control.now())))
}

/// Returns the refusal of an exception that was ended or never opened.
fn not_open(exception: ExceptionId) -> Refusal {
    Refusal::not_found("open exception", exception)
        .about_field("id")
        .remedy("it may have ended already; `countersign exception list` shows those that have not")
}

pub async fn open(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewException>,
) -> Result<(StatusCode, axum::Json<api::Exception>), Refusal> {
    excusable(&control.admission().policies(), &new.policy)?;
    let exception = ExceptionId::new(secret::fresh(control.now())?);
    let authority = on_record("authority", &new.authority)?;
    let reason = on_record("reason", &new.reason)?;
    let life = match (new.expires_at, new.expires_in_seconds) {
        (Some(end), None) => ExceptionEnd::At(end),
        (None, Some(seconds)) => ExceptionEnd::After(span("expires_in_seconds", seconds, 60, LONGEST)?),
        (None, None) => {
            return Err(Refusal::invalid("expires_at", "an exception has an end")
                .remedy("give expires_at or expires_in_seconds"));
        }
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid("expires_in_seconds", "expires_at is given too")
                .remedy("give one of the two"));
        }
    };
    if new.person.is_none() && new.group.is_none() {
        return Err(
            Refusal::invalid("person", "an exception is for somebody").remedy("name a person or a group")
        );
    }
    let opened = control
        .command(&caller, move |world, now| {
            let owner = find::person_in_field(world, "owner", &new.owner)?.id;
            let person =
                new.person.as_deref().map(|text| find::person_in_field(world, "person", text)).transpose()?;
            let scope = ExceptionScope {
                person: person.map(|person| person.id),
                group: new.group.clone(),
                application: new.application.clone(),
            };
            let expires_at = life.from(now)?;
            let opened = Exception {
                id: exception,
                policy: new.policy.clone(),
                scope: scope.clone(),
                owner,
                authority: authority.clone(),
                reason: reason.clone(),
                opened_at: now,
                expires_at,
            };
            let fact = Fact::Exception(ExceptionFact::Opened {
                exception,
                policy: new.policy.clone(),
                scope,
                owner,
                authority: authority.clone(),
                reason: reason.clone(),
                expires_at,
            });
            Ok((vec![fact], opened))
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(shown(&control.world(), &opened, control.now()))))
}

pub async fn end(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> Result<StatusCode, Refusal> {
    let exception: ExceptionId = in_path("id", &id)?;
    let reason = on_record("reason", &why.reason)?;
    control
        .command(&caller, move |world, _| {
            world.exception(exception).ok_or_else(|| not_open(exception))?;
            Ok((vec![Fact::Exception(ExceptionFact::Ended { exception, reason: reason.clone() })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Clone, Copy)]
enum ExceptionEnd {
    At(Timestamp),
    After(Duration),
}

impl ExceptionEnd {
    fn from(self, now: Timestamp) -> Result<Timestamp, Refusal> {
        match self {
            Self::After(life) => Ok(now.plus(life)),
            Self::At(end) if end <= now => Err(Refusal::invalid("expires_at", format!("{end} is over"))),
            Self::At(end) if end > now.plus(Duration::from_secs(LONGEST)) => {
                Err(Refusal::invalid("expires_at", "it is more than a year away")
                    .remedy("what must hold for longer is a policy, not an exception"))
            }
            Self::At(end) => Ok(end),
        }
    }
}

/// Checks that an exception to this policy has an effect: a policy that reads no exceptions would ignore it.
///
/// # Errors
/// If `policies` holds no such policy, or the policy is not a guardrail or reads no exceptions.
pub fn excusable(policies: &PolicySet, id: &PolicyId) -> Result<(), Refusal> {
    let Some(policy) = policies.get(id) else {
        return Err(Refusal::invalid("policy", format!("there is no policy {id} in force"))
            .remedy("`countersign policy list` shows those that are"));
    };
    if policy.kind != Kind::Guardrail {
        return Err(Refusal::invalid(
            "policy",
            format!("{id} is not a guardrail, so there is nothing to be excused from"),
        ));
    }
    if !reads_exceptions(policy) {
        return Err(Refusal::invalid("policy", format!("{id} allows no exception"))
            .remedy(format!("its owner, {}, decides whether it shall", policy.owner)));
    }
    Ok(())
}

fn shown(world: &World, exception: &Exception, now: Timestamp) -> api::Exception {
    api::Exception {
        id: exception.id,
        policy: exception.policy.clone(),
        person: exception.scope.person,
        person_name: exception.scope.person.and_then(|person| person_name(world, person)),
        group: exception.scope.group.clone(),
        application: exception.scope.application.clone(),
        owner: exception.owner,
        owner_name: person_name(world, exception.owner),
        authority: exception.authority.clone(),
        reason: exception.reason.clone(),
        opened_at: exception.opened_at,
        expires_at: exception.expires_at,
        expired: now >= exception.expires_at,
    }
}
