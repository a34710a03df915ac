//! Tier zero: the nodes with power over everything, and who can come to control them.

use crate::control::{ControlledNode, Exposure, controlled};
use crate::error::GraphError;
use crate::graph::{AccessGraph, GraphNode, NodeIndex};
use crate::list::{ListPart, PartialList};
use crate::path::{FoundBy, PathStep};
use crate::spread::EdgeDirection;
use countersign_sources::NodeKind;

/// Which nodes are tier zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierZeroRules {
    /// Whether the groups and roles are that their source calls privileged.
    pub privileged: bool,
    /// Further nodes.
    pub rules: Vec<TierZeroRule>,
}

impl Default for TierZeroRules {
    fn default() -> Self {
        Self { privileged: true, rules: Vec::new() }
    }
}

/// Nodes that are tier zero: those that have everything that is given here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TierZeroRule {
    /// The source.
    pub source: Option<String>,
    /// The kind.
    pub kind: Option<NodeKind>,
    /// The key.
    pub key: Option<String>,
    /// The name, whatever its case. A `*` at its end stands for any text.
    pub name: Option<String>,
}

impl TierZeroRule {
    const fn is_empty(&self) -> bool {
        self.source.is_none() && self.kind.is_none() && self.key.is_none() && self.name.is_none()
    }

    fn names(&self, node: &GraphNode<'_>) -> bool {
        self.source.as_deref().is_none_or(|source| source == node.source)
            && self.kind.is_none_or(|kind| Some(kind) == node.kind)
            && self.key.as_deref().is_none_or(|key| key == node.key)
            && self.name.as_deref().is_none_or(|name| {
                let (name, known) = (name.to_lowercase(), node.name.to_lowercase());
                name.strip_suffix('*').map_or(known == name, |start| known.starts_with(start))
            })
    }
}

/// The tier zero of one graph, and every node that can come to control some of it.
#[derive(Debug)]
pub struct TierZero {
    nodes: Vec<u32>,
    controllers: Vec<ControlledNode>,
    /// The next edge of a shortest way.
    next: Vec<FoundBy>,
    exposure: Exposure,
}

impl AccessGraph {
    /// Finds tier zero, and who can come to control it.
    ///
    /// # Errors
    /// [`GraphError::EmptyRule`] if a rule names nothing.
    pub fn tier_zero(&self, rules: &TierZeroRules) -> Result<TierZero, GraphError> {
        if let Some(place) = rules.rules.iter().position(TierZeroRule::is_empty) {
            return Err(GraphError::EmptyRule { number: place + 1 });
        }
        let is_tier_zero = |node: &GraphNode<'_>| {
            rules.privileged && node.privileged || rules.rules.iter().any(|rule| rule.names(node))
        };
        let nodes = self.nodes().filter(|index| self.node(*index).is_some_and(|node| is_tier_zero(&node)));
        let nodes: Vec<u32> = nodes.map(|index| index.0).collect();
        let walk = self.walk_control(EdgeDirection::Backward, &nodes);
        let (controllers, next) = (controlled(&walk), walk.found_by);
        let everyone = controllers.iter().map(|controller| controller.node.0).chain(nodes.iter().copied());
        let accounts = everyone.filter(|node| self.is_account(*node)).count();
        Ok(TierZero { nodes, controllers, next, exposure: Exposure { accounts, of: self.account_count() } })
    }
}

impl TierZero {
    /// Returns the nodes of tier zero, in their order.
    pub fn nodes(&self, part: ListPart) -> PartialList<NodeIndex> {
        PartialList::of(&self.nodes, part, |node| NodeIndex(*node))
    }

    /// Returns whether a node is tier zero.
    pub fn contains(&self, node: NodeIndex) -> bool {
        self.nodes.binary_search(&node.0).is_ok()
    }

    /// Returns the other nodes that can come to control some of it, the nearest first.
    pub fn controllers(&self, part: ListPart) -> PartialList<ControlledNode> {
        PartialList::of(&self.controllers, part, |controller| *controller)
    }

    /// Returns how many accounts are tier zero or can come to control some of it.
    pub const fn exposure(&self) -> Exposure {
        self.exposure
    }

    /// Returns a shortest way by which a node can come to control some of it: none for tier zero itself. `None` if there
    /// is none. `graph` is the one of which this is tier zero.
    pub fn path<'g>(&self, graph: &'g AccessGraph, node: NodeIndex) -> Option<Vec<PathStep<'g>>> {
        let (mut steps, mut from) = (Vec::new(), node.0);
        while let Some((to, statement)) = self.next.get(from as usize).copied().flatten() {
            let grant = graph.grant(from, statement)?;
            steps.push(PathStep { from: NodeIndex(from), to: NodeIndex(to), grant });
            from = to;
        }
        self.contains(NodeIndex(from)).then_some(steps)
    }
}
