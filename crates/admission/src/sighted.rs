//! Whom staged rollouts turned, as this enforcement point saw it since it was last asked.
//!
//! What is seen here is told to whoever watches over the rollouts, who states it. Nothing of it is looked at to decide.

use countersign_decide::{Answer, Effect};
use countersign_names::{DecisionId, PersonId, Principal, RolloutId};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::Notify;

/// Accesses that a rollout turned, by which way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolloutTurns {
    /// Denied, and would have been allowed without it.
    pub newly_denied: TurnedAccesses,
    /// Allowed, and would have been denied without it.
    pub newly_allowed: TurnedAccesses,
}

/// Accesses that were turned one way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TurnedAccesses {
    /// The people whose they were.
    pub people: BTreeSet<PersonId>,
    /// How many, whoever made them.
    pub accesses: u64,
    /// The first of them.
    pub example: Option<DecisionId>,
}

impl RolloutTurns {
    /// These, and what was seen after them.
    pub fn merge(&mut self, later: Self) {
        self.newly_denied.merge(later.newly_denied);
        self.newly_allowed.merge(later.newly_allowed);
    }
}

impl TurnedAccesses {
    fn merge(&mut self, later: Self) {
        self.people.extend(later.people);
        self.accesses = self.accesses.saturating_add(later.accesses);
        self.example = self.example.or(later.example);
    }
}

/// What was seen and not told yet.
#[derive(Default)]
pub struct Sightings {
    seen: Mutex<BTreeMap<RolloutId, RolloutTurns>>,
    told: Notify,
}

impl Sightings {
    /// An answer was given and recorded under this id.
    pub fn answered(&self, id: DecisionId, answer: &Answer, stale: bool) {
        let decision = answer.decision();
        // Nearly every answer ends here. What is only observed stopped nobody, and what is stale fell for another reason.
        if decision.turned.is_empty() || !decision.enforced || stale {
            return;
        }
        let Some(evidence) = answer.evidence() else { return };
        let mut seen = self.seen.lock();
        for rollout in evidence.rollouts.iter().filter(|known| decision.turned.contains(&known.policy)) {
            let sighted = seen.entry(rollout.id).or_default();
            let seen = match decision.effect {
                Effect::Deny => &mut sighted.newly_denied,
                Effect::Allow => &mut sighted.newly_allowed,
            };
            if let Principal::Person(person) = evidence.question.principal {
                seen.people.insert(person);
            }
            seen.accesses += 1;
            seen.example = seen.example.or(Some(id));
        }
        drop(seen);
        self.told.notify_one();
    }

    /// What was seen since this was last asked.
    pub fn take(&self) -> BTreeMap<RolloutId, RolloutTurns> {
        std::mem::take(&mut *self.seen.lock())
    }

    /// Resolves once something was seen that was not taken yet, perhaps once too often.
    pub async fn any(&self) {
        self.told.notified().await;
    }
}
