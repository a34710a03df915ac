//! A fact as the journal holds it, with its time and author.

use crate::{Actor, Fact, flat};
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};

/// A fact with its time and its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// When it was stated. Facts are ordered by their sequence in the journal, never by this time.
    pub at: Timestamp,
    /// The author.
    pub by: Actor,
    /// The event.
    #[serde(flatten)]
    pub fact: Fact,
}

impl Stated {
    /// Returns the bytes that the journal chains.
    ///
    /// # Errors
    /// Never for a fact that this type can hold; the error is serde's.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads a fact from its bytes.
    ///
    /// # Errors
    /// If the bytes are not a fact of a version that this build knows. A follower that reads such bytes must stop,
    /// because it no longer knows the world.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        if let Some(common) = std::str::from_utf8(bytes).ok().and_then(flat::read) {
            return Ok(common);
        }
        serde_json::from_slice(bytes)
    }
}
