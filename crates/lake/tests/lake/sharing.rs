//! Another process reads the folder of the one that records: it finds the same, and writes nothing.

use crate::DAY;
use crate::book::Book;
use crate::faulty::{DiskFaults, FaultyLocalDisk};
use crate::kinds::{FlowRecord, Flows, MIDNIGHT};
use crate::life::files;
use crate::logins::{Login, Logins, Logout};
use crate::readers::{EVER, at, read_by_all};
use countersign_lake::{Anchors, Options, RecordQuery, RecordStore, Unanchored, open};
use countersign_names::Timestamp;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

fn options(book: &Arc<Book>) -> Options {
    Options { anchors: Arc::clone(book) as _, retry: Duration::from_millis(2), ..Options::default() }
}

fn reader(folder: &Path, anchors: Arc<dyn Anchors>) -> RecordStore<Flows> {
    RecordStore::read_only(folder.to_owned(), anchors, None, Vec::new())
}

#[tokio::test]
async fn a_reader_finds_what_the_recording_process_has_recorded_so_far() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let flows: Vec<FlowRecord> = (0..30).map(|number| FlowRecord::numbered(number, MIDNIGHT)).collect();
    for some in flows[..20].chunks(10) {
        let (sink, _store) = open::<Flows>(folder.path(), options(&book)).unwrap();
        some.iter().for_each(|flow| sink.record(flow).unwrap());
        sink.close().await.unwrap();
    }
    let (sink, store) = open::<Flows>(folder.path(), options(&book)).unwrap();
    flows[20..].iter().for_each(|flow| sink.record(flow).unwrap());
    let lent = store.lend();
    assert_eq!(lent.behind(), []);
    let other = reader(folder.path(), Arc::clone(&book) as _);
    assert_eq!(
        read_by_all(&other, EVER, Timestamp::MAX),
        flows,
        "what was recorded before it was lent is in the files"
    );
    // The recording process goes on: it compacts, and what is lent stays.
    let mut scan = other.scan(EVER, Timestamp::MAX);
    let now = at(MIDNIGHT + 2 * DAY);
    assert_eq!(store.compact(now, false, &mut |_, _| ControlFlow::Continue(())).unwrap().days.len(), 1);
    assert_eq!(scan.by_ref().map(|listing| listing.rows.len()).sum::<usize>(), 30);
    assert_eq!(read_by_all(&other, EVER, Timestamp::MAX), flows);
    // A segment that is converted meanwhile is found in either form.
    sink.close().await.unwrap();
    assert_eq!(read_by_all(&other, EVER, Timestamp::MAX), flows);
    assert_eq!(other.find(flows[25].id).map(|row| row.record).as_ref(), Some(&flows[25]));
}

