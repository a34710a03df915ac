//! Labels: what is sensitive about applications, their parts, databases and hosts, as a scan proposed it and as an owner
//! confirmed it.

use crate::words;
use countersign_names::{LabelId, LabelKind, LabelTarget, Sensitivity, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelState {
    /// A scan proposed it, and nobody has answered.
    Open,
    /// Its owner or an administrator confirmed it.
    Confirmed,
    /// Its owner or an administrator dismissed it. Scans do not propose it again.
    Dismissed,
}

/// How many values of a sample a recogniser matched. Never a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleEvidence {
    /// The file and column within the target. Absent if the target itself is the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 400)]
    pub place: Option<String>,
    /// The name of the recogniser, as in docs/labels.md.
    #[schema(min_length = 1, max_length = 60, pattern = "^[a-z][a-z0-9_]*$")]
    pub recogniser: String,
    /// Number of different values that it matched; 0 if the name of a column alone says it.
    pub matched: u64,
    /// Number of values that were sampled.
    pub sampled: u64,
}

/// A label that a scan proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposedLabel {
    /// What it is about.
    #[schema(value_type = words::LabelTarget)]
    pub target: LabelTarget,
    /// What is sensitive about it.
    #[schema(value_type = words::LabelKind)]
    pub kind: LabelKind,
    /// How sensitive that makes it.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Why.
    #[schema(min_items = 1, max_items = 20)]
    pub evidence: Vec<SampleEvidence>,
}

/// What a scan proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelScan {
    /// The proposals.
    #[schema(min_items = 1, max_items = 200)]
    pub proposals: Vec<ProposedLabel>,
}

/// What became of the proposals of a scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LabelScanOutcome {
    /// Number of proposals that nobody had made before.
    pub new: u64,
    /// Number of open proposals of which the evidence or the sensitivity changed.
    pub changed: u64,
    /// Number of open proposals that are as before.
    pub unchanged: u64,
    /// Number of proposals that an owner confirmed or dismissed before; they stay as they are.
    pub answered: u64,
}

/// A label that a person sets without a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabel {
    /// What it is about.
    #[schema(value_type = words::LabelTarget)]
    pub target: LabelTarget,
    /// What is sensitive about it.
    #[schema(value_type = words::LabelKind)]
    pub kind: LabelKind,
    /// How sensitive that makes it.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// The reason; the journal keeps it.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A label, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KnownLabel {
    /// What it is known by: the same for the same target and kind.
    #[schema(value_type = words::LabelId)]
    pub id: LabelId,
    /// What it is about.
    #[schema(value_type = words::LabelTarget)]
    pub target: LabelTarget,
    /// What is sensitive about it.
    #[schema(value_type = words::LabelKind)]
    pub kind: LabelKind,
    /// How sensitive that makes it.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// What became of it.
    pub state: LabelState,
    /// Why it was proposed. Empty if nobody proposed it.
    pub evidence: Vec<SampleEvidence>,
    /// When it was proposed last, or set.
    #[schema(value_type = words::Moment)]
    pub proposed_at: Timestamp,
    /// Who proposed or set it: an id, or `operator`.
    pub proposed_by: String,
    /// The name of that person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_by_name: Option<String>,
    /// What its owner or an administrator said. Absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnsweredLabel>,
    /// Who is responsible for the application, as it declares. Absent if the target is not an application's, or it is not
    /// declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The sensitivity by which accesses are decided today: the declared one. Absent as `owner` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Sensitivity>)]
    pub declared: Option<Sensitivity>,
    /// Whether the label is confirmed, and the declared sensitivity is lower.
    pub declared_lower: bool,
}

/// What an owner said about a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnsweredLabel {
    /// When.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// Who: an id, or `operator`.
    pub by: String,
    /// The name of that person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// Why.
    pub reason: String,
}

/// Counts the things that carry a confirmed label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LabelCoverage {
    /// Of the declared applications.
    pub applications: CoveredShare,
    /// Of the parts of the declared applications, to which their routes lead. A label counts for what it names alone.
    pub resources: CoveredShare,
    /// Of the databases that a label names. A label of a column counts for its database.
    pub databases: CoveredShare,
    /// Of the hosts that a label names.
    pub hosts: CoveredShare,
    /// Number of proposals that nobody has answered.
    pub open: u64,
    /// Number of proposals that were dismissed.
    pub dismissed: u64,
    /// Number of confirmed labels whose application or part declares a lower sensitivity.
    pub declared_lower: u64,
    /// What these figures do not know.
    pub unknown: Vec<String>,
}

/// A part of a number of things.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CoveredShare {
    /// Number of things that are known.
    pub known: u64,
    /// Number of these with a confirmed label.
    pub confirmed: u64,
}
