//! Facts about passkeys.

use countersign_names::{Assurance, CredentialId, InvitationId, PersonId};
use serde::{Deserialize, Serialize};

/// An event about a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum CredentialFact {
    /// A passkey was registered, with its public part.
    #[serde(rename = "credential.registered/1")]
    Registered {
        /// The id of the passkey.
        credential: CredentialId,
        /// The person whose passkey it is.
        person: PersonId,
        /// The name that its owner gave it.
        name: String,
        /// The invitation that it used up, if there was one.
        invitation: Option<InvitationId>,
        /// The assurance of a sign-in with it.
        assurance: Assurance,
        /// The WebAuthn verifier's JSON: the public key, the counter and the flags.
        passkey: serde_json::Value,
    },
    /// A passkey's counter or flags changed.
    #[serde(rename = "credential.used/1")]
    Used {
        /// The id of the passkey.
        credential: CredentialId,
        /// The verifier's JSON after the use.
        passkey: serde_json::Value,
    },
    /// A passkey was removed. The sessions that it started end.
    #[serde(rename = "credential.removed/1")]
    Removed {
        /// The id of the passkey.
        credential: CredentialId,
    },
}

#[cfg(test)]
crate::golden::every_fact! { CredentialFact {
    Registered { credential, person, name, invitation, assurance, passkey },
    Used { credential, passkey },
    Removed { credential },
} }
