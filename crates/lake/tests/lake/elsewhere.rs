//! Files that are not in this folder: of other processes, and copies of what was lost here.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::book::Book;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT};
use crate::life::files;
use crate::readers::{EVER, at, in_one_segment, swept};
use countersign_lake::{
    Away, Elsewhere, Fetched, Options, RecordSink, RecordStore, SealedFile, Unfetched, open,
};
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Copies of the files of all processes, in a folder: `edge-2/dt=2026-11-22/flows-….parquet`.
#[derive(Debug)]
struct FolderOfCopies {
    folder: PathBuf,
    others: Mutex<Vec<Away>>,
    gone: Mutex<Vec<(String, Timestamp)>>,
    is_unreachable: AtomicBool,
}

impl FolderOfCopies {
    fn new(folder: &Path) -> Arc<Self> {
        let (others, gone) = (Mutex::default(), Mutex::default());
        Arc::new(Self { folder: folder.to_owned(), others, gone, is_unreachable: AtomicBool::new(false) })
    }

    fn know(&self, process: &str, files: Vec<SealedFile>) {
        let away = files.into_iter().map(|file| Away { process: process.to_owned(), file });
        self.others.lock().unwrap().extend(away);
    }
}

impl Elsewhere for FolderOfCopies {
    fn process(&self) -> &str {
        "edge-1"
    }

    fn folder(&self) -> &Path {
        &self.folder
    }

    fn partitions(&self) -> Vec<String> {
        let others = self.others.lock().unwrap();
        let partitions = others.iter().filter_map(|away| away.file.path.split_once('/'));
        partitions.map(|(partition, _)| partition.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn others(&self, partition: &str) -> Vec<Away> {
        let within = format!("{partition}/");
        let others = self.others.lock().unwrap();
        others.iter().filter(|away| away.file.path.starts_with(&within)).cloned().collect()
    }

    fn gone_before(&self) -> Vec<(String, Timestamp)> {
        self.gone.lock().unwrap().clone()
    }

    fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        let path = self.folder.join(&away.process).join(&away.file.path);
        match (self.is_unreachable.load(SeqCst), path.exists()) {
            (true, _) => Err("the store does not answer".to_owned()),
            (false, false) => Err("there is no copy".to_owned()),
            (false, true) => Ok(Fetched::new(path, Arc::new(()))),
        }
    }
}

/// Returns flows of a process: two on each of three days.
fn flows(process: u64) -> Vec<FlowRecord> {
    let days = (0..3_i64).flat_map(|day| (0..2_u64).map(move |number| (day, number)));
    days.map(|(day, number)| FlowRecord::numbered(process * 10 + number, MIDNIGHT + day * DAY)).collect()
}

fn options(book: &Arc<Book>) -> Options {
    Options { anchors: Arc::clone(book) as _, retry: Duration::from_millis(2), ..Options::default() }
}

async fn record(folder: &Path, book: &Arc<Book>, flows: &[FlowRecord]) {
    let (sink, _store) = open::<Flows>(folder, in_one_segment(&options(book))).unwrap();
    flows.iter().for_each(|flow| sink.record(flow).unwrap());
    sink.close().await.unwrap();
}

/// Two processes: edge-1, which is open, and edge-2, of which there are copies.
struct TwoProcesses {
    folder: tempfile::TempDir,
    copies: Arc<FolderOfCopies>,
    book: Arc<Book>,
    sink: RecordSink<Flows>,
    store: RecordStore<Flows>,
}

impl TwoProcesses {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let copies = FolderOfCopies::new(&folder.path().join("copies"));
        let (book, other) = (Arc::new(Book::default()), Arc::new(Book::default()));
        record(&copies.folder.join("edge-2"), &other, &flows(2)).await;
        copies.know("edge-2", other.all());
        record(&folder.path().join("own"), &book, &flows(1)).await;
        let elsewhere = Some(Arc::clone(&copies) as _);
        let (sink, store) =
            open::<Flows>(folder.path().join("own"), Options { elsewhere, ..options(&book) }).unwrap();
        Self { folder, copies, book, sink, store }
    }

    fn own(&self, path: &str) -> PathBuf {
        self.folder.path().join("own").join(path)
    }

