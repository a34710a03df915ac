//! One event, of whichever class. Which attributes a class has is the schema's; what is none is not written.

use super::codes::{ActionTaken, Activity, AuthProtocol, Class, Disposition, Risk, Severity, Status};
use super::objects::{
    Actor, Api, AuthFactor, Authorization, Device, Endpoint, HttpRequest, HttpResponse, Metadata,
    ResourceDetails, Service, Session, Traffic, User,
};
use countersign_names::Timestamp;
use serde::Serialize;
use std::borrow::Cow;

/// The version of the schema that every event says it follows.
pub const SCHEMA_VERSION: &str = "1.8.0";

/// An event, with what it says in no words of the schema as `U`.
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
    /// How many like it there were between its start and its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<i64>,
    /// Milliseconds from the one to the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    severity_id: u32,
    severity: &'static str,
    status_id: u32,
    status: Cow<'static, str>,
    /// The status in the protocol's numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
    /// Why it has that status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_detail: Option<String>,
    /// The event as one sentence.
    pub message: String,
    /// Of whom it is, and by which version of the schema.
    pub metadata: Metadata,
    #[serde(flatten)]
    taken: Option<ActionAndDisposition>,
    #[serde(flatten)]
    risk: Option<RiskLevel>,
    /// The policies that determined it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorizations: Vec<Authorization>,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// Whom it is about, where that is not who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The session that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The device that it was done from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// Where it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src_endpoint: Option<Endpoint>,
    /// What it was meant for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dst_endpoint: Option<Endpoint>,
    /// The application that it was meant for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// The request, where it was one of HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_request: Option<HttpRequest>,
    /// The answer to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_response: Option<HttpResponse>,
    /// How much went over the network for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// What was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<Api>,
    /// What it was about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceDetails>,
    /// What somebody signed in to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    #[serde(flatten)]
    protocol: Option<Protocol>,
    /// The factors that somebody proved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub auth_factors: Vec<AuthFactor>,
    /// Whether they were several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_mfa: Option<bool>,
    /// Whether it came over the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_remote: Option<bool>,
    /// The privileges that somebody was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub privileges: Vec<String>,
    /// What the schema has no attribute for.
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

/// A moment as OCSF writes it: whole milliseconds since the Unix epoch, rounded down.
pub const fn millis(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1_000)
}

impl<U> Event<U> {
    /// An event that says what happened, when and of whom it is known. It asks for no attention, and what came of it is
    /// not known, until something else is said.
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

    /// Says how much attention it asks for.
    pub const fn severity(&mut self, severity: Severity) {
        self.severity_id = severity.id();
        self.severity = severity.caption();
    }

    /// Says what came of it. `word` is what it is called here, for what the schema has no number for.
    pub fn status(&mut self, status: Status, word: &'static str) {
        self.status_id = status.id();
        self.status = Cow::Borrowed(match status {
            Status::Other => word,
            known => known.caption(),
        });
    }

    /// Says what the enforcement point did, and what that meant.
    pub fn taken(&mut self, action: ActionTaken, disposition: Disposition) {
        self.taken = Some(ActionAndDisposition {
            action_id: action.id(),
            action: action.caption(),
            disposition_id: disposition.id(),
            disposition: disposition.caption(),
        });
    }

    /// Says how risky the principal looked.
    pub fn risk(&mut self, risk: Risk) {
        self.risk = Some(RiskLevel { risk_level_id: risk.id(), risk_level: risk.caption() });
    }

    /// Says by which protocol somebody proved who they are.
    pub fn protocol(&mut self, protocol: AuthProtocol) {
        self.protocol = Some(Protocol { auth_protocol_id: protocol.id(), auth_protocol: protocol.caption() });
    }
}
