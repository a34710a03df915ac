//! Reads everything, oldest first: across segments and files, while they change, and with some of them damaged.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{Day, MIDNIGHT};
use countersign_evidence::{Evidence, Listing, Options, Row, Scan, Sink, Skipped, Store};
use countersign_names::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DAY: i64 = 86_400_000_000;
/// Maximum size of one listing; a larger one would not be bounded.
const MOST: usize = 2_048;

fn small() -> Options {
    Options { segment_bytes: 64 << 10, linger: Duration::ZERO, ..Options::default() }
}

/// Records `each` decisions on each of `days` days; each completion comes fifty decisions later.
async fn record(sink: &Sink, days: i64, each: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for number in 0..days {
        let mut day = Day::new(number as u64 + 3, 40, each as i64, number * DAY);
        for _ in 0..each {
            let (decided, completed) = day.next();
            sink.record(&decided).unwrap();
            rows.push(Row { decided, completed });
            if rows.len().is_multiple_of(200) {
                sink.flush().await.unwrap();
            }
            let ended = rows.len().checked_sub(50).and_then(|earlier| rows.get(earlier));
            if let Some(completed) = ended.and_then(|row| row.completed.as_ref()) {
                sink.complete(completed).unwrap();
            }
        }
        sink.flush().await.unwrap();
    }
    let open = rows.len().saturating_sub(50) + 1;
    rows.iter_mut().skip(open).for_each(|row| row.completed = None);
    rows
}

fn all(store: &Store) -> Scan {
    store.scan(Timestamp::from_micros(i64::MIN), Timestamp::MAX)
}

fn gather(scan: impl Iterator<Item = Listing>) -> (Vec<Row>, Vec<Skipped>) {
    let (mut rows, mut skipped) = (Vec::new(), Vec::new());
    for listing in scan {
        assert!(listing.rows.len() <= MOST, "{} rows at once", listing.rows.len());
        rows.extend(listing.rows);
        skipped.extend(listing.skipped);
    }
    (rows, skipped)
}

fn check(scan: impl Iterator<Item = Listing>, expected: &[Row]) {
    let (rows, skipped) = gather(scan);
    assert_eq!(skipped, []);
    assert_eq!(rows.len(), expected.len());
    for (place, (found, expected)) in rows.iter().zip(expected).enumerate() {
        assert_eq!(found, expected, "row {place}");
    }
}

fn files(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let partitions = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = partitions
        .filter(|path| path.is_dir())
        .flat_map(|path| std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(prefix))
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_scan_gives_every_row_once_and_oldest_first() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = Evidence::open(folder.path(), small()).unwrap();
    let rows = record(&sink, 3, 2_500).await;
    check(all(&store), &rows);
    sink.close().await.unwrap();
    assert!(files(folder.path(), "decisions-").len() > 10);
    assert!(files(folder.path(), "completions-").len() > 5);
    check(all(&store), &rows);
    let (sink, store) = Evidence::open(folder.path(), Options::default()).unwrap();
    check(all(&store), &rows);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn nothing_outside_the_time_that_is_asked_for_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = Evidence::open(folder.path(), small()).unwrap();
    let rows = record(&sink, 3, 400).await;
    let within = |since: i64, until: i64| {
        let (since, until) = (Timestamp::from_micros(since), Timestamp::from_micros(until));
        let wanted = rows.iter().filter(|row| row.decided.at >= since && row.decided.at < until);
        check(store.scan(since, until), &wanted.cloned().collect::<Vec<_>>());
    };
    let [first, last] = [rows.first(), rows.last()].map(|row| row.unwrap().decided.at.as_micros());
    for closed in [false, true] {
        if closed {
            // The same after conversion to Parquet.
            sink.close().await.unwrap();
        }
        within(MIDNIGHT + DAY, MIDNIGHT + 2 * DAY);
        within(MIDNIGHT + DAY / 2, MIDNIGHT + 3 * DAY / 2);
        within(first, last);
        within(first + 1, last + 1);
        within(first, first);
        within(last, first);
        within(last + 1, i64::MAX);
        within(i64::MIN, first);
    }
}

#[tokio::test]
async fn a_rotation_in_the_middle_loses_nothing_and_doubles_nothing() {
    for listings in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let (sink, store) = Evidence::open(folder.path(), Options::default()).unwrap();
        // One day only: the first record of another day would trigger the conversion of the first day's segment.
        let rows = record(&sink, 1, 7_000).await;
        assert_eq!(files(folder.path(), "decisions-").len(), 0, "nothing is Parquet yet");
        let mut scan = all(&store);
        let begun: Vec<Listing> = scan.by_ref().take(listings).collect();
        sink.close().await.unwrap();
        assert!(!files(folder.path(), "decisions-").is_empty());
        check(begun.into_iter().chain(scan), &rows);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_said_once_and_the_rest_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = Evidence::open(folder.path(), small()).unwrap();
    let rows = record(&sink, 2, 2_500).await;
    sink.close().await.unwrap();
    let files = files(folder.path(), "decisions-");
    let damaged = files.get(files.len() / 2).unwrap();
    let mut bytes = std::fs::read(damaged).unwrap();
    // A position within the data of the first column. Half of such a small file is Parquet's metadata at its end, and
    // its size varies with the contents of the segment.
    *bytes.get_mut(100).unwrap() ^= 0xff;
    std::fs::write(damaged, bytes).unwrap();
    let (found, skipped) = gather(all(&store));
    let [gap] = skipped.as_slice() else { panic!("{skipped:?}") };
    assert_eq!(&gap.path, damaged);
    assert!(gap.why.contains("checksum"), "{}", gap.why);
    assert!(found.len() < rows.len() && found.len() > rows.len() / 2);
    let expected: Vec<&Row> = rows.iter().filter(|row| found.iter().any(|found| found == *row)).collect();
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_file_that_somebody_compacted_may_be_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = Evidence::open(folder.path(), small()).unwrap();
    let rows = record(&sink, 1, 3_000).await;
    sink.close().await.unwrap();
    let mut batches = Vec::new();
    for path in files(folder.path(), "decisions-") {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
        batches.extend(reader.with_batch_size(37).build().unwrap().map(Result::unwrap));
    }
    // Newest first, in one file, beside the originals: each row exists twice.
    batches.reverse();
    let path = folder.path().join("dt=2026-11-22/compacted.parquet");
    let schema = batches.first().unwrap().schema();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), schema, None).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.close().unwrap();
    check(all(&store), &rows);
    for original in files(folder.path(), "decisions-") {
        std::fs::remove_file(original).unwrap();
    }
    check(all(&store), &rows);
}
