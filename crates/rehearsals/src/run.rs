//! The runs themselves, each on its own thread.

use crate::basis::Reading;
use crate::trial::{self, ShadowPeople};
use crate::{RehearsalContext, RehearsalProgress, exhaustive, shown};
use countersign_api as api;
use countersign_evidence::{Accesses, Sweep};
use countersign_names::{PolicyId, Timestamp};
use countersign_policy::PolicySet;
use countersign_rehearse::{Past, Plan, Progress, Proof, Prove, Replay, Settings as Differing, Shadow};
use countersign_world::World;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Maximum number of batches that are read ahead of the evaluation.
const AHEAD: usize = 1;

/// A batch of accesses, with the share of the span that was read by then.
type AccessBatch = (f64, Accesses);

/// Evaluates every decision of the span again, against the state and the policies of that time. `None` if it was
/// stopped.
pub fn replay(
    begun: &impl RehearsalProgress,
    context: &RehearsalContext,
    mut past: Past,
) -> Option<api::ReplayReport> {
    let mut replay = Replay::default();
    let (ended, reading) = through(begun, context, |accesses, going| replay.ask(&mut past, accesses, going));
    ended.is_continue().then(|| shown::replay(replay.finish(), &reading))
}

/// What is planned: checked policies, and settings if there are any.
pub struct PlannedPolicies<'a> {
    /// The policies.
    pub policies: &'a Arc<PolicySet>,
    /// The world with the planned settings; `None` without any.
    pub after: Option<&'a World>,
    /// Whether a solver also compares the policies for every possible request.
    pub exhaustive: bool,
}

/// Evaluates every decision of the span against the running policies and the planned ones, with the planned settings if
/// there are any. `None` if it was stopped. The caller adds what only it knows: the files that differ, the policies that
/// would no longer count, warnings, and the versions of settings.
pub fn plan(
    begun: &impl RehearsalProgress,
    context: &RehearsalContext,
    mut past: Past,
    (running, world): (&Arc<PolicySet>, &World),
    planned: &PlannedPolicies<'_>,
) -> Option<api::PlanReport> {
    let (set, after) = (planned.policies, planned.after);
    let between = after.and_then(|after| Differing::between((world, running), (after, set)));
    let mut plan = Plan::new(Arc::clone(running), Arc::clone(set)).with(between);
    if planned.exhaustive {
        begun.comes_to_half();
    }
    let (ended, reading) = through(begun, context, |accesses, going| plan.ask(&mut past, accesses, going));
    if ended.is_break() {
        return None;
    }
    let exhaustive = if planned.exhaustive {
        match exhaustive::ask(begun, context, running, set) {
            ControlFlow::Continue(answers) => Some(answers),
            ControlFlow::Break(()) => return None,
        }
    } else {
        None
    };
    let report = shown::plan(&plan.finish(), (running, world), (set, after.unwrap_or(world)), &reading);
    Some(api::PlanReport { exhaustive, ..report })
}

/// What a proof found in a span.
pub struct ProvedSpan {
    /// What each access depends on.
    pub proof: Arc<Proof>,
    /// The past that was read, for further questions.
    pub past: Past,
    /// What the reading left out.
    pub reading: Reading,
}

/// Evaluates every access of the span that went ahead again, without each item of its evidence, against the policies and
/// the world of `now`. `None` if it was stopped.
pub fn prove(
    begun: &impl RehearsalProgress,
    context: &RehearsalContext,
    mut past: Past,
    (running, world): (&Arc<PolicySet>, &Arc<World>),
    now: Timestamp,
) -> Option<ProvedSpan> {
    let mut prove = Prove::new(Arc::clone(world), Arc::clone(running), now);
    let (ended, reading) = through(begun, context, |accesses, going| prove.ask(&mut past, accesses, going));
    ended.is_continue().then(|| ProvedSpan { proof: Arc::new(prove.finish()), past, reading })
}

/// Reports what the policies in their shadow stage would have done in the span, and the people of each policy. `None` if
/// it was stopped.
pub fn shadow(
    begun: &impl RehearsalProgress,
    context: &RehearsalContext,
    mut past: Past,
    (running, world): (&Arc<PolicySet>, &World),
    only: Option<&PolicyId>,
) -> Option<(api::ShadowReport, BTreeMap<PolicyId, Arc<ShadowPeople>>)> {
    let mut shadow = Shadow::new(Arc::clone(running));
    let (ended, reading) = through(begun, context, |accesses, going| shadow.ask(&mut past, accesses, going));
    if ended.is_break() {
        return None;
    }
    let mut tried = shadow.finish();
    tried.retain(|tried| only.is_none_or(|only| tried.policy == *only));
    let report = trial::report(&tried, running, world, &reading);
    // From partial records, nobody can tell whom each step would affect.
    let windows = tried.iter().filter(|_| reading.is_whole());
    let windows = windows.map(|tried| (tried.policy.clone(), Arc::new(trial::window(tried)))).collect();
    Some((report, windows))
}

/// Reads the span and evaluates it, on two threads, so that it takes as long as the slower of them.
fn through(
    begun: &impl RehearsalProgress,
    context: &RehearsalContext,
    mut ask: impl FnMut(&Accesses, &mut dyn FnMut(Progress) -> ControlFlow<()>) -> ControlFlow<()>,
) -> (ControlFlow<()>, Reading) {
    let (since, until) = begun.span();
    let store = &context.store;
    thread::scope(|scope| {
        let (pieces, arriving) = sync_channel::<AccessBatch>(AHEAD);
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
        (ended, reading.without_store(context, (since, until)))
    })
}

fn asked(
    begun: &impl RehearsalProgress,
    arriving: Receiver<AccessBatch>,
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
