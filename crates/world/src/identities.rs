//! What people decided about identities, and was not undone. No decision about an access reads it.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{Actor, IdentityFact, IdentityNode, Stated};
use countersign_names::{LinkDecisionId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The longest key of a node, in bytes, as sources have them.
const LONGEST_KEY: usize = 1024;

/// A decision of a person about identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityDecision {
    /// What it is known by.
    pub id: LinkDecisionId,
    /// The sequence of its fact: later decisions have higher ones.
    pub seq: u64,
    /// When it was taken.
    pub at: Timestamp,
    /// Who took it.
    pub by: Actor,
    /// What was decided.
    pub verdict: IdentityVerdict,
    /// The account, or one of two nodes.
    pub one: IdentityNode,
    /// A node of the identity that the account belongs to, or the other node.
    pub other: IdentityNode,
    /// Why.
    pub reason: String,
}

/// What was decided about two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityVerdict {
    /// The first, an account, belongs to the identity of the second.
    Linked,
    /// They belong to different identities.
    Separated,
    /// Their identities are one.
    Merged,
}

/// All decisions that hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityDecisions {
    holding: imbl::OrdMap<LinkDecisionId, Arc<IdentityDecision>>,
    /// The sequence of the last fact about identities; 0 if there is none.
    changed: u64,
}

impl IdentityDecisions {
    /// Returns whether nothing was ever decided, in which case a checkpoint does not mention them.
    pub fn is_empty(&self) -> bool {
        self.changed == 0
    }
}

/// Folds in facts about identities.
pub fn apply(world: &mut World, stated: &Stated, fact: &IdentityFact) -> Result<(), Contradiction> {
    // The sequence is raised after the fact is folded in.
    let seq = world.seq + 1;
    let (id, verdict, nodes, reason) = match fact {
        IdentityFact::Linked { decision, account, to, reason } => {
            (*decision, IdentityVerdict::Linked, [("account", account), ("to", to)], reason)
        }
        IdentityFact::Separated { decision, one, other, reason } => {
            (*decision, IdentityVerdict::Separated, [("one", one), ("other", other)], reason)
        }
        IdentityFact::Merged { decision, one, other, reason } => {
            (*decision, IdentityVerdict::Merged, [("one", one), ("other", other)], reason)
        }
        IdentityFact::Undone { decision, reason } => {
            said(reason)?;
            if world.identities.holding.remove(decision).is_none() {
                return Err(Contradiction::unknown("decision", "decision about identities", decision));
            }
            world.identities.changed = seq;
            return Ok(());
        }
    };
    said(reason)?;
    for (field, node) in nodes {
        is_key(field, &node.key)?;
    }
    let [(_, one), (field, other)] = nodes;
    if one == other {
        return Err(Contradiction::impossible(field, format!("{other} is named twice: name two nodes")));
    }
    if world.identities.holding.contains_key(&id) {
        return Err(Contradiction::taken("decision", format!("the decision {id} is on record already")));
    }
    let (one, other, reason) = (one.clone(), other.clone(), reason.clone());
    let decision =
        IdentityDecision { id, seq, at: stated.at, by: stated.by.clone(), verdict, one, other, reason };
    world.identities.holding.insert(id, Arc::new(decision));
    world.identities.changed = seq;
    Ok(())
}

fn said(reason: &str) -> Result<(), Contradiction> {
    if reason.trim().is_empty() {
        return Err(Contradiction::impossible("reason", "say why: the journal keeps the reason"));
    }
    Ok(())
}

fn is_key(field: &'static str, key: &str) -> Result<(), Contradiction> {
    if key.is_empty() || key.len() > LONGEST_KEY || key.chars().any(char::is_control) {
        let why = format!("a key has 1 to {LONGEST_KEY} bytes and no control characters");
        return Err(Contradiction::impossible(field, why));
    }
    Ok(())
}

impl World {
    /// Returns the decisions about identities that hold, in the order in which they were taken.
    pub fn identity_decisions(&self) -> Vec<Arc<IdentityDecision>> {
        let mut decisions: Vec<_> = self.identities.holding.values().cloned().collect();
        decisions.sort_by_key(|decision| decision.seq);
        decisions
    }

    /// Returns a decision about identities that holds.
    pub fn identity_decision(&self, decision: LinkDecisionId) -> Option<&Arc<IdentityDecision>> {
        self.identities.holding.get(&decision)
    }

    /// Returns the sequence of the last fact about identities; 0 if there is none.
    pub const fn identities_changed(&self) -> u64 {
        self.identities.changed
    }
}
