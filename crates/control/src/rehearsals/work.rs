//! The work of the jobs: has a rehearsal run, adds what only the control plane knows, and ends the job.

use super::proved;
use crate::jobs::{JobOutcome, RunningJob};
use crate::publish::{Checked, changes, removed};
use crate::register::{self, ATTEMPTS, Changes, Extent, Moved, RegisterEntries};
use crate::{Caller, Control, Refusal};
use countersign_api::JobResult;
use countersign_facts::TrustKey;
use countersign_names::{PolicyId, Timestamp};
use countersign_policy::PolicySet;
use countersign_rehearsals::{self as rehearsals, PlannedPolicies, ProvedSpan, RehearsalProgress};
use countersign_rehearse::{Past, Proof, Unanswerable};
use countersign_world::World;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::runtime::Handle;

impl RehearsalProgress for RunningJob {
    fn span(&self) -> (Timestamp, Timestamp) {
        Self::span(self)
    }

    fn comes_to_half(&self) {
        Self::comes_to_half(self);
    }

    fn read(&self, accesses: u64, decided: u64, share: f64) -> ControlFlow<()> {
        Self::read(self, accesses, decided, share)
    }

    fn second_half(&self, share: f64) -> ControlFlow<()> {
        let (accesses, decided) = self.counts();
        self.went_on(accesses, decided, 0.5 + share / 2.0)
    }
}

pub fn replay(begun: &RunningJob, control: &Control, past: Past) {
    let report = rehearsals::replay(begun, &control.rehearsal_context(), past);
    begun.end(report.map(|report| JobResult::Replay(report).into()));
}

/// What is planned, after [`super::plan`] checked it.
pub struct Planned {
    pub checked: Checked,
    pub settings: Option<Settings>,
    /// Whether a solver also compares the policies for every possible request.
    pub exhaustive: bool,
}

/// The planned settings.
pub struct Settings {
    pub versions: countersign_api::PlannedSettings,
    /// The files of a working folder that differ.
    pub files: Vec<countersign_api::FileChange>,
    /// The world with these settings.
    pub planned: World,
}

pub fn plan(
    begun: &RunningJob,
    control: &Control,
    past: Past,
    running: &Arc<PolicySet>,
    planned: &Planned,
    world: &World,
) {
    let set = Arc::new(planned.checked.set().clone());
    let after = planned.settings.as_ref().map(|settings| &settings.planned);
    let change = PlannedPolicies { policies: &set, after, exhaustive: planned.exhaustive };
    let report = rehearsals::plan(begun, &control.rehearsal_context(), past, (running, world), &change);
    let Some(report) = report else { return begun.end(None) };
    let mut files = changes(world.policies().map(|known| &**known), set.files());
    files.extend(planned.settings.iter().flat_map(|settings| settings.files.clone()));
    let settings = planned.settings.as_ref().map(|settings| settings.versions.clone());
    let (warnings, removed, mut unknown) =
        (planned.checked.warnings(), removed(running, &set), report.unknown);
    let has_settings = planned.settings.as_ref().is_some_and(|settings| !settings.files.is_empty());
    if report.exhaustive.is_some() && has_settings {
        // This gap concerns newly allowed accesses only, which --no-newly-allowed forbids.
        unknown.push(
            "The solver was asked about the policies alone: what applications, labels and exceptions would newly let in \
             is known of recorded accesses only."
                .to_owned(),
        );
    }
    let report = countersign_api::PlanReport { files, settings, removed, warnings, unknown, ..report };
    // A report without a JSON form could not be shown either; returning here ends the job as failed.
    let Ok(json) = serde_json::to_vec(&report) else { return };
    let found = JobOutcome::from(JobResult::Plan(Box::new(report)));
    begun.end(Some(found.with_digest(crate::secret::sha256(&json))));
}

/// Proves, and writes what rests on implicit trust to the register in the caller's name; without a `caller`, only reports
/// what would be written.
pub fn prove(begun: &RunningJob, control: &Control, past: Past, caller: Option<Caller>) {
    let (present, running) = (control.world(), control.admission().policies());
    let up_to = present.seq();
    let context = control.rehearsal_context();
    let proved = rehearsals::prove(begun, &context, past, (&running, &present), control.now());
    let Some(ProvedSpan { proof, mut past, reading }) = proved else { return begun.end(None) };
    let basis = proved::basis(&proof, &reading);
    let seen = Extent { up_to, whole: basis.is_whole() };
    let written = registered(control, &proof, &mut past, caller, seen);
    match written {
        Ok((changes, entries, now)) => {
            let (written, world) = (caller.is_some(), control.world());
            let report = proved::report(&proof, &changes, &entries, (&world, now), &running, basis, written);
            begun.end(Some(JobResult::Proof(Box::new(report)).into()));
        }
        Err(refusal) => begun.fail(format!("the register could not be written: {refusal}")),
    }
}

/// Computes what the proof changes in the register, and states it if there is a caller. Returns the entries after it
/// too.
fn registered(
    control: &Control,
    proof: &Arc<Proof>,
    past: &mut Past,
    caller: Option<Caller>,
    extent: Extent,
) -> Result<(Changes, RegisterEntries, Timestamp), Refusal> {
    let (runtime, projections) = (Handle::current(), control.projections()?);
    for _ in 0..ATTEMPTS {
        let wanted = control.world().register_changed();
        let read = runtime.block_on(projections.register_whole(wanted))?;
        let (entries, read) = (Arc::new(read.value), read.seq);
        let causes = causes(proof, past, &entries)
            .map_err(|why| Refusal::unavailable(format!("the facts cannot be read again: {why}")))?;
        let (proof, known, moved) = (Arc::clone(proof), Arc::clone(&entries), Moved::default());
        let told = moved.clone();
        let changed = move |world: &World, now: Timestamp| {
            told.check(world, read)?;
            let changes = Changes::of(&proof, &known, &causes, extent);
            register::check(world, changes.facts(), now)?;
            Ok((changes.facts().to_vec(), (changes, now)))
        };
        let changed = match caller {
            Some(caller) => runtime.block_on(control.command(&caller, changed)),
            None => changed(&control.world(), control.now()).map(|(_, shown)| shown),
        };
        match changed {
            Err(_) if moved.is_so() => {}
            Err(refusal) => return Err(refusal),
            Ok((changes, now)) => {
                let entries = register::after(Arc::unwrap_or_clone(entries), changes.facts(), now);
                return Ok((changes, entries, now));
            }
        }
    }
    Err(Moved::refusal())
}

/// Returns the facts that brought eliminated entries back.
fn causes(
    proof: &Proof,
    past: &mut Past,
    entries: &RegisterEntries,
) -> Result<BTreeMap<TrustKey, u64>, Unanswerable> {
    let mut causes = BTreeMap::new();
    for (key, resting, up_to) in Changes::returning(proof, entries) {
        if let Some(cause) = resting.brought_back_by(past, key.item, up_to)? {
            causes.insert(key.clone(), cause);
        }
    }
    Ok(causes)
}

pub fn shadow(
    begun: &RunningJob,
    control: &Control,
    past: Past,
    running: &Arc<PolicySet>,
    only: Option<&PolicyId>,
    world: &World,
) {
    let found = rehearsals::shadow(begun, &control.rehearsal_context(), past, (running, world), only);
    let Some((report, windows)) = found else { return begun.end(None) };
    // As in `plan`: the job ends as failed.
    let Ok(json) = serde_json::to_vec(&report) else { return };
    let found = JobOutcome::from(JobResult::Shadow(report)).with_digest(crate::secret::sha256(&json));
    begun.end(Some(found.with_windows(windows)));
}
