//! Compaction: when a day is due, what is left alone and why, and what a process that ends between two steps leaves.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::book::Book;
use crate::faulty::{DiskFaults, FaultyLocalDisk};
use crate::kinds::{FlowRecord, Flows, MIDNIGHT, key_at};
use crate::life::files;
use crate::logins::{Login, Logins, Logout};
use crate::readers::{EVER, at, in_one_segment, read_by_all, until};
use countersign_lake::columns::{rows_batch, rows_schema};
use countersign_lake::{
    EndedRecord, Options, RecordSink, RecordStore, Skipped, UpkeepError, Upkept, Verified, open,
};
use countersign_names::Timestamp;
use parquet::arrow::ArrowWriter;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

const HOUR: i64 = 3_600_000_000;
/// Later than the end of the second day.
const NOW: Timestamp = Timestamp::from_micros(MIDNIGHT + 2 * DAY + 3 * HOUR);

fn options(book: &Arc<Book>) -> Options {
    Options { anchors: Arc::clone(book) as _, retry: Duration::from_millis(2), ..Options::default() }
}

/// Returns three flows of a round on each of three days.
fn flows(round: u64) -> Vec<FlowRecord> {
    let numbers = (0..3_i64).flat_map(|day| (0..3_u64).map(move |number| (day, number)));
    numbers
        .map(|(day, number)| FlowRecord::numbered(round * 3 + number, MIDNIGHT + day * DAY + HOUR))
        .collect()
}

/// Records four rounds of three days, each in files of its own, and returns all flows in the order of time.
async fn recorded(
    folder: &Path,
    options: &Options,
) -> (RecordSink<Flows>, RecordStore<Flows>, Vec<FlowRecord>) {
    let mut all = Vec::new();
    for round in 0..4 {
        let (sink, _store) = open::<Flows>(folder, in_one_segment(options)).unwrap();
        flows(round).iter().for_each(|flow| sink.record(flow).unwrap());
        sink.close().await.unwrap();
        all.extend(flows(round));
    }
    all.sort_by_key(|flow| (flow.at, flow.id));
    let (sink, store) = open::<Flows>(folder, options.clone()).unwrap();
    (sink, store, all)
}

fn compacted(store: &RecordStore<Flows>) -> Result<Upkept, UpkeepError> {
    store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(()))
}

fn verified(store: &RecordStore<Flows>) -> Verified {
    store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap()
}

fn parquet(folder: &Path) -> Vec<String> {
    files(folder).into_iter().filter(|path| path.ends_with(".parquet")).collect()
}

fn in_first_day(paths: &[String]) -> Vec<&String> {
    paths.iter().filter(|path| path.starts_with("dt=2026-11-22/")).collect()
}

