//! What a proof found.

use crate::again::Unanswerable;
use crate::past::Past;
use countersign_decide::{Answer, Effect};
use countersign_facts::{ApplicationFact, ExceptionFact, Fact, ResourceFact, RolloutFact, TrustKey};
use countersign_names::{
    Action, ApplicationName, DecisionId, EvidenceItem, ExceptionId, PolicyId, Sensitivity, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many items of evidence there are.
pub const ITEMS: usize = EvidenceItem::ALL.len();

/// What a proof found.
#[derive(Debug, Default)]
pub struct Proof {
    /// Accesses that went ahead, and were asked again without each item.
    pub went_ahead: u64,
    /// Accesses that were denied: they rest on nothing.
    pub denied: u64,
    /// Accesses that were refused without asking the policies.
    pub unasked: u64,
    /// Accesses that cannot be asked again, by why. Nothing is claimed of them.
    pub unknown: BTreeMap<String, u64>,
    /// The questions that were decided as they were; each was asked again without what its policies read.
    pub decided: u64,
    /// How many accesses depend on what, by application, sensitivity and action.
    pub shares: BTreeMap<(ApplicationName, Sensitivity, Action), Share>,
    /// What rests on implicit trust, or was asked whether it does and does not.
    pub resting: BTreeMap<TrustKey, Resting>,
    /// What policies did.
    pub bites: BTreeMap<PolicyId, Bites>,
    /// What exceptions were good for.
    pub exceptions: BTreeMap<ExceptionId, Use>,
}

/// How many accesses depend on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// All of them.
    pub accesses: u64,
    /// Those that would be denied without the item, in the order of [`EvidenceItem::ALL`].
    pub depends: [u64; ITEMS],
}

impl Share {
    /// These and those.
    pub fn add(&mut self, other: &Self) {
        self.accesses += other.accesses;
        self.depends.iter_mut().zip(other.depends).for_each(|(sum, more)| *sum += more);
    }

    /// How many depend on `item`.
    pub fn on(&self, item: EvidenceItem) -> u64 {
        self.depends.get(item as usize).copied().unwrap_or_default()
    }
}

/// Accesses of one cohort to one resource, and one item of evidence.
#[derive(Debug, Clone, Default)]
pub struct Resting {
    /// Accesses that went ahead.
    pub of: u64,
    /// Of these, the ones that rest on implicit trust in the item.
    pub accesses: u64,
    /// The same two numbers of what is current.
    pub current_of: u64,
    /// See [`Resting::current_of`].
    pub current: u64,
    /// Of those on trust, the ones to an application that is only observed.
    pub observed: u64,
    /// How many principals' those on trust were.
    pub principals: u64,
    /// The highest sensitivity that the resource had.
    pub sensitivity: Option<Sensitivity>,
    /// The policies that let those on trust through.
    pub policies: BTreeSet<PolicyId>,
    /// The first of those on trust.
    pub first: Option<Timestamp>,
    /// The last of those on trust.
    pub last: Option<(Timestamp, DecisionId)>,
    /// The answer of one that is current.
    pub(crate) answer: Option<Arc<Answer>>,
}

/// What a policy did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bites {
    /// Accesses that it denied.
    pub denied: u64,
    /// Questions that it would have denied, with an item of their evidence taken away.
    pub would: u64,
}

/// What an exception was good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Use {
    /// Accesses that it covered and that went ahead.
    pub accesses: u64,
    /// Of these, the ones that would have been denied without it.
    pub needed: u64,
}

impl Resting {
    /// Whether accesses rest on implicit trust as things are; not known where nothing current was asked.
    pub const fn is_trusted(&self) -> Option<bool> {
        match (self.current_of, self.current) {
            (0, _) => None,
            (_, 0) => Some(false),
            _ => Some(true),
        }
    }

    /// The sequence of the fact after the one of sequence `after` that made accesses rest on trust in `item` again, if it can be
    /// told: the first policy set since by which such an access needs it no more, else the last change of what governs
    /// the access (its application, a label, an exception, a rollout that was taken back).
    ///
    /// # Errors
    /// When the past cannot be read.
    pub fn brought_back_by(
        &self,
        past: &mut Past,
        item: EvidenceItem,
        after: u64,
    ) -> Result<Option<u64>, Unanswerable> {
        let Some(answer) = &self.answer else { return Ok(None) };
        for (seq, version) in past.publications(after) {
            let policies = past.policies(&version)?;
            // What came without the item is asked as it came.
            let without = answer.without_under(&policies, item).map(|without| without.allowed);
            if without.unwrap_or_else(|| answer.under(&policies).effect == Effect::Allow) {
                return Ok(Some(seq));
            }
        }
        let Some(evidence) = answer.evidence() else { return Ok(None) };
        let application = &evidence.application.name;
        past.last(after, |fact| governs(fact, application))
    }
}

fn governs(fact: &Fact, name: &ApplicationName) -> bool {
    match fact {
        Fact::Application(
            ApplicationFact::Declared { application, .. } | ApplicationFact::Staged { application, .. },
        ) => application == name,
        Fact::Resource(ResourceFact::Labelled { resource, .. }) => resource.application() == name,
        Fact::Rollout(RolloutFact::Halted { .. }) => true,
        Fact::Exception(ExceptionFact::Opened { scope, .. }) => {
            scope.application.as_ref().is_none_or(|scope| scope == name)
        }
        _ => false,
    }
}
