//! Cases that need a file: its lock, its mode, and invalid paths.

use crate::stage::{Stage, append};
use countersign_journal::{Head, Journal, OpenError, Wake};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

fn path(stage: &Stage<'_>) -> std::path::PathBuf {
    match stage {
        Stage::Sqlite { path, .. } => path.clone(),
        Stage::Postgres { .. } => panic!("a file is needed"),
    }
}

#[tokio::test]
async fn a_second_appender_is_told_that_the_file_is_in_use() {
    let stage = Stage::sqlite();
    let first = stage.open().await;
    let second = Journal::open_sqlite(path(&stage)).await;
    let error = second.expect_err("the file is in use");
    assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
    assert!(error.to_string().contains("in use by another process"), "{error}");
    first.close().await;
    Journal::open_sqlite(path(&stage)).await.expect("closing lets go of the file");
}

#[tokio::test]
async fn nobody_else_may_read_the_files() {
    let stage = Stage::sqlite();
    let journal = stage.open().await;
    append(&journal, Head::GENESIS, 1).await;
    let files = std::fs::read_dir(path(&stage).parent().unwrap()).unwrap();
    let modes: Vec<_> = files
        .map(|file| file.unwrap())
        .map(|file| (file.file_name(), file.metadata().unwrap().permissions().mode() & 0o777))
        .collect();
    assert!(modes.len() >= 3, "the file, its lock and its write-ahead log: {modes:?}");
    assert!(modes.iter().all(|(_, mode)| *mode == 0o600), "{modes:?}");
}

#[tokio::test]
async fn a_reader_beside_the_appender_follows_by_looking() {
    let stage = Stage::sqlite();
    let journal = stage.open().await;
    let reader = stage.open_for_reading().await;
    let mut follower = reader.follow();
    let head = append(&journal, Head::GENESIS, 2).await;
    let wake = tokio::time::timeout(Duration::from_secs(30), follower.wait(Head::GENESIS.seq)).await;
    assert_eq!(wake, Ok(Wake::Look));
    assert_eq!(reader.head().await.unwrap(), head);
}

#[tokio::test]
async fn what_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("no/such/journal.db");
    let error = Journal::open_sqlite(&nowhere).await.expect_err("there is no folder");
    assert!(matches!(error, OpenError::File { .. }), "{error:?}");
    assert!(error.to_string().contains("no/such/journal.db"), "{error}");

    let absent = Journal::open_sqlite_readonly(folder.path().join("absent.db")).await;
    assert!(matches!(absent, Err(OpenError::Missing)), "{absent:?}");
    assert!(!folder.path().join("absent.db").exists(), "reading makes nothing");

    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    let error = Journal::open_sqlite_readonly(&empty).await.expect_err("there is nothing in it");
    assert!(matches!(error, OpenError::Missing), "{error:?}");

    let text = folder.path().join("text.db");
    std::fs::write(&text, "not a database, whatever it is called".repeat(100)).unwrap();
    let error = Journal::open_sqlite(&text).await.expect_err("it is no database");
    assert!(matches!(error, OpenError::Store(_)), "{error:?}");
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("not a database"), "nothing was written");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let stage = Stage::sqlite();
    stage.open().await.close().await;
    stage
        .sql(
            "INSERT INTO journal_migrations (version, description, success, checksum, execution_time)
              VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .await
        .unwrap();
    let error = Journal::open_sqlite(path(&stage)).await.expect_err("the schema is newer");
    assert!(matches!(error, OpenError::Newer { version: 9999 }), "{error:?}");
}
