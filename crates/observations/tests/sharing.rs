//! Several processes share what they observe through one database: a real PostgreSQL server and a real SQLite file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]

#[path = "../../database/tests/database/store.rs"]
mod store;

use countersign_database::{AnyConnection, Database};
use countersign_names::{DeviceId, SessionId, Timestamp};
use countersign_observations::{ObservationExchange, ObservationKind, Observations, delete_expired};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::TestStore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn session(n: u128) -> SessionId {
    SessionId::new(Uuid::from_u128(n))
}

fn device(n: u128) -> DeviceId {
    DeviceId::new(Uuid::from_u128(n))
}

/// Starts a process: its observations and its exchange.
async fn process_of(store: &TestStore, name: &str) -> (Observations, ObservationExchange) {
    let known = Observations::new(name);
    (known.clone(), ObservationExchange::open(store.open().await, known).await.unwrap())
}

/// Runs one statement on the tables.
async fn run(database: &Database, text: &'static str) -> u64 {
    let run = async |connection: &mut AnyConnection| sqlx::query(text).execute(connection).await;
    database.write("testing", run).await.unwrap().rows_affected()
}

#[tokio::test]
async fn what_one_process_observes_the_other_knows() {
    for store in TestStore::both().await {
        let (one, mut first) = process_of(&store, "gate-1").await;
        let (two, mut second) = process_of(&store, "gate-2").await;
        one.session_used(session(1), at(100));
        two.session_used(session(1), at(90));
        two.session_used(session(2), at(95));
        one.posture_confirmed(device(1), 7, at(80), at(100));
        first.once(at(100)).await.unwrap();
        second.once(at(100)).await.unwrap();
        first.once(at(100)).await.unwrap();
        for known in [&one, &two] {
            assert_eq!(known.session_used_at(session(1)), Some(at(100)), "the later counts");
            assert_eq!(known.session_used_at(session(2)), Some(at(95)));
            assert_eq!(known.posture_confirmed_at(device(1), 7), Some(at(80)));
            assert_eq!(known.posture_confirmed_at(device(1), 8), None);
            let by = known.get(ObservationKind::SessionUse, session(2).bits()).unwrap().by;
            assert_eq!(&*by, "gate-2", "who saw it is told too");
        }
        let state = one.channel();
        assert_eq!((state.exchanged_at, state.problem, state.written), (Some(at(100)), None, 2));
        // A process that starts later reads everything; one that is up to date reads nothing again.
        let (three, mut third) = process_of(&store, "gate-3").await;
        third.once(at(200)).await.unwrap();
        assert_eq!(three.session_used_at(session(1)), Some(at(100)));
        third.once(at(202)).await.unwrap();
        let state = three.channel();
        assert_eq!((state.read, state.written, state.exchanged_at), (3, 0, Some(at(202))));
        // A time a little ahead counts as now, and one far ahead not at all.
        two.session_used(session(1), at(350));
        two.session_used(session(2), at(500));
        second.once(at(500)).await.unwrap();
        third.once(at(300)).await.unwrap();
        let used = |known: &Observations| [1, 2].map(|n| known.session_used_at(session(n)));
        assert_eq!(used(&three), [Some(at(300)), Some(at(95))]);
        // Nor does it keep others from telling what they see.
        one.session_used(session(2), at(310));
        first.once(at(310)).await.unwrap();
        third.once(at(312)).await.unwrap();
        assert_eq!(used(&three), [Some(at(300)), Some(at(310))]);
    }
}

#[tokio::test]
async fn many_rows_of_many_writers_at_once_are_all_read() {
    const EACH: u128 = 1_500;
    for store in TestStore::both().await {
        let (reader, mut reading) = process_of(&store, "reader").await;
        let mut writers = tokio::task::JoinSet::new();
        for process in 0..4 {
            let (known, mut exchange) = process_of(&store, &format!("gate-{process}")).await;
            writers.spawn(async move {
                for n in 0..EACH {
                    known.session_used(session(process * EACH + n), at(100));
                    // One session that all of them use.
                    known.session_used(session(u128::MAX), at(100 + i64::try_from(process).unwrap()));
                    if n % 300 == 299 {
                        exchange.once(at(200)).await.unwrap();
                    }
                }
            });
        }
        // It reads while they write, so it sees commits in any order.
        while !writers.is_empty() {
            reading.once(at(200)).await.unwrap();
            while writers.try_join_next().map(Result::unwrap).is_some() {}
        }
        reading.once(at(200)).await.unwrap();
        let missing = (0..4 * EACH).filter(|n| reader.session_used_at(session(*n)) != Some(at(100))).count();
        assert_eq!(missing, 0);
        assert_eq!(reader.session_used_at(session(u128::MAX)), Some(at(103)));
    }
}

