//! Everything of a span is read for a replay: each access once, as it was recorded, and unreadable parts are reported.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::Day;
use countersign_evidence::{Access, Decided, Evidence, Options, Store};
use countersign_names::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const DAY: i64 = 86_400_000_000;

/// Records three days in small segments; the last few hundred are not Parquet yet.
async fn recorded(folder: &Path) -> (Store, countersign_evidence::Sink, Vec<Decided>) {
    let mut records = Vec::new();
    for days in 0..3_u64 {
        let mut day = Day::new(days, 40, 700, days as i64 * DAY);
        for number in 0..700 {
            let mut decided = day.next().0;
            // Not all records are from gates: some have tags, and some no principal, place or device.
            if number % 7 == 0 {
                decided.tags = BTreeMap::from([
                    ("colour".to_owned(), format!("{}", number % 3)),
                    ("=".to_owned(), String::new()),
                ]);
            }
            if number % 11 == 0 {
                (decided.session, decided.device, decided.place) = (None, None, None);
                decided.session_idle_seconds = None;
                decided.content_type = Some("text/csv".to_owned());
            }
            if number % 13 == 0 {
                decided.shadow = (0..=number % 2).map(|n| format!("on-trial-{n}").parse().unwrap()).collect();
            }
            records.push(decided);
        }
    }
    let options = Options { segment_bytes: 24 << 10, ..Options::default() };
    let (sink, _) = Evidence::open(folder, options).unwrap();
    for decided in &records[..1_800] {
        sink.record(decided).unwrap();
        if decided.id.bits().as_u128() % 50 == 0 {
            sink.flush().await.unwrap();
        }
    }
    sink.close().await.unwrap();
    let (sink, store) = Evidence::open(folder, Options::default()).unwrap();
    for decided in &records[1_800..] {
        sink.record(decided).unwrap();
    }
    sink.flush().await.unwrap();
    (store, sink, records)
}

fn everything(store: &Store) -> Vec<Recorded> {
    between(store, Timestamp::from_micros(0), Timestamp::MAX)
}

fn between(store: &Store, since: Timestamp, until: Timestamp) -> Vec<Recorded> {
    let mut sweep = store.sweep(since, until);
    let mut all = Vec::new();
    for accesses in sweep.by_ref() {
        assert_eq!(accesses.iter().count(), accesses.len());
        all.extend(accesses.iter().map(|access| Recorded::of(&access)));
    }
    assert_eq!(sweep.skipped(), []);
    assert_eq!(sweep.bytes().read, sweep.bytes().total);
    all.sort_by_key(|recorded| recorded.key());
    all
}

/// Everything in an access, as text, to compare accesses with decisions.
#[derive(Debug, PartialEq)]
struct Recorded(String, String);

impl Recorded {
    fn key(&self) -> String {
        self.0.clone()
    }

    fn of(access: &Access<'_>) -> Self {
        let reasons: Vec<_> = access.reasons.iter().chain(access.shadow.iter()).collect();
        let tags = access.tags.cloned().unwrap_or_default();
        let place = access.address.zip(access.network);
        Self(
            access.id.to_string(),
            format!(
                "{:?} {:?} {:?} {:?} {} {} {:?} {} {} {:?} {} {:?} {} {:?} {reasons:?} {:?} {place:?} {:?} {tags:?}",
                access.at,
                access.principal,
                access.session,
                access.device,
                access.application,
                access.resource,
                access.action,
                access.operation,
                access.item,
                access.effect,
                access.enforced,
                access.cause,
                access.world,
                access.policies,
                access.idle,
                access.content_type,
            ),
        )
    }

    fn was(decided: &Decided) -> Self {
        let reasons: Vec<_> = decided.reasons.iter().chain(&decided.shadow).collect();
        let (tags, place) =
            (&decided.tags, decided.place.as_ref().map(|place| (place.address, &*place.network)));
        Self(
            decided.id.to_string(),
            format!(
                "{:?} {:?} {:?} {:?} {} {} {:?} {} {} {:?} {} {:?} {} {:?} {reasons:?} {:?} {place:?} {:?} {tags:?}",
                decided.at,
                decided.principal,
                decided.session,
                decided.device,
                decided.application,
                decided.resource,
                decided.action,
                decided.operation,
                decided.item,
                decided.effect,
                decided.enforced,
                decided.cause,
                decided.world,
                &decided.policies,
                decided.session_idle_seconds,
                decided.content_type.as_deref(),
            ),
        )
    }
}

fn expected<'a>(records: impl Iterator<Item = &'a Decided>) -> Vec<Recorded> {
    let mut all: Vec<Recorded> = records.map(Recorded::was).collect();
    all.sort_by_key(Recorded::key);
    all
}

fn parquet(folder: &Path) -> Vec<PathBuf> {
    let days =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let files = days.flat_map(|day| std::fs::read_dir(day).unwrap().map(|entry| entry.unwrap().path()));
    let mut files: Vec<_> = files.filter(|path| path.to_str().unwrap().contains("/decisions-")).collect();
    files.sort();
    files
}

#[tokio::test]
async fn each_access_is_there_once_and_as_it_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (store, sink, records) = recorded(folder.path()).await;
    assert!(parquet(folder.path()).len() > 5, "most of it is Parquet, of several files");
    assert_eq!(everything(&store), expected(records.iter()));

    let (since, until) = (records[500].at, records[1_900].at);
    let within = records.iter().filter(|decided| since <= decided.at && decided.at < until);
    assert_eq!(between(&store, since, until), expected(within));

    // A partition was compacted by hand and the originals kept; and the last records are converted to Parquet.
    let copied = parquet(folder.path()).remove(1);
    std::fs::copy(&copied, copied.with_file_name("compacted.parquet")).unwrap();
    sink.close().await.unwrap();
    assert_eq!(everything(&store), expected(records.iter()));
}

#[tokio::test]
async fn a_file_that_was_damaged_is_named_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _sink, records) = recorded(folder.path()).await;
    let files = parquet(folder.path());
    let mut bytes = std::fs::read(&files[2]).unwrap();
    // A position among the rows: the metadata is at the end, and this file has no anchor.
    let place = bytes.len() / 5;
    bytes[place] ^= 0x10;
    std::fs::write(&files[2], bytes).unwrap();
    std::fs::write(&files[3], b"not Parquet").unwrap();

    let mut sweep = store.sweep(Timestamp::from_micros(0), Timestamp::MAX);
    let read: usize = sweep.by_ref().map(|accesses| accesses.len()).sum();
    let named: Vec<_> = sweep.skipped().iter().map(|skipped| &skipped.path).collect();
    assert_eq!(named, [&files[2], &files[3]]);
    assert!(read > records.len() / 2 && read < records.len(), "{read}");
}
