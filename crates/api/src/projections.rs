//! What people look up, as tables beside the journal: how far it is, and whether it is what the journal comes to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a projection is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectionStatus {
    /// Its name.
    #[schema(example = "register")]
    pub name: String,
    /// The version of the shape of its tables.
    pub shape: u32,
    /// How often its tables were made.
    pub generation: u64,
    /// The sequence of the last fact that is folded into it.
    pub reached: u64,
    /// How many facts of the journal are not folded yet.
    pub behind: u64,
    /// How many rows its tables have.
    pub rows: u64,
    /// Why it does not go on, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// How a projection is built anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectionRebuild {
    /// Change nothing: fold the journal again and compare.
    #[serde(default)]
    pub dry_run: bool,
}

/// What came of building or comparing a projection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectionReport {
    /// Its name.
    #[schema(example = "register")]
    pub name: String,
    /// Whether its tables are being built anew. Questions wait meanwhile.
    pub rebuilt: bool,
    /// What the comparison found; only of a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<ProjectionComparison>,
}

/// The tables of a projection beside what the journal comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectionComparison {
    /// Whether they are the same.
    pub equal: bool,
    /// The sequence up to which both are folded.
    pub seq: u64,
    /// How many rows the journal comes to.
    pub rows: u64,
    /// SHA-256 over the rows that the journal comes to.
    pub folded: String,
    /// SHA-256 over the rows of the tables.
    pub stored: String,
    /// How many rows differ.
    pub differing: u64,
    /// The first hundred of them.
    #[schema(max_items = 100)]
    pub differences: Vec<DifferingRow>,
}

/// A row that is not what the journal comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DifferingRow {
    /// The table.
    pub table: String,
    /// The key of the row.
    pub key: String,
    /// What differs, in words.
    pub what: String,
}
