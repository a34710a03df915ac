//! Segments that a process left behind: cut, damaged, of another kind, of a newer version, converted but not removed.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT};
use crate::life::files;
use crate::logins::{Login, Logins, Logout};
use crate::readers::{EVER, at, flows_in, read_by_all};
use countersign_lake::frame::{self, HEADER, PREFIX};
use countersign_lake::wire::Wire as _;
use countersign_lake::{
    ExaminedSegment, Options, Payload, RecordKind as _, RecordQuery, RecordStore, Unanchored, examine, open,
    put_record,
};
use countersign_names::Timestamp;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

const SALT: u32 = 0x2a;
const KEPT: &str = "parts of this segment could not be read; what could be was kept";

/// The name of a segment that was started at this moment.
fn name(born: i64) -> String {
    format!("wal-{born:020}-{SALT:08x}.log")
}

/// Returns a segment with these payloads, as a process writes it.
fn segment_of(magic: &[u8; 8], payloads: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut frames = Vec::new();
    for payload in payloads {
        frame::append(&mut frames, |out| out.extend(payload));
    }
    frame::seal(&mut frames, SALT);
    [&frame::header(magic, SALT)[..], &frames].concat()
}

fn payload(flow: &FlowRecord) -> Vec<u8> {
    let mut out = Vec::new();
    put_record::<Flows>(flow, &mut out);
    out
}

fn flows(count: u64) -> Vec<FlowRecord> {
    (0..count).map(|number| FlowRecord::numbered(number, MIDNIGHT)).collect()
}

fn segment(flows: &[FlowRecord]) -> Vec<u8> {
    segment_of(Flows::FILES.magic, flows.iter().map(payload))
}

/// Returns the places of the frames in a whole segment.
fn places(bytes: &[u8]) -> Vec<Range<usize>> {
    let scan = frame::scan(bytes.get(HEADER..).unwrap(), SALT);
    scan.payloads.into_iter().map(|payload| payload.start + HEADER - PREFIX..payload.end + HEADER).collect()
}

/// Opens a folder that holds this segment, and returns the folder once the segment is converted.
async fn converted(bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name(MIDNIGHT)), bytes).unwrap();
    reopened(folder.path()).await;
    folder
}

async fn reopened(folder: &Path) {
    let (sink, _store) = open::<Flows>(folder, Options::default()).unwrap();
    sink.close().await.unwrap();
}