#[tokio::test]
async fn a_day_is_due_two_hours_after_it_ended_and_not_a_moment_before() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store, all) = recorded(folder.path(), &Options::default()).await;
    let due = |now: i64| -> Vec<String> {
        let upkept = store.compact(at(now), true, &mut |_, _| ControlFlow::Continue(())).unwrap();
        upkept.days.into_keys().collect()
    };
    let end = MIDNIGHT + DAY;
    assert_eq!(due(end), [] as [&str; 0]);
    assert_eq!(due(end + 2 * HOUR - 1), [] as [&str; 0]);
    assert_eq!(due(end + 2 * HOUR), ["2026-11-22"]);
    assert_eq!(due(end + DAY + 2 * HOUR - 1), ["2026-11-22"]);
    assert_eq!(due(end + DAY + 2 * HOUR), ["2026-11-22", "2026-11-23"]);
    assert_eq!(due(i64::MAX).len(), 3);
    assert_eq!(due(i64::MIN), [] as [&str; 0]);
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all, "a dry run does nothing");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn what_is_done_is_what_a_dry_run_says_and_then_there_is_nothing_more_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, all) = recorded(folder.path(), &options(&book)).await;
    let before: Vec<String> = parquet(folder.path());
    let dry = store.compact(NOW, true, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(parquet(folder.path()), before);
    let mut shares = Vec::new();
    let mut going = |rows, share| {
        shares.push((rows, share));
        ControlFlow::Continue(())
    };
    let upkept = store.compact(NOW, false, &mut going).unwrap();
    for (day, done) in &upkept.days {
        let would = &dry.days[day];
        assert_eq!((done.files, done.rows, would.bytes_after), (4, 12, None), "{day}");
        assert_eq!((done.files, done.rows, done.bytes), (would.files, would.rows, would.bytes), "{day}");
        let made = fs::read_dir(folder.path().join(format!("dt={day}"))).unwrap().map(|entry| entry.unwrap());
        assert_eq!(
            made.map(|file| file.metadata().unwrap().len()).collect::<Vec<_>>(),
            [done.bytes_after.unwrap()]
        );
    }
    assert!(shares.iter().is_sorted() && shares.last().is_some_and(|(rows, _)| *rows == 24), "{shares:?}");
    assert!(shares.iter().all(|(_, share)| (0.0..=1.0).contains(share)), "{shares:?}");
    assert_eq!(compacted(&store).unwrap(), Upkept::default());
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
    assert_eq!(parquet(folder.path()), book.paths());
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_step_that_could_not_be_anchored_leaves_every_record_once_for_this_process_and_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, all) = recorded(folder.path(), &options(&book)).await;
    let originals = parquet(folder.path());
    book.set_away(true);
    let said = compacted(&store).unwrap_err();
    assert_eq!(said.to_string(), "the journal does not answer");
    assert!(matches!(said, UpkeepError::NotAnchored(_)));
    let forged = parquet(folder.path()).into_iter().find(|path| path.contains("-day-")).unwrap();
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
    let found = verified(&store);
    assert!(found.is_whole() && found.waiting == 1 && found.leaving == 0, "{found:?}");
    assert_eq!(store.replaced_files(&forged).len(), 4);
    // The same process makes the same file again, and the file counts as soon as its anchor exists.
    book.set_away(false);
    let upkept = compacted(&store).unwrap();
    assert_eq!((upkept.days.len(), upkept.skipped), (2, Vec::new()));
    assert!(parquet(folder.path()).contains(&forged));
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
    sink.close().await.unwrap();

    // The next process ends as early, and the one after it finds what it left and removes it.
    let other = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, all) = recorded(other.path(), &options(&book)).await;
    book.set_away(true);
    compacted(&store).unwrap_err();
    sink.close().await.unwrap();
    let (sink, store) = open::<Flows>(other.path(), options(&book)).unwrap();
    assert_eq!(parquet(other.path()).len(), originals.len());
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn what_is_read_stays_until_nobody_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, all) = recorded(folder.path(), &options(&book)).await;
    let mut scan = store.scan(EVER, Timestamp::MAX);
    let mut sweep = store.sweep(EVER, Timestamp::MAX);
    let (counted, lent) = (store.counted(EVER, Timestamp::MAX), store.lend());
    assert_eq!(sweep.next().unwrap().flows.len(), 3);
    compacted(&store).unwrap();
    assert!(counted.rows.iter().all(|path| path.exists()));
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all, "who begins now reads the new files");
    let found = verified(&store);
    assert!(found.is_whole() && found.leaving == 8, "{found:?}");
    let scanned: Vec<FlowRecord> = scan.by_ref().flat_map(|it| it.rows).map(|row| row.record).collect();
    assert_eq!(scanned, all);
    assert_eq!(sweep.by_ref().map(|columns| columns.flows.len()).sum::<usize>(), all.len() - 3);
    assert_eq!(sweep.skipped(), []);
    // Each of them alone keeps the files: the last to go lets them go.
    drop((scan, sweep, counted));
    compacted(&store).unwrap();
    assert_eq!(verified(&store).leaving, 8, "what is lent is read by another process");
    drop(lent);
    compacted(&store).unwrap();
    assert_eq!(verified(&store).leaving, 0);
    assert_eq!(parquet(folder.path()), book.paths());
    sink.close().await.unwrap();
}

