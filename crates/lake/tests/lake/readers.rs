//! Every reader of a store, so that a test can say that all of them find the same.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use crate::kinds::{FlowRecord, Flows};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{RecordBatch, StringArray};
use countersign_lake::cells::{Cells, Read, bad, need};
use countersign_lake::{LakeRecord as _, Options, RecordQuery, RecordStore, Skipped, SweptKind};
use countersign_names::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

pub const EVER: Timestamp = Timestamp::from_micros(i64::MIN);

pub fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

/// Returns these options with records that wait for each other, so that one process makes one file of each day however
/// slow the machine is.
pub fn in_one_segment(options: &Options) -> Options {
    Options { linger: Duration::from_secs(3_600), ..options.clone() }
}

/// Waits until a condition holds that other threads bring about.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..12_000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{what} did not come about within a minute");
}

/// Many flows, column by column.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FlowColumns {
    pub flows: Vec<(Uuid, Timestamp, String)>,
}

impl SweptKind for Flows {
    type Columns = FlowColumns;

    const COLUMNS: &'static [&'static str] = &["id", "at", "protocol"];

    fn read_columns(batch: &RecordBatch) -> Read<FlowColumns> {
        let protocols =
            batch.column_by_name("protocol").and_then(|column| column.as_dictionary_opt::<Int32Type>());
        let protocols = protocols.and_then(|column| column.downcast_dict::<StringArray>());
        let protocols = protocols.ok_or_else(|| bad("protocol", "it does not come as a dictionary"))?;
        let mut columns = FlowColumns::default();
        for (row, protocol) in protocols.into_iter().enumerate() {
            let cells = Cells::new(batch, row);
            let protocol = need("protocol", protocol)?.to_owned();
            columns.flows.push((cells.word("id")?, need("at", cells.moment("at")?)?, protocol));
        }
        Ok(columns)
    }

    fn push(columns: &mut FlowColumns, flow: &FlowRecord) {
        columns.flows.push((flow.id, flow.at, flow.protocol.clone()));
    }

    fn retain(columns: &mut FlowColumns, mut keep: impl FnMut(Uuid, Timestamp) -> bool) {
        columns.flows.retain(|(id, at, _)| keep(*id, *at));
    }

    fn is_empty(columns: &FlowColumns) -> bool {
        columns.flows.is_empty()
    }
}

/// Returns the flows in a Parquet file, as any engine reads them.
pub fn flows_in(path: &Path) -> Vec<FlowRecord> {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let mut flows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        flows.extend((0..batch.num_rows()).map(|row| FlowRecord::read(Cells::new(&batch, row)).unwrap()));
    }
    flows
}

/// Returns what a sweep of a span finds, in the order of time, and what it could not read.
pub fn swept(
    store: &RecordStore<Flows>,
    since: Timestamp,
    until: Timestamp,
) -> (Vec<(Timestamp, Uuid)>, Vec<Skipped>) {
    let mut sweep = store.sweep(since, until);
    let mut found: Vec<_> =
        sweep.by_ref().flat_map(|columns| columns.flows).map(|(id, at, _)| (at, id)).collect();
    found.sort_unstable();
    (found, sweep.skipped().to_vec())
}

/// Returns the records of a span as another engine finds them: the rows that are not Parquet yet, and the files that
/// count.
fn engine(store: &RecordStore<Flows>, since: Timestamp, until: Timestamp) -> Vec<FlowRecord> {
    let mut found = BTreeMap::new();
    let (_, skipped) = store
        .recent(since, until, |rows| {
            found.extend(rows.into_iter().map(|row| ((row.record.at, row.record.id), row.record)));
            Ok::<(), ()>(())
        })
        .unwrap();
    assert_eq!(skipped, []);
    let counted = store.counted(since, until);
    assert_eq!(counted.skipped, []);
    let mut in_files = BTreeMap::new();
    for path in &counted.rows {
        let flows = flows_in(path);
        let times = || flows.iter().map(|flow| flow.at);
        let span = times().min().unwrap()..=times().max().unwrap();
        assert_eq!(store.span_of(path), Ok(Some(span)), "{}", path.display());
        for flow in flows.into_iter().filter(|flow| since <= flow.at && flow.at < until) {
            let id = flow.id;
            assert!(in_files.insert((flow.at, id), flow).is_none(), "{id} is in two files");
        }
    }
    found.extend(in_files);
    found.into_values().collect()
}

/// Returns the records of a span, oldest first, and checks that every reader finds the same and nothing is skipped.
pub fn read_by_all(store: &RecordStore<Flows>, since: Timestamp, until: Timestamp) -> Vec<FlowRecord> {
    let mut scanned = Vec::new();
    for listing in store.scan(since, until) {
        assert_eq!(listing.skipped, []);
        scanned.extend(listing.rows.into_iter().map(|row| row.record));
    }
    let query = RecordQuery { since, until, limit: RecordQuery::MOST, ..RecordQuery::default() };
    let listing = store.list(&query);
    assert_eq!(listing.skipped, []);
    let listed: Vec<FlowRecord> = listing.rows.into_iter().rev().map(|row| row.record).collect();
    assert_eq!(listed, scanned, "a list and a scan");
    let places: Vec<_> = scanned.iter().map(|flow| (flow.at, flow.id)).collect();
    assert_eq!(swept(store, since, until), (places, Vec::new()), "a sweep and a scan");
    assert_eq!(engine(store, since, until), scanned, "another engine and a scan");
    scanned
}
