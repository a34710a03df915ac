//! Who holds what: identities as rows, entitlements as columns.

use std::collections::BTreeMap;

/// An identity, with what it holds directly.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleHolder {
    /// What it is known by. Unique.
    pub key: String,
    /// Whether it is a person. Only people have birthrights.
    pub is_person: bool,
    /// Its attributes: department, title, location, ....
    pub attributes: BTreeMap<String, String>,
    /// The keys of what it holds.
    pub held: Vec<String>,
}

/// A row of the matrix, without its grants.
#[derive(Debug, Clone)]
pub(crate) struct HolderRow {
    pub(crate) key: String,
    pub(crate) is_person: bool,
    pub(crate) attributes: BTreeMap<String, String>,
}

/// Who holds what. Identities and entitlements are numbered in the order of their keys.
#[derive(Debug, Clone)]
pub struct AccessMatrix {
    pub(crate) holders: Vec<HolderRow>,
    entitlements: Vec<String>,
    /// The entitlements of each identity.
    pub(crate) rows: NumberLists,
    /// The holders of each entitlement.
    pub(crate) columns: NumberLists,
}

impl AccessMatrix {
    /// Builds the matrix. What is said twice counts once; of two identities with one key, the grants are joined.
    pub fn new(mut holders: Vec<RoleHolder>) -> Self {
        for holder in &mut holders {
            holder.held.sort_unstable();
            holder.held.dedup();
        }
        holders.sort_unstable();
        holders.dedup_by(|next, kept| {
            let same = next.key == kept.key;
            if same {
                kept.held.append(&mut next.held);
                kept.held.sort_unstable();
                kept.held.dedup();
            }
            same
        });
        let mut entitlements: Vec<String> =
            holders.iter().flat_map(|holder| holder.held.iter().cloned()).collect();
        entitlements.sort_unstable();
        entitlements.dedup();
        let place =
            |key: &String| entitlements.binary_search(key).ok().and_then(|place| u32::try_from(place).ok());
        let rows = NumberLists::of(holders.iter().map(|holder| holder.held.iter().filter_map(place)));
        let columns = rows.turned(entitlements.len());
        let holders = holders
            .into_iter()
            .map(|RoleHolder { key, is_person, attributes, .. }| HolderRow { key, is_person, attributes })
            .collect();
        Self { holders, entitlements, rows, columns }
    }

    /// Returns the number of identities.
    pub fn holders(&self) -> usize {
        self.holders.len()
    }

    /// Returns the number of entitlements that somebody holds.
    pub fn entitlements(&self) -> usize {
        self.entitlements.len()
    }

    /// Returns the number of grants.
    pub fn grants(&self) -> usize {
        self.rows.items.len()
    }

    /// Returns the key of an identity; empty if there is no such number.
    pub fn holder_key(&self, holder: u32) -> &str {
        self.holders.get(place(holder)).map_or("", |row| &row.key)
    }

    /// Returns the key of an entitlement; empty if there is no such number.
    pub fn entitlement_key(&self, entitlement: u32) -> &str {
        self.entitlements.get(place(entitlement)).map_or("", |key| key)
    }

    /// Returns the numbers of what an identity holds, in rising order.
    pub fn held_by(&self, holder: u32) -> &[u32] {
        self.rows.list(holder)
    }
}

/// NumberLists of numbers, one after the other in one piece of memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct NumberLists {
    starts: Vec<usize>,
    pub(crate) items: Vec<u32>,
}

impl NumberLists {
    pub(crate) fn of<I: IntoIterator<Item = u32>>(lists: impl Iterator<Item = I>) -> Self {
        let (mut starts, mut items) = (vec![0], Vec::new());
        for list in lists {
            items.extend(list);
            starts.push(items.len());
        }
        Self { starts, items }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Returns where a list stands among all items.
    pub(crate) fn range(&self, list: u32) -> std::ops::Range<usize> {
        let start = self.starts.get(place(list)).copied().unwrap_or(0);
        let end = self.starts.get(place(list) + 1).copied().unwrap_or(start);
        start..end
    }

    pub(crate) fn list(&self, list: u32) -> &[u32] {
        self.items.get(self.range(list)).unwrap_or_default()
    }

    /// Returns all lists with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &[u32])> {
        (0..number(self.len())).map(|list| (list, self.list(list)))
    }

    /// Returns the lists turned round: for each item below `count`, the numbers of the lists that have it, in rising order.
    pub(crate) fn turned(&self, count: usize) -> Self {
        let mut starts = vec![0_usize; count + 1];
        for item in &self.items {
            if let Some(start) = starts.get_mut(place(*item) + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut items = vec![0; self.items.len()];
        for (list, content) in self.iter() {
            for item in content {
                let Some(next) = next.get_mut(place(*item)) else { continue };
                if let Some(slot) = items.get_mut(*next) {
                    *slot = list;
                }
                *next += 1;
            }
        }
        Self { starts, items }
    }
}

/// Returns the place in a list that a number stands for.
pub(crate) fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Returns the number that stands for a place in a list.
pub(crate) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Returns a count as a number to reckon with.
#[expect(clippy::cast_precision_loss, reason = "counts of grants are far below 2^52")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}
