//! The journal: one ordered, hash-chained, append-only record, on SQLite or PostgreSQL.
//!
//! This room knows sequence numbers, hashes, durability and notification. It must not know the meaning of a fact: a
//! payload is opaque bytes. It has no clock of its own and does not decide whether an entry should be appended; it only
//! checks whether the head is still the one that the caller read.
//!
//! # Guarantees
//!
//! - **Conditional.** [`Journal::append`] names the head that the caller checked its command against, and fails with
//!   [`AppendError::Conflict`] if the head has changed since. Of two racing appends exactly one succeeds.
//! - **Total order without gaps.** Sequence numbers are 1, 2, 3, … and an entry can be read only if all entries before
//!   it can.
//! - **Durable.** When `append` returns, the entries are on disk (SQLite: write-ahead log and
//!   `synchronous=FULL`, both checked at opening; PostgreSQL: `fsync` is on, which is checked at opening, and each
//!   session turns asynchronous commits off).
//! - **All or nothing.** A batch is one transaction.
//! - **Push.** A [`Follower`] is woken when something was appended, by this process or, on PostgreSQL, by any process.
//!
//! # What the chain proves, and what it cannot
//!
//! Each hash covers everything before it, so [`Journal::verify`] finds any entry that was altered, removed or
//! reordered, and names the first. It cannot find two things alone: an attacker who removes the *last* entries leaves a
//! shorter, valid chain, and an attacker who can write the store can compute the chain anew from any point. A [`Head`]
//! that is stored elsewhere, an anchor, reveals both: pass it to [`Journal::verify_against`].
//!
//! # Archive
//!
//! Entries that were copied into an archive can be deleted from the store ([`Journal::prune`]).
//! [`Journal::reads_archive`] sets the source of these entries. The journal then reads and verifies them as if they
//! were still in the store.
//!
//! # Group commit
//!
//! A commit costs one flush of the disk, whether it holds one entry or a hundred. The caller collects the waiting
//! commands, checks each against the world after the one before it, and appends them as one batch.

mod archive;
pub mod chain;
mod error;
mod follow;
mod open;
mod postgres;
mod sqlite;
mod store;
mod verify;

pub use archive::{Archive, ArchiveError, PruneError};
pub use chain::{
    Batch, BatchError, Entry, EntryHash, Fault, Head, MAX_BATCH_BYTES, MAX_PAYLOAD_BYTES, Seq, StoredEntry,
};
pub use error::{AppendError, OpenError, ReadError, StoreError};
pub use follow::{Follower, Wake};
pub use open::{Access, PostgresOptions};
pub use verify::{Broken, Verified, VerifyError};

use follow::Signals;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use store::{Inserted, Store};
use tracing::Instrument as _;

/// An open journal. Clones share the same connections.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    store: Store,
    signals: Signals,
    access: Access,
    /// The source of the entries that left the store, once it is set.
    archive: OnceLock<Arc<dyn Archive>>,
    /// The first sequence number in the store, if it was last seen to be greater than 1; otherwise 0.
    store_begins: AtomicU64,
    /// The task that keeps the signals up to date if other processes append; it ends with the journal.
    watcher: Option<tokio::task::AbortHandle>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(watcher) = &self.watcher {
            watcher.abort();
        }
    }
}

impl Journal {
    /// Appends the payloads after `expected`, as one durable step, and returns the entries.
    ///
    /// Once started, an append completes even if the caller stops waiting for it.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] if the head is not `expected` (any more): nothing was appended; read the new entries,
    /// and decide again. [`AppendError::Refused`] if the batch is invalid. After [`AppendError::Store`] **it is unknown
    /// whether the entries were appended**. Repeating the call with the same `expected` and payloads is safe: if the
    /// entries were appended already, it returns a conflict whose head is [`Batch::head`] or later.
    pub async fn append(&self, expected: Head, payloads: Vec<Vec<u8>>) -> Result<Vec<Entry>, AppendError> {
        let batch = Batch::new(expected, payloads)?;
        if self.0.access == Access::Read {
            return Err(AppendError::ReadOnly);
        }
        let journal = self.clone();
        let running = async move { journal.insert(batch).await }.in_current_span();
        tokio::spawn(running).await.map_err(|e| StoreError::new("appending", e))?
    }

    async fn insert(&self, batch: Batch) -> Result<Vec<Entry>, AppendError> {
        match self.0.store.insert(&batch).await? {
            Inserted::Yes => {
                self.0.signals.appended(batch.head().seq);
                Ok(batch.into_entries())
            }
            Inserted::HeadWas(head) => Err(AppendError::Conflict { head }),
        }
    }

    /// Returns the last entry's place and hash; [`Head::GENESIS`] if the journal is empty.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn head(&self) -> Result<Head, StoreError> {
        self.0.store.head().await
    }

    /// Returns the time of the store's own clock, in microseconds since 1970; `None` if the store uses this machine's
    /// clock.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn clock(&self) -> Result<Option<i64>, StoreError> {
        self.0.store.clock().await
    }

    /// Returns the entries after `after`, in order: at most `limit`, and fewer once they hold 16 MiB. An empty page
    /// means that there are no more; a short page does not.
    ///
    /// Checks that no entry is missing, but not that each hash is right: [`Journal::read_chained`] does.
    ///
    /// # Errors
    /// If the store does not answer, or its data is not a valid journal.
    pub async fn read(&self, after: Seq, limit: u32) -> Result<Vec<Entry>, ReadError> {
        let mut last = after;
        let mut entries = Vec::new();
        for stored in self.page(after, limit, MAX_BATCH_BYTES).await?.entries {
            let entry = stored.placed_after(last).map_err(|fault| Broken::after(last, fault))?;
            last = entry.seq;
            entries.push(entry);
        }
        Ok(entries)
    }

    /// As [`Journal::read`], but each entry must continue the chain that ends in `after`. A caller that builds a world
    /// from the journal must use this, so that no altered entry is ever accepted.
    ///
    /// # Errors
    /// Those of [`Journal::read`], and [`ReadError::Broken`] if an entry does not follow from those before it.
    pub async fn read_chained(&self, after: Head, limit: u32) -> Result<Vec<Entry>, ReadError> {
        let mut last = after;
        let mut entries = Vec::new();
        for stored in self.page(after.seq, limit, MAX_BATCH_BYTES).await?.entries {
            let entry = stored.chained_after(last).map_err(|fault| Broken::after(last.seq, fault))?;
            last = entry.head();
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Returns a follower, which is woken when something was appended.
    pub fn follow(&self) -> Follower {
        Follower::new(self.clone(), self.0.signals.subscribe())
    }

    /// Returns whether the store was reachable at the last check. This does not tell how recent the entries are that
    /// were read: for that, query [`Journal::head`] and compare. Always true for a SQLite file that this process has
    /// open for appending.
    pub fn connected(&self) -> bool {
        self.0.signals.connected()
    }

    /// Returns whether no other process can append while this handle is open: a SQLite file, opened for appending.
    pub fn is_sole_appender(&self) -> bool {
        matches!(self.0.store, Store::Sqlite(_)) && self.0.access == Access::Append
    }

    /// Closes the connections and releases the file. Appends in progress complete first; every follower is notified.
    pub async fn close(&self) {
        if let Some(watcher) = &self.0.watcher {
            watcher.abort();
        }
        self.0.signals.closed();
        self.0.store.close().await;
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("store", &self.0.store.name())
            .field("access", &self.0.access)
            .finish()
    }
}
