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
    /// The name for people.
    pub name: String,
    /// Who is responsible for it.
    #[schema(value_type = words::PersonId)]
    pub owner: PersonId,
    /// The owner's name now. Absent if the person was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// Its purpose.
    pub purpose: String,
    /// Its risk.
    pub risk: Risk,
    /// Every group that contains it, through any depth.
    #[schema(value_type = Vec<words::GroupName>)]
    pub groups: Vec<GroupName>,
    /// Its tokens, including expired ones.
    pub tokens: Vec<Token>,
}

/// A bearer token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Its id.
    #[schema(value_type = words::TokenId)]
    pub id: TokenId,
    /// The one application about which it may ask for decisions. Absent: it may only call this API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// When it expires.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// Whether it has expired.
    pub expired: bool,
    /// SHA-256 of the key that a connection must prove. Absent: any connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub key_sha256: Option<String>,
    /// The commands that it may run, by the operation ids of this document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}

/// A service account to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewService {
    /// The name for people, which must be unique.
    #[schema(min_length = 1)]
    pub name: String,
    /// Who is responsible for it: a person's id, address or alias.
    pub owner: String,
    /// Its purpose.
    #[schema(min_length = 1)]
    pub purpose: String,
}

/// A token to issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The one application about which it may ask for decisions. Absent: it may only call this API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// The device to whose key it is bound: it works only over a connection that proved the key. Only for calling this
    /// API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DeviceId>)]
    pub device: Option<DeviceId>,
    /// The commands that it may run, by the operation ids of this document (`groups.join`). Absent: it only reads.
    /// Policies must also permit each command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Its lifetime in seconds, at most a year.
    #[schema(minimum = 60, maximum = 31_622_400)]
    pub expires_in_seconds: u64,
}

/// A new token. Its secret is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedToken {
    /// Its id.
    #[schema(value_type = words::TokenId)]
    pub id: TokenId,
    /// The service account that it belongs to.
    #[schema(value_type = words::ServiceId)]
    pub service: ServiceId,
    /// The secret, for the header `Authorization: Bearer`.
    #[schema(value_type = String, example = "cst_...")]
    pub token: ShownOnce,
    /// The one application about which it may ask for decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// When it expires.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// The proposal that it waits for: the token works once a second person has countersigned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ProposalId>)]
    pub proposal: Option<ProposalId>,
}
