//! Recorded decisions in the API's form.

pub mod again;
pub mod live;

use crate::input::{QueryParameters, in_path};
use crate::names::names_with_ended;
use crate::page::{newest_after, newest_cursor};
use crate::{Control, Refusal, explain, find};
use axum::extract::{Path, State};
use countersign_api::rows::decisions::DecisionFilter;
use countersign_api::{self as api, rows};
use countersign_evidence::{Decided, Effect, Listing, Query, Row, Skipped, Store};
use countersign_facts::Digest;
use countersign_names::{DecisionId, Principal, Timestamp};
use countersign_policy::PolicySet;
use countersign_rehearsals::name_of;
use countersign_world::World;
use uuid::Uuid;

pub async fn list(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<DecisionFilter>,
) -> Result<axum::Json<api::Decisions>, Refusal> {
    let after = newest_after(rows::decisions::LIST.id(), asked.cursor.as_deref())?;
    let query = query(&control.world(), asked)?;
    let store = control.store().clone();
    let page = tokio::task::spawn_blocking(move || page(&store, query, after))
        .await
        .map_err(|error| Refusal::unavailable(format!("the evidence was not read: {error}")))?;
    let world = control.world();
    let last = page.rows.last().filter(|_| page.more);
    Ok(axum::Json(api::Decisions {
        items: page.rows.iter().map(|row| shown(&world, row)).collect(),
        more: page.more,
        next: last.map(|row| newest_cursor(rows::decisions::LIST.id(), place(row))),
        incomplete: page.skipped.iter().map(ToString::to_string).collect(),
    }))
}

/// Returns the moment and the id of a decision, by which the list is sorted.
fn place(row: &Row) -> (Timestamp, Uuid) {
    (row.decided.at, row.decided.id.bits())
}

struct Page {
    rows: Vec<Row>,
    /// Whether older decisions match too.
    more: bool,
    skipped: Vec<Skipped>,
}

/// Reads one page, newest first. The store selects by time only, and several decisions may share the moment at which
/// the previous page ended. So this function reads that moment again, drops what the previous page held, and doubles
/// the limit while such decisions fill the answer.
fn page(store: &Store, mut query: Query, after: Option<(Timestamp, Uuid)>) -> Page {
    let limit = query.limit;
    // One more than the page tells whether more match; the last item of the previous page comes again.
    let mut wanted = limit.saturating_add(1);
    if let Some((at, _)) = after {
        query.until = query.until.min(Timestamp::from_micros(at.as_micros().saturating_add(1)));
        wanted = wanted.saturating_add(1);
    }
    loop {
        query.limit = wanted.min(Query::MOST);
        let Listing { mut rows, skipped } = store.list(&query);
        let full = rows.len() >= query.limit;
        rows.retain(|row| after.is_none_or(|after| place(row) < after));
        if rows.len() > limit || !full || wanted >= Query::MOST {
            // The store returns at most `Query::MOST` rows, so a full answer means that more may match.
            let more = rows.len() > limit || full;
            rows.truncate(limit);
            return Page { rows, more, skipped };
        }
        wanted = wanted.saturating_mul(2);
    }
}

