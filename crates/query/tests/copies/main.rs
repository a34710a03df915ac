//! Queries over what other processes recorded, which is read from their copies in an external object store.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod asking;
#[path = "../../../copies/tests/copies/process.rs"]
#[expect(dead_code, reason = "the tests of `copies` use the rest of the process")]
mod process;

use countersign_control::Anchoring;
use countersign_evidence::{Anchors as _, Options};
use countersign_testkit::S3;
use process::{Process, URL, ledger, noon};
use serde_json::json;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn one_process_reads_what_all_recorded_each_record_once() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let two = Process::open(folder.path(), "two", &ledger, &store, URL, Options::default());
    let one = one.record(0, 10, &store, URL).await;
    // Each of these is a file.
    let two =
        two.record(0, 4, &store, URL).await.record(0, 6, &store, URL).await.record(1, 8, &store, URL).await;
    one.copied().await;

    // The other process has not copied yet: the answer reports what is missing, and how much.
    let (count, _, _, gaps) = one.counted(false).await;
    assert_eq!(count, 10);
    assert!(gaps.iter().any(|gap| gap.starts_with("two: 18 rows in 3 files")), "{gaps:?}");
    assert!(gaps.iter().all(|gap| gap.contains("the store does not have it")), "{gaps:?}");

    two.copied().await;
    assert_eq!(one.counted(false).await, (28, 28, 14, Vec::new()));
    assert_eq!(two.counted(false).await, (28, 28, 14, Vec::new()));
    assert_eq!(one.counted(true).await, (10, 10, 5, Vec::new()));
    assert_eq!(one.swept().await, (28, 28, Vec::new()));
    let one_day = one.ask("SELECT count(*) FROM decisions WHERE at >= '2026-11-23'", false).await;
    assert_eq!((&one_day.rows[0][0], &one_day.skipped), (&json!(8), &Vec::new()));

    // Compacted: the same records in fewer files, here and in the store.
    let before = store.keys().len();
    two.store.compact(noon(3), false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let copying = two.copy();
    two.until(|_| store.keys().len() < before).await;
    let expected = || two.files().iter().map(|file| two.key(file)).collect::<Vec<_>>();
    let theirs = || {
        let keys = store.keys().into_iter();
        keys.filter(|key| key.starts_with("a/b/two/dt=")).collect::<Vec<_>>()
    };
    two.until(|_| theirs() == expected()).await;
    drop(copying);
    assert_eq!(one.counted(false).await, (28, 28, 14, Vec::new()));
    assert_eq!(one.swept().await, (28, 28, Vec::new()));

    // The store is unreachable: local records are answered, and what is missing is reported once per process.
    let again = one.again(&store, URL, Options::default()).await;
    store.down();
    let (count, _, _, gaps) = again.counted(false).await;
    assert_eq!(count, 10);
    assert_eq!(gaps.len(), 2, "decisions and ends: {gaps:?}");
    assert!(gaps.iter().all(|gap| gap.starts_with("two") && gap.contains("cannot be reached")), "{gaps:?}");
    assert_eq!(again.counted(true).await, (10, 10, 5, Vec::new()));
    let (swept, _, gaps) = again.swept().await;
    assert_eq!((swept, gaps.len()), (10, 1), "{gaps:?}");
    store.up();

    // Expired: removed here and in the store.
    let keep = Some(Duration::from_secs(86_400));
    let two = two.again(&store, URL, Options { keep, ..Options::default() }).await;
    two.store.retain(noon(2), false).unwrap();
    let copying = two.copy();
    let theirs = || store.keys().into_iter().filter(|key| key.starts_with("a/b/two/dt=")).collect::<Vec<_>>();
    two.until(|_| theirs().iter().all(|key| key.starts_with("a/b/two/dt=2026-11-23"))).await;
    drop(copying);
    assert_eq!(two.compared().await.1, "");
    // A process remembers for a while that the store was unreachable; a new process asks.
    let again = again.again(&store, URL, Options::default()).await;
    assert_eq!(again.counted(false).await, (18, 18, 9, Vec::new()));
    let since = again.ask("SELECT count(*) FROM decisions WHERE at >= '2026-11-22'", false).await;
    let said = &since.skipped[0];
    assert!(said.path == Path::new("two") && said.why.contains("have expired"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_given_another_name_doubles_nothing() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let old = Process::open(folder.path(), "old", &ledger, &store, URL, Options::default());
    let old = old.record(0, 4, &store, URL).await.record(0, 6, &store, URL).await;
    old.copied().await;
    old.sink.close().await.unwrap();
    fs::rename(folder.path().join("old"), folder.path().join("new")).unwrap();
    let new = Process::open(folder.path(), "new", &ledger, &store, URL, Options::default());
    let third = Process::open(folder.path(), "third", &ledger, &store, URL, Options::default());
    assert_eq!(new.counted(false).await, (10, 10, 5, Vec::new()), "not taken in yet");
    let unknown = new.store.unanchored(&mut |_, _| ControlFlow::Continue(())).unwrap();
    let anchors = Anchoring::new(ledger.clone(), "new".to_owned());
    tokio::task::spawn_blocking(move || anchors.anchor(&unknown.files).unwrap()).await.unwrap();
    new.copied().await;
    assert_eq!(new.counted(false).await, (10, 10, 5, Vec::new()), "taken in");
    assert_eq!(third.counted(false).await, (10, 10, 5, Vec::new()), "as a third sees it");
    let compacting = new.store.clone();
    let compact = move || compacting.compact(noon(3), false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    tokio::task::spawn_blocking(compact).await.unwrap();
    new.copied().await;
    assert_eq!(new.counted(false).await, (10, 10, 5, Vec::new()), "compacted");
    assert_eq!(third.counted(false).await, (10, 10, 5, Vec::new()), "compacted, as a third sees it");
}
