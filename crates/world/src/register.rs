//! The implicit-trust register, as far as the world knows it: whether a fact about it makes sense, and when it last changed.
//!
//! The entries are a projection, for no decision reads them. A command about them reads the projection, and holds only while
//! [`World::register_changed`] is no later than what it read.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{Stated, TrustFact};

/// Facts about the register. Whether an entry is there, and is not eliminated, is for the command to know.
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
                        format!("implicit trust is documented with its {field}: it is empty"),
                    ));
                }
            }
            if *expires_at <= stated.at {
                return Err(Contradiction::impossible("expires_at", "an authority ends after it begins"));
            }
        }
    }
    // The sequence moves once the fact is folded in.
    world.register_changed = world.seq + 1;
    Ok(())
}
