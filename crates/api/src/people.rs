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
    /// What they are called.
    pub name: String,
    /// Their address, in lower case.
    pub email: String,
    /// On what terms they are here.
    pub kind: PersonKind,
    /// The ids under which other systems know them.
    pub aliases: Vec<String>,
    /// Whether they may act at all.
    pub standing: Standing,
    /// Why they are suspended, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_because: Option<String>,
    /// How risky they look.
    pub risk: Risk,
    /// Every group that they are in, through any depth.
    #[schema(value_type = Vec<words::GroupName>)]
    pub groups: Vec<GroupName>,
    /// How many passkeys they have.
    pub passkeys: u32,
    /// How many invitations to enrol a passkey are open.
    pub open_invitations: u32,
    /// When they last made an access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}

/// Somebody who comes into the inventory, or what is known of somebody from now on: the whole, not the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// What they are called.
    #[schema(min_length = 1)]
    pub name: String,
    /// Their mail address; no two people share one. It is kept in lower case.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// On what terms they are here.
    #[serde(default)]
    pub kind: PersonKind,
    /// The ids under which other systems know them; no two people share one.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// On what terms a person is here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// Employed.
    #[default]
    Employee,
    /// Works here under a contract.
    Contractor,
    /// Works for somebody who supplies us.
    Vendor,
}

/// Whether somebody may act at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// They may, as far as policies let them.
    Active,
    /// They may not.
    Suspended,
}

/// How risky somebody looks, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// The level.
    #[schema(value_type = words::RiskLevel)]
    pub level: RiskLevel,
    /// A reason each.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// A passkey's public part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Credential {
    /// Its id.
    #[schema(value_type = words::CredentialId)]
    pub id: CredentialId,
    /// Whose it is.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// What signing in with it gives.
    #[schema(value_type = words::Assurance)]
    pub assurance: Assurance,
    /// When it was registered.
    #[schema(value_type = words::Moment)]
    pub registered_at: Timestamp,
    /// When somebody last signed in or stepped up with it, as far as the session was used after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}

/// A wish to invite somebody to enrol a passkey.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// What it is for.
    #[serde(default)]
    pub purpose: InvitationPurpose,
    /// For how many seconds the link works, at most 30 days; none: one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 2_592_000)]
    pub expires_in_seconds: Option<u64>,
}

/// What an invitation is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationPurpose {
    /// A first or a further passkey.
    #[default]
    Enrol,
    /// The way back in for somebody who lost theirs: their other passkeys and sessions end when it is used.
    Recover,
}

/// An invitation that was just issued. The link is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// Its id.
    #[schema(value_type = words::InvitationId)]
    pub id: InvitationId,
    /// Who may use it.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// What it is for.
    pub purpose: InvitationPurpose,
    /// The link to give to them, over a channel that is theirs.
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
