//! People, groups and devices, as facts state them.

use crate::Digest;
use countersign_names::{CheckResult, GroupName, PersonId, PostureCheck, ServiceId, Timestamp, TokenId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a bearer token is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenBinding {
    /// The token.
    pub token: TokenId,
    /// SHA-256 of the public key (SPKI) that a connection must prove for the token to work on it; none: any connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Digest>,
    /// The commands of the API that its holder may give, by the names of its endpoints.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub commands: BTreeSet<String>,
}

/// Who a person is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their address, lower-cased; no two people share one.
    pub email: String,
    /// On what terms they are here.
    pub kind: PersonKind,
    /// The ids under which other systems know them; no two people share one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<String>,
}

/// On what terms a person is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// Employed.
    Employee,
    /// Works here under a contract.
    Contractor,
    /// Works for somebody who supplies us.
    Vendor,
}

impl PersonKind {
    /// The kind's name in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Contractor => "contractor",
            Self::Vendor => "vendor",
        }
    }
}

/// Whoever can be in a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Member {
    /// A person.
    Person(PersonId),
    /// A service account.
    Service(ServiceId),
    /// Another group, and so everybody in it.
    Group(GroupName),
}

/// Why an invitation was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationPurpose {
    /// A first or a further passkey.
    Enrol,
    /// The way back in for somebody who lost theirs: their other passkeys and sessions end when it is used.
    Recover,
}

/// What a device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// What its owner calls it.
    pub name: String,
    /// Whose it is; a shared machine has no owner.
    pub owner: Option<PersonId>,
    /// Its operating system, in words.
    pub platform: String,
    /// Whether the organisation manages it.
    pub managed: bool,
    /// SHA-256 of the public key (DER SubjectPublicKeyInfo) that its client certificate proves possession of.
    pub key: Option<Digest>,
}

/// What a posture report found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posture {
    /// When the checks were made; freshness counts from here.
    pub collected_at: Timestamp,
    /// Each check that was made; one that is missing counts as not passed.
    pub checks: BTreeMap<PostureCheck, CheckResult>,
}