pub async fn why(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> Result<axum::Json<api::Explained>, Refusal> {
    let id: DecisionId = in_path("id", &id)?;
    let row = recorded(&control, id).await?;
    let world = control.world();
    let in_force = control.admission().policies();
    let then = match row.decided.policies == in_force.version() {
        true => None,
        false => published_as(&control, row.decided.policies).await,
    };
    let ids = explain::ids_of(&row.decided);
    let names = names_with_ended(&control, ids.iter().map(String::as_str)).await;
    let explanation = explain::explain(&row, &world, &names, &in_force, then.as_ref());
    Ok(axum::Json(api::Explained { decision: shown(&world, &row), explanation }))
}

/// Reads the record of this decision.
async fn recorded(control: &Control, id: DecisionId) -> Result<Row, Refusal> {
    let store = control.store().clone();
    let found = tokio::task::spawn_blocking(move || store.look_up(id))
        .await
        .map_err(|error| Refusal::unavailable(format!("the evidence was not read: {error}")))?;
    found.row.ok_or_else(|| {
        let refusal = Refusal::not_found("recorded decision", id).about_field("id");
        // An unreadable file may hold it, so "not found" alone would be a lie.
        match found.skipped.first() {
            None => refusal,
            Some(skipped) => refusal.remedy(format!("not everything could be read: {skipped}")),
        }
    })
}

/// Reads a formerly published policy set from the fact that published it. `None` if no fact did, or if this build
/// cannot parse the set any more.
async fn published_as(control: &Control, version: [u8; 32]) -> Option<PolicySet> {
    let stated = crate::versions::publication(control, &Digest::new(version)).await?;
    let files = crate::versions::files(&stated.fact)?;
    let parsing = tokio::task::spawn_blocking(move || PolicySet::parse(&files).ok());
    parsing.await.ok().flatten().filter(|set| set.version() == version)
}

/// Returns which decisions are wanted.
fn query(world: &World, asked: DecisionFilter) -> Result<Query, Refusal> {
    let mut query = Query::default();
    query.since = asked.since.unwrap_or(query.since);
    query.until = asked.until.unwrap_or(query.until);
    query.application = asked.application;
    query.effect = asked.effect.map(|effect| match effect {
        api::DecisionEffect::Allow => Effect::Allow,
        api::DecisionEffect::Deny => Effect::Deny,
    });
    query.action = asked.action;
    query.device = asked.device;
    if let Some(api::ItemLimit(limit)) = asked.limit {
        query.limit = usize::try_from(limit).unwrap_or(usize::MAX).min(Query::MOST);
    }
    // A person who left is not in the world, but the records hold their id.
    let person = asked.person.map(|person| match person.0.parse() {
        Ok(id) => Ok(id),
        Err(_) => find::person_in_field(world, "person", &person.0).map(|person| person.id),
    });
    let person = person.transpose()?.map(Principal::Person);
    query.principal = match (asked.principal, person) {
        (Some(principal), Some(person)) if principal != person => {
            return Err(
                Refusal::invalid("principal", "person names another principal").remedy("give one of the two")
            );
        }
        (principal, person) => principal.or(person),
    };
    if query.since >= query.until {
        return Err(Refusal::invalid("since", "it is not before until"));
    }
    Ok(query)
}

fn shown(world: &World, row: &Row) -> api::Decision {
    let Decided { id, at, .. } = row.decided;
    let decided = row.decided.clone();
    api::Decision {
        id,
        at,
        gate: decided.gate,
        principal: decided.principal,
        principal_name: name_of(world, decided.principal),
        session: decided.session,
        device: decided.device,
        application: decided.application,
        resource: decided.resource,
        action: decided.action,
        operation: decided.operation,
        item: decided.item,
        effect: decided.effect.to_string(),
        enforced: decided.enforced,
        cause: decided.cause.to_string(),
        world: decided.world,
        policies: Digest::new(decided.policies).to_string(),
        reasons: decided.reasons,
        shadow: decided.shadow,
        errors: decided.errors,
        remedies: decided.remedies,
        exceptions: decided.exceptions,
        grant: decided.grant,
        sensitivity: decided.sensitivity,
        labelled: decided.labelled,
        authentication: decided.authentication.map(authentication),
        session_age_seconds: decided.session_age_seconds,
        session_idle_seconds: decided.session_idle_seconds,
        device_evidence: decided.device_evidence.map(device),
        place: decided.place.map(|place| api::Place { address: place.address, network: place.network }),
        risk: decided.risk,
        content_type: decided.content_type,
        latency_micros: decided.latency_micros,
        tags: decided.tags,
        completion: row.completed.as_ref().map(|completed| api::Completion {
            at: completed.at,
            status: completed.status,
            bytes_in: completed.bytes_in,
            bytes_out: completed.bytes_out,
            duration_micros: completed.duration_micros,
            ended: completed.ended.to_string(),
        }),
    }
}

fn authentication(given: countersign_evidence::Authentication) -> api::Authentication {
    api::Authentication {
        assurance: given.assurance,
        method: given.method,
        phishing_resistant: given.phishing_resistant,
        age_seconds: given.age_seconds,
        credential: given.credential,
    }
}

fn device(given: countersign_evidence::DeviceEvidence) -> api::DeviceEvidence {
    api::DeviceEvidence {
        managed: given.managed,
        compliant: given.compliant,
        proved: given.proved,
        posture_age_seconds: given.posture_age_seconds,
        failing: given.failing,
    }
}
