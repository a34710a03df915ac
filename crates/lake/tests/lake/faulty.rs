//! A disk whose faults a test chooses.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_lake::{Disk, DiskFile, LocalDisk};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};

/// What is wrong with a disk.
#[derive(Debug, Default)]
pub struct DiskFaults {
    /// No file can be created or written.
    pub is_full: AtomicBool,
    /// No sync succeeds.
    pub cannot_sync: AtomicBool,
    /// Only Parquet has no room.
    pub no_parquet: AtomicBool,
    /// Bytes that the disk has room for although it is full: a write is torn.
    pub room: AtomicU64,
    /// The number of syncs that were tried.
    pub syncs: AtomicU64,
    /// The free bytes that the disk reports; zero for unknown.
    pub free: AtomicU64,
    held: Mutex<bool>,
    released: Condvar,
}

impl DiskFaults {
    /// Holds every write until [`release`](Self::release).
    pub fn hold(&self) {
        *self.held.lock().unwrap() = true;
    }

    pub fn release(&self) {
        *self.held.lock().unwrap() = false;
        self.released.notify_all();
    }

    fn wait(&self) {
        let mut held = self.held.lock().unwrap();
        while *held {
            held = self.released.wait(held).unwrap();
        }
    }
}

/// The disk of this machine with these faults.
#[derive(Debug)]
pub struct FaultyLocalDisk(pub Arc<DiskFaults>);

struct FaultyLocalFile {
    file: Box<dyn DiskFile>,
    faults: Arc<DiskFaults>,
    is_parquet: bool,
}

fn no_space() -> io::Error {
    io::Error::from_raw_os_error(28)
}

impl FaultyLocalFile {
    fn has_room(&self) -> bool {
        !(self.faults.is_full.load(SeqCst) || (self.is_parquet && self.faults.no_parquet.load(SeqCst)))
    }
}

impl Disk for FaultyLocalDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let is_parquet =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".unfinished-"));
        let file = FaultyLocalFile { file: LocalDisk.create(path)?, faults: Arc::clone(&self.0), is_parquet };
        Ok(Box::new(file))
    }

    fn free(&self, _: &Path) -> Option<u64> {
        Some(self.0.free.load(SeqCst)).filter(|free| *free > 0)
    }
}

impl Write for FaultyLocalFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.faults.wait();
        if self.has_room() {
            return self.file.write(bytes);
        }
        let room = usize::try_from(self.faults.room.load(SeqCst)).unwrap().min(bytes.len());
        if room == 0 {
            return Err(no_space());
        }
        let written = self.file.write(bytes.get(..room).unwrap_or_default())?;
        self.faults.room.fetch_sub(written as u64, SeqCst);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for FaultyLocalFile {
    fn sync(&mut self) -> io::Result<()> {
        self.faults.syncs.fetch_add(1, SeqCst);
        if self.faults.cannot_sync.load(SeqCst) {
            return Err(io::Error::from_raw_os_error(5));
        }
        self.file.sync()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.cut(length)
    }
}
