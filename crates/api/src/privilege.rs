//! Just-in-time grants, and exceptions to guardrails.

use crate::words;
use countersign_names::{ApplicationName, ExceptionId, GrantId, GroupName, PersonId, PolicyId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A just-in-time grant: asked for by one person, countersigned by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// Its id.
    #[schema(value_type = words::GrantId)]
    pub id: GrantId,
    /// Who asked.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// Their address.
    pub email: String,
    /// For which application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// Why.
    pub reason: String,
    /// For how many seconds, counted from the approval.
    pub duration_seconds: u32,
    /// When it was asked for.
    #[schema(value_type = words::Moment)]
    pub requested_at: Timestamp,
    /// Where it stands.
    pub state: GrantState,
    /// Who answered: `operator`, a person id, a service account id, or `system:` and a part of the software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// Why it was refused or revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// When it ends, or ended, by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Nobody has answered yet.
    Requested,
    /// Countersigned, and active.
    Active,
    /// It was countersigned, and its time is over.
    Expired,
    /// Refused.
    Refused,
    /// Ended before its time.
    Revoked,
}

/// A grant to be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// For which application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// Why; whoever approves it reads this.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// For how many seconds, counted from the approval: one minute to twelve hours.
    #[schema(minimum = 60, maximum = 43_200)]
    pub duration_seconds: u32,
    /// For whom: an id, address or alias. Only the machine's operator may name somebody; everybody else asks for
    /// themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// An exception that was not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exception {
    /// Its id.
    #[schema(value_type = words::ExceptionId)]
    pub id: ExceptionId,
    /// The guardrail that does not hold.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// For one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    pub person: Option<PersonId>,
    /// For everybody in a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GroupName>)]
    pub group: Option<GroupName>,
    /// At one application; none: at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Who answers for it.
    #[schema(value_type = words::PersonId)]
    pub owner: PersonId,
    /// Who allowed it, in words.
    pub authority: String,
    /// Why.
    pub reason: String,
    /// When it was opened.
    #[schema(value_type = words::Moment)]
    pub opened_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// Whether its time is over.
    pub expired: bool,
}

/// An exception to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewException {
    /// The guardrail that shall not hold. It must be one that reads exceptions.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// For one person: an id, address or alias. Name a person or a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// For everybody in a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GroupName>)]
    pub group: Option<GroupName>,
    /// At one application; none: at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Who answers for it: a person's id, address or alias.
    pub owner: String,
    /// Who allowed it, in words.
    #[schema(min_length = 1, max_length = 2000)]
    pub authority: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// When it ends by itself. Give this or `expires_in_seconds`; at most a year ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// After how many seconds it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 31_622_400)]
    pub expires_in_seconds: Option<u64>,
}
