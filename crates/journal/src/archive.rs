//! Entries that were moved out of the store into archive files, read as if they were still there, and how they leave the store.
//!
//! This room does not know what an archive file is. It knows that somebody has the entries, and believes them as little as it
//! believes the store: each must continue the chain.

use crate::chain::{Fault, Head, Seq, StoredEntry};
use crate::error::StoreError;
use crate::verify::Broken;
use crate::{Access, Journal, ReadError};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::task::spawn_blocking;

/// Who has the entries that left the store.
pub trait Archive: Send + Sync {
    /// The entries after `after`, in order: at most `limit`, and fewer once they hold `bytes` of payload. None when no file holds the
    /// next entry. May block.
    ///
    /// # Errors
    /// When a file should hold it and cannot be read, or is not the file that was written.
    fn page(&self, after: Seq, limit: u32, bytes: usize) -> Result<Vec<StoredEntry>, ArchiveError>;
}

/// Why entries were not read from an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file is out of reach: try again later.
    #[error("{0}")]
    Away(String),
    /// The file is not the one that was written: trying again will not help.
    #[error("{0}")]
    Altered(String),
}

/// Why entries were not deleted from the store. Those that were deleted before that are in the archive.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    /// The entry is the journal's last, or comes after it.
    #[error(
        "entry {0} is the last of the journal or comes after it: the last entry always stays in the store"
    )]
    Last(Seq),
    /// The store has another entry there than the one that was archived.
    #[error("the store's entry {} is not the one that was archived", .0.seq)]
    Differs(Head),
    /// This handle was opened for reading.
    #[error("the journal was opened for reading only")]
    ReadOnly,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A page, and how many of its entries the store gave: all of them, or none when they came from the archive.
pub(crate) struct SourcedPage {
    pub(crate) entries: Vec<StoredEntry>,
    pub(crate) from_store: bool,
}

impl Journal {
    /// Takes note of who has the entries that left the store. Only the first time counts.
    pub fn reads_archive(&self, archive: Arc<dyn Archive>) {
        let _already_known = self.0.archive.set(archive);
    }

    /// The entries after a place: the store's, or the archive's where the store begins later.
    pub(crate) async fn page(&self, after: Seq, limit: u32, bytes: usize) -> Result<SourcedPage, ReadError> {
        // Where the store is known to begin later, it is not asked in vain for each page of the archive.
        if after.next().0 < self.0.store_begins.load(Ordering::Relaxed)
            && let Some(entries) = self.archived(after, limit, bytes).await?
        {
            return Ok(SourcedPage { entries, from_store: false });
        }
        let stored = self.0.store.page(after, limit, bytes).await?;
        // The last entry never leaves the store: where it has nothing more, there is nothing more.
        let first = stored.first().and_then(|first| u64::try_from(first.seq).ok());
        if let Some(first) = first.filter(|first| Seq(*first) > after.next())
            && let Some(entries) = self.archived(after, limit, bytes).await?
        {
            self.0.store_begins.store(first, Ordering::Relaxed);
            return Ok(SourcedPage { entries, from_store: false });
        }
        Ok(SourcedPage { entries: stored, from_store: true })
    }

    /// The archive's entries after a place; none when it has not the next one.
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

    /// Deletes the entries up to and including `until` from the store, some thousands at a time. Whoever calls this has seen that
    /// an archive holds them. `progress` hears how many were deleted so far. It can be broken off and begun again.
    ///
    /// # Errors
    /// When `until` is not an entry of this journal before its last, or the store does not answer.
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
            // It is gone already: then what was archived was noted before, and what is left before it can go.
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
