//! Facts about service accounts.

use crate::{Digest, TokenBinding};
use countersign_names::{ApplicationName, PersonId, ServiceId, Timestamp, TokenId};
use serde::{Deserialize, Serialize};

/// An event about a service account or its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum ServiceFact {
    /// A service account was added to the inventory.
    #[serde(rename = "service.added/1")]
    Added {
        /// The id of the service account.
        service: ServiceId,
        /// The name that people see.
        name: String,
        /// The person who is responsible for it.
        owner: PersonId,
        /// Its purpose.
        purpose: String,
    },
    /// A service account was removed, with its tokens.
    #[serde(rename = "service.removed/1")]
    Removed {
        /// The id of the service account.
        service: ServiceId,
    },
    /// A bearer token was issued to a service account.
    #[serde(rename = "service.token_issued/1")]
    TokenIssued {
        /// The id of the token.
        token: TokenId,
        /// The service account.
        service: ServiceId,
        /// SHA-256 of the token. Only the holder has the token itself.
        secret: Digest,
        /// The application for which the holder may request decisions. `None`: the token is valid only for the API.
        application: Option<ApplicationName>,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// A bearer token was bound at its issue to a key and to certain commands.
    #[serde(rename = "service.token_bound/1")]
    TokenBound(TokenBinding),
    /// A bearer token was revoked before it expired.
    #[serde(rename = "service.token_revoked/1")]
    TokenRevoked {
        /// The id of the token.
        token: TokenId,
    },
}

#[cfg(test)]
crate::golden::every_fact! { ServiceFact {
    Added { service, name, owner, purpose },
    Removed { service },
    TokenIssued { token, service, secret, application, expires_at },
    TokenBound(binding),
    TokenRevoked { token },
} }
