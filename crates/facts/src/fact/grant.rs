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
        /// Its id.
        grant: GrantId,
        /// Who asks.
        person: PersonId,
        /// For which application.
        application: ApplicationName,
        /// Why.
        reason: String,
        /// For how many seconds, counted from the approval.
        seconds: u32,
    },
    /// A second person countersigned the grant.
    #[serde(rename = "grant.approved/1")]
    Approved {
        /// Its id.
        grant: GrantId,
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// A second person refused the grant.
    #[serde(rename = "grant.refused/1")]
    Refused {
        /// Its id.
        grant: GrantId,
        /// Why.
        reason: String,
    },
    /// A grant ended before its time.
    #[serde(rename = "grant.revoked/1")]
    Revoked {
        /// Its id.
        grant: GrantId,
        /// Why.
        reason: String,
    },
}
