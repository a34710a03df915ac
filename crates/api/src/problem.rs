//! The body of every error answer: RFC 9457 problem details.

use crate::policies::PolicyProblem;
use crate::words;
use countersign_names::{DecisionId, PolicyId, ProposalId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of error answers.
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was refused or failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The kind of problem: `about:blank#` and a word that stays the same in later versions (`invalid`, `not-found`,
    /// `conflict`, `sign-in`, `denied`, `unavailable`, `rejected-policies`, ...).
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind, as text.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The problem with this request.
    pub detail: String,
    /// The field concerned, as a path into the body (`resources[0].part`), or the name of a parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The remedy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The decision that denied the request; `countersign why` explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DecisionId>)]
    pub decision: Option<DecisionId>,
    /// The proposal that was made instead, because the command needs a second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ProposalId>)]
    pub proposal: Option<ProposalId>,
    /// The policies that denied the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RefusalReason>,
    /// The smallest evidence that would have allowed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<RefusalRemedy>,
    /// Every problem of a policy set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<PolicyProblem>,
}

/// A policy that denied a request, in its owner's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusalReason {
    /// The policy.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// Its explanation for the people whom it stops.
    pub text: String,
}

/// A way to obtain access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusalRemedy {
    /// Its name: `sign-in`, `re-authenticate`, `report-posture`, `fix-posture`, `use-a-managed-device`,
    /// `request-a-grant` or `ask-the-owner`.
    pub remedy: String,
    /// The remedy as a sentence.
    pub text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)?;
        if let Some(field) = &self.field {
            write!(f, " (field {field})")?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "; {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
