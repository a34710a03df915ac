//! What is explained so far.

use crate::complexity::StructuralComplexity;
use crate::matrix::{AccessMatrix, place};

/// What becomes of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CoveredState {
    /// No role explains it yet.
    Open,
    /// A role replaces it.
    Replaced,
    /// It stays a grant of its own, because its holder lacks a part of the role that it belongs to.
    Single,
}

/// How a row and a set relate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SetOverlap {
    /// How much of the set the row has.
    pub(crate) held: usize,
    /// How much of that is still open.
    pub(crate) open: usize,
}

/// What becomes of each grant of a matrix, and what the structure is made of so far.
pub(crate) struct CoverProgress<'a> {
    pub(crate) matrix: &'a AccessMatrix,
    states: Vec<CoveredState>,
    pub(crate) structure: StructuralComplexity,
}

impl<'a> CoverProgress<'a> {
    pub(crate) fn new(matrix: &'a AccessMatrix) -> Self {
        let grants = matrix.grants();
        let structure = StructuralComplexity { direct: grants, ..StructuralComplexity::default() };
        Self { matrix, states: vec![CoveredState::Open; grants], structure }
    }

    /// Compares a row with a set that is in rising order.
    pub(crate) fn overlap(&self, holder: u32, set: &[u32]) -> SetOverlap {
        let mut overlap = SetOverlap::default();
        self.each(holder, set, |_, state| {
            overlap.held += 1;
            overlap.open += usize::from(state == CoveredState::Open);
        });
        overlap
    }

    /// Returns what of a set, which is in rising order, a row lacks.
    pub(crate) fn missing(&self, holder: u32, set: &[u32]) -> Vec<u32> {
        let row = self.matrix.held_by(holder);
        set.iter().copied().filter(|item| row.binary_search(item).is_err()).collect()
    }

    /// Returns the open grants of a row.
    pub(crate) fn open(&self, holder: u32) -> impl Iterator<Item = u32> {
        let range = self.matrix.rows.range(holder);
        let states = self.states.get(range).unwrap_or_default();
        let row = self.matrix.held_by(holder);
        row.iter().zip(states).filter(|(_, state)| **state == CoveredState::Open).map(|(item, _)| *item)
    }

    /// Returns how many grants of a row no role replaces.
    pub(crate) fn single(&self, holder: u32) -> usize {
        let states = self.states.get(self.matrix.rows.range(holder)).unwrap_or_default();
        states.iter().filter(|state| **state != CoveredState::Replaced).count()
    }

    /// Turns the open grants of a row that are in the set into this state, and to be replaced also single ones. Returns how many
    /// there were.
    pub(crate) fn settle(&mut self, holder: u32, set: &[u32], to: CoveredState) -> usize {
        let mut places = Vec::with_capacity(set.len());
        self.each(holder, set, |place, state| {
            if state == CoveredState::Open || (state == CoveredState::Single && to == CoveredState::Replaced)
            {
                places.push(place);
            }
        });
        for place in &places {
            if let Some(state) = self.states.get_mut(*place) {
                *state = to;
            }
        }
        if to == CoveredState::Replaced {
            self.structure.direct -= places.len();
        }
        places.len()
    }

    /// Calls for each grant of the row that is in the set, with its place among all grants and its state.
    fn each(&self, holder: u32, set: &[u32], mut call: impl FnMut(usize, CoveredState)) {
        let start = self.matrix.rows.range(holder).start;
        let mut row = self.matrix.held_by(holder);
        let mut passed = start;
        for item in set {
            let found = if row.len() > 8 * set.len() {
                row.binary_search(item)
            } else {
                let place = row.iter().take_while(|held| *held < item).count();
                if row.get(place) == Some(item) { Ok(place) } else { Err(place) }
            };
            let (place, is_held) = match found {
                Ok(place) => (place, true),
                Err(place) => (place, false),
            };
            if is_held && let Some(state) = self.states.get(passed + place) {
                call(passed + place, *state);
            }
            let rest = place + usize::from(is_held);
            passed += rest;
            row = row.get(rest..).unwrap_or_default();
        }
    }

    /// Returns how many steps a comparison of a row with a set takes, at most.
    pub(crate) fn steps(&self, holder: u32, set: &[u32]) -> usize {
        let row = self.matrix.rows.range(holder).len();
        (row + set.len()).min(set.len() * 24)
    }

    /// Returns how many rows there are in a column.
    pub(crate) fn holders_of(&self, entitlement: u32) -> usize {
        self.matrix.columns.range(entitlement).len()
    }

    /// Returns the identities that could hold all of a set but for `slack` of it: the holders of one of its `slack + 1` rarest
    /// entitlements, in rising order.
    pub(crate) fn possible_holders(&self, set: &[u32], slack: usize) -> Vec<u32> {
        let mut rarest: Vec<u32> = set.to_vec();
        rarest.sort_unstable_by_key(|entitlement| (self.holders_of(*entitlement), *entitlement));
        rarest.truncate(slack + 1);
        let mut holders: Vec<u32> =
            rarest.iter().flat_map(|entitlement| self.matrix.columns.list(*entitlement)).copied().collect();
        holders.sort_unstable();
        holders.dedup();
        holders
    }

    /// Returns the attributes of an identity's row.
    pub(crate) fn attributes(&self, holder: u32) -> Option<&'a std::collections::BTreeMap<String, String>> {
        let row = self.matrix.holders.get(place(holder))?;
        row.is_person.then_some(&row.attributes)
    }
}
