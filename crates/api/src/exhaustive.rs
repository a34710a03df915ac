//! The effect of a plan on every possible request, as a solver finds it.

use crate::words;
use countersign_names::{Action, ApplicationName, PolicyId, Principal, ResourceName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answers of a solver about a plan, for all possible requests and not only for recorded ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exhaustive {
    /// The solver, such as `cvc5 1.0.3`. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<String>,
    /// Why the solver could not be used at all. Then nothing is known, and nothing counts as fine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_asked: Option<String>,
    /// The remedy for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The effect of the change over all kinds of requests.
    pub change: ExhaustiveChange,
    /// Whether a request would be allowed that is denied now.
    pub newly_allowed: Certainty,
    /// Whether a request would be denied that is allowed now.
    pub newly_denied: Certainty,
    /// The answers for each kind of request: the kind of principal, and the action.
    pub kinds: Vec<ExhaustiveKind>,
}

/// The effect of a change on all requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExhaustiveChange {
    /// Every request has the same outcome as now. This is proved.
    Equivalent,
    /// Some requests would be denied that are allowed now; none would be newly allowed.
    Tightens,
    /// Some requests would be allowed that are denied now; none would be newly denied.
    Loosens,
    /// Some requests would be newly denied, and others newly allowed.
    Both,
    /// Not every question was answered.
    Unknown,
}

/// Whether such a request exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// No such request is possible. This is proved.
    Never,
    /// There is at least one such request, which both policy sets have decided.
    Possible,
    /// The question was not answered.
    Unknown,
}

/// All requests of one kind of principal for one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExhaustiveKind {
    /// The kind of principal: `person`, `service` or `anonymous`.
    pub principal: String,
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// Whether a request of this kind would be allowed that is denied now.
    pub newly_allowed: ExhaustiveAnswer,
    /// Whether a request of this kind would be denied that is allowed now.
    pub newly_denied: ExhaustiveAnswer,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExhaustiveAnswer {
    /// The answer.
    pub certainty: Certainty,
    /// An example of such a request, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<ExhaustiveExample>,
    /// Why the question was not answered, if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
}

/// An example of a request whose outcome would change. The solver found it; both policy sets have decided it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExhaustiveExample {
    /// The principal, if a policy names it. Absent means any principal of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Principal>)]
    pub principal: Option<Principal>,
    /// The application, if a policy names it. Absent means any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// The resource, if a policy names it. Absent means any other resource of the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ResourceName>)]
    pub resource: Option<ResourceName>,
    /// The other attributes that the policies read. Attributes that are not listed can have any value.
    pub particulars: Vec<Particular>,
    /// The policies that determine the outcome now. Empty if it is denied because nothing permits it.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub running: Vec<PolicyId>,
    /// The policies that would determine the outcome. Empty if it would be denied because nothing permits it.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub planned: Vec<PolicyId>,
}

/// One attribute of a request, with its name in policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Particular {
    /// The name, such as `context.device.managed`.
    pub name: String,
    /// The value.
    pub value: String,
}
