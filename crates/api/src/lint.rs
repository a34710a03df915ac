//! What the owners of policies should look at.

use crate::words;
use countersign_names::PolicyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the lint found in a policy set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyLint {
    /// The version that it looked at.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// Whether it knew the world: who there is, and what is labelled how. Offline it does not.
    pub with_world: bool,
    /// What it found, in the order of the files.
    pub findings: Vec<PolicyFinding>,
}

/// Something that a policy's owner should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyFinding {
    /// What it is; docs/policies.md lists the codes.
    pub code: String,
    /// How much it matters.
    pub severity: FindingSeverity,
    /// The policy.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// Its file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// What is so.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// Housekeeping.
    Note,
    /// Probably not what was meant.
    Warning,
    /// What a guardrail is there for can be had without it.
    Error,
}
