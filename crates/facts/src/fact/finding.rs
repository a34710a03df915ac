//! Facts about findings: what people decide about something that is wrong with an account, a group or the like.
//!
//! What is wrong is no fact, and is kept in tables. These facts say who accepted it, why and until when.

use crate::AcceptedSeverity;
use countersign_names::{FindingId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum FindingFact {
    /// A finding was accepted for a while, or accepted again.
    #[serde(rename = "finding.accepted/1")]
    Accepted {
        /// The finding.
        finding: FindingId,
        /// What is wrong with what, in words.
        about: String,
        /// How bad it was then. A worse one is not accepted.
        severity: AcceptedSeverity,
        /// Why it may stay.
        reason: String,
        /// Until when it is accepted.
        expires_at: Timestamp,
    },
    /// A finding is not accepted any more.
    #[serde(rename = "finding.reopened/1")]
    Reopened {
        /// The finding.
        finding: FindingId,
        /// Why.
        reason: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { FindingFact {
    Accepted { finding, about, severity, reason, expires_at },
    Reopened { finding, reason },
} }
