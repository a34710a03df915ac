//! The part of the implicit-trust register that the world knows: whether a fact about it is valid, and its last change.
//!
//! The entries are a projection, because no decision reads them. A command about them reads the projection, and is valid
//! only if [`World::register_changed`] is not later than the state that it read.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{Stated, TrustFact};

/// Folds in facts about the register. The command must check that an entry exists and is not eliminated.
pub fn apply(world: &mut World, stated: &Stated, fact: &TrustFact) -> Result<(), Contradiction> {
    match fact {
        TrustFact::Found { .. } | TrustFact::Eliminated { .. } => {}
        TrustFact::Owned { owner, .. } => {
            world.people.get(*owner)?;
        }
        TrustFact::Documented { owner, authority, reason, expires_at, .. } => {
            world.people.get(*owner)?;
            for (field, text) in [("authority", authority), ("reason", reason)] {
                if text.trim().is_empty() {
                    return Err(Contradiction::impossible(
                        field,
                        format!("the {field} is empty: documented trust needs it"),
                    ));
                }
            }
            if *expires_at <= stated.at {
                return Err(Contradiction::impossible(
                    "expires_at",
                    "the authority would end before it begins: choose a later end",
                ));
            }
        }
    }
    // The sequence is raised after the fact is folded in.
    world.register_changed = world.seq + 1;
    Ok(())
}
