//! Evidence files, as facts state them.

use crate::Digest;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};

/// A finished evidence file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// Its path in the folder of its process: `dt=2026-11-22/decisions-….parquet`.
    pub path: String,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The number of rows.
    pub rows: u64,
    /// The time of its oldest record.
    pub first: Timestamp,
    /// The time of its newest record.
    pub last: Timestamp,
}

/// An evidence file that was removed because of its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpiredFile {
    /// Its path in the folder of its process.
    pub path: String,
    /// SHA-256 of the file at its removal.
    pub digest: Digest,
}
