//! Edges of an account: several statements about the same two ends become one edge.

use crate::merging::merge;
use crate::record::{EdgeBody, Relation, SourceEdge, SourceKey};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

#[derive(Default)]
pub(super) struct Entitlements(BTreeMap<(SourceKey, Relation, SourceKey), EdgeBody>);

impl Entitlements {
    /// Adds an edge, or what it says to the one that is there. It is conditional if everything that gives its level is.
    pub(super) fn add(&mut self, from: &SourceKey, relation: Relation, to: &SourceKey, body: EdgeBody) {
        match self.0.entry((from.clone(), relation, to.clone())) {
            Entry::Vacant(place) => {
                place.insert(body);
            }
            Entry::Occupied(mut place) => merge(place.get_mut(), body),
        }
    }

    pub(super) fn into_edges(self) -> impl Iterator<Item = SourceEdge> {
        self.0.into_iter().map(|((from, relation, to), body)| SourceEdge { from, relation, to, body })
    }
}
