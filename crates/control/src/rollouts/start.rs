//! Starts a rollout: its checks, and its default halt condition.

use super::shown;
use crate::input::{Json, span};
use crate::policies::not_known;
use crate::publish::PublicationReason;
use crate::{Caller, Control, Refusal, secret};
use axum::extract::State;
use axum::http::StatusCode;
use countersign_api as api;
use countersign_decide::rollout;
use countersign_facts::{
    Actor, CountUnit, Digest, Fact, HaltIf, RolloutFact, SHORTEST_WATCH, Stated, Turning,
};
use countersign_names::{JobId, PolicyId, RolloutId};
use countersign_policy::{PolicyMeta, PolicySet, Stage};
use countersign_rehearsals::ShadowPeople;
use countersign_rollouts::keeps_an_administrator_after;
use countersign_world::{Rollout, World};
use std::sync::Arc;

/// The longest watch over a step: a quarter of a year. A longer one would be a policy without a decision.
const LONGEST_WATCH: u64 = 92 * 86_400;

/// The report or the plan that the administrator saw before the rollout.
struct SeenReport {
    digest: Option<Digest>,
    newly_denied: u64,
    window: Option<Arc<ShadowPeople>>,
    /// What prevents knowing whom the policy would affect.
    basis: api::Basis,
}

pub async fn start(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewRollout>,
) -> Result<(StatusCode, axum::Json<api::Rollout>), Refusal> {
    let policies = control.admission().policies();
    let policy = on_trial(&policies, &new.policy)?;
    let seen = new.rehearsal.map(|job| seen(&control, job, &new.policy)).transpose()?;
    let halt_if = halt_if(new.halt_if.as_deref(), seen.as_ref())?;
    let watch = span("watch_seconds", new.watch_seconds, u64::from(SHORTEST_WATCH), LONGEST_WATCH)?;
    let why = new.why.as_deref().map(PublicationReason::given).transpose()?;
    let why = match &seen {
        Some(seen) if !seen.basis.is_known() && !new.dry_run => {
            Some(accepted(why, seen, new.accept_unknown.as_deref())?)
        }
        _ => why,
    };
    let why = why.map(PublicationReason::into_words);
    let id = match new.id {
        Some(id) => id,
        None => RolloutId::new(secret::fresh(control.now())?),
    };
    let started = Fact::Rollout(RolloutFact::Started {
        rollout: id,
        policy: new.policy.clone(),
        text: rollout::text_of(policy),
        percents: new.percents.clone(),
        watch_seconds: u32::try_from(watch.as_secs()).unwrap_or(u32::MAX),
        halt_if,
        why,
        rehearsal: seen.as_ref().and_then(|seen| seen.digest),
        predicted: seen
            .as_ref()
            .and_then(|seen| seen.window.as_deref())
            .map_or_else(Vec::new, |window| shown::predicted(id, &new.percents, window)),
    });
    let (own, dry_run, checked) =
        (control.settings().application.clone(), new.dry_run, Arc::clone(&policies));
    let as_started = control
        .command(&caller, move |world, now| {
            same_policies(world, &checked)?;
            let stated = Stated { at: now, by: Actor::Operator, fact: started.clone() };
            let after = world.after(&[stated])?;
            let everybody = everybody(started.clone());
            if !keeps_an_administrator_after(world, everybody, &checked, &own, now) {
                return Err(Refusal::invalid(
                    "policy",
                    "rolled out to everybody, it would leave no administrator who could reach the control plane",
                )
                .remedy("repair the policy so that administrators can still get in"));
            }
            let as_started = after.rollout(id).map(|known| Rollout::clone(known));
            Ok((if dry_run { Vec::new() } else { vec![started.clone()] }, as_started))
        })
        .await?;
    let as_started =
        as_started.ok_or_else(|| Refusal::unavailable("the rollout was not found after it was started"))?;
    let world = control.world();
    let shown = api::Rollout {
        dry_run,
        steps: shown::steps(&world, &as_started, &as_started.predicted),
        ..shown::rollout(&world, &policies, &as_started)
    };
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// Returns the policy of this id, if it is on trial.
fn on_trial<'a>(policies: &'a PolicySet, id: &PolicyId) -> Result<&'a PolicyMeta, Refusal> {
    let policy = policies.get(id).ok_or_else(|| {
        Refusal::invalid("policy", format!("there is no policy {id} in force"))
            .remedy("`countersign policy list` shows those that are")
    })?;
    if policy.stage == Stage::Enforce {
        return Err(Refusal::invalid("policy", format!("{id} is not in its shadow stage: it counts for everybody"))
            .remedy("give it @stage(\"shadow\") and apply that; `countersign shadow report` then says whom it would stop"));
    }
    Ok(policy)
}

