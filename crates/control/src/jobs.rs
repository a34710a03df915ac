//! Jobs, which run long: their progress, their end and their result.
//!
//! The jobs of this process are in memory. If there is a table for jobs, they are also stored while they run (`kept`).
//! Then they are shown after a restart, other processes can see and stop them, and interrupted ones begin again if that
//! is harmless (`begin`).

mod begin;
pub mod endpoints;
mod kept;
pub mod schedules;

pub(crate) use begin::{JobParameters, JobWork, NewJob, begin, begin_job};
pub use kept::JobTables;

use crate::Refusal;
use countersign_api as api;
use countersign_facts::Digest;
use countersign_ledger::Clock;
use countersign_names::{JobId, PolicyId, Timestamp};
use countersign_rehearsals::ShadowPeople;
use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Maximum number of jobs that run at a time. Each keeps a core busy, and the gate needs the cores too.
const AT_A_TIME: usize = 1;

/// Minimum time between two notifications about a job's progress.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// Maximum number of jobs that are remembered. The result of one may hold some ten thousand changes.
const KEPT: usize = 8;

/// The jobs of this process.
#[derive(Default)]
pub struct Jobs {
    known: Mutex<VecDeque<Arc<Job>>>,
    closed: AtomicBool,
}

/// One job.
pub struct Job {
    state: Mutex<api::Job>,
    stopped: AtomicBool,
    /// Whether the process is stopping and leaves the work for its next start.
    left: AtomicBool,
    /// Whether another process took the job over.
    lost: AtomicBool,
    moved: watch::Sender<()>,
    /// Whether the job is stored. If it is, it has ended only when its end is stored.
    kept: AtomicBool,
    ending: Mutex<Option<RunEnding>>,
    ended: Notify,
    /// For a shadow report: the people of each policy.
    windows: Mutex<BTreeMap<PolicyId, Arc<ShadowPeople>>>,
}

/// How a job ended.
#[expect(clippy::large_enum_variant, reason = "each job has one, for a moment")]
enum RunEnding {
    Finished(JobOutcome),
    Failed(String),
    /// The job was stopped.
    Cancelled,
}

/// A running job. If it is dropped without an ending, it has failed.
pub struct RunningJob {
    job: Arc<Job>,
    clock: Clock,
    told_at: Mutex<Timestamp>,
    /// Whether reading the span is only the first half of the work.
    halved: AtomicBool,
    /// Whether the ending is known.
    over: AtomicBool,
}

/// The result of a job, and what later commands need of it.
pub struct JobOutcome {
    result: api::JobResult,
    /// SHA-256 of the report's JSON, for reports that a later command names.
    digest: Option<Digest>,
    /// For a shadow report: the people of each policy.
    windows: BTreeMap<PolicyId, Arc<ShadowPeople>>,
}

impl JobOutcome {
    /// Adds the digest by which a later command names the report.
    pub fn with_digest(self, digest: Digest) -> Self {
        Self { digest: Some(digest), ..self }
    }

    /// Adds the people of each policy of a shadow report.
    pub fn with_windows(self, windows: BTreeMap<PolicyId, Arc<ShadowPeople>>) -> Self {
        Self { windows, ..self }
    }
}

impl From<api::JobResult> for JobOutcome {
    fn from(result: api::JobResult) -> Self {
        Self { result, digest: None, windows: BTreeMap::new() }
    }
}

