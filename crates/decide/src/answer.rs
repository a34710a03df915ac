//! A decision together with the values that it read, so that it can be cached.

use crate::decision::{Decision, conclude};
use crate::gather::Evidence;
use crate::permit::Permit;
use crate::{reserved, rollout};
use countersign_names::{PolicyId, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::{Touched, World};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Returns the same evidence with exactly these shadow-stage policies counting.
pub fn enrolling(evidence: &Evidence, enrolled: BTreeSet<PolicyId>) -> Evidence {
    let mut evidence = evidence.clone();
    evidence.question.enrolled = enrolled;
    evidence
}

/// A decision with the values that it read. While these are unchanged and its time is not up, a new decision would be the
/// same, because deciding is a pure function. So the answer can be reused instead.
///
/// The evidence is that of the first request. It may differ from a later request's in values that no policy read, as
/// [`Decision::reads`] shows: take the operation, the item, the content type, the address and the idle time from the
/// request.
#[derive(Debug)]
pub struct Answer {
    decision: Arc<Decision>,
    evidence: Option<Arc<Evidence>>,
    policies: Arc<PolicySet>,
    decided_at: Timestamp,
    world: u64,
    /// The sequence of the last world in which it was found valid, so that only the first request in a world has to check
    /// it. Any memory order will do: each value ever stored here is true.
    held: AtomicU64,
}

impl Answer {
    pub(crate) fn new(
        decision: Decision,
        evidence: Evidence,
        world: &World,
        policies: &Arc<PolicySet>,
        now: Timestamp,
    ) -> Self {
        Self {
            decision: Arc::new(decision),
            evidence: Some(Arc::new(evidence)),
            policies: policies.clone(),
            decided_at: now,
            world: world.seq(),
            held: AtomicU64::new(world.seq()),
        }
    }

    /// Returns the denial for an unknown application, valid at this moment only.
    pub(crate) fn unknown_application(world: &World, policies: &Arc<PolicySet>, now: Timestamp) -> Self {
        Self {
            decision: Arc::new(Decision::refusal(reserved::UNKNOWN_APPLICATION, now)),
            evidence: None,
            policies: policies.clone(),
            decided_at: now,
            world: world.seq(),
            held: AtomicU64::new(world.seq()),
        }
    }

    /// Returns the decision.
    pub const fn decision(&self) -> &Arc<Decision> {
        &self.decision
    }

    /// Returns the evidence, or `None` if there is no such application.
    pub const fn evidence(&self) -> Option<&Arc<Evidence>> {
        self.evidence.as_ref()
    }

    /// Returns the policies that were evaluated.
    pub const fn policies(&self) -> &Arc<PolicySet> {
        &self.policies
    }

    /// Returns the time of the decision.
    pub const fn decided_at(&self) -> Timestamp {
        self.decided_at
    }

    /// Returns the sequence of the world that was read.
    pub const fn world(&self) -> u64 {
        self.world
    }

    /// Returns whether a decision on `world` and `policies` at `now` is certain to be the same. The world must belong to
    /// the same history, in which a sequence identifies one world.
    pub fn is_alive(&self, world: &World, policies: &Arc<PolicySet>, now: Timestamp) -> bool {
        let Some(evidence) = &self.evidence else { return false };
        now >= self.decided_at
            && now <= self.decision.valid_until
            && Arc::ptr_eq(&self.policies, policies)
            && self.holds_in(evidence, world)
    }

    fn holds_in(&self, evidence: &Evidence, world: &World) -> bool {
        let holds = self.held.load(Ordering::Relaxed) == world.seq() || evidence.read.holds_in(world);
        if holds {
            self.held.store(world.seq(), Ordering::Relaxed);
        }
        holds
    }

    /// Returns the values in the world on which it rests, beside the policies, exceptions and rollouts on which every
    /// answer rests. Returns `None` if there is no such application, because any fact may change that.
    pub fn rests_on(&self) -> Option<Vec<Touched>> {
        self.evidence.as_ref().map(|evidence| evidence.read.rests_on())
    }

    /// Returns whether [`Answer::is_alive`] is known to be true for the world of this sequence, without reading that
    /// world.
    pub fn is_known_alive(&self, seq: u64, policies: &Arc<PolicySet>, now: Timestamp) -> bool {
        (self.world == seq || self.held.load(Ordering::Relaxed) == seq)
            && self.evidence.is_some()
            && now >= self.decided_at
            && now <= self.decision.valid_until
            && Arc::ptr_eq(&self.policies, policies)
    }

    /// Returns the decision of `policies` on the same evidence at the same time.
    pub fn under(&self, policies: &Arc<PolicySet>) -> Decision {
        match &self.evidence {
            // A rollout applies to one text of its policy, and a publication with another text halts it.
            Some(evidence) if !evidence.rollouts.is_empty() => {
                let enrolled = evidence.rollouts.iter().filter(|known| rollout::is_of(known, policies));
                let enrolled = enrolled.map(|known| known.policy.clone()).collect();
                conclude(policies, &enrolling(evidence, enrolled), self.decided_at)
            }
            Some(evidence) => conclude(policies, evidence, self.decided_at),
            None => Decision::clone(&self.decision),
        }
    }

    /// Returns the decision if `policy` counted in spite of its shadow stage. Returns `None` if there is no such
    /// application.
    pub fn trying(&self, policy: &PolicyId) -> Option<Decision> {
        let evidence = self.evidence.as_ref()?;
        let mut enrolled = evidence.question.enrolled.clone();
        enrolled.insert(policy.clone());
        Some(conclude(&self.policies, &enrolling(evidence, enrolled), self.decided_at))
    }

    /// Returns a permit if the access goes ahead. The caller must first check that the answer is alive.
    pub fn permit(&self) -> Option<Permit> {
        Permit::for_answer(self)
    }
}
