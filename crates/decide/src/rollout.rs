//! Staged rollouts: who is in the sample, and what becomes of a rollout when other policies are put in force.
//!
//! Whether somebody is in the sample is a pure function of the rollout's id and theirs, so that every process, every
//! replay and whoever doubts it comes to the same. It only grows: whoever is reached at 5 percent is reached at 25.

use aws_lc_rs::digest::{SHA256, digest};
use countersign_facts::{Digest, Fact, RolloutFact};
use countersign_names::{Principal, RolloutId};
use countersign_policy::{PolicyMeta, PolicySet, Stage};
use countersign_world::{Rollout, World};

/// The place of a principal in the order in which a rollout reaches them, from 0 to 99. None for whoever is nobody in
/// particular: they are reached with everybody.
///
/// It is the first 8 bytes of SHA-256 over both ids as they are written with one space between them, as a number, modulo
/// 100. Each rollout draws anew, so that it is not always the same people who go first.
pub fn place(rollout: RolloutId, principal: Principal) -> Option<u8> {
    if principal == Principal::Anonymous {
        return None;
    }
    let hash = digest(&SHA256, format!("{rollout} {principal}").as_bytes());
    let number = u64::from_be_bytes(*hash.as_ref().first_chunk()?);
    u8::try_from(number % 100).ok()
}

/// Whether whoever this is lies within the first `percent` of a rollout's order.
pub fn is_within(rollout: RolloutId, percent: u8, principal: Principal) -> bool {
    percent >= 100 || place(rollout, principal).is_some_and(|place| place < percent)
}

/// Whether a rollout has reached whoever this is.
pub fn reaches(rollout: &Rollout, principal: Principal) -> bool {
    is_within(rollout.id, rollout.percent(), principal)
}

/// SHA-256 over a policy's text: what a rollout is started for.
pub fn text_of(policy: &PolicyMeta) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, policy.text.as_bytes()).as_ref());
    Digest::new(bytes)
}

/// Whether a set holds the very policy for which a rollout was started.
pub fn is_of(rollout: &Rollout, policies: &PolicySet) -> bool {
    policies
        .get(&rollout.policy)
        .is_some_and(|policy| policy.stage == Stage::Shadow && text_of(policy) == rollout.text)
}

/// What putting `policies` in force does to the rollouts of `world`: one ends where its policy now counts by its own
/// text, and is halted where the policy is gone or another.
pub fn settled_by(world: &World, policies: &PolicySet) -> Vec<Fact> {
    let active = world.active_rollouts().iter().filter(|known| !is_of(known, policies));
    let settled = active.map(|known| {
        let halted =
            |why: String| Fact::Rollout(RolloutFact::Halted { rollout: known.id, why, example: None });
        match policies.get(&known.policy) {
            Some(policy) if policy.stage == Stage::Enforce => {
                Fact::Rollout(RolloutFact::Ended { rollout: known.id })
            }
            Some(_) => halted(format!("the text of {} was changed while it was rolled out", known.policy)),
            None => halted(format!("{} was removed while it was rolled out", known.policy)),
        }
    });
    settled.collect()
}
