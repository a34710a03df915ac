//! Facts about exceptions.

use crate::ExceptionScope;
use countersign_names::{ExceptionId, PersonId, PolicyId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about an exception from a guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum ExceptionFact {
    /// An authority lets a person or a group off a guardrail, for a time.
    #[serde(rename = "exception.opened/1")]
    Opened {
        /// Its id.
        exception: ExceptionId,
        /// The guardrail that reads it.
        policy: PolicyId,
        /// For whom and where.
        scope: ExceptionScope,
        /// Who answers for it.
        owner: PersonId,
        /// Who allowed it, in words.
        authority: String,
        /// Why.
        reason: String,
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// An exception ended before its time.
    #[serde(rename = "exception.ended/1")]
    Ended {
        /// Its id.
        exception: ExceptionId,
        /// Why.
        reason: String,
    },
}