/// Exchanges with a store that is about to come back.
async fn back(exchange: &mut ObservationExchange, now: i64) {
    for _ in 0..100 {
        if exchange.once(at(now)).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the store never came back");
}

#[tokio::test]
async fn while_the_store_is_away_a_process_goes_on_with_what_it_knows() {
    let mut store = TestStore::postgres();
    let (one, mut first) = process_of(&store, "gate-1").await;
    let (two, mut second) = process_of(&store, "gate-2").await;
    one.session_used(session(1), at(100));
    first.once(at(100)).await.unwrap();
    second.once(at(100)).await.unwrap();
    store.server().stop();
    one.session_used(session(1), at(200));
    two.session_used(session(2), at(200));
    assert!(first.once(at(200)).await.is_err());
    assert!(second.once(at(202)).await.is_err());
    assert_eq!(one.session_used_at(session(1)), Some(at(200)), "its own goes on");
    assert_eq!(two.session_used_at(session(1)), Some(at(100)), "the other's gets older");
    let state = two.channel();
    assert_eq!((state.exchanged_at, state.failures, state.problem.is_some()), (Some(at(100)), 1, true));
    store.server().start_again();
    back(&mut first, 210).await;
    back(&mut second, 212).await;
    back(&mut first, 214).await;
    assert_eq!(two.session_used_at(session(1)), Some(at(200)), "what was observed meanwhile was not lost");
    assert_eq!(one.session_used_at(session(2)), Some(at(200)));
    assert_eq!(two.channel().problem, None);
}

#[tokio::test]
async fn a_store_that_was_put_back_is_read_again() {
    for store in TestStore::both().await {
        let (one, mut first) = process_of(&store, "gate-1").await;
        let (two, mut second) = process_of(&store, "gate-2").await;
        for n in 1..=5 {
            one.session_used(session(n), at(100));
        }
        first.once(at(100)).await.unwrap();
        second.once(at(100)).await.unwrap();
        let database = store.open().await;
        run(&database, "DELETE FROM observations").await;
        run(&database, "UPDATE observation_changes SET newest = 0").await;
        let (three, mut third) = process_of(&store, "gate-3").await;
        three.session_used(session(9), at(101));
        third.once(at(101)).await.unwrap();
        second.once(at(102)).await.unwrap();
        assert_eq!(two.session_used_at(session(9)), Some(at(101)));
    }
}

#[tokio::test]
async fn what_is_expired_goes_and_what_nobody_knows_is_passed_over() {
    const DAY: i64 = 86_400;
    for store in TestStore::both().await {
        let (one, mut first) = process_of(&store, "gate-1").await;
        one.session_used(session(1), at(0));
        one.posture_confirmed(device(1), 7, at(0), at(0));
        first.once(at(0)).await.unwrap();
        let database = store.open().await;
        // A kind that only a newer version knows.
        run(&database, "UPDATE observation_changes SET newest = 3").await;
        run(
            &database,
            "INSERT INTO observations VALUES (99, (SELECT subject FROM observations WHERE kind = 1), 5, 0, 'new', 3)",
        )
        .await;
        for _ in 0..300 {
            first.once(at(40 * DAY)).await.unwrap();
        }
        assert_eq!(one.session_used_at(session(1)), None, "its row is there, and read no more");
        assert_eq!(one.posture_confirmed_at(device(1), 7), Some(at(0)));
        let stopped = CancellationToken::new();
        stopped.cancel();
        delete_expired(&database, at(40 * DAY), &stopped).await.unwrap();
        assert_eq!(run(&database, "UPDATE observations SET digest = digest").await, 3, "it was told to stop");
        delete_expired(&database, at(40 * DAY), &CancellationToken::new()).await.unwrap();
        assert_eq!(
            run(&database, "UPDATE observations SET digest = digest").await,
            2,
            "the session's row is gone"
        );
    }
}

#[tokio::test]
async fn a_process_that_stops_tells_what_is_new_and_an_urgent_one_does_not_wait() {
    let store = TestStore::sqlite().await;
    let now = Arc::new(AtomicI64::new(at(100).as_micros()));
    let clock = |now: &Arc<AtomicI64>| {
        let now = Arc::clone(now);
        move || Timestamp::from_micros(now.load(Ordering::SeqCst))
    };
    let (one, first) = process_of(&store, "gate-1").await;
    let (two, mut second) = process_of(&store, "gate-2").await;
    let stop = CancellationToken::new();
    let keeping = tokio::spawn(first.keep(clock(&now), stop.clone()));
    tokio::time::sleep(Duration::from_millis(100)).await;
    one.posture_confirmed(device(1), 7, at(90), at(100));
    let begun = std::time::Instant::now();
    while two.posture_confirmed_at(device(1), 7).is_none() {
        assert!(begun.elapsed() < countersign_observations::EVERY, "it waited for the next exchange");
        tokio::time::sleep(Duration::from_millis(20)).await;
        second.once(at(100)).await.unwrap();
    }
    one.session_used(session(1), at(100));
    stop.cancel();
    keeping.await.unwrap();
    second.once(at(101)).await.unwrap();
    assert_eq!(two.session_used_at(session(1)), Some(at(100)));
}
