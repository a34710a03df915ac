//! Copying goes on, whatever the store and the disk do between two of its steps.

use crate::process::{EVER, Process, URL, decided, ledger, noon};
use countersign_evidence::Options;
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_testkit::S3;
use std::fs;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_takes_its_time_delays_copies_and_nothing_else() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await;
    one.copied().await;
    let one = one.record(1, 4, &store, URL).await;
    store.hold();
    let copying = one.copy();
    one.until(|_| store.waiting() > 0).await;
    // It knows what it has copied, and what waits.
    let state = one.copies.state();
    let files = one.files();
    let waiting: u64 = files[2..].iter().map(|file| fs::metadata(one.file(file)).unwrap().len()).sum();
    assert_eq!((state.waiting, state.waiting_bytes, state.copied), (Some(2), waiting, 0));
    assert_eq!(state.copied_until, Some(decided(1, 0).at), "before the first that waits");
    assert_eq!((state.problem, state.failures), (None, 0), "slow is no failure");
    // Reading and recording do not wait for it.
    assert_eq!(one.swept().await, (8, 8, Vec::new()));
    one.sink.record(&decided(2, 0)).unwrap();
    one.sink.flush().await.unwrap();
    store.release();
    one.until(|process| process.copies.state().waiting == Some(0)).await;
    drop(copying);
    let state = one.copies.state();
    assert_eq!((state.copied, state.copied_bytes, state.waiting_bytes), (2, waiting, 0));
    assert_eq!(state.copied_until, Some(decided(1, 3).at), "the last of all");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_goes_away_amid_an_upload_is_asked_again() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await.record(1, 4, &store, URL).await;
    one.copied().await;
    let files = one.files();
    // Lost there, so that they are uploaded again; the place is claimed already.
    files.iter().for_each(|file| store.remove(&one.key(file)));
    store.hold();
    let copying = one.copy();
    one.until(|_| store.waiting() > 0).await;
    store.down();
    store.release();
    one.until(|process| process.copies.state().problem.is_some()).await;
    let problem = one.copies.state().problem.unwrap();
    assert!(problem.what.contains("cannot be reached"), "{problem:?}");
    assert_eq!(problem.remedy, "check that the store runs and that evidence.store.endpoint is its address");
    one.until(|process| process.copies.state().failures > 1).await;
    store.up();
    one.until(|process| {
        let state = process.copies.state();
        state.problem.is_none() && state.waiting == Some(0)
    })
    .await;
    drop(copying);
    assert_eq!(one.compared().await, (4, String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_another_size_is_copied_again() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await;
    one.copied().await;
    let file = one.files().remove(0);
    let whole = store.get(&one.key(&file));
    for bytes in [&whole[..whole.len() / 2], b"", &[whole.as_slice(), b"x"].concat()] {
        store.put(&one.key(&file), bytes);
        let copying = one.copy();
        one.until(|_| store.get(&one.key(&file)) == whole).await;
        drop(copying);
    }
    assert_eq!(one.compared().await, (2, String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_nowhere_is_named_and_the_others_are_copied() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await;
    let lost = one.files().remove(0);
    let bytes = fs::read(one.file(&lost)).unwrap();
    fs::remove_file(one.file(&lost)).unwrap();
    let copying = one.copy();
    one.until(|process| {
        let state = process.copies.state();
        state.copied == 1 && state.left.len() == 1
    })
    .await;
    let state = one.copies.state();
    assert_eq!((&state.left[0].path, state.waiting, state.problem), (&lost, Some(1), None));
    assert_eq!(state.left[0].why, "it is missing here and in the store: restore it from a copy of your own");
    // Cut short is not the file that was anchored.
    fs::write(one.file(&lost), &bytes[..bytes.len() - 1]).unwrap();
    let why = |process: &Process| process.copies.state().left.first().map(|left| left.why.clone());
    one.until(|process| why(process).is_some_and(|why| why.contains("differs from its anchor"))).await;
    // Once it is restored, it is copied, and nothing is said of it any more.
    fs::write(one.file(&lost), bytes).unwrap();
    one.until(|process| process.copies.state().left.is_empty()).await;
    drop(copying);
    assert_eq!(one.compared().await, (2, String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_without_a_fact_is_no_installation() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.db")).await.unwrap();
    let empty = Ledger::open(journal, Arc::new(|| noon(0)), |_| {}).await.unwrap();
    let one = Process::open(folder.path(), "one", &empty, &store, URL, Options::default());
    let copying = one.copy();
    one.until(|process| process.copies.state().problem.is_some()).await;
    drop(copying);
    let problem = one.copies.state().problem.unwrap();
    assert_eq!(
        (problem.what.as_str(), problem.remedy.as_str()),
        ("the journal: it is empty", "nothing: the process tries again")
    );
    assert_eq!(store.keys(), Vec::<String>::new());
    assert_eq!(one.copies.put_head(b"head".to_vec()).await, Err(problem));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_kept_in_the_place_of_its_own_installation_alone() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    // Reading claims nothing.
    assert_eq!((one.copies.get_head().await, store.keys()), (Ok(None), Vec::new()));
    for head in [b"first".to_vec(), Vec::new(), b"second".to_vec()] {
        one.copies.put_head(head.clone()).await.unwrap();
        assert_eq!(one.copies.get_head().await, Ok(Some(head)));
    }
    assert_eq!(store.keys(), ["a/b/one/head", "a/b/one/installation"]);
    let first = ledger.journal().read(countersign_journal::Seq(0), 1).await.unwrap().remove(0);
    assert_eq!(store.get("a/b/one/installation"), format!("{}\n", first.hash).into_bytes());

    store.put("a/b/one/installation", b"another\n");
    let problem = one.copies.put_head(b"third".to_vec()).await.unwrap_err();
    assert_eq!(
        problem.what,
        "s3://evidence/a/b/one holds the evidence of another installation's process of this name"
    );
    assert_eq!(store.get("a/b/one/head"), b"second");
    // Without its marker, the place is claimed anew.
    store.remove("a/b/one/installation");
    one.copies.put_head(b"fourth".to_vec()).await.unwrap();
    assert_eq!(store.get("a/b/one/installation"), format!("{}\n", first.hash).into_bytes());
    store.down();
    for problem in
        [one.copies.get_head().await.unwrap_err(), one.copies.put_head(Vec::new()).await.unwrap_err()]
    {
        assert!(problem.what.contains("cannot be reached"), "{problem:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_that_nobody_knows_stay_and_are_no_files() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let strays =
        ["a/b/one/dt=2026-11-22/decisions-1.parquet", "a/b/one/stray", "a/b/one2/stray", "a/b/stray"];
    strays.iter().for_each(|key| store.put(key, b"x"));
    let one = one.record(0, 4, &store, URL).await;
    one.copied().await;
    let state = one.copies.state();
    assert_eq!((state.copied, state.waiting, state.left), (2, Some(0), Vec::new()));
    // Once more, with everything in its place.
    one.copied().await;
    assert!(strays.iter().all(|key| store.keys().contains(&(*key).to_owned())));
    assert_eq!(one.verified(EVER).await.findings.len(), 2, "those within its place");
}
