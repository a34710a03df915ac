//! Files that this room did not write as they are: of other engines, with other columns, damaged, or no files at all.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT};
use crate::life::scanned;
use crate::readers::{EVER, at, read_by_all, swept};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use countersign_lake::columns::rows_batch;
use countersign_lake::{EndedRecord, Fault, Options, RecordQuery, RecordSink, RecordStore, open};
use countersign_names::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn flows(numbers: impl Iterator<Item = u64>) -> Vec<FlowRecord> {
    numbers.map(|number| FlowRecord::numbered(number, MIDNIGHT)).collect()
}

fn batch_of(flows: &[FlowRecord]) -> RecordBatch {
    let rows: Vec<_> = flows.iter().map(|flow| EndedRecord { record: flow.clone(), end: None }).collect();
    rows_batch::<Flows>(&rows).unwrap()
}

/// Writes a file of the first day as another engine does.
fn write(folder: &Path, name: &str, batch: &RecordBatch, properties: WriterProperties) -> PathBuf {
    let partition = folder.join("dt=2026-11-22");
    fs::create_dir_all(&partition).unwrap();
    let path = partition.join(name);
    let file = fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    path
}

fn plain() -> WriterProperties {
    WriterProperties::builder().build()
}

fn opened(folder: &Path) -> (RecordSink<Flows>, RecordStore<Flows>) {
    open::<Flows>(folder, Options::default()).unwrap()
}

