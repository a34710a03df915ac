//! Records are written, read before and after conversion, joined with their ends, damaged and found.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT, key_at};
use crate::logins::{Login, Logins, Logout};
use countersign_lake::cells::{Cells, Read, need};
use countersign_lake::columns::{CellSource, ColumnSource, show};
use countersign_lake::wire::{Unreadable, Wire};
use countersign_lake::{
    EndedRecord, Full, KindFiles, LakeRecord, NoEnd, Options, RecordKind, RecordQuery, RecordStore, examine,
    frame, open,
};
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const EVER: Timestamp = Timestamp::from_micros(i64::MIN);

pub fn scanned(store: &RecordStore<Flows>) -> Vec<FlowRecord> {
    let mut rows = Vec::new();
    for listing in store.scan(EVER, Timestamp::MAX) {
        assert_eq!(listing.skipped, []);
        rows.extend(listing.rows.into_iter().map(|row| row.record));
    }
    rows
}

/// Returns the files in a folder, as paths relative to it.
pub fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        match entry.path().is_dir() {
            true => found.extend(files(&entry.path()).into_iter().map(|inner| format!("{name}/{inner}"))),
            false => drop(found.insert(name)),
        }
    }
    found
}

#[tokio::test]
async fn a_record_is_read_as_it_was_put_in_before_and_after_it_is_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    let flows: Vec<FlowRecord> = (0..500).map(|number| FlowRecord::numbered(number, MIDNIGHT)).collect();
    for flow in &flows[..499] {
        sink.record(flow).unwrap();
    }
    sink.record_durably(&flows[499]).await.unwrap();
    let check = |store: &RecordStore<Flows>| {
        assert_eq!(scanned(store), flows);
        let texts = vec![("protocol", "udp".to_owned()), ("target", "10.1.0.3".to_owned())];
        let query = RecordQuery { texts, limit: 7, ..RecordQuery::default() };
        let wanted = |flow: &&FlowRecord| flow.protocol == "udp" && flow.target.to_string() == "10.1.0.3";
        let newest: Vec<FlowRecord> = flows.iter().rev().filter(wanted).take(7).cloned().collect();
        let listed: Vec<FlowRecord> = store.list(&query).rows.into_iter().map(|row| row.record).collect();
        assert_eq!(listed, newest);
        assert_eq!(store.find(flows[77].id).map(|row| row.record).as_ref(), Some(&flows[77]));
        assert_eq!(store.find(key_at(MIDNIGHT, 9_999)), None);
    };
    check(&store);
    sink.close().await.unwrap();
    let made = files(folder.path());
    assert!(made.iter().any(|path| path.starts_with("dt=2026-11-22/flows-")), "{made:?}");
    assert!(!made.iter().any(|path| path.contains("wal-")), "{made:?}");
    check(&store);
}

#[tokio::test]
async fn a_file_that_was_replaced_is_read_again() {
    let written = async |protocol: &str| {
        let folder = tempfile::tempdir().unwrap();
        let (sink, _store) = open::<Flows>(folder.path(), Options::default()).unwrap();
        let flows = (0..50).map(|number| FlowRecord {
            protocol: protocol.to_owned(),
            ..FlowRecord::numbered(number, MIDNIGHT)
        });
        flows.for_each(|flow| sink.record(&flow).unwrap());
        sink.close().await.unwrap();
        folder
    };
    let (folder, other) = (written("sctp").await, written("quic").await);
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    let found = |protocol: &str| {
        let texts = vec![("protocol", protocol.to_owned())];
        let listing = store.list(&RecordQuery { texts, ..RecordQuery::default() });
        assert_eq!(listing.skipped, []);
        listing.rows.len()
    };
    let counts = || ["sctp", "quic", "quic", "sctp"].map(found);
    assert_eq!(counts(), [50, 0, 0, 50]);
    let only = |folder: &Path| {
        let mut made = files(folder).into_iter().filter(|path| path.ends_with(".parquet"));
        let path = made.next().map(|path| folder.join(path)).unwrap();
        assert_eq!(made.next(), None);
        path
    };
    // The file before is there until the other takes its name, so that the two differ in more than their times.
    let beside = folder.path().join("beside");
    fs::copy(only(other.path()), &beside).unwrap();
    fs::rename(beside, only(folder.path())).unwrap();
    assert_eq!(counts(), [0, 50, 50, 0], "the texts of the file before are not those of this one");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn an_end_is_joined_whether_it_comes_in_the_same_segment_or_a_day_later() {
    let folder = tempfile::tempdir().unwrap();
    let login = |number: u64, at: i64| Login {
        id: key_at(at, number),
        at: Timestamp::from_micros(at),
        machine: format!("machine-{number}"),
    };
    let logins =
        [login(1, MIDNIGHT + DAY - 2_000_000), login(2, MIDNIGHT + DAY - 1_000_000), login(3, MIDNIGHT)];
    let logout = |login: &Login, at: i64| Logout {
        id: login.id,
        at: Timestamp::from_micros(at),
        reason: "idle".to_owned(),
    };
    let (sink, _store) = open::<Logins>(folder.path(), Options::default()).unwrap();
    for login in &logins {
        sink.record(login).unwrap();
    }
    sink.complete(&logout(&logins[0], MIDNIGHT + DAY - 1)).unwrap();
    sink.close().await.unwrap();
    let (sink, store) = open::<Logins>(folder.path(), Options::default()).unwrap();
    sink.complete(&logout(&logins[1], MIDNIGHT + 2 * DAY)).unwrap();
    let ended = || -> Vec<Option<i64>> {
        let rows = logins.iter().map(|login| store.find(login.id).unwrap());
        rows.map(|row| row.end.map(|end| end.at.as_micros())).collect()
    };
    let expected = [Some(MIDNIGHT + DAY - 1), Some(MIDNIGHT + 2 * DAY), None];
    assert_eq!(ended(), expected, "while the end is in a segment");
    sink.close().await.unwrap();
    assert_eq!(ended(), expected, "once it is Parquet");
    let made = files(folder.path());
    assert!(made.iter().any(|path| path.starts_with("dt=2026-11-22/logouts-")), "by the key's day: {made:?}");
    let (rows, skipped) = store.scan(EVER, Timestamp::MAX).next().map(|it| (it.rows, it.skipped)).unwrap();
    assert_eq!((rows.iter().filter(|row| row.end.is_some()).count(), skipped), (2, Vec::new()));
}

/// A record of a given length.
#[derive(Debug, Clone)]
struct Blob {
    id: uuid::Uuid,
    at: Timestamp,
    length: u64,
}

impl Wire for Blob {
    fn put(&self, out: &mut Vec<u8>) {
        self.id.put(out);
        self.at.put(out);
        out.extend((0..self.length).map(|_| 7));
    }

    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        let (id, at) = (Wire::take(from)?, Wire::take(from)?);
        Ok(Self { id, at, length: std::mem::take(from).len() as u64 })
    }
}

