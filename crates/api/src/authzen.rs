//! The types of the AuthZEN decision point (Authorization API 1.0), as the OpenAPI document shows them.
//!
//! Unknown members are ignored, as the standard requires.

use crate::{RefusalReason, RefusalRemedy, words};
use countersign_names::DecisionId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One evaluation: may the subject perform this action on this resource?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    /// The subject.
    pub subject: EvaluationSubject,
    /// The action.
    pub action: EvaluationAction,
    /// The resource.
    pub resource: EvaluationResource,
    /// Further context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<EvaluationContext>,
}

/// The subject of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationSubject {
    /// `user`, `identity` or `person` for a person, `service` for a service account.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id, address or alias.
    pub id: String,
    /// Properties that the client states about the subject. Policies read them as tags `subject.NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, PropertyValue>>,
}

/// The action of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationAction {
    /// A name from the application's `operations`, or one of Countersign's actions.
    pub name: String,
    /// Properties that the client states about the action. Policies read them as tags `action.NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, PropertyValue>>,
}

/// The resource of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationResource {
    /// The part of the application.
    #[serde(rename = "type")]
    pub kind: String,
    /// The item within the part.
    pub id: String,
    /// Properties that the client states about the resource. Policies read them as tags. No name begins with `subject.`
    /// or `action.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, PropertyValue>>,
}

/// A property: a text, a number or a boolean, which policies read as a text. The decision point refuses any other
/// value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PropertyValue {
    /// A text.
    Text(String),
    /// A number that can be kept exactly.
    Number(f64),
    /// A boolean.
    Flag(bool),
}

/// The context of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationContext {
    /// The value of the person's cookie at the application. It brings the evidence of their session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The client's IP address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "ip")]
    pub ip_address: Option<String>,
}

/// Several evaluations. An item without one of the members takes that member, as a whole, from beside the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluations {
    /// The default subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<EvaluationSubject>,
    /// The default action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<EvaluationAction>,
    /// The default resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<EvaluationResource>,
    /// The default context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<EvaluationContext>,
    /// The evaluations, at most 1,000. An item that cannot be evaluated gets a denial.
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 1000)]
    pub evaluations: Vec<serde_json::Map<String, serde_json::Value>>,
    /// When to stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<EvaluationsOptions>,
}

/// How to answer several evaluations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationsOptions {
    /// When to stop. Default: after all evaluations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluations_semantic: Option<EvaluationsSemantic>,
}

/// When to stop a list of evaluations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationsSemantic {
    /// Never: answer all.
    ExecuteAll,
    /// After the first denial.
    DenyOnFirstDeny,
    /// After the first allowance.
    PermitOnFirstPermit,
}

/// The answer to one evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationAnswer {
    /// Whether the access is allowed.
    pub decision: bool,
    /// The reasons and remedies.
    pub context: EvaluationWhy,
}

/// The reasons and remedies of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationWhy {
    /// The recorded decision, which `countersign why` explains. Absent if no policy was evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DecisionId>)]
    pub id: Option<DecisionId>,
    /// The policies that determined the decision, or the name of what is unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RefusalReason>,
    /// The smallest evidence that would have allowed the access.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<RefusalRemedy>,
    /// True if the application is in the stage `observe`, so that the denial is not enforced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<bool>,
    /// Why the evaluation failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<EvaluationError>,
}

/// Why an evaluation failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationError {
    /// The HTTP status.
    pub status: u16,
    /// The message.
    pub message: String,
}

/// The answers to several evaluations, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationsAnswer {
    /// One answer for each evaluation that was made.
    pub evaluations: Vec<EvaluationAnswer>,
}

/// A search for the subjects that may do something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SubjectSearch {
    /// The kind of subject.
    pub subject: SoughtEntity,
    /// The action.
    pub action: EvaluationAction,
    /// The resource.
    pub resource: EvaluationResource,
    /// Further context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<EvaluationContext>,
    /// Which page of the results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<SearchPage>,
}

/// A search for the resources that a subject may do something to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResourceSearch {
    /// The subject.
    pub subject: EvaluationSubject,
    /// The action.
    pub action: EvaluationAction,
    /// The kind of resource: a part that the application declares.
    pub resource: SoughtEntity,
    /// Further context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<EvaluationContext>,
    /// Which page of the results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<SearchPage>,
}

/// A search for the actions that a subject may perform on a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ActionSearch {
    /// The subject.
    pub subject: EvaluationSubject,
    /// The resource.
    pub resource: EvaluationResource,
    /// Further context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<EvaluationContext>,
    /// Which page of the results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<SearchPage>,
}

/// What a search is for: the kind, without an id. An id is ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SoughtEntity {
    /// The kind, as an evaluation names it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Properties that the client states about each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, PropertyValue>>,
}

/// Which page of the results of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchPage {
    /// Most results of the page. Default: 100; above 1,000 counts as 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub limit: Option<u64>,
    /// The `next_token` of the page before. The other members of the request are repeated as they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// The subjects or resources that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundEntities {
    /// Which page this is.
    pub page: FoundPage,
    /// Each one.
    pub results: Vec<FoundEntity>,
}

/// A subject or a resource, by the names that an evaluation knows it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundEntity {
    /// The kind that was searched for.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a person, the alias if there is one only, or else the address; of a service account, the id; of a resource, the item.
    pub id: String,
}

/// The actions that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundActions {
    /// Which page this is.
    pub page: FoundPage,
    /// Each one.
    pub results: Vec<FoundAction>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundAction {
    /// One of the application's operations, or one of Countersign's actions if it declares none.
    pub name: String,
}

/// Which page of the results of a search an answer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundPage {
    /// The token of the next page; empty if this is the last one. A page may hold few results, or none, and not be the
    /// last one.
    pub next_token: String,
    /// Number of results in this page.
    pub count: u64,
}

/// The metadata of the decision point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DecisionPointMetadata {
    /// The decision point's origin, with the name that the request used.
    pub policy_decision_point: String,
    /// The endpoint for one evaluation.
    pub access_evaluation_endpoint: String,
    /// The endpoint for several evaluations.
    pub access_evaluations_endpoint: String,
    /// The endpoint for a search of subjects.
    pub search_subject_endpoint: String,
    /// The endpoint for a search of resources.
    pub search_resource_endpoint: String,
    /// The endpoint for a search of actions.
    pub search_action_endpoint: String,
}

/// The public keys of assertions to applications (RFC 7517).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeySet {
    /// Each key.
    #[schema(value_type = Vec<Object>)]
    pub keys: Vec<serde_json::Map<String, serde_json::Value>>,
}