/// Returns the batch with another column in the place of one, or without that one.
fn with(batch: &RecordBatch, name: &str, column: Option<ArrayRef>) -> RecordBatch {
    let schema = batch.schema();
    let mut fields: Vec<Field> = Vec::new();
    let mut columns = Vec::new();
    for (field, old) in schema.fields().iter().zip(batch.columns()) {
        match (&column, field.name() == name) {
            (_, false) => {
                fields.push(field.as_ref().clone());
                columns.push(Arc::clone(old));
            }
            (Some(column), true) => {
                fields.push(Field::new(name, column.data_type().clone(), true));
                columns.push(Arc::clone(column));
            }
            (None, true) => {}
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

/// Returns what readers say of a file, each once.
fn said_of(store: &RecordStore<Flows>, path: &Path) -> BTreeSet<String> {
    let listing = store.list(&RecordQuery { limit: RecordQuery::MOST, ..RecordQuery::default() });
    let scanned = store.scan(EVER, Timestamp::MAX).flat_map(|listing| listing.skipped);
    let swept = swept(store, EVER, Timestamp::MAX).1;
    let gaps = listing.skipped.into_iter().chain(scanned).chain(swept);
    gaps.filter(|gap| gap.path == path).map(|gap| gap.why).collect()
}

#[tokio::test]
async fn a_file_of_another_engine_is_read_in_any_order_under_any_name() {
    let all = flows(0..40);
    let shuffled: Vec<FlowRecord> = (0..40).map(|place| all[(place * 17 + 5) % 40].clone()).collect();
    let reversed: Vec<FlowRecord> = all.iter().rev().cloned().collect();
    let no_statistics = WriterProperties::builder().set_statistics_enabled(EnabledStatistics::None).build();
    let groups = WriterProperties::builder().set_max_row_group_row_count(Some(7)).build();
    for (order, properties) in [(&all, plain()), (&reversed, groups), (&shuffled, plain())] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "part-0001.parquet", &batch_of(order), properties);
        let (sink, store) = opened(folder.path());
        assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
        let (since, until) = (all[7].at, all[23].at);
        assert_eq!(read_by_all(&store, since, until), all[7..23]);
        assert_eq!(store.find(all[9].id).map(|row| row.record).as_ref(), Some(&all[9]));
        sink.close().await.unwrap();
    }
    // Without statistics, every row group may hold every record.
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "part-0001.parquet", &batch_of(&shuffled), no_statistics);
    let (sink, store) = opened(folder.path());
    assert_eq!(scanned(&store), all);
    let texts = vec![("protocol", "udp".to_owned())];
    assert_eq!(store.list(&RecordQuery { texts, ..RecordQuery::default() }).rows.len(), 14);
    assert_eq!(store.find(all[9].id).map(|row| row.record).as_ref(), Some(&all[9]));
    assert_eq!(store.span_of(&path), Ok(Some(EVER..=Timestamp::MAX)), "it may hold any time");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn the_originals_beside_a_file_that_holds_them_again_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let all = flows(0..30);
    write(folder.path(), "flows-1.parquet", &batch_of(&all[..10]), plain());
    write(folder.path(), "flows-2.parquet", &batch_of(&all[10..20]), plain());
    write(folder.path(), "all.parquet", &batch_of(&all), plain());
    let (sink, store) = opened(folder.path());
    assert_eq!(scanned(&store), all);
    let listing = store.list(&RecordQuery::default());
    assert!(listing.rows.iter().rev().map(|row| &row.record).eq(&all));
    assert_eq!(swept(&store, EVER, Timestamp::MAX).0.len(), 30);
    // Compaction finds each once as well.
    let upkept = store.compact(at(MIDNIGHT + 9 * DAY), false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!((upkept.days["2026-11-22"].rows, upkept.skipped), (50, Vec::new()));
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_column_that_is_missing_or_of_another_type_is_named_and_the_other_files_are_read() {
    let all = flows(0..20);
    let hit = batch_of(&all[..10]);
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![7; 10]));
    let words: ArrayRef = Arc::new(StringArray::from(vec!["x"; 10]));
    let gaps: ArrayRef = Arc::new(StringArray::from(vec![None::<&str>; 10]));
    let cases = [
        ("at", None, "column at: it is missing"),
        ("at", Some(Arc::clone(&numbers)), "column at: it is not Timestamp(µs, \"UTC\")"),
        ("id", None, "column id: it is missing"),
        ("id", Some(Arc::clone(&gaps)), "column id: it is empty where it must not be"),
        ("source", Some(Arc::clone(&words)), "column source: invalid IP address syntax"),
        ("port", Some(words), "column port: it is not an unsigned number"),
        ("protocol", Some(gaps), "column protocol: it is empty where it must not be"),
        ("labels", Some(numbers), "column labels: it is not a list"),
    ];
    for (name, column, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = write(folder.path(), "flows-1.parquet", &with(&hit, name, column), plain());
        write(folder.path(), "flows-2.parquet", &batch_of(&all[10..]), plain());
        let (sink, store) = opened(folder.path());
        let listing = store.list(&RecordQuery { limit: RecordQuery::MOST, ..RecordQuery::default() });
        let said: Vec<_> = listing.skipped.iter().map(|gap| (gap.path.clone(), gap.why.as_str())).collect();
        assert_eq!(said, [(path.clone(), why)], "{name}");
        assert!(listing.rows.iter().rev().map(|row| &row.record).eq(&all[10..]), "{name}");
        let mut rows = Vec::new();
        let mut gaps = Vec::new();
        for listing in store.scan(EVER, Timestamp::MAX) {
            rows.extend(listing.rows.into_iter().map(|row| row.record));
            gaps.extend(listing.skipped);
        }
        assert_eq!((rows, gaps.len()), (all[10..].to_vec(), 1), "a scan says it once: {name} {gaps:?}");
        assert_eq!(gaps[0].why, why);
        sink.close().await.unwrap();
    }
}

