//! Accounts that belong to one identity.

use crate::graph::{AccessGraph, NodeIndex};
use crate::list::{ListPart, PartialList};
use countersign_sources::PrivilegeLevel;
use std::collections::BTreeMap;

/// To which identity each account belongs, by numbers that the caller gives to identities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BelongsTo {
    identities: BTreeMap<NodeIndex, u32>,
}

impl BelongsTo {
    /// Links an account to an identity.
    pub fn link(&mut self, account: NodeIndex, identity: u32) {
        self.identities.insert(account, identity);
    }

    /// Returns the identity of an account.
    pub fn identity(&self, account: NodeIndex) -> Option<u32> {
        self.identities.get(&account).copied()
    }
}

/// An identity that can reach a resource, or an account that belongs to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachingIdentity {
    /// The identity.
    pub identity: Option<u32>,
    /// The account that reaches it by the strongest way; the first of these.
    pub account: NodeIndex,
    /// The strongest level, if the source says one.
    pub level: Option<PrivilegeLevel>,
    /// Whether every way to this level has a condition.
    pub conditional: bool,
    /// Number of accounts of the identity that reach it.
    pub accounts: usize,
}

impl AccessGraph {
    /// Returns the identities that may do something with a resource, at this level or a higher one, by number; then the
    /// accounts that belong to none, in the order of nodes.
    pub fn which_identities_can(
        &self,
        resource: NodeIndex,
        at_least: Option<PrivilegeLevel>,
        belongs_to: &BelongsTo,
        part: ListPart,
    ) -> PartialList<ReachingIdentity> {
        let mut identities: BTreeMap<u32, ReachingIdentity> = BTreeMap::new();
        let mut others = Vec::new();
        for reaching in self.reaching_accounts(resource, at_least) {
            let identity = belongs_to.identity(reaching.account);
            let new = ReachingIdentity {
                identity,
                account: reaching.account,
                level: reaching.level,
                conditional: reaching.conditional,
                accounts: 1,
            };
            let Some(number) = identity else {
                others.push(new);
                continue;
            };
            let strength = |reaching: &ReachingIdentity| (reaching.level, !reaching.conditional);
            let known = identities.entry(number).or_insert(ReachingIdentity { accounts: 0, ..new });
            let accounts = known.accounts + 1;
            if strength(&new) > strength(known) {
                *known = new;
            }
            known.accounts = accounts;
        }
        let all: Vec<ReachingIdentity> = identities.into_values().chain(others).collect();
        PartialList::of(&all, part, |reaching| *reaching)
    }
}