/// Returns the records of a folder and why readers say that some are missing.
async fn read(folder: &Path) -> (Vec<FlowRecord>, Vec<String>) {
    let (sink, store) = open::<Flows>(folder, Options::default()).unwrap();
    let listing = store.list(&RecordQuery { limit: RecordQuery::MOST, ..RecordQuery::default() });
    sink.close().await.unwrap();
    let rows = listing.rows.into_iter().rev().map(|row| row.record).collect();
    (rows, listing.skipped.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn a_segment_that_is_cut_anywhere_keeps_every_whole_record() {
    let flows = flows(5);
    let bytes = segment(&flows);
    let places = places(&bytes);
    assert_eq!(places.len(), 5);
    for cut in 0..=bytes.len() {
        let whole = places.iter().filter(|place| place.end <= cut).count();
        let examined: Option<ExaminedSegment<Flows>> = examine(&bytes[..cut]);
        assert_eq!(examined.is_some(), cut >= HEADER, "{cut}");
        let Some(examined) = examined else { continue };
        let expected = flows[..whole].iter().map(|flow| Payload::Record(Box::new(flow.clone())));
        assert_eq!(examined.payloads, expected.collect::<Vec<_>>(), "{cut}");
        assert_eq!((examined.unreadable, examined.damaged.len()), (0, 0), "{cut}");
    }
    // A store goes through the same at the places where something changes.
    let around =
        places.iter().flat_map(|place| [place.start + 1, place.start + PREFIX, place.end - 1, place.end]);
    for cut in [0, 1, HEADER - 1, HEADER].into_iter().chain(around) {
        let whole = places.iter().filter(|place| place.end <= cut).count();
        let folder = converted(&bytes[..cut]).await;
        assert_eq!(read(folder.path()).await, (flows[..whole].to_vec(), Vec::new()), "cut at {cut}");
        let left: Vec<String> =
            files(folder.path()).into_iter().filter(|name| name.starts_with("wal-")).collect();
        assert_eq!(left, [] as [String; 0], "a torn tail is no damage: cut at {cut}");
    }
}

#[tokio::test]
async fn a_flipped_bit_costs_one_record_and_the_segment_is_kept_and_named() {
    let flows = flows(4);
    let bytes = segment(&flows);
    for (hit, place) in places(&bytes).into_iter().enumerate().take(3) {
        for byte in [place.start, place.start + 3, place.start + 5, place.start + PREFIX, place.end - 1] {
            let mut damaged = bytes.clone();
            damaged[byte] ^= 0x40;
            let examined = examine::<Flows>(&damaged).unwrap();
            assert_eq!((examined.payloads.len(), examined.damaged), (3, vec![place.clone()]), "byte {byte}");
            let folder = converted(&damaged).await;
            let mut left = flows.clone();
            left.remove(hit);
            let said = format!("{}.damaged: {KEPT}", name(MIDNIGHT));
            assert_eq!(read(folder.path()).await, (left, vec![said]), "byte {byte}");
            let kept = folder.path().join(format!("{}.damaged", name(MIDNIGHT)));
            assert_eq!(fs::read(kept).unwrap(), damaged, "for the administrator, as it was");
        }
    }
}

#[tokio::test]
async fn a_segment_whose_header_is_hit_or_of_another_kind_is_kept_and_named() {
    let whole = segment(&flows(3));
    let mut hit = whole.clone();
    hit[9] ^= 1;
    let login = Login { id: crate::kinds::key_at(MIDNIGHT, 1), at: at(MIDNIGHT), machine: "m".to_owned() };
    let mut put = Vec::new();
    put_record::<Logins>(&login, &mut put);
    let foreign = segment_of(Logins::FILES.magic, [put]);
    for bytes in [hit, foreign, vec![0; HEADER]] {
        let folder = converted(&bytes).await;
        let said = format!("{}.damaged: {KEPT}", name(MIDNIGHT));
        assert_eq!(read(folder.path()).await, (Vec::new(), vec![said]));
        let kept = fs::read(folder.path().join(format!("{}.damaged", name(MIDNIGHT)))).unwrap();
        assert_eq!(kept, bytes);
    }
}

#[tokio::test]
async fn records_of_a_version_that_this_one_does_not_read_are_kept_and_the_others_read() {
    let (flows, other) = (flows(2), FlowRecord::numbered(2, MIDNIGHT));
    let mut longer = payload(&other);
    longer.push(0);
    let short = payload(&other)[..40].to_vec();
    let (version, record) = (
        "it holds records of a version that this one does not read",
        "a frame holds no record that this version reads",
    );
    // A layout that this build does not know, an end of a kind without ends, a record with bytes that no field has, half
    // a record.
    let ended = [vec![Flows::END], payload(&other)].concat();
    for (unknown, why) in [(vec![9; 40], version), (ended, version), (longer, record), (short, record)] {
        let bytes = segment_of(Flows::FILES.magic, [payload(&flows[0]), unknown, payload(&flows[1])]);
        let examined = examine::<Flows>(&bytes).unwrap();
        assert_eq!((examined.payloads.len(), examined.unreadable, examined.damaged.len()), (2, 1, 0));
        // Who only reads finds the segment as it is.
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name(MIDNIGHT)), &bytes).unwrap();
        let (path, anchors) = (folder.path().to_owned(), Arc::new(Unanchored));
        let reader = RecordStore::<Flows>::read_only(path, anchors, None, Vec::new());
        let listing = reader.list(&RecordQuery::default());
        let said: Vec<String> = listing.skipped.iter().map(ToString::to_string).collect();
        assert_eq!((listing.rows.len(), said), (2, vec![format!("{}: {why}", name(MIDNIGHT))]));
        let folder = converted(&bytes).await;
        let said = format!("{}.damaged: {KEPT}", name(MIDNIGHT));
        assert_eq!(read(folder.path()).await, (flows.clone(), vec![said]));
    }
}

