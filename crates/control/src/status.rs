//! The state of the installation, and the verification of its journal.

use crate::input::OptionalJson;
use crate::policies::{day, overdue};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_admission::ObservationKind;
use countersign_api as api;
use countersign_copies::Copies;
use countersign_evidence::{DiskSpace, Health};
use countersign_facts::Digest;
use countersign_journal::{Head, VerifyError};
use countersign_ledger::LATE;
use countersign_names::Timestamp;
use countersign_world::{GrantState, World};

pub async fn show(State(control): State<Control>) -> JsonResult<api::Status> {
    let (ledger, admission, world) = (control.ledger(), control.admission(), control.world());
    let policies = admission.policies();
    let today = day(control.now());
    let due = policies.policies().iter().filter(|policy| overdue(policy, today)).count();
    Ok(axum::Json(api::Status {
        version: control.settings().version.to_owned(),
        origin: control.settings().sign_in_origin.clone(),
        world: world.seq(),
        behind_seconds: ledger.behind().as_secs(),
        clock_behind_seconds: ledger.skew().as_secs(),
        journal: api::JournalStatus {
            head: ledger.journal().head().await.ok().map(|head| shown(&head)),
            connected: ledger.journal().connected() && ledger.behind() <= LATE,
            broken: ledger.broken(),
            begun_at: ledger.begun_at(),
            archived_until: world.archived_until(),
            doubt: ledger.doubted(),
            remembered: ledger.remembered().map(|(head, at)| api::RememberedHead { head: shown(&head), at }),
            accepted: world.head_accepted().map(|accepted| api::AcceptedHead {
                seq: accepted.seq,
                at: accepted.at,
                gate: accepted.gate.clone(),
                why: accepted.why.clone(),
            }),
            clock_accepted: world.clock_set_back().map(|accepted| api::AcceptedTime {
                seq: accepted.seq,
                at: accepted.at,
                held: accepted.held,
                gate: accepted.gate.clone(),
                why: accepted.why.clone(),
            }),
        },
        policies: api::PolicyStatus {
            version: Digest::new(policies.version()).to_string(),
            policies: count(policies.policies().len()),
            overdue: count(due),
            problem: admission.policies_problem(),
        },
        evidence: evidence(&control),
        observations: Some(observations(&control)),
        listeners: control.listeners(),
        components: control.components(),
        counts: counts(&world, control.now()),
        independent_approvers: Some(world.has_independent_approvers(control.now())),
    }))
}

pub async fn head(State(control): State<Control>) -> JsonResult<api::JournalHead> {
    let head = control.ledger().journal().head().await;
    head.map(|head| axum::Json(shown(&head))).map_err(|error| Refusal::unavailable(error.to_string()))
}

pub async fn verify(
    State(control): State<Control>,
    _: Caller,
    OptionalJson(request): OptionalJson<api::VerifyRequest>,
) -> JsonResult<api::Verification> {
    let given = match request.anchor {
        Some(text) => {
            Some(text.parse::<Head>().map_err(|error| Refusal::invalid("anchor", error.to_string()))?)
        }
        None => None,
    };
    // The head that is remembered outside the journal is an anchor too, and so is the head of this process's world.
    let ledger = control.ledger();
    let anchors = [given, ledger.remembered().map(|(head, _)| head), Some(ledger.head())];
    let anchors: Vec<Head> = anchors.into_iter().flatten().collect();
    let found = match ledger.journal().verify_containing(&anchors, |_| {}).await {
        Ok(whole) => api::Verification {
            whole: true,
            entries: whole.entries,
            head: Some(shown(&whole.head)),
            broken_at: None,
            fault: None,
        },
        Err(VerifyError::Broken(broken)) => api::Verification {
            whole: false,
            entries: broken.at.0.saturating_sub(1),
            head: None,
            broken_at: Some(broken.at.0),
            fault: Some(broken.fault.to_string()),
        },
        Err(VerifyError::Store(away)) => return Err(Refusal::unavailable(away.to_string())),
    };
    Ok(axum::Json(found))
}

fn shown(head: &Head) -> api::JournalHead {
    api::JournalHead { seq: head.seq.0, hash: head.hash.to_string(), anchor: head.to_string() }
}

fn evidence(control: &Control) -> api::EvidenceStatus {
    let state = control.admission().sink().state();
    let (health, problem) = match state.health {
        Health::Healthy => (api::EvidenceHealth::Healthy, None),
        Health::Backlog => (api::EvidenceHealth::Backlog, None),
        Health::Failing(why) => (api::EvidenceHealth::Failing, Some(why)),
    };
    let unauthenticated = control.admission().unauthenticated_refusals();
    api::EvidenceStatus {
        health,
        problem: problem.or(state.rotation_failing).or_else(|| little_space(state.space)),
        backlog_bytes: state.backlog_bytes,
        backlog_limit: state.backlog_limit,
        recorded: state.recorded,
        refused: state.refused,
        folded: unauthenticated.folded,
        dropped: unauthenticated.dropped,
        store: control.copies().map(copies),
    }
}

fn observations(control: &Control) -> api::ObservationStatus {
    let observations = control.admission().observations();
    let channel = observations.channel();
    api::ObservationStatus {
        exchange_age_seconds: channel.exchanged_at.map(|at| control.now().since(at).as_secs()),
        problem: channel.problem,
        postures: count(observations.subjects(ObservationKind::Posture)),
        sessions: count(observations.subjects(ObservationKind::SessionUse)),
        dropped: observations.dropped(),
    }
}

/// Describes what happens to records while disk space is low.
fn little_space(space: DiskSpace) -> Option<String> {
    let text = match space {
        DiskSpace::Enough => return None,
        DiskSpace::Low => "disk space is low: similar refusals of unauthenticated callers share one record",
        DiskSpace::Reserved => {
            "the remaining disk space is reserved for records of people who are signed in (evidence.reserve_bytes): of \
             refused unauthenticated callers, only the number is recorded"
        }
    };
    Some(text.to_owned())
}

fn copies(copies: &Copies) -> api::StoreStatus {
    let state = copies.state();
    let (problem, remedy) = state.problem.map(|problem| (problem.what, problem.remedy)).unzip();
    api::StoreStatus {
        place: state.place,
        copied_until: state.copied_until,
        waiting: state.waiting,
        waiting_bytes: state.waiting_bytes,
        copied: state.copied,
        problem,
        remedy,
        left: state.left.into_iter().map(|left| format!("{}: {}", left.path, left.why)).collect(),
    }
}

fn counts(world: &World, now: Timestamp) -> api::Counts {
    let requested = world.grants().filter(|grant| grant.state == GrantState::Requested).count();
    let active = world.grants().filter(|grant| grant.active_until(now).is_some()).count();
    api::Counts {
        people: count(world.people().count()),
        administrators: count(world.administrators().count()),
        administrators_with_passkeys: count(world.administrators_with_passkeys().count()),
        groups: count(world.groups().count()),
        services: count(world.services().count()),
        devices: count(world.devices().count()),
        applications: count(world.applications().count()),
        sessions: count(world.sessions().filter(|session| now < session.expires_at).count()),
        grants_requested: count(requested),
        grants_active: count(active),
        exceptions: count(world.exceptions().iter().filter(|exception| now < exception.expires_at).count()),
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
