//! Recording: what a caller is told, when a segment ends, and what a disk that fails or is full costs.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::faulty::{DiskFaults, FaultyLocalDisk};
use crate::kinds::{FlowRecord, Flows, MIDNIGHT};
use crate::life::{files, scanned};
use crate::readers::{EVER, read_by_all, until};
use countersign_lake::{
    DiskSpace, Full, Health, NotDurable, OpenError, Options, RecordQuery, RecordSink, State, open,
};
use countersign_names::Timestamp;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(3_600);

fn faulty() -> (Arc<DiskFaults>, Options) {
    let faults = Arc::new(DiskFaults::default());
    let disk = Arc::new(FaultyLocalDisk(Arc::clone(&faults)));
    let retry = Duration::from_millis(2);
    (faults, Options { disk, retry, backlog_bytes: 16 << 10, ..Options::default() })
}

fn flow(number: u64) -> FlowRecord {
    FlowRecord::numbered(number, MIDNIGHT)
}

fn segments(folder: &Path) -> usize {
    files(folder).iter().filter(|path| path.starts_with("wal-")).count()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn only_the_owner_may_read_and_only_one_process_may_write() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("a/lake");
    fs::create_dir_all(&lake).unwrap();
    fs::set_permissions(&lake, fs::Permissions::from_mode(0o755)).unwrap();
    let (sink, store) = open::<Flows>(&lake, Options::default()).unwrap();
    sink.record_durably(&flow(1)).await.unwrap();
    let said = open::<Flows>(&lake, Options::default()).unwrap_err();
    assert!(matches!(&said, OpenError::InUse(path) if *path == lake), "{said}");
    let expected = format!(
        "{} is in use by another process: stop that process, or give this one its own folder",
        lake.display()
    );
    assert_eq!(said.to_string(), expected);
    assert_eq!(mode(&lake), 0o700, "the access of others is removed");
    for path in files(&lake) {
        assert_eq!(mode(&lake.join(&path)), 0o600, "{path}");
    }
    sink.close().await.unwrap();
    assert_eq!(mode(&lake.join("dt=2026-11-22")), 0o700);
    for path in files(&lake) {
        assert_eq!(mode(&lake.join(&path)), 0o600, "{path}");
    }
    // The first process has ended: the next one finds what it recorded.
    let (sink, next) = open::<Flows>(&lake, Options::default()).unwrap();
    assert_eq!(scanned(&next), scanned(&store));
    sink.close().await.unwrap();
}

#[test]
fn a_place_that_is_no_folder_is_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::write(&taken, b"a file").unwrap();
    let (locked, segment) = (folder.path().join("locked"), folder.path().join("partition"));
    fs::create_dir_all(locked.join("lock")).unwrap();
    fs::create_dir_all(&segment).unwrap();
    fs::write(segment.join("dt=2026-11-22"), b"a file").unwrap();
    for place in [taken.clone(), taken.join("below"), locked, segment] {
        let said = open::<Flows>(&place, Options::default()).unwrap_err();
        assert!(matches!(&said, OpenError::Folder { folder, .. } if *folder == place), "{said}");
        let (said, shown) = (said.to_string(), place.display());
        assert!(said.starts_with(&format!("{shown} cannot be used for evidence: ")), "{said}");
        assert!(said.ends_with("; it must be a folder that this user may write"), "{said}");
    }
}

#[tokio::test]
async fn a_closed_sink_refuses_and_what_it_had_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    sink.record(&flow(0)).unwrap();
    let other = sink.clone();
    other.close().await.unwrap();
    let refused = sink.record(&flow(1)).unwrap_err();
    assert_eq!(refused, Full::Closed);
    assert_eq!(
        refused.to_string(),
        "no record was made: the evidence is closed, because the process is shutting down"
    );
    let refused = sink.record_durably(&flow(1)).await.unwrap_err().to_string();
    assert!(
        refused.starts_with("the record is not durable: no record was made: the evidence is closed"),
        "{refused}"
    );
    sink.flush().await.unwrap();
    sink.close().await.unwrap();
    let state = sink.state();
    assert_eq!((state.health, state.recorded, state.refused, state.rotated), (Health::Healthy, 1, 2, 1));
    assert_eq!(scanned(&store), [flow(0)]);
}

