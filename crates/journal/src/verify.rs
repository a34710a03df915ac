//! Verifies the whole chain, in pages, and finds the first fault.

use crate::chain::{Fault, Head, Seq, StoredEntry};
use crate::error::StoreError;
use crate::{Journal, ReadError};

/// Maximum number of entries and bytes of a page. They bound the memory of a verification.
const PAGE_ENTRIES: u32 = 1024;
const PAGE_BYTES: usize = 4 << 20;

/// The result for a valid journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The last entry. Stored elsewhere, it is the anchor of the next [`Journal::verify_against`].
    pub head: Head,
    /// Number of verified entries.
    pub entries: u64,
}

/// The first place at which the journal is not what was appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal is broken at entry {at}: {fault}")]
pub struct Broken {
    /// The sequence number.
    pub at: Seq,
    /// The fault.
    pub fault: Fault,
}

impl Broken {
    pub(crate) const fn after(last: Seq, fault: Fault) -> Self {
        Self { at: last.next(), fault }
    }
}

/// Why a journal was not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The journal is broken.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It could not be read to its end, so nothing is known about the rest.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReadError> for VerifyError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Store(away) => Self::Store(away),
            ReadError::Broken(broken) => Self::Broken(broken),
        }
    }
}

impl Journal {
    /// Verifies every hash from the first entry on. `progress` receives the head after each page.
    ///
    /// Alone it cannot detect that the last entries were removed, or that the chain was computed anew: for that, store
    /// the [`Verified::head`] elsewhere and use [`Journal::verify_against`]. Entries that are appended meanwhile are
    /// verified too.
    ///
    /// # Errors
    /// [`VerifyError::Broken`] with the first fault.
    pub async fn verify(&self, progress: impl FnMut(Head) + Send) -> Result<Verified, VerifyError> {
        // Every journal contains its beginning.
        self.verify_against(Head::GENESIS, progress).await
    }

    /// As [`Journal::verify`], and checks that the journal contains `anchor`, a head that was stored elsewhere.
    ///
    /// # Errors
    /// Those of [`Journal::verify`]; [`Fault::Truncated`] and [`Fault::AnchorDiffers`] if the journal does not contain
    /// the anchor.
    pub async fn verify_against(
        &self,
        anchor: Head,
        progress: impl FnMut(Head) + Send,
    ) -> Result<Verified, VerifyError> {
        self.verify_containing(&[anchor], progress).await
    }

    /// As [`Journal::verify_against`], with several anchors.
    ///
    /// # Errors
    /// Those of [`Journal::verify_against`].
    pub async fn verify_containing(
        &self,
        anchors: &[Head],
        mut progress: impl FnMut(Head) + Send,
    ) -> Result<Verified, VerifyError> {
        let mut walk = ChainWalk::from_genesis(anchors)?;
        loop {
            let page = self.page(walk.head.seq, PAGE_ENTRIES, PAGE_BYTES).await?;
            if page.entries.is_empty() {
                break;
            }
            for stored in page.entries {
                walk.step(stored, page.from_store)?;
            }
            progress(walk.head);
        }
        let rows = self.0.store.count(walk.head.seq).await?;
        Ok(walk.end(rows)?)
    }
}

/// The verification of a chain, as pure functions, so that tests can run it on any bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChainWalk<'a> {
    pub(crate) head: Head,
    /// Number of entries that came from the store.
    met: u64,
    anchors: &'a [Head],
}

impl<'a> ChainWalk<'a> {
    pub(crate) fn from_genesis(anchors: &'a [Head]) -> Result<Self, Broken> {
        let walk = Self { head: Head::GENESIS, met: 0, anchors };
        walk.meet_anchor().map(|()| walk)
    }

    pub(crate) fn step(&mut self, stored: StoredEntry, from_store: bool) -> Result<(), Broken> {
        let last = self.head;
        self.met += u64::from(from_store);
        self.head = stored.chained_after(last).map_err(|fault| Broken::after(last.seq, fault))?.head();
        self.meet_anchor()
    }

    fn meet_anchor(&self) -> Result<(), Broken> {
        let here = self.anchors.iter().find(|anchor| anchor.seq == self.head.seq && **anchor != self.head);
        let Some(anchor) = here else { return Ok(()) };
        let fault = Fault::AnchorDiffers { anchor: *anchor, found: self.head.hash };
        Err(Broken { at: self.head.seq, fault })
    }

    /// Finishes the verification, given how many rows the store holds up to the last entry.
    pub(crate) fn end(self, rows: u64) -> Result<Verified, Broken> {
        let beyond = self.anchors.iter().filter(|anchor| self.head.seq < anchor.seq);
        if let Some(anchor) = beyond.max_by_key(|anchor| anchor.seq) {
            return Err(Broken::after(self.head.seq, Fault::Truncated { anchor: *anchor }));
        }
        if rows != self.met {
            return Err(Broken { at: self.head.seq, fault: Fault::Strays { rows, met: self.met } });
        }
        Ok(Verified { head: self.head, entries: self.head.seq.0 })
    }
}
