//! Moving old facts to archive files, as a job.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to archive old facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewArchive {
    /// Facts that are not older than this moment stay in the journal's store. Default: 90 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub before: Option<Timestamp>,
    /// True to show only what would be archived.
    #[serde(default)]
    pub dry_run: bool,
}

/// The facts that were archived, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArchiveReport {
    /// Whether this is a dry run.
    pub dry_run: bool,
    /// Facts that are not older than this moment stay in the store.
    #[schema(value_type = words::Moment)]
    pub before: Timestamp,
    /// The last archived fact, from this run or earlier ones: that of the newest checkpoint before the moment. 0 if
    /// there is none.
    pub until: u64,
    /// The archive files that were written.
    pub files: Vec<ArchivedFile>,
    /// Number of facts that were removed from the journal's store.
    pub deleted: u64,
}

/// An archive file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArchivedFile {
    /// The first fact in it.
    pub first: u64,
    /// The last fact in it.
    pub last: u64,
    /// Its length in bytes, once it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256 over the file, once it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub digest: Option<String>,
}
