//! Retention: which day has expired, exactly; that it is stated before anything goes; and what readers are told.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::book::Book;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT};
use crate::life::{files, scanned};
use crate::readers::{EVER, at, in_one_segment};
use countersign_lake::{
    Anchors as _, Lake, Options, RecordQuery, RecordSink, RecordStore, UpkeepError, Upkept, Verified, open,
};
use countersign_names::Timestamp;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const KEEP: Duration = Duration::from_secs(36 * 3_600);

fn options(book: &Arc<Book>) -> Options {
    Options {
        anchors: Arc::clone(book) as _,
        retry: Duration::from_millis(2),
        keep: Some(KEEP),
        ..Options::default()
    }
}

/// Records a flow at the beginning and one at the end of each of four days.
async fn recorded(
    folder: &Path,
    options: Options,
) -> (RecordSink<Flows>, RecordStore<Flows>, Vec<FlowRecord>) {
    let moments = (0..4_i64).flat_map(|day| [MIDNIGHT + day * DAY, MIDNIGHT + (day + 1) * DAY - 1]);
    let flows: Vec<FlowRecord> = moments.map(|moment| FlowRecord::numbered(0, moment)).collect();
    let (sink, _store) = open::<Flows>(folder, in_one_segment(&options)).unwrap();
    flows.iter().for_each(|flow| sink.record(flow).unwrap());
    sink.close().await.unwrap();
    let (sink, store) = open::<Flows>(folder, options).unwrap();
    (sink, store, flows)
}

fn verified(store: &RecordStore<Flows>) -> Verified {
    store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap()
}

fn days(upkept: &Upkept) -> Vec<&str> {
    upkept.days.keys().map(String::as_str).collect()
}

/// The first moment at which a day has ended longer ago than records are kept.
const fn due(day: i64) -> i64 {
    MIDNIGHT + (day + 1) * DAY + 36 * 3_600_000_000
}

#[tokio::test]
async fn a_day_expires_when_its_last_moment_is_older_than_records_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, _) = recorded(folder.path(), options(&book)).await;
    let cases: [(i64, &[&str]); 6] = [
        (i64::MIN, &[]),
        (due(0) - 1, &[]),
        (due(0), &["2026-11-22"]),
        (due(1) - 1, &["2026-11-22"]),
        (due(1), &["2026-11-22", "2026-11-23"]),
        (i64::MAX, &["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"]),
    ];
    for (now, expected) in cases {
        let dry = store.retain(at(now), true).unwrap();
        assert_eq!(days(&dry), expected, "at {now}");
        assert!(dry.days.values().all(|day| (day.files, day.rows) == (1, 2) && day.bytes_after.is_none()));
    }
    assert_eq!((scanned(&store).len(), book.gone_before()), (8, None), "a dry run does nothing");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn nothing_goes_that_could_not_be_stated_and_what_goes_is_stated_with_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, flows) = recorded(folder.path(), options(&book)).await;
    book.set_away(true);
    let said = store.retain(at(due(1)), false).unwrap_err();
    assert!(matches!(said, UpkeepError::NotAnchored(_)));
    assert_eq!(said.to_string(), "the journal does not answer");
    assert_eq!(scanned(&store), flows);
    book.set_away(false);
    let upkept = store.retain(at(due(1)), false).unwrap();
    assert_eq!(days(&upkept), ["2026-11-22", "2026-11-23"]);
    assert_eq!(book.gone_before(), Some(at(MIDNIGHT + 2 * DAY)));
    assert_eq!(scanned(&store), flows[4..]);
    assert!(!folder.path().join("dt=2026-11-22").exists() && folder.path().join("dt=2026-11-24").exists());
    // Time may go back afterwards: nothing is stated to have gone before an earlier bound.
    let restored = folder.path().join("dt=2026-11-22/flows-1.parquet");
    fs::create_dir(restored.parent().unwrap()).unwrap();
    fs::write(&restored, b"x").unwrap();
    assert_eq!(store.retain(at(due(0)), false).unwrap(), Upkept::default());
    assert_eq!((book.gone_before(), restored.exists()), (Some(at(MIDNIGHT + 2 * DAY)), true));
    assert_eq!(days(&store.retain(at(due(1)), false).unwrap()), ["2026-11-22"]);
    assert!(!restored.exists());
    let found = verified(&store);
    assert!(found.is_whole() && found.gone_before == Some(at(MIDNIGHT + 2 * DAY)), "{found:?}");
    assert_eq!((found.files, found.rows), (2, 4));
    sink.close().await.unwrap();
}

