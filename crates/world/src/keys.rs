//! The keys that sign assertions: their public parts, and whether they still sign.
//!
//! Each gate has its own key, whose private part never leaves it. A replacement is therefore requested by a fact: it ends
//! the use of the key, and the gate that holds it makes a new one as soon as it reads the fact.

use crate::World;
use crate::contradiction::Contradiction;
use crate::maps::HashSet;
use countersign_facts::{AssertionKeyFact, Stated};
use countersign_names::Timestamp;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A key that was not retired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionKey {
    /// The id in JWKS and token headers.
    pub kid: String,
    /// The public key as a JWK.
    pub jwk: serde_json::Value,
    /// When it was published.
    pub published_at: Timestamp,
    /// The time after which it signs nothing more. `None`: it signs.
    pub rotated_at: Option<Timestamp>,
}

/// All keys, and the ids of those that must never be trusted again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AssertionKeys {
    by_kid: OrdMap<String, Arc<AssertionKey>>,
    #[serde(with = "crate::maps::items")]
    retired: HashSet<String>,
}

impl AssertionKeys {
    /// Retires all keys: what they signed may be dated far ahead, and would be valid until then. Each gate makes a new
    /// one. Returns how many there were.
    pub(crate) fn retire_all(&mut self) -> usize {
        let retired = std::mem::take(&mut self.by_kid);
        self.retired.extend(retired.keys().cloned());
        retired.len()
    }
}

impl World {
    /// Returns all keys that were not retired, by id: those that sign, and those whose assertions may still be in use.
    pub fn assertion_keys(&self) -> impl Iterator<Item = &Arc<AssertionKey>> {
        self.assertion_keys.by_kid.values()
    }

    /// Returns a key that was not retired.
    pub fn assertion_key(&self, kid: &str) -> Option<&Arc<AssertionKey>> {
        self.assertion_keys.by_kid.get(kid)
    }

    /// Returns whether the gate with this key must make a new one, because the key was rotated or retired. False for a
    /// key that was never published.
    pub fn is_spent_key(&self, kid: &str) -> bool {
        self.assertion_keys.retired.contains(kid)
            || self.assertion_key(kid).is_some_and(|known| known.rotated_at.is_some())
    }
}

/// Folds in facts about the keys.
pub fn apply(
    keys: &mut AssertionKeys,
    stated: &Stated,
    fact: &AssertionKeyFact,
) -> Result<(), Contradiction> {
    let known = |keys: &AssertionKeys, kid: &String| {
        keys.by_kid.get(kid).cloned().ok_or_else(|| Contradiction::unknown("kid", "assertion key", kid))
    };
    match fact {
        AssertionKeyFact::Published { kid, jwk } => {
            if keys.by_kid.contains_key(kid) {
                return Err(Contradiction::taken("kid", format!("the key {kid} is already published")));
            }
            if keys.retired.contains(kid) {
                return Err(Contradiction::over(
                    "kid",
                    format!("the key {kid} was retired and is never trusted again: publish another key"),
                ));
            }
            let published = AssertionKey {
                kid: kid.clone(),
                jwk: jwk.clone(),
                published_at: stated.at,
                rotated_at: None,
            };
            keys.by_kid.insert(kid.clone(), Arc::new(published));
            Ok(())
        }
        AssertionKeyFact::Rotated { kid } => {
            let mut next = AssertionKey::clone(&*known(keys, kid)?);
            if next.rotated_at.is_some() {
                return Err(Contradiction::over("kid", format!("the key {kid} was already rotated")));
            }
            next.rotated_at = Some(stated.at);
            keys.by_kid.insert(kid.clone(), Arc::new(next));
            Ok(())
        }
        AssertionKeyFact::Retired { kid } => {
            known(keys, kid)?;
            keys.by_kid.remove(kid);
            keys.retired.insert(kid.clone());
            Ok(())
        }
    }
}
