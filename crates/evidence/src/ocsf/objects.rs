//! The OCSF objects of our events, with the attributes that we can fill.

use super::codes::{AuthFactorType, DeviceType, UserType};
use super::event::SCHEMA_VERSION;
use countersign_names::Timestamp;
use serde::Serialize;
use std::net::IpAddr;

/// The origin of an event, and the version of the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    version: &'static str,
    /// The software.
    pub product: Product,
    /// The id of the event. It is the same in every export, so that a collector recognises duplicates.
    pub uid: String,
    profiles: &'static [&'static str],
    /// The name of our log that holds the record.
    pub log_name: &'static str,
    /// The part of the installation that made the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_provider: Option<String>,
    /// The type of the record in that log.
    pub event_code: &'static str,
    /// The time with microseconds, for which `time` has no room.
    pub original_time: String,
    /// The position in that log, if the log counts positions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
}

impl Metadata {
    /// Creates the metadata of an event that was recorded at `at` as `uid`.
    pub fn new(
        product: Product,
        uid: String,
        log_name: &'static str,
        event_code: &'static str,
        at: Timestamp,
    ) -> Self {
        Self {
            version: SCHEMA_VERSION,
            product,
            uid,
            // In `host` the schema keeps the device and the actor, in `security_control` the action of an enforcement
            // point.
            profiles: &["host", "security_control"],
            log_name,
            log_provider: None,
            event_code,
            original_time: at.to_string(),
            sequence: None,
        }
    }
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Product {
    name: &'static str,
    vendor_name: &'static str,
    version: String,
}

impl Product {
    /// Returns this product.
    pub fn of_version(version: &str) -> Self {
        Self { name: "Countersign", vendor_name: "Countersign", version: version.to_owned() }
    }
}

/// The actor of an event, and its session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Actor {
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The user's session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The program that acted, if no user did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
}

/// A principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// The id.
    pub uid: String,
    type_id: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name that other systems know: a person's mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_addr: Option<String>,
}

impl User {
    /// Creates the user with this id.
    pub const fn new(uid: String, kind: UserType) -> Self {
        Self { uid, type_id: kind.id(), kind: kind.caption(), name: None, full_name: None, email_addr: None }
    }

    /// Adds a mail address. If the address does not match OCSF's pattern (a host without a dot, characters beyond
    /// ASCII), it is only used as the name, because collectors would refuse the whole event with an invalid address.
    #[must_use]
    pub fn with_email(mut self, address: String) -> Self {
        self.email_addr = is_plain(&address).then(|| address.clone());
        self.name = Some(address);
        self
    }
}

/// Returns whether the address certainly matches the schema's pattern for mail addresses.
fn is_plain(address: &str) -> bool {
    let Some((local, host)) = address.split_once('@') else { return false };
    let Some((first, rest)) = host.split_once('.') else { return false };
    let fits = |text: &str, also: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
    };
    fits(local, "!#$%&'*+-/=?^_`{|}~.") && fits(first, "-") && fits(rest, "-.")
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The id.
    pub uid: String,
    /// When it started, in milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<i64>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_reason: Option<&'static str>,
    /// The credential that opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_uid: Option<String>,
    /// Whether it was opened with several factors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_mfa: Option<bool>,
}

impl Session {
    /// Creates the session with this id.
    pub const fn new(uid: String) -> Self {
        Self {
            uid,
            created_time: None,
            expiration_time: None,
            expiration_reason: None,
            credential_uid: None,
            is_mfa: None,
        }
    }
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    uid: String,
    type_id: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Whether the organisation manages it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_managed: Option<bool>,
    /// Whether every posture check passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_compliant: Option<bool>,
}

impl Device {
    /// Creates the device with this id.
    pub const fn new(uid: String) -> Self {
        let kind = DeviceType::Unknown;
        Self { uid, type_id: kind.id(), kind: kind.caption(), is_managed: None, is_compliant: None }
    }
}

/// An end of a connection. The schema requires at least one part, so each constructor sets one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    svc_name: Option<String>,
    /// The network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

impl Endpoint {
    const NOTHING: Self = Self { ip: None, uid: None, name: None, svc_name: None, zone: None };

    /// Creates an endpoint with this address.
    pub const fn at(ip: IpAddr) -> Self {
        Self { ip: Some(ip), ..Self::NOTHING }
    }

    /// Creates an endpoint for the device with this id.
    pub const fn device(uid: String) -> Self {
        Self { uid: Some(uid), ..Self::NOTHING }
    }

    /// Creates an endpoint of which nothing is known, because the schema requires one.
    pub fn unknown() -> Self {
        Self { name: Some("unknown".to_owned()), ..Self::NOTHING }
    }

    /// Creates an endpoint for the application of this name.
    pub const fn service(name: String) -> Self {
        Self { svc_name: Some(name), ..Self::NOTHING }
    }
}

/// The decision of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorization {
    /// The effect.
    pub decision: &'static str,
    /// The policy.
    pub policy: Policy,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// The id.
    pub uid: String,
    /// The version of the policy set.
    pub version: String,
}

/// An HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HttpRequest {
    /// The method; `None` if the schema does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_method: Option<&'static str>,
    /// The requested URL.
    pub url: Url,
}

/// The requested URL. It has no query, because decisions do not read it, and no host, because that is the gate's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Url {
    /// The canonical path.
    pub path: String,
}

/// An HTTP response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HttpResponse {
    /// The status.
    pub code: u16,
    /// The media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// Traffic in both directions, as the schema counts it: from the client's point of view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// Bytes to the client.
    pub bytes_in: u64,
    /// Bytes from the client.
    pub bytes_out: u64,
    /// The sum of both.
    pub bytes: u64,
}

/// An API call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Api {
    /// The operation.
    pub operation: String,
    /// The service.
    pub service: Service,
    /// The response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ApiResponse>,
}

/// The response to an API call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiResponse {
    /// The status, in the protocol's numbers.
    pub code: u16,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// The name.
    pub name: String,
}

/// A resource of an API call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceDetails {
    /// The resource.
    pub name: String,
    /// The item within it.
    pub uid: String,
}

/// An authentication factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthFactor {
    factor_type_id: u32,
    factor_type: &'static str,
}

impl AuthFactor {
    /// Creates a factor of this type.
    pub const fn new(kind: AuthFactorType) -> Self {
        Self { factor_type_id: kind.id(), factor_type: kind.caption() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_the_schema_believes_is_given_as_one() {
        for (address, believed) in [
            ("ada@example.org", true),
            ("a.b+c@mail.example.co.uk", true),
            ("admin@countersign.localhost", true),
            ("ada@localhost", false),
            ("ada", false),
            ("@example.org", false),
            ("ada@.org", false),
            ("ada@example.", false),
            ("a b@example.org", false),
            ("ada@example.org@example.org", false),
            ("jürgen@example.org", false),
            ("ada@bücher.example", false),
            ("\"ada\"@example.org", false),
        ] {
            let user = User::new("per_1".to_owned(), UserType::User).with_email(address.to_owned());
            assert_eq!(user.email_addr.is_some(), believed, "{address}");
            assert_eq!(user.name.as_deref(), Some(address));
        }
    }
}
