//! Staged rollouts over the API: a policy in its shadow stage counts for a sample of people. The sample grows while no
//! evidence speaks against it; otherwise the rollout halts, and the policy counts for nobody.

mod shown;
mod start;

pub use start::start;

use crate::input::{Json, QueryParameters, in_path, on_record};
use crate::page::{PageParameters, SortKey};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, PredictedStep, RolloutFact};
use countersign_names::RolloutId;
use countersign_rehearsals::ShadowPeople;
use countersign_rollouts::{RolloutContext, RolloutWatch, next_step};
use countersign_world::{Rollout, World};
use std::sync::Arc;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::rollouts::RolloutFilter>,
) -> JsonResult<api::Items<api::Rollout>> {
    let (page, active) = (page.usual(&rows::rollouts::LIST)?, asked.active);
    let world = control.world();
    let rollouts = world.rollouts().filter(|known| active.is_none_or(|active| active == known.is_active()));
    let found = page.select(rollouts, |known, _| (SortKey::id(known.id.bits()), SortKey::text("")));
    let policies = control.admission().policies();
    Ok(axum::Json(found.shown(|known| shown::rollout(&world, &policies, known))))
}

pub async fn show(State(control): State<Control>, Path(id): Path<String>) -> JsonResult<api::Rollout> {
    view(&control, in_path("id", &id)?)
}

/// Takes the next step early.
pub async fn advance(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> JsonResult<api::Rollout> {
    let id: RolloutId = in_path("id", &id)?;
    let policies = control.admission().policies();
    let own = control.settings().application.clone();
    control
        .command(&caller, move |world, now| {
            let rollout = known(world, id)?;
            if !rollout.is_running() {
                return Err(Refusal::conflict(format!("{id} is no longer running"))
                    .about_field("id")
                    .remedy("`countersign rollout status` says what became of it"));
            }
            start::same_policies(world, &policies)?;
            Ok((vec![next_step(world, rollout, &policies, &own, now)], ()))
        })
        .await?;
    view(&control, id)
}

pub async fn halt(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::Rollout> {
    let id: RolloutId = in_path("id", &id)?;
    let why = on_record("reason", &why.reason)?;
    control
        .command(&caller, move |world, _| {
            known(world, id)?;
            Ok((
                vec![Fact::Rollout(RolloutFact::Halted { rollout: id, why: why.clone(), example: None })],
                (),
            ))
        })
        .await?;
    view(&control, id)
}

impl Control {
    /// Creates the watch over rollouts of this control plane's process.
    pub fn rollout_watch(&self) -> RolloutWatch {
        RolloutWatch::new(RolloutContext {
            ledger: self.ledger().clone(),
            admission: self.admission().clone(),
            store: self.store().clone(),
            control_plane: self.settings().application.clone(),
        })
    }
}

/// Returns what was predicted for the steps of a rollout. The fact that started it says so. For one that an older build
/// started, this process says so as long as it keeps the shadow report.
fn predicted(control: &Control, rollout: &Rollout) -> Vec<PredictedStep> {
    if !rollout.predicted.is_empty() {
        return rollout.predicted.clone();
    }
    let window = reviewed(control, rollout);
    window.map_or_else(Vec::new, |window| shown::predicted(rollout.id, &rollout.percents, &window))
}

fn reviewed(control: &Control, rollout: &Rollout) -> Option<Arc<ShadowPeople>> {
    let digest = rollout.rehearsal?.to_string();
    let jobs = control.jobs().newest();
    let job = jobs.iter().find(|job| job.in_short().digest.as_deref() == Some(digest.as_str()))?;
    job.window(&rollout.policy)
}

fn known(world: &World, id: RolloutId) -> Result<&Arc<Rollout>, Refusal> {
    world.rollout(id).ok_or_else(|| Refusal::not_found("rollout", id).about_field("id"))
}

fn view(control: &Control, id: RolloutId) -> JsonResult<api::Rollout> {
    let world = control.world();
    let policies = control.admission().policies();
    let rollout = known(&world, id)?;
    let steps = shown::steps(&world, rollout, &predicted(control, rollout));
    Ok(axum::Json(api::Rollout { steps, ..shown::rollout(&world, &policies, rollout) }))
}
