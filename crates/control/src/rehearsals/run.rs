//! The runs themselves, each on its own thread.

use super::basis::Reading;
use super::{exhaustive, proved, shown, trial};
use crate::jobs::{JobOutcome, RunningJob};
use crate::publish::{Checked, changes};
use crate::register::{self, ATTEMPTS, Changes, Extent, Moved, RegisterEntries};
use crate::{Caller, Control, Refusal};
use countersign_api::JobResult;
use countersign_evidence::{Accesses, Sweep};
use countersign_facts::TrustKey;
use countersign_names::{PolicyId, Timestamp};
use countersign_policy::PolicySet;
use countersign_rehearse::{
    Past, Plan, Progress, Proof, Prove, Replay, Settings as Differing, Shadow, Unanswerable,
};
use countersign_world::World;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use tokio::runtime::Handle;

/// Maximum number of batches that are read ahead of the evaluation.
const AHEAD: usize = 1;

/// A batch of accesses, with the share of the span that was read by then.
type Piece = (f64, Accesses);

/// Evaluates every decision of the span again, against the state and the policies of that time.
pub fn replay(begun: &RunningJob, control: &Control, mut past: Past) {
    let mut replay = Replay::default();
    let (ended, reading) = through(begun, control, |accesses, going| replay.ask(&mut past, accesses, going));
    let found =
        ended.is_continue().then(|| JobResult::Replay(shown::replay(replay.finish(), &reading)).into());
    begun.end(found);
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

/// Evaluates every decision of the span against the running policies and the planned ones, with the planned settings if
/// there are any.
pub fn plan(
    begun: &RunningJob,
    control: &Control,
    mut past: Past,
    running: &Arc<PolicySet>,
    planned: &Planned,
    world: &World,
) {
    let (set, after) =
        (Arc::new(planned.checked.set().clone()), planned.settings.as_ref().map(|s| &s.planned));
    let between = after.and_then(|after| Differing::between((world, running), (after, &set)));
    let mut plan = Plan::new(Arc::clone(running), Arc::clone(&set)).with(between);
    if planned.exhaustive {
        begun.comes_to_half();
    }
    let (ended, reading) = through(begun, control, |accesses, going| plan.ask(&mut past, accesses, going));
    if ended.is_break() {
        return begun.end(None);
    }
    let exhaustive = if planned.exhaustive {
        match exhaustive::ask(begun, control.settings(), running, &set) {
            ControlFlow::Continue(answers) => Some(answers),
            ControlFlow::Break(()) => return begun.end(None),
        }
    } else {
        None
    };
    let mut files = changes(world.policies().map(|known| &**known), set.files());
    let report = shown::plan(&plan.finish(), (running, world), (&set, after.unwrap_or(world)), &reading);
    files.extend(planned.settings.iter().flat_map(|settings| settings.files.clone()));
    let settings = planned.settings.as_ref().map(|settings| settings.versions.clone());
    let (warnings, mut unknown) = (planned.checked.warnings(), report.unknown);
    if exhaustive.is_some() && planned.settings.as_ref().is_some_and(|settings| !settings.files.is_empty()) {
        // This gap concerns newly allowed accesses only, which --no-newly-allowed forbids.
        unknown.push(
            "The solver was asked about the policies alone: what applications, labels and exceptions would newly let in \
             is known of recorded accesses only."
                .to_owned(),
        );
    }
    let report = countersign_api::PlanReport { files, settings, warnings, exhaustive, unknown, ..report };
    // A report without a JSON form could not be shown either; returning here ends the job as failed.
    let Ok(json) = serde_json::to_vec(&report) else { return };
    let found = JobOutcome::from(JobResult::Plan(Box::new(report)));
    begun.end(Some(found.with_digest(crate::secret::sha256(&json))));
}

/// Evaluates every access of the span that went ahead again, without each item of its evidence. Writes what rests on
/// implicit trust to the register in the caller's name; without a `caller`, only reports what would be written.
pub fn prove(begun: &RunningJob, control: &Control, mut past: Past, caller: Option<Caller>) {
    let (present, running) = (control.world(), control.admission().policies());
    let up_to = present.seq();
    let mut prove = Prove::new(Arc::clone(&present), Arc::clone(&running), control.now());
    let (ended, reading) = through(begun, control, |accesses, going| prove.ask(&mut past, accesses, going));
    if ended.is_break() {
        return begun.end(None);
    }
    let proof = Arc::new(prove.finish());
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

/// Reports what the policies in their shadow stage would have done in the span.
pub fn shadow(
    begun: &RunningJob,
    control: &Control,
    mut past: Past,
    running: &Arc<PolicySet>,
    only: Option<&PolicyId>,
    world: &World,
) {
    let mut shadow = Shadow::new(Arc::clone(running));
    let (ended, reading) = through(begun, control, |accesses, going| shadow.ask(&mut past, accesses, going));
    if ended.is_break() {
        return begun.end(None);
    }
    let mut tried = shadow.finish();
    tried.retain(|tried| only.is_none_or(|only| tried.policy == *only));
    let report = trial::report(&tried, running, world, &reading);
    // From partial records, nobody can tell whom each step would affect.
    let windows = tried.iter().filter(|_| reading.is_whole());
    let windows = windows.map(|tried| (tried.policy.clone(), Arc::new(trial::window(tried)))).collect();
    // As in `plan`: the job ends as failed.
    let Ok(json) = serde_json::to_vec(&report) else { return };
    let found = JobOutcome::from(JobResult::Shadow(report)).with_digest(crate::secret::sha256(&json));
    begun.end(Some(found.with_windows(windows)));
}

/// Reads the span and evaluates it, on two threads, so that it takes as long as the slower of them.
fn through(
    begun: &RunningJob,
    control: &Control,
    mut ask: impl FnMut(&Accesses, &mut dyn FnMut(Progress) -> ControlFlow<()>) -> ControlFlow<()>,
) -> (ControlFlow<()>, Reading) {
    let (since, until) = begun.span();
    let store = control.store();
    thread::scope(|scope| {
        let (pieces, arriving) = sync_channel::<Piece>(AHEAD);
        let reading = scope.spawn(move || {
            let mut sweep = store.sweep(since, until);
            while let Some(accesses) = sweep.next() {
                // The receiver is gone if the job was stopped.
                if pieces.send((share(&sweep), accesses)).is_err() {
                    break;
                }
            }
            Reading::of(&sweep)
        });
        let ended = asked(begun, arriving, &mut ask);
        let reading = reading.join().unwrap_or_else(|_| Reading::broken_off());
        (ended, reading.without_store(control, (since, until)))
    })
}

fn asked(
    begun: &RunningJob,
    arriving: Receiver<Piece>,
    ask: &mut impl FnMut(&Accesses, &mut dyn FnMut(Progress) -> ControlFlow<()>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut read = 0.0;
    for (share, accesses) in arriving {
        ask(&accesses, &mut |progress| begun.read(progress.accesses, progress.decided, read))?;
        read = share;
    }
    ControlFlow::Continue(())
}

fn share(sweep: &Sweep) -> f64 {
    let bytes = sweep.bytes();
    if bytes.total == 0 { 0.0 } else { bytes.read as f64 / bytes.total as f64 }
}
