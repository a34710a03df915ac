//! Following edges from some nodes on, the strongest way first.

use crate::graph::{AccessGraph, Adjacency, EdgeLink, EdgeStatement};
use crate::path::{FoundBy, Traversal};
use countersign_sources::{NodeKind, PrivilegeLevel, Relation};
use std::collections::VecDeque;

/// How strong a way is: its level, and whether it has no condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WayRank {
    pub(crate) level: Option<PrivilegeLevel>,
    pub(crate) unconditional: bool,
}

impl WayRank {
    /// A way of no edge.
    pub(crate) const START: Self = Self { level: None, unconditional: true };

    /// All, the strongest first.
    const DESCENDING: [Self; 8] = {
        const fn of(level: Option<PrivilegeLevel>, unconditional: bool) -> WayRank {
            WayRank { level, unconditional }
        }
        use PrivilegeLevel::{Administer, Read, Write};
        [
            of(Some(Administer), true),
            of(Some(Administer), false),
            of(Some(Write), true),
            of(Some(Write), false),
            of(Some(Read), true),
            of(Some(Read), false),
            of(None, true),
            of(None, false),
        ]
    };

    /// Returns the rank of the way with one more edge that gives no level of its own.
    pub(crate) const fn with(self, edge: &EdgeStatement) -> Self {
        Self { level: self.level, unconditional: self.unconditional && !edge.conditional }
    }
}

/// Which way edges are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EdgeDirection {
    Forward,
    Backward,
}

/// A node from which edges are followed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpreadStart {
    pub(crate) node: u32,
    pub(crate) rank: WayRank,
    /// What the caller wants to know about a node that is reached from here.
    pub(crate) origin: u32,
    /// The edge by which the caller found it.
    pub(crate) found_by: FoundBy,
}

/// What is known about a node that was reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpreadNode {
    pub(crate) node: u32,
    pub(crate) rank: WayRank,
    pub(crate) origin: u32,
    /// The edge by which it was found: the node on its other side, and what is said.
    pub(crate) found_by: FoundBy,
}

impl AccessGraph {
    /// Returns whether an edge to this node is followed.
    pub(crate) fn follows(&self, traversal: Traversal, said: &EdgeStatement, to: u32) -> bool {
        match (traversal, said.relation) {
            (_, Relation::MemberOf) => true,
            (Traversal::Reach, Relation::Controls) => self.kind(to) == Some(NodeKind::Role),
            (Traversal::Reach, Relation::May | Relation::Has) => false,
            (Traversal::Control, Relation::Controls | Relation::Has) => true,
            (Traversal::Control, Relation::May) => said.level == Some(PrivilegeLevel::Administer),
        }
    }

    pub(crate) const fn adjacency(&self, direction: EdgeDirection) -> &Adjacency {
        match direction {
            EdgeDirection::Forward => &self.forward,
            EdgeDirection::Backward => &self.backward,
        }
    }

    /// Returns the links of a node that are followed, with what is said about them.
    pub(crate) fn followed(
        &self,
        traversal: Traversal,
        (direction, node): (EdgeDirection, u32),
    ) -> impl Iterator<Item = (EdgeLink, &EdgeStatement)> {
        self.adjacency(direction).links(node).iter().filter_map(move |link| {
            let said = self.statements.get(link.statement as usize)?;
            let to = if direction == EdgeDirection::Forward { link.node } else { node };
            self.follows(traversal, said, to).then_some((*link, said))
        })
    }

    /// Returns every node that is reached from the starts, each by its strongest way and, among those, a shortest one: in
    /// that order. An edge only ever adds a condition, so a node is left by its strongest way first and need not be left
    /// again.
    pub(crate) fn spread(
        &self,
        direction: EdgeDirection,
        traversal: Traversal,
        starts: impl Iterator<Item = SpreadStart>,
    ) -> Vec<SpreadNode> {
        let mut best: Vec<Option<WayRank>> = vec![None; self.nodes.len()];
        let mut queues: [VecDeque<SpreadNode>; 8] = Default::default();
        let mut offer = |queues: &mut [VecDeque<SpreadNode>; 8], reached: SpreadNode| {
            let Some(best) = best.get_mut(reached.node as usize) else { return };
            if best.is_none_or(|best| best < reached.rank) {
                *best = Some(reached.rank);
                let ranks = WayRank::DESCENDING.iter().zip(queues);
                if let Some((_, queue)) = ranks.into_iter().find(|(rank, _)| **rank == reached.rank) {
                    queue.push_back(reached);
                }
            }
        };
        for SpreadStart { node, rank, origin, found_by } in starts {
            offer(&mut queues, SpreadNode { node, rank, origin, found_by });
        }
        let mut is_left = vec![false; self.nodes.len()];
        let mut reached = Vec::new();
        while let Some(next) = queues.iter_mut().find_map(VecDeque::pop_front) {
            // It waits twice if a stronger way to it was found after a weaker one.
            let Some(is_left) = is_left.get_mut(next.node as usize) else { continue };
            if std::mem::replace(is_left, true) {
                continue;
            }
            reached.push(next);
            for (link, said) in self.followed(traversal, (direction, next.node)) {
                let found_by = Some((next.node, link.statement));
                let rank = next.rank.with(said);
                offer(&mut queues, SpreadNode { node: link.node, rank, origin: next.origin, found_by });
            }
        }
        reached
    }
}
