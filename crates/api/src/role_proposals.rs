//! Proposed roles: what would explain today's access with less structure, and what people decided about it.

use crate::words;
use countersign_names::{RoleProposalId, SourceName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to search for roles. What is left out has its default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewRoleSearch {
    /// Only groups and roles of these sources; without any, of all.
    #[schema(value_type = Vec<words::SourceName>)]
    pub sources: Vec<SourceName>,
    /// Minimum number of members of a role, 2 or more. 3 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_members: Option<u32>,
    /// Minimum number of people whom the rule of a birthright role means, 2 or more. 10 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_people: Option<u32>,
    /// Minimum share of these people who hold it, from 0.5 to 1. 0.9 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Minimum share of a role that an identity holds to be named as nearly a member, from 0.5 to 1. 0.8 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<f64>,
    /// How many grants a role may add, as a share of what its members hold through it, from 0 to 1. Nothing new by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_new: Option<f64>,
    /// What structures are compared by; 1 each by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<RoleWeights>,
}

/// The weights of weighted structural complexity, from 0 to a million.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleWeights {
    /// Of a role.
    pub role: f64,
    /// Of an assignment of an identity to a role.
    pub assignment: f64,
    /// Of an entitlement of a role.
    pub entitlement: f64,
    /// Of a single grant.
    pub direct: f64,
}

/// The numbers of a search for roles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoleSearchReport {
    /// The moment at which the inventory was read.
    #[schema(value_type = words::Moment)]
    pub read_at: Timestamp,
    /// The sources whose groups and roles were looked at.
    #[schema(value_type = Vec<words::SourceName>)]
    pub sources: Vec<SourceName>,
    /// Number of identities.
    pub identities: u64,
    /// Number of groups and roles that they hold.
    pub entitlements: u64,
    /// Number of their grants.
    pub grants: u64,
    /// Number of proposed roles.
    pub roles: u64,
    /// Number of proposals to join groups or roles.
    pub consolidations: u64,
    /// Number of grants that the proposed roles replace.
    pub replaced: u64,
    /// Number of grants that they add.
    pub added: u64,
    /// Number of grants that remain single ones.
    pub single: u64,
    /// The weighted structural complexity of today, with every grant on its own.
    pub complexity_before: f64,
    /// The same with all proposed roles.
    pub complexity_after: f64,
    /// Whether the search ended early, because the work that it is allowed was used up.
    pub ended_early: bool,
}

/// How a role was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleProposalKind {
    /// All people of its rule hold it, or nearly all.
    Birthright,
    /// Identities hold exactly this set, apart from birthrights.
    Exact,
    /// Identities have this set in common: some hold more, or some others hold nearly all of it.
    Near,
    /// Groups or roles that have the same members, and could be one.
    SameHolders,
    /// A group or role all of whose members are in another one too.
    Within,
    /// Two groups or roles that have nearly the same members.
    Overlapping,
}

/// What became of a proposed role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleProposalState {
    /// Nobody decided.
    Proposed,
    /// It is wanted.
    Accepted,
    /// It is not wanted.
    Dismissed,
}

/// A proposed role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoleProposal {
    /// Its id: the same whenever a search finds the same entitlements in the same way.
    #[schema(value_type = words::RoleProposalId)]
    pub id: RoleProposalId,
    /// How it was found.
    pub kind: RoleProposalKind,
    /// What became of it.
    pub state: RoleProposalState,
    /// Of a birthright: the attributes that its people have. Without any, all people are meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule: Vec<RoleCondition>,
    /// Of a birthright: how many people the rule means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u64>,
    /// Of a birthright: how many of them hold all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holding: Option<u64>,
    /// What it grants.
    pub entitlements: Vec<RoleNode>,
    /// Number of members: each holds all of it today, unless new grants were allowed.
    pub members: u64,
    /// Number of those who hold nearly all of it, or are meant by its rule, and are no members.
    pub near: u64,
    /// Number of grants that it replaces.
    pub replaced: u64,
    /// Number of grants that it adds.
    pub added: u64,
    /// Number of single grants that its members keep beside it.
    pub beyond: u64,
    /// The share of all grants that it replaces, from 0 to 1.
    pub coverage: f64,
    /// The moment at which the inventory was read.
    #[schema(value_type = words::Moment)]
    pub read_at: Timestamp,
    /// Who decided about it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<RoleDecision>,
}

/// An attribute with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleCondition {
    /// The attribute.
    pub attribute: String,
    /// Its value.
    pub value: String,
}

/// An identity, a group or a role, as a source knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleNode {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// Its key in the source.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// A decision about a proposed role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleDecision {
    /// Who decided, as text.
    pub by: String,
    /// The name of this person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// When.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// A proposed role with everybody whom it concerns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoleProposalDetail {
    /// The proposal.
    pub proposal: RoleProposal,
    /// Its members.
    pub members: Vec<RoleNode>,
    /// Who is nearly a member, with what is missing.
    pub near: Vec<NearRoleMember>,
}

/// Somebody who is nearly a member of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NearRoleMember {
    /// The identity.
    pub identity: RoleNode,
    /// What it lacks.
    pub missing: Vec<RoleNode>,
}

/// Proposed roles as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleExport {
    /// A name for the file.
    pub file_name: String,
    /// Number of proposed roles in it.
    pub roles: u64,
    /// CSV: a line for each entitlement, each member, and each entitlement that somebody lacks.
    pub text: String,
}
