//! Proposed roles in the API's form.

use crate::Refusal;
use crate::names::current_name;
use countersign_api as api;
use countersign_names::{SourceName, Timestamp};
use countersign_rolebook::{RoleRow, role_proposal_id};
use countersign_roles::{Consolidation, MinedRoles, NearMember, RolePattern};
use countersign_world::{RoleVerdict, World};
use std::collections::BTreeMap;

/// Separates the source from the key in what the search calls a key. No name of a source has it.
pub const SEPARATOR: char = '\u{1f}';

/// Adds what people decided, and the state that follows.
pub fn with_decision(world: &World, mut proposal: api::RoleProposal) -> api::RoleProposal {
    let ruling = world.role_ruling(proposal.id).filter(|ruling| ruling.holds_for(proposal.members));
    proposal.state = match ruling.map(|ruling| ruling.verdict) {
        None => api::RoleProposalState::Proposed,
        Some(RoleVerdict::Accepted) => api::RoleProposalState::Accepted,
        Some(RoleVerdict::Dismissed) => api::RoleProposalState::Dismissed,
    };
    proposal.decision = ruling.map(|ruling| {
        let by = ruling.by.to_string();
        let by_name = current_name(world, &by);
        api::RoleDecision { by, by_name, at: ruling.at, reason: ruling.reason.clone() }
    });
    proposal
}

/// What a search found, on its way to rows.
pub struct SearchResult<'a> {
    pub mined: &'a MinedRoles,
    /// The names of identities, groups and roles, by what the search calls a key.
    pub names: &'a BTreeMap<String, String>,
    pub read_at: Timestamp,
}

impl SearchResult<'_> {
    /// Returns the proposals as rows.
    pub fn rows(&self) -> Result<Vec<RoleRow>, Refusal> {
        let proposals = self.mined.proposals.iter().map(|found| {
            let (kind, rule) = match &found.pattern {
                RolePattern::Birthright(rule) => (api::RoleProposalKind::Birthright, Some(rule)),
                RolePattern::Exact => (api::RoleProposalKind::Exact, None),
                RolePattern::Near => (api::RoleProposalKind::Near, None),
            };
            let mut proposal =
                self.proposal(kind, &found.entitlements, rule.map_or(&[], |rule| &rule.conditions))?;
            proposal.people = rule.map(|rule| count(rule.people));
            proposal.holding = rule.map(|rule| count(rule.holding));
            proposal.replaced = count(found.replaced);
            proposal.added = count(found.added);
            proposal.beyond = count(found.beyond);
            proposal.coverage = found.coverage(&self.mined.matrix);
            self.row(proposal, &found.members, &found.near)
        });
        let consolidations = self.mined.consolidations.iter().map(|found| {
            let (kind, near) = match found {
                Consolidation::SameHolders { .. } => (api::RoleProposalKind::SameHolders, Vec::new()),
                Consolidation::Within { entitlements: [lacked, _], others, .. } => {
                    let lacking = |holder: &u32| NearMember { holder: *holder, missing: vec![*lacked] };
                    (api::RoleProposalKind::Within, others.iter().map(lacking).collect())
                }
                Consolidation::Overlapping { near, .. } => (api::RoleProposalKind::Overlapping, near.clone()),
            };
            let mut proposal = self.proposal(kind, found.entitlements(), &[])?;
            proposal.replaced = count(found.replaced());
            proposal.coverage = share(found.replaced(), self.mined.matrix.grants());
            self.row(proposal, found.holders(), &near)
        });
        proposals.chain(consolidations).collect()
    }

    fn proposal(
        &self,
        kind: api::RoleProposalKind,
        entitlements: &[u32],
        conditions: &[(String, String)],
    ) -> Result<api::RoleProposal, Refusal> {
        let keys = entitlements.iter().map(|entitlement| self.mined.matrix.entitlement_key(*entitlement));
        let rule = conditions.iter().map(|(attribute, value)| (attribute.as_str(), value.as_str()));
        let word = serde_json::to_string(&kind).map_err(damaged)?;
        let condition = |(attribute, value): (&str, &str)| api::RoleCondition {
            attribute: attribute.to_owned(),
            value: value.to_owned(),
        };
        Ok(api::RoleProposal {
            id: role_proposal_id(&word, rule.clone(), keys.clone()),
            kind,
            state: api::RoleProposalState::Proposed,
            rule: rule.map(condition).collect(),
            people: None,
            holding: None,
            entitlements: keys.map(|key| self.node(key)).collect::<Result<_, _>>()?,
            members: 0,
            near: 0,
            replaced: 0,
            added: 0,
            beyond: 0,
            coverage: 0.0,
            read_at: self.read_at,
            decision: None,
        })
    }

    fn row(
        &self,
        mut proposal: api::RoleProposal,
        members: &[u32],
        near: &[NearMember],
    ) -> Result<RoleRow, Refusal> {
        proposal.members = count(members.len());
        proposal.near = count(near.len());
        let holder = |holder: u32| self.node(self.mined.matrix.holder_key(holder));
        let members = members.iter().map(|member| holder(*member)).collect::<Result<Vec<_>, _>>()?;
        let near = near.iter().map(|near| {
            let missing =
                near.missing.iter().map(|missing| self.node(self.mined.matrix.entitlement_key(*missing)));
            Ok(api::NearRoleMember {
                identity: holder(near.holder)?,
                missing: missing.collect::<Result<_, _>>()?,
            })
        });
        let near = near.collect::<Result<Vec<_>, Refusal>>()?;
        let summary = serde_json::to_string(&proposal).map_err(damaged)?;
        let detail = serde_json::to_string(&(members, near)).map_err(damaged)?;
        Ok(RoleRow { id: proposal.id, summary, detail })
    }

    fn node(&self, key: &str) -> Result<api::RoleNode, Refusal> {
        let (source, own) = key.split_once(SEPARATOR).unwrap_or(("", key));
        let source: SourceName = source.parse().map_err(damaged)?;
        let name = self.names.get(key).cloned().unwrap_or_else(|| own.to_owned());
        Ok(api::RoleNode { source, key: own.to_owned(), name })
    }
}

pub fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a share for people to read")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Refuses because a row of the proposals cannot be written or read.
pub fn damaged(problem: impl std::fmt::Display) -> Refusal {
    Refusal::unavailable(format!("a row of the proposed roles is damaged ({problem})"))
        .remedy("run `countersign role propose`")
}
