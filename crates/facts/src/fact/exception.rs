//! Facts about exceptions.

use crate::ExceptionScope;
use countersign_names::{ExceptionId, PersonId, PolicyId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about an exception from a guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum ExceptionFact {
    /// A person or a group is exempt from a guardrail for a limited time, on the approval of an authority.
    #[serde(rename = "exception.opened/1")]
    Opened {
        /// The id of the exception.
        exception: ExceptionId,
        /// The guardrail that the exception lifts.
        policy: PolicyId,
        /// The people and applications to which it applies.
        scope: ExceptionScope,
        /// The person who is responsible for it.
        owner: PersonId,
        /// The authority that approved it, as free text.
        authority: String,
        /// The reason.
        reason: String,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// An exception was ended before it expired.
    #[serde(rename = "exception.ended/1")]
    Ended {
        /// The id of the exception.
        exception: ExceptionId,
        /// The reason.
        reason: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { ExceptionFact {
    Opened { exception, policy, scope, owner, authority, reason, expires_at },
    Ended { exception, reason },
} }
