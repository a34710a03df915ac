//! Edges of an account: several statements about the same two ends become one edge.

use super::once;
use crate::record::{EdgeBody, Relation, SourceEdge, SourceKey};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Maximum length of the list of policies that grant an entitlement.
const LONGEST_LIST: usize = 900;

#[derive(Default)]
pub(super) struct Entitlements(BTreeMap<(SourceKey, Relation, SourceKey), EdgeBody>);

impl Entitlements {
    /// Adds an edge, or what it says to the one that is there. It is conditional only if everything that grants it is.
    pub(super) fn add(&mut self, from: &SourceKey, relation: Relation, to: &SourceKey, body: EdgeBody) {
        match self.0.entry((from.clone(), relation, to.clone())) {
            Entry::Vacant(place) => {
                place.insert(body);
            }
            Entry::Occupied(mut place) => {
                let known = place.get_mut();
                known.rights = once(std::mem::take(&mut known.rights).into_iter().chain(body.rights));
                known.level = known.level.max(body.level);
                known.conditional &= body.conditional;
                known.granted_by = joined(known.granted_by.take(), body.granted_by);
            }
        }
    }

    pub(super) fn into_edges(self) -> impl Iterator<Item = SourceEdge> {
        self.0.into_iter().map(|((from, relation, to), body)| SourceEdge { from, relation, to, body })
    }
}

fn joined(known: Option<String>, further: Option<String>) -> Option<String> {
    let (Some(known), Some(further)) = (&known, &further) else { return known.or(further) };
    let is_there = known.split(", ").any(|policy| policy == further);
    if is_there || known.len() + further.len() > LONGEST_LIST {
        return Some(known.clone());
    }
    Some(format!("{known}, {further}"))
}
