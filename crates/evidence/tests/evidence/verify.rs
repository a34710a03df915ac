//! Changed bytes, names or numbers of files are found; changes by normal operation are not reported.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::book::Book;
use crate::common::{Day, Dice};
use countersign_evidence::{Evidence, Fault, Options, Query, Sink, Store, Verified};
use countersign_names::Timestamp;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const EVER: Timestamp = Timestamp::from_micros(i64::MIN);
const DAY: i64 = 86_400_000_000;

fn options(book: &Arc<Book>) -> Options {
    Options { anchors: Arc::clone(book) as _, retry: Duration::from_millis(2), ..Options::default() }
}

fn verified(store: &Store) -> Verified {
    store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap()
}

fn faults(store: &Store) -> Vec<(String, Fault)> {
    verified(store).findings.into_iter().map(|finding| (finding.path, finding.fault)).collect()
}

/// Records a few decisions on each of three days, in one file per day.
async fn three_days(folder: &Path, book: &Arc<Book>) {
    for day in 0..3 {
        let (sink, _store) = Evidence::open(folder, options(book)).unwrap();
        let mut day = Day::new(day as u64, 20, 60, day * DAY);
        for _ in 0..40 {
            let (decided, completed) = day.next();
            sink.record(&decided).unwrap();
            completed.iter().for_each(|completed| sink.complete(completed).unwrap());
        }
        sink.close().await.unwrap();
    }
}

async fn lake() -> (tempfile::TempDir, Arc<Book>, Sink, Store, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    three_days(folder.path(), &book).await;
    let files: Vec<PathBuf> = book.paths().iter().map(|path| folder.path().join(path)).collect();
    assert!(files.len() >= 3, "{files:?}");
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    assert_eq!(faults(&store), []);
    (folder, book, sink, store, files)
}