#[tokio::test]
async fn what_a_process_could_not_remove_the_next_one_removes() {
    for is_anchored in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let book = Arc::new(Book::default());
        let options = if is_anchored { options(&book) } else { Options::default() };
        let (sink, store, all) = recorded(folder.path(), &options).await;
        let reader = store.counted(EVER, Timestamp::MAX);
        compacted(&store).unwrap();
        assert_eq!(parquet(folder.path()).len(), 12 + 2);
        sink.close().await.unwrap();
        drop((sink, store));
        let (sink, store) = open::<Flows>(folder.path(), options).unwrap();
        assert_eq!(parquet(folder.path()).len(), 2 + 4, "anchored: {is_anchored}");
        assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
        drop(reader);
        sink.close().await.unwrap();
    }
}

#[tokio::test]
async fn what_comes_late_to_a_day_joins_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, mut all) = recorded(folder.path(), &options(&book)).await;
    compacted(&store).unwrap();
    let first = in_first_day(&parquet(folder.path()))[0].clone();
    let late = FlowRecord {
        id: key_at(MIDNIGHT + HOUR, 77),
        at: at(MIDNIGHT + HOUR),
        ..FlowRecord::numbered(0, MIDNIGHT)
    };
    sink.record(&late).unwrap();
    sink.close().await.unwrap();
    all.push(late);
    all.sort_by_key(|flow| (flow.at, flow.id));
    let (sink, store) = open::<Flows>(folder.path(), options(&book)).unwrap();
    assert_eq!(compacted(&store).unwrap().days["2026-11-22"].files, 2);
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
    let paths = parquet(folder.path());
    let made = in_first_day(&paths);
    assert!(matches!(&made[..], [made] if **made != first), "{made:?}");
    // The new file stands for the originals of the one that it replaces, too.
    assert_eq!(store.replaced_files(made[0]).len(), 4 + 1 + 1);
    assert!(store.replaced_files(made[0]).contains(&first));
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_record_in_two_files_is_one_row_of_the_new_one_and_keeps_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let login = |number: u64, moment: i64| Login {
        id: key_at(moment, number),
        at: at(moment),
        machine: format!("machine-{number}"),
    };
    let twice = login(9, MIDNIGHT + HOUR);
    let logout = Logout { id: twice.id, at: at(MIDNIGHT + 2 * HOUR), reason: "idle".to_owned() };
    // The end comes with the first copy of the record, with the second, or both have it.
    for ended in [[true, false], [false, true], [true, true]] {
        let folder = folder.path().join(format!("{ended:?}"));
        for (number, is_ended) in (0..).zip(ended) {
            let (sink, _store) = open::<Logins>(&folder, Options::default()).unwrap();
            // The first record names the file, so that the files are read in this order.
            sink.record_durably(&login(number, MIDNIGHT + number as i64)).await.unwrap();
            sink.record(&twice).unwrap();
            if is_ended {
                sink.complete(&logout).unwrap();
            }
            sink.close().await.unwrap();
        }
        let (sink, store) = open::<Logins>(&folder, Options::default()).unwrap();
        let rows = || -> Vec<EndedRecord<Login, Logout>> {
            store.scan(EVER, Timestamp::MAX).flat_map(|listing| listing.rows).collect()
        };
        let of_others =
            [0, 1].map(|number| EndedRecord { record: login(number, MIDNIGHT + number as i64), end: None });
        let of_both = EndedRecord { record: twice.clone(), end: Some(logout.clone()) };
        let expected: Vec<_> = of_others.into_iter().chain([of_both]).collect();
        assert_eq!(rows(), expected, "{ended:?}");
        let upkept = store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(())).unwrap();
        assert_eq!((upkept.skipped, upkept.days["2026-11-22"].rows), (Vec::new(), 4), "{ended:?}");
        assert_eq!(rows(), expected, "{ended:?}");
        let verified = store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap();
        assert_eq!((verified.files, verified.rows), (1, 3), "{ended:?}");
        sink.close().await.unwrap();
    }
}

