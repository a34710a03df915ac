//! A database with its own clock, and a machine whose clock may be ahead of it: three simulated clocks.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::Actor;
use countersign_journal::{Journal, PostgresOptions};
use countersign_ledger::{Clocks, CommandError, Ledger, MOST_SKEW};
use countersign_testkit::Postgres;
use countersign_testkit::story::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Far longer than a question for the head takes; only a test that would hang reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longer than two questions for the head.
const TWO_LOOKS: Duration = Duration::from_secs(5);

/// Returns by how many seconds a clock may be ahead.
fn most() -> i64 {
    i64::try_from(MOST_SKEW.as_secs()).unwrap()
}

struct Site {
    server: Postgres,
    url: String,
    wall: Arc<AtomicI64>,
    passed: Arc<AtomicU64>,
    ledger: Ledger,
}

async fn journal(url: &str) -> Journal {
    Journal::open_postgres(url.to_owned().into(), PostgresOptions::default()).await.unwrap()
}

impl Site {
    /// Starts with everything at second 1000; the stopwatch stands still, at second 50.
    async fn start() -> Self {
        let server = Postgres::start();
        let url = server.fresh_database();
        let (_, database) = url.rsplit_once('/').unwrap();
        // Shadows the system's function of that name.
        let clock = format!(
            "CREATE TABLE hands (micros bigint); INSERT INTO hands VALUES ({});
             CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
                 $$ SELECT 'epoch'::timestamptz + micros * interval '1 microsecond' FROM public.hands $$;
             ALTER DATABASE {database} SET search_path = public, pg_catalog;",
            at(1_000).as_micros()
        );
        server.run_sql(&url, &clock);
        let (wall, passed) = (Arc::new(AtomicI64::new(1_000)), Arc::new(AtomicU64::new(50)));
        let (wall_read, passed_read) = (wall.clone(), passed.clone());
        let clocks = Clocks::new(
            Arc::new(move || at(wall_read.load(Ordering::SeqCst))),
            Arc::new(move || Duration::from_secs(passed_read.load(Ordering::SeqCst))),
        );
        let ledger = Ledger::open_by(journal(&url).await, clocks, None, |_| {}).await.unwrap();
        let site = Self { server, url, wall, passed, ledger };
        site.state(1).await.unwrap();
        site
    }

    fn set_machine(&self, seconds: i64) {
        self.wall.store(seconds, Ordering::SeqCst);
    }

    fn set_database(&self, seconds: i64) {
        self.server.run_sql(&self.url, &format!("UPDATE hands SET micros = {}", at(seconds).as_micros()));
    }

    async fn state(&self, n: u128) -> Result<(), CommandError<countersign_ledger::Never>> {
        self.ledger.state(Actor::Operator, vec![person(n).stated().fact]).await
    }

    async fn until(&self, what: impl Fn(&Ledger) -> bool) {
        let waiting = async {
            while !what(&self.ledger) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_dated_later_than_the_database_bears_out_is_not_stated() {
    let site = Site::start().await;
    // Ahead by exactly as much as is tolerated.
    site.set_machine(1_000 + most());
    site.state(2).await.unwrap();
    site.set_machine(1_000 + most() + 1);
    let before = site.ledger.journal().head().await.unwrap();
    let refused = site.state(3).await.unwrap_err();
    assert!(matches!(refused, CommandError::Early(_)), "{refused}");
    assert!(refused.to_string().contains("61 s ahead of the database's"), "{refused}");
    assert_eq!(site.ledger.journal().head().await.unwrap(), before, "nothing was stated");
    assert!(site.ledger.trouble().unwrap().contains("61 s ahead"), "{:?}", site.ledger.trouble());
    // The machine was asleep: its stopwatch stood still while the database's clock advanced.
    site.set_database(1_001);
    site.state(3).await.unwrap();
}

#[tokio::test]
async fn what_is_dated_as_the_newest_fact_may_be_stated_however_late_that_is() {
    let site = Site::start().await;
    let told = Ledger::open(journal(&site.url).await, Arc::new(|| at(9_000)), |_| {}).await.unwrap();
    told.state(Actor::Operator, vec![person(2).stated().fact]).await.unwrap();
    site.until(|ledger| ledger.world().newest() == Some(at(9_000))).await;
    assert_eq!(site.ledger.now(), at(9_000));
    site.state(3).await.unwrap();
    // One second later is later than that fact.
    site.set_machine(9_001);
    assert!(matches!(site.state(4).await, Err(CommandError::Early(_))));
}

#[tokio::test]
async fn a_clock_that_is_ahead_is_held_against_the_databases_at_each_look_and_one_that_is_not_is_left_alone()
{
    let site = Site::start().await;
    // The first question of a new ledger is over.
    tokio::time::sleep(Duration::from_millis(500)).await;
    site.set_machine(1_000 + most() + 1);
    assert!(site.ledger.trouble().is_some());
    site.set_database(1_001);
    site.until(|ledger| ledger.trouble().is_none()).await;
    // The database's clock is set back by a minute. Nothing asks it, because the machine's clock is within the limit.
    site.set_database(941);
    tokio::time::sleep(TWO_LOOKS).await;
    assert_eq!(site.ledger.trouble(), None);
}

#[tokio::test]
async fn how_far_the_clocks_are_apart_is_told_and_no_time_is_borne_out_that_the_database_does_not_support() {
    let site = Site::start().await;
    let said = || {
        let ledger = &site.ledger;
        (ledger.ahead_of_store().as_secs(), ledger.behind_store().as_secs(), ledger.borne_out())
    };
    assert_eq!(said(), (0, 0, at(1_000)));
    let latest = at(1_000 + most());
    site.set_machine(1_000 + most());
    assert_eq!(said(), (MOST_SKEW.as_secs(), 0, latest));
    site.set_machine(1_000 + most() + 1);
    assert_eq!(said(), (MOST_SKEW.as_secs() + 1, 0, latest));
    // A clock that is this far ahead is held against the database's at the next look.
    site.set_database(1_000 + most() + 40);
    site.until(|ledger| ledger.behind_store() == Duration::from_secs(39)).await;
    assert_eq!(said(), (0, 39, at(1_000 + most() + 1)));
}

#[tokio::test]
async fn a_world_that_others_can_move_ages_while_the_database_does_not_answer() {
    let mut site = Site::start().await;
    assert_eq!(site.ledger.behind(), Duration::ZERO);
    site.server.stop();
    site.passed.store(80, Ordering::SeqCst);
    assert_eq!(site.ledger.behind(), Duration::from_secs(30));
    assert!(site.ledger.trouble().unwrap().contains("30 s ago"), "{:?}", site.ledger.trouble());
}

/// The journal has the same length as before, but a different last entry.
#[tokio::test]
async fn a_journal_whose_last_entry_was_replaced_is_followed_no_further() {
    let site = Site::start().await;
    site.state(2).await.unwrap();
    tokio::time::sleep(TWO_LOOKS).await;
    assert_eq!(site.ledger.broken(), None);
    site.server.run_sql(
        &site.url,
        "ALTER TABLE journal_entries DISABLE TRIGGER ALL;
         UPDATE journal_entries SET hash = decode(repeat('ab', 32), 'hex')
             WHERE seq = (SELECT max(seq) FROM journal_entries);",
    );
    site.until(|ledger| ledger.broken().is_some()).await;
    let why = site.ledger.broken().unwrap();
    assert!(why.contains("it went back"), "{why}");
    assert!(matches!(site.state(3).await, Err(CommandError::Unavailable(_))));
}
