//! Facts about grants.

use countersign_names::{ApplicationName, GrantId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about a just-in-time grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum GrantFact {
    /// A person requested a just-in-time grant.
    #[serde(rename = "grant.requested/1")]
    Requested {
        /// The id of the grant.
        grant: GrantId,
        /// The person who requested it.
        person: PersonId,
        /// The application.
        application: ApplicationName,
        /// The reason.
        reason: String,
        /// Its duration in seconds, counted from the approval.
        seconds: u32,
    },
    /// A second person approved the grant.
    #[serde(rename = "grant.approved/1")]
    Approved {
        /// The id of the grant.
        grant: GrantId,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// A second person refused the grant.
    #[serde(rename = "grant.refused/1")]
    Refused {
        /// The id of the grant.
        grant: GrantId,
        /// The reason.
        reason: String,
    },
    /// A grant was ended before it expired.
    #[serde(rename = "grant.revoked/1")]
    Revoked {
        /// The id of the grant.
        grant: GrantId,
        /// The reason.
        reason: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { GrantFact {
    Requested { grant, person, application, reason, seconds },
    Approved { grant, expires_at },
    Refused { grant, reason },
    Revoked { grant, reason },
} }
