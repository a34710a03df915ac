//! Facts about the implicit-trust register.

use crate::{TrustEntry, TrustKey};
use countersign_names::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about entries of the implicit-trust register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum TrustFact {
    /// A proof found that accesses rest on implicit trust: entries that are new, that had been eliminated, or of which
    /// something else was seen than before.
    #[serde(rename = "trust.found/1")]
    Found {
        /// The entries.
        found: Vec<TrustEntry>,
    },
    /// A proof found that no access rests on these any more, although there were some: what they were trusted in is checked.
    #[serde(rename = "trust.eliminated/1")]
    Eliminated {
        /// The entries.
        keys: Vec<TrustKey>,
        /// The sequence of the world up to which accesses were looked at.
        up_to: u64,
    },
    /// Somebody answers for these from now on.
    #[serde(rename = "trust.owned/1")]
    Owned {
        /// The entries.
        keys: Vec<TrustKey>,
        /// Who.
        owner: PersonId,
    },
    /// These are known and authorised, for a time.
    #[serde(rename = "trust.documented/1")]
    Documented {
        /// The entries.
        keys: Vec<TrustKey>,
        /// Who answers for them.
        owner: PersonId,
        /// Who allowed it, in words.
        authority: String,
        /// Why.
        reason: String,
        /// When the authority ends by itself.
        expires_at: Timestamp,
    },
}
