//! The implicit-trust register, as facts state it.

use countersign_names::{Action, Cohort, DecisionId, EvidenceItem, PolicyId, ResourceName, Timestamp};
use serde::{Deserialize, Serialize};

/// The key of a register entry: accesses of a cohort to a resource, and the item of evidence that no policy checks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrustKey {
    /// The resource.
    pub resource: ResourceName,
    /// The action.
    pub action: Action,
    /// The cohort of principals.
    pub cohort: Cohort,
    /// The item that is trusted: with it missing or bad, the accesses would still be allowed.
    pub item: EvidenceItem,
}

impl std::fmt::Display for TrustKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} by {} on trust in {}", self.action, self.resource, self.cohort, self.item)
    }
}

/// How accesses used an entry, as a proof measured it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustUse {
    /// The time of the first access in the proof's span that rested on it.
    pub first: Timestamp,
    /// The time of the last such access.
    pub last: Timestamp,
    /// The number of such accesses.
    pub accesses: u64,
    /// The number of principals that made them.
    pub principals: u64,
    /// The policies that allowed them. Empty if the application is only observed, where every request passes.
    pub policies: Vec<PolicyId>,
    /// The decision of the last access.
    pub example: DecisionId,
}

/// An entry that a proof found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustEntry {
    /// The key of the entry.
    #[serde(flatten)]
    pub key: TrustKey,
    /// How accesses used it.
    #[serde(flatten)]
    pub seen: TrustUse,
    /// For an entry that had been eliminated: the sequence of the fact that brought it back, if one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought_back_by: Option<u64>,
}