#[tokio::test]
async fn damage_is_said_to_whoever_asks_for_its_time_and_to_nobody_else() {
    let mut bytes = segment(&flows(3));
    bytes[HEADER] ^= 1;
    let folder = converted(&bytes).await;
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    let said =
        |since: i64| store.list(&RecordQuery { since: at(since), ..RecordQuery::default() }).skipped.len();
    // A segment is converted after an hour at the latest; a day is generous.
    for (since, expected) in
        [(i64::MIN, 1), (MIDNIGHT, 1), (MIDNIGHT + 2 * DAY - 1, 1), (MIDNIGHT + 2 * DAY, 0)]
    {
        assert_eq!(said(since), expected, "since {since}");
    }
    // One whose name tells no time concerns everybody.
    fs::rename(
        folder.path().join(format!("{}.damaged", name(MIDNIGHT))),
        folder.path().join("wal-old.log.damaged"),
    )
    .unwrap();
    assert_eq!(said(MIDNIGHT + 9 * DAY), 1);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn names_that_are_not_quite_those_of_segments_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = segment(&flows(3));
    let others = ["wal-.log", "wal-1", "xwal-1.log", "wal-1.log.bak", "wal-.log.damaged"];
    for other in others {
        fs::write(folder.path().join(other), &bytes).unwrap();
    }
    reopened(folder.path()).await;
    assert_eq!(read(folder.path()).await, (Vec::new(), Vec::new()));
    for other in others {
        assert_eq!(fs::read(folder.path().join(other)).unwrap(), bytes, "{other}");
    }
}

#[tokio::test]
async fn a_record_that_was_written_twice_counts_once() {
    let flows = flows(6);
    let folder = tempfile::tempdir().unwrap();
    // Within one segment, and in a second one: after a failed sync, it is unknown what the first one holds.
    let doubled = [&flows[..4], &flows[2..4]].concat();
    fs::write(folder.path().join(name(MIDNIGHT)), segment(&doubled)).unwrap();
    fs::write(folder.path().join(name(MIDNIGHT + 1)), segment(&flows[3..])).unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    assert_eq!(scanned_ids(&store), flows.iter().map(|flow| flow.id).collect::<Vec<_>>());
    sink.close().await.unwrap();
    assert_eq!(scanned_ids(&store), flows.iter().map(|flow| flow.id).collect::<Vec<_>>());
    let rows: usize = files(folder.path())
        .iter()
        .filter(|path| path.ends_with(".parquet"))
        .map(|path| flows_in(&folder.path().join(path)).len())
        .sum();
    assert_eq!(
        rows, 7,
        "the same row in one segment is one row; in two it stays in both until they are compacted"
    );
}

fn scanned_ids(store: &RecordStore<Flows>) -> Vec<uuid::Uuid> {
    crate::life::scanned(store).into_iter().map(|flow| flow.id).collect()
}

#[tokio::test]
async fn a_process_that_ended_between_conversion_and_removal_makes_the_same_file_again() {
    let folder = tempfile::tempdir().unwrap();
    let flows = flows(50);
    let left = folder.path().join(name(MIDNIGHT));
    fs::write(&left, segment(&flows)).unwrap();
    reopened(folder.path()).await;
    let made = files(folder.path());
    let parquet = made.iter().find(|path| path.ends_with(".parquet")).unwrap();
    let bytes = fs::read(folder.path().join(parquet)).unwrap();
    // As if it had ended before the removal: the segment is there, and so is its file.
    fs::write(&left, segment(&flows)).unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    assert_eq!(scanned_ids(&store).len(), 50, "each once while both are there");
    sink.close().await.unwrap();
    assert_eq!(files(folder.path()), made);
    assert_eq!(fs::read(folder.path().join(parquet)).unwrap(), bytes);
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), flows);
}

