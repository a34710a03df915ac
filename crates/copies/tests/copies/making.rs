//! Copies are made, what keeps them from being made is said, and a process that was killed amid it continues.

use crate::kinds::{self, FlowRecord, Flows};
use crate::process::{EVER, PACE, Process, URL, decided, keys_file, ledger, noon};
use countersign_bucket::{Address, Bucket, Source};
use countersign_control::Anchoring;
use countersign_copies::Copies;
use countersign_evidence::{Decisions, Evidence, Options};
use countersign_facts::{Actor, Fact, GroupFact};
use countersign_journal::Journal;
use countersign_lake::{Elsewhere as _, Fault, Lake, RecordKind as _, RecordSink, RecordStore};
use countersign_ledger::Ledger;
use countersign_names::Timestamp;
use countersign_testkit::{S3, s3};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_is_as_it_was_and_what_is_not_is_found() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 40, &store, URL).await.record(1, 2, &store, URL).await;
    assert_eq!(one.copies.state().waiting, None, "nobody looked yet");
    one.copied().await;
    let files = one.files();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in &files {
        assert!(store.get(&one.key(file)) == fs::read(one.file(file)).unwrap(), "{file}");
    }
    let state = one.copies.state();
    assert_eq!((state.copied, state.problem, state.left), (4, None, Vec::new()));
    assert_eq!(state.place, "s3://evidence/a/b/one");
    assert_eq!(state.copied_until, Some(decided(1, 1).at));
    assert_eq!(one.copies.get_head().await, Ok(None));
    one.copies.put_head(b"12:ab".to_vec()).await.unwrap();
    assert_eq!(one.copies.get_head().await, Ok(Some(b"12:ab".to_vec())));
    assert_eq!(one.compared().await, (4, String::new()));

    // Without the process's knowledge.
    let bytes = store.get(&one.key(&files[0]));
    let mut flipped = bytes.clone();
    flipped[9] ^= 1;
    store.put(&one.key(&files[0]), &flipped);
    store.put(&one.key("dt=2026-11-22/decisions-added.parquet"), &bytes);
    store.put(&one.key("stray"), b"x");
    store.remove(&one.key(&files[1]));
    let (whole, said) = one.compared().await;
    let place = |what: &str, path: &str| format!("{what} s3://evidence/a/b/one/{path}\n");
    assert_eq!(whole, 2, "{said}");
    for expected in [
        place("Altered", &files[0]),
        place("Missing", &files[1]),
        place("Added", "dt=2026-11-22/decisions-added.parquet"),
        place("Added", "stray"),
    ] {
        assert!(said.contains(&expected), "{expected} is not in {said}");
    }
    assert_eq!(said.lines().count(), 4, "{said}");

    // A missing object is uploaded again; an object that somebody else put there is left alone.
    let copying = one.copy();
    one.until(|_| store.keys().contains(&one.key(&files[1]))).await;
    drop(copying);
    assert!(store.keys().contains(&one.key("stray")));

    // A file lost here is read from the store; one that is lost here and altered there is not.
    assert_eq!(one.swept().await, (42, 42, Vec::new()));
    let [lost, altered] = one.decisions().try_into().unwrap();
    fs::remove_file(one.file(&lost)).unwrap();
    assert_eq!(one.swept().await, (42, 42, Vec::new()));
    let mut flipped = store.get(&one.key(&altered));
    flipped[9] ^= 1;
    store.put(&one.key(&altered), &flipped);
    fs::remove_file(one.file(&altered)).unwrap();
    let (count, distinct, gaps) = one.swept().await;
    assert_eq!((count, distinct, gaps.len()), (40, 40, 1), "{gaps:?}");
    assert!(gaps[0].contains("the store's copy differs from the anchor"), "{gaps:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_copies_from_being_made_is_said_and_costs_nothing_else() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 6, &store, URL).await;
    let problem = |process: &Process| process.copies.state().problem.map(|problem| problem.what);
    let says = |expected: &'static str| {
        move |process: &Process| problem(process).is_some_and(|what| what.contains(expected))
    };
    let copying = one.copy();
    one.until(|process| process.copies.state().waiting == Some(0)).await;
    keys_file(&one.folder, &(store.allowed.0.clone(), "quite-wrong".to_owned()));
    one.until(says("does not accept the credentials (SignatureDoesNotMatch)")).await;
    keys_file(&one.folder, &store.denied);
    one.until(says("does not allow it (AccessDenied)")).await;
    fs::remove_file(one.folder.join("keys")).unwrap();
    one.until(says("keys cannot be read")).await;
    store.down();
    keys_file(&one.folder, &store.allowed);
    one.until(says("cannot be reached")).await;
    drop(copying);

    // Recording continues, and its files are copied once the store is back.
    let one = one.record(1, 6, &store, URL).await;
    assert_eq!(one.swept().await, (12, 12, Vec::new()));
    let copying = one.copy();
    one.until(says("cannot be reached")).await;
    let said = format!("{:?} {:?}", one.copies, one.copies.state());
    assert!(!said.contains(&store.allowed.1) && !said.contains("quite-wrong"), "{said}");
    store.up();
    one.until(|process| process.copies.state().waiting == Some(0)).await;
    assert_eq!(problem(&one), None);
    drop(copying);
    assert_eq!(one.compared().await, (4, String::new()));

    // A bucket that does not exist.
    let lost = Process::open(folder.path(), "lost", &ledger, &store, "s3://not-there", Options::default());
    let copying = lost.copy();
    lost.until(says("the store has no bucket not-there")).await;
    drop(copying);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_altered_here_is_not_copied_and_keeps_the_others_from_nothing() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 6, &store, URL).await;
    let altered = one.files()[0].clone();
    let mut bytes = fs::read(one.file(&altered)).unwrap();
    bytes[7] ^= 1;
    fs::write(one.file(&altered), bytes).unwrap();
    let copying = one.copy();
    one.until(|process| process.copies.state().copied == 1 && !process.copies.state().left.is_empty()).await;
    drop(copying);
    let left = one.copies.state().left;
    assert_eq!(left[0].path, altered);
    assert!(left[0].why.contains("differs from its anchor"), "{left:?}");
    assert!(!store.keys().contains(&one.key(&altered)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_installations_with_one_bucket_leave_each_other_alone() {
    let Some(store) = S3::start() else { return };
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let one = Process::open(ours.path(), "one", &ledger(ours.path()).await, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await;
    one.copied().await;
    let before = store.keys();
    // The hash of a journal's first entry covers its time and content; this one has different content.
    let journal = Journal::open_sqlite(theirs.path().join("journal.db")).await.unwrap();
    let other = Ledger::open(journal, Arc::new(|| noon(0)), |_| {}).await.unwrap();
    let group =
        Fact::Group(GroupFact::Added { group: "guests".parse().unwrap(), purpose: "another".to_owned() });
    other.state(Actor::Operator, vec![group]).await.unwrap();
    let two = Process::open(theirs.path(), "one", &other, &store, URL, Options::default());
    let two = two.record(0, 2, &store, URL).await;
    let copying = two.copy();
    two.until(|process| process.copies.state().problem.is_some()).await;
    drop(copying);
    let problem = two.copies.state().problem.unwrap();
    assert!(
        problem.what.contains("s3://evidence/a/b/one holds the evidence of another installation"),
        "{problem:?}"
    );
    assert!(problem.remedy.contains("another prefix"), "{problem:?}");
    assert_eq!(store.keys(), before);
}

/// The folder and the store of the child below.
const CHILD: &str = "COUNTERSIGN_COPIES_CHILD";

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_amid_copying_goes_on_and_leaves_no_half() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    {
        let ledger = ledger(folder.path()).await;
        let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
        let one = one.record(0, 30, &store, URL).await.record(1, 30, &store, URL).await;
        one.sink.close().await.unwrap();
        ledger.journal().close().await;
    }
    store.hold();
    for _ in 0..3 {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "making::a_child_that_copies", "--ignored", "--nocapture"])
            .env(CHILD, format!("{}\n{}", folder.path().display(), store.origin))
            .stdout(std::process::Stdio::null())
            .spawn();
        let mut child = child.unwrap();
        for _ in 0..6_000 {
            if store.waiting() > 0 {
                break;
            }
            assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(store.waiting() > 0, "nothing is being copied");
        child.kill().unwrap();
        child.wait().unwrap();
        // At most one held upload is completed, although its client is gone.
        store.release();
        while store.waiting() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        store.hold();
    }
    store.release();
    let ledger = ledger(folder.path()).await;
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    one.copied().await;
    assert_eq!(one.compared().await, (4, String::new()));
    assert_eq!(one.swept().await, (60, 60, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of the test above, which starts it and kills it"]
async fn a_child_that_copies() {
    let Ok(given) = std::env::var(CHILD) else { return };
    let (folder, origin) = given.split_once('\n').unwrap();
    let folder = Path::new(folder);
    let ledger = ledger(folder).await;
    let address = Address::parse(URL, Some(origin), s3::REGION, false).unwrap();
    let keys = Source::File(folder.join("one/keys"));
    let bucket = Bucket::new(address, keys, None).unwrap();
    let cache = folder.join("one/fetched");
    let copies = Copies::new(bucket, ledger.clone(), "one".to_owned(), (&cache, 1 << 20), PACE).unwrap();
    let anchors = Arc::new(Anchoring::new(ledger, "one".to_owned()));
    let options = Options { anchors, ..Options::default() };
    let (_sink, store) = Evidence::open(folder.join("one/evidence"), options).unwrap();
    copies.keep(store, CancellationToken::new()).await;
}

/// Opens the flows of a process, which are inside the folder of its decisions.
fn flows_of(
    process: &Path,
    name: &str,
    ledger: &Ledger,
    copies: &Copies,
) -> (RecordSink<Flows>, RecordStore<Flows>) {
    let anchors = Arc::new(Anchoring::new(ledger.clone(), Flows::FILES.account(name)));
    let elsewhere = Some(Arc::new(copies.of_kind(Flows::FILES)) as _);
    let options = Options { anchors, elsewhere, ..Options::default() };
    countersign_lake::open::<Flows>(process.join("evidence/flows"), options).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_kind_is_copied_beside_the_first_compared_with_it_and_read_by_another_process() {
    let Some(store) = S3::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path()).await;
    let bucket = |name: &str| {
        let own = folder.path().join(name);
        fs::create_dir_all(&own).unwrap();
        let address = Address::parse(URL, Some(&store.origin), s3::REGION, false).unwrap();
        Bucket::new(address, Source::File(keys_file(&own, &store.allowed)), None).unwrap()
    };
    let copies = |name: &str| {
        let (cache, kinds) = (folder.path().join(name).join("fetched"), vec![Decisions::FILES, Flows::FILES]);
        let named = (name.to_owned(), kinds);
        Copies::of_kinds(bucket(name), ledger.clone(), named, (&cache, 1 << 20), PACE).unwrap()
    };
    let one = Process::open(folder.path(), "one", &ledger, &store, URL, Options::default());
    let one = one.record(0, 4, &store, URL).await;
    let of_one = copies("one");
    let (sink, _flows) = flows_of(&one.folder, "one", &ledger, &of_one);
    let flows: Vec<FlowRecord> =
        (0..30).map(|number| FlowRecord::numbered(number, kinds::MIDNIGHT)).collect();
    flows.iter().for_each(|flow| sink.record(flow).unwrap());
    sink.close().await.unwrap();
    let (sink, flows_store) = flows_of(&one.folder, "one", &ledger, &of_one);
    let lake = Lake::new(vec![Arc::new(one.store.clone()), Arc::new(flows_store.clone())]);

    let stop = CancellationToken::new();
    tokio::spawn(of_one.clone().keep(lake.clone(), stop.clone()));
    one.until(|_| of_one.state().waiting == Some(0)).await;
    stop.cancel();
    let file = {
        let world = ledger.world();
        let kept = world.evidence("one/flows").unwrap();
        kept.files().next().unwrap().file.path.clone()
    };
    let key = one.key(&format!("flows/{file}"));
    let local = one.file(&format!("flows/{file}"));
    assert!(store.get(&key) == fs::read(&local).unwrap(), "{key}");
    let compared = |copies: Copies, lake: Lake| async move {
        let verify = move || copies.verify(&lake, EVER, &mut |_, _| ControlFlow::Continue(())).unwrap();
        let compared = tokio::task::spawn_blocking(verify).await.unwrap();
        let said = compared.findings.iter().map(|it| (it.fault, it.path.clone())).collect::<Vec<_>>();
        (compared.files, said)
    };
    assert_eq!(
        compared(of_one.clone(), lake.clone()).await,
        (3, Vec::new()),
        "two of decisions, one of flows"
    );
    let bytes = store.get(&key);
    let mut flipped = bytes.clone();
    flipped[9] ^= 1;
    store.put(&key, &flipped);
    let place = format!("s3://evidence/a/b/one/flows/{file}");
    assert_eq!(compared(of_one.clone(), lake).await, (2, vec![(Fault::Altered, place)]));
    store.put(&key, &bytes);

    // Another process reads them, and confuses neither kind with the other.
    let two = folder.path().join("two");
    let of_two = copies("two");
    let (_sink_of_two, flows_of_two) = flows_of(&two, "two", &ledger, &of_two);
    let read = tokio::task::spawn_blocking(move || {
        let away = flows_of_two.everywhere(EVER, Timestamp::MAX).rows;
        let fetched: Vec<_> = away.iter().map(|away| flows_of_two.fetch(away).unwrap()).collect();
        let decisions: Vec<_> = of_two.others("dt=2026-11-22").into_iter().map(|it| it.process).collect();
        let bytes: Vec<_> = fetched.iter().map(|file| fs::read(file.path()).unwrap()).collect();
        (away.into_iter().map(|away| away.process).collect::<Vec<_>>(), bytes, decisions)
    });
    let (processes, read, decisions) = read.await.unwrap();
    assert_eq!((processes, decisions), (vec!["one".to_owned()], vec!["one".to_owned(); 2]));
    assert!(read == [bytes]);
    sink.close().await.unwrap();
}
