//! How each reviewer decided: a hint at decisions that nobody thought about.

use crate::fold::ItemState;
use countersign_facts::{Actor, Fact, ReviewFact, ReviewVerdict, Stated};
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the figures count, in words for people.
pub const WHAT_IS_COUNTED: &str = "Decided, kept and decided together count items by their last decision. Acts counts every \
    decision that was sent, changed ones included; one act can decide many items together. The median is of the whole seconds \
    between one act of a reviewer and the next in this access review, pauses included. The figures do not say why somebody \
    was fast: they say where to look.";

/// How one reviewer decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewerPace {
    /// The reviewer.
    pub by: Actor,
    /// Number of items whose last decision is theirs.
    pub decided: u32,
    /// Number of those whose access stays.
    pub kept: u32,
    /// Number of those that were decided together with others.
    pub together: u32,
    /// Number of acts.
    pub acts: u32,
    /// The median of the seconds between two acts; `None` below two acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_seconds: Option<u64>,
}

/// Measures the reviewers of a campaign, in the order of their ids. What the software decided is not a reviewer's.
pub fn paces(states: &[ItemState], events: &[Stated]) -> Vec<ReviewerPace> {
    let mut acts: BTreeMap<String, (ReviewerPace, Vec<Timestamp>)> = BTreeMap::new();
    for stated in events {
        let Fact::Review(ReviewFact::Decided { .. }) = &stated.fact else { continue };
        if matches!(stated.by, Actor::System(_)) {
            continue;
        }
        let by = stated.by.clone();
        let none = || ReviewerPace { by, decided: 0, kept: 0, together: 0, acts: 0, median_seconds: None };
        let (pace, moments) = acts.entry(stated.by.to_string()).or_insert_with(|| (none(), Vec::new()));
        pace.acts += 1;
        moments.push(stated.at);
    }
    for decision in states.iter().filter_map(|state| state.decision.as_ref()) {
        if let Some((pace, _)) = acts.get_mut(&decision.by.to_string()) {
            pace.decided += 1;
            pace.kept += u32::from(decision.verdict == ReviewVerdict::Keep);
            pace.together += u32::from(decision.together > 1);
        }
    }
    let measured = |(mut pace, moments): (ReviewerPace, Vec<Timestamp>)| {
        pace.median_seconds = median_gap(moments);
        pace
    };
    acts.into_values().map(measured).collect()
}

fn median_gap(mut moments: Vec<Timestamp>) -> Option<u64> {
    moments.sort_unstable();
    let mut gaps: Vec<u64> =
        moments.iter().zip(moments.iter().skip(1)).map(|(one, next)| next.since(*one).as_secs()).collect();
    gaps.sort_unstable();
    let middle = gaps.len() / 2;
    let upper = *gaps.get(middle)?;
    if gaps.len() % 2 == 1 {
        return Some(upper);
    }
    gaps.get(middle.checked_sub(1)?).map(|lower| lower.midpoint(upper))
}
