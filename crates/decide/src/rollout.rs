//! Staged rollouts: which principals are in the sample, and what happens to a rollout when other policies come into
//! force.
//!
//! Membership of the sample is a pure function of the rollout's id and the principal's, so every process, every replay
//! and every auditor gets the same result. The sample only grows: a principal reached at 5 percent is also reached at
//! 25.

use aws_lc_rs::digest::{SHA256, digest};
use countersign_facts::{Digest, Fact, RolloutFact};
use countersign_names::{Principal, RolloutId};
use countersign_policy::{PolicyMeta, PolicySet, Stage};
use countersign_world::{Rollout, World};

/// Returns the position of a principal in the order of a rollout, from 0 to 99; `None` for the anonymous principal,
/// which is reached only at 100 percent.
///
/// The position is the first 8 bytes, as a number modulo 100, of SHA-256 over both ids as text with one space between
/// them. The order differs between rollouts, so that it is not always the same people who go first.
pub fn place(rollout: RolloutId, principal: Principal) -> Option<u8> {
    if principal == Principal::Anonymous {
        return None;
    }
    let hash = digest(&SHA256, format!("{rollout} {principal}").as_bytes());
    let number = u64::from_be_bytes(*hash.as_ref().first_chunk()?);
    u8::try_from(number % 100).ok()
}

/// Returns whether a principal is within the first `percent` of a rollout's order.
pub fn is_within(rollout: RolloutId, percent: u8, principal: Principal) -> bool {
    percent >= 100 || place(rollout, principal).is_some_and(|place| place < percent)
}

/// Returns whether a rollout has reached a principal.
pub fn reaches(rollout: &Rollout, principal: Principal) -> bool {
    is_within(rollout.id, rollout.percent(), principal)
}

/// Returns the SHA-256 of a policy's text, which identifies the policy that a rollout was started for.
pub fn text_of(policy: &PolicyMeta) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, policy.text.as_bytes()).as_ref());
    Digest::new(bytes)
}

/// Returns whether a set contains exactly the policy for which a rollout was started, still in the shadow stage.
pub fn is_of(rollout: &Rollout, policies: &PolicySet) -> bool {
    policies
        .get(&rollout.policy)
        .is_some_and(|policy| policy.stage == Stage::Shadow && text_of(policy) == rollout.text)
}

/// Returns the facts about the rollouts of `world` that follow when `policies` come into force: a rollout ends if its
/// policy is now enforced, and is halted if the policy was removed or its text changed.
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
