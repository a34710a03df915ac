//! A server with a long journal starts quickly the second time, with the same world.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::history::write_history;
use countersign_journal::Journal;
use countersign_server::{Config, Running};
use std::path::Path;
use std::time::Duration;

/// Far longer than any step here takes; only a hanging test reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

async fn started(data: &Path) -> Running {
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    Running::start(config).await.unwrap()
}

fn files(data: &Path) -> usize {
    std::fs::read_dir(data.join("checkpoints")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_start_begins_with_the_checkpoint_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    write_history(Journal::open_sqlite(data.join("journal.sqlite")).await.unwrap()).await;
    let first = started(data).await;
    assert_eq!(first.ledger.begun_at(), None);
    let mut moved = first.ledger.moved();
    let on_record = async {
        while first.ledger.world().checkpoint(50_000).is_none() {
            moved.changed().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, on_record).await.unwrap();
    let people = first.ledger.world().people().count();
    first.stop().await;
    assert_eq!(files(data), 1);

    let second = started(data).await;
    assert_eq!(second.ledger.begun_at(), Some(50_000));
    assert_eq!(second.ledger.world().people().count(), people);
    assert!(second.ledger.world().person_by_email("ada@example.test").is_some());
    assert_eq!(second.ledger.trouble(), None);
    second.stop().await;

    // The folder may be removed at any time.
    std::fs::remove_dir_all(data.join("checkpoints")).unwrap();
    let third = started(data).await;
    assert_eq!((third.ledger.begun_at(), third.ledger.world().people().count()), (None, people));
    third.stop().await;
}
