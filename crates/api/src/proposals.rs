//! Commands that take two people, and people who are vouched for.

use crate::words;
use countersign_names::{ProposalId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A command that takes two people: proposed by one, countersigned by another, and carried out at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// Its id.
    #[schema(value_type = words::ProposalId)]
    pub id: ProposalId,
    /// Who proposed it: a person id or a service account id.
    pub by: String,
    /// Their address, where they are a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What it does, in words that were made of what it states.
    pub text: String,
    /// SHA-256 over what it states. Whoever countersigns names it.
    #[schema(value_type = words::Digest)]
    pub digest: String,
    /// When it was proposed.
    #[schema(value_type = words::Moment)]
    pub proposed_at: Timestamp,
    /// When nobody can countersign it any more.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: ProposalState,
    /// Who answered: `operator` or a person id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// When they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub answered_at: Option<Timestamp>,
    /// Why it was refused, or taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Every fact that it states, while it waits.
    #[schema(value_type = Vec<Object>)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<serde_json::Value>,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Nobody has answered yet.
    Open,
    /// Nobody has answered in time.
    Expired,
    /// Countersigned, and carried out.
    Countersigned,
    /// Refused, or taken back.
    Refused,
}

/// What is countersigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Countersigning {
    /// The digest of the proposal as it was read.
    #[schema(value_type = words::Digest)]
    pub digest: String,
}
