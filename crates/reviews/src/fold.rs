//! What the facts add up to, for each item.

use crate::item::{AssignedAs, ReviewItem};
use countersign_facts::{Actor, Fact, ReviewFact, ReviewVerdict, Stated};
use countersign_names::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// Who reviews an item now, and what was decided last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemState {
    /// The reviewer; `None` if nobody may review it.
    pub reviewer: Option<PersonId>,
    /// As what.
    pub assigned_as: AssignedAs,
    /// The last decision.
    pub decision: Option<ItemDecision>,
}

/// A decision about an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemDecision {
    /// Whether the access stays.
    pub verdict: ReviewVerdict,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who decided it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Number of items that were decided together with it, itself included.
    pub together: u32,
}

/// Folds what was said about a campaign over its items, which are in the order of their numbers.
pub fn fold_items(items: &[ReviewItem], events: &[Stated]) -> Vec<ItemState> {
    let asked = |item: &ReviewItem| ItemState {
        reviewer: item.assignment.reviewer,
        assigned_as: item.assignment.assigned_as,
        decision: None,
    };
    let mut states: Vec<ItemState> = items.iter().map(asked).collect();
    for stated in events {
        let Fact::Review(fact) = &stated.fact else { continue };
        match fact {
            ReviewFact::Decided { items, verdict, reason, .. } => {
                let decision = ItemDecision {
                    verdict: *verdict,
                    reason: reason.clone(),
                    by: stated.by.clone(),
                    at: stated.at,
                    together: u32::try_from(items.len()).unwrap_or(u32::MAX),
                };
                change(&mut states, items, |state| state.decision = Some(decision.clone()));
            }
            ReviewFact::Escalated { items, reviewer, .. } => change(&mut states, items, |state| {
                (state.reviewer, state.assigned_as) = (Some(*reviewer), AssignedAs::Escalation);
            }),
            ReviewFact::Reassigned { items, reviewer, .. } => change(&mut states, items, |state| {
                (state.reviewer, state.assigned_as) = (Some(*reviewer), AssignedAs::Chosen);
            }),
            ReviewFact::Opened { .. } | ReviewFact::Closed { .. } => {}
        }
    }
    states
}

fn change(states: &mut [ItemState], items: &[u32], how: impl Fn(&mut ItemState)) {
    for item in items {
        let place = usize::try_from(*item).ok().and_then(|number| number.checked_sub(1));
        if let Some(state) = place.and_then(|place| states.get_mut(place)) {
            how(state);
        }
    }
}