#[tokio::test]
async fn what_was_recorded_is_kept_when_the_last_handle_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options { linger: LONG, ..Options::default() }).unwrap();
    (0..20).for_each(|number| sink.record(&flow(number)).unwrap());
    // The record is in the queue from the call on, whether or not anybody waits for it.
    drop(sink.record_durably(&flow(20)));
    drop(sink);
    until("the end of the writer", || open::<Flows>(folder.path(), Options::default()).is_ok());
    assert_eq!(scanned(&store), (0..21).map(flow).collect::<Vec<_>>());
    assert_eq!(segments(folder.path()), 0);
}

#[tokio::test]
async fn a_record_is_durable_when_its_caller_is_told_and_all_who_wait_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { sync_every: LONG, linger: LONG, ..Options::default() };
    let (sink, store) = open::<Flows>(folder.path(), options).unwrap();
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..300 {
        sink.record(&flow(1_000 + number)).unwrap();
        waiting.spawn(sink.record_durably(&flow(number)));
    }
    assert!(waiting.join_all().await.iter().all(Result::is_ok));
    let State { recorded, durable, syncs, unsynced_bytes, failures, refused, backlog_bytes, .. } =
        sink.state();
    assert_eq!((recorded, durable, unsynced_bytes, failures, refused), (600, 300, 0, 0, 0));
    assert!((1..=300).contains(&syncs) && backlog_bytes == 0, "{syncs} {backlog_bytes}");
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX).len(), 600);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn records_that_nobody_waits_for_become_durable_by_time_and_by_number() {
    let by_time = Options { sync_every: Duration::from_millis(20), ..Options::default() };
    let by_number = Options { sync_every: LONG, sync_records: 10, ..Options::default() };
    for options in [by_time, by_number] {
        let folder = tempfile::tempdir().unwrap();
        let (sink, _store) = open::<Flows>(folder.path(), options).unwrap();
        (0..10).for_each(|number| sink.record(&flow(number)).unwrap());
        until("a sync", || {
            let state = sink.state();
            state.syncs > 0 && state.unsynced_bytes == 0
        });
        assert_eq!(sink.state().durable, 0, "nobody waited");
        sink.close().await.unwrap();
    }
}

/// Records these, each durably, and returns how many segments were converted.
async fn rotations(options: Options, moments: &[i64]) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = open::<Flows>(folder.path(), options).unwrap();
    for (number, moment) in (0..).zip(moments) {
        let flow =
            FlowRecord { at: Timestamp::from_micros(*moment), ..FlowRecord::numbered(number, *moment) };
        sink.record_durably(&flow).await.unwrap();
    }
    sink.close().await.unwrap();
    assert_eq!(scanned(&store).len(), moments.len());
    assert_eq!(segments(folder.path()), 0);
    sink.state().rotated
}

#[tokio::test]
async fn a_segment_ends_with_its_size_its_age_and_its_day() {
    let midday = MIDNIGHT + DAY / 2;
    let plain = Options::default;
    assert_eq!(rotations(plain(), &[midday, midday + 1, midday + 2]).await, 1);
    assert_eq!(
        rotations(Options { segment_bytes: 1, ..plain() }, &[midday, midday + 1, midday + 2]).await,
        3
    );
    let aged = Options { segment_age: Duration::ZERO, ..plain() };
    assert_eq!(rotations(aged, &[midday, midday + 1, midday + 2]).await, 3);
    // The first record of a new day ends the segment, and one of an earlier day does not.
    assert_eq!(rotations(plain(), &[MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + 1]).await, 2);
    assert_eq!(rotations(plain(), &[MIDNIGHT, MIDNIGHT - 1, MIDNIGHT + 1]).await, 1);
    assert_eq!(rotations(plain(), &[MIDNIGHT, MIDNIGHT + DAY - 1, MIDNIGHT + DAY]).await, 2);
}

