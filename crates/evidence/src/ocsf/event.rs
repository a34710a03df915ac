//! One event, of any class. The schema defines the attributes of each class; missing values are not written.

use super::codes::{ActionTaken, Activity, AuthProtocol, Class, Disposition, Risk, Severity, Status};
use super::objects::{
    Actor, Api, AuthFactor, Authorization, Device, Endpoint, HttpRequest, HttpResponse, Metadata,
    ResourceDetails, Service, Session, Traffic, User,
};
use countersign_names::Timestamp;
use serde::Serialize;
use std::borrow::Cow;

/// The version of the schema that every event declares.
pub const SCHEMA_VERSION: &str = "1.8.0";

/// An event, with the attributes that the schema has no place for as `U`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event<U> {
    category_uid: u32,
    category_name: &'static str,
    class_uid: u32,
    class_name: &'static str,
    activity_id: u32,
    activity_name: Cow<'static, str>,
    type_uid: u32,
    type_name: String,
    /// When it happened, in milliseconds since the Unix epoch.
    time: i64,
    /// Number of similar events between its start and its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// When it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<i64>,
    /// Milliseconds from start to end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    severity_id: u32,
    severity: &'static str,
    status_id: u32,
    status: Cow<'static, str>,
    /// The status in the protocol's numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
    /// The reason for the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_detail: Option<String>,
    /// The event as one sentence.
    pub message: String,
    /// The origin of the event and the version of the schema.
    pub metadata: Metadata,
    #[serde(flatten)]
    taken: Option<ActionAndDisposition>,
    #[serde(flatten)]
    risk: Option<RiskLevel>,
    /// The policies that determined the decision.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorizations: Vec<Authorization>,
    /// The actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// The user that the event is about, if that is not the actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The session that the event is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The device of the actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// The source of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src_endpoint: Option<Endpoint>,
    /// The destination of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dst_endpoint: Option<Endpoint>,
    /// The requested application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// The request, if it was an HTTP request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_request: Option<HttpRequest>,
    /// The HTTP response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_response: Option<HttpResponse>,
    /// The network traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// The API call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<Api>,
    /// The resources of the API call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceDetails>,
    /// The service that a user signed in to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    #[serde(flatten)]
    protocol: Option<Protocol>,
    /// The authentication factors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub auth_factors: Vec<AuthFactor>,
    /// Whether there were several factors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_mfa: Option<bool>,
    /// Whether it came over the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_remote: Option<bool>,
    /// The privileges that were granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub privileges: Vec<String>,
    /// The attributes that the schema has no place for.
    pub unmapped: U,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ActionAndDisposition {
    action_id: u32,
    action: &'static str,
    disposition_id: u32,
    disposition: &'static str,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct RiskLevel {
    risk_level_id: u32,
    risk_level: &'static str,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Protocol {
    auth_protocol_id: u32,
    auth_protocol: &'static str,
}

/// Converts a time to OCSF's form: whole milliseconds since the Unix epoch, rounded down.
pub const fn millis(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1_000)
}

impl<U> Event<U> {
    /// Creates an event with its class, activity, time and origin. Its severity is informational and its status unknown
    /// until they are set.
    pub fn new(class: Class, activity: Activity, at: Timestamp, metadata: Metadata, unmapped: U) -> Self {
        Self {
            category_uid: class.category().id(),
            category_name: class.category().caption(),
            class_uid: class.id(),
            class_name: class.caption(),
            activity_id: activity.id,
            type_uid: class.id() * 100 + activity.id,
            type_name: format!("{}: {}", class.caption(), activity.caption),
            activity_name: activity.name,
            time: millis(at),
            count: None,
            start_time: None,
            end_time: None,
            duration: None,
            severity_id: Severity::Informational.id(),
            severity: Severity::Informational.caption(),
            status_id: Status::Unknown.id(),
            status: Cow::Borrowed(Status::Unknown.caption()),
            status_code: None,
            status_detail: None,
            message: String::new(),
            metadata,
            taken: None,
            risk: None,
            authorizations: Vec::new(),
            actor: None,
            user: None,
            session: None,
            device: None,
            src_endpoint: None,
            dst_endpoint: None,
            app_name: None,
            http_request: None,
            http_response: None,
            traffic: None,
            api: None,
            resources: Vec::new(),
            service: None,
            protocol: None,
            auth_factors: Vec::new(),
            is_mfa: None,
            is_remote: None,
            privileges: Vec::new(),
            unmapped,
        }
    }

    /// Sets the severity.
    pub const fn severity(&mut self, severity: Severity) {
        self.severity_id = severity.id();
        self.severity = severity.caption();
    }

    /// Sets the status. `word` names a status for which the schema has no number.
    pub fn status(&mut self, status: Status, word: &'static str) {
        self.status_id = status.id();
        self.status = Cow::Borrowed(match status {
            Status::Other => word,
            known => known.caption(),
        });
    }

    /// Sets the action of the enforcement point, and its effect.
    pub fn taken(&mut self, action: ActionTaken, disposition: Disposition) {
        self.taken = Some(ActionAndDisposition {
            action_id: action.id(),
            action: action.caption(),
            disposition_id: disposition.id(),
            disposition: disposition.caption(),
        });
    }

    /// Sets the risk level of the principal.
    pub fn risk(&mut self, risk: Risk) {
        self.risk = Some(RiskLevel { risk_level_id: risk.id(), risk_level: risk.caption() });
    }

    /// Sets the authentication protocol.
    pub fn protocol(&mut self, protocol: AuthProtocol) {
        self.protocol = Some(Protocol { auth_protocol_id: protocol.id(), auth_protocol: protocol.caption() });
    }
}
