//! What the anchors and the minimum lengths of segments say of a folder: each fault has its name, its words and its
//! remedy, and what is only under way has none.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::book::Book;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT};
use crate::life::{files, scanned};
use crate::readers::{EVER, at, in_one_segment, swept, until};
use countersign_lake::{
    Anchors, Fault, Lake, Options, RecordQuery, RecordSink, RecordStore, SealedFile, Unanchored, Verified,
    open,
};
use countersign_names::Timestamp;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

fn options(book: &Arc<Book>) -> Options {
    Options { anchors: Arc::clone(book) as _, retry: Duration::from_millis(2), ..Options::default() }
}

/// A folder with one file on each of three days, and its anchors.
struct AnchoredFolder {
    folder: tempfile::TempDir,
    book: Arc<Book>,
    sink: RecordSink<Flows>,
    store: RecordStore<Flows>,
    flows: Vec<FlowRecord>,
    /// The paths of the files in the folder.
    paths: Vec<String>,
}

impl AnchoredFolder {
    async fn new() -> Self {
        let (folder, book) = (tempfile::tempdir().unwrap(), Arc::new(Book::default()));
        let days = (0..3_i64).flat_map(|day| (0..8).map(move |number| (day, number)));
        let flows: Vec<FlowRecord> =
            days.map(|(day, number)| FlowRecord::numbered(number, MIDNIGHT + day * DAY)).collect();
        let (sink, _store) = open::<Flows>(folder.path(), in_one_segment(&options(&book))).unwrap();
        flows.iter().for_each(|flow| sink.record(flow).unwrap());
        sink.close().await.unwrap();
        let (sink, store) = open::<Flows>(folder.path(), options(&book)).unwrap();
        let paths = book.paths();
        assert_eq!(paths.len(), 3, "{paths:?}");
        Self { folder, book, sink, store, flows, paths }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn verified(&self) -> Verified {
        verified(&self.store)
    }

    /// Checks that these are the findings: the path, the fault, and how its description begins.
    fn check(&self, expected: &[(&str, Fault, &str)]) {
        let found = self.verified();
        let shown: Vec<_> =
            found.findings.iter().map(|it| (it.path.as_str(), it.fault, it.why.as_str())).collect();
        assert_eq!(shown.len(), expected.len(), "{shown:?}");
        for (found, expected) in shown.iter().zip(expected) {
            assert_eq!((found.0, found.1), (expected.0, expected.1), "{shown:?}");
            assert!(found.2.starts_with(expected.2), "{shown:?}");
        }
        assert_eq!((found.is_whole(), found.more), (expected.is_empty(), 0));
    }
}

fn verified(store: &RecordStore<Flows>) -> Verified {
    store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap()
}

const ALTERED: &str = "it differs from its anchor, ";
const ADDED: &str = "it has no anchor: remove it, or anchor it with `countersign evidence anchor`";
const OUTSIDE: &str = "this process creates no files in this place: remove it";

#[tokio::test]
async fn an_anchor_holds_what_a_file_is() {
    let it = AnchoredFolder::new().await;
    it.check(&[]);
    let found = it.verified();
    assert_eq!((found.files, found.rows, found.segments, found.records, found.late), (3, 24, 0, 0, 0));
    for (file, flows) in it.book.all().iter().zip(it.flows.chunks(8)) {
        let bytes = it.bytes(&file.path);
        let digest: [u8; 32] =
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes).as_ref().try_into().unwrap();
        let expected = SealedFile {
            path: file.path.clone(),
            digest,
            bytes: bytes.len() as u64,
            rows: 8,
            first: flows[0].at,
            last: flows[7].at,
            tally: None,
        };
        assert_eq!(*file, expected);
    }
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn every_change_of_a_file_has_its_fault() {
    let it = AnchoredFolder::new().await;
    let [one, other, third] = [0, 1, 2].map(|place: usize| it.paths[place].as_str());
    let (bytes, others) = (it.bytes(one), it.bytes(other));
    let said = format!(
        "it differs from its anchor, {} bytes with 8 rows: restore the original from a copy",
        bytes.len()
    );
    for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        fs::write(it.path(one), &bytes[..length]).unwrap();
        it.check(&[(one, Fault::Altered, said.as_str())]);
    }
    fs::write(it.path(one), [&bytes[..], b"PAR1"].concat()).unwrap();
    it.check(&[(one, Fault::Altered, said.as_str())]);
    // Two files change places: each is a whole file of ours.
    fs::write(it.path(one), &others).unwrap();
    fs::write(it.path(other), &bytes).unwrap();
    it.check(&[(one, Fault::Altered, ALTERED), (other, Fault::Altered, ALTERED)]);
    fs::write(it.path(other), &others).unwrap();
    fs::remove_file(it.path(one)).unwrap();
    it.check(&[(one, Fault::Missing, "8 rows are lost with it: restore it from a copy")]);
    fs::create_dir(it.path(one)).unwrap();
    it.check(&[(one, Fault::Unreadable, "it is not a regular file")]);
    fs::remove_dir(it.path(one)).unwrap();
    fs::remove_dir_all(it.path(third).parent().unwrap()).unwrap();
    it.check(&[(one, Fault::Missing, "8 rows"), (third, Fault::Missing, "8 rows")]);
    // A file in the place of the partition's folder.
    fs::write(it.path("dt=2026-11-24"), b"").unwrap();
    let found = it.verified();
    assert!(
        found.findings.iter().any(|found| found.path == "dt=2026-11-24" && found.fault == Fault::Unreadable)
    );
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn every_change_of_an_anchor_has_its_fault() {
    let it = AnchoredFolder::new().await;
    let [one, other, third] = [0, 1, 2].map(|place: usize| it.paths[place].as_str());
    it.book.alter(one, |known| known.file.digest[31] ^= 1);
    it.check(&[(one, Fault::Altered, ALTERED)]);
    assert_eq!(swept(&it.store, EVER, Timestamp::MAX).0.len(), 16, "readers take none of its rows");
    it.book.alter(one, |known| known.file.digest[31] ^= 1);
    let twice = "it was anchored twice, with different content: compare it with a copy of your own";
    it.book.alter(other, |known| known.before = Some([7; 32]));
    it.book.alter(third, |known| known.late = true);
    it.check(&[(other, Fault::Contested, twice)]);
    let found = it.verified();
    assert_eq!((found.files, found.late), (3, 1));
    it.book.forget(one);
    it.check(&[(one, Fault::Added, ADDED), (other, Fault::Contested, twice)]);
    // Readers take its rows all the same, and a sweep, whose rows are evidence, says so.
    assert_eq!(scanned(&it.store).len(), 24);
    let (rows, skipped) = swept(&it.store, EVER, Timestamp::MAX);
    assert_eq!((rows.len(), skipped.len()), (24, 1));
    assert!(skipped[0].path == it.path(one) && skipped[0].why == ADDED, "{skipped:?}");
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn files_that_nobody_anchored_are_found_wherever_they_are() {
    let it = AnchoredFolder::new().await;
    let bytes = it.bytes(&it.paths[0]);
    let places = [
        ("dt=2026-11-22/flows-x.parquet", ADDED),
        ("dt=2026-11-22/other.parquet", ADDED),
        ("dt=2026-11-23/flows-00000000000000000001-00000001.parquet", ADDED),
        ("dt=2031-01-01/flows-1.parquet", ADDED),
        ("stray.parquet", OUTSIDE),
        ("dt=today/flows-1.parquet", OUTSIDE),
        ("dt=2026-11-22x/flows-1.parquet", OUTSIDE),
    ];
    for (place, why) in places {
        fs::create_dir_all(it.path(place).parent().unwrap()).unwrap();
        fs::write(it.path(place), &bytes).unwrap();
        it.check(&[(place, Fault::Added, why)]);
        let unknown = it.store.unanchored(&mut |_, _| ControlFlow::Continue(())).unwrap();
        let adoptable: Vec<&str> = unknown.files.iter().map(|file| file.path.as_str()).collect();
        let is_in_partition = why == ADDED;
        assert_eq!(adoptable, if is_in_partition { vec![place] } else { Vec::new() });
        assert_eq!(it.store.unanchored_count(), usize::from(is_in_partition), "{place}");
        if let [file] = &unknown.files[..] {
            let known = &it.book.all()[0];
            assert_eq!((file.digest, file.bytes, file.rows), (known.digest, known.bytes, 8));
            assert_eq!((file.first, file.last, &file.tally), (known.first, known.last, &None));
        }
        fs::remove_file(it.path(place)).unwrap();
    }
    fs::write(it.path("dt=2026-11-22/flows-x.parquet"), &bytes[..40]).unwrap();
    let unknown = it.store.unanchored(&mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!((unknown.files.len(), unknown.skipped.len()), (0, 1), "{unknown:?}");
    assert!(unknown.skipped[0].why.starts_with("it is not Parquet that this version reads: "), "{unknown:?}");
    assert_eq!(it.store.unanchored(&mut |_, _| ControlFlow::Break(())), None);
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn only_the_days_from_a_moment_on_are_verified_and_a_run_can_be_stopped() {
    let it = AnchoredFolder::new().await;
    fs::write(it.path(&it.paths[0]), b"x").unwrap();
    for (since, expected) in [(MIDNIGHT - 1, 1), (MIDNIGHT, 1), (MIDNIGHT + DAY - 1, 1), (MIDNIGHT + DAY, 0)]
    {
        let found = it.store.verify(at(since), &mut |_, _| ControlFlow::Continue(())).unwrap();
        assert_eq!((found.findings.len(), found.files), (expected, 2), "since {since}");
    }
    let mut shares = Vec::new();
    let mut going = |found: &Verified, share| {
        shares.push((found.files, share));
        ControlFlow::Continue(())
    };
    it.store.verify(EVER, &mut going).unwrap();
    assert!(shares.iter().is_sorted_by(|one, other| one.0 <= other.0 && one.1 <= other.1), "{shares:?}");
    assert_eq!(shares.last().copied(), Some((2, 1.0)));
    for stop in 0..shares.len() {
        let mut told = 0;
        let stopped = it.store.verify(EVER, &mut |_, _| {
            told += 1;
            if told > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(stopped, None, "stopped at call {stop}");
    }
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn a_thousand_findings_are_listed_and_the_rest_is_counted() {
    let it = AnchoredFolder::new().await;
    for number in 0..1_003 {
        fs::write(it.path(&format!("dt=2026-11-22/x-{number:04}.parquet")), b"").unwrap();
    }
    let found = it.verified();
    assert_eq!((found.findings.len(), found.more, found.files), (1_000, 3, 3));
    let found = Lake::from(it.store.clone()).verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!((found.findings.len(), found.more), (1_000, 3));
    assert_eq!(found.findings[0].path, "flows/dt=2026-11-22/x-0000.parquet", "a path among all kinds");
    it.sink.close().await.unwrap();
}

/// Returns a process that cannot anchor, with three segments: two of them are Parquet too.
async fn unanchorable(folder: &Path, book: &Arc<Book>) -> (RecordSink<Flows>, RecordStore<Flows>) {
    book.set_away(true);
    let options = Options { segment_bytes: 1, ..options(book) };
    let (sink, store) = open::<Flows>(folder, options).unwrap();
    for number in 0..3 {
        sink.record_durably(&FlowRecord::numbered(number, MIDNIGHT)).await.unwrap();
    }
    until("a file that waits for its anchor", || verified(&store).waiting > 0);
    (sink, store)
}

fn segments(folder: &Path) -> Vec<String> {
    files(folder).into_iter().filter(|path| path.ends_with(".log")).collect()
}

#[tokio::test]
async fn while_nothing_can_be_anchored_nothing_is_wrong_and_every_record_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = unanchorable(folder.path(), &book).await;
    let flows: Vec<FlowRecord> = (0..3).map(|number| FlowRecord::numbered(number, MIDNIGHT)).collect();
    let found = verified(&store);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.segments, found.records, found.files), (3, 3, 0));
    assert_eq!((scanned(&store), store.unanchored_count()), (flows.clone(), 0));
    let (swept, skipped) = swept(&store, EVER, Timestamp::MAX);
    assert_eq!((swept.len(), skipped), (3, Vec::new()), "what is being made is no gap");
    until("a failure that is said", || {
        sink.state().rotation_failing.as_deref() == Some("the journal does not answer")
    });
    book.set_away(false);
    until("the anchors", || sink.state().rotation_failing.is_none());
    sink.close().await.unwrap();
    let found = verified(&store);
    assert_eq!((found.files, found.waiting, found.segments, found.findings.len()), (3, 0, 0, 0));
    assert_eq!(scanned(&store), flows);
}

#[tokio::test]
async fn a_segment_that_is_cut_changed_gone_or_not_ours_is_found_and_said_to_readers() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = unanchorable(folder.path(), &book).await;
    let name = segments(folder.path()).remove(0);
    let path = folder.path().join(&name);
    let bytes = fs::read(&path).unwrap();
    let check = |expected: &[(&str, Fault)], why: &str| {
        let found = verified(&store).findings;
        let shown: Vec<_> = found.iter().map(|finding| (finding.path.as_str(), finding.fault)).collect();
        assert_eq!(shown, expected, "{found:?}");
        assert!(found.iter().all(|finding| finding.why.starts_with(why)), "{found:?}");
    };
    check(&[], "");
    for length in [0, 5, 16, bytes.len() - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        check(
            &[(&name, Fault::Damaged)],
            &format!("it was cut off: it has {length} bytes of {}", bytes.len()),
        );
    }
    fs::write(&path, [&bytes[..], b"half"].concat()).unwrap();
    check(&[(&name, Fault::Damaged)], "its last 4 bytes are not a complete record: ");
    let mut hit = bytes.clone();
    hit[12] ^= 1;
    fs::write(&path, &hit).unwrap();
    check(&[(&name, Fault::Damaged)], "its first bytes are not those of a segment");
    fs::remove_file(&path).unwrap();
    check(&[(&name, Fault::Missing)], "its records were not Parquet yet and are lost: ");
    let gaps = store.list(&RecordQuery::default()).skipped;
    assert!(
        gaps.iter()
            .any(|gap| gap.path == path && gap.why.starts_with("records that were written to it are gone"))
    );
    fs::write(&path, &bytes).unwrap();
    let other = "wal-00000000000000000001-00000001.log";
    fs::write(folder.path().join(other), &bytes).unwrap();
    check(
        &[(other, Fault::Added)],
        "this process did not create it, and it did not exist when the process started: ",
    );
    fs::remove_file(folder.path().join(other)).unwrap();
    fs::write(folder.path().join("wal-1-1.log.damaged"), b"").unwrap();
    check(
        &[("wal-1-1.log.damaged", Fault::Damaged)],
        "parts of it could not be read when it became Parquet: ",
    );
    fs::remove_file(folder.path().join("wal-1-1.log.damaged")).unwrap();
    book.set_away(false);
    sink.close().await.unwrap();
    check(&[], "");
}

#[tokio::test]
async fn a_segment_that_lost_what_was_synced_is_kept_as_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = open::<Flows>(folder.path(), options(&book)).unwrap();
    for number in 0..3 {
        sink.record_durably(&FlowRecord::numbered(number, MIDNIGHT)).await.unwrap();
    }
    let name = segments(folder.path()).remove(0);
    let path = folder.path().join(&name);
    let whole = fs::metadata(&path).unwrap().len();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(whole - 1).unwrap();
    sink.close().await.unwrap();
    assert!(
        files(folder.path()).contains(&format!("{name}.damaged")),
        "a torn tail is no damage, but this was synced"
    );
    let listing = store.list(&RecordQuery::default());
    assert_eq!((listing.rows.len(), listing.skipped.len()), (2, 1), "{:?}", listing.skipped);
}

#[tokio::test]
async fn a_file_made_again_of_another_segment_of_its_name_is_contested() {
    let it = AnchoredFolder::new().await;
    it.sink.close().await.unwrap();
    // Somebody removes a file, and puts a segment of other records in place for the next start to convert.
    let stem = it.paths[0]
        .rsplit('/')
        .next()
        .unwrap()
        .trim_start_matches("flows-")
        .trim_end_matches(".parquet")
        .to_owned();
    let forged = tempfile::tempdir().unwrap();
    let (sink, _store) = open::<Flows>(forged.path(), Options::default()).unwrap();
    sink.record_durably(&FlowRecord::numbered(5, MIDNIGHT)).await.unwrap();
    let segment = forged.path().join(segments(forged.path()).remove(0));
    fs::copy(segment, it.path(&format!("wal-{stem}.log"))).unwrap();
    sink.close().await.unwrap();
    fs::remove_file(it.path(&it.paths[0])).unwrap();
    let (sink, store) = open::<Flows>(it.folder.path(), options(&it.book)).unwrap();
    sink.close().await.unwrap();
    let found = verified(&store).findings;
    assert!(
        matches!(&found[..], [one] if one.path == it.paths[0] && one.fault == Fault::Contested),
        "{found:?}"
    );
}

#[tokio::test]
async fn without_anchors_a_file_is_verified_by_its_seal_and_none_is_called_added() {
    let it = AnchoredFolder::new().await;
    it.sink.close().await.unwrap();
    let options = Options { anchors: Arc::new(Unanchored), ..Options::default() };
    let (sink, store) = open::<Flows>(it.folder.path(), options).unwrap();
    let found = verified(&store);
    assert_eq!((found.files, found.rows, found.findings.len(), store.unanchored_count()), (3, 24, 0, 0));
    fs::remove_file(it.path(&it.paths[1])).unwrap();
    let found = verified(&store);
    assert_eq!((found.files, found.findings.len()), (2, 0), "nobody knows of the one that is gone");
    let mut bytes = it.bytes(&it.paths[0]);
    bytes[50] ^= 1;
    fs::write(it.path(&it.paths[0]), bytes).unwrap();
    let found = verified(&store).findings;
    assert_eq!(
        found.iter().map(|it| (it.path.as_str(), it.fault)).collect::<Vec<_>>(),
        [(&*it.paths[0], Fault::Damaged)]
    );
    assert_eq!(found[0].why, "it was damaged after it was written: its checksum differs");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_altered_after_it_was_read_is_noticed_although_its_time_is_set_back() {
    let it = AnchoredFolder::new().await;
    it.sink.close().await.unwrap();
    let anchored = "it differs from its anchor in the journal: restore the original from a copy";
    let sealed = "it was damaged after it was written: its checksum differs";
    for (anchors, why) in
        [(Arc::clone(&it.book) as Arc<dyn Anchors>, anchored), (Arc::new(Unanchored), sealed)]
    {
        let options = Options { anchors, ..Options::default() };
        let (sink, store) = open::<Flows>(it.folder.path(), options).unwrap();
        assert_eq!(scanned(&store), it.flows, "what is read is remembered");
        let path = it.path(&it.paths[1]);
        let before = fs::metadata(&path).unwrap();
        let file = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let mut byte = [0];
        file.read_exact_at(&mut byte, 30).unwrap();
        // The clock of the file system is coarse: write until it has gone on.
        until("another change time", || {
            file.write_all_at(&[byte[0] ^ 1], 30).unwrap();
            file.set_modified(before.modified().unwrap()).unwrap();
            let now = fs::metadata(&path).unwrap();
            (now.ctime(), now.ctime_nsec()) != (before.ctime(), before.ctime_nsec())
        });
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before.modified().unwrap());
        let listing = store.list(&RecordQuery::default());
        let said: Vec<_> = listing.skipped.iter().map(|gap| (gap.path.as_path(), gap.why.as_str())).collect();
        assert_eq!((listing.rows.len(), said), (16, vec![(path.as_path(), why)]));
        file.write_all_at(&byte, 30).unwrap();
        sink.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_record_that_is_hit_after_it_was_synced_is_said_by_readers() {
    for is_last in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
        for number in 0..3 {
            sink.record_durably(&FlowRecord::numbered(number, MIDNIGHT)).await.unwrap();
        }
        let path = folder.path().join(segments(folder.path()).remove(0));
        let mut bytes = fs::read(&path).unwrap();
        let place = if is_last { bytes.len() - 1 } else { 30 };
        bytes[place] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let listing = store.list(&RecordQuery::default());
        assert_eq!(listing.rows.len(), 2, "{is_last}");
        let why = match is_last {
            true => "records that were written to it are gone, or cannot be read, and were not Parquet yet",
            false => "1 stretches of it are damaged",
        };
        let said: Vec<_> = listing.skipped.iter().map(|gap| (gap.path.as_path(), gap.why.as_str())).collect();
        assert_eq!(said, [(path.as_path(), why)]);
        sink.close().await.unwrap();
    }
}
