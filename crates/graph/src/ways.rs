//! Answers with the way to each of their nodes. A walk is made once for an answer, and a way is read off when it is asked
//! for.

use crate::control::{ControlledNode, controlled};
use crate::graph::{AccessGraph, NodeIndex};
use crate::path::{FoundBy, PathStep, Traversal};
use crate::reach::{ReachingAccount, UsedRight};
use crate::spread::{EdgeDirection, SpreadNode, SpreadStart, WayRank};
use countersign_sources::{NodeKind, PrivilegeLevel, Relation};
use std::collections::BTreeMap;

/// The accounts that can reach a node: that may do something with it, or, of a group or role, have it.
#[derive(Debug)]
pub struct ReachingAccounts<'g> {
    graph: &'g AccessGraph,
    accounts: Vec<ReachingAccount>,
    /// The next edge of the strongest way from each node.
    next: Vec<FoundBy>,
}

/// A node that another one can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachedNode {
    /// The node: what a right leads to, or a group or role that it has.
    pub node: NodeIndex,
    /// The strongest level, if the source says one. Being in a group is none.
    pub level: Option<PrivilegeLevel>,
    /// Whether every way to this level has a condition.
    pub conditional: bool,
}

/// Everything that a node can reach.
#[derive(Debug)]
pub struct ReachedNodes<'g> {
    graph: &'g AccessGraph,
    nodes: Vec<ReachedNode>,
    /// The edge by which each holder of a right was found.
    found_by: Vec<FoundBy>,
    used: Vec<Option<UsedRight>>,
}

/// The nodes on the ways of control from a node, or to it.
#[derive(Debug)]
pub struct ControlledNodes<'g> {
    graph: &'g AccessGraph,
    start: u32,
    direction: EdgeDirection,
    nodes: Vec<ControlledNode>,
    found_by: Vec<FoundBy>,
}

impl AccessGraph {
    /// Returns the accounts that can reach a node, at this level or a higher one. Without a level every right counts, and
    /// the members of a group or role too.
    pub fn accounts_reaching(
        &self,
        node: NodeIndex,
        at_least: Option<PrivilegeLevel>,
    ) -> ReachingAccounts<'_> {
        let is_held = matches!(self.kind(node.0), Some(NodeKind::Group | NodeKind::Role));
        let itself = SpreadStart { node: node.0, rank: WayRank::START, origin: node.0, found_by: None };
        let itself = (is_held && at_least.is_none()).then_some(itself);
        let starts = self.rights_to(node, at_least).chain(itself);
        let reached = self.spread(EdgeDirection::Backward, Traversal::Reach, starts);
        let mut next = vec![None; self.nodes.len()];
        note(&mut next, &reached);
        ReachingAccounts { graph: self, accounts: self.reaching(reached), next }
    }

    /// Returns everything that a node can reach: what it may do something with, and the groups and roles that it has.
    pub fn nodes_reached(&self, from: NodeIndex) -> ReachedNodes<'_> {
        let (holders, used) = self.rights_from(from);
        let mut found_by = vec![None; self.nodes.len()];
        note(&mut found_by, &holders);
        let mut best: BTreeMap<u32, WayRank> = holders
            .iter()
            .filter(|holder| holder.node != from.0)
            .map(|holder| (holder.node, holder.rank))
            .collect();
        best.extend((0..).zip(&used).filter_map(|(node, used)| Some((node, used.as_ref()?.rank))));
        let nodes = best.into_iter().map(|(node, rank)| ReachedNode {
            node: NodeIndex(node),
            level: rank.level,
            conditional: !rank.unconditional,
        });
        ReachedNodes { graph: self, nodes: nodes.collect(), found_by, used }
    }

    /// Returns everything that the holder of a node can come to control.
    pub fn controlled_by(&self, node: NodeIndex) -> ControlledNodes<'_> {
        self.control(EdgeDirection::Forward, node)
    }

    /// Returns every node whose holder can come to control this one.
    pub fn controllers_of(&self, node: NodeIndex) -> ControlledNodes<'_> {
        self.control(EdgeDirection::Backward, node)
    }

    fn control(&self, direction: EdgeDirection, node: NodeIndex) -> ControlledNodes<'_> {
        let walk = self.walk_control(direction, &[node.0]);
        let nodes = controlled(&walk);
        ControlledNodes { graph: self, start: node.0, direction, nodes, found_by: walk.found_by }
    }

    /// Follows the edges from a node on, each node's next one, to the first that is the last or to the end.
    fn steps_on(
        &self,
        next: &[FoundBy],
        from: NodeIndex,
        is_last: impl Fn(&PathStep<'_>) -> bool,
    ) -> Vec<PathStep<'_>> {
        let (mut steps, mut at) = (Vec::new(), from.0);
        while let Some((to, statement)) = next.get(at as usize).copied().flatten() {
            let Some(grant) = self.grant(at, statement) else { break };
            let step = PathStep { from: NodeIndex(at), to: NodeIndex(to), grant };
            steps.push(step);
            if is_last(&step) {
                break;
            }
            at = to;
        }
        steps
    }
}

