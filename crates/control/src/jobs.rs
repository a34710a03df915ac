//! Long runs: how far each is, how it ended, and what it found.
//!
//! What runs in this process is in memory, and written down as it goes on where there is a table for it (`kept`): so it is
//! shown after a restart, seen and stopped from other processes, and taken up again where that does no harm (`begin`).

mod begin;
pub mod endpoints;
mod kept;
pub mod schedules;

pub(crate) use begin::{JobParameters, JobWork, NewJob, begin};
pub use kept::JobTables;

use crate::Refusal;
use countersign_api as api;
use countersign_facts::Digest;
use countersign_ledger::Clock;
use countersign_names::{JobId, PersonId, PolicyId, Timestamp};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How many run at a time. Each keeps a core busy, and the gate needs them too.
const AT_A_TIME: usize = 1;

/// How often followers are told that a run went on, at most.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// How many are remembered. The result of one may hold some ten thousand changes.
const KEPT: usize = 8;

/// The long runs of this process.
#[derive(Default)]
pub struct Jobs {
    known: Mutex<VecDeque<Arc<Job>>>,
    closed: AtomicBool,
}

/// One of them.
pub struct Job {
    state: Mutex<api::Job>,
    stopped: AtomicBool,
    /// The process is stopping: the work is left for its next start.
    left: AtomicBool,
    /// Another process took it up.
    lost: AtomicBool,
    moved: watch::Sender<()>,
    /// Whether it is written down; then it has not ended before its ending is.
    kept: AtomicBool,
    ending: Mutex<Option<RunEnding>>,
    ended: Notify,
    /// Of a shadow report: whom each policy met.
    windows: Mutex<BTreeMap<PolicyId, Arc<Window>>>,
}

/// The people whom a policy on trial met in the span of a shadow report. Too many to be shown, and needed to say whom of
/// them a rollout reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// Who used an application that it can apply to.
    pub people: BTreeSet<PersonId>,
    /// Whom it would have newly denied.
    pub newly_denied: BTreeSet<PersonId>,
    /// Whom it would have newly allowed.
    pub newly_allowed: BTreeSet<PersonId>,
}

/// How a run ended.
#[expect(clippy::large_enum_variant, reason = "each job has one, for a moment")]
enum RunEnding {
    Finished(JobOutcome),
    Failed(String),
    /// Somebody broke it off.
    Cancelled,
}

/// One that runs. Dropped without an ending, it has failed.
pub struct RunningJob {
    job: Arc<Job>,
    clock: Clock,
    told_at: Mutex<Timestamp>,
    /// Reading the span is the first half of it.
    halved: AtomicBool,
    /// Its ending is known.
    over: AtomicBool,
}

/// What a run found, and what else is needed of it later.
pub struct JobOutcome {
    result: api::JobResult,
    /// SHA-256 over the JSON of the report, of those that a later command names.
    digest: Option<Digest>,
    /// Of a shadow report: whom each policy met.
    windows: BTreeMap<PolicyId, Arc<Window>>,
}

impl JobOutcome {
    /// With the digest by which a later command names the report.
    pub fn with_digest(self, digest: Digest) -> Self {
        Self { digest: Some(digest), ..self }
    }

    /// With the people whom each policy of a shadow report met.
    pub fn with_windows(self, windows: BTreeMap<PolicyId, Arc<Window>>) -> Self {
        Self { windows, ..self }
    }
}

impl From<api::JobResult> for JobOutcome {
    fn from(result: api::JobResult) -> Self {
        Self { result, digest: None, windows: BTreeMap::new() }
    }
}

impl Jobs {
    /// Take up a run, if there is room for one more.
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
                .remedy(format!("wait for it, or break it off with `countersign job stop {busy}`")));
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

    /// The one of this id.
    pub fn get(&self, id: JobId) -> Option<Arc<Job>> {
        self.known.lock().iter().find(|job| job.id() == id).cloned()
    }

    /// All that are remembered, the newest first.
    pub fn newest(&self) -> Vec<Arc<Job>> {
        self.known.lock().iter().cloned().collect()
    }

    /// Break off what runs, and take up nothing any more. What is written down is left for the next start.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        for job in self.newest() {
            job.left.store(true, Ordering::Relaxed);
            job.stopped.store(true, Ordering::Relaxed);
        }
    }

    /// Whether one runs.
    pub fn is_busy(&self) -> bool {
        self.newest().iter().any(|job| job.is_running())
    }

    /// Forgets a run that could not be written down, before its work began.
    fn withdraw(&self, running: RunningJob) {
        let job = running.job();
        drop(running);
        self.known.lock().retain(|known| !Arc::ptr_eq(known, &job));
    }

    /// Break it off; if it has ended, forget it.
    pub fn stop(&self, job: &Arc<Job>) {
        if job.is_running() {
            job.stopped.store(true, Ordering::Relaxed);
        } else {
            self.known.lock().retain(|known| !Arc::ptr_eq(known, job));
        }
    }
}

impl Job {
    /// One that begins now, over what happened in a span.
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

    /// On whose word it runs, in words.
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

    /// All of it.
    pub fn shown(&self) -> api::Job {
        self.state.lock().clone()
    }

    /// Without what it found, which may be long.
    pub fn in_short(&self) -> api::Job {
        let state = self.state.lock();
        let (digest, error) = (state.digest.clone(), state.error.clone());
        let (process, asked_by) = (state.process.clone(), state.asked_by.clone());
        api::Job { result: None, digest, error, process, asked_by, ..*state }
    }

    /// Whom a policy met, when this is a shadow report that has finished.
    pub fn window(&self, policy: &PolicyId) -> Option<Arc<Window>> {
        self.windows.lock().get(policy).cloned()
    }

    /// Told whenever it went on or ended.
    pub fn moved(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    /// Shows how it ended.
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
    /// All of it.
    pub fn shown(&self) -> api::Job {
        self.job.shown()
    }

    /// The span that it is about.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        let state = self.job.state.lock();
        (state.since, state.until)
    }

    /// With the span read it will only be half done.
    pub fn comes_to_half(&self) {
        self.halved.store(true, Ordering::Relaxed);
    }

    /// So much of the span was read; whether it is to go on.
    pub fn read(&self, accesses: u64, decided: u64, share: f64) -> ControlFlow<()> {
        let whole = if self.halved.load(Ordering::Relaxed) { share / 2.0 } else { share };
        self.went_on(accesses, decided, whole)
    }

    /// It has come so far; whether it is to go on. Followers are told a few times a second at most.
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

    /// It could not go on, for this reason.
    pub fn fail(&self, why: String) {
        self.over(RunEnding::Failed(why));
    }

    /// It has ended: with what it found, or nothing because it was broken off.
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

    /// From now on whoever writes it down says when it has ended.
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
        // Once it has ended, to stop it is to forget it.
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
