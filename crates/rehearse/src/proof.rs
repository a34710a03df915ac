//! The result of a proof.

use crate::again::Unanswerable;
use crate::past::Past;
use countersign_decide::{Answer, Effect};
use countersign_facts::{ApplicationFact, ExceptionFact, Fact, ResourceFact, RolloutFact, TrustKey};
use countersign_names::{
    Action, ApplicationName, DecisionId, EvidenceItem, ExceptionId, PolicyId, Sensitivity, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Number of items of evidence.
pub const ITEMS: usize = EvidenceItem::ALL.len();

/// The result of a proof.
#[derive(Debug, Default)]
pub struct Proof {
    /// Accesses that went ahead and were evaluated again without each item.
    pub went_ahead: u64,
    /// Accesses that were denied: they depend on nothing.
    pub denied: u64,
    /// Accesses refused without evaluating the policies.
    pub unasked: u64,
    /// Accesses that cannot be evaluated again, by reason. Nothing is claimed about them.
    pub unknown: BTreeMap<String, u64>,
    /// Number of questions decided with unchanged evidence; each was evaluated again without the items that its
    /// policies read.
    pub decided: u64,
    /// The numbers of accesses that depend on each item, by application, sensitivity and action.
    pub shares: BTreeMap<(ApplicationName, Sensitivity, Action), Share>,
    /// The accesses that could rest on implicit trust, whether they do or not.
    pub resting: BTreeMap<TrustKey, Resting>,
    /// The effect of each policy.
    pub bites: BTreeMap<PolicyId, Bites>,
    /// The use of each exception.
    pub exceptions: BTreeMap<ExceptionId, Use>,
}

/// The numbers of accesses that depend on each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// All accesses.
    pub accesses: u64,
    /// Accesses that would be denied without the item, in the order of [`EvidenceItem::ALL`].
    pub depends: [u64; ITEMS],
}

impl Share {
    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        self.accesses += other.accesses;
        self.depends.iter_mut().zip(other.depends).for_each(|(sum, more)| *sum += more);
    }

    /// Returns how many accesses depend on `item`.
    pub fn on(&self, item: EvidenceItem) -> u64 {
        self.depends.get(item as usize).copied().unwrap_or_default()
    }
}

/// The accesses of one cohort to one resource, with respect to one item of evidence.
#[derive(Debug, Clone, Default)]
pub struct Resting {
    /// Accesses that went ahead.
    pub of: u64,
    /// Those of them that rest on implicit trust in the item.
    pub accesses: u64,
    /// The same two numbers for current accesses.
    pub current_of: u64,
    /// See [`Resting::current_of`].
    pub current: u64,
    /// Those on trust to an application that is only observed.
    pub observed: u64,
    /// Number of principals with accesses on trust.
    pub principals: u64,
    /// The highest sensitivity that the resource had.
    pub sensitivity: Option<Sensitivity>,
    /// The policies that allowed the accesses on trust.
    pub policies: BTreeSet<PolicyId>,
    /// The time of the first access on trust.
    pub first: Option<Timestamp>,
    /// The time and the decision of the last access on trust.
    pub last: Option<(Timestamp, DecisionId)>,
    /// The answer of a current access on trust.
    pub(crate) answer: Option<Arc<Answer>>,
}

/// The effect of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bites {
    /// Accesses that it denied.
    pub denied: u64,
    /// Questions that it would have denied without an item of their evidence.
    pub would: u64,
}

/// The use of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Use {
    /// Accesses that it covered and that went ahead.
    pub accesses: u64,
    /// Those of them that would have been denied without it.
    pub needed: u64,
}

impl Resting {
    /// Returns whether accesses rest on implicit trust at present; `None` if there was no current access.
    pub const fn is_trusted(&self) -> Option<bool> {
        match (self.current_of, self.current) {
            (0, _) => None,
            (_, 0) => Some(false),
            _ => Some(true),
        }
    }

    /// Returns the sequence of the fact after `after` that restored implicit trust in `item`, if it can be determined:
    /// the first policy set published since under which such an access does not need the item, or else the last change
    /// of what governs the access (its application, a label, an exception, a halted rollout).
    ///
    /// # Errors
    /// If the past cannot be read.
    pub fn brought_back_by(
        &self,
        past: &mut Past,
        item: EvidenceItem,
        after: u64,
    ) -> Result<Option<u64>, Unanswerable> {
        let Some(answer) = &self.answer else { return Ok(None) };
        for (seq, version) in past.publications(after)? {
            let policies = past.policies(&version)?;
            // An access that had no such item is evaluated unchanged.
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
