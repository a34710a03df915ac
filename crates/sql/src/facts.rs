//! Where a question reads the journal.

use futures_util::future::BoxFuture;
use std::fmt::Debug;

/// What is being read of the journal.
pub type Reading = BoxFuture<'static, Result<Vec<Entry>, String>>;

/// Where facts can be read again, in order.
pub trait Facts: Debug + Send + Sync {
    /// The entries after the one of sequence `after`, the first at most `limit` of them; none when there are no more, and
    /// why where they cannot be read.
    fn read(&self, after: u64, limit: usize) -> Reading;
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its sequence.
    pub sequence: u64,
    /// The fact, as the bytes that the journal chains.
    pub payload: Vec<u8>,
}
