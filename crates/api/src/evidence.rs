//! Maintenance of the evidence: verification, anchoring, compaction and retention. Each runs as a job.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to verify every file of this process against its anchor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvidenceVerification {
    /// Verify the days from this moment on. Default: all days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// Also verify the copies in the store, and read each completely.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub store: bool,
}

/// A request for upkeep of the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUpkeep {
    /// True to show only what would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The result of a verification of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceReport {
    /// Whether everything is in order.
    pub whole: bool,
    /// Number of files that match their anchors.
    pub files: u64,
    /// Number of rows in them.
    pub rows: u64,
    /// Number of segments, which are not Parquet yet and so not anchored, without a damaged frame.
    pub segments: u64,
    /// Number of records in them.
    pub records: u64,
    /// Number of files that were anchored some time after they were made: nothing proves that they did not change in
    /// between.
    pub anchored_late: u64,
    /// Number of new files that wait for their anchor; the segments that they were made from still exist.
    pub waiting: u64,
    /// Number of files that expired or were compacted, and will be removed soon.
    pub leaving: u64,
    /// Everything before this moment has expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub gone_before: Option<Timestamp>,
    /// The result for the copies in the store, if it was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreReport>,
    /// The files that are not in order.
    pub findings: Vec<EvidenceFinding>,
    /// Number of further files that are not in order and are not listed.
    pub more: u64,
}

/// The result for the copies in the store. Copies that are not in order are among the findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreReport {
    /// Number of copies that match their anchors.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Number of files that wait to be copied.
    pub waiting: u64,
    /// Number of copies that are not needed any more and will be removed soon.
    pub leaving: u64,
}

/// A file of the evidence that is not in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceFinding {
    /// The path of the file in the folder of the evidence.
    pub path: String,
    /// The problem.
    pub fault: EvidenceFault,
    /// The problem and the remedy, as text.
    pub why: String,
}

/// The problems of a file of the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceFault {
    /// The file differs from its anchor.
    Altered,
    /// The file has an anchor and is missing.
    Missing,
    /// The file has no anchor.
    Added,
    /// The file was anchored twice, with different content.
    Contested,
    /// Parts of the file are damaged.
    Damaged,
    /// The operating system cannot read the file.
    Unreadable,
}

/// The result of upkeep of the evidence, or of its dry run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct UpkeepReport {
    /// Whether this is a dry run.
    pub dry_run: bool,
    /// The days concerned, oldest first.
    pub days: Vec<UpkeepDay>,
    /// The files and days that upkeep left as they are, with the reasons.
    pub skipped: Vec<String>,
}

/// The upkeep of one day of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpkeepDay {
    /// The day in UTC, such as `2026-11-22`.
    pub day: String,
    /// Number of files that were anchored, compacted or removed.
    pub files: u64,
    /// Number of rows in them.
    pub rows: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// The size in bytes of the compacted file, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_after: Option<u64>,
}