/// Notes by which edge each node was found.
fn note(found_by: &mut [FoundBy], reached: &[SpreadNode]) {
    for reached in reached {
        if let Some(found) = found_by.get_mut(reached.node as usize) {
            *found = reached.found_by;
        }
    }
}

impl<'g> ReachingAccounts<'g> {
    /// Returns the accounts, in the order of nodes.
    pub fn all(&self) -> &[ReachingAccount] {
        &self.accounts
    }

    /// Returns the strongest way from an account, a shortest of those.
    pub fn way(&self, account: NodeIndex) -> Vec<PathStep<'g>> {
        // A right is the end, also if a way leads through what may be reached.
        self.graph.steps_on(&self.next, account, |step| step.grant.relation == Relation::May)
    }
}

impl<'g> ReachedNodes<'g> {
    /// Returns the nodes, in their order.
    pub fn all(&self) -> &[ReachedNode] {
        &self.nodes
    }

    /// Returns the strongest way to a node, a shortest of those.
    pub fn way(&self, node: NodeIndex) -> Vec<PathStep<'g>> {
        let right = self.used.get(node.0 as usize).copied().flatten();
        let holder = right.map_or(node.0, |right| right.holder);
        let mut steps = self.graph.steps_back(&self.found_by, holder).unwrap_or_default();
        if let Some(UsedRight { holder, statement, .. }) = right
            && let Some(grant) = self.graph.grant(holder, statement)
        {
            steps.push(PathStep { from: NodeIndex(holder), to: node, grant });
        }
        steps
    }
}

impl<'g> ControlledNodes<'g> {
    /// Returns the nodes, the nearest first, then in their order. The one that was asked about is not among them.
    pub fn all(&self) -> &[ControlledNode] {
        &self.nodes
    }

    /// Returns a shortest way: to a node that can come under control, or from one that can come to control.
    pub fn way(&self, node: NodeIndex) -> Vec<PathStep<'g>> {
        match self.direction {
            EdgeDirection::Forward => self.graph.steps_back(&self.found_by, node.0).unwrap_or_default(),
            EdgeDirection::Backward => self.graph.steps_on(&self.found_by, node, |_| false),
        }
    }

    /// Returns how many nodes its nodes and the one that was asked about have a right to, by the highest level.
    pub fn rights(&self) -> BTreeMap<Option<PrivilegeLevel>, usize> {
        let mut best: Vec<Option<Option<PrivilegeLevel>>> = vec![None; self.graph.nodes.len()];
        for node in self.nodes.iter().map(|controlled| controlled.node.0).chain([self.start]) {
            for link in self.graph.forward.links(node) {
                let Some(said) = self.graph.statements.get(link.statement as usize) else { continue };
                if said.relation == Relation::May
                    && let Some(best) = best.get_mut(link.node as usize)
                {
                    *best = (*best).max(Some(said.level));
                }
            }
        }
        best.into_iter().flatten().fold(BTreeMap::new(), |mut counts, level| {
            *counts.entry(level).or_default() += 1;
            counts
        })
    }
}
