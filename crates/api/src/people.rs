//! People: who they are, what lets them in, how risky they look.

use crate::{LastUse, ShownOnce, words};
use countersign_names::{
    Assurance, CredentialId, GroupName, InvitationId, PersonId, ProposalId, RiskLevel, Timestamp,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person in the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Their id.
    #[schema(value_type = words::PersonId)]
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// The mail address, in lower case.
    pub email: String,
    /// The kind of relationship with the organisation.
    pub kind: PersonKind,
    /// The ids of the person in other systems.
    pub aliases: Vec<String>,
    /// Whether the person is active or suspended.
    pub standing: Standing,
    /// The reason for the suspension, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_because: Option<String>,
    /// The risk.
    pub risk: Risk,
    /// Every group that contains the person, through any depth.
    #[schema(value_type = Vec<words::GroupName>)]
    pub groups: Vec<GroupName>,
    /// Number of passkeys.
    pub passkeys: u32,
    /// Number of open invitations.
    pub open_invitations: u32,
    /// When they last made an access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}

/// A person to add, or the new properties of a person: all of them, not only the changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The name.
    #[schema(min_length = 1)]
    pub name: String,
    /// The mail address, which must be unique. The server stores it in lower case.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// The kind of relationship with the organisation.
    #[serde(default)]
    pub kind: PersonKind,
    /// The ids of the person in other systems, which must be unique.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A person's kind of relationship with the organisation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// An employee.
    #[default]
    Employee,
    /// A contractor.
    Contractor,
    /// An employee of a supplier.
    Vendor,
}

/// Whether a person is active or suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The person may do what policies permit.
    Active,
    /// The person may do nothing.
    Suspended,
}

/// The risk of a principal: how likely it is that the account is misused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// The level.
    #[schema(value_type = words::RiskLevel)]
    pub level: RiskLevel,
    /// The reasons.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// A passkey's public part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Credential {
    /// Its id.
    #[schema(value_type = words::CredentialId)]
    pub id: CredentialId,
    /// The owner.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// The name that its owner gave it.
    pub name: String,
    /// The assurance level of signing in with it.
    #[schema(value_type = words::Assurance)]
    pub assurance: Assurance,
    /// When it was registered.
    #[schema(value_type = words::Moment)]
    pub registered_at: Timestamp,
    /// When its owner last signed in or stepped up with it. A session counts once it has made an access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}

/// A request to invite a person to enrol a passkey.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The purpose.
    #[serde(default)]
    pub purpose: InvitationPurpose,
    /// How long the link works in seconds, at most 30 days. Default: the configured time, normally one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 2_592_000)]
    pub expires_in_seconds: Option<u64>,
}

/// The purposes of invitations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationPurpose {
    /// A first passkey.
    #[default]
    Enrol,
    /// A recovery for a person who lost their passkeys: its use ends the person's other passkeys, sessions and grants.
    Recover,
}

/// An invitation that was just issued. The link is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// Its id.
    #[schema(value_type = words::InvitationId)]
    pub id: InvitationId,
    /// The person who may use it.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// The purpose.
    pub purpose: InvitationPurpose,
    /// The link, to send to the person over a trusted channel.
    #[schema(value_type = String, format = "uri")]
    pub link: ShownOnce,
    /// When it stops working.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// The proposal that it waits for: the link works once a second person has countersigned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ProposalId>)]
    pub proposal: Option<ProposalId>,
}
