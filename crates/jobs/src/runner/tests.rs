//! The runner with a store in memory and a time that passes only when the test says so.

use super::*;
use crate::lease::LeasePace;
use crate::schedules::next_due;
use parking_lot::Mutex;
use tokio::sync::watch;

const TERM: u64 = 30;
const RISK: DeclaredSchedule = DeclaredSchedule { name: "risk", every: Duration::from_secs(60) };

/// A time that stands still until it is moved on.
#[derive(Clone)]
struct ManualTime(Arc<watch::Sender<Duration>>);

impl ScheduleTime for ManualTime {
    fn now(&self) -> Timestamp {
        at(self.0.borrow().as_secs())
    }

    fn elapsed(&self) -> Duration {
        *self.0.borrow()
    }

    async fn sleep_until(&self, elapsed: Duration) {
        let mut moves = self.0.subscribe();
        // The sender is in `self`, so the channel stays open.
        drop(moves.wait_for(|now| *now >= elapsed).await);
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(i64::try_from(seconds).unwrap() * 1_000_000)
}

/// One schedule in memory. It can be made to fail, and to be taken up by another process.
#[derive(Clone)]
struct MemoryStore(Arc<Mutex<MemoryRow>>);

#[derive(Default)]
struct MemoryRow {
    declared: bool,
    due_at: Option<Timestamp>,
    attempt: i64,
    held: bool,
    extended: u32,
    asked: u32,
    failures: u32,
    away: bool,
    outcomes: Vec<ScheduleOutcome>,
    released: u32,
}

impl MemoryStore {
    fn answer<T>(&self, answer: impl FnOnce(&mut MemoryRow) -> T) -> Result<T, DatabaseError> {
        let mut row = self.0.lock();
        row.asked += 1;
        if row.away { Err(DatabaseError::Late { doing: "being away" }) } else { Ok(answer(&mut row)) }
    }
}

impl ScheduleStore for MemoryStore {
    async fn declare(&self, _: DeclaredSchedule, now: Timestamp) -> Result<(), DatabaseError> {
        self.answer(|row| {
            row.declared = true;
            row.due_at.get_or_insert(now);
        })
    }

    async fn due(&self, _: &str, _: &LeaseHolder, now: Timestamp) -> Result<ScheduleDue, DatabaseError> {
        self.answer(|row| match row.due_at {
            _ if !row.declared => ScheduleDue::Unknown,
            Some(due) if due <= now && !row.held => ScheduleDue::Yes,
            _ => ScheduleDue::No,
        })
    }

    async fn take(
        &self,
        name: &str,
        _: &LeaseHolder,
        now: Timestamp,
    ) -> Result<Option<ScheduleClaim>, DatabaseError> {
        self.answer(|row| {
            row.attempt += 1;
            row.held = true;
            let due_at = row.due_at.unwrap_or(now);
            Some(ScheduleClaim {
                name: name.to_owned(),
                attempt: row.attempt,
                due_at,
                every: RISK.every,
                failures: row.failures,
            })
        })
    }

    async fn extend(
        &self,
        claim: &ScheduleClaim,
        _: &LeaseHolder,
        _: Timestamp,
    ) -> Result<bool, DatabaseError> {
        self.answer(|row| {
            row.extended += 1;
            row.attempt == claim.attempt
        })
    }

    async fn finish(
        &self,
        claim: &ScheduleClaim,
        _: &LeaseHolder,
        (outcome, _): (ScheduleOutcome, f64),
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        self.answer(|row| {
            if row.attempt != claim.attempt {
                return false;
            }
            row.held = false;
            row.due_at = Some(next_due(claim.due_at, claim.every, now));
            row.outcomes.push(outcome);
            true
        })
    }

