//! An answer that knows whether it still holds.

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

/// The same evidence, with these policies and no others counting in spite of their shadow stage.
fn enrolling(evidence: &Evidence, enrolled: BTreeSet<PolicyId>) -> Evidence {
    let mut evidence = evidence.clone();
    evidence.question.enrolled = enrolled;
    evidence
}

/// A decision with what it read. While that has not changed, and its time is not up, asking again would give the
/// same, because deciding is a pure function: so the answer may be used again instead.
///
/// The evidence is that of whoever asked first. It may differ from a later request's in what no policy read, as
/// [`Decision::reads`] tells: take the operation, the item, the content type, the address and the idle time from the
/// request.
#[derive(Debug)]
pub struct Answer {
    decision: Arc<Decision>,
    evidence: Option<Arc<Evidence>>,
    policies: Arc<PolicySet>,
    decided_at: Timestamp,
    world: u64,
    /// The sequence of the last world in which it was found to hold, so that a world is looked through once and not by
    /// everybody who asks in it. Any order of reads and writes will do: each value that is ever here is true.
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

    /// Nothing is known of what is asked for; the answer is no, and holds for this very moment only.
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

    /// What was decided.
    pub const fn decision(&self) -> &Arc<Decision> {
        &self.decision
    }

    /// On what evidence; none when there is no such application.
    pub const fn evidence(&self) -> Option<&Arc<Evidence>> {
        self.evidence.as_ref()
    }

    /// The policies that were asked.
    pub const fn policies(&self) -> &Arc<PolicySet> {
        &self.policies
    }

    /// The moment at which it was asked.
    pub const fn decided_at(&self) -> Timestamp {
        self.decided_at
    }

    /// The sequence of the world that was asked.
    pub const fn world(&self) -> u64 {
        self.world
    }

    /// Whether asking `world` and `policies` the same at `now` is sure to give the same. The world is one of the same
    /// history, in which a sequence names one world.
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

    /// What of the world it rests on, beside the policies, exceptions and rollouts that every answer rests on; none when
    /// there is no such application, and whatever comes may change that.
    pub fn rests_on(&self) -> Option<Vec<Touched>> {
        self.evidence.as_ref().map(|evidence| evidence.read.rests_on())
    }

    /// Whether [`Answer::is_alive`] can be told for the world of this sequence without looking at it, and would be true.
    pub fn is_known_alive(&self, seq: u64, policies: &Arc<PolicySet>, now: Timestamp) -> bool {
        (self.world == seq || self.held.load(Ordering::Relaxed) == seq)
            && self.evidence.is_some()
            && now >= self.decided_at
            && now <= self.decision.valid_until
            && Arc::ptr_eq(&self.policies, policies)
    }

    /// The answer that `policies` give to the same evidence at the same moment.
    pub fn under(&self, policies: &Arc<PolicySet>) -> Decision {
        match &self.evidence {
            // A rollout is of one text of its policy, and is halted by whatever puts another in its place.
            Some(evidence) if !evidence.rollouts.is_empty() => {
                let enrolled = evidence.rollouts.iter().filter(|known| rollout::is_of(known, policies));
                let enrolled = enrolled.map(|known| known.policy.clone()).collect();
                conclude(policies, &enrolling(evidence, enrolled), self.decided_at)
            }
            Some(evidence) => conclude(policies, evidence, self.decided_at),
            None => Decision::clone(&self.decision),
        }
    }

    /// The answer if `policy` counted too, in spite of its shadow stage. None when there is no such application.
    pub fn trying(&self, policy: &PolicyId) -> Option<Decision> {
        let evidence = self.evidence.as_ref()?;
        let mut enrolled = evidence.question.enrolled.clone();
        enrolled.insert(policy.clone());
        Some(conclude(&self.policies, &enrolling(evidence, enrolled), self.decided_at))
    }

    /// Leave to go ahead, if that is the answer. Whoever asks makes sure first that the answer is alive.
    pub fn permit(&self) -> Option<Permit> {
        Permit::for_answer(self)
    }
}
