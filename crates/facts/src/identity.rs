//! People, groups and devices, as facts state them.

use crate::Digest;
use countersign_names::{CheckResult, GroupName, PersonId, PostureCheck, ServiceId, Timestamp, TokenId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The key and the commands to which a bearer token is bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenBinding {
    /// The token.
    pub token: TokenId,
    /// SHA-256 of the public key (SPKI) that the connection must prove to use the token. `None`: any connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Digest>,
    /// The API commands that the holder may call, by endpoint name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub commands: BTreeSet<String>,
}

/// The record of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their e-mail address in lower case; no two people share one.
    pub email: String,
    /// Their relation to the organisation.
    pub kind: PersonKind,
    /// Their ids in other systems; no two people share one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<String>,
}

/// A person's relation to the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// An employee.
    Employee,
    /// A person under contract.
    Contractor,
    /// A person who works for a supplier.
    Vendor,
}

impl PersonKind {
    /// Returns the kind's name in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Contractor => "contractor",
            Self::Vendor => "vendor",
        }
    }
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Member {
    /// A person.
    Person(PersonId),
    /// A service account.
    Service(ServiceId),
    /// Another group, which includes all of its members.
    Group(GroupName),
}

/// Why an invitation was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationPurpose {
    /// Enrolment of a first or a further passkey.
    Enrol,
    /// Recovery for a person who lost their passkeys: their other passkeys and sessions end at its use.
    Recover,
}

/// The record of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The name that its owner gave it.
    pub name: String,
    /// The owner; `None` for a shared machine.
    pub owner: Option<PersonId>,
    /// Its operating system, as free text.
    pub platform: String,
    /// Whether the organisation manages it.
    pub managed: bool,
    /// SHA-256 of the public key (DER SubjectPublicKeyInfo) that its client certificate proves possession of.
    pub key: Option<Digest>,
}

/// The results of a posture report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posture {
    /// When the checks were made. The posture's age is counted from here.
    pub collected_at: Timestamp,
    /// The result of each check. A check without a result counts as not passed.
    pub checks: BTreeMap<PostureCheck, CheckResult>,
}