    async fn release(&self, claim: &ScheduleClaim, _: &LeaseHolder) -> Result<bool, DatabaseError> {
        self.answer(|row| {
            row.held = false;
            row.released += 1;
            row.attempt == claim.attempt
        })
    }
}

/// What the work did.
#[derive(Clone, Default)]
struct WorkLog(Arc<Mutex<WorkCounts>>);

#[derive(Default)]
struct WorkCounts {
    begun: u32,
    told_to_stop: u32,
    dropped: u32,
}

struct CountedDrop(WorkLog);

impl Drop for CountedDrop {
    fn drop(&mut self) {
        self.0.0.lock().dropped += 1;
    }
}

/// A runner at work in the background.
struct TestedRunner {
    time: ManualTime,
    store: MemoryStore,
    states: ScheduleStates,
    stop: CancellationToken,
    keeper: JoinHandle<()>,
}

impl TestedRunner {
    fn start(work: ScheduledWork) -> Self {
        let time = ManualTime(Arc::new(watch::Sender::new(Duration::from_secs(1_000))));
        let store = MemoryStore(Arc::default());
        let pace = LeasePace { term: Duration::from_secs(TERM), extend_every: Duration::from_secs(1) };
        let holder = LeaseHolder { process: "edge-1".to_owned(), start: "a".to_owned(), pace };
        let (states, stop) = (ScheduleStates::default(), CancellationToken::new());
        let runner = ScheduleRunner::new(store.clone(), time.clone(), holder, states.clone());
        let told = stop.clone();
        let keeper = tokio::spawn(async move { runner.keep(RISK, work, told).await });
        Self { time, store, states, stop, keeper }
    }

    fn pass(&self, seconds: u64) {
        self.time.0.send_modify(|now| *now += Duration::from_secs(seconds));
    }

    /// Lets time pass, a second at a time, so that the runner can do in each what it would do.
    async fn pass_slowly(&self, seconds: u64) {
        for _ in 0..seconds {
            self.pass(1);
            let asked = self.store.0.lock().asked;
            until("the store is asked", || self.store.0.lock().asked > asked).await;
        }
    }

    async fn row(&self, what: &str, is_so: impl Fn(&MemoryRow) -> bool) {
        until(what, || is_so(&self.store.0.lock())).await;
    }

    fn runs(&self, outcome: RunOutcome) -> u64 {
        self.states.runs().get(&(RISK.name, outcome)).copied().unwrap_or_default()
    }
}

/// Waits until a condition holds; a minute of the real clock at most.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(60), waiting).await.is_ok(),
        "{what}: it never came to it"
    );
}

/// Work that waits for its stop, and returns `at_stop` then.
fn waits(seen: &WorkLog, at_stop: ScheduleOutcome) -> ScheduledWork {
    let seen = seen.clone();
    Arc::new(move |run| {
        let (seen, at_stop) = (seen.clone(), at_stop.clone());
        Box::pin(async move {
            seen.0.lock().begun += 1;
            run.stop.cancelled().await;
            seen.0.lock().told_to_stop += 1;
            at_stop
        })
    })
}

/// Work that does not heed its stop.
fn deaf(seen: &WorkLog) -> ScheduledWork {
    let seen = seen.clone();
    Arc::new(move |_| {
        let seen = seen.clone();
        Box::pin(async move {
            let _dropped = CountedDrop(seen.clone());
            seen.0.lock().begun += 1;
            std::future::pending().await
        })
    })
}

#[tokio::test]
async fn what_is_due_is_done_once_in_each_interval() {
    let begun = Arc::new(Mutex::new(Vec::new()));
    let seen = begun.clone();
    let bench = TestedRunner::start(Arc::new(move |run| {
        seen.lock().push(run.began_at);
        Box::pin(async { Ok(()) })
    }));
    bench.row("the first run", |row| row.outcomes.len() == 1).await;
    for _ in 0..11 {
        bench.pass(5);
        let asked = bench.store.0.lock().asked;
        bench.row("it looks", |row| row.asked > asked).await;
    }
    assert_eq!(bench.store.0.lock().outcomes.len(), 1, "it is not due for a minute");
    bench.pass(5);
    bench.row("the second run", |row| row.outcomes.len() == 2).await;
    assert_eq!(*begun.lock(), [at(1_000), at(1_060)]);
    assert_eq!(bench.runs(RunOutcome::Succeeded), 2);
    bench.stop.cancel();
    bench.keeper.await.unwrap();
}

