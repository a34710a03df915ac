//! Walking the whole chain, in pages, to find the first thing that is wrong with it.

use crate::chain::{Fault, Head, Seq, StoredEntry};
use crate::error::StoreError;
use crate::{Journal, ReadError};

/// A page: this many entries at most, and no more once they hold so many bytes. It bounds the memory of a walk.
const PAGE_ENTRIES: u32 = 1024;
const PAGE_BYTES: usize = 4 << 20;

/// A journal in which nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Where it ended. Kept elsewhere, it is the anchor of the next [`Journal::verify_against`].
    pub head: Head,
    /// How many entries were looked at.
    pub entries: u64,
}

/// The first place at which the journal is not what was appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal is broken at entry {at}: {fault}")]
pub struct Broken {
    /// The place.
    pub at: Seq,
    /// What is wrong there.
    pub fault: Fault,
}

impl Broken {
    pub(crate) const fn after(last: Seq, fault: Fault) -> Self {
        Self { at: last.next(), fault }
    }
}

/// Why a journal was not found whole.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is not.
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
    /// Walks the chain from its beginning and checks every hash. `progress` hears the head reached after each page.
    ///
    /// Alone it cannot see that the last entries were removed, or that the chain was computed anew: for that, keep
    /// the [`Verified::head`] elsewhere and use [`Journal::verify_against`]. What is appended while it walks is
    /// checked too.
    ///
    /// # Errors
    /// [`VerifyError::Broken`] with the first place at which something is wrong.
    pub async fn verify(&self, progress: impl FnMut(Head) + Send) -> Result<Verified, VerifyError> {
        // Every journal has its beginning in it.
        self.verify_against(Head::GENESIS, progress).await
    }

    /// As [`Journal::verify`]; and the journal must contain `anchor`, a head that was kept elsewhere.
    ///
    /// # Errors
    /// As [`Journal::verify`]; [`Fault::Truncated`] and [`Fault::AnchorDiffers`] say that the anchor is not in it.
    pub async fn verify_against(
        &self,
        anchor: Head,
        progress: impl FnMut(Head) + Send,
    ) -> Result<Verified, VerifyError> {
        self.verify_containing(&[anchor], progress).await
    }

    /// As [`Journal::verify_against`], of several anchors.
    ///
    /// # Errors
    /// As [`Journal::verify_against`].
    pub async fn verify_containing(
        &self,
        anchors: &[Head],
        mut progress: impl FnMut(Head) + Send,
    ) -> Result<Verified, VerifyError> {
        let mut walk = Walk::from_genesis(anchors)?;
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

/// A walk along a chain: pure, so that it can be tried on any bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk<'a> {
    pub(crate) head: Head,
    /// How many of the entries the store gave.
    met: u64,
    anchors: &'a [Head],
}

impl<'a> Walk<'a> {
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

    /// The end of the walk, given how many rows the store holds up to where it ended.
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
