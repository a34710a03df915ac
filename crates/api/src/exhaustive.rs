//! What a plan does to every request there can be, as a solver answers it.

use crate::words;
use countersign_names::{Action, ApplicationName, PolicyId, Principal, ResourceName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answers of a solver about a plan: of all requests that there can be, not only of those that were recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exhaustive {
    /// The solver that was asked, such as `cvc5 1.0.3`; none when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<String>,
    /// Why nothing could be asked at all. Then nothing is known, and nothing of it is to be taken for fine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_asked: Option<String>,
    /// What to do about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// What the change does, over all kinds of requests.
    pub change: ExhaustiveChange,
    /// Whether any request at all would be allowed that is denied now.
    pub newly_allowed: Certainty,
    /// Whether any request at all would be denied that is allowed now.
    pub newly_denied: Certainty,
    /// Each kind of requests: who asks, and for what.
    pub kinds: Vec<ExhaustiveKind>,
}

/// What a change does to all requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExhaustiveChange {
    /// Every request falls as it does now: proved.
    Equivalent,
    /// Some would be denied that are allowed now, and none the other way round.
    Tightens,
    /// Some would be allowed that are denied now, and none the other way round.
    Loosens,
    /// Some would be denied that are allowed now, and others allowed that are denied now.
    Both,
    /// Not every question was answered.
    Unknown,
}

/// What is known of whether there is such a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// There is none, of all that there can be: proved.
    Never,
    /// There is at least one, which both policy sets have decided.
    Possible,
    /// It was not answered.
    Unknown,
}

/// All requests of one kind of principal for one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExhaustiveKind {
    /// Who asks: `person`, `service` or `anonymous`.
    pub principal: String,
    /// What they want to do.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// Whether any of them would be allowed that is denied now.
    pub newly_allowed: ExhaustiveAnswer,
    /// Whether any of them would be denied that is allowed now.
    pub newly_denied: ExhaustiveAnswer,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExhaustiveAnswer {
    /// What is known.
    pub certainty: Certainty,
    /// A request that falls differently, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<ExhaustiveExample>,
    /// Why it was not answered, when it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
}

/// A request that falls differently. It was made up; that it falls so was decided by both policy sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExhaustiveExample {
    /// Whoever asks, if a policy names them; none: anybody of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Principal>)]
    pub principal: Option<Principal>,
    /// The application, if a policy names it; none: any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// The resource, if a policy names it; none: any other of the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ResourceName>)]
    pub resource: Option<ResourceName>,
    /// What else the policies read of it. Whatever is not here can be anything.
    pub particulars: Vec<Particular>,
    /// The policies by which it falls now; none when it is denied because nothing permits it.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub running: Vec<PolicyId>,
    /// The policies by which it would fall; none when it would be denied because nothing permits it.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub planned: Vec<PolicyId>,
}

/// One value of a request, as policies call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Particular {
    /// What, such as `context.device.managed`.
    pub name: String,
    /// Its value.
    pub value: String,
}
