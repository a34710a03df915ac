//! The runner of schedules: claims each schedule that is due, keeps its lease, and records the outcome.
//!
//! The work is a future that the runner cannot know. It receives a token that is cancelled when it must stop: because
//! its process stops, because another process claimed the schedule, or because the lease could not be extended for two
//! thirds of its term. In the last third the work can end by itself; then its task is aborted, and another process may
//! begin. Work on a thread outlives that abort, so it must look at the token before each step that others can see.
//!
//! The runner measures its lease with the runtime's clock, which no administrator sets, and writes moments by the clock
//! that it was given. Both are behind [`ScheduleTime`], so that tests decide when time passes.

use crate::lease::{LeaseHolder, jitter};
use crate::schedules::{ScheduleClaim, ScheduleDue, ScheduleTable};
use crate::states::{RunOutcome, ScheduleStates};
use countersign_database::DatabaseError;
use countersign_names::Timestamp;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often to look for due work.
const LOOK: Duration = Duration::from_secs(5);

/// Number of attempts to record an outcome, and the pause between them.
const TRIES: (u32, Duration) = (5, Duration::from_secs(2));

/// Periodic work: its name and its interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeclaredSchedule {
    /// The name, such as `jobs.history`, which every process that does the work gives it.
    pub name: &'static str,
    /// The interval.
    pub every: Duration,
}

/// What the work of a run receives.
#[derive(Debug, Clone)]
pub struct ScheduleRun {
    /// The moment at which the run began.
    pub began_at: Timestamp,
    /// Cancelled when the work must end.
    pub stop: CancellationToken,
}

/// The outcome of a run: why it failed, if it did.
pub type ScheduleOutcome = Result<(), String>;

/// Does the work once. It may be interrupted and begun again, also by another process, so it must continue from what is
/// on record.
pub type ScheduledWork =
    Arc<dyn Fn(ScheduleRun) -> Pin<Box<dyn Future<Output = ScheduleOutcome> + Send>> + Send + Sync>;

/// Time, as the runner uses it.
pub trait ScheduleTime: Send + Sync {
    /// Returns the present moment, by the clock by which moments are written.
    fn now(&self) -> Timestamp;

    /// Returns the time since any fixed moment, by a clock that nobody sets.
    fn elapsed(&self) -> Duration;

    /// Waits until [`elapsed`](Self::elapsed) returns at least this.
    fn sleep_until(&self, elapsed: Duration) -> impl Future<Output = ()> + Send;
}

/// The time of the runtime, and a clock for moments.
#[derive(Clone)]
pub struct RuntimeTime {
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    began: Instant,
}

impl RuntimeTime {
    /// Uses this clock for moments.
    pub fn new(clock: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { clock, began: Instant::now() }
    }
}

impl ScheduleTime for RuntimeTime {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    async fn sleep_until(&self, elapsed: Duration) {
        tokio::time::sleep_until(self.began + elapsed).await;
    }
}

