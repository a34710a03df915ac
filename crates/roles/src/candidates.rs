//! Sets of entitlements that could be roles.

use crate::budget::WorkBudget;
use crate::matrix::{NumberLists, number, place};
use crate::progress::CoverProgress;
use crate::settings::RoleSettings;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Through how many of its entitlements a row is compared with others, the rarest first.
const MOST_ENTITLEMENTS: usize = 24;
/// With how many others it is compared through each.
const NEIGHBOURS: usize = 4;
/// Maximum number of distinct sets that are counted at a time. Beyond it, those that occurred least are forgotten.
const MOST_COUNTED: usize = 400_000;
/// Maximum number of sets that are looked at more closely, those first that promise most.
const MOST_REFINED: usize = 8_000;
/// How many rows the majority of a set is formed of, at most.
const MOST_VOTERS: usize = 512;
/// How often a set is replaced by its majority, at most.
const ROUNDS: usize = 4;

/// Returns candidates, each in rising order, in the order of their content.
pub(crate) fn candidates(
    progress: &CoverProgress<'_>,
    settings: &RoleSettings,
    budget: &mut WorkBudget,
) -> Vec<Vec<u32>> {
    let open = OpenGrants::of(progress, settings.min_members);
    let mut candidates = BTreeSet::new();
    let mut visited = BTreeSet::new();
    for (set, is_exact) in promising(&open, settings.min_members, budget) {
        if is_exact {
            candidates.insert(set.clone());
        }
        let mut set = set;
        for _ in 0..ROUNDS {
            if !visited.insert(set.clone()) {
                break;
            }
            let Some(majority) = open.majority(&set, settings, budget) else { break };
            if majority == set {
                break;
            }
            set = majority;
        }
        if set.len() > 1 {
            candidates.insert(set);
        }
        if budget.is_used_up() {
            break;
        }
    }
    candidates.into_iter().collect()
}

/// The grants that no role explains yet, without the entitlements that too few hold for a role.
struct OpenGrants {
    rows: NumberLists,
    columns: NumberLists,
}

impl OpenGrants {
    fn of(progress: &CoverProgress<'_>, min_members: usize) -> Self {
        let holders = 0..number(progress.matrix.holders());
        let mut counts = vec![0_usize; progress.matrix.entitlements()];
        for holder in holders.clone() {
            for entitlement in progress.open(holder) {
                if let Some(count) = counts.get_mut(place(entitlement)) {
                    *count += 1;
                }
            }
        }
        let is_common =
            |entitlement: &u32| counts.get(place(*entitlement)).is_some_and(|count| *count >= min_members);
        let rows = NumberLists::of(holders.map(|holder| progress.open(holder).filter(is_common)));
        let columns = rows.turned(progress.matrix.entitlements());
        Self { rows, columns }
    }

    /// Returns what most of those hold who hold nearly all of a set; nothing if these are too few.
    fn majority(&self, set: &[u32], settings: &RoleSettings, budget: &mut WorkBudget) -> Option<Vec<u32>> {
        let slack = settings.slack(set.len());
        let mut rarest = set.to_vec();
        rarest.sort_unstable_by_key(|entitlement| (self.columns.range(*entitlement).len(), *entitlement));
        let (mut voters, mut tried) = (Vec::new(), BTreeSet::new());
        'columns: for entitlement in rarest.iter().take(slack + 1) {
            for row in self.columns.list(*entitlement) {
                if !tried.insert(*row) {
                    continue;
                }
                let held = self.rows.list(*row);
                if !budget.take(held.len() + set.len()) {
                    return None;
                }
                if set.len() - common(held, set).count() <= slack {
                    voters.push(held);
                }
                if voters.len() == MOST_VOTERS {
                    break 'columns;
                }
            }
        }
        if voters.len() < settings.min_members {
            return None;
        }
        let mut votes: Vec<u32> = voters.iter().flat_map(|held| held.iter().copied()).collect();
        budget.take(votes.len() * 4);
        votes.sort_unstable();
        let elected =
            votes.chunk_by(|one, other| one == other).filter(|votes| votes.len() * 2 > voters.len());
        Some(elected.filter_map(|votes| votes.first().copied()).collect())
    }
}

