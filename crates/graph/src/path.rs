//! Shortest paths.

use crate::graph::{AccessGraph, EdgeGrant, NodeIndex};
use crate::spread::EdgeDirection;
use countersign_sources::Relation;
use std::collections::VecDeque;

/// Which edges are followed. See the [room](crate) for the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traversal {
    /// What a node may do today.
    Reach,
    /// What it can come to control.
    Control,
}

/// An edge of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathStep<'g> {
    /// Where it begins.
    pub from: NodeIndex,
    /// Where it ends.
    pub to: NodeIndex,
    /// What it is, who says so, and why.
    pub grant: EdgeGrant<'g>,
}

/// The edge by which a node was found: the node on its other side, and what is said.
pub(crate) type FoundBy = Option<(u32, u32)>;

impl AccessGraph {
    /// Returns a shortest path between two nodes, always the same one. `None` if there is none. On a path of reach, what
    /// may be done with the last node may be its last edge.
    pub fn path(&self, from: NodeIndex, to: NodeIndex, traversal: Traversal) -> Option<Vec<PathStep<'_>>> {
        if from == to {
            return self.node(from).map(|_| Vec::new());
        }
        let mut found_by: Vec<FoundBy> = vec![None; self.nodes.len()];
        let mut queue = VecDeque::from([from.0]);
        while let Some(node) = queue.pop_front() {
            for link in self.forward.links(node) {
                let Some(said) = self.statements.get(link.statement as usize) else { continue };
                let is_right = traversal == Traversal::Reach && said.relation == Relation::May;
                let is_followed = (is_right && link.node == to.0) || self.follows(traversal, said, link.node);
                if link.node == from.0 || !is_followed {
                    continue;
                }
                match found_by.get_mut(link.node as usize) {
                    Some(found) if found.is_none() => *found = Some((node, link.statement)),
                    _ => continue,
                }
                if link.node == to.0 {
                    return self.steps_back(&found_by, to.0);
                }
                queue.push_back(link.node);
            }
        }
        None
    }

    pub(crate) fn steps_back(&self, found_by: &[FoundBy], to: u32) -> Option<Vec<PathStep<'_>>> {
        let (mut steps, mut end) = (Vec::new(), to);
        while let Some((from, statement)) = found_by.get(end as usize).copied().flatten() {
            let grant = self.grant(from, statement)?;
            steps.push(PathStep { from: NodeIndex(from), to: NodeIndex(end), grant });
            end = from;
        }
        steps.reverse();
        Some(steps)
    }

    /// Walks along the ways of control from the starts, or to them if backwards.
    pub(crate) fn walk_control(&self, direction: EdgeDirection, starts: &[u32]) -> ControlWalk {
        let mut walk = ControlWalk {
            reached: Vec::new(),
            found_by: vec![None; self.nodes.len()],
            ways: vec![FoundWay::None; self.nodes.len()],
        };
        let mut queue: VecDeque<(u32, u32, FoundWay)> = VecDeque::new();
        for start in starts {
            if walk.find(*start, 0, (FoundWay::Sure, None)) {
                queue.push_back((*start, 0, FoundWay::Sure));
            }
        }
        while let Some((node, steps, way)) = queue.pop_front() {
            for link in self.adjacency(direction).links(node) {
                // Most links lead to what was found before, as surely as now.
                if walk.way(link.node) >= way {
                    continue;
                }
                let to = if direction == EdgeDirection::Forward { link.node } else { node };
                let Some(said) = self.statements.get(link.statement as usize) else { continue };
                if !self.follows(Traversal::Control, said, to) {
                    continue;
                }
                let way = if said.conditional { FoundWay::Conditional } else { way };
                if walk.find(link.node, steps + 1, (way, Some((node, link.statement)))) {
                    queue.push_back((link.node, steps + 1, way));
                }
            }
        }
        walk
    }
}

/// How a node was found so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FoundWay {
    None,
    Conditional,
    Sure,
}

/// What was found along the ways of control.
pub(crate) struct ControlWalk {
    /// Each node with the number of edges of a shortest way, in the order of finding: the starts first.
    pub(crate) reached: Vec<(u32, u32)>,
    /// The edge of a shortest way by which each node was found.
    pub(crate) found_by: Vec<FoundBy>,
    ways: Vec<FoundWay>,
}

impl ControlWalk {
    /// Returns the surest way to a node.
    pub(crate) fn way(&self, node: u32) -> FoundWay {
        self.ways.get(node as usize).copied().unwrap_or(FoundWay::Sure)
    }

    /// Notes that a node was found. Returns whether its edges must be followed: if it was not found before, or less
    /// surely. A shortest way is the first that is found, sure or not.
    fn find(&mut self, node: u32, steps: u32, (way, by): (FoundWay, FoundBy)) -> bool {
        let Some(known) = self.ways.get_mut(node as usize) else { return false };
        if *known >= way {
            return false;
        }
        if std::mem::replace(known, way) == FoundWay::None {
            self.reached.push((node, steps));
            self.found_by.get_mut(node as usize).into_iter().for_each(|found| *found = by);
        }
        true
    }
}
