//! Findings: what is wrong with accounts, groups and the like, and what people decided about it.

use crate::inventory::InventoryKind;
use crate::words;
use countersign_names::{FindingId, SourceName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How bad a finding is, in rising order. One step is added for what has power over a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HygieneLevel {
    /// It will be a finding soon.
    Notice,
    /// It should be mended at some time.
    Low,
    /// It should be mended.
    Medium,
    /// It should be mended now.
    High,
    /// It should be mended now, and gives power over a system.
    Critical,
}

/// Where a finding is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// It was found, and nobody accepted it.
    Open,
    /// An administrator accepted it for a while.
    Accepted,
    /// The last look did not find it any more.
    Fixed,
    /// It was fixed and is there again, or its acceptance expired, or it became worse than what was accepted.
    Returned,
}

/// Something that is wrong with an account, a group or the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InventoryFinding {
    /// Its id: the same whenever the same detector finds the same of the same subjects.
    #[schema(value_type = words::FindingId)]
    pub id: FindingId,
    /// The detector that found it.
    pub detector: String,
    /// What it shares with other findings of its detector. One act mends them all.
    pub cause: String,
    /// How bad it is.
    pub severity: HygieneLevel,
    /// Where it is in its life.
    pub state: FindingState,
    /// What it speaks of, the one to be changed first.
    pub subjects: Vec<FindingSubject>,
    /// What it rests on.
    pub evidence: Vec<FindingEvidenceItem>,
    /// What to do about it.
    pub fix: String,
    /// When it was found first.
    #[schema(value_type = words::Moment)]
    pub first_seen: Timestamp,
    /// When it was found last.
    #[schema(value_type = words::Moment)]
    pub last_seen: Timestamp,
    /// Since when it is not found any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub fixed_at: Option<Timestamp>,
    /// When it was back last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub returned_at: Option<Timestamp>,
    /// Who accepted it last, also if that has expired. Absent if nobody did, or it was reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<AcceptanceOfFinding>,
}

/// A person, an account, a group or the like that a finding speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingSubject {
    /// Its source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// Its key in the source.
    pub key: String,
    /// Its name when it was found.
    pub name: String,
    /// What it is. Absent if the source only mentions it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<InventoryKind>,
}

/// A statement of a source that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingEvidenceItem {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key of the record that says it.
    pub key: String,
    /// The attribute or relation.
    pub attribute: String,
    /// What the source says.
    pub value: String,
    /// The moment that it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub moment: Option<Timestamp>,
}

/// An acceptance of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AcceptanceOfFinding {
    /// Who accepted it, as text.
    pub accepted_by: String,
    /// The name of this person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by_name: Option<String>,
    /// When.
    #[schema(value_type = words::Moment)]
    pub accepted_at: Timestamp,
    /// Until when.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// How bad it was then. A worse one is not accepted.
    pub severity: HygieneLevel,
    /// Why it may stay.
    pub reason: String,
}

/// What some findings of one detector have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingCause {
    /// The detector.
    pub detector: String,
    /// The cause.
    pub cause: String,
    /// How bad the worst of them is.
    pub severity: HygieneLevel,
    /// Number of findings.
    pub findings: u64,
    /// Number of those that returned.
    pub returned: u64,
    /// What to do about it.
    pub fix: String,
    /// The name of one of their subjects.
    pub example: String,
    /// When the first of them was found.
    #[schema(value_type = words::Moment)]
    pub first_seen: Timestamp,
    /// When one of them was found last.
    #[schema(value_type = words::Moment)]
    pub last_seen: Timestamp,
}

/// The request to accept a finding for a while. It has one of the two ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAcceptance {
    /// Why it may stay; the journal keeps it.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// Until when, at most a year from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// For how many seconds, from a minute to a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 31622400)]
    pub expires_in_seconds: Option<u64>,
}

/// What a look at the inventory found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingsReport {
    /// Number of sources that it looked at.
    pub sources: u64,
    /// Number of people, accounts, groups and the like that it looked at.
    pub nodes: u64,
    /// Number of findings, accepted ones included.
    pub findings: u64,
    /// Number of those that were not there before.
    pub new: u64,
    /// Number of those that are back.
    pub returned: u64,
    /// Number of findings that are not there any more.
    pub fixed: u64,
}

/// A format of exported findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingFormat {
    /// Events of OCSF 1.8.0, class Compliance Finding, one per line.
    Ocsf,
    /// A table in CSV.
    Csv,
    /// What would mend the findings of one source, in the words of that source, for a person to apply.
    Changes,
}

/// By which thresholds and exceptions findings are found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingSettingsText {
    /// Whether the operator declared a file. What it does not set is as shipped.
    pub declared: bool,
    /// What is in force, as a file of the same form (TOML). The shipped settings if something is wrong with the operator's.
    pub text: String,
    /// What is wrong with the operator's file. While something is, nothing is looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Findings in a format for others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingsExport {
    /// The format.
    pub format: FindingFormat,
    /// A name for the file.
    pub file_name: String,
    /// Number of findings in it.
    pub findings: u64,
    /// Of a change set: number of findings for which it has only a comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unwritten: Option<u64>,
    /// Whether more findings match than one export holds. The worst come first.
    pub is_cut: bool,
    /// The content of the file.
    pub text: String,
}
