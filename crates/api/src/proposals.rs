//! Commands that need two people, and confirmations of people.

use crate::words;
use countersign_names::{ProposalId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A command that needs two people: one person proposes it, another countersigns it, and it runs at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// Its id.
    #[schema(value_type = words::ProposalId)]
    pub id: ProposalId,
    /// Who proposed it: a person id or a service account id.
    pub by: String,
    /// The proposer's address, if they are a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The proposer's name now. Absent if they were removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// The effect of the command, as text made from its facts.
    pub text: String,
    /// SHA-256 over the facts of the command. The person who countersigns names it.
    #[schema(value_type = words::Digest)]
    pub digest: String,
    /// When it was proposed.
    #[schema(value_type = words::Moment)]
    pub proposed_at: Timestamp,
    /// When it expires: nobody can countersign it afterwards.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// The state.
    pub state: ProposalState,
    /// Who answered: `operator` or a person id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// The name of the person who answered, as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by_name: Option<String>,
    /// When they answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub answered_at: Option<Timestamp>,
    /// Why it was refused or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether the caller may countersign it, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<AnswerIndependence>,
    /// Every fact that it states, while it waits.
    #[schema(value_type = Vec<Object>)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<serde_json::Value>,
}

/// Whether the caller may answer a request or a proposal that waits, as far as it depends on who they are. Policies
/// decide besides whether they may answer at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnswerIndependence {
    /// Whether they may say yes: they are another person than the author, and independent of them.
    pub may: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
}

/// The states of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// It waits for an answer.
    Open,
    /// Nobody answered in time.
    Expired,
    /// It was countersigned, and its command ran.
    Countersigned,
    /// It was refused or withdrawn.
    Refused,
}

/// The proposal that is countersigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Countersigning {
    /// The digest of the proposal that the person read.
    #[schema(value_type = words::Digest)]
    pub digest: String,
}
