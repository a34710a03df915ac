//! The source from which a query reads the journal.

use countersign_names::Timestamp;
use futures_util::future::BoxFuture;
use std::fmt::Debug;

/// A pending read of journal entries.
pub type Reading = BoxFuture<'static, Result<Vec<Entry>, String>>;

/// A pending read of a world, as the bytes of its checkpoint.
pub type ReadingWorld = BoxFuture<'static, Option<Vec<u8>>>;

/// A source of facts, read in order.
pub trait Facts: Debug + Send + Sync {
    /// Reads at most `limit` entries after sequence `after`; returns none if there are no more, or the reason if they
    /// cannot be read.
    fn read(&self, after: u64, limit: usize) -> Reading;

    /// Returns the newest stored world whose facts are all older than `before`, as the bytes of its checkpoint, so that
    /// later facts need not be folded from the first one; `None` if there is none.
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
    /// The fact, as the bytes in the journal's hash chain.
    pub payload: Vec<u8>,
}
