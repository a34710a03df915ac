//! Just-in-time grants, and exceptions to guardrails.

use crate::AnswerIndependence;
use crate::words;
use countersign_names::{ApplicationName, ExceptionId, GrantId, GroupName, PersonId, PolicyId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A just-in-time grant: one person requests it, another countersigns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// Its id.
    #[schema(value_type = words::GrantId)]
    pub id: GrantId,
    /// The person who requested it.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// The person's address.
    pub email: String,
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The reason.
    pub reason: String,
    /// The duration in seconds, counted from the approval.
    pub duration_seconds: u32,
    /// When it was requested.
    #[schema(value_type = words::Moment)]
    pub requested_at: Timestamp,
    /// The state.
    pub state: GrantState,
    /// Who answered it: `operator`, a person id, a service account id, or `system:` and a part of the software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// The name of this person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by_name: Option<String>,
    /// The reason for refusing or revoking it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// When it expires or expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// Whether the caller may approve it, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<AnswerIndependence>,
}

/// The states of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// It waits for an answer.
    Requested,
    /// It is countersigned and active.
    Active,
    /// It was countersigned and has expired.
    Expired,
    /// It was refused.
    Refused,
    /// It was ended before it expired.
    Revoked,
}

/// A request for a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The reason, for the approver.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// The duration in seconds, counted from the approval: one minute to twelve hours.
    #[schema(minimum = 60, maximum = 43_200)]
    pub duration_seconds: u32,
    /// The person: an id, address or alias. Only the machine's operator may name a person; other callers request grants
    /// for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// An exception that was not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exception {
    /// Its id.
    #[schema(value_type = words::ExceptionId)]
    pub id: ExceptionId,
    /// The guardrail.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// The person who is exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    pub person: Option<PersonId>,
    /// The person's name now. Absent if they were removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_name: Option<String>,
    /// The group whose members are exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GroupName>)]
    pub group: Option<GroupName>,
    /// The application. Absent means every application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Who is responsible for it.
    #[schema(value_type = words::PersonId)]
    pub owner: PersonId,
    /// The owner's name now. Absent if the person was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// Who allowed it, as text.
    pub authority: String,
    /// The reason.
    pub reason: String,
    /// When it was opened.
    #[schema(value_type = words::Moment)]
    pub opened_at: Timestamp,
    /// When it expires.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// Whether it has expired.
    pub expired: bool,
}

/// An exception to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewException {
    /// The guardrail. It must be one that reads exceptions.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// The person who is exempt: an id, address or alias. Name a person or a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The group whose members are exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GroupName>)]
    pub group: Option<GroupName>,
    /// The application. Absent means every application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Who is responsible for it: a person's id, address or alias.
    pub owner: String,
    /// Who allowed it, as text.
    #[schema(min_length = 1, max_length = 2000)]
    pub authority: String,
    /// The reason.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// When it expires, at most a year ahead. Give this or `expires_in_seconds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// After how many seconds it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 31_622_400)]
    pub expires_in_seconds: Option<u64>,
}
