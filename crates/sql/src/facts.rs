//! Where a question reads the journal.

use countersign_names::Timestamp;
use futures_util::future::BoxFuture;
use std::fmt::Debug;

/// What is being read of the journal.
pub type Reading = BoxFuture<'static, Result<Vec<Entry>, String>>;

/// A world that is being read, as the bytes of its checkpoint.
pub type ReadingWorld = BoxFuture<'static, Option<Vec<u8>>>;

/// Where facts can be read again, in order.
pub trait Facts: Debug + Send + Sync {
    /// The entries after the one of sequence `after`, the first at most `limit` of them; none when there are no more, and
    /// why where they cannot be read.
    fn read(&self, after: u64, limit: usize) -> Reading;

    /// The newest world of which every fact is older than a moment, as the bytes of its checkpoint, so that what comes after need not be
    /// folded from the first fact; none when there is none.
    fn earlier_world(&self, before: Timestamp) -> ReadingWorld {
        let _ = before;
        Box::pin(async { None })
    }
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its sequence.
    pub sequence: u64,
    /// The fact, as the bytes that the journal chains.
    pub payload: Vec<u8>,
}
