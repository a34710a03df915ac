//! A file that is only in the store is fetched whole, once, and believed for its digest alone.

use crate::process::{PACE, Process, URL, ledger};
use countersign_bucket::{Address, Bucket, Source};
use countersign_copies::Copies;
use countersign_evidence::{Decisions, Options};
use countersign_facts::{Actor, EvidenceFact, Fact};
use countersign_lake::{Away, Elsewhere as _, Fetched, RecordKind as _};
use countersign_ledger::Ledger;
use countersign_names::Timestamp;
use countersign_testkit::{S3, s3};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const DAY: &str = "dt=2026-11-22";

/// A process that has copied, and another that can read its copies.
async fn two(folder: &Path, store: &S3) -> (Process, Process, Ledger) {
    let ledger = ledger(folder).await;
    let one = Process::open(folder, "one", &ledger, store, URL, Options::default());
    let one = one.record(0, 4, store, URL).await.record(0, 6, store, URL).await;
    one.copied().await;
    let two = Process::open(folder, "two", &ledger, store, URL, Options::default());
    (one, two, ledger)
}

async fn fetch(copies: &Copies, away: &Away) -> Result<Fetched, String> {
    let (copies, away) = (copies.clone(), away.clone());
    tokio::task::spawn_blocking(move || copies.fetch(&away)).await.unwrap()
}