/// The store of schedules, as the runner uses it. [`ScheduleTable`] is the one of the product.
pub trait ScheduleStore: Send + Sync {
    /// Declares a schedule, which is due at once if it is new.
    fn declare(
        &self,
        schedule: DeclaredSchedule,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// Returns whether a process can take the schedule up now. Writes nothing.
    fn due(
        &self,
        name: &str,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> impl Future<Output = Result<ScheduleDue, DatabaseError>> + Send;

    /// See [`ScheduleTable::take`].
    fn take(
        &self,
        name: &str,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<ScheduleClaim>, DatabaseError>> + Send;

    /// See [`ScheduleTable::extend`].
    fn extend(
        &self,
        claim: &ScheduleClaim,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> impl Future<Output = Result<bool, DatabaseError>> + Send;

    /// See [`ScheduleTable::finish`].
    fn finish(
        &self,
        claim: &ScheduleClaim,
        by: &LeaseHolder,
        outcome: (ScheduleOutcome, f64),
        now: Timestamp,
    ) -> impl Future<Output = Result<bool, DatabaseError>> + Send;

    /// See [`ScheduleTable::release`].
    fn release(
        &self,
        claim: &ScheduleClaim,
        by: &LeaseHolder,
    ) -> impl Future<Output = Result<bool, DatabaseError>> + Send;
}

/// Runs schedules for one process.
#[derive(Clone)]
pub struct ScheduleRunner<S, T> {
    store: S,
    time: T,
    holder: LeaseHolder,
    states: ScheduleStates,
}

/// How the work of a run ended.
enum RunEnd {
    /// By itself, with this outcome.
    Done(ScheduleOutcome),
    /// The process is stopping.
    Stopped,
    /// The lease was lost.
    Lost,
}

impl<S: ScheduleStore, T: ScheduleTime> ScheduleRunner<S, T> {
    /// Creates a runner, which counts its runs in `states`.
    pub const fn new(store: S, time: T, holder: LeaseHolder, states: ScheduleStates) -> Self {
        Self { store, time, holder, states }
    }

    /// Runs a schedule each time that it is due and no other process works on it, until `stop` is cancelled. Looks every
    /// five seconds.
    pub async fn keep(&self, schedule: DeclaredSchedule, work: ScheduledWork, stop: CancellationToken) {
        let (mut declared, mut failing) = (false, false);
        while !stop.is_cancelled() {
            let looked = async {
                if !declared {
                    self.store.declare(schedule, self.time.now()).await?;
                    declared = true;
                }
                self.look(schedule, &work, &stop).await
            };
            let looked = looked.await;
            if let Err(error) = &looked
                && !failing
            {
                tracing::warn!(
                    schedule = schedule.name,
                    %error,
                    "the runner cannot read or claim a schedule, and tries again"
                );
            }
            failing = looked.is_err();
            let _stopped = stop.run_until_cancelled(self.sleep(LOOK)).await;
        }
    }

    /// Looks once, and runs the schedule if it is due. Returns whether it ran.
    async fn look(
        &self,
        schedule: DeclaredSchedule,
        work: &ScheduledWork,
        stop: &CancellationToken,
    ) -> Result<bool, DatabaseError> {
        match self.store.due(schedule.name, &self.holder, self.time.now()).await? {
            ScheduleDue::No => return Ok(false),
            // Another process withdrew it, because its configuration asks for no such work. This one's does.
            ScheduleDue::Unknown => {
                self.store.declare(schedule, self.time.now()).await?;
                return Ok(false);
            }
            ScheduleDue::Yes => {}
        }
        let (asked_at, began_at) = (self.time.elapsed(), self.time.now());
        let Some(claim) = self.store.take(schedule.name, &self.holder, began_at).await? else {
            return Ok(false);
        };
        let outcome = match self.run(&claim, work, (asked_at, began_at), stop).await {
            RunEnd::Done(outcome) => self.record(&claim, outcome).await,
            RunEnd::Stopped => {
                if let Err(error) = self.store.release(&claim, &self.holder).await {
                    tracing::warn!(
                        schedule = schedule.name,
                        %error,
                        "the runner cannot release a schedule; a process claims it when the lease has ended"
                    );
                }
                RunOutcome::Interrupted
            }
            RunEnd::Lost => RunOutcome::Interrupted,
        };
        self.states.count(schedule.name, outcome);
        Ok(true)
    }

    /// Does the work while the lease is held.
    async fn run(
        &self,
        claim: &ScheduleClaim,
        work: &ScheduledWork,
        (asked_at, began_at): (Duration, Timestamp),
        stop: &CancellationToken,
    ) -> RunEnd {
        let stop_work = CancellationToken::new();
        let run = ScheduleRun { began_at, stop: stop_work.clone() };
        let mut task = WorkTask { task: tokio::spawn(work(run)), stop: stop_work };
        let pace = self.holder.pace;
        let mut extended_at = asked_at;
        loop {
            // In the last third of the term the work can end by itself.
            let (give_up, over) = (extended_at + pace.term * 2 / 3, extended_at + pace.term);
            tokio::select! {
                biased;
                done = &mut task.task => return RunEnd::Done(outcome_of(done)),
                () = stop.cancelled() => {
                    let done = self.end_by(&mut task, over).await;
                    return if done { RunEnd::Done(Ok(())) } else { RunEnd::Stopped };
                }
                () = self.time.sleep_until(give_up) => {
                    tracing::warn!(
                        schedule = claim.name,
                        "the runner cannot extend the lease of a schedule, and stops the run"
                    );
                    let _too_late = self.end_by(&mut task, over).await;
                    return RunEnd::Lost;
                }
                () = self.sleep(pace.extend_every) => {}
            }
            let asking_at = self.time.elapsed();
            let extended = tokio::select! {
                extended = self.store.extend(claim, &self.holder, self.time.now()) => extended,
                () = self.time.sleep_until(give_up) => continue,
            };
            match extended {
                Ok(true) => extended_at = asking_at,
                Ok(false) => {
                    tracing::warn!(
                        schedule = claim.name,
                        "another process claimed a schedule, and the runner stops its run here"
                    );
                    let _too_late = self.end_by(&mut task, over).await;
                    return RunEnd::Lost;
                }
                Err(error) => {
                    tracing::debug!(
                        schedule = claim.name,
                        %error,
                        "the runner did not extend the lease of a schedule"
                    )
                }
            }
        }
    }

    /// Tells the work to stop, and aborts its task at `over`. Returns whether the work was done nevertheless.
    async fn end_by(&self, task: &mut WorkTask, over: Duration) -> bool {
        task.stop.cancel();
        tokio::select! {
            biased;
            done = &mut task.task => outcome_of(done).is_ok(),
            () = self.time.sleep_until(over) => {
                task.task.abort();
                false
            }
        }
    }

    async fn sleep(&self, span: Duration) {
        self.time.sleep_until(self.time.elapsed() + span).await;
    }

    /// Records the outcome, unless another process has taken the schedule up since.
    async fn record(&self, claim: &ScheduleClaim, outcome: ScheduleOutcome) -> RunOutcome {
        let run = if outcome.is_ok() { RunOutcome::Succeeded } else { RunOutcome::Failed };
        match &outcome {
            Ok(()) => tracing::debug!(schedule = claim.name, "a scheduled run succeeded"),
            Err(why) => {
                tracing::warn!(
                    schedule = claim.name,
                    why,
                    "a scheduled run failed; the runner tries again after a pause"
                );
            }
        }
        let (tries, pause) = TRIES;
        let jitter = jitter(&self.holder, claim.attempt);
        for attempt in 1..=tries {
            match self.store.finish(claim, &self.holder, (outcome.clone(), jitter), self.time.now()).await {
                Ok(true) => return run,
                Ok(false) => return RunOutcome::Interrupted,
                Err(error) if attempt == tries => {
                    tracing::error!(
                        schedule = claim.name,
                        %error,
                        "the runner cannot record the outcome of a scheduled run, and runs it again"
                    );
                }
                Err(_) => self.sleep(pause).await,
            }
        }
        run
    }
}

/// The task of the work. It does not outlive the runner: another process may then do the work.
struct WorkTask {
    task: JoinHandle<ScheduleOutcome>,
    stop: CancellationToken,
}

impl Drop for WorkTask {
    fn drop(&mut self) {
        self.stop.cancel();
        self.task.abort();
    }
}

fn outcome_of(done: Result<ScheduleOutcome, JoinError>) -> ScheduleOutcome {
    done.unwrap_or_else(|error| {
        Err(match error.is_panic() {
            true => "the run panicked: the log of the process says where".to_owned(),
            false => "the run was aborted".to_owned(),
        })
    })
}

impl ScheduleStore for ScheduleTable {
    async fn declare(&self, schedule: DeclaredSchedule, now: Timestamp) -> Result<(), DatabaseError> {
        Self::declare(self, schedule.name, schedule.every, now, now).await
    }

    async fn due(&self, name: &str, by: &LeaseHolder, now: Timestamp) -> Result<ScheduleDue, DatabaseError> {
        Self::due(self, name, by, now).await
    }

    async fn take(
        &self,
        name: &str,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<Option<ScheduleClaim>, DatabaseError> {
        Self::take(self, name, by, now).await
    }

    async fn extend(
        &self,
        claim: &ScheduleClaim,
        by: &LeaseHolder,
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        Self::extend(self, claim, by, now).await
    }

    async fn finish(
        &self,
        claim: &ScheduleClaim,
        by: &LeaseHolder,
        outcome: (ScheduleOutcome, f64),
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        Self::finish(self, claim, by, outcome, now).await
    }

    async fn release(&self, claim: &ScheduleClaim, by: &LeaseHolder) -> Result<bool, DatabaseError> {
        Self::release(self, claim, by).await
    }
}

#[cfg(test)]
mod tests;
