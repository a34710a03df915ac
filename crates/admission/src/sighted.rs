//! The outcomes that staged rollouts changed at this enforcement point since they were last collected.
//!
//! The component that watches over rollouts collects them and states them as facts. No decision reads them.

use countersign_decide::{Answer, Effect};
use countersign_names::{DecisionId, PersonId, Principal, RolloutId};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::Notify;

/// Accesses whose outcome a rollout changed, by direction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolloutTurns {
    /// Accesses that were denied and would have been allowed without it.
    pub newly_denied: TurnedAccesses,
    /// Accesses that were allowed and would have been denied without it.
    pub newly_allowed: TurnedAccesses,
}

/// Accesses whose outcome changed in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TurnedAccesses {
    /// The people who made them.
    pub people: BTreeSet<PersonId>,
    /// The number of accesses, by all principals.
    pub accesses: u64,
    /// The decision of the first of them.
    pub example: Option<DecisionId>,
}

impl RolloutTurns {
    /// Adds later ones to these.
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

/// The outcomes that were not collected yet.
#[derive(Default)]
pub struct Sightings {
    seen: Mutex<BTreeMap<RolloutId, RolloutTurns>>,
    told: Notify,
}

impl Sightings {
    /// Counts an answer that was given and recorded under this id.
    pub fn answered(&self, id: DecisionId, answer: &Answer, stale: bool) {
        let decision = answer.decision();
        // Nearly every answer returns here. An unenforced denial stopped nobody, and a stale one had another reason.
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

    /// Takes what was counted since the last call.
    pub fn take(&self) -> BTreeMap<RolloutId, RolloutTurns> {
        std::mem::take(&mut *self.seen.lock())
    }

    /// Resolves once there is something to take. It may resolve once too often.
    pub async fn any(&self) {
        self.told.notified().await;
    }
}
