//! Looking after the evidence: verifying it, and keeping as much of it as is wanted. Each runs as a job.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A verification to be run: every file of this process against its anchor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvidenceVerification {
    /// The days from this moment's on; none: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// Also compare the copies in the store, each read to its last byte.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub store: bool,
}

/// Upkeep of the evidence to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUpkeep {
    /// Only say what would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// What a verification of the evidence found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceReport {
    /// Whether everything is as it must be.
    pub whole: bool,
    /// Files that are what they were when they were anchored.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Segments, not yet Parquet and so not anchored, of which every frame is whole.
    pub segments: u64,
    /// Records in them.
    pub records: u64,
    /// Of the files, those that were anchored some time after they were made: nothing vouches for the time between.
    pub anchored_late: u64,
    /// Files that were just made and wait to be anchored; what they were made of is still there.
    pub waiting: u64,
    /// Files that have expired or were compacted, and are about to be removed.
    pub leaving: u64,
    /// Everything before this moment has expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub gone_before: Option<Timestamp>,
    /// What was found of the copies in the store, when they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreReport>,
    /// What is not as it must be.
    pub findings: Vec<EvidenceFinding>,
    /// More of that than is listed.
    pub more: u64,
}

/// What was found of the copies in the store; what is not as it must be is among the findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreReport {
    /// Copies that are what was anchored.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that wait to be copied.
    pub waiting: u64,
    /// Copies that nothing needs any more, and that are about to be removed.
    pub leaving: u64,
}

/// A file of the evidence that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceFinding {
    /// Which, by its path in the folder of the evidence.
    pub path: String,
    /// What is wrong with it.
    pub fault: EvidenceFault,
    /// In words, with what to do.
    pub why: String,
}

/// What can be wrong with a file of the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceFault {
    /// It is not what it was when it was anchored.
    Altered,
    /// It was anchored and is not there.
    Missing,
    /// It is there and nobody anchored it.
    Added,
    /// It was anchored twice, as two different things.
    Contested,
    /// Parts of it are not what was written.
    Damaged,
    /// The system does not let it be read.
    Unreadable,
}

/// What was done for the upkeep of the evidence, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct UpkeepReport {
    /// Whether this only says what would be done.
    pub dry_run: bool,
    /// The days concerned, oldest first.
    pub days: Vec<UpkeepDay>,
    /// What was left alone, and why.
    pub skipped: Vec<String>,
}

/// A day of the evidence, and what was done to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpkeepDay {
    /// The day in UTC, as in `2026-11-22`.
    pub day: String,
    /// How many files of it: taken in, made one, or removed.
    pub files: u64,
    /// The rows in them.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The bytes of what they became, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_after: Option<u64>,
}
