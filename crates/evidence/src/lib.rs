//! The evidence: every decision with exactly what it read, kept so that it can be asked again.
//!
//! Records go into a bounded queue, from there in groups into a write-ahead file, and from full files into Parquet,
//! one partition a day, which any engine can read without us (`docs/evidence.md` has the columns).
//!
//! This room knows the shape of records and how they are kept. It must not know policies, live state, who decides,
//! or what a decision means; and it never reads a clock: days come from the records, and ages of files from a
//! stopwatch.

mod accesses;
mod anchors;
mod cells;
mod codec;
mod columns;
mod covers;
mod day;
mod digest;
mod disk;
mod elsewhere;
mod examine;
mod frame;
mod lake;
mod lease;
pub mod ocsf;
mod query;
mod queue;
mod record;
mod rotate;
mod seal;
mod segment;
mod sink;
mod store;
mod sweep;
mod tail;
mod upkeep;
mod verify;
mod writer;

#[cfg(test)]
mod tests;

pub use accesses::{Access, Accesses, Reasons};
pub use anchors::{Anchors, KnownFile, NotAnchored, SealedFile, Unanchored};
pub use disk::{Disk, DiskFile, DiskSpace, LocalDisk};
pub use elsewhere::{Away, Elsewhere, Fetched, Unfetched};
pub use examine::{Examined, examine_segment};
pub use query::{Listing, Query, Skipped};
pub use record::{
    Authentication, Cause, Completed, CutText, Decided, DeviceEvidence, Effect, Ended, Folded, FoldedOver,
    Place, Row, UnknownWord,
};
pub use sink::{Full, Health, NotDurable, Sink, State};
pub use store::{
    DecisionLookup, Everywhere, FileSet, Lent, Scan, Store, completed_batch, completed_columns,
    decisions_batch, decisions_schema,
};
pub use sweep::{Bytes, Sweep};
pub use upkeep::{Tending, UpkeepError, Upkept, UpkeptDay};
pub use verify::{Fault, Finding, Going, Unknown, Verified};

use queue::{Length, Queue};
use rotate::Rotator;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;
use store::StoreSettings;
use tokio::sync::watch;
use writer::Writer;

/// How to keep records. The defaults are for one gate on one machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Most bytes of records that wait for the disk; beyond it, records are refused. Default 32 MiB.
    pub backlog_bytes: usize,
    /// A record that nobody waits for is durable after at most this long. Default 200 ms.
    pub sync_every: Duration,
    /// Sync when so many records are not synced. Default 4,096.
    pub sync_records: usize,
    /// How long records that nobody waits for gather before they are written together. Default 5 ms.
    pub linger: Duration,
    /// A segment of at least so many bytes becomes Parquet. Default 32 MiB.
    pub segment_bytes: u64,
    /// A segment this old becomes Parquet. Default one hour.
    pub segment_age: Duration,
    /// The first pause before a failing disk is tried again; it doubles up to 2 s. Default 100 ms.
    pub retry: Duration,
    /// Where files are created.
    pub disk: Arc<dyn Disk>,
    /// Where it is kept which files there must be. Default: nowhere.
    pub anchors: Arc<dyn Anchors>,
    /// For how long records are kept; none: for ever, which is the default.
    pub keep: Option<Duration>,
    /// Bytes of the disk that are kept for records of people who are signed in. Default 256 MiB.
    pub reserve: u64,
    /// Who has copies of files that are not in this folder. Default: nobody.
    pub elsewhere: Option<Arc<dyn Elsewhere>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            backlog_bytes: 32 << 20,
            sync_every: Duration::from_millis(200),
            sync_records: 4_096,
            linger: Duration::from_millis(5),
            segment_bytes: 32 << 20,
            segment_age: Duration::from_secs(3_600),
            retry: Duration::from_millis(100),
            disk: Arc::new(LocalDisk),
            anchors: Arc::new(Unanchored),
            keep: None,
            reserve: 256 << 20,
            elsewhere: None,
        }
    }
}

/// Why the evidence could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{} is in use by another process: stop that one, or give this one a folder of its own", .0.display())]
    InUse(PathBuf),
    /// The folder cannot be used.
    #[error("{} cannot be used for evidence: {source}; it must be a folder that this user may write", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The evidence of one folder.
#[derive(Debug, Clone, Copy)]
pub enum Evidence {}

impl Evidence {
    /// Opens the evidence in `folder`, which is made when it is missing and closed to other users. Segments that an
    /// earlier process left are turned into Parquet in the background, and are readable meanwhile.
    ///
    /// # Errors
    /// When another process has the folder open, or it cannot be used.
    pub fn open(folder: impl AsRef<Path>, options: Options) -> Result<(Sink, Store), OpenError> {
        let folder = folder.as_ref().to_owned();
        let failed = |source| OpenError::Folder { folder: folder.clone(), source };
        disk::private_folder(&folder).map_err(failed)?;
        let lock = lock(&folder)?;
        rotate::remove_unfinished(&folder).map_err(failed)?;
        let left = segment::list(&folder).map_err(failed)?;

        let queue = Arc::new(Queue::new(options.backlog_bytes));
        queue.set_space(DiskSpace::of(options.disk.free(&folder), options.reserve));
        let account = Arc::clone(&options.anchors);
        let kept = StoreSettings {
            account: Arc::clone(&account),
            disk: Arc::clone(&options.disk),
            keep: options.keep,
            elsewhere: options.elsewhere.clone(),
            behind: Vec::new(),
        };
        let store = Store::new(folder.clone(), Arc::clone(&queue), kept);
        store.settle().map_err(failed)?;
        let (ended, ending) = watch::channel(None);
        let (full, arriving) = mpsc::channel();
        for path in left {
            queue.note_segment(&path, Length::Found(path.metadata().map_or(0, |about| about.len())));
            drop(full.send(path));
        }
        let rotator = {
            let (folder, disk, queue) = (folder.clone(), Arc::clone(&options.disk), Arc::clone(&queue));
            let (account, retry) = (Arc::clone(&account), options.retry * 10);
            let run = move || {
                let rotator = Rotator { folder: &folder, disk: &*disk, queue: &queue, account: &*account };
                rotate::run(&rotator, retry, &arriving);
            };
            thread::Builder::new().name("evidence-rotate".to_owned()).spawn(run).map_err(failed)?
        };
        let writer = Writer::new(Arc::clone(&queue), folder.clone(), options, full);
        let shared = Arc::clone(&queue);
        let run = move || {
            let result = writer.run();
            shared.finish();
            // The writer was the last to send segments, so the rotator ends when it has tried them all.
            drop(rotator.join());
            drop(lock);
            ended.send_replace(Some(result.map_err(Into::into)));
        };
        thread::Builder::new().name("evidence-write".to_owned()).spawn(run).map_err(failed)?;
        Ok((Sink::new(queue, ending), store))
    }
}

/// Two writers in one folder would rotate each other's segments away.
fn lock(folder: &Path) -> Result<File, OpenError> {
    let failed = |source| OpenError::Folder { folder: folder.to_owned(), source };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(folder.join("lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
