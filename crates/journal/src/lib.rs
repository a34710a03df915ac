//! The journal: one ordered, hash-chained, append-only record, on SQLite or PostgreSQL.
//!
//! This room knows sequence numbers, hashes, durability and waking up. It must not know what a fact means: a
//! payload is opaque bytes. Nor does it read a clock of its own or decide whether an entry should be appended; it decides
//! only whether the head is still the one that the caller looked at.
//!
//! # What is promised
//!
//! - **Conditional.** [`Journal::append`] names the head that the caller checked its command against, and fails
//!   with [`AppendError::Conflict`] if the journal has moved since. Of two racing appends exactly one gets in.
//! - **Total order without gaps.** Sequence numbers are 1, 2, 3, … and an entry can be read only when all before it
//!   can.
//! - **Durable.** When `append` returns, the entries are on disk (SQLite: write-ahead log, `synchronous=FULL`;
//!   PostgreSQL: `fsync` is on and the session does not commit asynchronously, both checked when it is opened).
//! - **All or nothing.** A batch is one transaction.
//! - **Push.** A [`Follower`] is woken when something was appended, by this process or, on PostgreSQL, by any.
//!
//! # What the chain proves, and what it cannot
//!
//! Each hash covers everything before it, so [`Journal::verify`] finds any entry that was altered, removed or
//! reordered, and names the first. Two things it cannot find alone: somebody who removes the *last* entries leaves a
//! shorter chain that is whole, and somebody who may write the store can compute the chain anew from any point.
//! Against both helps a [`Head`] kept somewhere else, an anchor: give it to [`Journal::verify_against`].
//!
//! # Archive
//!
//! Entries that somebody copied into an archive can leave the store ([`Journal::prune`]). Who has them is told to the journal
//! ([`Journal::reads_archive`]), which then reads and verifies them as if they were still in the store.
//!
//! # Group commit
//!
//! A commit costs a flush of the disk whether it holds one entry or a hundred. The caller gathers the commands that
//! wait, checks each against the world after the one before it, and appends them as one batch.

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

/// A journal that is open. Clones are handles to the same one.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    store: Store,
    signals: Signals,
    access: Access,
    /// Who has the entries that left the store, once that is known.
    archive: OnceLock<Arc<dyn Archive>>,
    /// The first entry of the store, when that was last seen to be another than the journal's; before that 0.
    store_begins: AtomicU64,
    /// What keeps the signals true when entries come from elsewhere; ends with the journal.
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
    /// Appends the payloads after `expected`, as one durable step, and returns them with their places.
    ///
    /// Once begun, an append runs to its end even if the caller stops waiting for it.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] when the head is not `expected` (any more): nothing was appended; look at what
    /// came, and decide anew. [`AppendError::Refused`] for a batch that no journal takes. After
    /// [`AppendError::Store`] **it is not known whether the entries were appended**: asking again with the same
    /// `expected` and payloads is safe, since what was appended already answers with a conflict whose head is that of
    /// [`Batch::head`] or after it.
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

    /// The last entry's place and hash; [`Head::GENESIS`] when there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn head(&self) -> Result<Head, StoreError> {
        self.0.store.head().await
    }

    /// What the store's own clock says, in microseconds since 1970. None where it has none but this machine's.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn clock(&self) -> Result<Option<i64>, StoreError> {
        self.0.store.clock().await
    }

    /// The entries after `after`, in order: at most `limit`, and fewer once they hold 16 MiB. None means that there
    /// are none; a short page does not mean that it was the last.
    ///
    /// It is checked that no entry is missing, but not that each hash is right: [`Journal::read_chained`] does.
    ///
    /// # Errors
    /// When the store does not answer, or holds what no journal holds.
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

    /// As [`Journal::read`], but each entry must continue the chain that `after` ends. Who builds a world from the
    /// journal reads it thus: then no altered entry is ever believed.
    ///
    /// # Errors
    /// As [`Journal::read`]; and [`ReadError::Broken`] where an entry does not follow from those before it.
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

    /// Somebody who wants to be woken when something is appended.
    pub fn follow(&self) -> Follower {
        Follower::new(self.clone(), self.0.signals.subscribe())
    }

    /// Whether the link to the store was there when it was last looked at. It says nothing about how new what was read is:
    /// for that, ask for the [`Journal::head`] and compare. Always true for a SQLite file that this process has open for
    /// appending.
    pub fn connected(&self) -> bool {
        self.0.signals.connected()
    }

    /// Whether nobody else can append for as long as this handle is open: a SQLite file, opened for appending.
    pub fn is_sole_appender(&self) -> bool {
        matches!(self.0.store, Store::Sqlite(_)) && self.0.access == Access::Append
    }

    /// Ends the connections and lets go of the file. Appends that have begun are finished first; every follower is
    /// told.
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
