//! Facts about passkeys.

use countersign_names::{Assurance, CredentialId, InvitationId, PersonId};
use serde::{Deserialize, Serialize};

/// An event about a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum CredentialFact {
    /// A passkey was registered: its public part.
    #[serde(rename = "credential.registered/1")]
    Registered {
        /// Its id.
        credential: CredentialId,
        /// Whose it is.
        person: PersonId,
        /// What its owner calls it.
        name: String,
        /// The invitation that it used up, if it came by one.
        invitation: Option<InvitationId>,
        /// The assurance that signing in with it gives.
        assurance: Assurance,
        /// The verifier's own JSON for the public key, its counter and flags.
        passkey: serde_json::Value,
    },
    /// A passkey's counter or flags moved.
    #[serde(rename = "credential.used/1")]
    Used {
        /// Its id.
        credential: CredentialId,
        /// The verifier's JSON after the use.
        passkey: serde_json::Value,
    },
    /// A passkey no longer signs anybody in; the sessions that it began end.
    #[serde(rename = "credential.removed/1")]
    Removed {
        /// Its id.
        credential: CredentialId,
    },
}
