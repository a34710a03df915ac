//! What can be brought under control, and by how many.

use crate::graph::{AccessGraph, NodeIndex};
use crate::list::{ListPart, PartialList};
use crate::path::{ControlWalk, FoundWay};
use crate::spread::EdgeDirection;
use countersign_sources::NodeKind;

/// A node that can come under control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlledNode {
    /// The node.
    pub node: NodeIndex,
    /// Number of edges on a shortest way.
    pub steps: u32,
    /// Whether every way has a condition.
    pub conditional: bool,
}

/// How many of all accounts can do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// The accounts that can.
    pub accounts: usize,
    /// All accounts.
    pub of: usize,
}

impl Exposure {
    /// Returns the share, between 0 and 1; 0 if there are no accounts.
    #[expect(clippy::cast_precision_loss, reason = "a share for people to read")]
    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.accounts as f64 / self.of as f64 }
    }
}

impl AccessGraph {
    /// Returns everything that the holder of an account can come to control, the nearest first, then in the order of
    /// nodes. The account itself is not among it.
    pub fn reach_of_compromise(&self, account: NodeIndex, part: ListPart) -> PartialList<ControlledNode> {
        let controlled = controlled(&self.walk_control(EdgeDirection::Forward, &[account.0]));
        PartialList::of(&controlled, part, |node| *node)
    }

    /// Returns how many other accounts can come to control a node; of a resource also how many can reach it in any way.
    pub fn exposure(&self, node: NodeIndex) -> Exposure {
        let mut can = vec![false; self.nodes.len()];
        let mut note = |node: u32| can.get_mut(node as usize).into_iter().for_each(|can| *can = true);
        let walk = self.walk_control(EdgeDirection::Backward, &[node.0]);
        walk.reached.iter().skip(1).for_each(|(node, _)| note(*node));
        if self.kind(node.0) == Some(NodeKind::Resource) {
            self.reaching_accounts(node, None).iter().for_each(|reaching| note(reaching.account.0));
        }
        let accounts = (0..).zip(can).filter(|(node, can)| *can && self.is_account(*node)).count();
        Exposure { accounts, of: self.account_count() }
    }

    /// Returns the number of accounts.
    pub fn account_count(&self) -> usize {
        self.nodes.iter().filter(|facts| facts.kind == Some(NodeKind::Account)).count()
    }
}

/// Returns every node of a walk but its starts, the nearest first, then in the order of nodes.
pub(crate) fn controlled(walk: &ControlWalk) -> Vec<ControlledNode> {
    let reached = walk.reached.iter().filter(|(_, steps)| *steps > 0);
    let controlled = reached.map(|(node, steps)| {
        let conditional = walk.way(*node) != FoundWay::Sure;
        ControlledNode { node: NodeIndex(*node), steps: *steps, conditional }
    });
    let mut controlled: Vec<ControlledNode> = controlled.collect();
    controlled.sort_unstable_by_key(|controlled| (controlled.steps, controlled.node));
    controlled
}