    /// Copies the files of this process to where the copies are.
    fn copy_own(&self) {
        for path in self.book.paths() {
            let to = self.copies.folder.join("edge-1").join(&path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(self.own(&path), to).unwrap();
        }
    }

    fn swept(&self) -> (usize, Vec<(PathBuf, String)>) {
        let (found, skipped) = swept(&self.store, EVER, Timestamp::MAX);
        (found.len(), skipped.into_iter().map(|gap| (gap.path, gap.why)).collect())
    }
}

/// Returns the processes and the days of files that are elsewhere.
fn shown(away: &[Away]) -> Vec<(&str, &str)> {
    away.iter().map(|away| (away.process.as_str(), away.file.path.split_once('/').unwrap().0)).collect()
}

#[tokio::test]
async fn records_of_all_processes_are_found_and_those_of_this_one_alone_where_asked() {
    let it = TwoProcesses::new().await;
    let everywhere = it.store.everywhere(EVER, Timestamp::MAX);
    assert_eq!((everywhere.here.rows.len(), everywhere.here.skipped.len()), (3, 0));
    let days = ["dt=2026-11-22", "dt=2026-11-23", "dt=2026-11-24"];
    assert_eq!(shown(&everywhere.rows), days.map(|day| ("edge-2", day)));
    assert!(everywhere.ends.is_empty());
    let mut expected: Vec<_> = [flows(1), flows(2)].concat().iter().map(|flow| (flow.at, flow.id)).collect();
    expected.sort_unstable();
    assert_eq!(swept(&it.store, EVER, Timestamp::MAX), (expected, Vec::new()));
    assert_eq!(crate::life::scanned(&it.store), flows(1), "a scan is of this folder");
    // A day that only another process has is read too.
    let (sixth, book) = (MIDNIGHT + 5 * DAY, Arc::new(Book::default()));
    record(&it.copies.folder.join("edge-3"), &book, &[FlowRecord::numbered(0, sixth)]).await;
    it.copies.know("edge-3", book.all());
    assert_eq!(it.swept(), (13, Vec::new()));
    let mut sweep = it.store.sweep(at(sixth), Timestamp::MAX);
    assert_eq!(sweep.by_ref().map(|columns| columns.flows.len()).sum::<usize>(), 1);
    assert_eq!((sweep.bytes().read, sweep.bytes().total), (book.all()[0].bytes, book.all()[0].bytes));
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn a_file_elsewhere_belongs_to_a_span_from_its_first_record_to_its_last() {
    let it = TwoProcesses::new().await;
    let [first, last] = [flows(2)[2].at.as_micros(), flows(2)[3].at.as_micros()];
    let rows = |since: i64, until: i64| it.store.everywhere(at(since), at(until)).rows.len();
    let cases = [
        (first, last + 1, 1),
        (last, last + 1, 1),
        (last + 1, last + 2, 0),
        (first - 1, first, 0),
        (first - 1, first + 1, 1),
        (first - DAY, last + DAY + 1, 3),
        (last, first, 0),
    ];
    for (since, until, expected) in cases {
        assert_eq!(rows(since, until), expected, "since {since} until {until}");
        let of_other = |id: &uuid::Uuid| flows(2).iter().any(|flow| flow.id == *id);
        let (found, _) = swept(&it.store, at(since), at(until));
        let expected = flows(2).iter().filter(|flow| at(since) <= flow.at && flow.at < at(until)).count();
        assert_eq!(found.iter().filter(|(_, id)| of_other(id)).count(), expected);
    }
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn what_is_lost_here_is_read_from_its_copy_and_is_a_gap_without_one() {
    let it = TwoProcesses::new().await;
    it.copy_own();
    let lost = it.book.paths().remove(1);
    fs::remove_file(it.own(&lost)).unwrap();
    let everywhere = it.store.everywhere(EVER, Timestamp::MAX);
    assert_eq!((everywhere.here.rows.len(), everywhere.here.skipped.len()), (2, 0), "it is no gap");
    assert!(shown(&everywhere.rows).contains(&("edge-1", "dt=2026-11-23")));
    assert_eq!(it.swept(), (12, Vec::new()));
    let only_here = it.store.counted(EVER, Timestamp::MAX).skipped;
    assert!(matches!(&only_here[..], [gap] if gap.path == it.own(&lost)), "{only_here:?}");

    fs::remove_file(it.copies.folder.join("edge-1").join(&lost)).unwrap();
    let mut sweep = it.store.sweep(EVER, Timestamp::MAX);
    assert_eq!(sweep.by_ref().map(|columns| columns.flows.len()).sum::<usize>(), 10);
    let [first, last] = [flows(1)[2].at, flows(1)[3].at];
    let why = format!("2 rows of edge-1 from {first} to {last} were not read: there is no copy");
    assert!(
        matches!(sweep.skipped(), [gap] if gap.path == Path::new("edge-1").join(&lost) && gap.why == why)
    );
    assert_eq!(sweep.skipped_rows(), Some(2));
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_one_gap_for_each_process() {
    let it = TwoProcesses::new().await;
    it.copy_own();
    let lost = it.book.paths().remove(0);
    fs::remove_file(it.own(&lost)).unwrap();
    it.copies.is_unreachable.store(true, SeqCst);
    let [first, last] = [flows(2)[0].at, flows(2)[5].at];
    let others = format!("6 rows in 3 files from {first} to {last} were not read: the store does not answer");
    let [first, last] = [flows(1)[0].at, flows(1)[1].at];
    let own = format!("2 rows of edge-1 from {first} to {last} were not read: the store does not answer");
    let gaps = vec![(Path::new("edge-1").join(&lost), own), (PathBuf::from("edge-2"), others)];
    assert_eq!(it.swept(), (4, gaps));
    let mut sweep = it.store.sweep(EVER, Timestamp::MAX);
    sweep.by_ref().for_each(drop);
    assert_eq!(sweep.skipped_rows(), Some(8));
    it.copies.is_unreachable.store(false, SeqCst);
    assert_eq!(it.swept(), (12, Vec::new()), "nothing of it is remembered");
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn a_damaged_file_here_counts_by_its_anchor_and_without_one_nobody_knows_how_much() {
    let it = TwoProcesses::new().await;
    let path = it.own(&it.book.paths()[0]);
    fs::write(&path, b"x").unwrap();
    let skipped_rows = || {
        let mut sweep = it.store.sweep(EVER, Timestamp::MAX);
        sweep.by_ref().for_each(drop);
        assert!(sweep.skipped().iter().any(|gap| gap.path == path), "{:?}", sweep.skipped());
        sweep.skipped_rows()
    };
    assert_eq!(skipped_rows(), Some(2));
    it.book.forget(&it.book.paths()[0]);
    assert_eq!(skipped_rows(), None);
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn what_expired_at_others_is_said_with_their_name_to_whoever_asks_for_it() {
    let it = TwoProcesses::new().await;
    it.copies.gone.lock().unwrap().push(("edge-9".to_owned(), at(MIDNIGHT + DAY)));
    let why = "its records from before 2026-11-23T00:00:00.000000Z have expired, as its configuration says";
    for (since, is_said) in
        [(i64::MIN, false), (MIDNIGHT, true), (MIDNIGHT + DAY - 1, true), (MIDNIGHT + DAY, false)]
    {
        let everywhere = it.store.everywhere(at(since), Timestamp::MAX);
        let sweep = it.store.sweep(at(since), Timestamp::MAX);
        for said in [&everywhere.here.skipped[..], sweep.expired()] {
            let said: Vec<_> = said.iter().map(|gap| (gap.path.as_path(), gap.why.as_str())).collect();
            let expected = if is_said { vec![(Path::new("edge-9"), why)] } else { Vec::new() };
            assert_eq!(said, expected, "since {since}");
        }
        assert_eq!(sweep.skipped(), []);
    }
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn the_files_of_a_former_name_count_once_as_originals_and_as_compacted() {
    let it = TwoProcesses::new().await;
    // This process was called edge-0 when it made them.
    it.copies.others.lock().unwrap().clear();
    it.copies.know("edge-0", it.book.all());
    for path in it.book.paths() {
        let to = it.copies.folder.join("edge-0").join(&path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(it.own(&path), to).unwrap();
    }
    assert_eq!(shown(&it.store.everywhere(EVER, Timestamp::MAX).rows), []);
    it.sink.close().await.unwrap();
    // It compacts a day after that, and the file stands for those that it has under its former name.
    record(&it.own(""), &it.book, &[FlowRecord::numbered(0, MIDNIGHT)]).await;
    let elsewhere = Some(Arc::clone(&it.copies) as _);
    let (sink, store) = open::<Flows>(it.own(""), Options { elsewhere, ..options(&it.book) }).unwrap();
    let now = at(MIDNIGHT + DAY + DAY / 2);
    assert_eq!(store.compact(now, false, &mut |_, _| ControlFlow::Continue(())).unwrap().days.len(), 1);
    assert!(files(&it.own("")).iter().any(|path| path.contains("-day-")));
    assert_eq!(shown(&store.everywhere(EVER, Timestamp::MAX).rows), []);
    assert_eq!(swept(&store, EVER, Timestamp::MAX).0.len(), 7);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn of_two_names_of_one_process_elsewhere_each_record_is_taken_once() {
    let it = TwoProcesses::new().await;
    // edge-2 was renamed to edge-3, adopted its files, and compacted a day to which it had added.
    let (new, book) = (it.copies.folder.join("edge-3"), Arc::new(Book::default()));
    let originals = it.copies.others.lock().unwrap().clone();
    for away in &originals {
        let to = new.join(&away.file.path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(it.copies.folder.join("edge-2").join(&away.file.path), to).unwrap();
    }
    let adopted: Vec<SealedFile> = originals.iter().map(|away| away.file.clone()).collect();
    countersign_lake::Anchors::anchor(&*book, &adopted).unwrap();
    record(&new, &book, &[FlowRecord::numbered(30, MIDNIGHT)]).await;
    let (sink, store) = open::<Flows>(&new, options(&book)).unwrap();
    let now = at(MIDNIGHT + DAY + DAY / 2);
    store.compact(now, false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    sink.close().await.unwrap();
    it.copies.know("edge-3", book.all());

    let first_day = it.store.everywhere(at(MIDNIGHT), at(MIDNIGHT + DAY)).rows;
    assert_eq!(shown(&first_day).len(), 2);
    let mut unfetched = Unfetched::default();
    let distinct = it.store.distinct(first_day.clone(), &mut unfetched);
    assert_eq!(shown(&distinct), [("edge-3", "dt=2026-11-22")], "the compacted file holds the original");
    let second_day = it.store.everywhere(at(MIDNIGHT + DAY), at(MIDNIGHT + 2 * DAY)).rows;
    assert_eq!(it.store.distinct(second_day, &mut unfetched).len(), 1, "one file under two names");
    assert!(unfetched.gaps().is_empty());
    assert_eq!(it.swept(), (13, Vec::new()), "a sweep finds each once, too");
    // What cannot be looked into does not count, and is a gap: the originals may be in it.
    it.copies.is_unreachable.store(true, SeqCst);
    let mut unfetched = Unfetched::default();
    assert_eq!(shown(&it.store.distinct(first_day, &mut unfetched)), [("edge-2", "dt=2026-11-22")]);
    let gaps = unfetched.gaps();
    assert!(matches!(&gaps[..], [gap] if gap.why.starts_with("3 rows of edge-3 from ")), "{gaps:?}");
    it.sink.close().await.unwrap();
}

#[tokio::test]
async fn a_file_without_rows_is_not_fetched_and_without_a_store_nothing_is() {
    let it = TwoProcesses::new().await;
    for away in it.copies.others.lock().unwrap().iter_mut() {
        away.file.rows = 0;
    }
    assert_eq!(shown(&it.store.everywhere(EVER, Timestamp::MAX).rows), []);
    assert_eq!(it.swept(), (6, Vec::new()));
    it.sink.close().await.unwrap();
    let (sink, store) = open::<Flows>(it.own(""), options(&it.book)).unwrap();
    let away = it.copies.others.lock().unwrap()[0].clone();
    assert_eq!(store.fetch(&away).unwrap_err(), "no store is configured here that may have it");
    assert!(store.elsewhere().is_none() && it.store.elsewhere().is_some());
    assert_eq!(store.everywhere(EVER, Timestamp::MAX).here.rows.len(), 3);
    sink.close().await.unwrap();
}
