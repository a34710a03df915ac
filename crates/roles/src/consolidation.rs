//! Entitlements that could be one.

use crate::budget::WorkBudget;
use crate::matrix::{AccessMatrix, number, place, real};
use crate::proposal::{Consolidation, NearMember};
use crate::settings::RoleSettings;
use std::collections::BTreeMap;

/// Maximum number of consolidations, those first that replace most grants.
const MOST: usize = 500;

/// An entitlement is only named as within another if it has at least this share of its holders. Everything is within what
/// everybody holds.
const LEAST_SHARE: f64 = 0.5;

/// Finds entitlements that could be one, those first that replace most grants.
pub(crate) fn consolidations(
    matrix: &AccessMatrix,
    settings: &RoleSettings,
    budget: &mut WorkBudget,
) -> Vec<Consolidation> {
    let mut groups: BTreeMap<&[u32], Vec<u32>> = BTreeMap::new();
    for (entitlement, holders) in matrix.columns.iter() {
        if holders.len() >= settings.min_members {
            groups.entry(holders).or_default().push(entitlement);
        }
    }
    let mut found = Vec::new();
    let mut is_first = vec![false; matrix.entitlements()];
    for (holders, entitlements) in groups {
        if let Some(is_first) = entitlements.first().and_then(|first| is_first.get_mut(place(*first))) {
            *is_first = true;
        }
        if entitlements.len() > 1 {
            found.push(Consolidation::SameHolders { entitlements, holders: holders.to_vec() });
        }
    }
    // Of those with the same holders, the first stands for all.
    let is_first = |entitlement: u32| is_first.get(place(entitlement)).copied().unwrap_or(false);
    let mut shared = SharedHolders { counts: vec![0; matrix.entitlements()], touched: Vec::new() };
    for one in (0..number(matrix.entitlements())).filter(|entitlement| is_first(*entitlement)) {
        for holder in matrix.columns.list(one) {
            let row = matrix.held_by(*holder);
            let later = row.get(row.partition_point(|held| *held <= one)..).unwrap_or_default();
            if !budget.take(later.len() + 1) {
                break;
            }
            later.iter().copied().filter(|other| is_first(*other)).for_each(|other| shared.add(other));
        }
        let counted = shared.take();
        if !budget.is_used_up() {
            let pairs = counted
                .into_iter()
                .filter_map(|(other, both)| pair(matrix, [one, other], both, settings.near));
            found.extend(pairs);
        }
    }
    found.sort_by(|one, other| {
        (other.replaced(), one.entitlements()).cmp(&(one.replaced(), other.entitlements()))
    });
    found.truncate(MOST);
    found
}

/// Counts the holders that entitlements share with one.
struct SharedHolders {
    counts: Vec<usize>,
    touched: Vec<u32>,
}

impl SharedHolders {
    fn add(&mut self, entitlement: u32) {
        let Some(count) = self.counts.get_mut(place(entitlement)) else { return };
        if *count == 0 {
            self.touched.push(entitlement);
        }
        *count += 1;
    }

    /// Returns the counts in the order of the entitlements, and begins again.
    fn take(&mut self) -> Vec<(u32, usize)> {
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        let mut count = |entitlement| self.counts.get_mut(place(entitlement)).map_or(0, std::mem::take);
        touched.into_iter().map(|entitlement| (entitlement, count(entitlement))).collect()
    }
}

/// Returns what could be done with two entitlements that `both` identities hold.
fn pair(matrix: &AccessMatrix, pair: [u32; 2], both: usize, near: f64) -> Option<Consolidation> {
    let [one, other] = pair;
    let (ones, others) = (matrix.columns.list(one), matrix.columns.list(other));
    let (fewer, more) = if ones.len() <= others.len() { (one, other) } else { (other, one) };
    let (few, many) = (matrix.columns.list(fewer), matrix.columns.list(more));
    if both == few.len() {
        let is_comparable = real(few.len()) >= real(many.len()) * LEAST_SHARE;
        return is_comparable.then(|| Consolidation::Within {
            entitlements: [fewer, more],
            holders: few.to_vec(),
            others: without(many, few),
        });
    }
    if real(both) < real(few.len() + many.len() - both) * near {
        return None;
    }
    let holders = ones.iter().copied().filter(|holder| others.binary_search(holder).is_ok()).collect();
    let lacking = |holders: Vec<u32>, missing: u32| {
        holders.into_iter().map(move |holder| NearMember { holder, missing: vec![missing] })
    };
    let near = lacking(without(ones, others), other).chain(lacking(without(others, ones), one)).collect();
    Some(Consolidation::Overlapping { entitlements: pair, holders, near })
}

/// Returns what the first list has beyond the second; both are in rising order.
fn without(list: &[u32], other: &[u32]) -> Vec<u32> {
    list.iter().copied().filter(|item| other.binary_search(item).is_err()).collect()
}