impl Jobs {
    /// Begins a job, if there is room for one more.
    pub fn begin(&self, job: Job, clock: Clock) -> Result<RunningJob, Refusal> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(Refusal::unavailable("the process is stopping"));
        }
        let mut jobs = self.known.lock();
        let running = jobs.iter().filter(|job| job.is_running()).count();
        if running >= AT_A_TIME {
            let busy = jobs.iter().find(|job| job.is_running()).map(|job| job.id().to_string());
            let busy = busy.unwrap_or_default();
            return Err(Refusal::conflict(format!("{busy} is running, and one runs at a time"))
                .remedy(format!("wait for it, or stop it with `countersign job stop {busy}`")));
        }
        let job = Arc::new(job);
        jobs.push_front(Arc::clone(&job));
        jobs.truncate(KEPT);
        Ok(RunningJob {
            job,
            clock,
            told_at: Mutex::new(Timestamp::from_micros(0)),
            halved: AtomicBool::new(false),
            over: AtomicBool::new(false),
        })
    }

    /// Returns the job of this id.
    pub fn get(&self, id: JobId) -> Option<Arc<Job>> {
        self.known.lock().iter().find(|job| job.id() == id).cloned()
    }

    /// Returns all remembered jobs, the newest first.
    pub fn newest(&self) -> Vec<Arc<Job>> {
        self.known.lock().iter().cloned().collect()
    }

    /// Stops every running job and begins no more. Stored jobs are left for the next start.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        for job in self.newest() {
            job.left.store(true, Ordering::Relaxed);
            job.stopped.store(true, Ordering::Relaxed);
        }
    }

    /// Returns whether the process is stopping, so that no job begins.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Returns whether a job runs.
    pub fn is_busy(&self) -> bool {
        self.newest().iter().any(|job| job.is_running())
    }

    /// Forgets a job that could not be stored, before its work began.
    fn withdraw(&self, running: RunningJob) {
        let job = running.job();
        drop(running);
        self.known.lock().retain(|known| !Arc::ptr_eq(known, &job));
    }

    /// Stops a running job; forgets one that has ended.
    pub fn stop(&self, job: &Arc<Job>) {
        if job.is_running() {
            job.stopped.store(true, Ordering::Relaxed);
        } else {
            self.known.lock().retain(|known| !Arc::ptr_eq(known, job));
        }
    }
}

impl Job {
    /// Creates a job that starts now, over a span of time.
    pub fn new(
        id: JobId,
        kind: api::JobKind,
        now: Timestamp,
        (since, until): (Timestamp, Timestamp),
    ) -> Self {
        let state = api::Job {
            id,
            kind,
            state: api::JobState::Running,
            started_at: now,
            ended_at: None,
            since,
            until,
            accesses: 0,
            decided: 0,
            share: 0.0,
            process: None,
            asked_by: None,
            asked_by_name: None,
            error: None,
            digest: None,
            result: None,
        };
        Self {
            state: Mutex::new(state),
            stopped: AtomicBool::new(false),
            left: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            moved: watch::Sender::new(()),
            kept: AtomicBool::new(false),
            ending: Mutex::new(None),
            ended: Notify::new(),
            windows: Mutex::default(),
        }
    }

    /// Sets the name of the actor who asked for the job.
    fn asked_by(self, who: String) -> Self {
        self.state.lock().asked_by = Some(who);
        self
    }

    fn id(&self) -> JobId {
        self.state.lock().id
    }

    fn is_running(&self) -> bool {
        self.state.lock().state == api::JobState::Running
    }

    /// Returns the job with its result.
    pub fn shown(&self) -> api::Job {
        self.state.lock().clone()
    }

    /// Returns the job without its result, which may be long.
    pub fn in_short(&self) -> api::Job {
        let state = self.state.lock();
        let (digest, error) = (state.digest.clone(), state.error.clone());
        let (process, asked_by) = (state.process.clone(), state.asked_by.clone());
        api::Job { result: None, digest, error, process, asked_by, asked_by_name: None, ..*state }
    }

    /// Returns the people of a policy, if this is a finished shadow report.
    pub fn window(&self, policy: &PolicyId) -> Option<Arc<ShadowPeople>> {
        self.windows.lock().get(policy).cloned()
    }

    /// Notifies of every progress and of the end.
    pub fn moved(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    /// Publishes the end of the job.
    fn apply(&self, ending: RunEnding, now: Timestamp) {
        let mut job = self.state.lock();
        job.ended_at = Some(now);
        match ending {
            RunEnding::Cancelled => job.state = api::JobState::Cancelled,
            RunEnding::Failed(why) => (job.state, job.error) = (api::JobState::Failed, Some(why)),
            RunEnding::Finished(JobOutcome { result, digest, windows }) => {
                (job.state, job.share) = (api::JobState::Finished, 1.0);
                (job.result, job.digest) = (Some(result), digest.map(|digest| digest.to_string()));
                *self.windows.lock() = windows;
            }
        }
        let (kind, state) = (begin::api_word(&job.kind), begin::api_word(&job.state));
        metrics::counter!("countersign_jobs_ended_total", "kind" => kind, "state" => state).increment(1);
        drop(job);
        self.moved.send_replace(());
    }
}

impl RunningJob {
    /// Returns the job with its result.
    pub fn shown(&self) -> api::Job {
        self.job.shown()
    }

    /// Returns the span that the job covers.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        let state = self.job.state.lock();
        (state.since, state.until)
    }

    /// Returns the number of accesses read and of requests evaluated so far.
    pub fn counts(&self) -> (u64, u64) {
        let state = self.job.state.lock();
        (state.accesses, state.decided)
    }

