//! Anchoring, compaction, retention and verification work the same for every kind.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::book::Book;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT, key_at};
use crate::life::{files, scanned};
use crate::logins::{Login, Logins, Logout};
use countersign_lake::{Anchors as _, Fault, Options, RecordSink, RecordStore, open};
use countersign_names::Timestamp;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const EVER: Timestamp = Timestamp::from_micros(i64::MIN);
/// The middle of the third day: the first two have ended.
const NOW: Timestamp = Timestamp::from_micros(MIDNIGHT + 2 * DAY + DAY / 2);

fn options(book: &Arc<Book>) -> Options {
    Options {
        anchors: Arc::clone(book) as _,
        segment_bytes: 4 << 10,
        retry: Duration::from_millis(2),
        keep: Some(Duration::from_secs(36 * 3_600)),
        ..Options::default()
    }
}

/// Three days of flows in many small files.
async fn three_days(
    folder: &Path,
    book: &Arc<Book>,
) -> (RecordSink<Flows>, RecordStore<Flows>, Vec<FlowRecord>) {
    let (sink, _store) = open::<Flows>(folder, options(book)).unwrap();
    let mut flows = Vec::new();
    for day in 0..3 {
        for number in 0..300 {
            let flow = FlowRecord::numbered(number, MIDNIGHT + day * DAY);
            sink.record(&flow).unwrap();
            flows.push(flow);
            if number % 50 == 0 {
                sink.flush().await.unwrap();
            }
        }
    }
    sink.close().await.unwrap();
    let (sink, store) = open::<Flows>(folder, options(book)).unwrap();
    (sink, store, flows)
}

fn faults(store: &RecordStore<Flows>) -> Vec<(String, Fault)> {
    let verified = store.verify(EVER, &mut |_, _| ControlFlow::Continue(())).unwrap();
    verified.findings.into_iter().map(|finding| (finding.path, finding.fault)).collect()
}

#[tokio::test]
async fn a_finished_day_becomes_one_anchored_file_with_the_same_records() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, flows) = three_days(folder.path(), &book).await;
    assert_eq!(scanned(&store), flows);
    let before = book.paths().len();
    assert!(before > 6, "many files are expected: {before}");
    let upkept = store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!((upkept.days.len(), upkept.skipped.len()), (2, 0), "{upkept:?}");
    assert_eq!(upkept.days["2026-11-22"].rows, 300);
    assert_eq!(scanned(&store), flows);
    let first: Vec<String> =
        files(folder.path()).into_iter().filter(|path| path.starts_with("dt=2026-11-22/")).collect();
    assert!(matches!(&first[..], [one] if one.starts_with("dt=2026-11-22/flows-day-")), "{first:?}");
    assert!(book.paths().contains(&first[0]), "{:?}", book.paths());
    assert_eq!(faults(&store), []);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn ends_that_are_kept_by_themselves_become_one_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    for round in 0..3 {
        let (sink, _store) = open::<Logins>(folder.path(), options(&book)).unwrap();
        let login = |number: u64| key_at(MIDNIGHT + 1_000_000, number);
        for number in 0..10 {
            let (id, at) = (login(round * 100 + number), Timestamp::from_micros(MIDNIGHT + 1_000_000));
            sink.record(&Login { id, at, machine: "m".to_owned() }).unwrap();
            if let Some(before) = round.checked_sub(1) {
                let reason = "idle".to_owned();
                sink.complete(&Logout { id: login(before * 100 + number), at, reason }).unwrap();
            }
        }
        sink.close().await.unwrap();
    }
    let (sink, store) = open::<Logins>(folder.path(), options(&book)).unwrap();
    let ended = |store: &RecordStore<Logins>| {
        let rows = store.scan(EVER, Timestamp::MAX).flat_map(|listing| listing.rows);
        rows.filter(|row| row.end.is_some()).count()
    };
    assert_eq!(ended(&store), 20);
    store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let names = files(folder.path());
    assert_eq!(names.iter().filter(|name| name.contains("/logouts-day-")).count(), 1, "{names:?}");
    assert_eq!(names.iter().filter(|name| name.ends_with(".parquet")).count(), 2, "{names:?}");
    assert_eq!(ended(&store), 20);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn what_is_too_old_goes_and_it_is_stated_first_what() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, flows) = three_days(folder.path(), &book).await;
    let dry = store.retain(NOW, true).unwrap();
    assert_eq!(dry.days.keys().collect::<Vec<_>>(), ["2026-11-22"], "36 hours before noon of the third day");
    assert_eq!(scanned(&store), flows);
    book.set_away(true);
    assert!(store.retain(NOW, false).is_err(), "nothing goes that cannot be stated");
    assert_eq!(scanned(&store), flows);
    book.set_away(false);
    store.retain(NOW, false).unwrap();
    assert_eq!(scanned(&store), flows[300..]);
    assert_eq!(book.gone_before(), Some(Timestamp::from_micros(MIDNIGHT + DAY)));
    assert!(!files(folder.path()).iter().any(|path| path.starts_with("dt=2026-11-22")));
    assert_eq!(faults(&store), []);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_was_altered_removed_or_added_is_found_and_said_to_readers() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Book::default());
    let (sink, store, _) = three_days(folder.path(), &book).await;
    assert_eq!(faults(&store), []);
    let path = book.paths().into_iter().next().unwrap();
    let full = folder.path().join(&path);
    let whole = fs::read(&full).unwrap();
    let said = || store.scan(EVER, Timestamp::MAX).any(|it| it.skipped.iter().any(|gap| gap.path == full));

    for place in [0, whole.len() / 3, whole.len() - 9] {
        let mut altered = whole.clone();
        altered[place] ^= 1;
        fs::write(&full, altered).unwrap();
        assert_eq!(faults(&store), [(path.clone(), Fault::Altered)], "byte {place}");
        assert!(said(), "byte {place}");
    }
    fs::remove_file(&full).unwrap();
    assert_eq!(faults(&store), [(path.clone(), Fault::Missing)]);
    assert!(said());
    fs::write(&full, &whole).unwrap();
    let added = full.with_file_name("flows-00000000000000000001-00000001.parquet");
    fs::write(&added, &whole).unwrap();
    let shown = added.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned();
    assert_eq!(faults(&store), [(shown.clone(), Fault::Added)]);
    let unknown = store.unanchored(&mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(unknown.files.iter().map(|file| &file.path).collect::<Vec<_>>(), [&shown]);
    fs::remove_file(&added).unwrap();
    assert_eq!(faults(&store), []);
    sink.close().await.unwrap();
}