/// Returns the decisions of the other process.
fn decisions(copies: &Copies) -> Vec<Away> {
    let others = copies.others(DAY).into_iter();
    others.filter(|away| away.file.path.contains("/decisions-")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_have_is_listed_and_fetched_as_it_was_anchored() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (one, two, _) = two(folder.path(), &store).await;
    assert_eq!((two.copies.process(), two.copies.partitions()), ("two", vec![DAY.to_owned()]));
    assert_eq!((one.copies.partitions(), one.copies.others(DAY)), (vec![], vec![]), "its own are no others'");
    assert_eq!(two.copies.others("dt=2026-11-23"), []);
    let listed: Vec<String> = two.copies.others(DAY).into_iter().map(|away| away.file.path).collect();
    assert_eq!(listed, one.files());
    for away in two.copies.others(DAY) {
        assert_eq!(away.process, "one");
        let fetched = fetch(&two.copies, &away).await.unwrap();
        let path = fetched.path();
        assert!(path.starts_with(two.copies.folder()) && path.ends_with(&away.file.path), "{fetched:?}");
        assert!(fs::read(path).unwrap() == fs::read(one.file(&away.file.path)).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_fetched_is_not_asked_for_again() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (one, two, _) = two(folder.path(), &store).await;
    let [first, second] = decisions(&two.copies).try_into().unwrap();
    let path = fetch(&two.copies, &first).await.unwrap().path().to_owned();
    store.remove(&one.key(&first.file.path));
    assert_eq!(fetch(&two.copies, &first).await.unwrap().path(), path);
    // Several at the same time receive the same file.
    let fetching = [(); 4].map(|()| {
        let (copies, second) = (two.copies.clone(), second.clone());
        tokio::task::spawn_blocking(move || copies.fetch(&second).unwrap())
    });
    let mut paths = Vec::new();
    for fetched in fetching {
        paths.push(fetched.await.unwrap().path().to_owned());
    }
    paths.dedup();
    assert_eq!(paths.len(), 1, "{paths:?}");
    assert!(fs::read(&paths[0]).unwrap() == fs::read(one.file(&second.file.path)).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_damaged_is_not_believed_and_leaves_nothing_behind() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (one, two, _) = two(folder.path(), &store).await;
    let away = decisions(&two.copies).remove(0);
    let key = one.key(&away.file.path);
    let whole = store.get(&key);
    let mut flipped = whole.clone();
    flipped[20] ^= 1;
    for (bytes, what) in [
        (Vec::new(), "empty"),
        (whole[..whole.len() - 1].to_vec(), "cut short"),
        ([whole.as_slice(), b"more"].concat(), "longer"),
        ([whole.as_slice(), &whole].concat(), "twice"),
        (flipped, "altered"),
    ] {
        store.put(&key, &bytes);
        let why = fetch(&two.copies, &away).await.unwrap_err();
        assert_eq!(
            why,
            "the store's copy differs from the anchor; `countersign evidence verify --store` at one says more",
            "{what}"
        );
        assert_eq!(fs::read_dir(two.copies.folder()).unwrap().count(), 0, "{what}");
    }
    // It is no trouble of the store's, so the next is asked for at once.
    store.put(&key, &whole);
    assert!(fetch(&two.copies, &away).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_with_what_to_do() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (one, two, _) = two(folder.path(), &store).await;
    let [lost, other] = decisions(&two.copies).try_into().unwrap();
    store.remove(&one.key(&lost.file.path));
    let why = fetch(&two.copies, &lost).await.unwrap_err();
    assert_eq!(
        why,
        "the store does not have it; check with `countersign status` there that its process runs and copies"
    );
    assert!(fetch(&two.copies, &other).await.is_ok(), "one that is missing says nothing of the others");
    // An unreachable store is told for the next file too; what was fetched before is there all the same.
    store.down();
    let away = fetch(&two.copies, &lost).await.unwrap_err();
    assert!(away.contains("cannot be reached") && away.contains("evidence.store.endpoint"), "{away}");
    assert_eq!(fetch(&two.copies, &lost).await.unwrap_err(), away);
    assert!(fetch(&two.copies, &other).await.is_ok());
    store.up();
}

/// A forged entry of the journal cannot make this process fetch or write anything else.
#[tokio::test(flavor = "multi_thread")]
async fn names_that_have_no_place_are_not_asked_for() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (_one, two, _) = two(folder.path(), &store).await;
    let good = decisions(&two.copies).remove(0);
    // Whatever is asked for would be told to be unreachable.
    store.down();
    let no_place = "a process of this name has no place in a store";
    for process in ["", ".", "..", "../two", "one/two", "a b", "é"] {
        let away = Away { process: process.to_owned(), ..good.clone() };
        assert_eq!(fetch(&two.copies, &away).await.unwrap_err(), no_place, "{process:?}");
    }
    for path in ["head", "installation", "dt=2026-11-22/../../head", "dt=2026-11-22/flows-1.parquet", ""] {
        let mut away = good.clone();
        away.file.path = path.to_owned();
        assert_eq!(fetch(&two.copies, &away).await.unwrap_err(), no_place, "{path:?}");
    }
    assert!(fetch(&two.copies, &good).await.unwrap_err().contains("cannot be reached"));
    assert_eq!(fs::read_dir(two.copies.folder()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_process_fetched_is_not_believed() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (_one, two, _) = two(folder.path(), &store).await;
    let away = decisions(&two.copies).remove(0);
    let path = fetch(&two.copies, &away).await.unwrap().path().to_owned();
    fs::write(&path, "changed meanwhile").unwrap();
    let again = two.again(&store, URL, Options::default()).await;
    assert!(!path.exists());
    let mode = fs::metadata(again.copies.folder()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "nobody else reads what is fetched");
    let whole = store.get(&format!("a/b/one/{}", away.file.path));
    assert!(fs::read(fetch(&again.copies, &away).await.unwrap().path()).unwrap() == whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_no_folder_is_an_error() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let address = Address::parse(URL, Some(&store.origin), s3::REGION, false).unwrap();
    let bucket = Bucket::new(address, Source::File(folder.path().join("keys")), None).unwrap();
    let cache = (file.join("fetched"), 1 << 20);
    let opened = Copies::new(bucket, ledger, "one".to_owned(), (&cache.0, cache.1), PACE);
    assert!(opened.is_err());
    assert_eq!(fs::read(&file).unwrap(), b"x", "what is there stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_of_others_has_expired_is_known() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (one, two, ledger) = two(folder.path(), &store).await;
    assert_eq!(two.copies.gone_before(), []);
    let before: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    let expired = |gate: &str| {
        Fact::Evidence(EvidenceFact::Expired { gate: gate.to_owned(), before, files: Vec::new() })
    };
    ledger.state(Actor::System("evidence".to_owned()), vec![expired("one"), expired("two")]).await.unwrap();
    assert_eq!(two.copies.gone_before(), [("one".to_owned(), before)]);
    assert_eq!(one.copies.gone_before(), [("two".to_owned(), before)]);
    // The same of one kind: it has the accounts that are no other kind's.
    assert_eq!(two.copies.of_kind(Decisions::FILES).gone_before(), two.copies.gone_before());
    assert_eq!(two.copies.of_kind(crate::kinds::Flows::FILES).gone_before(), []);
}
