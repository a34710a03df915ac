//! Files of finished days are compacted. Every reader finds every record exactly once before, during and after a
//! compaction, whatever fails.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::book::Book;
use crate::common::{Day, MIDNIGHT};
use countersign_evidence::{
    Anchors as _, Disk, DiskFile, Evidence, FileSet, LocalDisk, Options, Row, Sink, Store, UpkeepError,
    Upkept, Verified,
};
use countersign_names::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

const EVER: Timestamp = Timestamp::from_micros(i64::MIN);
const DAY: i64 = 86_400_000_000;
const RECORDS: usize = 900;

fn options(book: &Arc<Book>) -> Options {
    Options {
        anchors: Arc::clone(book) as _,
        segment_bytes: 16 << 10,
        retry: Duration::from_millis(2),
        ..Options::default()
    }
}

/// Late on the third day: the first two have ended.
fn now() -> Timestamp {
    Timestamp::from_micros(MIDNIGHT + 2 * DAY + DAY / 2)
}

/// Records three days in many small files.
async fn lake(folder: &Path, book: &Arc<Book>) -> (Sink, Store) {
    let (sink, _store) = Evidence::open(folder, options(book)).unwrap();
    for n in 0..3 {
        let mut day = Day::new(n, 40, RECORDS as i64, n as i64 * DAY);
        let mut ends = VecDeque::new();
        for _ in 0..RECORDS / 3 {
            let (decided, completed) = day.next();
            sink.record(&decided).unwrap();
            ends.extend(completed);
            // Most completions come much later, in another segment.
            if ends.len() > 60 {
                sink.complete(&ends.pop_front().unwrap()).unwrap();
                sink.flush().await.unwrap();
            }
        }
        ends.drain(..).for_each(|end| sink.complete(&end).unwrap());
        sink.flush().await.unwrap();
    }
    sink.close().await.unwrap();
    Evidence::open(folder, options(book)).unwrap()
}

fn scanned(store: &Store) -> Vec<Row> {
    let mut rows = Vec::new();
    for listing in store.scan(EVER, Timestamp::MAX) {
        assert_eq!(listing.skipped, []);
        rows.extend(listing.rows);
    }
    rows
}

fn swept(store: &Store) -> Vec<String> {
    let mut sweep = store.sweep(EVER, Timestamp::MAX);
    let mut ids = Vec::new();
    for accesses in sweep.by_ref() {
        ids.extend(accesses.iter().map(|access| access.id.to_string()));
    }
    assert_eq!(sweep.skipped(), []);
    ids.sort();
    ids
}

/// Returns the files that count with their total number of rows, as another engine reads them: duplicates would show.
fn counted(store: &Store) -> (FileSet, usize) {
    let counted = store.counted(EVER, Timestamp::MAX);
    assert_eq!(counted.skipped, []);
    let rows = |path: &PathBuf| {
        let reader = parquet::file::reader::SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
        use parquet::file::reader::FileReader as _;
        reader.metadata().file_metadata().num_rows() as usize
    };
    let total = counted.rows.iter().map(rows).sum();
    (counted, total)
}

fn compacted(store: &Store) -> Result<Upkept, UpkeepError> {
    store.compact(now(), false, &mut |_, _| ControlFlow::Continue(()))
}

fn verified(store: &Store) -> Verified {
    store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for partition in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|p| p.is_dir()) {
        let names = fs::read_dir(partition).unwrap().map(|entry| entry.unwrap().path());
        found.extend(names.map(|path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned()));
    }
    found.sort();
    found
}

/// Returns the results of all readers, which must not change whatever is done to the files.
fn everything(store: &Store) -> (Vec<Row>, Vec<String>, usize) {
    (scanned(store), swept(store), counted(store).1)
}

/// Returns how the anchors count the decisions of all days, and how many rows they have.
fn tallied(book: &Book) -> (BTreeMap<String, u64>, u64) {
    let known = book.partitions().into_iter().flat_map(|partition| book.known(&partition).unwrap());
    let (mut tally, mut rows) = (BTreeMap::new(), 0);
    for file in known.map(|known| known.file).filter(|file| file.path.contains("/decisions-")) {
        rows += file.rows;
        for (word, counted) in file.tally.unwrap() {
            *tally.entry(word).or_default() += counted;
        }
    }
    (tally, rows)
}

