//! What people decided about proposed roles. What is proposed is not here: no decision about an access reads it.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{Actor, RoleFact, Stated};
use countersign_names::{RoleProposalId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Maximum number of decisions, because every process holds them in memory.
const MOST: usize = 10_000;

/// A decision about a proposed role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRuling {
    /// The proposal.
    pub proposal: RoleProposalId,
    /// What was decided.
    pub verdict: RoleVerdict,
    /// What it grants to whom, in words.
    pub about: String,
    /// How many members it had then.
    pub members: u64,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

impl RoleRuling {
    /// Returns whether the decision still speaks of a proposal with this many members. A dismissal does not if they changed by
    /// more than a quarter.
    pub const fn holds_for(&self, members: u64) -> bool {
        match self.verdict {
            RoleVerdict::Accepted => true,
            RoleVerdict::Dismissed => self.members.abs_diff(members).saturating_mul(4) <= self.members,
        }
    }
}

/// What was decided about a proposed role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleVerdict {
    /// It is wanted.
    Accepted,
    /// It is not.
    Dismissed,
}

/// All decisions that hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRulings(BTreeMap<RoleProposalId, Arc<RoleRuling>>);

/// Returns whether nothing is decided, in which case a checkpoint does not mention it.
pub fn are_none(rulings: &RoleRulings) -> bool {
    rulings.0.is_empty()
}

/// Folds in facts about proposed roles.
pub fn apply(world: &mut World, stated: &Stated, fact: &RoleFact) -> Result<(), Contradiction> {
    let (RoleFact::Accepted { reason, .. }
    | RoleFact::Dismissed { reason, .. }
    | RoleFact::Reconsidered { reason, .. }) = fact;
    if reason.trim().is_empty() {
        return Err(Contradiction::impossible("reason", "the decision has no reason: give it one"));
    }
    let mut rulings = RoleRulings::clone(&world.roles);
    let (proposal, verdict, about, members) = match fact {
        RoleFact::Accepted { proposal, about, members, .. } => {
            (proposal, RoleVerdict::Accepted, about, members)
        }
        RoleFact::Dismissed { proposal, about, members, .. } => {
            (proposal, RoleVerdict::Dismissed, about, members)
        }
        RoleFact::Reconsidered { proposal, .. } => {
            if rulings.0.remove(proposal).is_none() {
                return Err(Contradiction::unknown("proposal", "decision about a proposed role", proposal));
            }
            world.roles = Arc::new(rulings);
            return Ok(());
        }
    };
    if rulings.0.len() >= MOST && !rulings.0.contains_key(proposal) {
        let why = format!("there are {MOST} decisions about proposed roles already: reconsider some");
        return Err(Contradiction::impossible("proposal", why));
    }
    let ruling = RoleRuling {
        proposal: *proposal,
        verdict,
        about: about.clone(),
        members: *members,
        reason: reason.clone(),
        by: stated.by.clone(),
        at: stated.at,
    };
    rulings.0.insert(*proposal, Arc::new(ruling));
    world.roles = Arc::new(rulings);
    Ok(())
}

impl World {
    /// Returns the decision about a proposed role, if one holds.
    pub fn role_ruling(&self, proposal: RoleProposalId) -> Option<&Arc<RoleRuling>> {
        self.roles.0.get(&proposal)
    }
}
