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
    /// The name that its owner gave it.
    pub name: String,
    /// The owner. A shared machine has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    pub owner: Option<PersonId>,
    /// The owner's name now. Absent if the person was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// Its operating system, as text.
    pub platform: String,
    /// Whether the organisation manages it.
    pub managed: bool,
    /// SHA-256 of the public key. A client certificate proves possession of the private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub key_sha256: Option<String>,
    /// When the posture was last confirmed: by the last report that changed it, or by a later one with the same
    /// results. Absent if the device never reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub collected_at: Option<Timestamp>,
    /// Seconds since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posture_age_seconds: Option<i64>,
    /// The results of that report.
    #[schema(value_type = BTreeMap<String, words::CheckResult>)]
    pub checks: BTreeMap<PostureCheck, CheckResult>,
    /// Whether every check passed.
    pub compliant: bool,
    /// When an access was last made from it, over a connection that proved its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
}

/// A device to register, or the new properties of a device: all of them, not only the changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// The name of the device.
    #[schema(min_length = 1)]
    pub name: String,
    /// The owner: a person's id, address or alias. Absent for a shared machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its operating system, as text.
    pub platform: String,
    /// Whether the organisation manages it.
    #[serde(default)]
    pub managed: bool,
    /// Its client certificate in PEM, which contains the public key. Give this or `key_sha256`, not both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// SHA-256 of its public key (DER SubjectPublicKeyInfo) in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub key_sha256: Option<String>,
}

/// A posture report of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostureReport {
    /// When the checks were made. Default: now. A moment in the future counts as now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub collected_at: Option<Timestamp>,
    /// The result of each check that was made. A check that is missing counts as not passed.
    #[schema(value_type = BTreeMap<String, words::CheckResult>)]
    pub checks: BTreeMap<PostureCheck, CheckResult>,
}