#[tokio::test]
async fn files_that_are_not_what_they_were_are_left_alone_and_the_other_days_are_not() {
    type Change<'a> = &'a dyn Fn(&Path, &str);
    let flip: Change<'_> = &|folder, path| {
        let mut bytes = fs::read(folder.join(path)).unwrap();
        bytes[20] ^= 1;
        fs::write(folder.join(path), bytes).unwrap();
    };
    let gone: Change<'_> = &|folder, path| fs::remove_file(folder.join(path)).unwrap();
    let cases = [
        (flip, "it differs from its anchor; `countersign evidence verify` says more"),
        (gone, "it is missing: the journal has its anchor, and the file is gone"),
    ];
    for (change, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let book = Arc::new(Book::default());
        let (sink, store, _) = recorded(folder.path(), &options(&book)).await;
        let path = in_first_day(&parquet(folder.path()))[1].clone();
        change(folder.path(), &path);
        let upkept = compacted(&store).unwrap();
        assert!(upkept.days.contains_key("2026-11-23"), "{upkept:?}");
        let expected = Skipped { path: folder.path().join(&path), why: why.to_owned() };
        assert!(upkept.skipped.contains(&expected), "{upkept:?}");
        sink.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_file_that_nobody_vouches_for_or_two_do_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, _) = recorded(folder.path(), &options(&book)).await;
    let paths = parquet(folder.path());
    let [one, other] = [in_first_day(&paths)[0], in_first_day(&paths)[1]];
    book.forget(one);
    book.alter(other, |known| known.before = Some([1; 32]));
    let upkept = compacted(&store).unwrap();
    assert_eq!(upkept.days["2026-11-22"].files, 2, "the other two");
    let left = parquet(folder.path());
    assert!(left.contains(one) && left.contains(other), "{left:?}");
    let faults: Vec<String> = verified(&store).findings.into_iter().map(|finding| finding.path).collect();
    assert_eq!(faults, [one.clone(), other.clone()], "and both are still found");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_file_whose_segment_is_still_there_is_left_for_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let mut segment = None;
    for round in 0..3 {
        let (sink, _store) = open::<Flows>(folder.path(), options(&book)).unwrap();
        sink.record_durably(&FlowRecord::numbered(round, MIDNIGHT)).await.unwrap();
        let name = files(folder.path()).into_iter().find(|path| path.starts_with("wal-")).unwrap();
        segment = Some((folder.path().join(&name), fs::read(folder.path().join(name)).unwrap()));
        sink.close().await.unwrap();
    }
    // The last process was killed before it removed its segment, which becomes the same file again.
    let (path, bytes) = segment.unwrap();
    fs::write(&path, bytes).unwrap();
    book.set_away(true);
    let (sink, store) = open::<Flows>(folder.path(), options(&book)).unwrap();
    let due = || store.compact(NOW, true, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(due().days["2026-11-22"].files, 2);
    book.set_away(false);
    until("the removal of the segment", || !path.exists());
    sink.close().await.unwrap();
    assert_eq!(due().days["2026-11-22"].files, 3);
}

