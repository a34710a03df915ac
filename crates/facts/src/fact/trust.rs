//! Facts about the implicit-trust register.

use crate::{TrustEntry, TrustKey};
use countersign_names::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about entries of the implicit-trust register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum TrustFact {
    /// A proof found accesses that rest on implicit trust: entries that are new, that had been eliminated, or whose use
    /// has changed.
    #[serde(rename = "trust.found/1")]
    Found {
        /// The entries.
        found: Vec<TrustEntry>,
    },
    /// A proof found that no access rests on these entries any more: the evidence is now checked.
    #[serde(rename = "trust.eliminated/1")]
    Eliminated {
        /// The entries.
        keys: Vec<TrustKey>,
        /// The sequence of the world up to which the proof examined accesses.
        up_to: u64,
    },
    /// A person became responsible for these entries.
    #[serde(rename = "trust.owned/1")]
    Owned {
        /// The entries.
        keys: Vec<TrustKey>,
        /// The person.
        owner: PersonId,
    },
    /// These entries are documented and authorised for a limited time.
    #[serde(rename = "trust.documented/1")]
    Documented {
        /// The entries.
        keys: Vec<TrustKey>,
        /// The person who is responsible for them.
        owner: PersonId,
        /// The authority that approved them, as free text.
        authority: String,
        /// The reason.
        reason: String,
        /// When the approval expires.
        expires_at: Timestamp,
    },
}

#[cfg(test)]
crate::golden::every_fact! { TrustFact {
    Found { found },
    Eliminated { keys, up_to },
    Owned { keys, owner },
    Documented { keys, owner, authority, reason, expires_at },
} }
