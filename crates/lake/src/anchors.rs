//! The interface to the anchors: the list of files that must exist, stored where an attacker who can write the folder
//! cannot change it.
//!
//! This room makes files and computes their digests. The implementation of [`Anchors`] guarantees that a digest cannot
//! be changed later. Files without anchors are stored and read all the same.

use countersign_names::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

/// A Parquet file as it was when it was finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFile {
    /// The path in the folder: `dt=2026-11-22/decisions-….parquet`.
    pub path: String,
    /// SHA-256 of the whole file.
    pub digest: [u8; 32],
    /// Size in bytes.
    pub bytes: u64,
    /// Number of rows.
    pub rows: u64,
    /// The oldest time in the file.
    pub first: Timestamp,
    /// The newest time in the file.
    pub last: Timestamp,
    /// The number of rows by [`tally`](crate::LakeRecord::tally); `None` if they were not counted.
    pub tally: Option<BTreeMap<String, u64>>,
}

/// An error: a statement did not become durable. The files stay as they are, and the caller tries again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NotAnchored {
    /// The reason, for the administrator.
    pub why: String,
}

/// The anchors of the files of one folder. The calls may wait for a network, and are made where blocking is allowed.
pub trait Anchors: Send + Sync + Debug + 'static {
    /// Returns when the anchors of these files are durable. Files that are already anchored with the same content are
    /// skipped.
    ///
    /// # Errors
    /// If it is unknown whether the anchors are durable. The caller then tries again.
    fn anchor(&self, files: &[SealedFile]) -> Result<(), NotAnchored>;

    /// Returns when it is durable that `file` replaces the files at the paths `replaced`.
    ///
    /// # Errors
    /// See [`anchor`](Self::anchor).
    fn replace(&self, file: &SealedFile, replaced: &[String]) -> Result<(), NotAnchored>;

    /// Returns when it is durable that these files expire because they are older than `before`.
    ///
    /// # Errors
    /// See [`anchor`](Self::anchor).
    fn expire(&self, before: Timestamp, files: &[SealedFile]) -> Result<(), NotAnchored>;

    /// Returns the anchored files of a partition (`dt=2026-11-22`); `None` if there are no anchors for this folder.
    fn known(&self, partition: &str) -> Option<Vec<KnownFile>>;

    /// Returns the anchored file at a path; `None` if it has no anchor, or there are no anchors for this folder.
    fn file(&self, path: &str) -> Option<KnownFile> {
        let (partition, _) = path.split_once('/')?;
        self.known(partition)?.into_iter().find(|known| known.file.path == path)
    }

    /// Returns the partitions that have anchored files.
    fn partitions(&self) -> Vec<String>;

    /// Returns the time before which everything has expired; `None` if nothing has.
    fn gone_before(&self) -> Option<Timestamp>;
}

/// An anchored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// The file as it was when it was anchored.
    pub file: SealedFile,
    /// Whether it was anchored some time after it was made, so that the anchor proves nothing about the time between.
    pub late: bool,
    /// The digest of the first anchor, if the file was anchored again with another digest.
    pub before: Option<[u8; 32]>,
}

/// Anchors nothing: every file in the folder counts.
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

/// A shared handle to the anchors.
pub(crate) type SharedAnchors = Arc<dyn Anchors>;
