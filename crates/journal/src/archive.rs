//! Entries that were moved out of the store into archive files are read as if they were still in the store. Also
//! deletes archived entries from the store.
//!
//! This room does not know the format of archive files. It reads entries through a trait, and trusts them as little as
//! it trusts the store: each must continue the chain.

use crate::chain::{Fault, Head, Seq, StoredEntry};
use crate::error::StoreError;
use crate::verify::Broken;
use crate::{Access, Journal, ReadError};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::task::spawn_blocking;

/// A source of the entries that left the store.
pub trait Archive: Send + Sync {
    /// Returns the entries after `after`, in order: at most `limit`, and fewer once they hold `bytes` of payload. Empty
    /// if no file holds the next entry. May block.
    ///
    /// # Errors
    /// If a file should hold the entry and cannot be read, or is not the file that was written.
    fn page(&self, after: Seq, limit: u32, bytes: usize) -> Result<Vec<StoredEntry>, ArchiveError>;
}

/// Why entries could not be read from an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file is unavailable: try again later.
    #[error("{0}")]
    Away(String),
    /// The file is not the one that was written: trying again will not help.
    #[error("{0}")]
    Altered(String),
}

/// Why entries were not deleted from the store. Entries that were deleted before the error are in the archive.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    /// The entry is the journal's last, or comes after it.
    #[error(
        "entry {0} is the last of the journal or comes after it: the last entry always stays in the store"
    )]
    Last(Seq),
    /// The store has another entry at this place than the one that was archived.
    #[error("the store's entry {} is not the one that was archived", .0.seq)]
    Differs(Head),
    /// This handle was opened for reading.
    #[error("the journal was opened for reading only")]
    ReadOnly,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A page, and whether its entries came from the store or from the archive.
pub(crate) struct SourcedPage {
    pub(crate) entries: Vec<StoredEntry>,
    pub(crate) from_store: bool,
}

impl Journal {
    /// Sets the source of the entries that left the store. Only the first call has an effect.
    pub fn reads_archive(&self, archive: Arc<dyn Archive>) {
        let _already_known = self.0.archive.set(archive);
    }

    /// Returns the entries after a place: from the store, or from the archive if the store starts later.
    pub(crate) async fn page(&self, after: Seq, limit: u32, bytes: usize) -> Result<SourcedPage, ReadError> {
        // If the store is known to start later, skip a useless query for each page of the archive.
        if after.next().0 < self.0.store_begins.load(Ordering::Relaxed)
            && let Some(entries) = self.archived(after, limit, bytes).await?
        {
            return Ok(SourcedPage { entries, from_store: false });
        }
        let stored = self.0.store.page(after, limit, bytes).await?;
        // The last entry never leaves the store: if the store has nothing more, the journal has nothing more.
        let first = stored.first().and_then(|first| u64::try_from(first.seq).ok());
        if let Some(first) = first.filter(|first| Seq(*first) > after.next())
            && let Some(entries) = self.archived(after, limit, bytes).await?
        {
            self.0.store_begins.store(first, Ordering::Relaxed);
            return Ok(SourcedPage { entries, from_store: false });
        }
        Ok(SourcedPage { entries: stored, from_store: true })
    }

    /// Returns the archive's entries after a place; `None` if it does not have the next one.
    async fn archived(
        &self,
        after: Seq,
        limit: u32,
        bytes: usize,
    ) -> Result<Option<Vec<StoredEntry>>, ReadError> {
        let Some(archive) = self.0.archive.get().cloned() else { return Ok(None) };
        let reading = spawn_blocking(move || archive.page(after, limit, bytes)).await;
        match reading.map_err(|error| StoreError::new("reading an archive", error))? {
            Ok(entries) => Ok(Some(entries).filter(|entries| !entries.is_empty())),
            Err(ArchiveError::Away(why)) => Err(StoreError::new("reading an archive", why).into()),
            Err(ArchiveError::Altered(why)) => Err(Broken::after(after, Fault::Archive { why }).into()),
        }
    }

    /// Deletes the entries up to and including `until` from the store, a few thousand at a time. The caller must have
    /// checked that an archive holds them. `progress` receives the number deleted so far. The deletion can be
    /// interrupted and repeated.
    ///
    /// # Errors
    /// If `until` is not an entry of this journal before its last, or the store does not answer.
    pub async fn prune(&self, until: Head, mut progress: impl FnMut(u64) + Send) -> Result<u64, PruneError> {
        if self.0.access == Access::Read {
            return Err(PruneError::ReadOnly);
        }
        if until.seq >= self.0.store.head().await?.seq {
            return Err(PruneError::Last(until.seq));
        }
        let before = Seq(until.seq.0.saturating_sub(1));
        let stands = self.0.store.page(before, 1, 1).await?.into_iter().next();
        match stands.map(|entry| entry.placed_after(before)) {
            Some(Ok(entry)) if entry.head() == until => self.0.store.set_archived(until).await?,
            // The entry is already deleted: then its archiving was noted before, and the remaining earlier entries can
            // be deleted.
            Some(Err(Fault::Missing { .. })) if self.0.store.archived().await? >= until.seq => {}
            _ => return Err(PruneError::Differs(until)),
        }
        let mut deleted = 0;
        loop {
            match self.0.store.delete_some(until.seq).await? {
                0 => return Ok(deleted),
                some => deleted += some,
            }
            progress(deleted);
        }
    }
}
