//! A fact as the journal holds it.

use crate::{Actor, Fact, flat};
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};

/// A fact with its place: what happened, when, and on whose word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// When it was stated. Facts are ordered by their sequence in the journal, never by this.
    pub at: Timestamp,
    /// On whose word.
    pub by: Actor,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

impl Stated {
    /// The fact as the bytes that the journal chains.
    ///
    /// # Errors
    /// Never for a fact that this type can hold; the error is serde's.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// The fact in these bytes.
    ///
    /// # Errors
    /// When the bytes are not a fact of a version that this build knows. A follower that meets one must stop
    /// following, since it no longer knows the world.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        if let Some(common) = std::str::from_utf8(bytes).ok().and_then(flat::read) {
            return Ok(common);
        }
        serde_json::from_slice(bytes)
    }
}
