//! The objects of OCSF that events are made of, with those of their attributes that we can fill.

use super::codes::{AuthFactorType, DeviceType, UserType};
use super::event::SCHEMA_VERSION;
use countersign_names::Timestamp;
use serde::Serialize;
use std::net::IpAddr;

/// Of whom an event is known, and by which version of the schema it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    version: &'static str,
    /// The software.
    pub product: Product,
    /// The event's own id, the same each time that it is exported: whoever collects events knows by it what is there
    /// already.
    pub uid: String,
    profiles: &'static [&'static str],
    /// Which of our records it comes from.
    pub log_name: &'static str,
    /// Which part of the installation made the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_provider: Option<String>,
    /// What the record calls it.
    pub event_code: &'static str,
    /// The moment with its microseconds, which `time` has no room for.
    pub original_time: String,
    /// Its place in that record, where places are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
}

impl Metadata {
    /// Of an event that was recorded at `at` as `uid`.
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
            // `host` is where the schema keeps the device and who acts, `security_control` what an enforcement point did.
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
    /// This one.
    pub fn of_version(version: &str) -> Self {
        Self { name: "Countersign", vendor_name: "Countersign", version: version.to_owned() }
    }
}

/// Who did something, and within what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Actor {
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// Their session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The program that did it, where nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
}

/// A principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Their id.
    pub uid: String,
    type_id: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name by which they are known to other systems: a person's mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What they are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_addr: Option<String>,
}

impl User {
    /// The principal with this id.
    pub const fn new(uid: String, kind: UserType) -> Self {
        Self { uid, type_id: kind.id(), kind: kind.caption(), name: None, full_name: None, email_addr: None }
    }

    /// The same with a mail address. One that is not in the form that OCSF believes (a host without a dot, letters beyond
    /// ASCII) stays their name, since an event with it as address would be refused as a whole.
    #[must_use]
    pub fn with_email(mut self, address: String) -> Self {
        self.email_addr = is_plain(&address).then(|| address.clone());
        self.name = Some(address);
        self
    }
}

/// Whether the schema's pattern for mail addresses surely holds.
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
    /// Its id.
    pub uid: String,
    /// When it began, in milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// When it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<i64>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_reason: Option<&'static str>,
    /// The credential that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_uid: Option<String>,
    /// Whether it rests on several factors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_mfa: Option<bool>,
}

impl Session {
    /// The session with this id.
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
    /// Whether we manage it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_managed: Option<bool>,
    /// Whether every posture check passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_compliant: Option<bool>,
}

impl Device {
    /// The device with this id.
    pub const fn new(uid: String) -> Self {
        let kind = DeviceType::Unknown;
        Self { uid, type_id: kind.id(), kind: kind.caption(), is_managed: None, is_compliant: None }
    }
}

/// An end of a connection. At least one of its parts must be there, so it is made with one.
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
    /// The network that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

impl Endpoint {
    const NOTHING: Self = Self { ip: None, uid: None, name: None, svc_name: None, zone: None };

    /// The one with this address.
    pub const fn at(ip: IpAddr) -> Self {
        Self { ip: Some(ip), ..Self::NOTHING }
    }

    /// The device with this id.
    pub const fn device(uid: String) -> Self {
        Self { uid: Some(uid), ..Self::NOTHING }
    }

    /// One of which nothing is known, where the schema will have one.
    pub fn unknown() -> Self {
        Self { name: Some("unknown".to_owned()), ..Self::NOTHING }
    }

    /// The application of this name.
    pub const fn service(name: String) -> Self {
        Self { svc_name: Some(name), ..Self::NOTHING }
    }
}

/// What a policy said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorization {
    /// Which way it fell.
    pub decision: &'static str,
    /// Which one.
    pub policy: Policy,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Its id.
    pub uid: String,
    /// The version of the set that it was in.
    pub version: String,
}

/// A request of HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HttpRequest {
    /// Its method; none for one that the schema does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_method: Option<&'static str>,
    /// What it asked for.
    pub url: Url,
}

/// What was asked for: what is decided about has no query, and its host is the gate's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Url {
    /// The canonical path.
    pub path: String,
}

/// An answer of HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HttpResponse {
    /// Its status.
    pub code: u16,
    /// Its media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// How much went to and fro, as the schema counts it: seen from the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// Bytes to the client.
    pub bytes_in: u64,
    /// Bytes from the client.
    pub bytes_out: u64,
    /// Both.
    pub bytes: u64,
}

/// What was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Api {
    /// The operation.
    pub operation: String,
    /// Of what.
    pub service: Service,
    /// What came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ApiResponse>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiResponse {
    /// The status, in the protocol's numbers.
    pub code: u16,
}

/// Something that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its name.
    pub name: String,
}

/// What a call was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceDetails {
    /// The resource that was decided about.
    pub name: String,
    /// What exactly, within it.
    pub uid: String,
}

/// A factor that somebody proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthFactor {
    factor_type_id: u32,
    factor_type: &'static str,
}

impl AuthFactor {
    /// One of this type.
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
