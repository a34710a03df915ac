//! Sessions and exceptions, as facts state them.

use crate::Digest;
use countersign_names::{ApplicationName, Assurance, CredentialId, GroupName, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What a session is based on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The person who signed in.
    pub person: PersonId,
    /// The passkey with which the session began.
    pub credential: CredentialId,
    /// SHA-256 of the cookie's value at the sign-in host.
    pub secret: Digest,
    /// The assurance level of the authentication.
    pub assurance: Assurance,
    /// The client's address at the sign-in.
    pub address: Option<IpAddr>,
    /// When the session expires.
    pub expires_at: Timestamp,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The person signed out.
    SignedOut,
    /// A command revoked it.
    Revoked,
    /// The person was suspended or removed.
    PersonStopped,
    /// The passkey or link with which the session began was removed.
    CredentialRemoved,
    /// The provider that started the session ended its own.
    ProviderEnded,
}

/// The people and applications to which an exception from a guardrail applies. Every part that is given must match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionScope {
    /// One person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// All members of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupName>,
    /// One application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<ApplicationName>,
}