#[tokio::test]
async fn a_file_with_other_columns_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store, all) = recorded(folder.path(), &Options::default()).await;
    let row = EndedRecord { record: FlowRecord::numbered(900, MIDNIGHT), end: None };
    let batch = rows_batch::<Flows>(std::slice::from_ref(&row)).unwrap();
    assert_eq!(batch.schema(), rows_schema::<Flows>());
    let fewer = batch.project(&[0, 1, 2, 3, 4, 5, 6]).unwrap();
    let path = folder.path().join("dt=2026-11-22/flows-fewer.parquet");
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), fewer.schema(), None).unwrap();
    writer.write(&fewer).unwrap();
    writer.close().unwrap();
    let upkept = compacted(&store).unwrap();
    assert_eq!(
        upkept.skipped,
        [Skipped { path: path.clone(), why: "its columns are not those of this release".to_owned() }]
    );
    assert_eq!(upkept.days.keys().collect::<Vec<_>>(), ["2026-11-23"]);
    fs::remove_file(path).unwrap();
    assert_eq!(compacted(&store).unwrap().days.keys().collect::<Vec<_>>(), ["2026-11-22"]);
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn on_a_disk_that_is_full_everything_stays_until_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let faults = Arc::new(DiskFaults::default());
    let options = Options { disk: Arc::new(FaultyLocalDisk(Arc::clone(&faults))), ..options(&book) };
    let (sink, store, all) = recorded(folder.path(), &options).await;
    let before = files(folder.path());
    for room in [0, 3, 400] {
        faults.room.store(room, SeqCst);
        faults.no_parquet.store(true, SeqCst);
        let upkept = compacted(&store).unwrap();
        assert!(upkept.days.is_empty() && upkept.skipped.len() == 2, "{upkept:?}");
        assert!(upkept.skipped[0].path == folder.path().join("dt=2026-11-22"), "{upkept:?}");
        assert!(upkept.skipped.iter().all(|left| left.why.contains("No space left on device")), "{upkept:?}");
        assert_eq!(files(folder.path()), before, "nothing half made takes what room there is");
    }
    faults.no_parquet.store(false, SeqCst);
    faults.cannot_sync.store(true, SeqCst);
    let upkept = compacted(&store).unwrap();
    assert!(upkept.skipped.iter().all(|left| left.why == "Input/output error (os error 5)"), "{upkept:?}");
    assert_eq!(files(folder.path()), before, "what may not be durable does not count");
    faults.cannot_sync.store(false, SeqCst);
    assert_eq!(compacted(&store).unwrap().skipped, []);
    assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn it_stops_at_every_step_and_only_one_run_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, all) = recorded(folder.path(), &options(&book)).await;
    let mut stops = 0;
    for step in 0.. {
        let mut told = 0;
        let stopped = store.compact(NOW, false, &mut |_, _| {
            told += 1;
            if told > step { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(read_by_all(&store, EVER, Timestamp::MAX), all, "stopped at step {step}");
        assert!(verified(&store).is_whole(), "stopped at step {step}");
        match stopped {
            Err(UpkeepError::Stopped) => stops += 1,
            other => {
                other.unwrap();
                break;
            }
        }
    }
    assert!(stops > 4, "{stops}");
    assert_eq!(UpkeepError::Stopped.to_string(), "it was stopped before it finished");
    let late = FlowRecord::numbered(700, MIDNIGHT);
    sink.record(&late).unwrap();
    sink.close().await.unwrap();
    let (sink, store) = open::<Flows>(folder.path(), options(&book)).unwrap();
    let (mut compact, mut retain) = (None, None);
    store
        .compact(NOW, false, &mut |_, _| {
            compact = compact.take().or_else(|| compacted(&store).err());
            retain = Some(store.retain(NOW, false));
            ControlFlow::Continue(())
        })
        .unwrap();
    let said = compact.unwrap().to_string();
    assert_eq!(said, "upkeep of the evidence is in progress already: wait until it has finished");
    assert_eq!(
        retain.unwrap().unwrap(),
        Upkept::default(),
        "nothing expires here, so there is nothing to wait for"
    );
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_day_with_more_files_than_may_be_open_takes_several_rounds() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    let partition = folder.path().join("dt=2026-11-22");
    fs::create_dir(&partition).unwrap();
    let all: Vec<FlowRecord> = (0..258).map(|number| FlowRecord::numbered(number, MIDNIGHT)).collect();
    for (number, flow) in all.iter().enumerate() {
        let batch = rows_batch::<Flows>(&[EndedRecord { record: flow.clone(), end: None }]).unwrap();
        let file = fs::File::create(partition.join(format!("flows-{number:03}.parquet"))).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }
    let upkept = compacted(&store).unwrap();
    // First 256 into one; then the two that were left and that one.
    assert_eq!((upkept.days["2026-11-22"].files, upkept.skipped), (256 + 3, Vec::new()));
    let made = parquet(folder.path());
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(store.replaced_files(&made[0]).len(), 258 + 1);
    assert_eq!(crate::life::scanned(&store), all);
    sink.close().await.unwrap();
}
