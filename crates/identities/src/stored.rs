//! What is shown of an identity.

use countersign_correlate::{
    AttributeClash, AttributeName, IdentityKind, IdentityOwner, ShownAttribute, SourcedKey,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An identity, as a run found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredIdentity {
    /// The node that it is named by.
    pub id: SourcedKey,
    /// What it is.
    pub kind: IdentityKind,
    /// The name for people.
    pub name: String,
    /// Whether a record of a person, or an account of an authoritative source, describes it.
    pub recorded: bool,
    /// Number of its accounts.
    pub accounts: u64,
    /// The values that are shown, each with the node that it is taken from.
    pub shown: BTreeMap<AttributeName, ShownAttribute>,
    /// The attributes about which its sources contradict each other.
    pub clashes: Vec<AttributeClash>,
    /// Who answers for it.
    pub owner: IdentityOwner,
    /// The name of the owner, if a person or an account is known.
    pub owner_name: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
}
