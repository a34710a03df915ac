//! Sources of identities, and imports of what they say.

use crate::EdgeRelation;
use crate::inventory::{ImportedEdge, ImportedNode, InventoryKind};
use crate::leavers::{LeaverBounds, LeaverPreview, SourceLeavers};
use crate::words;
use countersign_names::{PersonId, SourceFormat, SourceName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Maximum number of records of one page of an import.
pub const LARGEST_IMPORT_PAGE: usize = 5_000;

/// Maximum number of records of one import.
pub const LARGEST_IMPORT: u64 = 20_000_000;

/// The share of the accounts and groups that may be gone unless the request says another, in percent.
pub const USUAL_MAX_GONE: u8 = 20;

/// The shortest and the longest time within which a source can be expected to be imported, in seconds: an hour, and 366
/// days.
pub const EXPECTED_EVERY: (u64, u64) = (3_600, 31_622_400);

/// A source of identities, as it is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    /// The format of its exports, as the command line names it: `ldif`, `aws-iam`, or `other`.
    #[schema(value_type = words::SourceFormat)]
    pub format: SourceFormat,
    /// The title for people.
    #[schema(min_length = 1, max_length = 2000)]
    pub title: String,
    /// What it is for.
    #[schema(min_length = 1, max_length = 2000)]
    pub purpose: String,
    /// Who is responsible for it: a person's id, address or alias.
    pub owner: String,
    /// Whether it says who belongs to the organisation, as personnel records do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub authoritative: bool,
    /// How often it is to be imported, in seconds: a source that was not is shown as overdue. Absent if nobody expects it
    /// at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 3600, maximum = 31622400)]
    pub expected_every_seconds: Option<u64>,
    /// It suspends people who left, within these bounds. Absent if it suspends nobody. Only an authoritative source does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leavers: Option<LeaverBounds>,
}

/// A source of identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InventorySource {
    /// Its name.
    #[schema(value_type = words::SourceName)]
    pub name: SourceName,
    /// The format of its exports.
    #[schema(value_type = words::SourceFormat)]
    pub format: SourceFormat,
    /// The title for people.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// Who is responsible for it.
    #[schema(value_type = words::PersonId)]
    pub owner: PersonId,
    /// The owner's name now. Absent if the person was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// Whether it says who belongs to the organisation.
    pub authoritative: bool,
    /// How often it is to be imported, in seconds. Absent if nobody expects it at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_every_seconds: Option<u64>,
    /// When the next import is expected at the latest. Absent if none is expected, or if there was none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub due_at: Option<Timestamp>,
    /// Whether an import is expected that did not come: the last one is too old, or there was none yet.
    #[serde(default)]
    pub overdue: bool,
    /// How many people one import may suspend because they left. Absent if it suspends nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leavers: Option<LeaverBounds>,
    /// What became of the people who left. Absent if the source suspends nobody, or no import was looked at yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<SourceLeavers>,
    /// The import that holds. Absent before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_import: Option<AppliedImport>,
    /// The number of the import that is being staged or waits. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staging: Option<u64>,
}

/// An import that was begun. Its records are sent in pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenImport {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The number of the import within its source.
    pub import: u64,
    /// The import that it is compared with; 0 for the first.
    pub base: u64,
    /// Maximum number of records of a page.
    pub records_in_a_page: u64,
    /// Maximum number of records of the import.
    pub records_in_all: u64,
    /// For how many seconds the server waits for the next page.
    pub idle_seconds: u64,
}

/// A page of the records of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportPage {
    /// Its number: 1, then one more for each page. A page that was taken already is not taken again.
    #[schema(minimum = 1)]
    pub page: u64,
    /// Accounts, groups and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5000)]
    pub nodes: Vec<ImportedNode>,
    /// Memberships, entitlements and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5000)]
    pub edges: Vec<ImportedEdge>,
}

/// What the server has of an import so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProgress {
    /// The number of the last page.
    pub page: u64,
    /// Number of records of all pages.
    pub records: u64,
}

/// The end of the records of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportEnd {
    /// Number of records that were sent. The server refuses to compare fewer or more.
    pub records: u64,
}

/// What an import that waits would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportPreview {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The number of the import within its source.
    pub import: u64,
    /// The import that it was compared with; 0 for the first.
    pub base: u64,
    /// When it was staged.
    #[schema(value_type = words::Moment)]
    pub staged_at: Timestamp,
    /// Accounts, groups and the like.
    pub nodes: ImportCount,
    /// Memberships, entitlements and the like.
    pub edges: ImportCount,
    /// Some of the accounts, groups and the like that would change, at most 50 of each kind of change.
    pub node_samples: NodeSamples,
    /// Some of the memberships, entitlements and the like that would change, at most 50 of each kind of change.
    pub edge_samples: EdgeSamples,
    /// Whom it would suspend because they left. Absent if the source suspends nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leavers: Option<LeaverPreview>,
}

/// How many records differ from what the source said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCount {
    /// Number of records that the source did not have before.
    pub new: u64,
    /// Number of records that say something else now.
    pub changed: u64,
    /// Number of records that the source no longer has.
    pub gone: u64,
    /// Number of records that are as before.
    pub same: u64,
}

/// Samples of accounts, groups and the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeSamples {
    /// Those that the source did not have before.
    pub new: Vec<SampledNode>,
    /// Those that it describes in another way now.
    pub changed: Vec<SampledNode>,
    /// Those that it no longer has.
    pub gone: Vec<SampledNode>,
}

/// An account, a group or the like, by its key and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SampledNode {
    /// Its key in the source.
    pub key: String,
    /// What it is.
    pub kind: InventoryKind,
    /// Its name.
    pub name: String,
}

/// Samples of memberships, entitlements and the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EdgeSamples {
    /// Those that the source did not have before.
    pub new: Vec<SampledEdge>,
    /// Those that it describes in another way now.
    pub changed: Vec<SampledEdge>,
    /// Those that it no longer has.
    pub gone: Vec<SampledEdge>,
}

/// A membership, an entitlement or the like, by the keys at its ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SampledEdge {
    /// The key of what has it.
    pub from: String,
    /// What it is.
    pub relation: EdgeRelation,
    /// The key at the other end.
    pub to: String,
}

/// How to apply an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyImport {
    /// The largest share of the accounts, groups and the like that may be gone, in percent: 20 unless given. Up to 20 of
    /// them may be gone in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 100)]
    pub max_gone_percent: Option<u8>,
}

/// An import that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AppliedImport {
    /// The number of the import within its source.
    pub import: u64,
    /// When it was applied.
    #[schema(value_type = words::Moment)]
    pub applied_at: Timestamp,
    /// Who applied it: an id, `operator`, or a part of the software.
    pub applied_by: String,
    /// The name of that person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_by_name: Option<String>,
    /// The largest share of the accounts, groups and the like that could be gone, in percent.
    pub max_gone_percent: u8,
    /// Accounts, groups and the like.
    pub nodes: ImportCount,
    /// Memberships, entitlements and the like.
    pub edges: ImportCount,
}