#[tokio::test]
async fn an_idle_segment_ends_with_its_age_too() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { segment_age: Duration::from_millis(30), ..Options::default() };
    let (sink, store) = open::<Flows>(folder.path(), options).unwrap();
    sink.record(&flow(0)).unwrap();
    until("the conversion", || sink.state().rotated == 1);
    assert_eq!(segments(folder.path()), 0);
    assert_eq!(scanned(&store), [flow(0)]);
    sink.close().await.unwrap();
}

/// Records while something is wrong with the disk and after it; every accepted record is found exactly once.
async fn recovers(break_it: impl Fn(&DiskFaults), mend: impl Fn(&DiskFaults), why: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (faults, options) = faulty();
    let (sink, store) = open::<Flows>(folder.path(), options).unwrap();
    let mut kept = vec![flow(0)];
    sink.record_durably(&flow(0)).await.unwrap();
    break_it(&faults);
    for number in 1..4 {
        let refused = sink.record_durably(&flow(number)).await.unwrap_err().to_string();
        assert_eq!(refused, format!("the record is not durable: {why}"));
    }
    until("a failing state", || matches!(sink.state().health, Health::Failing(_)));
    assert_eq!(sink.flush().await, Err(NotDurable { why: why.into() }));
    let refused = (4..).find_map(|number| match sink.record(&flow(number)) {
        Ok(()) => {
            kept.push(flow(number));
            None
        }
        Err(refused) => Some(refused),
    });
    let expected = Full::Failing { bytes: 16 << 10, why: why.into() };
    assert_eq!(refused.unwrap(), expected);
    assert_eq!(
        expected.to_string(),
        format!("no record was made: the disk fails ({why}), and 16384 bytes of records already wait for it")
    );
    let gaps = store.list(&RecordQuery::default()).skipped;
    assert!(
        gaps.iter()
            .any(|gap| gap.why == "the newest records are still in memory: the disk is slow or failing")
    );
    mend(&faults);
    until("a healthy state", || !matches!(sink.state().health, Health::Failing(_)));
    let last = flow(100_000);
    sink.record_durably(&last).await.unwrap();
    kept.push(last);
    assert_eq!(scanned(&store), kept);
    sink.close().await.unwrap();
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), kept);
    let state = sink.state();
    assert!(state.failures > 0 && state.refused >= 2 && state.health == Health::Healthy, "{state:?}");
}

const NO_ROOM: &str = "No space left on device (os error 28)";

#[tokio::test]
async fn a_disk_that_is_full_refuses_and_goes_on_when_it_has_room() {
    recovers(|it| it.is_full.store(true, SeqCst), |it| it.is_full.store(false, SeqCst), NO_ROOM).await;
}

#[tokio::test]
async fn a_write_that_is_torn_leaves_no_half_record() {
    // There is room for some bytes of the next record.
    let tear = |it: &DiskFaults| {
        it.room.store(30, SeqCst);
        it.is_full.store(true, SeqCst);
    };
    recovers(tear, |it| it.is_full.store(false, SeqCst), NO_ROOM).await;
}

#[tokio::test]
async fn a_sync_that_fails_is_not_believed() {
    let why = "Input/output error (os error 5)";
    recovers(|it| it.cannot_sync.store(true, SeqCst), |it| it.cannot_sync.store(false, SeqCst), why).await;
}

