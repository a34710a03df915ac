//! Sessions.

use crate::{LastUse, words};
use countersign_names::{ApplicationName, Assurance, CredentialId, PersonId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::ToSchema;

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Its id.
    #[schema(value_type = words::SessionId)]
    pub id: SessionId,
    /// The person.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// The person's address.
    pub email: String,
    /// When it began.
    #[schema(value_type = words::Moment)]
    pub started_at: Timestamp,
    /// When the person last proved their identity.
    #[schema(value_type = words::Moment)]
    pub proved_at: Timestamp,
    /// The passkey that the person last used.
    #[schema(value_type = words::CredentialId)]
    pub credential: CredentialId,
    /// The assurance level of that proof.
    #[schema(value_type = words::Assurance)]
    pub assurance: Assurance,
    /// The address from which it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "192.0.2.7")]
    pub address: Option<IpAddr>,
    /// When it expires.
    #[schema(value_type = words::Moment)]
    pub expires_at: Timestamp,
    /// The applications at which it was opened.
    #[schema(value_type = Vec<words::ApplicationName>)]
    pub applications: Vec<ApplicationName>,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}
