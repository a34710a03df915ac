//! Facts about proposed roles: what people decide about them.
//!
//! What is proposed is no fact, and is kept in tables. An accepted role is a decision on record, and changes no source.

use countersign_names::RoleProposalId;
use serde::{Deserialize, Serialize};

/// An event about a proposed role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum RoleFact {
    /// A proposed role is wanted.
    #[serde(rename = "role.accepted/1")]
    Accepted {
        /// The proposal.
        proposal: RoleProposalId,
        /// What it grants to whom, in words.
        about: String,
        /// How many members it had then.
        members: u64,
        /// Why.
        reason: String,
    },
    /// A proposed role is not wanted.
    #[serde(rename = "role.dismissed/1")]
    Dismissed {
        /// The proposal.
        proposal: RoleProposalId,
        /// What it grants to whom, in words.
        about: String,
        /// How many members it had then. It is proposed again once that has changed by more than a quarter.
        members: u64,
        /// Why.
        reason: String,
    },
    /// An earlier decision about a proposed role does not hold any more.
    #[serde(rename = "role.reconsidered/1")]
    Reconsidered {
        /// The proposal.
        proposal: RoleProposalId,
        /// Why.
        reason: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { RoleFact {
    Accepted { proposal, about, members, reason },
    Dismissed { proposal, about, members, reason },
    Reconsidered { proposal, reason },
} }