/// Rows with the same content.
struct RowClass<'a> {
    content: &'a [u32],
    rows: usize,
}

/// Returns the sets that promise most, with whether enough rows are exactly this set.
fn promising(open: &OpenGrants, min_members: usize, budget: &mut WorkBudget) -> Vec<(Vec<u32>, bool)> {
    let mut groups: BTreeMap<&[u32], usize> = BTreeMap::new();
    for (_, content) in open.rows.iter().filter(|(_, content)| content.len() > 1) {
        *groups.entry(content).or_default() += 1;
    }
    let classes: Vec<RowClass<'_>> =
        groups.into_iter().map(|(content, rows)| RowClass { content, rows }).collect();
    let columns =
        NumberLists::of(classes.iter().map(|class| class.content.iter().copied())).turned(open.columns.len());

    let mut counted: HashMap<Box<[u32]>, usize> = HashMap::new();
    let mut shared = Vec::new();
    for (place, class) in classes.iter().enumerate() {
        for other in neighbours(&columns, number(place), class) {
            let Some(other) = classes.get(crate::matrix::place(other)) else { continue };
            if !budget.take(class.content.len() + other.content.len()) {
                break;
            }
            shared.clear();
            shared.extend(common(class.content, other.content));
            if shared.len() > 1 {
                count(&mut counted, &shared, class.rows + other.rows);
            }
        }
        if class.rows >= min_members {
            count(&mut counted, class.content, class.rows * NEIGHBOURS);
        }
    }
    let exact: BTreeSet<&[u32]> =
        classes.iter().filter(|class| class.rows >= min_members).map(|class| class.content).collect();
    let mut sets: Vec<(usize, Box<[u32]>)> =
        counted.into_iter().map(|(set, times)| (times * (set.len() - 1), set)).collect();
    sets.sort_unstable_by(|(promise, set), (other, others)| (other, set).cmp(&(promise, others)));
    sets.truncate(MOST_REFINED);
    sets.into_iter()
        .map(|(_, set)| {
            let is_exact = exact.contains(&*set);
            (set.into_vec(), is_exact)
        })
        .collect()
}

/// Returns the classes with which one is compared: the next ones in the columns of its rarest entitlements.
fn neighbours(columns: &NumberLists, class: u32, content: &RowClass<'_>) -> BTreeSet<u32> {
    let mut shared: Vec<(usize, u32)> = content
        .content
        .iter()
        .map(|entitlement| (columns.range(*entitlement).len(), *entitlement))
        .filter(|(classes, _)| *classes > 1)
        .collect();
    shared.sort_unstable();
    let mut others = BTreeSet::new();
    for (_, entitlement) in shared.into_iter().take(MOST_ENTITLEMENTS) {
        let column = columns.list(entitlement);
        let Ok(own) = column.binary_search(&class) else { continue };
        others.extend(column.iter().cycle().skip(own + 1).take(NEIGHBOURS.min(column.len() - 1)));
    }
    others
}

/// Counts a set. If there are too many, the rarest are forgotten: which ones does not depend on the order within the table.
fn count(counted: &mut HashMap<Box<[u32]>, usize>, set: &[u32], times: usize) {
    if let Some(count) = counted.get_mut(set) {
        *count += times;
        return;
    }
    let mut least = 2;
    while counted.len() >= MOST_COUNTED {
        counted.retain(|_, count| *count > least);
        least *= 2;
    }
    counted.insert(set.into(), times);
}

/// Returns what two lists in rising order have in common.
fn common<'a>(one: &'a [u32], other: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let mut rest = other.iter().peekable();
    one.iter().copied().filter(move |item| {
        while rest.next_if(|next| **next < *item).is_some() {}
        rest.next_if(|next| **next == *item).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_lists_have_in_common() {
        let shared: Vec<u32> = common(&[1, 3, 5, 7, 9], &[0, 3, 4, 5, 9, 12]).collect();
        assert_eq!(shared, [3, 5, 9]);
        assert_eq!(common(&[], &[1]).count(), 0);
    }
}
