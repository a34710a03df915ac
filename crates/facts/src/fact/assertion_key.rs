//! Facts about gates' keys.

use serde::{Deserialize, Serialize};

/// An event about a key that a gate signs its assertions with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum AssertionKeyFact {
    /// A gate signs its assertions with this key from now on.
    #[serde(rename = "assertion_key.published/1")]
    Published {
        /// The key's id in JWKS and token headers.
        kid: String,
        /// The public key as a JWK.
        jwk: serde_json::Value,
    },
    /// A gate's key has had its day: the gate makes another to sign with. What this one signed is believed until it has
    /// expired.
    #[serde(rename = "assertion_key.rotated/1")]
    Rotated {
        /// The key's id.
        kid: String,
    },
    /// A gate's key must no longer be trusted.
    #[serde(rename = "assertion_key.retired/1")]
    Retired {
        /// The key's id.
        kid: String,
    },
}
