//! Facts about commands that need a second person.

use crate::{Digest, Fact};
use countersign_names::{ProposalId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about a command that needs a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum CommandFact {
    /// A person or service account proposed a command that needs a second person.
    #[serde(rename = "command.proposed/1")]
    Proposed {
        /// The id of the proposal.
        proposal: ProposalId,
        /// What the command does, as text generated from its facts.
        text: String,
        /// SHA-256 over its facts, as JSON.
        digest: Digest,
        /// The facts that it would state.
        facts: Vec<Fact>,
        /// The time after which it can no longer be countersigned.
        expires_at: Timestamp,
    },
    /// A second person countersigned a command. The command's facts follow this one directly.
    #[serde(rename = "command.countersigned/1")]
    Countersigned {
        /// The proposal.
        proposal: ProposalId,
        /// The digest of the facts that were countersigned.
        digest: Digest,
    },
    /// A person refused a proposed command, or its proposer withdrew it.
    #[serde(rename = "command.refused/1")]
    Refused {
        /// The proposal.
        proposal: ProposalId,
        /// The reason.
        reason: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { CommandFact {
    Proposed { proposal, text, digest, facts, expires_at },
    Countersigned { proposal, digest },
    Refused { proposal, reason },
} }
