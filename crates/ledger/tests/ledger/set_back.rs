//! Time in a journal ran ahead, and the operator sets it back: the one who does, and the others who follow the journal.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{AcceptedClock, Actor, Fact, JournalFact};
use countersign_journal::{Journal, PostgresOptions};
use countersign_ledger::{Clock, Ledger};
use countersign_names::Timestamp;
use countersign_testkit::Postgres;
use countersign_testkit::story::*;
use std::sync::Arc;
use std::time::Duration;

/// Far longer than a follower needs; only a test that would hang reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

async fn journal(url: &str) -> Journal {
    Journal::open_postgres(url.to_owned().into(), PostgresOptions::default()).await.unwrap()
}

fn stands_at(seconds: i64) -> Clock {
    Arc::new(move || at(seconds))
}

fn clock(held: Timestamp) -> Fact {
    let (gate, why) = ("edge-1".to_owned(), "the battery".to_owned());
    Fact::Journal(JournalFact::ClockAccepted(AcceptedClock { gate, held, why }))
}

#[tokio::test]
async fn who_accepts_the_clock_states_its_time_and_who_follows_stops_before_that() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let ahead = Ledger::open(journal(&url).await, stands_at(9_000), |_| {}).await.unwrap();
    ahead.state(Actor::Operator, vec![person(1).stated().fact]).await.unwrap();

    // Any other ledger keeps the later time, whatever its clock says.
    let follower = Ledger::open(journal(&url).await, stands_at(100), |_| {}).await.unwrap();
    assert_eq!((follower.now(), follower.skew().as_secs()), (at(9_000), 8_900));
    follower.remember(follower.head(), follower.now());

    let operator =
        Ledger::open_to_accept_clock(journal(&url).await, stands_at(100).into(), |_| {}).await.unwrap();
    operator.remember(operator.head(), at(9_500));
    assert_eq!(operator.now(), at(100));
    // What was stated before is known; what comes after is not read.
    operator.state(Actor::Operator, vec![clock(at(9_000)), person(2).stated().fact]).await.unwrap();
    let world = operator.world();
    assert_eq!((world.newest(), operator.now(), world.people().count()), (Some(at(100)), at(100), 2));

    let why = tokio::time::timeout(PATIENCE, follower.time_set_back()).await.unwrap();
    for words in ["fact 2", "edge-1", "the battery", "This process stops"] {
        assert!(why.contains(words), "{words} should be said: {why}");
    }
    assert_eq!(follower.broken(), Some(why));
    assert_eq!((follower.world().seq(), follower.head().seq.0, follower.now()), (1, 1, at(9_000)));
    assert_eq!(follower.borne_out(), at(9_000), "what it remembers outside the journal keeps the later time");
    follower.state(Actor::Operator, vec![person(3).stated().fact]).await.unwrap_err();

    // Whoever starts now begins with the accepted time.
    let next = Ledger::open(journal(&url).await, stands_at(120), |_| {}).await.unwrap();
    assert_eq!((next.now(), next.skew(), next.world().seq()), (at(120), Duration::ZERO, 3));
    assert!(tokio::time::timeout(Duration::from_millis(100), next.time_set_back()).await.is_err());
}
