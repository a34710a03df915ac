//! Facts about service accounts.

use crate::{Digest, TokenBinding};
use countersign_names::{ApplicationName, PersonId, ServiceId, Timestamp, TokenId};
use serde::{Deserialize, Serialize};

/// An event about a service account or its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum ServiceFact {
    /// A service account came into the inventory.
    #[serde(rename = "service.added/1")]
    Added {
        /// Its id.
        service: ServiceId,
        /// What people call it.
        name: String,
        /// Who answers for it.
        owner: PersonId,
        /// What it does.
        purpose: String,
    },
    /// A service account went, and its tokens with it.
    #[serde(rename = "service.removed/1")]
    Removed {
        /// Its id.
        service: ServiceId,
    },
    /// A service account holds a new bearer token.
    #[serde(rename = "service.token_issued/1")]
    TokenIssued {
        /// The token's id.
        token: TokenId,
        /// Whose it is.
        service: ServiceId,
        /// SHA-256 of the token; the token itself is nowhere but with its holder.
        secret: Digest,
        /// The one application for which the holder may ask decisions; none: it may only call the API.
        application: Option<ApplicationName>,
        /// When it stops working.
        expires_at: Timestamp,
    },
    /// A bearer token is bound, from its issue on, to a key and to commands.
    #[serde(rename = "service.token_bound/1")]
    TokenBound(TokenBinding),
    /// A bearer token stopped working before its time.
    #[serde(rename = "service.token_revoked/1")]
    TokenRevoked {
        /// The token's id.
        token: TokenId,
    },
}
