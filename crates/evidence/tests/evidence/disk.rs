//! Disks that are full, that fail to sync, that tear a write, and that recover.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use crate::common::Day;
use countersign_evidence::{Disk, DiskFile, Evidence, Full, Health, LocalDisk, Options, Query, Row, Sink};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering::SeqCst};
use std::time::Duration;

const WORKS: u8 = 0;
const FULL: u8 = 1;
const SYNC_FAILS: u8 = 2;

/// The file system of this machine with an adjustable fault, and a limited number of bytes.
#[derive(Debug)]
struct Faulty {
    fault: AtomicU8,
    room: AtomicI64,
}

impl Faulty {
    fn new() -> Arc<Self> {
        Arc::new(Self { fault: AtomicU8::new(WORKS), room: AtomicI64::new(i64::MAX) })
    }

    fn set(&self, fault: u8) {
        self.fault.store(fault, SeqCst);
    }
}

#[derive(Debug)]
struct FaultyDisk(Arc<Faulty>);

struct FaultyFile {
    file: Box<dyn DiskFile>,
    disk: Arc<Faulty>,
}

fn no_space() -> io::Error {
    io::Error::from_raw_os_error(28)
}

impl Disk for FaultyDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        if self.0.fault.load(SeqCst) == FULL {
            return Err(no_space());
        }
        Ok(Box::new(FaultyFile { file: LocalDisk.create(path)?, disk: Arc::clone(&self.0) }))
    }
}

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.disk.fault.load(SeqCst) == FULL {
            return Err(no_space());
        }
        // A full disk writes what it has room for, so that a frame is torn.
        let room = usize::try_from(self.disk.room.load(SeqCst)).unwrap_or(0).min(bytes.len());
        if room == 0 {
            return Err(no_space());
        }
        let written = self.file.write(bytes.get(..room).unwrap())?;
        self.disk.room.fetch_sub(i64::try_from(written).unwrap(), SeqCst);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        if self.disk.fault.load(SeqCst) == SYNC_FAILS {
            return Err(io::Error::from_raw_os_error(5));
        }
        self.file.sync()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.cut(length)
    }
}

fn options(disk: &Arc<Faulty>) -> Options {
    Options {
        disk: Arc::new(FaultyDisk(Arc::clone(disk))),
        backlog_bytes: 64 << 10,
        retry: Duration::from_millis(5),
        ..Options::default()
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what} never came about");
}

fn is_failing(sink: &Sink) -> bool {
    matches!(sink.state().health, Health::Failing(_))
}

/// Records during one fault and after it. At the end, each accepted record is found exactly once.
async fn check(fault: impl Fn(&Faulty), mend: impl Fn(&Faulty)) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Faulty::new();
    let (sink, store) = Evidence::open(folder.path(), options(&disk)).unwrap();
    let mut day = Day::new(3, 20, 10_000, 0);
    let mut kept = Vec::new();
    let mut keep = |decided| kept.push(Row { decided, completed: None });
    for _ in 0..20 {
        let decided = day.next().0;
        sink.record_durably(&decided).await.unwrap();
        keep(decided);
    }

    fault(&disk);
    for _ in 0..5 {
        let refused = sink.record_durably(&day.next().0).await.unwrap_err();
        assert!(refused.to_string().starts_with("the record is not durable: "), "{refused}");
    }
    until("a failing state", || is_failing(&sink)).await;
    sink.flush().await.unwrap_err();
    // Further records are accepted until the backlog is full, and none after that.
    let refusal = loop {
        let decided = day.next().0;
        match sink.record(&decided) {
            Ok(()) => keep(decided),
            Err(refusal) => break refusal,
        }
    };
    assert!(matches!(refusal, Full::Failing { bytes: 65_536, .. }), "{refusal}");
    let state = sink.state();
    assert!(state.backlog_bytes <= state.backlog_limit, "the backlog is bounded");
    assert!(state.failures > 0 && state.refused >= 1);

    mend(&disk);
    until("recovery", || !is_failing(&sink)).await;
    sink.flush().await.unwrap();
    for _ in 0..20 {
        let decided = day.next().0;
        sink.record_durably(&decided).await.unwrap();
        keep(decided);
    }
    kept.reverse();
    let everything = Query { limit: Query::MOST, ..Query::default() };
    let before = store.list(&everything);
    assert_eq!(before.rows, kept);
    assert_eq!(before.skipped, []);
    sink.close().await.unwrap();
    assert_eq!(store.list(&everything), before, "and from Parquet the same");
}

#[tokio::test]
async fn a_full_disk_refuses_and_goes_on_when_it_has_room() {
    check(|disk| disk.set(FULL), |disk| disk.set(WORKS)).await;
}

#[tokio::test]
async fn a_failed_sync_is_not_believed_the_second_time() {
    check(|disk| disk.set(SYNC_FAILS), |disk| disk.set(WORKS)).await;
}

#[tokio::test]
async fn a_write_that_is_torn_leaves_no_half_record() {
    check(|disk| disk.room.store(100, SeqCst), |disk| disk.room.store(i64::MAX, SeqCst)).await;
}

#[tokio::test]
async fn a_rotation_without_room_keeps_the_segment_and_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Faulty::new();
    let options = Options { segment_age: Duration::from_millis(150), ..options(&disk) };
    let (sink, store) = Evidence::open(folder.path(), options).unwrap();
    let decided = Day::new(3, 20, 10_000, 0).next().0;
    sink.record_durably(&decided).await.unwrap();
    disk.set(FULL);
    until("a failing rotation", || sink.state().rotation_failing.is_some()).await;
    assert_eq!(store.find(decided.id).unwrap().decided, decided);
    disk.set(WORKS);
    until("a rotation", || sink.state().rotated > 0).await;
    until("a rotation in good health", || sink.state().rotation_failing.is_none()).await;
    assert_eq!(store.find(decided.id).unwrap().decided, decided);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn closing_on_a_failing_disk_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Faulty::new();
    disk.set(FULL);
    let (sink, _store) = Evidence::open(folder.path(), options(&disk)).unwrap();
    sink.record(&Day::new(3, 20, 10_000, 0).next().0).unwrap();
    let error = sink.close().await.unwrap_err();
    assert!(error.to_string().contains("No space left"), "{error}");
}
