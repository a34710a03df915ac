//! Evidence files, as facts state them.

use crate::Digest;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The number of rows by the word that each is counted under: of decisions, `allowed`, `denied` and
    /// `would_be_denied`. Absent if nobody counted them, as before this field existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<BTreeMap<String, u64>>,
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
