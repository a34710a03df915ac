//! The choice among candidates: the one that saves most first.

use crate::budget::WorkBudget;
use crate::matrix::real;
use crate::progress::{CoverProgress, CoveredState};
use crate::proposal::{NearMember, RolePattern, RoleProposal};
use crate::settings::RoleSettings;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A candidate with what it saved when it was last evaluated.
struct RankedCandidate {
    saves: f64,
    set: Reverse<Vec<u32>>,
    /// How many roles had been chosen then.
    chosen: usize,
}

impl Ord for RankedCandidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.saves.total_cmp(&other.saves).then_with(|| self.set.cmp(&other.set))
    }
}

impl PartialOrd for RankedCandidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for RankedCandidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for RankedCandidate {}

/// Chooses roles among candidates until none saves anything.
pub(crate) fn cover(
    progress: &mut CoverProgress<'_>,
    candidates: Vec<Vec<u32>>,
    settings: &RoleSettings,
    budget: &mut WorkBudget,
) -> Vec<RoleProposal> {
    let mut proposals = Vec::new();
    let mut heap = BinaryHeap::new();
    for set in candidates {
        let saves = promise(progress, &set, settings, budget);
        if saves > 0.0 {
            heap.push(RankedCandidate { saves, set: Reverse(set), chosen: 0 });
        }
    }
    while let Some(mut best) = heap.pop() {
        if budget.is_used_up() {
            break;
        }
        if best.chosen == proposals.len() {
            proposals.extend(choose(progress, best.set.0, settings));
            continue;
        }
        // What a candidate saves can only have fallen, so one that stays on top is the best.
        best.saves = promise(progress, &best.set.0, settings, budget);
        best.chosen = proposals.len();
        if best.saves > 0.0 {
            heap.push(best);
        }
    }
    proposals
}

/// Returns what a role would save if those who hold nearly all of it belonged to it, with what they lack as a cost. With full
/// members alone, a part of the role that nobody happens to lack would always look better than the role.
fn promise(
    progress: &CoverProgress<'_>,
    set: &[u32],
    settings: &RoleSettings,
    budget: &mut WorkBudget,
) -> f64 {
    let slack = settings.slack(set.len());
    let mut saves = -fixed_cost(set, settings);
    for holder in progress.possible_holders(set, slack) {
        if !budget.take(progress.steps(holder, set)) {
            return 0.0;
        }
        saves += contribution(progress, holder, set, slack, settings).map_or(0.0, |(saves, _)| saves);
    }
    saves
}

/// Returns what an identity adds to a role, and how much of the role it lacks; nothing if it adds nothing.
pub(crate) fn contribution(
    progress: &CoverProgress<'_>,
    holder: u32,
    set: &[u32],
    slack: usize,
    settings: &RoleSettings,
) -> Option<(f64, usize)> {
    let overlap = progress.overlap(holder, set);
    let lacking = set.len() - overlap.held;
    let saves = (real(overlap.open) - real(lacking)) * settings.weights.direct - settings.weights.assignment;
    (lacking <= slack && saves > 0.0).then_some((saves, lacking))
}

fn fixed_cost(set: &[u32], settings: &RoleSettings) -> f64 {
    settings.weights.role + real(set.len()) * settings.weights.entitlement
}

/// Takes a role into the structure, if it lowers the complexity.
fn choose(progress: &mut CoverProgress<'_>, set: Vec<u32>, settings: &RoleSettings) -> Option<RoleProposal> {
    let slack = settings.slack(set.len());
    let (mut members, mut near) = (Vec::new(), Vec::new());
    for holder in progress.possible_holders(&set, slack) {
        match contribution(progress, holder, &set, slack, settings) {
            None => {}
            Some((_, 0)) => members.push(holder),
            Some(_) => near.push(NearMember { holder, missing: progress.missing(holder, &set) }),
        }
    }
    let RoleShare { members, near, added } = admit(members, near, set.len(), settings.allow_new);
    let open: usize = members.iter().map(|member| progress.overlap(*member, &set).open).sum();
    let assignments = real(members.len()) * settings.weights.assignment;
    let saved = real(open) * settings.weights.direct - assignments - fixed_cost(&set, settings);
    if members.len() < settings.min_members || saved <= 0.0 {
        return None;
    }
    let is_exact = near.is_empty()
        && added == 0
        && members.iter().all(|member| progress.open(*member).eq(set.iter().copied()));
    let replaced = members.iter().map(|member| progress.settle(*member, &set, CoveredState::Replaced)).sum();
    for left_out in &near {
        progress.settle(left_out.holder, &set, CoveredState::Single);
    }
    progress.structure.roles += 1;
    progress.structure.assignments += members.len();
    progress.structure.entitlements += set.len();
    let pattern = if is_exact { RolePattern::Exact } else { RolePattern::Near };
    Some(RoleProposal { pattern, entitlements: set, members, near, replaced, added, beyond: 0 })
}

/// Who gets a role.
pub(crate) struct RoleShare {
    pub(crate) members: Vec<u32>,
    pub(crate) near: Vec<NearMember>,
    pub(crate) added: usize,
}

/// Makes members of those who lack least, as long as the new grants are no more than the allowed share of all that the members
/// hold through the role.
pub(crate) fn admit(
    mut members: Vec<u32>,
    mut near: Vec<NearMember>,
    size: usize,
    allowed: f64,
) -> RoleShare {
    let mut added = 0;
    if allowed > 0.0 {
        near.sort_by_key(|near| (near.missing.len(), near.holder));
        let admitted = near
            .iter()
            .take_while(|near| {
                let all = real((members.len() + 1) * size);
                let fits = real(added + near.missing.len()) <= all * allowed;
                if fits {
                    added += near.missing.len();
                    members.push(near.holder);
                }
                fits
            })
            .count();
        near.drain(..admitted);
        near.sort_by_key(|near| near.holder);
        members.sort_unstable();
    }
    RoleShare { members, near, added }
}