#[tokio::test]
async fn what_is_not_in_the_files_is_passed_on_and_said_by_every_reader() {
    let folder = tempfile::tempdir().unwrap();
    let faults = Arc::new(DiskFaults::default());
    let disk = Arc::new(FaultyLocalDisk(Arc::clone(&faults)));
    let (sink, store) = open::<Flows>(folder.path(), Options { disk, ..Options::default() }).unwrap();
    sink.record_durably(&FlowRecord::numbered(0, MIDNIGHT)).await.unwrap();
    faults.is_full.store(true, SeqCst);
    sink.record_durably(&FlowRecord::numbered(1, MIDNIGHT)).await.unwrap_err();
    let behind = store.lend().behind().to_vec();
    assert_eq!(behind.len(), 1, "{behind:?}");
    let other: RecordStore<Flows> =
        RecordStore::read_only(folder.path().to_owned(), Arc::new(Unanchored), None, behind.clone());
    assert_eq!(other.list(&RecordQuery::default()).skipped, behind);
    assert_eq!(other.look_up(FlowRecord::numbered(0, MIDNIGHT).id).skipped, behind);
    assert_eq!(other.sweep(EVER, Timestamp::MAX).skipped(), behind);
    assert_eq!(
        other.scan(EVER, Timestamp::MAX).flat_map(|listing| listing.skipped).collect::<Vec<_>>(),
        behind
    );
    let (_, recent) = other.recent(EVER, Timestamp::MAX, |_| Ok::<(), ()>(())).unwrap();
    assert_eq!(recent, behind);
    faults.is_full.store(false, SeqCst);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_reader_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..3 {
        let (sink, _store) = open::<Flows>(folder.path(), Options::default()).unwrap();
        sink.record(&FlowRecord::numbered(number, MIDNIGHT)).unwrap();
        sink.close().await.unwrap();
    }
    let before = files(folder.path());
    let other = reader(folder.path(), Arc::new(Unanchored));
    let upkept = other.compact(at(MIDNIGHT + 9 * DAY), false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert!(upkept.days.is_empty(), "{upkept:?}");
    let why: Vec<&str> = upkept.skipped.iter().map(|gap| gap.why.as_str()).collect();
    assert_eq!(why, ["this process only reads the evidence"]);
    assert_eq!(other.retain(Timestamp::MAX, false).unwrap().days.len(), 0);
    assert_eq!(files(folder.path()), before);
}

#[tokio::test]
async fn another_engine_gets_every_end_that_is_not_parquet_and_those_that_are() {
    let folder = tempfile::tempdir().unwrap();
    let login = |number: u64| Login {
        id: crate::kinds::key_at(MIDNIGHT, number),
        at: at(MIDNIGHT + number as i64),
        machine: "m".to_owned(),
    };
    let logout = |number: u64| Logout {
        id: login(number).id,
        at: at(MIDNIGHT + DAY + number as i64),
        reason: "idle".to_owned(),
    };
    let (sink, _store) = open::<Logins>(folder.path(), Options::default()).unwrap();
    (0..4).for_each(|number| sink.record(&login(number)).unwrap());
    sink.complete(&logout(0)).unwrap();
    sink.close().await.unwrap();
    let (sink, _store) = open::<Logins>(folder.path(), Options::default()).unwrap();
    sink.complete(&logout(1)).unwrap();
    sink.close().await.unwrap();
    let (sink, store) = open::<Logins>(folder.path(), Options::default()).unwrap();
    sink.complete(&logout(2)).unwrap();
    sink.record(&login(4)).unwrap();
    sink.complete(&logout(4)).unwrap();
    sink.flush().await.unwrap();

    let mut recent = Vec::new();
    let (mut ends, skipped) = store
        .recent(EVER, Timestamp::MAX, |rows| {
            recent.extend(rows);
            Ok::<(), ()>(())
        })
        .unwrap();
    ends.sort_by_key(|end| end.id);
    assert_eq!((ends, skipped), (vec![logout(2), logout(4)], Vec::new()));
    assert_eq!(
        recent.into_iter().map(|row| (row.record, row.end)).collect::<Vec<_>>(),
        [(login(4), Some(logout(4)))]
    );
    let counted = store.counted(at(MIDNIGHT), at(MIDNIGHT + 4));
    let [rows, ends] = [&counted.rows[..], &counted.ends[..]];
    assert_eq!((rows.len(), ends.len()), (1, 1), "{counted:?}");
    assert_eq!(store.ends_in(&ends[0]), Ok(vec![logout(1)]), "the end of another file's record");
    assert_eq!(store.span_of(&rows[0]), Ok(Some(at(MIDNIGHT)..=at(MIDNIGHT + 3))));
    // An end is kept under the day of its key. One day before and after are searched, and no further.
    let has_ends = |since: i64, until: i64| !store.counted(at(since), at(until)).ends.is_empty();
    assert!(has_ends(MIDNIGHT + DAY, MIDNIGHT + DAY + 1) && has_ends(MIDNIGHT - DAY, MIDNIGHT - DAY + 1));
    assert!(
        !has_ends(MIDNIGHT + 2 * DAY, MIDNIGHT + 2 * DAY + 1)
            && !has_ends(MIDNIGHT - DAY - 2, MIDNIGHT - DAY - 1)
    );
    let stopped: Result<_, &str> = store.recent(EVER, Timestamp::MAX, |_| Err("enough"));
    assert_eq!(stopped.unwrap_err(), "enough");
    sink.close().await.unwrap();
}
