//! Where it is kept which files there must be: out of reach of whoever can write to the folder.
//!
//! This room makes files and knows their digests; that a digest is believed later is somebody else's promise, and
//! [`Anchors`] is all that is asked of them. What is unanchored is kept and read all the same.

use countersign_names::Timestamp;
use std::fmt::Debug;
use std::sync::Arc;

/// A Parquet file as it was when it was finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFile {
    /// Where it is in the folder: `dt=2026-11-22/decisions-….parquet`.
    pub path: String,
    /// SHA-256 over all of its bytes.
    pub digest: [u8; 32],
    /// How many bytes it has.
    pub bytes: u64,
    /// How many rows it has.
    pub rows: u64,
    /// The oldest moment in it.
    pub first: Timestamp,
    /// The newest moment in it.
    pub last: Timestamp,
}

/// What could not be made durable; the files stay as they are, and it is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NotAnchored {
    /// Why, for the person who looks after the installation.
    pub why: String,
}

/// Keeps account of the files of one folder. Its calls may wait for a network, and are made where blocking is fine.
pub trait Anchors: Send + Sync + Debug + 'static {
    /// Returns when it is durable that these files are so. Those that are known to be so already are passed over.
    ///
    /// # Errors
    /// When it is not known to be durable. It is asked again then.
    fn anchor(&self, files: &[SealedFile]) -> Result<(), NotAnchored>;

    /// Returns when it is durable that `file` stands in the place of those at the paths `replaced`.
    ///
    /// # Errors
    /// As [`anchor`](Self::anchor).
    fn replace(&self, file: &SealedFile, replaced: &[String]) -> Result<(), NotAnchored>;

    /// Returns when it is durable that these files go because they are older than `before`.
    ///
    /// # Errors
    /// As [`anchor`](Self::anchor).
    fn expire(&self, before: Timestamp, files: &[SealedFile]) -> Result<(), NotAnchored>;

    /// The files that there must be in a partition (`dt=2026-11-22`); none when nobody keeps account.
    fn known(&self, partition: &str) -> Option<Vec<KnownFile>>;

    /// The file that there must be at a path; `None` when there is none, or nobody keeps account.
    fn file(&self, path: &str) -> Option<KnownFile> {
        let (partition, _) = path.split_once('/')?;
        self.known(partition)?.into_iter().find(|known| known.file.path == path)
    }

    /// The partitions in which there must be files.
    fn partitions(&self) -> Vec<String>;

    /// Everything before this moment has expired; none when nothing has.
    fn gone_before(&self) -> Option<Timestamp>;
}

/// A file that there must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// What it was when it was anchored.
    pub file: SealedFile,
    /// Whether it was anchored some time after it was made, so that nothing vouches for the time between.
    pub late: bool,
    /// What it was when it was anchored first, if it was anchored again as something else.
    pub before: Option<[u8; 32]>,
}

/// Nobody keeps account: what a folder holds is what there is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unanchored;

impl Anchors for Unanchored {
    fn anchor(&self, _: &[SealedFile]) -> Result<(), NotAnchored> {
        Ok(())
    }

    fn replace(&self, _: &SealedFile, _: &[String]) -> Result<(), NotAnchored> {
        Ok(())
    }

    fn expire(&self, _: Timestamp, _: &[SealedFile]) -> Result<(), NotAnchored> {
        Ok(())
    }

    fn known(&self, _: &str) -> Option<Vec<KnownFile>> {
        None
    }

    fn partitions(&self) -> Vec<String> {
        Vec::new()
    }

    fn gone_before(&self) -> Option<Timestamp> {
        None
    }
}

/// A handle to whoever keeps account.
pub(crate) type Account = Arc<dyn Anchors>;
