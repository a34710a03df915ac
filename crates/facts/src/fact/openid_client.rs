//! Facts about OpenID clients: programs that sign people in with this installation.

use crate::{Digest, OpenIdClient};
use countersign_names::OpenIdClientName;
use serde::{Deserialize, Serialize};

/// An event about an OpenID client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum OpenIdClientFact {
    /// A client was declared, or declared again: the declaration replaces the earlier one.
    #[serde(rename = "openid_client.declared/1")]
    Declared {
        /// The name of the client.
        client: OpenIdClientName,
        /// The declaration.
        #[serde(flatten)]
        about: OpenIdClient,
    },
    /// A secret was issued to a client. It replaces the earlier one, which no longer works.
    #[serde(rename = "openid_client.secret_issued/1")]
    SecretIssued {
        /// The name of the client.
        client: OpenIdClientName,
        /// SHA-256 of the secret.
        secret: Digest,
    },
    /// A client was withdrawn. Its name can never be used again.
    #[serde(rename = "openid_client.withdrawn/1")]
    Withdrawn {
        /// The name of the client.
        client: OpenIdClientName,
    },
}

#[cfg(test)]
crate::golden::every_fact! { OpenIdClientFact {
    Declared { client, about },
    SecretIssued { client, secret },
    Withdrawn { client },
} }
