//! Whatever span is asked for, every reader finds the records of exactly that span, however they are spread over
//! segments, files and days.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT, key_at};
use crate::readers::{EVER, at, read_by_all};
use countersign_lake::{Options, RecordQuery, RecordSink, RecordStore, open};
use countersign_names::Timestamp;
use proptest::prelude::*;
use std::ops::ControlFlow;

/// Longer than every day of these tests ago.
const NOW: i64 = MIDNIGHT + 9 * DAY;

/// How records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Segments,
    Parquet,
    Compacted,
    Mixed,
}

/// A store that its process still has open.
struct RecordedFlows {
    _folder: tempfile::TempDir,
    sink: RecordSink<Flows>,
    store: RecordStore<Flows>,
    /// All of them, oldest first.
    flows: Vec<FlowRecord>,
}

impl RecordedFlows {
    /// Records these, a few in each segment, in the order given.
    fn of(moments: &[i64], layout: Layout) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let numbered = (0..).zip(moments);
        let mut flows: Vec<FlowRecord> = numbered
            .map(|(number, moment)| FlowRecord {
                id: key_at(*moment, number),
                at: at(*moment),
                ..FlowRecord::numbered(number, *moment)
            })
            .collect();
        let in_files = match layout {
            Layout::Segments => 0,
            Layout::Mixed => flows.len() / 2,
            Layout::Parquet | Layout::Compacted => flows.len(),
        };
        let (in_files, in_segment) = flows.split_at(in_files);
        for some in in_files.chunks(4) {
            let (sink, _store) = open::<Flows>(folder.path(), Options::default()).unwrap();
            some.iter().for_each(|flow| sink.record(flow).unwrap());
            block_on(sink.close()).unwrap();
        }
        let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
        if matches!(layout, Layout::Compacted | Layout::Mixed) {
            let upkept = store.compact(at(NOW), false, &mut |_, _| ControlFlow::Continue(())).unwrap();
            assert_eq!(upkept.skipped, []);
        }
        in_segment.iter().for_each(|flow| sink.record(flow).unwrap());
        flows.sort_by_key(|flow| (flow.at, flow.id));
        Self { _folder: folder, sink, store, flows }
    }

    fn between(&self, since: Timestamp, until: Timestamp) -> Vec<FlowRecord> {
        self.flows.iter().filter(|flow| since <= flow.at && flow.at < until).cloned().collect()
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Moments of a few days, many of them at or beside midnight, and many of them the same.
fn moment() -> impl Strategy<Value = i64> {
    (0..4_i64, prop_oneof![Just(-1), Just(0), Just(1), 0..50_i64, 0..DAY])
        .prop_map(|(day, after)| MIDNIGHT + day * DAY + after)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn every_reader_finds_exactly_the_records_of_a_span(
        moments in prop::collection::vec(moment(), 1..24),
        spans in prop::collection::vec((moment(), moment()), 3),
        edges in prop::collection::vec((any::<prop::sample::Index>(), -1..2_i64), 4),
        layout in prop::sample::select(vec![Layout::Segments, Layout::Parquet, Layout::Compacted, Layout::Mixed]),
    ) {
        let recorded = RecordedFlows::of(&moments, layout);
        prop_assert_eq!(&read_by_all(&recorded.store, EVER, Timestamp::MAX), &recorded.flows);
        // At, just before and just after the moments of records, where a file begins or ends.
        let edge = |(index, beside): &(prop::sample::Index, i64)| index.get(&moments) + beside;
        let edges = edges.chunks(2).map(|pair| (edge(&pair[0]), edge(&pair[1])));
        for (since, until) in spans.iter().copied().chain(edges) {
            let (since, until) = (at(since), at(until));
            let expected = recorded.between(since, until);
            prop_assert_eq!(read_by_all(&recorded.store, since, until), expected, "{:?} {} {}", layout, since, until);
        }
        block_on(recorded.sink.close()).unwrap();
    }

    #[test]
    fn a_list_is_the_newest_that_match_whatever_its_limit(
        moments in prop::collection::vec(moment(), 1..30),
        limit in 0..12_usize,
        is_udp: bool,
        layout in prop::sample::select(vec![Layout::Segments, Layout::Parquet, Layout::Compacted, Layout::Mixed]),
        span in (moment(), moment()),
    ) {
        let recorded = RecordedFlows::of(&moments, layout);
        let protocol = if is_udp { "udp" } else { "tcp" };
        let (since, until) = (at(span.0.min(span.1)), at(span.0.max(span.1)));
        let query = RecordQuery { since, until, texts: vec![("protocol", protocol.to_owned())], limit };
        let wanted = recorded.between(since, until).into_iter().rev().filter(|flow| flow.protocol == protocol);
        let listing = recorded.store.list(&query);
        prop_assert_eq!(listing.skipped, []);
        let rows: Vec<FlowRecord> = listing.rows.into_iter().map(|row| row.record).collect();
        prop_assert_eq!(rows, wanted.take(limit).collect::<Vec<_>>(), "{:?}", layout);
        block_on(recorded.sink.close()).unwrap();
    }
}

#[test]
fn a_span_begins_with_its_first_moment_and_ends_before_its_last() {
    for layout in [Layout::Segments, Layout::Parquet, Layout::Compacted, Layout::Mixed] {
        let last = MIDNIGHT + DAY - 1;
        let recorded = RecordedFlows::of(&[MIDNIGHT - 1, MIDNIGHT, MIDNIGHT, last, MIDNIGHT + DAY], layout);
        let count = |since: i64, until: i64| read_by_all(&recorded.store, at(since), at(until)).len();
        let cases = [
            (MIDNIGHT - 1, MIDNIGHT, 1),
            (MIDNIGHT, MIDNIGHT + 1, 2),
            (MIDNIGHT, MIDNIGHT + DAY, 3),
            (MIDNIGHT + 1, last, 0),
            (last, last + 1, 1),
            (last, last, 0),
            (last, MIDNIGHT, 0),
            (MIDNIGHT + DAY, i64::MAX, 1),
            (MIDNIGHT + DAY + 1, i64::MAX, 0),
            (i64::MIN, MIDNIGHT - 1, 0),
            (i64::MIN, i64::MIN, 0),
            (i64::MIN + 1, i64::MAX, 5),
        ];
        for (since, until, expected) in cases {
            assert_eq!(count(since, until), expected, "{layout:?}: since {since} until {until}");
        }
        block_on(recorded.sink.close()).unwrap();
    }
}

#[test]
fn records_of_one_moment_are_ordered_by_their_keys_and_found_by_each() {
    for layout in [Layout::Segments, Layout::Parquet, Layout::Compacted, Layout::Mixed] {
        let recorded = RecordedFlows::of(&[MIDNIGHT + 7; 40], layout);
        assert_eq!(read_by_all(&recorded.store, EVER, Timestamp::MAX), recorded.flows);
        for limit in [1, 7, 39, 40, 41] {
            let listing = recorded.store.list(&RecordQuery { limit, ..RecordQuery::default() });
            let expected = recorded.flows.iter().rev().take(limit);
            assert!(listing.rows.iter().map(|row| &row.record).eq(expected), "{layout:?} {limit}");
        }
        for flow in &recorded.flows {
            assert_eq!(recorded.store.find(flow.id).map(|row| row.record).as_ref(), Some(flow));
        }
        block_on(recorded.sink.close()).unwrap();
    }
}

#[test]
fn a_key_is_found_in_the_days_beside_its_own() {
    for layout in [Layout::Segments, Layout::Parquet, Layout::Compacted] {
        let recorded = RecordedFlows::of(&[MIDNIGHT], layout);
        // The key of each was drawn some time before or after its record.
        let drawn = [-1, 0, 1, DAY - 1, DAY];
        let flows =
            drawn.map(|after| FlowRecord { at: at(MIDNIGHT), ..FlowRecord::numbered(0, MIDNIGHT + after) });
        flows.iter().for_each(|flow| recorded.sink.record(flow).unwrap());
        if layout != Layout::Segments {
            block_on(recorded.sink.close()).unwrap();
        }
        for flow in &flows {
            assert_eq!(recorded.store.find(flow.id).map(|row| row.record).as_ref(), Some(flow), "{layout:?}");
        }
        // A key without a time is looked for in every day.
        assert_eq!(recorded.store.look_up(uuid::Uuid::from_u128(5)).row, None);
        block_on(recorded.sink.close()).unwrap();
    }
}

#[test]
fn no_list_is_longer_than_the_longest() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    let most = RecordQuery::MOST as u64;
    for number in 0..most + 5 {
        let flow = FlowRecord::numbered(0, MIDNIGHT);
        let (id, moment) = (key_at(MIDNIGHT, number), at(MIDNIGHT + number as i64));
        sink.record(&FlowRecord { id, at: moment, ..flow }).unwrap();
    }
    let listing = store.list(&RecordQuery { limit: usize::MAX, ..RecordQuery::default() });
    assert_eq!((listing.rows.len(), listing.skipped), (RecordQuery::MOST, Vec::new()));
    assert_eq!(listing.rows.last().map(|row| row.record.at), Some(at(MIDNIGHT + 5)), "the newest");
    block_on(sink.close()).unwrap();
}

#[test]
fn a_segment_that_is_converted_while_it_is_swept_is_read_once() {
    let moments: Vec<i64> = (0..20).map(|number| MIDNIGHT + number).collect();
    let recorded = RecordedFlows::of(&moments, Layout::Mixed);
    let expected: Vec<_> = recorded.flows.iter().map(|flow| (flow.at, flow.id)).collect();
    let mut sweep = recorded.store.sweep(EVER, Timestamp::MAX);
    // The segment has been read, and its rows come last. Its file is in the day that is read before.
    block_on(recorded.sink.close()).unwrap();
    let found = sweep.by_ref().flat_map(|columns| columns.flows);
    let mut found: Vec<_> = found.map(|(id, at, _)| (at, id)).collect();
    found.sort_unstable();
    assert_eq!((found, sweep.skipped()), (expected, [].as_slice()));
}
