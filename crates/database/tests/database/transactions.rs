//! Reading and writing.

use crate::store::TestStore;
use crate::{get, set, with_numbers};
use countersign_database::{AnyConnection, DatabaseError, StoreKind};
use sqlx::Error;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_in_the_middle_leaves_nothing() {
    for store in TestStore::both().await {
        let database = with_numbers(&store).await;
        let failed = database
            .write::<()>("failing", async |connection| {
                let insert = "INSERT INTO numbers (name, value) VALUES ('half', 1)";
                sqlx::query(insert).execute(&mut *connection).await?;
                Err(Error::RowNotFound)
            })
            .await;
        assert!(matches!(failed, Err(DatabaseError::Store { doing: "failing", .. })), "{failed:?}");
        assert_eq!(get(&database, "half").await, None, "{:?}", database.store());
        set(&database, "whole", 1).await.unwrap();
        assert_eq!(get(&database, "whole").await, Some(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_of_a_read_sees_the_same_rows() {
    for store in TestStore::both().await {
        let (reader, writer) = (with_numbers(&store).await, store.open().await);
        set(&writer, "one", 1).await.unwrap();
        let value = "SELECT value FROM numbers WHERE name = 'one'";
        let (before, after) = reader
            .read("reading twice", async |connection| {
                let (before,): (i64,) = sqlx::query_as(value).fetch_one(&mut *connection).await?;
                set(&writer, "one", 2).await.unwrap();
                let (after,): (i64,) = sqlx::query_as(value).fetch_one(&mut *connection).await?;
                Ok((before, after))
            })
            .await
            .unwrap();
        assert_eq!((before, after), (1, 1), "{:?}", reader.store());
        assert_eq!(get(&reader, "one").await, Some(2));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_lose_nothing() {
    for store in TestStore::both().await {
        let database = with_numbers(&store).await;
        set(&database, "count", 0).await.unwrap();
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let database = database.clone();
                tokio::spawn(async move {
                    for _ in 0..10 {
                        let add = "UPDATE numbers SET value = value + 1 WHERE name = 'count' RETURNING value";
                        let added: (i64,) = database
                            .write("adding", async |connection| {
                                sqlx::query_as(add).fetch_one(connection).await
                            })
                            .await
                            .unwrap();
                        assert!(added.0 > 0);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(get(&database, "count").await, Some(80), "{:?}", database.store());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_answer_holds_nobody_and_costs_no_connection() {
    let [_, store] = TestStore::both().await;
    let database = with_numbers(&store).await.with_time_limit(Duration::from_millis(300));
    assert_eq!(database.store(), StoreKind::Postgres);
    // More often than there are connections.
    for _ in 0..5 {
        let since = Instant::now();
        let late = database
            .read("waiting", async |connection| {
                sqlx::query("SELECT pg_sleep(60)").execute(connection).await.map(|_| ())
            })
            .await;
        assert!(matches!(late, Err(DatabaseError::Late { doing: "waiting" })), "{late:?}");
        assert!(since.elapsed() < Duration::from_secs(20), "it took {:?}", since.elapsed());
    }
    let patient = database.with_time_limit(Duration::from_secs(30));
    set(&patient, "one", 1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_waits_for_a_write_and_both_are_there() {
    let [store, _] = TestStore::both().await;
    let database = with_numbers(&store).await;
    let journal = store.journal.clone().unwrap();
    let append = database
        .write("writing beside the journal", async |connection| {
            let insert = "INSERT INTO numbers (name, value) VALUES ('one', 1)";
            sqlx::query(insert).execute(connection).await?;
            let append = tokio::spawn(async move {
                let head = journal.head().await.unwrap();
                journal.append(head, vec![b"entry".to_vec()]).await
            });
            tokio::time::sleep(Duration::from_millis(200)).await;
            assert!(!append.is_finished(), "SQLite lets one write at a time");
            Ok(append)
        })
        .await
        .unwrap();
    append.await.unwrap().unwrap();
    assert_eq!(get(&database, "one").await, Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_away_is_used_again_without_another_start() {
    let mut store = TestStore::postgres();
    let database = with_numbers(&store).await;
    // Attempts end soon while the server is away. What must succeed has the usual limit.
    let hurried = database.clone().with_time_limit(Duration::from_secs(2));
    set(&database, "before", 1).await.unwrap();
    store.server().stop();
    assert!(set(&hurried, "meanwhile", 2).await.is_err());
    store.server().start_again();
    let until = Instant::now() + Duration::from_secs(60);
    while set(&hurried, "after", 3).await.is_err() {
        assert!(Instant::now() < until, "the server is back, and nothing is written");
    }
    assert_eq!((get(&database, "before").await, get(&database, "meanwhile").await), (Some(1), None));
    assert_eq!(get(&database, "after").await, Some(3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_freezes_amid_a_transaction_keeps_its_lock_from_nobody_for_long() {
    let store = TestStore::postgres();
    let (frozen, other) = (with_numbers(&store).await, store.open().await);
    let frozen = frozen.with_time_limit(Duration::from_secs(600));
    set(&frozen, "one", 1).await.unwrap();
    let (holds, held) = tokio::sync::oneshot::channel();
    let freezing = tokio::spawn(async move {
        let update = "UPDATE numbers SET value = 7 WHERE name = 'one'";
        let freeze = async |connection: &mut AnyConnection| {
            sqlx::query(update).execute(connection).await?;
            holds.send(()).unwrap();
            std::future::pending().await
        };
        frozen.write::<()>("freezing", freeze).await
    });
    held.await.unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while set(&other, "one", 2).await.is_err() {
        assert!(Instant::now() < until, "the frozen process holds its lock for ever");
    }
    assert_eq!(get(&other, "one").await, Some(2), "what the frozen process did not commit is gone");
    freezing.abort();
}

/// The pause is only ever longer than this, however busy the machine is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_write_of_many_leaves_the_lock_of_sqlite_to_others_for_as_long_as_it_took() {
    const TAKES: Duration = Duration::from_millis(30);
    for store in TestStore::both().await {
        let database = with_numbers(&store).await;
        let begun = Instant::now();
        let set = database.write_in_bulk("testing", async |connection| {
            sqlx::query("INSERT INTO numbers (name, value) VALUES ('bulk', 1)").execute(connection).await?;
            tokio::time::sleep(TAKES).await;
            Ok(())
        });
        set.await.unwrap();
        let took = begun.elapsed();
        assert!(took >= 2 * TAKES || database.store() == StoreKind::Postgres, "{took:?}");
        assert_eq!(get(&database, "bulk").await, Some(1));
        let failed = database.write_in_bulk("testing", async |connection| {
            sqlx::query("UPDATE numbers SET value = 2 WHERE name = 'bulk'").execute(connection).await?;
            Err::<(), _>(Error::RowNotFound)
        });
        failed.await.unwrap_err();
        assert_eq!(get(&database, "bulk").await, Some(1), "what failed is rolled back");
    }
}
