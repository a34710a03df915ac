//! Decisions that people took. They outrank every rule, and the newest outranks the others.

use crate::SourcedKey;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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

/// Why a decision cannot be taken beside those that hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecisionConflict {
    /// This decision says the same.
    Repeats(String),
    /// These decisions together say otherwise.
    Contradicts(Vec<String>),
}

/// Finds out whether a decision says what those that hold say already, or contradicts them. None of them is undone.
pub fn decision_conflict(holding: &[LinkDecision], new: &LinkDecisionBody) -> Option<DecisionConflict> {
    let same = |a: &SourcedKey, b: &SourcedKey, c: &SourcedKey, d: &SourcedKey| {
        (a == c && b == d) || (a == d && b == c)
    };
    for LinkDecision { id, body } in holding {
        use LinkDecisionBody::{Linked, Merged, NotSame};
        let repeats = match (body, new) {
            (Linked { account, to }, Linked { account: now, to: there }) if account == now => {
                if to != there {
                    return Some(DecisionConflict::Contradicts(vec![id.clone()]));
                }
                true
            }
            (Merged { one, other }, Merged { one: a, other: b })
            | (NotSame { one, other }, NotSame { one: a, other: b }) => same(one, other, a, b),
            _ => false,
        };
        if repeats {
            return Some(DecisionConflict::Repeats(id.clone()));
        }
    }
    let joins = JoinGraph::of(holding);
    let contradicting = match new {
        LinkDecisionBody::NotSame { one, other } => joins.path(one, other),
        LinkDecisionBody::Linked { account: one, to: other } | LinkDecisionBody::Merged { one, other } => {
            // Joining the two would join what somebody said is not the same.
            holding.iter().find_map(|LinkDecision { id, body }| {
                let LinkDecisionBody::NotSame { one: left, other: right } = body else { return None };
                let through = |a, b| Some([joins.path(one, a)?, joins.path(other, b)?].concat());
                let mut path = through(left, right).or_else(|| through(right, left))?;
                path.push(id.clone());
                Some(path)
            })
        }
        LinkDecisionBody::Undone { .. } => None,
    };
    contradicting.map(DecisionConflict::Contradicts)
}

/// The nodes that decisions join, each with its neighbours and the decisions between them.
struct JoinGraph<'a>(BTreeMap<&'a SourcedKey, Vec<(&'a SourcedKey, &'a str)>>);

impl<'a> JoinGraph<'a> {
    fn of(holding: &'a [LinkDecision]) -> Self {
        let mut graph: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for LinkDecision { id, body } in holding {
            let (LinkDecisionBody::Linked { account: one, to: other }
            | LinkDecisionBody::Merged { one, other }) = body
            else {
                continue;
            };
            graph.entry(one).or_default().push((other, id.as_str()));
            graph.entry(other).or_default().push((one, id.as_str()));
        }
        Self(graph)
    }

    /// Returns the fewest decisions by which two nodes are one, or `None` if they are not.
    fn path(&self, from: &SourcedKey, to: &SourcedKey) -> Option<Vec<String>> {
        let mut reached: BTreeMap<&SourcedKey, Vec<String>> = BTreeMap::from([(from, Vec::new())]);
        let mut waiting = VecDeque::from([from]);
        while let Some(node) = waiting.pop_front() {
            let path = reached.get(node).cloned().unwrap_or_default();
            if node == to {
                return Some(path);
            }
            for (next, id) in self.0.get(node).into_iter().flatten() {
                if !reached.contains_key(next) {
                    let mut longer = path.clone();
                    longer.push((*id).to_owned());
                    reached.insert(next, longer);
                    waiting.push_back(next);
                }
            }
        }
        None
    }
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
