//! What a node can reach, and who can reach it.

use crate::graph::{AccessGraph, EdgeGrant, NodeIndex};
use crate::list::{ListPart, PartialList};
use crate::path::Traversal;
use crate::spread::{EdgeDirection, SpreadNode, SpreadStart, WayRank};
use countersign_sources::{PrivilegeLevel, Relation};

/// Something that a node can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachedResource<'g> {
    /// What is reached.
    pub resource: NodeIndex,
    /// The strongest level, if the source says one.
    pub level: Option<PrivilegeLevel>,
    /// Whether every way to this level has a condition.
    pub conditional: bool,
    /// The node that has the right: the one that was asked about, or a group or role of it. A nearest one of those by
    /// which it is reached at this level.
    pub through: NodeIndex,
    /// The right.
    pub grant: EdgeGrant<'g>,
}

/// An account that can reach a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachingAccount {
    /// The account.
    pub account: NodeIndex,
    /// The strongest level, if the source says one.
    pub level: Option<PrivilegeLevel>,
    /// Whether every way to this level has a condition.
    pub conditional: bool,
    /// The node that has the right: the account, or a group or role of it.
    pub through: NodeIndex,
}

/// A right by which something is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UsedRight {
    pub(crate) rank: WayRank,
    pub(crate) holder: u32,
    pub(crate) statement: u32,
}

impl AccessGraph {
    /// Returns everything that a node may do something with, by itself and through its groups and roles, in the order of
    /// nodes.
    pub fn what_can(&self, node: NodeIndex, part: ListPart) -> PartialList<ReachedResource<'_>> {
        let (_, used) = self.rights_from(node);
        let used = (0..).zip(used).filter_map(|(node, used)| used.map(|used| (node, used)));
        let reached = used.filter_map(|(resource, UsedRight { rank, holder, statement })| {
            Some(ReachedResource {
                resource: NodeIndex(resource),
                level: rank.level,
                conditional: !rank.unconditional,
                through: NodeIndex(holder),
                grant: self.grant(holder, statement)?,
            })
        });
        PartialList::of(&reached.collect::<Vec<_>>(), part, |reached| *reached)
    }

    /// Returns the node and its groups and roles, and by which right of theirs each node is reached.
    pub(crate) fn rights_from(&self, node: NodeIndex) -> (Vec<SpreadNode>, Vec<Option<UsedRight>>) {
        let mut used: Vec<Option<UsedRight>> = vec![None; self.nodes.len()];
        let start = SpreadStart { node: node.0, rank: WayRank::START, origin: node.0, found_by: None };
        let holders = self.spread(EdgeDirection::Forward, Traversal::Reach, std::iter::once(start));
        for holder in &holders {
            for link in self.forward.links(holder.node) {
                let Some(said) = self.statements.get(link.statement as usize) else { continue };
                if said.relation != Relation::May {
                    continue;
                }
                let rank = WayRank { level: said.level, ..holder.rank.with(said) };
                let Some(best) = used.get_mut(link.node as usize) else { continue };
                if best.is_none_or(|best| best.rank < rank) {
                    *best = Some(UsedRight { rank, holder: holder.node, statement: link.statement });
                }
            }
        }
        (holders, used)
    }

    /// Returns the accounts that may do something with a resource, at this level or a higher one, in the order of nodes.
    /// Without a level every right counts.
    pub fn who_can(
        &self,
        resource: NodeIndex,
        at_least: Option<PrivilegeLevel>,
        part: ListPart,
    ) -> PartialList<ReachingAccount> {
        let reaching = self.reaching_accounts(resource, at_least);
        PartialList::of(&reaching, part, |account| *account)
    }

    pub(crate) fn reaching_accounts(
        &self,
        resource: NodeIndex,
        at_least: Option<PrivilegeLevel>,
    ) -> Vec<ReachingAccount> {
        let starts = self.rights_to(resource, at_least);
        self.reaching(self.spread(EdgeDirection::Backward, Traversal::Reach, starts))
    }

    /// Returns the nodes that have a right to this one, at this level or a higher one.
    pub(crate) fn rights_to(
        &self,
        node: NodeIndex,
        at_least: Option<PrivilegeLevel>,
    ) -> impl Iterator<Item = SpreadStart> {
        self.backward.links(node.0).iter().filter_map(move |link| {
            let said = self.statements.get(link.statement as usize)?;
            let counts = said.relation == Relation::May && said.level >= at_least;
            let rank = WayRank { level: said.level, unconditional: !said.conditional };
            let found_by = Some((node.0, link.statement));
            counts.then_some(SpreadStart { node: link.node, rank, origin: link.node, found_by })
        })
    }

    /// Returns the accounts among the nodes that were reached, in the order of nodes.
    pub(crate) fn reaching(&self, mut reached: Vec<SpreadNode>) -> Vec<ReachingAccount> {
        reached.retain(|reached| self.is_account(reached.node));
        reached.sort_unstable_by_key(|reached| reached.node);
        let account = |SpreadNode { node, rank, origin, .. }| ReachingAccount {
            account: NodeIndex(node),
            level: rank.level,
            conditional: !rank.unconditional,
            through: NodeIndex(origin),
        };
        reached.into_iter().map(account).collect()
    }
}