#[tokio::test]
async fn the_lease_is_extended_for_as_long_as_the_work_goes_on() {
    let seen = WorkLog::default();
    let bench = TestedRunner::start(waits(&seen, Ok(())));
    until("the work begins", || seen.0.lock().begun == 1).await;
    let before = bench.store.0.lock().extended;
    bench.pass_slowly(4 * TERM).await;
    assert!(u64::from(bench.store.0.lock().extended - before) >= 4 * TERM);
    assert_eq!(seen.0.lock().told_to_stop, 0, "far longer than a term, and it was never told to stop");
    bench.stop.cancel();
    bench.keeper.await.unwrap();
}

#[tokio::test]
async fn a_run_whose_schedule_another_process_took_up_is_stopped_and_records_nothing() {
    let seen = WorkLog::default();
    let bench = TestedRunner::start(waits(&seen, Ok(())));
    until("the work begins", || seen.0.lock().begun == 1).await;
    bench.store.0.lock().attempt += 1;
    bench.pass(1);
    until("it is told to stop", || seen.0.lock().told_to_stop == 1).await;
    until("the run is counted", || bench.runs(RunOutcome::Interrupted) == 1).await;
    let nothing_written = |row: &MemoryRow| row.outcomes.is_empty() && row.released == 0;
    assert!(nothing_written(&bench.store.0.lock()), "the other process records how it went");
    bench.stop.cancel();
    bench.keeper.await.unwrap();
}

#[tokio::test]
async fn a_run_whose_lease_cannot_be_extended_is_stopped_before_another_process_may_begin() {
    let seen = WorkLog::default();
    let bench = TestedRunner::start(deaf(&seen));
    until("the work begins", || seen.0.lock().begun == 1).await;
    bench.store.0.lock().away = true;
    bench.pass_slowly(TERM * 2 / 3 - 1).await;
    assert_eq!(seen.0.lock().dropped, 0, "a store that is away for a moment stops nothing");
    bench.pass(TERM / 3);
    tokio::task::yield_now().await;
    assert_eq!(bench.runs(RunOutcome::Interrupted), 0, "it has the last third to end by itself");
    bench.pass(1);
    until("its task is aborted when the lease ends", || seen.0.lock().dropped == 1).await;
    until("the run is counted", || bench.runs(RunOutcome::Interrupted) == 1).await;
    bench.stop.cancel();
    bench.keeper.await.unwrap();
}

#[tokio::test]
async fn a_process_that_stops_releases_its_run_and_records_what_was_done_nevertheless() {
    for (at_stop, released, outcomes) in [(Err("it was stopped".to_owned()), 1, 0), (Ok(()), 0, 1)] {
        let seen = WorkLog::default();
        let bench = TestedRunner::start(waits(&seen, at_stop));
        until("the work begins", || seen.0.lock().begun == 1).await;
        bench.stop.cancel();
        bench.keeper.await.unwrap();
        let row = bench.store.0.lock();
        assert_eq!((row.released, row.outcomes.len(), row.held), (released, outcomes, false));
    }
}

#[tokio::test]
async fn work_that_fails_or_panics_is_recorded_as_failed() {
    let works: [(ScheduledWork, &str); 2] = [
        (Arc::new(|_| Box::pin(async { Err("no feed".to_owned()) })), "no feed"),
        (Arc::new(|_| Box::pin(async { panic!("no room") })), "the run panicked"),
    ];
    for (work, why) in works {
        let bench = TestedRunner::start(work);
        bench.row("the run", |row| row.outcomes.len() == 1).await;
        assert!(bench.store.0.lock().outcomes.remove(0).unwrap_err().contains(why));
        until("the run is counted", || bench.runs(RunOutcome::Failed) == 1).await;
        bench.stop.cancel();
        bench.keeper.await.unwrap();
    }
}

#[tokio::test]
async fn a_schedule_that_was_withdrawn_is_declared_again() {
    let seen = WorkLog::default();
    let bench = TestedRunner::start(waits(&seen, Ok(())));
    until("the work begins", || seen.0.lock().begun == 1).await;
    bench.store.0.lock().attempt += 1;
    bench.pass(1);
    until("the run is counted", || bench.runs(RunOutcome::Interrupted) == 1).await;
    *bench.store.0.lock() = MemoryRow::default();
    let wait_for_declared = bench.row("it is declared", |row| row.declared);
    let passing = async {
        loop {
            bench.pass(5);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        () = wait_for_declared => {}
        () = passing => {}
    }
    bench.stop.cancel();
    bench.keeper.await.unwrap();
}
