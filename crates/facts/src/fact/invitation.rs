//! Facts about invitations.

use crate::{Digest, InvitationPurpose};
use countersign_names::{InvitationId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about a one-time link to enrol a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum InvitationFact {
    /// A person may enrol a passkey with a one-time link.
    #[serde(rename = "invitation.issued/1")]
    Issued {
        /// The id of the invitation.
        invitation: InvitationId,
        /// The person who may use it.
        person: PersonId,
        /// SHA-256 of the secret in the link.
        secret: Digest,
        /// Enrolment of a passkey, or recovery for a person who lost theirs.
        purpose: InvitationPurpose,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// An invitation was withdrawn before its use.
    #[serde(rename = "invitation.withdrawn/1")]
    Withdrawn {
        /// The id of the invitation.
        invitation: InvitationId,
    },
}

#[cfg(test)]
crate::golden::every_fact! { InvitationFact {
    Issued { invitation, person, secret, purpose, expires_at },
    Withdrawn { invitation },
} }
