//! The evidence's files, as the journal knows them.

use crate::Digest;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};

/// A file of the evidence as it was when it was finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// Where it is in the folder of its process: `dt=2026-11-22/decisions-….parquet`.
    pub path: String,
    /// SHA-256 over all of its bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many rows it has.
    pub rows: u64,
    /// The oldest moment in it.
    pub first: Timestamp,
    /// The newest moment in it.
    pub last: Timestamp,
}

/// A file that went because of its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpiredFile {
    /// Where it was in the folder of its process.
    pub path: String,
    /// SHA-256 over all of its bytes, when it was removed.
    pub digest: Digest,
}
