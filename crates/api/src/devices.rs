//! Devices and their posture.

use crate::{LastUse, words};
use countersign_names::{CheckResult, DeviceId, PersonId, PostureCheck, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A device in the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Its id.
    #[schema(value_type = words::DeviceId)]
    pub id: DeviceId,
    /// What its owner calls it.
    pub name: String,
    /// Whose it is; a shared machine has no owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    pub owner: Option<PersonId>,
    /// Its operating system, in words.
    pub platform: String,
    /// Whether the organisation manages it.
    pub managed: bool,
    /// SHA-256 of the public key that its client certificate proves possession of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub key_sha256: Option<String>,
    /// When its posture was last known to be what it is: by the last report that changed it, or by a later one that said the
    /// same. None: it never reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub collected_at: Option<Timestamp>,
    /// Seconds since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posture_age_seconds: Option<i64>,
    /// What that report found.
    #[schema(value_type = BTreeMap<String, words::CheckResult>)]
    pub checks: BTreeMap<PostureCheck, CheckResult>,
    /// Whether every check passed.
    pub compliant: bool,
    /// When an access was last made from it, over a connection that proved its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}

/// A device that comes into the inventory, or what is known of one from now on: the whole, not the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// What its owner calls it.
    #[schema(min_length = 1)]
    pub name: String,
    /// Whose it is: a person's id, address or alias; none for a shared machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its operating system, in words.
    pub platform: String,
    /// Whether the organisation manages it.
    #[serde(default)]
    pub managed: bool,
    /// Its client certificate in PEM, from which the public key is taken. Give this or `key_sha256`, not both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// SHA-256 of its public key (DER SubjectPublicKeyInfo) in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub key_sha256: Option<String>,
}

/// What a device's posture is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostureReport {
    /// When the checks were made; none: now. A moment in the future counts as now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub collected_at: Option<Timestamp>,
    /// Each check that was made; one that is missing counts as not passed.
    #[schema(value_type = BTreeMap<String, words::CheckResult>)]
    pub checks: BTreeMap<PostureCheck, CheckResult>,
}