impl LakeRecord for Blob {
    type Key = uuid::Uuid;

    fn key(&self) -> uuid::Uuid {
        self.id
    }

    fn at(&self) -> Timestamp {
        self.at
    }

    fn columns() -> &'static [ColumnSource<Self>] {
        const COLUMNS: &[ColumnSource<Blob>] = &[
            ColumnSource::always("id", CellSource::Text(|blob, out| show(Some(blob.id), out))),
            ColumnSource::always("at", CellSource::Moment(|blob| Some(blob.at))),
            ColumnSource::always("length", CellSource::Count(|blob| Some(blob.length))),
        ];
        COLUMNS
    }

    fn read(cells: Cells<'_>) -> Read<Self> {
        let at = need("at", cells.moment("at")?)?;
        Ok(Self { id: cells.word("id")?, at, length: need("length", cells.count("length")?)? })
    }
}

#[derive(Debug, Clone, Copy)]
enum Blobs {}

impl RecordKind for Blobs {
    type Record = Blob;
    type End = NoEnd<uuid::Uuid>;
    type Row = EndedRecord<Blob, NoEnd<uuid::Uuid>>;

    const FILES: KindFiles = KindFiles { name: "blobs", magic: b"CSBLOB01", ..Flows::FILES };
}

#[tokio::test]
async fn a_record_that_would_not_be_read_again_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = open::<Blobs>(folder.path(), Options::default()).unwrap();
    let blob = |number: u64, length: u64| {
        let at = MIDNIGHT + 1;
        Blob { id: key_at(at, number), at: Timestamp::from_micros(0), length }
    };
    let overhead = {
        let mut out = Vec::new();
        countersign_lake::put_record::<Blobs>(&blob(0, 0), &mut out);
        out.len() as u64
    };
    let longest = frame::LONGEST as u64 - overhead;
    sink.record(&blob(1, longest)).unwrap();
    let full = sink.record(&blob(2, longest + 1)).unwrap_err();
    assert_eq!(full, Full::TooLong { bytes: frame::LONGEST + 1, most: frame::LONGEST });
    assert!(full.to_string().contains("shorten its texts"), "{full}");
    assert!(sink.record_durably(&blob(3, longest + 1)).await.is_err());
    assert_eq!(store.find(key_at(MIDNIGHT + 1, 1)).map(|row| row.record.length), Some(longest));
    assert!(store.find(key_at(MIDNIGHT + 1, 2)).is_none());
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_damaged_segment_costs_what_was_hit_and_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, _store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    let flows: Vec<FlowRecord> = (0..100).map(|number| FlowRecord::numbered(number, MIDNIGHT)).collect();
    for flow in &flows {
        sink.record(flow).unwrap();
    }
    sink.flush().await.unwrap();
    let segment = files(folder.path()).into_iter().find(|path| path.starts_with("wal-")).unwrap();
    let bytes = fs::read(folder.path().join(&segment)).unwrap();
    sink.close().await.unwrap();

    assert_eq!(examine::<Flows>(&bytes).unwrap().payloads.len(), 100);
    assert!(examine::<Logins>(&bytes).is_none(), "a segment of one kind is none of another");
    let other = tempfile::tempdir().unwrap();
    let mut hit = bytes.clone();
    let place = bytes.len() / 2;
    hit[place] ^= 0x10;
    fs::write(other.path().join(&segment), &hit).unwrap();
    let (sink, store) = open::<Flows>(other.path(), Options::default()).unwrap();
    sink.close().await.unwrap();
    let kept: usize = store.scan(EVER, Timestamp::MAX).map(|listing| listing.rows.len()).sum();
    assert_eq!(kept, 99);
    assert!(files(other.path()).contains(&format!("{segment}.damaged")));
}
