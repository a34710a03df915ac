//! Birthright roles: what all people with an attribute hold, or nearly all.

use crate::budget::WorkBudget;
use crate::cover::{RoleShare, admit, contribution};
use crate::matrix::{number, place, real};
use crate::progress::{CoverProgress, CoveredState};
use crate::proposal::{BirthrightRule, NearMember, RolePattern, RoleProposal};
use crate::settings::RoleSettings;
use std::collections::BTreeMap;

/// Maximum number of attributes of a person that rules are made of, the first ones by name.
const MOST_ATTRIBUTES: usize = 8;

/// How far below the confidence an entitlement may be that the holders of the others have in common.
const JOINING: f64 = 0.1;

/// An attribute and its value.
type AttributeCondition<'a> = (&'a str, &'a str);

/// Proposes birthright roles, the most general ones first.
pub(crate) fn birthrights(
    progress: &mut CoverProgress<'_>,
    settings: &RoleSettings,
    budget: &mut WorkBudget,
) -> Vec<RoleProposal> {
    let mut counts = ColumnCounts::new(progress.matrix.entitlements());
    let mut proposals = Vec::new();
    for (conditions, people) in rules(progress, settings.min_people) {
        let grants = people.iter().map(|person| progress.matrix.rows.range(*person).len()).sum();
        if !budget.take(grants) {
            break;
        }
        let Some(entitlements) = counts.birthright(progress, &people, settings) else { continue };
        let conditions =
            conditions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        proposals.extend(propose(progress, settings, conditions, &people, entitlements));
    }
    proposals
}

/// Proposes a role for the people of a rule. Who holds it without being meant by the rule becomes a member too, at the cost of an
/// assignment: otherwise the same entitlements would come back as a pattern.
fn propose(
    progress: &mut CoverProgress<'_>,
    settings: &RoleSettings,
    conditions: Vec<(String, String)>,
    people: &[u32],
    entitlements: Vec<u32>,
) -> Option<RoleProposal> {
    let (mut members, mut near) = (Vec::new(), Vec::new());
    for holder in people.iter().copied() {
        let missing = progress.missing(holder, &entitlements);
        match missing.is_empty() {
            true => members.push(holder),
            false => near.push(NearMember { holder, missing }),
        }
    }
    let holding = members.len();
    let is_meant = |holder: u32| people.binary_search(&holder).is_ok();
    let slack = settings.slack(entitlements.len());
    for holder in progress.possible_holders(&entitlements, slack) {
        if is_meant(holder) {
            continue;
        }
        match contribution(progress, holder, &entitlements, slack, settings) {
            None => {}
            Some((_, 0)) => members.push(holder),
            Some(_) => near.push(NearMember { holder, missing: progress.missing(holder, &entitlements) }),
        }
    }
    members.sort_unstable();
    near.sort_by_key(|near| near.holder);
    let RoleShare { members, near, added } = admit(members, near, entitlements.len(), settings.allow_new);
    let open: usize = members.iter().map(|member| progress.overlap(*member, &entitlements).open).sum();
    let exceptions = near.iter().filter(|near| is_meant(near.holder)).count()
        + members.iter().filter(|member| !is_meant(**member)).count();
    let assignments = 1 + exceptions;
    let weights = &settings.weights;
    let saved = real(open) * weights.direct
        - weights.role
        - real(entitlements.len()) * weights.entitlement
        - real(assignments) * weights.assignment;
    if holding < settings.min_members || saved <= 0.0 {
        return None;
    }
    let replaced =
        members.iter().map(|member| progress.settle(*member, &entitlements, CoveredState::Replaced)).sum();
    for left_out in &near {
        progress.settle(left_out.holder, &entitlements, CoveredState::Single);
    }
    progress.structure.roles += 1;
    progress.structure.assignments += assignments;
    progress.structure.entitlements += entitlements.len();
    let pattern = RolePattern::Birthright(BirthrightRule { conditions, people: people.len(), holding });
    Some(RoleProposal { pattern, entitlements, members, near, replaced, added, beyond: 0 })
}

