//! Projections: tables beside the journal that people read. How far each is, and whether it matches the journal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The state of a projection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectionStatus {
    /// Its name.
    #[schema(example = "register")]
    pub name: String,
    /// The version of the shape of its tables.
    pub shape: u32,
    /// How often its tables were created.
    pub generation: u64,
    /// The sequence of the last fact that it contains.
    pub reached: u64,
    /// Number of facts of the journal that it does not contain yet.
    pub behind: u64,
    /// Number of rows in its tables.
    pub rows: u64,
    /// Why it has stopped, if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// How to rebuild a projection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectionRebuild {
    /// True to change nothing: fold the journal again and compare.
    #[serde(default)]
    pub dry_run: bool,
}

/// The result of rebuilding or comparing a projection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectionReport {
    /// Its name.
    #[schema(example = "register")]
    pub name: String,
    /// Whether its tables are being built anew. Requests that read it wait meanwhile.
    pub rebuilt: bool,
    /// The result of the comparison; only for a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<ProjectionComparison>,
}

/// A request to verify projections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProjectionVerification {
    /// The name of one projection. Without it, all are verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "register")]
    pub name: Option<String>,
}

/// The result of a verification of projections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectionVerification {
    /// Whether every row of each projection equals the new fold of the journal.
    pub equal: bool,
    /// The projections, by name.
    pub projections: Vec<ProjectionReport>,
}

/// A comparison of the tables of a projection with a new fold of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectionComparison {
    /// Whether they are equal.
    pub equal: bool,
    /// The sequence up to which both are folded.
    pub seq: u64,
    /// Number of rows in the new fold.
    pub rows: u64,
    /// SHA-256 over the rows of the new fold.
    pub folded: String,
    /// SHA-256 over the rows of the tables.
    pub stored: String,
    /// Number of rows that differ.
    pub differing: u64,
    /// The first hundred rows that differ.
    #[schema(max_items = 100)]
    pub differences: Vec<DifferingRow>,
}

/// A row that differs from the new fold of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DifferingRow {
    /// The table.
    pub table: String,
    /// The key of the row.
    pub key: String,
    /// The difference, as text.
    pub what: String,
}
