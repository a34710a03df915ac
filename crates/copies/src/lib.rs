//! Copies of the records in a bucket, so that a lost disk loses no history and one process can read what all have
//! recorded.
//!
//! The bucket must hold the files that the journal lists as anchored, and a download counts only if its digest is the
//! one in the journal. So the bucket is not trusted: an attacker who can write to it can remove copies, which is
//! detected, but cannot change the past. No decision ever waits for it; an unreachable store only delays copies.
//!
//! The order is always: the file exists here, it is anchored, it is copied. A compacted file is copied first, and the
//! files that it replaces are removed some time after that.
//!
//! This room must not know policies, who asks, or the protocols of stores.

mod cache;
mod head;
mod keep;
mod kinds;
mod place;
mod read;
mod state;
mod verify;

pub use kinds::KindCopies;
pub use place::is_plain;
pub use state::{CopyProblem, Left, State};
pub use verify::{Compared, Going};

use cache::Cache;
use countersign_bucket::{Bucket, BucketError};
use countersign_evidence::Decisions;
use countersign_lake::{KindFiles, RecordKind as _};
use countersign_ledger::Ledger;
use keep::Tour;
use parking_lot::Mutex;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// The timing of copying. The defaults suit an installation; tests use shorter times.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long replaced files stay beside the compacted file, for their readers.
    pub grace: Duration,
    /// The interval between listings of the bucket.
    pub relist: Duration,
    /// The interval between checks for work without a change of the world.
    pub every: Duration,
    /// The first back-off after a failure; it doubles up to `longest`.
    pub retry: Duration,
    /// The maximum back-off after a failure.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(15 * 60),
            relist: Duration::from_secs(3_600),
            every: Duration::from_secs(30),
            retry: Duration::from_secs(1),
            longest: Duration::from_secs(60),
        }
    }
}

/// The copies that one process makes, and those of all processes that it reads. Clones share the same state.
#[derive(Clone)]
pub struct Copies(Arc<Inner>);

struct Inner {
    bucket: Bucket,
    ledger: Ledger,
    /// The name of the process in the journal and in the bucket.
    gate: String,
    /// The kinds of records whose files are copied.
    kinds: Vec<KindFiles>,
    pace: Pace,
    cache: Cache,
    /// The runtime that executes requests to the bucket.
    runtime: Handle,
    tour: Mutex<Tour>,
    /// The lock of downloads: one at a time, so that the same file is not downloaded twice.
    fetching: Mutex<()>,
    /// When the store was last unreachable, and the message.
    away: Mutex<Option<(Instant, String)>>,
}

impl std::fmt::Debug for Copies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copies")
            .field("bucket", &self.0.bucket)
            .field("gate", &self.0.gate)
            .finish_non_exhaustive()
    }
}

impl Copies {
    /// Creates the copies of the decisions of the process `gate`, on the current runtime. Downloads are cached in the
    /// folder of `cache`, which is emptied, up to about that many bytes.
    ///
    /// # Errors
    /// If the folder is not usable.
    pub fn new(
        bucket: Bucket,
        ledger: Ledger,
        gate: String,
        cache: (&Path, u64),
        pace: Pace,
    ) -> io::Result<Self> {
        Self::of_kinds(bucket, ledger, (gate, vec![Decisions::FILES]), cache, pace)
    }

    /// As [`new`](Self::new), for these kinds of records.
    ///
    /// # Errors
    /// If the folder is not usable.
    pub fn of_kinds(
        bucket: Bucket,
        ledger: Ledger,
        (gate, kinds): (String, Vec<KindFiles>),
        (folder, most): (&Path, u64),
        pace: Pace,
    ) -> io::Result<Self> {
        let cache = Cache::open(folder, most)?;
        Ok(Self(Arc::new(Inner {
            bucket,
            ledger,
            gate,
            kinds,
            pace,
            cache,
            runtime: Handle::current(),
            tour: Mutex::default(),
            fetching: Mutex::default(),
            away: Mutex::default(),
        })))
    }

    /// Returns the path in the bucket of a file of a process.
    fn path(process: &str, file: &str) -> String {
        format!("{process}/{file}")
    }
}

/// Returns the error message with its remedy.
fn told(error: &BucketError) -> String {
    format!("{error}; {}", error.remedy())
}