#[tokio::test]
async fn finished_days_are_one_file_of_each_kind_with_the_same_records_in_the_same_order() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = lake(folder.path(), &book).await;
    let before = everything(&store);
    assert_eq!(before.0.len(), RECORDS);
    assert!(before.0.iter().filter(|row| row.completed.is_some()).count() > RECORDS / 2);
    let tally = tallied(&book);
    assert_eq!(tally.0.values().sum::<u64>(), RECORDS as u64, "{tally:?}");
    assert!(tally.0.len() > 1, "there is more than one outcome: {tally:?}");
    let small = files(folder.path());
    assert!(small.iter().filter(|path| path.contains("completions-")).count() > 4, "{small:?}");

    let dry = store.compact(now(), true, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(dry.days.keys().collect::<Vec<_>>(), ["2026-11-22", "2026-11-23"], "today is not over");
    assert_eq!(files(folder.path()), small, "a dry run does nothing");

    let upkept = compacted(&store).unwrap();
    assert_eq!(upkept.skipped, []);
    for (day, done) in &upkept.days {
        let would = &dry.days[day];
        assert_eq!((done.files, done.rows, done.bytes), (would.files, would.rows, would.bytes));
        assert!(done.bytes_after.unwrap() < done.bytes, "{done:?}");
    }
    assert_eq!(everything(&store), before);
    assert_eq!(tallied(&book), tally, "each decision is counted as before");
    let large = files(folder.path());
    for day in ["dt=2026-11-22/", "dt=2026-11-23/"] {
        let of_day: Vec<_> = large.iter().filter(|path| path.starts_with(day)).collect();
        assert_eq!(of_day.len(), 2, "{large:?}");
        assert!(of_day.iter().all(|path| path.contains("-day-")), "{large:?}");
    }
    assert_eq!(large, book.paths(), "nothing is there that is not anchored");
    let found = verified(&store);
    assert!(found.is_whole() && found.leaving == 0, "{found:?}");
    assert_eq!(compacted(&store).unwrap(), Upkept::default(), "there is nothing more to do");
    for row in before.0.iter().step_by(97) {
        assert_eq!(store.find(row.decided.id).as_ref(), Some(row));
    }
    sink.close().await.unwrap();
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    assert_eq!(everything(&store), before);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn what_comes_late_to_a_day_is_taken_in_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = lake(folder.path(), &book).await;
    compacted(&store).unwrap();
    let (late, completed) = Day::new(77, 40, 10, DAY).next();
    sink.record(&late).unwrap();
    completed.iter().for_each(|end| sink.complete(end).unwrap());
    sink.close().await.unwrap();
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    let before = everything(&store);
    assert_eq!(before.0.len(), RECORDS + 1);
    let upkept = compacted(&store).unwrap();
    assert_eq!(upkept.days["2026-11-23"].files, 2, "{upkept:?}");
    assert_eq!(everything(&store), before);
    let found = verified(&store);
    assert!(found.is_whole(), "{found:?}");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_compaction_that_ends_at_any_step_leaves_each_record_once() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = lake(folder.path(), &book).await;
    let before = everything(&store);

    // Written but not anchored: the originals count, also for the next process, which makes the file again.
    book.set_away(true);
    assert!(matches!(compacted(&store), Err(UpkeepError::NotAnchored(_))));
    assert!(files(folder.path()).iter().any(|path| path.contains("-day-")));
    assert_eq!(everything(&store), before);
    let found = verified(&store);
    assert!(found.is_whole() && found.waiting == 1, "{found:?}");
    sink.close().await.unwrap();
    drop((sink, store));
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    assert_eq!(everything(&store), before);
    assert!(verified(&store).is_whole());
    assert!(!files(folder.path()).iter().any(|path| path.contains("-day-")), "it never came to count");
    book.set_away(false);

    // Anchored, but the originals are not removed, because a reader uses them.
    let reader = store.counted(EVER, Timestamp::MAX);
    compacted(&store).unwrap();
    assert!(reader.rows.iter().all(|path| path.exists()), "what is read stays");
    assert_eq!(everything(&store), before);
    let found = verified(&store);
    assert!(found.is_whole() && found.leaving > 4, "{found:?}");
    sink.close().await.unwrap();
    drop((sink, store));
    // The process ends while the reader exists: the next process removes what no longer counts.
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    assert_eq!(everything(&store), before);
    let found = verified(&store);
    assert!(found.is_whole() && found.leaving == 0, "{found:?}");
    drop(reader);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn readers_that_are_under_way_meet_every_record_once() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = lake(folder.path(), &book).await;
    let before = everything(&store);
    // Started before and read after: files are opened when their turn comes.
    let mut scan = store.scan(EVER, Timestamp::MAX);
    let mut sweep = store.sweep(EVER, Timestamp::MAX);
    let first = sweep.next().unwrap().len();
    compacted(&store).unwrap();
    let rows: Vec<Row> = scan
        .by_ref()
        .flat_map(|listing| {
            assert_eq!(listing.skipped, []);
            listing.rows
        })
        .collect();
    assert_eq!(rows, before.0);
    assert_eq!(first + sweep.by_ref().map(|accesses| accesses.len()).sum::<usize>(), RECORDS);
    assert_eq!(sweep.skipped(), []);
    let covered = files(folder.path()).len();
    drop((scan, sweep));
    compacted(&store).unwrap();
    assert!(files(folder.path()).len() < covered, "they go when nobody reads them any more");
    assert_eq!(everything(&store), before);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_day_of_which_a_file_is_not_what_it_was_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = lake(folder.path(), &book).await;
    let path =
        files(folder.path()).into_iter().find(|path| path.starts_with("dt=2026-11-22/decisions-")).unwrap();
    let mut bytes = fs::read(folder.path().join(&path)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(folder.path().join(&path), bytes).unwrap();
    let upkept = compacted(&store).unwrap();
    assert_eq!(upkept.skipped.len(), 1, "{upkept:?}");
    assert!(
        upkept.skipped[0].path.ends_with(&path) && upkept.skipped[0].why.contains("anchor"),
        "{upkept:?}"
    );
    assert!(upkept.days.contains_key("2026-11-23"), "another day is no worse for it");
    let found = verified(&store);
    assert_eq!(found.findings.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), [path.as_str()]);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_claims_to_stand_for_others_hides_and_removes_none() {
    let (folder, twin) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let book = Arc::new(Book::default());
    let (sink, store) = lake(folder.path(), &book).await;
    let before = everything(&store);
    // An attacker makes the file that a compaction would make; nothing vouches for it.
    for path in files(folder.path()) {
        let to = twin.path().join(&path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(folder.path().join(&path), to).unwrap();
    }
    let (other, forger) = Evidence::open(twin.path(), Options::default()).unwrap();
    compacted(&forger).unwrap();
    other.close().await.unwrap();
    let forged = files(twin.path()).into_iter().find(|path| path.contains("decisions-day-")).unwrap();
    fs::copy(twin.path().join(&forged), folder.path().join(&forged)).unwrap();
    assert_eq!(everything(&store), before);
    assert_eq!(verified(&store).findings.len(), 1);
    sink.close().await.unwrap();
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    assert_eq!(everything(&store), before);
    assert_eq!(verified(&store).findings, []);
    sink.close().await.unwrap();
}

/// The disk of this machine, until it is full.
#[derive(Debug)]
struct Small(Arc<AtomicBool>);

impl Disk for Small {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let full = Arc::clone(&self.0);
        Ok(Box::new(SmallFile { file: LocalDisk.create(path)?, full, taken: 0 }))
    }
}

struct SmallFile {
    file: Box<dyn DiskFile>,
    full: Arc<AtomicBool>,
    taken: usize,
}

impl io::Write for SmallFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.taken += bytes.len();
        if self.full.load(SeqCst) && self.taken > 2_000 {
            return Err(io::Error::from_raw_os_error(28));
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for SmallFile {
    fn sync(&mut self) -> io::Result<()> {
        self.file.sync()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.cut(length)
    }
}

#[tokio::test]
async fn on_a_full_disk_everything_stays_as_it_is_until_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, _) = lake(folder.path(), &book).await;
    sink.close().await.unwrap();
    drop(sink);
    let full = Arc::new(AtomicBool::new(true));
    let disk = Arc::new(Small(Arc::clone(&full)));
    let (sink, store) = Evidence::open(folder.path(), Options { disk, ..options(&book) }).unwrap();
    let (before, small) = (everything(&store), files(folder.path()));
    let upkept = compacted(&store).unwrap();
    assert!(upkept.days.is_empty() && !upkept.skipped.is_empty(), "{upkept:?}");
    assert!(upkept.skipped.iter().all(|left| left.why.contains("No space left")), "{upkept:?}");
    assert_eq!(files(folder.path()), small, "nothing half made takes what room there is");
    assert_eq!(everything(&store), before);
    full.store(false, SeqCst);
    assert!(compacted(&store).unwrap().skipped.is_empty());
    assert_eq!(everything(&store), before);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn it_can_be_broken_off_and_only_one_looks_after_the_files_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = lake(folder.path(), &book).await;
    let (before, small) = (everything(&store), files(folder.path()));
    let stopped = store.compact(now(), false, &mut |_, _| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(UpkeepError::Stopped)), "{stopped:?}");
    assert_eq!(files(folder.path()), small);
    let mut busy = None;
    store
        .compact(now(), false, &mut |_, _| {
            busy.get_or_insert_with(|| matches!(compacted(&store), Err(UpkeepError::Busy)));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(busy, Some(true));
    assert_eq!(everything(&store), before);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn what_is_older_than_it_is_to_be_kept_goes_and_readers_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, _) = lake(folder.path(), &book).await;
    sink.close().await.unwrap();
    drop(sink);
    let keep = Some(Duration::from_secs(86_400));
    let (sink, store) = Evidence::open(folder.path(), Options { keep, ..options(&book) }).unwrap();
    let before = scanned(&store);
    let all = files(folder.path());
    // At noon of the third day, the first ended more than a day ago.
    let dry = store.retain(now(), true).unwrap();
    assert_eq!(dry.days.keys().collect::<Vec<_>>(), ["2026-11-22"]);
    assert_eq!(files(folder.path()), all);
    book.set_away(true);
    assert!(matches!(store.retain(now(), false), Err(UpkeepError::NotAnchored(_))));
    assert_eq!(files(folder.path()), all, "what cannot be stated does not happen");
    book.set_away(false);

    let mut reader = store.scan(Timestamp::from_micros(MIDNIGHT), Timestamp::MAX);
    let gone =
        files(folder.path()).into_iter().find(|path| path.starts_with("dt=2026-11-22/decisions")).unwrap();
    let copy = fs::read(folder.path().join(&gone)).unwrap();
    assert_eq!(store.retain(now(), false).unwrap().days, dry.days);
    assert!(!folder.path().join("dt=2026-11-22").exists());
    let gaps: Vec<_> = reader.by_ref().flat_map(|listing| listing.skipped).collect();
    assert!(!gaps.is_empty(), "whoever reads meanwhile is told");

    let second = Timestamp::from_micros(MIDNIGHT + DAY);
    let rest: Vec<Row> = before.iter().filter(|row| row.decided.at >= second).cloned().collect();
    assert_eq!(scanned(&store), rest, "to whoever asks for all there is, this is all there is");
    let sweep = store.sweep(Timestamp::from_micros(MIDNIGHT), Timestamp::MAX);
    assert!(sweep.expired().iter().any(|gap| gap.why.contains("2026-11-23") && gap.why.contains("expired")));
    assert_eq!(sweep.skipped(), [], "the rest is whole");
    assert_eq!(store.sweep(second, Timestamp::MAX).skipped(), []);
    assert!(store.look_up(before[0].decided.id).skipped.iter().any(|gap| gap.why.contains("expired")));
    let found = verified(&store);
    assert!(found.is_whole() && found.gone_before == Some(second), "{found:?}");

    // A file is restored by hand: it does not count, and is removed again.
    fs::create_dir(folder.path().join("dt=2026-11-22")).unwrap();
    fs::write(folder.path().join(&gone), copy).unwrap();
    assert_eq!(scanned(&store), rest);
    assert_eq!(verified(&store).leaving, 1);
    assert_eq!(store.retain(now(), false).unwrap().days.len(), 1);
    assert_eq!(store.retain(now(), false).unwrap(), Upkept::default());
    assert_eq!(verified(&store).leaving, 0);
    sink.close().await.unwrap();
}
