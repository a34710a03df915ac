//! A verification reads every copy to its last byte, and names whatever is not as its anchor says.

use crate::process::{EVER, PACE, Process, URL, ledger, noon};
use countersign_copies::{Compared, Pace};
use countersign_evidence::Options;
use countersign_lake::{Fault, Finding, Lake};
use countersign_names::Timestamp;
use countersign_testkit::S3;
use std::ops::ControlFlow;
use std::time::Duration;

/// Returns the fault and the text of the only finding, whose path ends so.
fn only(compared: &Compared, path: &str) -> (Fault, String) {
    let [Finding { path: found, fault, why }] = compared.findings.as_slice() else { panic!("{compared:?}") };
    assert_eq!(found, &format!("s3://evidence/a/b/one/{path}"));
    (*fault, why.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_not_whole_is_altered_however_it_is_damaged() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 6, &store, URL).await.record(1, 4, &store, URL).await;
    one.copied().await;
    let [victim, other] = one.decisions().try_into().unwrap();
    let (whole, another) = (store.get(&one.key(&victim)), store.get(&one.key(&other)));
    let flipped = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        bytes
    };
    let longer = [whole.as_slice(), &[0]].concat();
    let last = whole.len() - 1;
    for (bytes, what) in [
        (Vec::new(), "empty"),
        (whole[..last].to_vec(), "without its last byte"),
        (whole[1..].to_vec(), "without its first byte"),
        (longer, "with a byte more"),
        (flipped(0), "its first byte differs"),
        (flipped(last), "its last byte differs"),
        (another, "another file under its name"),
    ] {
        store.put(&one.key(&victim), &bytes);
        let compared = one.verified(EVER).await;
        let (fault, why) = only(&compared, &victim);
        assert_eq!((fault, compared.files), (Fault::Altered, 3), "{what}");
        let expected = format!("it differs from its anchor, {} bytes with 6 rows: remove it", whole.len());
        assert!(why.starts_with(&expected), "{what}: {why}");
    }
    store.put(&one.key(&victim), &whole);
    let compared = one.verified(EVER).await;
    assert_eq!((compared.files, compared.findings.len()), (4, 0));
    let bytes: usize = one.files().iter().map(|file| store.get(&one.key(file)).len()).sum();
    assert_eq!(compared.bytes, bytes as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_copied_waits_and_what_was_is_missing() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await;
    let compared = one.verified(EVER).await;
    assert_eq!(
        (compared.files, compared.waiting, compared.findings.len()),
        (0, 2, 0),
        "nothing was copied yet"
    );
    one.copied().await;
    let lost = one.decisions().remove(0);
    store.remove(&one.key(&lost));
    let (fault, why) = only(&one.verified(EVER).await, &lost);
    assert_eq!(fault, Fault::Missing);
    assert_eq!(why, "it was copied and is gone; the process copies it again within the hour");
    // A process that has not looked since it started cannot know that it was copied.
    let again = one.again(&store, URL, Options::default()).await;
    let compared = again.verified(EVER).await;
    assert_eq!((compared.files, compared.waiting, compared.findings.len()), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_process_put_there_is_named_without_harm_to_a_terminal() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await;
    one.copied().await;
    one.copies.put_head(b"head".to_vec()).await.unwrap();
    let unanchored = "dt=2026-11-22/decisions-0.parquet";
    for (name, shown, why) in [
        ("stray", "stray", "no process creates objects with this name: remove it"),
        ("dt=2026-11-22/notes.txt", "dt=2026-11-22/notes.txt", "no process creates objects with this name"),
        (
            "dt=2026-13-99/decisions-0.parquet",
            "dt=2026-13-99/decisions-0.parquet",
            "no process creates objects",
        ),
        ("a\u{85}[2Jb", "a?[2Jb", "no process creates objects with this name"),
        (unanchored, unanchored, "it has no anchor: find out who put it there, and remove it"),
    ] {
        store.put(&one.key(name), b"x");
        let (fault, said) = only(&one.verified(EVER).await, shown);
        assert_eq!(fault, Fault::Added, "{name}");
        assert!(said.starts_with(why), "{name}: {said}");
        store.remove(&one.key(name));
    }
    // A name longer than anybody reads is cut.
    store.put(&one.key(&"x".repeat(300)), b"x");
    only(&one.verified(EVER).await, &"x".repeat(200));
    store.remove(&one.key(&"x".repeat(300)));
    // Its marker, its head, and what other processes have are nobody's fault.
    store.put("a/b/two/stray", b"x");
    store.put("a/b/one-more/stray", b"x");
    assert_eq!(one.verified(EVER).await.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_days_asked_for_are_compared() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await.record(1, 4, &store, URL).await;
    one.copied().await;
    let [early, _] = one.decisions().try_into().unwrap();
    store.remove(&one.key(&early));
    let last = {
        let world = ledger.world();
        world.evidence("one").unwrap().file(&early).unwrap().file.last
    };
    let after = Timestamp::from_micros(last.as_micros() + 1);
    assert_eq!(one.verified(last).await.findings.len(), 1, "the moment itself is in the span");
    let compared = one.verified(after).await;
    assert_eq!((compared.files, compared.findings.len()), (2, 0), "the later day's");
    assert_eq!(one.verified(noon(9)).await, Compared::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_answer_is_a_finding_too() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await;
    one.copied().await;
    store.down();
    let compared = one.verified(EVER).await;
    let (fault, why) = only(&compared, "");
    assert_eq!((fault, compared.files), (Fault::Unreadable, 0));
    assert!(why.contains("cannot be reached"), "{why}");
    assert!(
        why.ends_with("; check that the store runs and that evidence.store.endpoint is its address"),
        "{why}"
    );
    store.up();
    assert_eq!(one.verified(EVER).await.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_is_followed_and_stopped_at_any_of_its_reports() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await.record(1, 4, &store, URL).await;
    one.copied().await;
    // Returns what was reported, until it was stopped at this report.
    let stopped_at = async |stop: usize| {
        let (copies, lake) = (one.copies.clone(), Lake::from(one.store.clone()));
        let verify = move || {
            let mut said = Vec::new();
            let compared = copies.verify(&lake, EVER, &mut |compared, share| {
                said.push((compared.files, share));
                if said.len() == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            (said, compared)
        };
        tokio::task::spawn_blocking(verify).await.unwrap()
    };
    let (said, compared) = stopped_at(usize::MAX).await;
    assert_eq!(compared.unwrap().files, 4);
    assert!(said.len() >= 8, "each piece and each file: {said:?}");
    assert_eq!(said.last(), Some(&(4, 1.0)));
    for pair in said.windows(2) {
        assert!(pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1 && pair[1].1 <= 1.0, "{said:?}");
    }
    for stop in 1..=4 {
        let (said, compared) = stopped_at(stop).await;
        assert_eq!((said.len(), compared), (stop, None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_compacted_file_replaces_leaves_after_the_grace() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let slow = (URL, Pace { grace: Duration::from_secs(3_600), ..PACE });
    let open = || Process::paced(folder.path(), "one", &ledger, &store, slow, Options::default());
    let one = open().record(0, 4, &store, URL).await.record(0, 6, &store, URL).await;
    one.sink.close().await.unwrap();
    let one = open();
    one.copied().await;
    let replaced = one.files();
    assert_eq!(replaced.len(), 4, "{replaced:?}");
    let compacting = one.store.clone();
    let compact = move || compacting.compact(noon(3), false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    tokio::task::spawn_blocking(compact).await.unwrap();
    // The compacted file is copied first; the others stay for those who read them.
    one.copied().await;
    let compared = one.verified(EVER).await;
    assert_eq!((compared.leaving, compared.findings.len()), (4, 0), "{compared:?}");
    assert_eq!(compared.files, one.files().len() as u64);
    assert!(replaced.iter().all(|file| store.keys().contains(&one.key(file))));
    // Without the file that replaces them, nobody knows what they are; and they are not removed.
    let compacted = one.files().remove(0);
    let bytes = store.get(&one.key(&compacted));
    store.put(&one.key(&compacted), b"cut");
    let compared = one.verified(EVER).await;
    assert!(compared.leaving < 4 && !compared.findings.is_empty(), "{compared:?}");
    store.put(&one.key(&compacted), &bytes);
    one.sink.close().await.unwrap();
    // A process that waits for nobody removes them.
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let copying = one.copy();
    one.until(|_| !replaced.iter().any(|file| store.keys().contains(&one.key(file)))).await;
    drop(copying);
    let compared = one.verified(EVER).await;
    assert_eq!((compared.leaving, compared.findings.len()), (0, 0), "{compared:?}");
}
