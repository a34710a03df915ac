//! Sessions and exceptions, as facts state them.

use crate::Digest;
use countersign_names::{ApplicationName, Assurance, CredentialId, GroupName, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What a session rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose it is.
    pub person: PersonId,
    /// The passkey that began it.
    pub credential: CredentialId,
    /// SHA-256 of the value of the cookie at the sign-in host.
    pub secret: Digest,
    /// What the authentication gave.
    pub assurance: Assurance,
    /// Where it began.
    pub address: Option<IpAddr>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its person signed out.
    SignedOut,
    /// Somebody revoked it.
    Revoked,
    /// Its person was suspended or removed.
    PersonStopped,
    /// The passkey that began it was removed.
    CredentialRemoved,
}

/// For whom, and where, a guardrail does not hold. Every part that is given must match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionScope {
    /// One person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Everybody in a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupName>,
    /// One application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<ApplicationName>,
}
