//! Decisions that people took. They outrank every rule, and the newest outranks the others.

use crate::SourcedKey;
use std::collections::{BTreeMap, BTreeSet};

/// A decision of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkDecision {
    /// What it is known by, so that it can be undone.
    pub id: String,
    /// What was decided.
    pub body: LinkDecisionBody,
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkDecisionBody {
    /// The account belongs to the identity of the other node. An earlier decision about the account ends.
    Linked {
        /// The account.
        account: SourcedKey,
        /// A node of the identity.
        to: SourcedKey,
    },
    /// The two nodes belong to different identities.
    NotSame {
        /// A node.
        one: SourcedKey,
        /// Another one.
        other: SourcedKey,
    },
    /// The identities of the two nodes are one.
    Merged {
        /// A node.
        one: SourcedKey,
        /// A node of the other identity.
        other: SourcedKey,
    },
    /// An earlier decision does not hold any more.
    Undone {
        /// The id of that decision.
        decision: String,
    },
}

/// The decisions that hold, in numbers of nodes.
#[derive(Debug, Default)]
pub(crate) struct HoldingDecisions {
    pub(crate) joined: JoinedNodes,
    /// Pairs that are not the same, each both ways.
    apart: BTreeMap<usize, Vec<usize>>,
    /// The decision that put an account where it is.
    pub(crate) by: BTreeMap<usize, String>,
    /// Those that a newer one contradicts.
    pub(crate) overridden: Vec<String>,
}

impl HoldingDecisions {
    /// Applies decisions, which stand in the order in which they were taken, the newest first.
    pub(crate) fn of(decisions: &[LinkDecision], number: impl Fn(&SourcedKey) -> Option<usize>) -> Self {
        let mut holding = Self::default();
        let mut undone: BTreeSet<&str> = BTreeSet::new();
        for LinkDecision { id, body } in decisions.iter().rev() {
            if undone.contains(id.as_str()) {
                continue;
            }
            let pair = |one, other| Some((number(one)?, number(other)?));
            // A node that no source has any more is left alone: the decision waits for it to come back.
            let held = match body {
                LinkDecisionBody::Undone { decision } => {
                    undone.insert(decision);
                    true
                }
                LinkDecisionBody::Linked { account, to } => pair(account, to).is_none_or(|(account, to)| {
                    !holding.by.contains_key(&account) && holding.join(account, to, id)
                }),
                LinkDecisionBody::Merged { one, other } => {
                    pair(one, other).is_none_or(|(one, other)| holding.join(one, other, id))
                }
                LinkDecisionBody::NotSame { one, other } => {
                    pair(one, other).is_none_or(|(one, other)| holding.part(one, other))
                }
            };
            if !held {
                holding.overridden.push(id.clone());
            }
        }
        holding.overridden.reverse();
        holding
    }

    fn join(&mut self, one: usize, other: usize, id: &str) -> bool {
        let (a, b) = (self.joined.group(one), self.joined.group(other));
        if self.are_apart(&a, &b) {
            return false;
        }
        self.joined.join(one, other);
        self.by.insert(one, id.to_owned());
        self.by.entry(other).or_insert_with(|| id.to_owned());
        true
    }

    fn part(&mut self, one: usize, other: usize) -> bool {
        if self.joined.group(one).contains(&other) {
            return false;
        }
        self.apart.entry(one).or_default().push(other);
        self.apart.entry(other).or_default().push(one);
        true
    }

    /// Returns whether anything is held apart at all.
    pub(crate) fn parts(&self) -> bool {
        !self.apart.is_empty()
    }

    /// Returns whether a node of one side was said not to be the same as a node of the other.
    pub(crate) fn are_apart(&self, one: &[usize], other: &[usize]) -> bool {
        !self.apart.is_empty()
            && one.iter().filter_map(|node| self.apart.get(node)).flatten().any(|node| other.contains(node))
    }
}

/// Nodes that belong together, as sets that grow.
#[derive(Debug, Default)]
pub(crate) struct JoinedNodes {
    /// The number of the set of a node, for nodes that are not alone.
    set: BTreeMap<usize, usize>,
    sets: BTreeMap<usize, Vec<usize>>,
}

impl JoinedNodes {
    /// Returns the nodes that belong together with this one, itself among them.
    pub(crate) fn group(&self, node: usize) -> Vec<usize> {
        self.set.get(&node).and_then(|set| self.sets.get(set)).cloned().unwrap_or_else(|| vec![node])
    }

    pub(crate) fn join(&mut self, one: usize, other: usize) {
        let (mut nodes, more) = (self.group(one), self.group(other));
        nodes.extend(more);
        nodes.sort_unstable();
        nodes.dedup();
        let Some(first) = nodes.first().copied() else { return };
        for node in &nodes {
            if let Some(former) = self.set.insert(*node, first)
                && former != first
            {
                self.sets.remove(&former);
            }
        }
        self.sets.insert(first, nodes);
    }
}