#[tokio::test]
async fn closing_on_a_disk_that_fails_says_what_failed() {
    let folder = tempfile::tempdir().unwrap();
    let (faults, options) = faulty();
    let (sink, store) = open::<Flows>(folder.path(), options).unwrap();
    sink.record_durably(&flow(0)).await.unwrap();
    faults.is_full.store(true, SeqCst);
    sink.record_durably(&flow(1)).await.unwrap_err();
    sink.record(&flow(2)).unwrap();
    let said = sink.close().await.unwrap_err();
    assert_eq!(said.why.as_ref(), NO_ROOM);
    assert_eq!(sink.close().await, Err(said), "and every later caller is told so");
    sink.flush().await.unwrap_err();
    // What was acknowledged is there for the next process.
    drop((sink, store));
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    assert_eq!(scanned(&store), [flow(0)]);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_conversion_without_room_keeps_the_segment_and_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let (faults, options) = faulty();
    faults.no_parquet.store(true, SeqCst);
    let (sink, store) = open::<Flows>(folder.path(), Options { segment_bytes: 1, ..options }).unwrap();
    for number in 0..3 {
        sink.record_durably(&flow(number)).await.unwrap();
    }
    until("a failure", || sink.state().rotation_failing.is_some_and(|why| why.contains(NO_ROOM)));
    assert_eq!(sink.state().health, Health::Healthy, "no record is lost by it");
    let expected: Vec<FlowRecord> = (0..3).map(flow).collect();
    assert_eq!(scanned(&store), expected);
    // What is half made goes before the next attempt: it would only take room.
    until("a moment without an attempt", || {
        !files(folder.path()).iter().any(|path| path.contains(".unfinished-"))
    });
    faults.no_parquet.store(false, SeqCst);
    until("a conversion", || sink.state().rotation_failing.is_none());
    assert_eq!(scanned(&store), expected);
    sink.close().await.unwrap();
    assert_eq!((sink.state().rotated, segments(folder.path())), (3, 0));
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), expected);
}

#[tokio::test]
async fn while_the_disk_is_slow_the_backlog_is_bounded_and_readers_say_what_they_miss() {
    let folder = tempfile::tempdir().unwrap();
    let (faults, options) = faulty();
    let (sink, store) = open::<Flows>(folder.path(), options).unwrap();
    sink.record_durably(&flow(0)).await.unwrap();
    faults.hold();
    let waiting = sink.record_durably(&flow(1));
    // The writer has taken the record and waits for the disk.
    until("an empty queue", || sink.state().backlog_bytes == 0);
    let mut kept = vec![flow(0), flow(1)];
    let refused = (2..).find_map(|number| match sink.record(&flow(number)) {
        Ok(()) => {
            kept.push(flow(number));
            None
        }
        Err(refused) => Some(refused.to_string()),
    });
    assert_eq!(refused.unwrap(), "no record was made: 16384 bytes of records already wait for the disk");
    let state = sink.state();
    assert_eq!((state.health, state.refused), (Health::Backlog, 1));
    assert!(state.backlog_bytes <= state.backlog_limit && state.backlog_limit == 16 << 10);
    let listing = store.list(&RecordQuery::default());
    assert_eq!(listing.rows.iter().map(|row| &row.record).collect::<Vec<_>>(), [&flow(0)]);
    assert_eq!(listing.skipped.len(), 1, "{:?}", listing.skipped);
    assert!(listing.skipped[0].path == folder.path() && listing.skipped[0].why.contains("still in memory"));
    faults.release();
    waiting.await.unwrap();
    assert_eq!(scanned(&store), kept);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn the_space_of_a_disk_is_classed_exactly_and_looked_at_again() {
    let (faults, options) = faulty();
    let opened = |free| {
        faults.free.store(free, SeqCst);
        let folder = tempfile::tempdir().unwrap();
        let options = Options { reserve: 1_000, ..options.clone() };
        let (sink, _store): (RecordSink<Flows>, _) = open(folder.path(), options).unwrap();
        (folder, sink)
    };
    let cases = [(1, DiskSpace::Reserved), (999, DiskSpace::Reserved), (1_000, DiskSpace::Low)];
    let more = [(1_999, DiskSpace::Low), (2_000, DiskSpace::Enough), (0, DiskSpace::Enough)];
    for (free, space) in cases.into_iter().chain(more) {
        let (_folder, sink) = opened(free);
        assert_eq!((sink.space(), sink.state().space), (space, space), "{free} bytes are free");
        sink.close().await.unwrap();
    }
    // While it is short no record may arrive, so the writer looks by itself.
    let (_folder, sink) = opened(999);
    faults.free.store(1_500, SeqCst);
    until("some space", || sink.space() == DiskSpace::Low);
    faults.free.store(5_000, SeqCst);
    until("enough space", || sink.space() == DiskSpace::Enough);
    sink.close().await.unwrap();
}
