//! The snapshot that a ledger keeps until it is written.

use super::*;

#[tokio::test]
async fn a_snapshot_is_taken_once_and_that_it_was_taken_is_no_news() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let ledger = Ledger::open(journal, Arc::new(|| Timestamp::from_micros(0)), |_| {}).await.unwrap();
    let mut snapshots = ledger.snapshots();
    assert!(ledger.take_snapshot().is_none() && !snapshots.has_changed().unwrap());
    let world = ledger.world();
    ledger.0.shared.snapshot.send_replace(Some(Arc::clone(&world)));
    assert!(snapshots.has_changed().unwrap());
    snapshots.mark_unchanged();
    assert!(Arc::ptr_eq(&ledger.take_snapshot().unwrap(), &world));
    assert!(ledger.take_snapshot().is_none() && !snapshots.has_changed().unwrap());
}