#[tokio::test]
async fn an_unfinished_file_is_not_read_and_goes_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let flows = flows(3);
    fs::write(folder.path().join(name(MIDNIGHT)), segment(&flows)).unwrap();
    reopened(folder.path()).await;
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    let partition = folder.path().join("dt=2026-11-22");
    let half = partition.join(".unfinished-flows-1");
    fs::write(&half, b"PAR1").unwrap();
    fs::write(partition.join(".hidden.parquet"), b"PAR1").unwrap();
    fs::create_dir(folder.path().join("dt=soon")).unwrap();
    let elsewhere = folder.path().join("dt=soon/.unfinished-flows-1");
    fs::write(&elsewhere, b"PAR1").unwrap();
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), flows);
    sink.close().await.unwrap();
    reopened(folder.path()).await;
    assert!(!half.exists(), "it was never finished, and its segment was still there");
    assert!(elsewhere.exists(), "no partition: it belongs to another program");
    assert!(partition.join(".hidden.parquet").exists());
}

#[tokio::test]
async fn a_segment_becomes_one_file_a_day_and_midnight_belongs_to_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let moments = [MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + DAY - 1, MIDNIGHT + DAY, MIDNIGHT + 5 * DAY];
    let flows: Vec<FlowRecord> = moments.iter().map(|moment| FlowRecord::numbered(0, *moment)).collect();
    // In any order: a segment is sorted as it becomes Parquet.
    let shuffled: Vec<FlowRecord> = [3, 0, 4, 2, 1].map(|place: usize| flows[place].clone()).to_vec();
    fs::write(folder.path().join(name(MIDNIGHT)), segment(&shuffled)).unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    sink.close().await.unwrap();
    let of_day = |day: &str| {
        let file = format!(
            "dt={day}/flows-{}.parquet",
            name(MIDNIGHT).trim_start_matches("wal-").trim_end_matches(".log")
        );
        flows_in(&folder.path().join(file))
    };
    assert_eq!(of_day("2026-11-21"), flows[..1]);
    assert_eq!(of_day("2026-11-22"), flows[1..3]);
    assert_eq!(of_day("2026-11-23"), flows[3..4]);
    assert_eq!(of_day("2026-11-27"), flows[4..]);
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), flows);
}

#[tokio::test]
async fn an_end_that_was_written_before_its_record_is_joined_to_it() {
    let id = crate::kinds::key_at(MIDNIGHT, 1);
    let login = Login { id, at: at(MIDNIGHT), machine: "m".to_owned() };
    let logout = Logout { id, at: at(MIDNIGHT + 5), reason: "idle".to_owned() };
    let later = Logout { reason: "logged out".to_owned(), ..logout.clone() };
    let (mut put, mut ended, mut again) = (vec![Logins::RECORD], vec![Logins::END], vec![Logins::END]);
    login.put(&mut put);
    logout.put(&mut ended);
    later.put(&mut again);
    let folder = tempfile::tempdir().unwrap();
    let bytes = segment_of(Logins::FILES.magic, [ended, put, again]);
    fs::write(folder.path().join(name(MIDNIGHT)), bytes).unwrap();
    let (sink, store) = open::<Logins>(folder.path(), Options::default()).unwrap();
    let check = |when: &str| {
        let row = store.find(id).unwrap();
        assert_eq!((row.record, row.end), (login.clone(), Some(later.clone())), "{when}");
    };
    check("while it is a segment, or just converted");
    sink.close().await.unwrap();
    check("once it is Parquet");
    assert_eq!(
        files(folder.path()).iter().filter(|path| path.ends_with(".parquet")).count(),
        1,
        "in one row"
    );
}
