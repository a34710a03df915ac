//! A process that is killed in the middle of a run: another takes the schedule up, and not before the lease has ended.
//!
//! The process is this test program again, in which only [`the_process_that_is_killed`] runs.

use crate::store::TestStore;
use countersign_database::Database;
use countersign_jobs::{
    DeclaredSchedule, LeaseHolder, LeasePace, RunOutcome, RuntimeTime, ScheduleRunner, ScheduleStates,
    ScheduleTable,
};
use countersign_names::Timestamp;
use countersign_testkit::Postgres;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Where the process that is killed finds its store: the URL of a database or the path of a file.
const STORE: &str = "COUNTERSIGN_TEST_STORE";

const RISK: DeclaredSchedule = DeclaredSchedule { name: "risk", every: Duration::from_secs(3_600) };

/// Ends the process, however the test ends.
struct KilledOnDrop(Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        let _gone = (self.0.kill(), self.0.wait());
    }
}

#[expect(clippy::disallowed_methods, reason = "two processes need one clock")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap())
}

async fn table(store: &str) -> ScheduleTable {
    let database = match store.starts_with("postgres") {
        true => Database::open_postgres(&store.to_owned().into(), 3).await.unwrap(),
        false => Database::open_sqlite(store.as_ref()).await.unwrap(),
    };
    countersign_jobs::migrate(&database).await.unwrap();
    ScheduleTable::new(database)
}

fn runner(
    table: ScheduleTable,
    process: &str,
    states: &ScheduleStates,
) -> ScheduleRunner<ScheduleTable, RuntimeTime> {
    let pace = LeasePace { term: Duration::from_secs(6), extend_every: Duration::from_millis(200) };
    let holder = LeaseHolder { process: process.to_owned(), start: "a".to_owned(), pace };
    ScheduleRunner::new(table, RuntimeTime::new(Arc::new(now)), holder, states.clone())
}

/// Takes the schedule up and works for ever. Started by the test below with a store, and does nothing without one.
#[tokio::test]
#[ignore = "it is the process that the test below kills"]
async fn the_process_that_is_killed() {
    let Ok(store) = std::env::var(STORE) else { return };
    let runner = runner(table(&store).await, "doomed", &ScheduleStates::default());
    runner.keep(RISK, Arc::new(|_| Box::pin(std::future::pending())), CancellationToken::new()).await;
}

async fn check(store: &str) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "killed::the_process_that_is_killed", "--ignored"]).env(STORE, store);
    // Two processes cannot make the tables of one SQLite file at once, so they exist before the other process starts.
    let table = table(store).await;
    let mut doomed = KilledOnDrop(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    // Its lease was extended at least once.
    let until = async |is_so: &dyn Fn(Timestamp, Timestamp) -> bool| {
        let looking = async {
            loop {
                let row = table.list(now()).await.unwrap().into_iter().next();
                let held = row.as_ref().and_then(|row| row.holder.clone().zip(row.last_started_at));
                if let Some(((owner, until), began)) = held
                    && owner == "doomed/a"
                    && is_so(began, until)
                {
                    return until;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(120), looking).await.unwrap()
    };
    until(&|began, until| until.since(began) > Duration::from_millis(6_500)).await;

    let (states, stop, began) =
        (ScheduleStates::default(), CancellationToken::new(), Arc::new(Mutex::new(None)));
    let (other, told, seen) = (runner(table.clone(), "other", &states), stop.clone(), began.clone());
    let keeping = tokio::spawn(async move {
        let work = move |run: countersign_jobs::ScheduleRun| {
            *seen.lock().unwrap() = Some(run.began_at);
            Box::pin(async { Ok(()) }) as std::pin::Pin<Box<dyn Future<Output = _> + Send>>
        };
        other.keep(RISK, Arc::new(work), told).await;
    });
    doomed.0.kill().unwrap();
    doomed.0.wait().unwrap();
    let lease_ends = table.list(now()).await.unwrap().remove(0).holder.unwrap().1;
    let taken = async {
        while !states.runs().contains_key(&(RISK.name, RunOutcome::Succeeded)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), taken).await.unwrap();
    assert!(began.lock().unwrap().unwrap() >= lease_ends, "it waited for the end of the lease");
    let row = table.list(now()).await.unwrap().remove(0);
    assert!(row.holder.is_none() && row.last_ended_at.is_some() && row.failures == 0, "{row:?}");
    stop.cancel();
    keeping.await.unwrap();
}

#[tokio::test]
async fn a_schedule_whose_process_is_killed_is_taken_up_by_another_once_the_lease_has_ended() {
    let (file, server) = (TestStore::sqlite().await, Postgres::start());
    check(file.file().to_str().unwrap()).await;
    check(&server.fresh_database()).await;
}
