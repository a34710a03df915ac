//! Facts about the gates' signing keys.

use serde::{Deserialize, Serialize};

/// An event about the key with which a gate signs its assertions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum AssertionKeyFact {
    /// A gate signs its assertions with this key from now on.
    #[serde(rename = "assertion_key.published/1")]
    Published {
        /// The id of the key in JWKS and token headers.
        kid: String,
        /// The public key as a JWK.
        jwk: serde_json::Value,
    },
    /// A gate replaced its key because of the key's age. Assertions signed with the old key stay valid until they expire.
    #[serde(rename = "assertion_key.rotated/1")]
    Rotated {
        /// The id of the key.
        kid: String,
    },
    /// A gate's key is no longer trusted.
    #[serde(rename = "assertion_key.retired/1")]
    Retired {
        /// The id of the key.
        kid: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { AssertionKeyFact {
    Published { kid, jwk },
    Rotated { kid },
    Retired { kid },
} }
