//! A reader of a span reports every file that is not what was written: damaged, cut, removed, or replaced by another.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::book::Book;
use crate::common::{Day, Dice, MIDNIGHT};
use countersign_evidence::{Evidence, Options, Store};
use countersign_names::Timestamp;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const DAY: i64 = 86_400_000_000;

fn options(book: &Arc<Book>) -> Options {
    Options { anchors: Arc::clone(book) as _, retry: Duration::from_millis(2), ..Options::default() }
}

/// Returns how many records a sweep of all three days returns, and what it reports as unread.
fn swept(store: &Store) -> (usize, Vec<String>, Option<u64>) {
    let mut sweep = store.sweep(Timestamp::from_micros(MIDNIGHT), Timestamp::from_micros(MIDNIGHT + 3 * DAY));
    let mut records = 0;
    for accesses in sweep.by_ref() {
        records += accesses.iter().count();
    }
    let skipped = sweep.skipped().iter().map(|gap| gap.why.clone()).collect();
    (records, skipped, sweep.skipped_rows())
}

async fn three_days(folder: &Path, book: &Arc<Book>) {
    for day in 0..3 {
        let (sink, _store) = Evidence::open(folder, options(book)).unwrap();
        let mut day = Day::new(day as u64, 20, 60, day * DAY);
        for _ in 0..40 {
            sink.record(&day.next().0).unwrap();
        }
        sink.close().await.unwrap();
    }
}

#[tokio::test]
async fn no_damage_to_a_file_passes_for_silence() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    three_days(folder.path(), &book).await;
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    assert_eq!(swept(&store), (120, Vec::new(), Some(0)));
    let files: Vec<PathBuf> = book.paths().iter().map(|path| folder.path().join(path)).collect();
    let mut dice = Dice(3);
    let check = |store: &Store, what: &str| {
        let (records, skipped, rows) = swept(store);
        assert!(records < 120, "{what}: {records}");
        assert!(!skipped.is_empty(), "{what}");
        assert_eq!(records as u64 + rows.unwrap(), 120, "{what}: {skipped:?}");
    };
    for path in &files {
        let whole = fs::read(path).unwrap();
        for other in files.iter().filter(|other| *other != path) {
            fs::copy(other, path).unwrap();
            check(&store, "replaced");
        }
        for _ in 0..40 {
            let mut altered = whole.clone();
            altered[dice.below(whole.len() as u64) as usize] ^= 1 << dice.below(8);
            fs::write(path, &altered).unwrap();
            check(&store, "a bit flipped");
        }
        for length in [0, 4, whole.len() / 2, whole.len() - 1] {
            fs::write(path, &whole[..length]).unwrap();
            check(&store, "cut");
        }
        fs::remove_file(path).unwrap();
        check(&store, "removed");
        fs::write(path, &whole).unwrap();
    }
    assert_eq!(swept(&store), (120, Vec::new(), Some(0)), "put back, it is whole");

    // A copy of a file of one day in the folder of another day is not evidence.
    let copy = files[1].with_file_name("decisions-copy.parquet");
    fs::copy(&files[0], &copy).unwrap();
    assert!(!swept(&store).1.is_empty(), "nobody anchored it");
    fs::remove_file(copy).unwrap();
    sink.close().await.unwrap();
}

#[tokio::test]
async fn nor_does_damage_to_what_is_not_parquet_yet() {
    for what in ["cut", "removed", "a bit flipped in the first record", "a bit flipped in the last"] {
        let folder = tempfile::tempdir().unwrap();
        let book = Arc::new(Book::default());
        let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
        let mut day = Day::new(1, 20, 60, 0);
        for _ in 0..40 {
            sink.record(&day.next().0).unwrap();
        }
        sink.flush().await.unwrap();
        let mut entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let segment = entries.find(|path| path.extension().is_some_and(|end| end == "log")).unwrap();
        let mut bytes = fs::read(&segment).unwrap();
        let last = bytes.len() - 3;
        match what {
            "cut" => fs::write(&segment, &bytes[..last - 200]).unwrap(),
            "removed" => fs::remove_file(&segment).unwrap(),
            "a bit flipped in the first record" => {
                bytes[60] ^= 1;
                fs::write(&segment, &bytes).unwrap();
            }
            _ => {
                bytes[last] ^= 1;
                fs::write(&segment, &bytes).unwrap();
            }
        }
        let (records, skipped, rows) = swept(&store);
        assert!(records < 40, "{what}: {records}");
        assert!(!skipped.is_empty(), "{what}: {records}");
        assert_eq!(rows, None, "{what}: nobody can tell how many");
        sink.close().await.unwrap();
    }
}
