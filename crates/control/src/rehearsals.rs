//! Replays, plans, proofs and shadow reports: long runs over the evidence, started here and followed as jobs.

mod proved;
mod work;

use crate::input::{Json, OptionalJson};
use crate::jobs::{JobParameters, JobWork, NewJob, RunningJob, begin};
use crate::publish::check;
use crate::refusal::CreatedResult;
use crate::settings::{self, WantedSettings};
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_names::{ApplicationName, Timestamp};
use countersign_policy::{PolicySet, Stage};
use countersign_projections::ProjectionError;
use countersign_rehearsals::RehearsalContext;
use countersign_rehearse::Past;
use countersign_world::World;
use std::sync::Arc;
use tokio::runtime::Handle;

pub async fn replay(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewReplay>,
) -> CreatedResult<api::Job> {
    let (kind, span) = (api::JobKind::Replay, (asked.since, asked.until));
    let new = NewJob { kind, span, by: caller.actor(), again: Some(JobParameters::Replay) };
    begin(&control, new, replay_work(&control)).await
}

pub(crate) fn replay_work(control: &Control) -> JobWork {
    let past = past(control);
    Box::new(move |begun, control| {
        if let Some(past) = published(begun, control, past) {
            work::replay(begun, control, past);
        }
    })
}

pub async fn plan(
    State(control): State<Control>,
    caller: Caller,
    Json(asked): Json<api::NewPlan>,
) -> CreatedResult<api::Job> {
    let (kind, span) = (api::JobKind::Plan, (asked.since, asked.until));
    let again = Some(JobParameters::Plan(asked.clone()));
    let work = plan_work(&control, asked).await?;
    begin(&control, NewJob { kind, span, by: caller.actor(), again }, work).await
}

pub(crate) async fn plan_work(control: &Control, asked: api::NewPlan) -> Result<JobWork, Refusal> {
    let running = control.admission().policies();
    let files = asked.files;
    let checking = Arc::clone(&running);
    let checked = tokio::task::spawn_blocking(move || check(&checking, &files))
        .await
        .map_err(|error| Refusal::unavailable(format!("the check was not finished: {error}")))??;
    let (own, now, world) = (&control.settings().application, control.now(), control.world());
    let settings = asked.settings.filter(|settings| !settings.is_empty());
    let settings = settings.map(|asked| settings_of(asked, &world, checked.set(), own, now)).transpose()?;
    // Publishing would refuse this set, so a rehearsal would be useless.
    checked.facts(settings.as_ref().map_or(&*world, |settings| &settings.planned), own, None, now)?;
    let (past, planned) = (past(control), work::Planned { checked, settings, exhaustive: asked.exhaustive });
    Ok(Box::new(move |begun, control| {
        if let Some(past) = published(begun, control, past) {
            work::plan(begun, control, past, &running, &planned, &world);
        }
    }))
}

/// Parses the planned settings, and checks that they may be put in force.
fn settings_of(
    asked: api::Settings,
    world: &World,
    policies: &PolicySet,
    own: &ApplicationName,
    now: Timestamp,
) -> Result<work::Settings, Refusal> {
    const WHY: &str = "rehearsed";
    let wanted = WantedSettings::read(asked, own, now)?;
    let changed =
        wanted.change(world, policies, own, WHY, now)?.within(world, own, (WHY, None), None, now)?;
    let versions = api::PlannedSettings {
        running: settings::version(world, own, now).to_string(),
        planned: wanted.digest().to_string(),
    };
    Ok(work::Settings { versions, files: changed.files, planned: changed.world })
}

pub async fn prove(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewProof>,
) -> CreatedResult<api::Job> {
    let register = (!asked.dry_run).then_some(caller);
    let (kind, span) = (api::JobKind::Proof, (asked.since, asked.until));
    let again = asked.dry_run.then_some(JobParameters::Proof);
    begin(&control, NewJob { kind, span, by: caller.actor(), again }, proof_work(&control, register)).await
}

/// Writes the register in the caller's name; without a caller, only reports what would be written.
pub(crate) fn proof_work(control: &Control, register: Option<Caller>) -> JobWork {
    let past = past(control);
    Box::new(move |begun, control| {
        if let Some(past) = published(begun, control, past) {
            work::prove(begun, control, past, register);
        }
    })
}

pub async fn shadow(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewShadowReport>,
) -> CreatedResult<api::Job> {
    let (kind, span) = (api::JobKind::Shadow, (asked.since, asked.until));
    let again = Some(JobParameters::Shadow(asked.clone()));
    let work = shadow_work(&control, asked)?;
    begin(&control, NewJob { kind, span, by: caller.actor(), again }, work).await
}

pub(crate) fn shadow_work(control: &Control, asked: api::NewShadowReport) -> Result<JobWork, Refusal> {
    let running = control.admission().policies();
    if let Some(policy) = &asked.policy {
        let known = running.get(policy).ok_or_else(|| {
            Refusal::invalid("policy", format!("there is no policy {policy} in force"))
                .remedy("`countersign policy list` shows those that are")
        })?;
        if known.stage == Stage::Enforce {
            return Err(Refusal::invalid("policy", format!("{policy} is not in its shadow stage"))
                .remedy("only policies in the shadow stage are on trial"));
        }
    }
    let (past, world) = (past(control), control.world());
    Ok(Box::new(move |begun, control| {
        if let Some(past) = published(begun, control, past) {
            work::shadow(begun, control, past, &running, asked.policy.as_ref(), &world);
        }
    }))
}

/// Returns the past worlds, to be read on a thread that may block. Of policies it knows the set in force.
pub(crate) fn past(control: &Control) -> Past {
    control.rehearsal_context().past(&control.admission().policies())
}

impl Control {
    fn rehearsal_context(&self) -> RehearsalContext {
        RehearsalContext {
            ledger: self.ledger().clone(),
            store: self.store().clone(),
            process: self.admission().gate().to_owned(),
            reads_others: self.copies().is_some(),
            solver: self.settings().solver.clone(),
            solver_limits: self.settings().solver_limits,
        }
    }
}

/// Adds the publications of policies to the past of a job, and ends the job if they cannot be read. A table that is still
/// being built is waited for until the job is stopped: jobs begin again right after a start, when a new build may have to
/// fold the whole journal.
fn published(begun: &RunningJob, control: &Control, past: Past) -> Option<Past> {
    let (changed, at) = (past.present().versions_changed().last(), past.present().seq());
    let runtime = Handle::current();
    loop {
        let read = match control.projections() {
            Ok(projections) => runtime.block_on(projections.publications(changed, at)),
            Err(refusal) => {
                begun.fail(refusal.to_string());
                return None;
            }
        };
        match read {
            Ok(publications) => return Some(past.with_publications(publications)),
            Err(ProjectionError::Behind { trouble: None, .. }) => {
                if begun.went_on(0, 0, 0.0).is_break() {
                    begun.end(None);
                    return None;
                }
            }
            Err(error) => {
                begun.fail(format!("the earlier policies cannot be determined: {error}"));
                return None;
            }
        }
    }
}