fn name(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_flipped_byte_of_every_file_is_found() {
    let (folder, _book, sink, store, files) = lake().await;
    let mut dice = Dice(7);
    for path in &files {
        let whole = fs::read(path).unwrap();
        let ends = [0, 3, 4, whole.len() - 1, whole.len() - 5, whole.len() - 9];
        let places = ends.into_iter().chain((0..120).map(|_| dice.below(whole.len() as u64) as usize));
        for place in places.collect::<Vec<_>>() {
            let mut altered = whole.clone();
            altered[place] ^= 1 << dice.below(8);
            fs::write(path, &altered).unwrap();
            let expected = [(name(folder.path(), path), Fault::Altered)];
            assert_eq!(faults(&store), expected, "byte {place} of {}", path.display());
        }
        fs::write(path, &whole).unwrap();
    }
    assert_eq!(faults(&store), []);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn files_that_are_removed_added_swapped_cut_or_hidden_are_found() {
    let (folder, _book, sink, store, files) = lake().await;
    let (a, b) = (&files[0], &files[1]);
    let named = |path: &Path| name(folder.path(), path);
    let (one, other) = (fs::read(a).unwrap(), fs::read(b).unwrap());

    fs::remove_file(a).unwrap();
    assert_eq!(faults(&store), [(named(a), Fault::Missing)]);
    let listing = store.list(&Query { limit: 10_000, ..Query::default() });
    assert!(listing.skipped.iter().any(|gap| gap.path == *a), "readers say what is missing: {listing:?}");
    assert!(!listing.rows.is_empty(), "and give the rest");
    fs::write(a, &one).unwrap();

    assert_eq!(store.unanchored_count(), 0);
    for added in ["decisions-x.parquet", "completions-00000000000000000001-00000001.parquet"] {
        let added = a.with_file_name(added);
        fs::write(&added, &one).unwrap();
        assert_eq!(faults(&store), [(named(&added), Fault::Added)]);
        assert_eq!(store.unanchored_count(), 1);
        fs::remove_file(&added).unwrap();
    }
    for added in ["stray.parquet", "dt=today/decisions-x.parquet"] {
        let added = folder.path().join(added);
        fs::create_dir_all(added.parent().unwrap()).unwrap();
        fs::write(&added, &one).unwrap();
        assert_eq!(faults(&store), [(named(&added), Fault::Added)]);
        fs::remove_file(&added).unwrap();
    }

    fs::write(a, &other).unwrap();
    fs::write(b, &one).unwrap();
    assert_eq!(faults(&store), [(named(a), Fault::Altered), (named(b), Fault::Altered)]);
    fs::write(a, &one).unwrap();
    fs::write(b, &other).unwrap();

    for length in [0, 1, one.len() / 2, one.len() - 1] {
        fs::write(a, &one[..length]).unwrap();
        assert_eq!(faults(&store), [(named(a), Fault::Altered)]);
    }
    fs::write(a, [&one[..], b"PAR1"].concat()).unwrap();
    assert_eq!(faults(&store), [(named(a), Fault::Altered)]);
    fs::remove_file(a).unwrap();
    fs::create_dir(a).unwrap();
    assert_eq!(faults(&store), [(named(a), Fault::Unreadable)]);
    fs::remove_dir(a).unwrap();
    fs::remove_dir_all(b.parent().unwrap()).unwrap();
    assert_eq!(faults(&store), [(named(a), Fault::Missing), (named(b), Fault::Missing)]);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn only_the_days_that_are_asked_for_are_read() {
    let (_folder, _book, sink, store, files) = lake().await;
    fs::write(&files[0], b"not Parquet").unwrap();
    let second = Timestamp::from_micros(crate::common::MIDNIGHT + DAY);
    let found = store.verify(second, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.files, 2);
    let mut shares = Vec::new();
    store.verify(EVER, &mut |_, share| {
        shares.push(share);
        ControlFlow::Continue(())
    });
    assert!(shares.is_sorted() && shares.last().is_some_and(|last| *last > 0.99), "{shares:?}");
    assert_eq!(store.verify(EVER, &mut |_, _| ControlFlow::Break(())), None);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn every_flipped_byte_of_a_segment_is_found_and_so_is_one_that_is_gone_or_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    // It stays a segment, because its Parquet files cannot be anchored.
    book.set_away(true);
    let (sink, store) =
        Evidence::open(folder.path(), Options { segment_bytes: 4_096, ..options(&book) }).unwrap();
    let mut day = Day::new(3, 20, 10_000, 0);
    for _ in 0..60 {
        sink.record_durably(&day.next().0).await.unwrap();
    }
    let segments = || {
        let paths = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut found: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == "log")).collect();
        found.sort();
        found
    };
    // Change the first file only after it is Parquet: before, the change would be lost.
    for _ in 0..2_000 {
        if verified(&store).waiting > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let found = verified(&store);
    assert!(found.is_whole(), "{found:?}");
    assert!(found.segments >= 3 && found.records == 60 && found.waiting > 0, "{found:?}");
    let first = segments()[0].clone();
    let whole = fs::read(&first).unwrap();
    let mut dice = Dice(9);
    let places = [0, 8, 12, 16, 20, 24, whole.len() - 1];
    let places = places.into_iter().chain((0..30).map(|_| dice.below(whole.len() as u64) as usize));
    for place in places.collect::<Vec<_>>() {
        let mut altered = whole.clone();
        altered[place] ^= 1 << dice.below(8);
        fs::write(&first, &altered).unwrap();
        let found = faults(&store);
        assert_eq!(found, [(name(folder.path(), &first), Fault::Damaged)], "byte {place}");
    }
    // Cut between two records, every remaining frame is whole, but the store knows the length.
    let records = whole[16..].len() / 20;
    for length in [0, 16, 16 + records, whole.len() - 1] {
        fs::write(&first, &whole[..length]).unwrap();
        assert_eq!(faults(&store), [(name(folder.path(), &first), Fault::Damaged)], "cut at {length}");
    }
    fs::remove_file(&first).unwrap();
    assert_eq!(faults(&store), [(name(folder.path(), &first), Fault::Missing)]);
    fs::write(&first, &whole).unwrap();
    let other = folder.path().join("wal-00000000000000000001-00000001.log");
    fs::write(&other, &whole).unwrap();
    assert_eq!(faults(&store), [(name(folder.path(), &other), Fault::Added)]);
    fs::remove_file(&other).unwrap();

    book.set_away(false);
    for _ in 0..2_000 {
        if sink.state().rotation_failing.is_none() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(faults(&store), []);
    sink.close().await.unwrap();
    assert_eq!(verified(&store).rows, 60);
}

#[tokio::test]
async fn a_segment_that_was_cut_before_it_became_parquet_is_kept_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    let mut day = Day::new(3, 20, 10_000, 0);
    for _ in 0..10 {
        sink.record_durably(&day.next().0).await.unwrap();
    }
    let paths = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let segment = paths.into_iter().find(|path| path.extension().is_some_and(|e| e == "log")).unwrap();
    let length = segment.metadata().unwrap().len();
    let file = fs::OpenOptions::new().write(true).open(&segment).unwrap();
    file.set_len(length - 1).unwrap();
    sink.close().await.unwrap();
    let found = verified(&store);
    assert_eq!(found.rows, 9);
    assert_eq!(found.findings.len(), 1, "{found:?}");
    assert!(
        found.findings[0].fault == Fault::Damaged && found.findings[0].path.ends_with(".damaged"),
        "{found:?}"
    );
}

#[tokio::test]
async fn while_nothing_can_be_anchored_records_are_kept_as_they_are_and_nothing_is_called_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    book.set_away(true);
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    let mut day = Day::new(3, 20, 10_000, 0);
    let decided: Vec<_> = (0..50).map(|_| day.next().0).collect();
    for decided in &decided {
        sink.record(decided).unwrap();
    }
    sink.close().await.unwrap();
    let said = sink.state().rotation_failing;
    assert!(said.is_some_and(|why| why.contains("journal")), "it is said why");
    let found = verified(&store);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.waiting, found.files, found.records), (1, 0, 50));
    assert_eq!(store.list(&Query::default()).rows.len(), 50);

    // The next start adopts it, and anchors the same file once.
    book.set_away(false);
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    sink.close().await.unwrap();
    let found = verified(&store);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.waiting, found.files, found.rows, found.segments), (0, 1, 50, 0));
    assert_eq!(store.list(&Query::default()).rows.len(), 50);
}

