//! Findings about policies, for their owners.

use crate::words;
use countersign_names::PolicyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The findings about a policy set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyLint {
    /// The version of the checked set.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// Whether the world was available: which names exist, and which labels. Offline it is not.
    pub with_world: bool,
    /// The findings, in the order of the files.
    pub findings: Vec<PolicyFinding>,
}

/// A finding for a policy's owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyFinding {
    /// The code; docs/policies.md lists the codes.
    pub code: String,
    /// The severity.
    pub severity: FindingSeverity,
    /// The policy.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// Its file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The finding, in one sentence.
    pub message: String,
    /// The advice.
    pub remedy: String,
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// Housekeeping.
    Note,
    /// The policy is probably not what its author meant.
    Warning,
    /// The policy fails to protect what it is for.
    Error,
}
