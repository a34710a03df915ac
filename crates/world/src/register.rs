//! The implicit-trust register: what works only because nobody checks it, and who answers for that.

use crate::World;
use crate::contradiction::Contradiction;
use crate::maps::HashMap;
use countersign_facts::{Stated, TrustEntry, TrustFact, TrustKey, TrustUse};
use countersign_names::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The entries.
pub type Register = HashMap<TrustKey, Arc<Trust>>;

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// What it is about.
    pub key: TrustKey,
    /// What the last proof that told of it saw, its first access ever among it.
    pub seen: TrustUse,
    /// When it was found first.
    pub discovered_at: Timestamp,
    /// What is done about it.
    pub state: TrustState,
    /// That it came back, if it did.
    pub drift: Option<Drift>,
}

/// What is done about an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrustState {
    /// Nothing yet.
    Discovered,
    /// Somebody answers for it.
    Owned {
        /// Who.
        owner: PersonId,
    },
    /// It is known and authorised, for a time.
    Documented {
        /// Who answers for it.
        owner: PersonId,
        /// Who allowed it, in words.
        authority: String,
        /// Why.
        reason: String,
        /// When the authority ends; the entry then counts as one that is only owned.
        expires_at: Timestamp,
    },
    /// No access rests on it any more.
    Eliminated {
        /// When that was found.
        at: Timestamp,
        /// The sequence of the world up to which accesses were looked at for it.
        up_to: u64,
    },
}

/// An entry came back after it had been eliminated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// When that was found.
    pub at: Timestamp,
    /// The sequence of the fact that brought it back, where one was found.
    pub by: Option<u64>,
}

impl Trust {
    /// Whether accesses rest on it, as far as proofs know.
    pub const fn is_live(&self) -> bool {
        !matches!(self.state, TrustState::Eliminated { .. })
    }

    /// Whether it is authorised at `now`.
    pub fn is_documented(&self, now: Timestamp) -> bool {
        matches!(self.state, TrustState::Documented { expires_at, .. } if now < expires_at)
    }

    /// Who answers for it.
    pub const fn owner(&self) -> Option<PersonId> {
        match self.state {
            TrustState::Owned { owner } | TrustState::Documented { owner, .. } => Some(owner),
            TrustState::Discovered | TrustState::Eliminated { .. } => None,
        }
    }
}

/// Facts about the register.
pub fn apply(world: &mut World, stated: &Stated, fact: &TrustFact) -> Result<(), Contradiction> {
    let at = stated.at;
    match fact {
        TrustFact::Found { found } => {
            found.iter().for_each(|found| find(&mut world.register, found, at));
            Ok(())
        }
        TrustFact::Eliminated { keys, up_to } => {
            let state = TrustState::Eliminated { at, up_to: *up_to };
            keys.iter().try_for_each(|key| put(&mut world.register, key, state.clone()))
        }
        TrustFact::Owned { keys, owner } => {
            world.people.get(*owner)?;
            let state = TrustState::Owned { owner: *owner };
            keys.iter().try_for_each(|key| put(&mut world.register, key, state.clone()))
        }
        TrustFact::Documented { keys, owner, authority, reason, expires_at } => {
            world.people.get(*owner)?;
            for (field, text) in [("authority", authority), ("reason", reason)] {
                if text.trim().is_empty() {
                    return Err(Contradiction::impossible(
                        field,
                        format!("implicit trust is documented with its {field}: it is empty"),
                    ));
                }
            }
            if *expires_at <= at {
                return Err(Contradiction::impossible("expires_at", "an authority ends after it begins"));
            }
            let state = TrustState::Documented {
                owner: *owner,
                authority: authority.clone(),
                reason: reason.clone(),
                expires_at: *expires_at,
            };
            keys.iter().try_for_each(|key| put(&mut world.register, key, state.clone()))
        }
    }
}

fn find(register: &mut Register, found: &TrustEntry, at: Timestamp) {
    let known = register.get(&found.key);
    let entry = match known {
        None => Trust {
            key: found.key.clone(),
            seen: found.seen.clone(),
            discovered_at: at,
            state: TrustState::Discovered,
            drift: None,
        },
        Some(known) => {
            let first = known.seen.first.min(found.seen.first);
            let came_back = !known.is_live();
            Trust {
                key: found.key.clone(),
                seen: TrustUse { first, ..found.seen.clone() },
                discovered_at: known.discovered_at,
                state: if came_back { TrustState::Discovered } else { known.state.clone() },
                drift: if came_back { Some(Drift { at, by: found.brought_back_by }) } else { known.drift },
            }
        }
    };
    register.insert(found.key.clone(), Arc::new(entry));
}

fn put(register: &mut Register, key: &TrustKey, state: TrustState) -> Result<(), Contradiction> {
    let known =
        register.get(key).ok_or_else(|| Contradiction::unknown("keys", "entry of the register", key))?;
    if !known.is_live() {
        return Err(Contradiction::over(
            "keys",
            format!("{key} was eliminated: there is nothing to answer for"),
        ));
    }
    let entry = Trust { state, ..Trust::clone(known) };
    register.insert(key.clone(), Arc::new(entry));
    Ok(())
}