/// Returns the rules that mean enough people, with these people: those with fewer conditions first, then those for more people.
fn rules<'a>(
    progress: &CoverProgress<'a>,
    min_people: usize,
) -> Vec<(Vec<AttributeCondition<'a>>, Vec<u32>)> {
    let (mut everybody, mut single) = (Vec::new(), BTreeMap::<AttributeCondition<'a>, Vec<u32>>::new());
    for holder in 0..number(progress.matrix.holders()) {
        let Some(attributes) = progress.attributes(holder) else { continue };
        everybody.push(holder);
        for (name, value) in attributes.iter().take(MOST_ATTRIBUTES) {
            single.entry((name, value)).or_default().push(holder);
        }
    }
    single.retain(|_, people| people.len() >= min_people);
    let mut pairs = BTreeMap::<[AttributeCondition<'a>; 2], Vec<u32>>::new();
    for holder in &everybody {
        let Some(attributes) = progress.attributes(*holder) else { continue };
        let known: Vec<AttributeCondition<'a>> = attributes
            .iter()
            .take(MOST_ATTRIBUTES)
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|condition| single.contains_key(condition))
            .collect();
        for (place, first) in known.iter().enumerate() {
            for second in known.iter().skip(place + 1) {
                pairs.entry([*first, *second]).or_default().push(*holder);
            }
        }
    }
    let mut rules = vec![(Vec::new(), everybody)];
    rules.extend(single.into_iter().map(|(condition, people)| (vec![condition], people)));
    rules.extend(pairs.into_iter().map(|(conditions, people)| (conditions.to_vec(), people)));
    rules.retain(|(_, people)| people.len() >= min_people);
    rules.sort_by(|(one, some), (other, others)| {
        (one.len(), others.len(), one).cmp(&(other.len(), some.len(), other))
    });
    rules
}

/// Counts how many of some people hold each entitlement.
struct ColumnCounts {
    held: Vec<usize>,
    open: Vec<usize>,
}

impl ColumnCounts {
    fn new(entitlements: usize) -> Self {
        Self { held: vec![0; entitlements], open: vec![0; entitlements] }
    }

    /// Returns what the people of a rule hold, or nearly all of them.
    ///
    /// An entitlement that enough people hold begins a birthright. Those who hold it (nearly all of it, if it is several) may
    /// have more in common: that joins it, down to a share a little lower. If that share is lower still, the attribute does not
    /// say who has the role, of which only a part was seen, and the rule is left: patterns find the whole role.
    fn birthright(
        &mut self,
        progress: &CoverProgress<'_>,
        people: &[u32],
        settings: &RoleSettings,
    ) -> Option<Vec<u32>> {
        let mut entitlements = self.common(progress, people, settings.confidence);
        if entitlements.is_empty() {
            return None;
        }
        let least = entitlements.len() - settings.slack(entitlements.len());
        let holding: Vec<u32> = people
            .iter()
            .copied()
            .filter(|person| progress.overlap(*person, &entitlements).held >= least)
            .collect();
        let share = settings.confidence - JOINING;
        let joining = self.common(progress, &holding, share);
        let widely = self.common(progress, people, share);
        if joining.iter().any(|entitlement| widely.binary_search(entitlement).is_err()) {
            return None;
        }
        entitlements.extend(joining);
        entitlements.sort_unstable();
        entitlements.dedup();
        Some(entitlements)
    }

    /// Returns what this share of the people hold, if no role explains most of it already.
    fn common(&mut self, progress: &CoverProgress<'_>, people: &[u32], share: f64) -> Vec<u32> {
        let mut touched = Vec::new();
        for person in people {
            for entitlement in progress.matrix.held_by(*person) {
                if let Some(held) = self.held.get_mut(place(*entitlement)) {
                    if *held == 0 {
                        touched.push(*entitlement);
                    }
                    *held += 1;
                }
            }
            for entitlement in progress.open(*person) {
                if let Some(open) = self.open.get_mut(place(entitlement)) {
                    *open += 1;
                }
            }
        }
        let least = real(people.len()) * share;
        let mut common = Vec::new();
        for entitlement in touched {
            let held = self.held.get_mut(place(entitlement)).map_or(0, std::mem::take);
            let open = self.open.get_mut(place(entitlement)).map_or(0, std::mem::take);
            if real(held) >= least && open * 2 >= held {
                common.push(entitlement);
            }
        }
        common.sort_unstable();
        common
    }
}