#[tokio::test]
async fn a_file_that_was_made_anew_of_a_forged_segment_is_found() {
    let (folder, book, sink, store, files) = lake().await;
    sink.close().await.unwrap();
    drop((sink, store));
    // An attacker removes a file and adds a segment of other records under its name, for the next start to convert.
    let stem = files[0].file_stem().unwrap().to_str().unwrap().strip_prefix("decisions-").unwrap().to_owned();
    let forged = tempfile::tempdir().unwrap();
    let away = Arc::new(Book::default());
    away.set_away(true);
    let (other, _store) = Evidence::open(forged.path(), options(&away)).unwrap();
    other.record(&Day::new(99, 20, 60, 0).next().0).unwrap();
    other.close().await.unwrap();
    let segment = fs::read_dir(forged.path()).unwrap().map(|entry| entry.unwrap().path());
    let segment = segment.into_iter().find(|path| path.extension().is_some_and(|e| e == "log")).unwrap();
    fs::remove_file(&files[0]).unwrap();
    fs::copy(segment, folder.path().join(format!("wal-{stem}.log"))).unwrap();
    let (sink, store) = Evidence::open(folder.path(), options(&book)).unwrap();
    sink.close().await.unwrap();
    assert_eq!(faults(&store), [(name(folder.path(), &files[0]), Fault::Contested)]);
}
