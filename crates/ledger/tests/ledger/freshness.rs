//! The age of the world according to the ledger, with two simulated clocks: the machine's, and the monotonic one.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::Actor;
use countersign_journal::{Head, Journal};
use countersign_ledger::{Clocks, LATE, Ledger, MOST_SKEW};
use countersign_names::Timestamp;
use countersign_testkit::story::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

struct Machine {
    ledger: Ledger,
    wall: Arc<AtomicI64>,
    passed: Arc<AtomicU64>,
    _folder: tempfile::TempDir,
}

impl Machine {
    /// Starts at second 1000 of the machine's clock and second 50 of the other, with one fact of that time.
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
        let (wall, passed) = (Arc::new(AtomicI64::new(1_000)), Arc::new(AtomicU64::new(50)));
        let (wall_read, passed_read) = (wall.clone(), passed.clone());
        let clocks = Clocks::new(
            Arc::new(move || at(wall_read.load(Ordering::SeqCst))),
            Arc::new(move || Duration::from_secs(passed_read.load(Ordering::SeqCst))),
        );
        let ledger = Ledger::open_by(journal, clocks, None, |_| {}).await.unwrap();
        ledger.state(Actor::Operator, vec![person(1).stated().fact]).await.unwrap();
        Self { ledger, wall, passed, _folder: folder }
    }

    fn set(&self, wall: i64, passed: u64) {
        self.wall.store(wall, Ordering::SeqCst);
        self.passed.store(passed, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_world_that_nobody_else_can_move_is_the_newest_while_the_clock_is_right() {
    let machine = Machine::start().await;
    let ledger = &machine.ledger;
    assert_eq!((ledger.elapsed(), ledger.now()), (Duration::from_secs(50), at(1_000)));
    machine.set(90_000, 80_000);
    assert_eq!(ledger.elapsed(), Duration::from_secs(80_000));
    assert_eq!((ledger.skew(), ledger.behind(), ledger.trouble()), (Duration::ZERO, Duration::ZERO, None));
    assert_eq!(ledger.newest(), Some(at(1_000)), "of the fact, whatever the clock says");
}

#[tokio::test]
async fn a_clock_that_is_behind_by_more_than_clocks_differ_counts_as_a_journal_out_of_reach() {
    let machine = Machine::start().await;
    let ledger = &machine.ledger;
    let most = MOST_SKEW.as_secs();
    let back = i64::try_from(most).unwrap();
    // Behind by exactly as much as is tolerated.
    machine.set(1_000 - back, 50);
    assert_eq!((ledger.skew(), ledger.behind(), ledger.trouble()), (MOST_SKEW, Duration::ZERO, None));
    // One second more: the age now counts from when the world was last confirmed as the newest.
    machine.set(1_000 - back - 1, 50 + LATE.as_secs());
    let skew = Duration::from_secs(most + 1) + LATE;
    assert_eq!((ledger.skew(), ledger.behind()), (skew, LATE));
    assert_eq!(ledger.now(), at(1_000).plus(LATE), "now does not go back, and goes on");
    assert!(ledger.trouble().unwrap().contains("set it right"), "{:?}", ledger.trouble());
    machine.set(1_000 + i64::try_from(LATE.as_secs()).unwrap(), 50 + LATE.as_secs());
    assert_eq!((ledger.skew(), ledger.behind(), ledger.trouble()), (Duration::ZERO, Duration::ZERO, None));
}

#[tokio::test]
async fn what_is_appended_confirms_the_world_unless_the_clock_is_too_far_behind() {
    let machine = Machine::start().await;
    let ledger = &machine.ledger;
    machine.set(1_030, 80);
    ledger.state(Actor::Operator, vec![person(2).stated().fact]).await.unwrap();
    // The age counts from that append, ten seconds ago.
    machine.set(1_040 - i64::try_from(MOST_SKEW.as_secs()).unwrap() - 1, 90);
    assert_eq!(ledger.behind(), Duration::from_secs(10));
    ledger.state(Actor::Operator, vec![person(3).stated().fact]).await.unwrap();
    assert_eq!(
        ledger.behind(),
        Duration::from_secs(10),
        "an append by a clock that is wrong confirms nothing"
    );
}

#[tokio::test]
async fn what_is_remembered_outside_the_journal_is_a_moment_that_the_present_is_not_before() {
    let machine = Machine::start().await;
    let ledger = &machine.ledger;
    assert_eq!(ledger.remembered(), None);
    let head = ledger.head();
    assert_eq!(head, ledger.journal().head().await.unwrap());
    assert_ne!(head, Head::GENESIS);
    ledger.remember(head, at(1_030));
    assert_eq!(ledger.remembered(), Some((head, at(1_030))));
    assert_eq!((ledger.newest(), ledger.now()), (Some(at(1_030)), at(1_030)));
    assert_eq!(ledger.skew(), Duration::from_secs(30));
    // A fact that is newer than the remembered time is the newest.
    machine.set(1_100, 150);
    ledger.state(Actor::Operator, vec![person(2).stated().fact]).await.unwrap();
    assert_eq!((ledger.newest(), ledger.remembered()), (Some(at(1_100)), Some((head, at(1_030)))));
    assert_eq!(ledger.head().seq.0, ledger.seq());
}

#[tokio::test]
async fn before_any_fact_nothing_is_known_but_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let ledger = Ledger::open(journal, Arc::new(|| at(7)), |_| {}).await.unwrap();
    assert_eq!((ledger.newest(), ledger.remembered(), ledger.head()), (None, None, Head::GENESIS));
    assert_eq!((ledger.now(), ledger.elapsed()), (Timestamp::from_micros(7_000_000), Duration::ZERO));
    assert_eq!(ledger.trouble(), None);
}

#[tokio::test]
async fn a_journal_that_is_not_believed_any_more_is_not_written_to_and_its_world_ages() {
    let machine = Machine::start().await;
    let ledger = &machine.ledger;
    ledger.disbelieve("it went back".to_owned());
    ledger.disbelieve("for another reason".to_owned());
    machine.set(1_000 + 30, 80);
    assert_eq!(ledger.behind(), Duration::from_secs(30));
    assert!(ledger.trouble().unwrap().contains("it went back"), "{:?}", ledger.trouble());
    let refused = async {
        while ledger.state(Actor::Operator, vec![]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused).await.unwrap();
    assert_eq!(ledger.seq(), 1, "what was folded stays");
}
