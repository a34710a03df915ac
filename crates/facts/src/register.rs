//! The implicit-trust register, as facts state it.

use countersign_names::{Action, Cohort, DecisionId, EvidenceItem, PolicyId, ResourceName, Timestamp};
use serde::{Deserialize, Serialize};

/// What an entry of the register is about: accesses of a cohort to a resource, and the item of evidence that nobody checks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrustKey {
    /// To what.
    pub resource: ResourceName,
    /// To do what.
    pub action: Action,
    /// Whose.
    pub cohort: Cohort,
    /// In what they are trusted: without it, or with a bad one, they would go ahead too.
    pub item: EvidenceItem,
}

impl std::fmt::Display for TrustKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} by {} on trust in {}", self.action, self.resource, self.cohort, self.item)
    }
}

/// What a proof saw of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustUse {
    /// The first access of the proof's span that rested on it.
    pub first: Timestamp,
    /// And the last.
    pub last: Timestamp,
    /// How many did.
    pub accesses: u64,
    /// How many principals' they were.
    pub principals: u64,
    /// What let them through; empty where the application is only observed, which lets everything through.
    pub policies: Vec<PolicyId>,
    /// The last one's decision.
    pub example: DecisionId,
}

/// An entry that a proof found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustEntry {
    /// Which.
    #[serde(flatten)]
    pub key: TrustKey,
    /// What was seen of it.
    #[serde(flatten)]
    pub seen: TrustUse,
    /// Of one that had been eliminated, the sequence of the fact that brought it back, where one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought_back_by: Option<u64>,
}
