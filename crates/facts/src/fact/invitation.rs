//! Facts about invitations.

use crate::{Digest, InvitationPurpose};
use countersign_names::{InvitationId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about a one-time link for a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum InvitationFact {
    /// Somebody may enrol a passkey with a one-time link.
    #[serde(rename = "invitation.issued/1")]
    Issued {
        /// Its id.
        invitation: InvitationId,
        /// Who may use it.
        person: PersonId,
        /// SHA-256 of the secret in the link.
        secret: Digest,
        /// A first passkey, or the way back in for somebody who lost theirs.
        purpose: InvitationPurpose,
        /// When it stops working.
        expires_at: Timestamp,
    },
    /// An invitation was withdrawn unused.
    #[serde(rename = "invitation.withdrawn/1")]
    Withdrawn {
        /// Its id.
        invitation: InvitationId,
    },
}
