//! Service accounts and their bearer tokens.

use crate::{LastUse, Risk, ShownOnce, words};
use countersign_names::{
    ApplicationName, DeviceId, GroupName, PersonId, ProposalId, ServiceId, Timestamp, TokenId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Service {
    /// Its id.
    #[schema(value_type = words::ServiceId)]
    pub id: ServiceId,
    /// What people call it.
    pub name: String,
    /// Who answers for it.
    #[schema(value_type = words::PersonId)]
    pub owner: PersonId,
    /// What it does.
    pub purpose: String,
    /// How risky it looks.
    pub risk: Risk,
    /// Every group that it is in, through any depth.
    #[schema(value_type = Vec<words::GroupName>)]
    pub groups: Vec<GroupName>,
    /// Its tokens, the expired ones among them.
    pub tokens: Vec<Token>,
}

/// A bearer token, without the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Its id.
    #[schema(value_type = words::TokenId)]
    pub id: TokenId,
    /// The one application for which its holder may ask decisions; none: it may only call this API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// When it stops working.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// Whether it has stopped working.
    pub expired: bool,
    /// SHA-256 of the key that a connection must prove for it to work there; none: any connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub key_sha256: Option<String>,
    /// The commands that its holder may give, by the names of this document's operations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}

/// A service account to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewService {
    /// What people call it; no two share a name.
    #[schema(min_length = 1)]
    pub name: String,
    /// Who answers for it: a person's id, address or alias.
    pub owner: String,
    /// What it does.
    #[schema(min_length = 1)]
    pub purpose: String,
}

/// A token to be issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The one application for which its holder may ask decisions; none: it may only call this API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// The device to whose key it is bound: it works only over a connection that proved the key. Only for calling this API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DeviceId>)]
    pub device: Option<DeviceId>,
    /// The commands that its holder may give, by the names of this document's operations (`groups.join`); none: it only
    /// reads. What it may do of these is for policies to say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// For how many seconds it works, at most a year.
    #[schema(minimum = 60, maximum = 31_622_400)]
    pub expires_in_seconds: u64,
}

/// A token that was just issued. It is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedToken {
    /// Its id.
    #[schema(value_type = words::TokenId)]
    pub id: TokenId,
    /// Whose it is.
    #[schema(value_type = words::ServiceId)]
    pub service: ServiceId,
    /// The token, for the header `Authorization: Bearer`.
    #[schema(value_type = String, example = "cst_...")]
    pub token: ShownOnce,
    /// The one application for which its holder may ask decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// When it stops working.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// The proposal that it waits for: the token works once a second person has countersigned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ProposalId>)]
    pub proposal: Option<ProposalId>,
}
