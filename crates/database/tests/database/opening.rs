//! Opening and upgrading.

use crate::store::TestStore;
use crate::{get, migrate, set, with_numbers};
use countersign_database::{Database, DatabaseError, StoreKind};
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_are_made_once_and_are_there_after_a_restart() {
    for store in TestStore::both().await {
        let first = with_numbers(&store).await;
        set(&first, "one", 1).await.unwrap();
        first.close().await;
        let again = with_numbers(&store).await;
        assert_eq!(get(&again, "one").await, Some(1), "{:?}", again.store());
        again.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_start_at_once_make_the_tables_once() {
    // A SQLite file has one process, which the journal's lock sees to.
    let [_, store] = TestStore::both().await;
    let (one, other) = (store.open().await, store.open().await);
    let (first, second) = tokio::join!(migrate(&one), migrate(&other));
    first.unwrap();
    second.unwrap();
    set(&one, "one", 1).await.unwrap();
    assert_eq!(get(&other, "one").await, Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_a_newer_build_are_refused() {
    for store in TestStore::both().await {
        let database = with_numbers(&store).await;
        let newer = "UPDATE numbers_migrations SET version = 7";
        database
            .write("pretending", async |connection| sqlx::query(newer).execute(connection).await.map(|_| ()))
            .await
            .unwrap();
        let refused = migrate(&database).await.unwrap_err();
        assert!(matches!(refused, DatabaseError::Newer { room: "numbers", version: 7 }), "{refused:?}");
    }
}

#[tokio::test]
async fn a_name_with_odd_characters_is_one_file() {
    let folder = TempDir::new().unwrap();
    for name in ["a b.sqlite", "100%25.sqlite", "what?mode=memory.sqlite", "#1.sqlite", "ä.sqlite"] {
        let path = folder.path().join(name);
        std::fs::write(&path, "").unwrap();
        let database = Database::open_sqlite(&path).await.unwrap();
        migrate(&database).await.unwrap();
        assert_eq!(database.store(), StoreKind::Sqlite);
        database.close().await;
        assert!(std::fs::metadata(&path).unwrap().len() > 0, "{name} is where the tables are");
    }
}

#[tokio::test]
async fn a_file_that_is_missing_or_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("journal.sqlite");
    assert!(Database::open_sqlite(&missing).await.is_err());
    assert!(!missing.exists(), "only the journal makes the file");
    let text = folder.path().join("text");
    std::fs::write(&text, "this is no database, though it is long enough to be one".repeat(20)).unwrap();
    assert!(Database::open_sqlite(&text).await.is_err());
}

#[tokio::test]
async fn no_error_repeats_the_url() {
    for url in ["postgres://app:hunter2@127.0.0.1:1/none", "mysql://app:hunter2@host/db", "hunter2"] {
        let error = Database::open_postgres(&url.to_owned().into(), 1).await.err().unwrap();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
