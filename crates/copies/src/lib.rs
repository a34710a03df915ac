//! Copies of the records in a bucket, so that a lost disk loses no history and one process reads what all recorded.
//!
//! What must be in the bucket is what the journal says was anchored, and what is read from it counts only if its digest is
//! the one in the journal. So the bucket is believed nothing: whoever can write to it can take copies away, which is found,
//! and cannot put words into the past. It is never waited for by anybody who decides: a store that is away delays copies.
//!
//! The order is always: the file is here, it is anchored, it is copied; the file that stands in its place is copied, and only
//! some time after that what it stands for is removed.
//!
//! This room must not know policies, who asks, or how a store is spoken to.

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

/// How copies are kept. The defaults are for an installation; tests are in more of a hurry.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long what was compacted stays beside the file that stands in its place, for those who read it.
    pub grace: Duration,
    /// How often it is looked what the bucket really holds.
    pub relist: Duration,
    /// How often it is looked for what is to be copied, when nothing says so.
    pub every: Duration,
    /// The first pause after a failure; it doubles up to the longest.
    pub retry: Duration,
    /// The longest pause after a failure.
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

/// The copies that one process makes, and all that it reads. Clones are handles to the same.
#[derive(Clone)]
pub struct Copies(Arc<Inner>);

struct Inner {
    bucket: Bucket,
    ledger: Ledger,
    /// The process, as it is called in the journal and in the bucket.
    gate: String,
    /// The kinds of records whose files are copied.
    kinds: Vec<KindFiles>,
    pace: Pace,
    cache: Cache,
    /// Where the bucket is spoken to from.
    runtime: Handle,
    tour: Mutex<Tour>,
    /// Held by whoever fetches: one at a time, so that the same file is not fetched twice.
    fetching: Mutex<()>,
    /// When the store was last found to be away, and what was said.
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
    /// The copies of the decisions of the process `gate`, made on the runtime on which this is called. What is fetched lies in
    /// `folder`, which is emptied, up to about `most` bytes.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn new(
        bucket: Bucket,
        ledger: Ledger,
        gate: String,
        cache: (&Path, u64),
        pace: Pace,
    ) -> io::Result<Self> {
        Self::of_kinds(bucket, ledger, (gate, vec![Decisions::FILES]), cache, pace)
    }

    /// As [`new`](Self::new), of these kinds of records.
    ///
    /// # Errors
    /// When the folder cannot be used.
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

    /// The path in the bucket of a file of a process.
    fn path(process: &str, file: &str) -> String {
        format!("{process}/{file}")
    }
}

/// What is wrong, with what to do about it.
fn told(error: &BucketError) -> String {
    format!("{error}; {}", error.remedy())
}