/// Checks that the policies in force here, on which the checks rest, are also those at the head.
pub fn same_policies(world: &World, checked: &PolicySet) -> Result<(), Refusal> {
    let version = Digest::new(checked.version());
    if world.policies().is_none_or(|published| published.version == version) {
        return Ok(());
    }
    Err(Refusal::conflict("other policies were published just now").about_field("policy").remedy("ask again"))
}

/// Returns the same rollout, but for everybody at once.
fn everybody(started: Fact) -> Fact {
    match started {
        Fact::Rollout(RolloutFact::Started {
            rollout,
            policy,
            text,
            watch_seconds,
            halt_if,
            why,
            rehearsal,
            ..
        }) => {
            let (percents, predicted) = (vec![100], Vec::new());
            Fact::Rollout(RolloutFact::Started {
                rollout,
                policy,
                text,
                percents,
                watch_seconds,
                halt_if,
                why,
                rehearsal,
                predicted,
            })
        }
        other => other,
    }
}

fn halt_if(given: Option<&str>, seen: Option<&SeenReport>) -> Result<HaltIf, Refusal> {
    match (given, seen) {
        (Some(text), _) => text.parse().map_err(|error: countersign_facts::HaltIfError| {
            Refusal::invalid("halt_if", error.to_string())
                .remedy("write such as: newly denied people > 3")
        }),
        (None, Some(seen)) => {
            let (turning, counted) = (Turning::Denied, CountUnit::People);
            Ok(HaltIf { turning, counted, more_than: seen.newly_denied })
        }
        (None, None) => Err(Refusal::invalid("halt_if", "nothing says what halts it").remedy(
            "say such as: newly denied people > 3, or name the shadow report or the plan that you looked at in rehearsal",
        )),
    }
}

fn seen(control: &Control, job: JobId, policy: &PolicyId) -> Result<SeenReport, Refusal> {
    let gone = || {
        Refusal::not_found("finished shadow report or plan", job)
            .about_field("rehearsal")
            .remedy("make the report again: each process keeps its last ones until it ends")
    };
    let job = control.jobs().get(job).ok_or_else(gone)?;
    let shown = job.shown();
    let digest = shown.digest.as_deref().and_then(|digest| digest.parse().ok());
    let report = match shown.result {
        Some(api::JobResult::Plan(plan)) => {
            let (newly_denied, basis) = (plan.newly_denied.people, plan.basis);
            return Ok(SeenReport { digest, newly_denied, window: None, basis });
        }
        Some(api::JobResult::Shadow(report)) => report,
        _ => return Err(gone()),
    };
    let of = report.policies.iter().find(|known| known.policy == *policy).ok_or_else(|| {
        Refusal::invalid("rehearsal", format!("the report says nothing of {policy}"))
            .remedy("make one that does")
    })?;
    let (newly_denied, window) = (of.newly_denied.people, job.window(policy));
    Ok(SeenReport { digest, newly_denied, window, basis: of.basis.clone() })
}

/// Returns the reason for the start, with why the administrator accepts that not everything is known.
fn accepted(
    why: Option<PublicationReason>,
    seen: &SeenReport,
    accept: Option<&str>,
) -> Result<PublicationReason, Refusal> {
    let accept = accept.ok_or_else(|| not_known("report", &seen.basis))?;
    match why {
        Some(why) => why.accepting(accept),
        None => PublicationReason::given(&format!("accepted that not everything is known: {accept}")),
    }
}
