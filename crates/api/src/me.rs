//! The caller: who they are, and what they may do now.

use crate::{RefusalReason, RefusalRemedy, Session, words};
use countersign_names::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who calls, and what the policies would answer them now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallerReport {
    /// How the caller is known.
    pub kind: CallerKind,
    /// The id of the person or of the service account; absent for the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What they are called.
    pub name: String,
    /// The address of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The session of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The answer for each resource of the control plane and each action on it.
    pub permissions: Vec<CallerPermission>,
}

/// How a caller is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    /// A person, by their session.
    Person,
    /// A service account, by its token.
    Service,
    /// The operator, who controls the machine. No policy applies to the operator.
    Operator,
}

/// Whether the caller may do one action on one resource of the control plane now. Nothing is recorded, since nothing was
/// asked for yet; the request itself is decided again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallerPermission {
    /// The resource: `self`, `approvals` or `control`.
    #[schema(example = "control")]
    pub resource: String,
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// Whether it would be allowed.
    pub allowed: bool,
    /// The policies that would refuse it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RefusalReason>,
    /// The smallest evidence that would let it pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<RefusalRemedy>,
}