#[tokio::test]
async fn readers_are_told_what_expired_if_they_ask_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, flows) = recorded(folder.path(), options(&book)).await;
    store.retain(at(due(0)), false).unwrap();
    let why = "records from before 2026-11-23T00:00:00.000000Z have expired, as the configuration says";
    let second = MIDNIGHT + DAY;
    for (since, is_told) in [(i64::MIN, false), (i64::MIN + 1, true), (second - 1, true), (second, false)] {
        let told =
            |gaps: Vec<countersign_lake::Skipped>| gaps.iter().map(|gap| gap.why.clone()).collect::<Vec<_>>();
        let expected = if is_told { vec![why.to_owned()] } else { Vec::new() };
        let since = at(since);
        assert_eq!(
            told(store.list(&RecordQuery { since, ..RecordQuery::default() }).skipped),
            expected,
            "{since}"
        );
        assert_eq!(told(store.counted(since, Timestamp::MAX).skipped), expected, "{since}");
        let scanned = store.scan(since, Timestamp::MAX).flat_map(|listing| listing.skipped).collect();
        assert_eq!(told(scanned), expected, "{since}");
        let mut sweep = store.sweep(since, Timestamp::MAX);
        assert_eq!(sweep.by_ref().map(|columns| columns.flows.len()).sum::<usize>(), 6);
        assert_eq!((told(sweep.expired().to_vec()), sweep.skipped()), (expected, [].as_slice()), "{since}");
    }
    // A look-up of what has expired says so; a look-up of what never was does not find it either.
    let gone = store.look_up(flows[0].id);
    assert_eq!((gone.row, gone.skipped.len()), (None, 1));
    assert_eq!(gone.skipped[0].why, why);
    let kept = store.look_up(flows[2].id);
    assert_eq!((kept.row.map(|row| row.record), kept.skipped), (Some(flows[2].clone()), Vec::new()));
    assert!(store.has_expired("dt=2026-11-22/flows-1.parquet"));
    assert!(!store.has_expired("dt=2026-11-23/flows-1.parquet") && !store.has_expired("dt=soon/x"));
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_comes_back_to_an_expired_day_does_not_count_and_goes_again() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, flows) = recorded(folder.path(), options(&book)).await;
    let path = book.paths().into_iter().next().unwrap();
    let copy = fs::read(folder.path().join(&path)).unwrap();
    store.retain(at(due(0)), false).unwrap();
    let partition = folder.path().join("dt=2026-11-22");
    fs::create_dir(&partition).unwrap();
    fs::write(folder.path().join(&path), &copy).unwrap();
    fs::write(partition.join("notes.txt"), b"of another program").unwrap();
    assert_eq!(scanned(&store), flows[2..]);
    assert_eq!(store.find(flows[0].id), None);
    let found = verified(&store);
    assert!(found.is_whole() && found.leaving == 1, "{found:?}");
    assert_eq!(store.unanchored_count(), 0);
    assert_eq!(days(&store.retain(at(due(0)), false).unwrap()), ["2026-11-22"]);
    assert_eq!(files(&partition).into_iter().collect::<Vec<_>>(), ["notes.txt"], "what is not ours stays");
    // Also what cannot even be read goes.
    fs::create_dir(folder.path().join(&path)).unwrap();
    let said = store.retain(at(due(0)), true).unwrap();
    assert_eq!((days(&said), said.skipped.len()), (vec!["2026-11-22"], 1));
    assert!(said.skipped[0].why.starts_with("it goes unread: "), "{said:?}");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_gone_already_does_not_stop_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, flows) = recorded(folder.path(), options(&book)).await;
    let paths = book.paths();
    fs::remove_dir_all(folder.path().join("dt=2026-11-22")).unwrap();
    let upkept = store.retain(at(due(1)), false).unwrap();
    assert_eq!(days(&upkept), ["2026-11-22", "2026-11-23"], "its anchor goes too");
    assert_eq!(book.paths(), paths[2..]);
    assert_eq!(scanned(&store), flows[4..]);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_reader_under_way_is_told_that_what_it_reads_has_gone() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, _) = recorded(folder.path(), options(&book)).await;
    let mut sweep = store.sweep(EVER, Timestamp::MAX);
    assert_eq!(sweep.next().map(|columns| columns.flows.len()), Some(2));
    let counted = store.counted(EVER, Timestamp::MAX);
    store.retain(at(due(1)), false).unwrap();
    assert_eq!(sweep.by_ref().map(|columns| columns.flows.len()).sum::<usize>(), 4);
    let gone = store.span_of(&counted.rows[0]).unwrap_err();
    assert_eq!(gone.why, "it was removed while it was read: it has expired, or somebody removed it");
    assert_eq!(gone.path, counted.rows[0]);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn without_a_time_nothing_expires() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let forever = Options { keep: None, ..options(&book) };
    let (sink, store, flows) = recorded(folder.path(), forever).await;
    assert_eq!(store.keep(), None);
    assert_eq!(store.retain(Timestamp::MAX, false).unwrap(), Upkept::default());
    let lake = Lake::from(store.clone());
    assert!(!lake.is_expiring());
    let tended = lake.tend(Timestamp::MAX, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(tended, Upkept::default(), "there is one file each day already");
    assert_eq!((scanned(&store), book.gone_before()), (flows, None));
    sink.close().await.unwrap();
}

#[tokio::test]
async fn upkeep_compacts_what_is_kept_and_removes_what_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, _store, mut flows) = recorded(folder.path(), options(&book)).await;
    let late = FlowRecord::numbered(9, MIDNIGHT + DAY);
    sink.record(&late).unwrap();
    sink.close().await.unwrap();
    flows.insert(3, late);
    let (sink, store) = open::<Flows>(folder.path(), options(&book)).unwrap();
    assert_eq!(store.keep(), Some(KEEP));
    let upkept = store.tend(at(due(0)), &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(days(&upkept), ["2026-11-22", "2026-11-23"], "one expired, one compacted");
    assert_eq!((upkept.days["2026-11-22"].bytes_after, upkept.days["2026-11-23"].files), (None, 2));
    assert!(upkept.days["2026-11-23"].bytes_after.is_some());
    assert_eq!(scanned(&store), flows[2..]);
    assert!(verified(&store).is_whole());
    sink.close().await.unwrap();
}