    /// Declares that reading the span is only the first half of the work.
    pub fn comes_to_half(&self) {
        self.halved.store(true, Ordering::Relaxed);
    }

    /// Records how much of the span was read; `Break` if the job must stop.
    pub fn read(&self, accesses: u64, decided: u64, share: f64) -> ControlFlow<()> {
        let whole = if self.halved.load(Ordering::Relaxed) { share / 2.0 } else { share };
        self.went_on(accesses, decided, whole)
    }

    /// Records the progress; `Break` if the job must stop. Followers are notified at most four times a second.
    pub fn went_on(&self, accesses: u64, decided: u64, share: f64) -> ControlFlow<()> {
        let mut state = self.job.state.lock();
        (state.accesses, state.decided, state.share) = (accesses, decided, share);
        drop(state);
        let now = (self.clock)();
        let mut told_at = self.told_at.lock();
        if now.since(*told_at) >= TELL_EVERY {
            *told_at = now;
            self.job.moved.send_replace(());
        }
        if self.job.stopped.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Ends the job as failed, for this reason.
    pub fn fail(&self, why: String) {
        self.over(RunEnding::Failed(why));
    }

    /// Ends the job: with its outcome, or as cancelled without one.
    pub fn end(&self, found: Option<JobOutcome>) {
        self.over(found.map_or(RunEnding::Cancelled, RunEnding::Finished));
    }

    fn over(&self, ending: RunEnding) {
        if self.over.swap(true, Ordering::Relaxed) {
            return;
        }
        if self.job.kept.load(Ordering::Relaxed) {
            *self.job.ending.lock() = Some(ending);
            self.job.ended.notify_one();
        } else {
            self.job.apply(ending, (self.clock)());
        }
    }

    fn job(&self) -> Arc<Job> {
        Arc::clone(&self.job)
    }

    /// Marks the job as stored: from now on the task that stores it publishes its end.
    fn is_kept(&self) {
        self.job.kept.store(true, Ordering::Relaxed);
    }
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        self.fail("it ended without a result: the log of the process says why".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn job(n: u128) -> Job {
        let at = Timestamp::from_micros;
        Job::new(JobId::new(Uuid::from_u128(n)), api::JobKind::Replay, at(5), (at(0), at(5)))
    }

    fn clock() -> Clock {
        Arc::new(|| Timestamp::from_micros(7))
    }

    #[test]
    fn one_runs_at_a_time_and_can_be_broken_off() {
        let jobs = Jobs::default();
        let first = jobs.begin(job(1), clock()).unwrap();
        let refusal = jobs.begin(job(2), clock()).err().unwrap();
        assert_eq!(refusal.status(), 409);
        assert!(first.went_on(1, 1, 0.5).is_continue());
        let known = jobs.get(JobId::new(Uuid::from_u128(1))).unwrap();
        jobs.stop(&known);
        assert!(first.went_on(2, 1, 0.6).is_break());
        first.end(None);
        let shown = known.shown();
        assert_eq!((shown.state, shown.accesses), (api::JobState::Cancelled, 2));
        assert_eq!(shown.ended_at, Some(Timestamp::from_micros(7)));
        let second = jobs.begin(job(2), clock()).unwrap();
        assert_eq!(jobs.newest().len(), 2);
        // Stopping a job that has ended forgets it.
        jobs.stop(&known);
        assert_eq!(jobs.newest().len(), 1);
        drop(second);
    }

    #[test]
    fn a_process_that_stops_waits_for_no_run() {
        let jobs = Jobs::default();
        let running = jobs.begin(job(1), clock()).unwrap();
        jobs.close();
        assert!(running.went_on(1, 1, 0.5).is_break());
        running.end(None);
        assert_eq!(jobs.begin(job(2), clock()).err().unwrap().status(), 503);
    }

    #[test]
    fn a_run_that_ends_without_a_result_has_failed() {
        let jobs = Jobs::default();
        drop(jobs.begin(job(1), clock()).unwrap());
        let shown = jobs.newest().first().unwrap().shown();
        assert_eq!(shown.state, api::JobState::Failed);
        assert!(shown.error.is_some());
    }

    #[test]
    fn the_last_ones_are_remembered() {
        let jobs = Jobs::default();
        for n in 0..40 {
            jobs.begin(job(n), clock()).unwrap().end(None);
        }
        assert_eq!(jobs.newest().len(), KEPT);
        assert!(jobs.get(JobId::new(Uuid::from_u128(39))).is_some());
        assert!(jobs.get(JobId::new(Uuid::from_u128(0))).is_none());
    }
}
