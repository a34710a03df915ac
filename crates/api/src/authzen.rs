//! The shapes of the AuthZEN decision point (Authorization API 1.0), as the document shows them.
//!
//! Members that are not here are ignored, as the standard says.

use crate::{RefusalReason, RefusalRemedy, words};
use countersign_names::DecisionId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One question: may the subject do this with that?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    /// Who.
    pub subject: EvaluationSubject,
    /// What they want to do.
    pub action: EvaluationAction,
    /// With what.
    pub resource: EvaluationResource,
    /// What else is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<EvaluationContext>,
}

/// Who is asked about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationSubject {
    /// `user`, `identity` or `person` for a person, `service` for a service account.
    #[serde(rename = "type")]
    pub kind: String,
    /// Their id, address or alias.
    pub id: String,
    /// What the client says of them: policies read it as the tag `subject.NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, PropertyValue>>,
}

/// What they want to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationAction {
    /// A word that the application's `operations` know, or an action of ours.
    pub name: String,
    /// What the client says of it: policies read it as the tag `action.NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, PropertyValue>>,
}

/// What they want to do it with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationResource {
    /// The part of the application.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: String,
    /// What the client says of it: policies read it as tags. No name begins with `subject.` or `action.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, PropertyValue>>,
}

/// A property: a text, a number or a boolean, which policies read as a text. Anything else is refused, not left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PropertyValue {
    /// A text.
    Text(String),
    /// A number, which can be kept exactly.
    Number(f64),
    /// A boolean.
    Flag(bool),
}

/// What else is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationContext {
    /// The value of the person's cookie at the application: brings the evidence of their session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The address that they ask from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "ip")]
    pub ip_address: Option<String>,
}

/// Several questions. What an item lacks, it takes from beside the list, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluations {
    /// Who, where an item does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<EvaluationSubject>,
    /// What they want to do, where an item does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<EvaluationAction>,
    /// With what, where an item does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<EvaluationResource>,
    /// What else is known, where an item does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<EvaluationContext>,
    /// The questions, 1,000 at most. An item that cannot be asked is answered with no.
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 1000)]
    pub evaluations: Vec<serde_json::Map<String, serde_json::Value>>,
    /// When it is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<EvaluationsOptions>,
}

/// How several questions are answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationsOptions {
    /// When it is enough; every question is answered when it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluations_semantic: Option<EvaluationsSemantic>,
}

/// When a list of questions has had enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationsSemantic {
    /// Never: all are answered.
    ExecuteAll,
    /// After the first no.
    DenyOnFirstDeny,
    /// After the first yes.
    PermitOnFirstPermit,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationAnswer {
    /// Whether they may.
    pub decision: bool,
    /// Why, and what would help.
    pub context: EvaluationWhy,
}

/// Why an answer is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationWhy {
    /// The recorded decision, which `countersign why` explains; none where no policy was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DecisionId>)]
    pub id: Option<DecisionId>,
    /// The policies that determined it, or what was not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RefusalReason>,
    /// The smallest evidence that would have let it pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<RefusalRemedy>,
    /// True where the application is only observed, and the denial is not carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<bool>,
    /// Why the question could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<EvaluationError>,
}

/// Why a question could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationError {
    /// As an HTTP status.
    pub status: u16,
    /// In words.
    pub message: String,
}

/// The answers to several questions, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationsAnswer {
    /// One for each question that was answered.
    pub evaluations: Vec<EvaluationAnswer>,
}

/// Where the decision point is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DecisionPointMetadata {
    /// Its origin, by the name that was asked.
    pub policy_decision_point: String,
    /// Where one question is asked.
    pub access_evaluation_endpoint: String,
    /// Where several are asked.
    pub access_evaluations_endpoint: String,
}

/// The public keys that assertions to applications are signed with (RFC 7517).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeySet {
    /// Each key.
    #[schema(value_type = Vec<Object>)]
    pub keys: Vec<serde_json::Map<String, serde_json::Value>>,
}