#[tokio::test]
async fn what_is_no_file_or_no_parquet_is_named_and_nothing_waits_for_it() {
    let all = flows(0..10);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "flows-2.parquet", &batch_of(&all), plain());
    let path = folder.path().join("dt=2026-11-22/flows-1.parquet");
    let (sink, store) = opened(folder.path());
    let check = |what: &str, why: &str| {
        let said = said_of(&store, &path);
        assert!(said.iter().all(|said| said.starts_with(why)) && said.len() == 1, "{what}: {said:?}");
        assert!(
            store.list(&RecordQuery::default()).rows.iter().rev().map(|row| &row.record).eq(&all),
            "{what}"
        );
    };
    let not_parquet = "it is not Parquet that this version reads: ";
    fs::create_dir(&path).unwrap();
    check("a folder", "it is not a regular file");
    fs::remove_dir(&path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    check("a pipe", "it is not a regular file");
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
    check("a device", "it is not a regular file");
    fs::remove_file(&path).unwrap();
    for (what, bytes) in [("empty", &b""[..]), ("text", b"id,at\n1,2\n"), ("magic", b"PAR1\0\0\0\0PAR1")] {
        fs::write(&path, bytes).unwrap();
        check(what, not_parquet);
        let found = store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap();
        let shown = "dt=2026-11-22/flows-1.parquet";
        assert!(
            matches!(&found.findings[..], [finding] if finding.fault == Fault::Damaged && finding.path == shown)
        );
    }
    sink.close().await.unwrap();
}

#[tokio::test]
async fn every_flipped_bit_of_a_file_of_ours_is_noticed_without_anchors_too() {
    let folder = tempfile::tempdir().unwrap();
    let all = flows(0..10);
    let (sink, _store) = opened(folder.path());
    all.iter().for_each(|flow| sink.record(flow).unwrap());
    sink.close().await.unwrap();
    let (sink, store) = opened(folder.path());
    let path = store.counted(EVER, Timestamp::MAX).rows.remove(0);
    let whole = fs::read(&path).unwrap();
    // Behind the bytes that the seal covers is Parquet's own metadata, with the seal in it.
    let sealed = sealed_bytes(&path);
    assert!(sealed > 300 && sealed < whole.len(), "{sealed} of {}", whole.len());
    for place in (0..4).chain((4..sealed).step_by(5)).chain([sealed - 1]) {
        let mut damaged = whole.clone();
        damaged[place] ^= 1 << (place % 8);
        fs::write(&path, &damaged).unwrap();
        assert_eq!(scanned_leniently(&store), [], "byte {place} of {sealed}");
        let said = said_of(&store, &path);
        assert!(
            said.iter().any(|why| why.contains("its checksum differs")),
            "byte {place} of {sealed}: {said:?}"
        );
        let found = store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap();
        assert!(matches!(&found.findings[..], [finding] if finding.fault == Fault::Damaged), "byte {place}");
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(scanned(&store), all, "put back, it is whole");
    sink.close().await.unwrap();
}

/// Returns how many of a file's bytes its seal covers.
fn sealed_bytes(path: &Path) -> usize {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let pairs = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let seal = pairs.iter().find(|pair| pair.key == "countersign.seal").unwrap().value.as_deref().unwrap();
    seal.split_once(':').unwrap().0.parse().unwrap()
}

fn scanned_leniently(store: &RecordStore<Flows>) -> Vec<FlowRecord> {
    let listings = store.scan(EVER, Timestamp::MAX);
    listings.flat_map(|listing| listing.rows).map(|row| row.record).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn bytes_that_somebody_made_up_are_named_and_end_nothing(
        middle in prop::collection::vec(any::<u8>(), 0..400),
        length in prop::option::of(0..500_u32),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let partition = folder.path().join("dt=2026-11-22");
        fs::create_dir(&partition).unwrap();
        let length = length.unwrap_or(u32::MAX).to_le_bytes();
        let path = partition.join("flows-day-1.parquet");
        fs::write(&path, [b"PAR1", &middle[..], &length, b"PAR1"].concat()).unwrap();
        fs::write(partition.join("flows-1.parquet"), [b"PAR1", &middle[..], &length, b"PAR1"].concat()).unwrap();
        let (sink, store) = opened(folder.path());
        prop_assert_eq!(scanned_leniently(&store), []);
        let said = said_of(&store, &path);
        prop_assert!(!said.is_empty());
        let upkept = store.compact(at(MIDNIGHT + 9 * DAY), false, &mut |_, _| ControlFlow::Continue(())).unwrap();
        prop_assert!(upkept.days.is_empty() && !upkept.skipped.is_empty(), "{:?}", upkept);
        prop_assert!(path.exists());
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(sink.close()).unwrap();
    }
}
