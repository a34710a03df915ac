//! Facts about commands that two people make.

use crate::{Digest, Fact};
use countersign_names::{ProposalId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about a command that takes a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum CommandFact {
    /// A person or service account proposed a command that takes a second person.
    #[serde(rename = "command.proposed/1")]
    Proposed {
        /// The proposal's id.
        proposal: ProposalId,
        /// What the command does, in words that were made of its facts.
        text: String,
        /// SHA-256 over its facts, as JSON.
        digest: Digest,
        /// What it would state.
        facts: Vec<Fact>,
        /// When nobody can countersign it any more.
        expires_at: Timestamp,
    },
    /// A second person countersigned a command. Its facts are those right after this one.
    #[serde(rename = "command.countersigned/1")]
    Countersigned {
        /// The proposal.
        proposal: ProposalId,
        /// The digest of what was countersigned.
        digest: Digest,
    },
    /// A person refused a proposed command, or its proposer took it back.
    #[serde(rename = "command.refused/1")]
    Refused {
        /// The proposal.
        proposal: ProposalId,
        /// Why.
        reason: String,
    },
}
