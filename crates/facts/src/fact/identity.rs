//! Facts about identities: what people decided about which accounts of which sources belong together.
//!
//! What rules conclude is no fact. Nodes are named by their source and their key there, so a decision survives every new
//! import.

use crate::IdentityNode;
use countersign_names::LinkDecisionId;
use serde::{Deserialize, Serialize};

/// An event about identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum IdentityFact {
    /// An account belongs to the identity of another node.
    #[serde(rename = "identity.linked/1")]
    Linked {
        /// The decision.
        decision: LinkDecisionId,
        /// The account.
        account: IdentityNode,
        /// A node of the identity.
        to: IdentityNode,
        /// Why.
        reason: String,
    },
    /// Two nodes belong to different identities.
    #[serde(rename = "identity.separated/1")]
    Separated {
        /// The decision.
        decision: LinkDecisionId,
        /// A node.
        one: IdentityNode,
        /// Another node.
        other: IdentityNode,
        /// Why.
        reason: String,
    },
    /// The identities of two nodes are one.
    #[serde(rename = "identity.merged/1")]
    Merged {
        /// The decision.
        decision: LinkDecisionId,
        /// A node.
        one: IdentityNode,
        /// A node of the other identity.
        other: IdentityNode,
        /// Why.
        reason: String,
    },
    /// An earlier decision does not hold any more.
    #[serde(rename = "identity.undone/1")]
    Undone {
        /// The earlier decision.
        decision: LinkDecisionId,
        /// Why.
        reason: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { IdentityFact {
    Linked { decision, account, to, reason },
    Separated { decision, one, other, reason },
    Merged { decision, one, other, reason },
    Undone { decision, reason },
} }
