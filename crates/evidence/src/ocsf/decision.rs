//! Maps a decision to an OCSF event. This file makes every choice of the mapping, each in a function or a table of its
//! own.

use super::codes::{ActionTaken, Activity, Class, Disposition, Risk, Severity, Status, UserType};
use super::event::{Event, millis};
use super::objects::{
    Actor, Api, ApiResponse, Authorization, Device, Endpoint, HttpRequest, HttpResponse, Metadata, Policy,
    Product, ResourceDetails, Service, Session, Traffic, Url, User,
};
use crate::record::{
    Authentication, Cause, Completed, CutText, Decided, DeviceEvidence, Effect, Ended, Folded, Row,
};
use countersign_names::{
    Action, ApplicationName, Assurance, ExceptionId, GrantId, PolicyId, Principal, RiskLevel, Sensitivity,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A source of the names of people and service accounts. Records hold ids only, because names change and records do
/// not; the exporter knows the current names.
pub trait Names {
    /// Returns the name of the principal; `None` if it is unknown, or no longer known.
    fn of(&self, principal: Principal) -> Option<PrincipalName>;
}

impl<F: Fn(Principal) -> Option<PrincipalName>> Names for F {
    fn of(&self, principal: Principal) -> Option<PrincipalName> {
        self(principal)
    }
}

/// The name of a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalName {
    /// The name.
    pub name: String,
    /// A person's mail address.
    pub email: Option<String>,
}

/// Data of the exporter that is not in the record.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The version of the software.
    pub version: &'a str,
    /// The application that is the control plane itself.
    pub control_plane: &'a ApplicationName,
    /// The names of principals.
    pub names: &'a dyn Names,
}

impl Source<'_> {
    /// Returns the principal as an OCSF user.
    pub fn user(&self, principal: Principal) -> User {
        let kind = match principal {
            Principal::Anonymous => UserType::Unknown,
            Principal::Person(_) => UserType::User,
            Principal::Service(_) => UserType::Service,
        };
        let mut user = User::new(principal.to_string(), kind);
        if let Some(PrincipalName { name, email }) = self.names.of(principal) {
            match email {
                Some(email) => {
                    user = user.with_email(email);
                    user.full_name = Some(name);
                }
                None => user.name = Some(name),
            }
        }
        user
    }

    /// Returns the software as an OCSF product.
    pub fn product(&self) -> Product {
        Product::of_version(self.version)
    }
}

/// The attributes of a decision that the schema has no place for, under our own names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unmapped<'a> {
    action: Action,
    resource: &'a str,
    effect: Effect,
    enforced: bool,
    cause: Cause,
    world: u64,
    policies: String,
    #[serde(skip_serializing_if = "no_entry")]
    shadow: &'a [PolicyId],
    #[serde(skip_serializing_if = "no_entry")]
    errors: &'a [PolicyId],
    #[serde(skip_serializing_if = "no_entry")]
    remedies: &'a [String],
    #[serde(skip_serializing_if = "no_entry")]
    exceptions: &'a [ExceptionId],
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<GrantId>,
    sensitivity: Sensitivity,
    labelled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication: Option<&'a Authentication>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_age_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_idle_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_evidence: Option<&'a DeviceEvidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Ended>,
    latency_micros: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    folded: Option<Folded>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_cut: Option<CutText>,
}

/// Serde passes a reference to the field, which is a slice itself.
const fn no_entry<T>(list: &&[T]) -> bool {
    list.is_empty()
}

/// Returns the event of a decision.
pub fn decision<'a>(row: &'a Row, source: &Source<'_>) -> Event<Unmapped<'a>> {
    let Row { decided, completed } = row;
    let class = class(decided, source.control_plane);
    let mut metadata =
        Metadata::new(source.product(), decided.id.to_string(), "decisions", "decision", decided.at);
    metadata.log_provider = Some(decided.gate.clone());
    let mut event = Event::new(class, activity(class, decided), decided.at, metadata, unmapped(row));

    let (action, disposition, severity) = outcome(decided);
    event.taken(action, disposition);
    event.severity(severity);
    event.risk(risk(decided.risk));
    event.authorizations = authorizations(decided);
    event.message = message(decided, disposition);
    let (status, word) = status(decided, completed.as_ref());
    event.status(status, word);
    event.status_detail = detail(decided, completed.as_ref());

    event.actor = Some(actor(decided, source));
    event.device = device(decided);
    event.src_endpoint = Some(from(decided));
    event.dst_endpoint = Some(Endpoint::service(decided.application.to_string()));
    event.start_time = Some(millis(decided.at));
    if let Some(folded) = decided.folded {
        event.count = Some(folded.count);
        event.start_time = Some(millis(folded.first));
        event.end_time = Some(millis(decided.at));
    }
    if let Some(completed) = completed {
        event.end_time = Some(millis(completed.at));
        event.duration = Some(completed.duration_micros / 1_000);
        event.status_code = answered(completed).map(|code| code.to_string());
    }
    if is_http(decided) {
        event.http_request = Some(HttpRequest {
            http_method: method(&decided.operation).map(|known| known.word),
            url: Url { path: decided.item.clone() },
        });
        event.http_response = completed
            .as_ref()
            .and_then(answered)
            .map(|code| HttpResponse { code, content_type: decided.content_type.clone() });
    }
    match class {
        Class::HttpActivity => {
            event.app_name = Some(decided.application.to_string());
            event.traffic = completed.as_ref().map(traffic);
        }
        _ => {
            event.api = Some(Api {
                operation: decided.operation.clone(),
                service: Service { name: decided.application.to_string() },
                response: completed.as_ref().and_then(answered).map(|code| ApiResponse { code }),
            });
            event.resources =
                vec![ResourceDetails { name: decided.resource.to_string(), uid: decided.item.clone() }];
        }
    }
    event
}

/// Returns the class: a request to an application is HTTP; a question to a decision point or a request to the control
/// plane is an API call. Records do not name their protocol, but only HTTP has both methods and paths.
fn class(decided: &Decided, control_plane: &ApplicationName) -> Class {
    if is_http(decided) && decided.application != *control_plane {
        Class::HttpActivity
    } else {
        Class::ApiActivity
    }
}

fn is_http(decided: &Decided) -> bool {
    let word = &decided.operation;
    let is_method = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    is_method && decided.item.starts_with('/')
}

/// A method that the schema knows.
struct KnownMethod {
    word: &'static str,
    /// Its activity as HTTP Activity.
    http: Activity,
    /// Its activity as API Activity.
    api: Activity,
}

const CREATE: Activity = Activity::known(1, "Create");
const READ: Activity = Activity::known(2, "Read");
const UPDATE: Activity = Activity::known(3, "Update");
const DELETE: Activity = Activity::known(4, "Delete");

const METHODS: &[KnownMethod] = &[
    KnownMethod { word: "GET", http: Activity::known(3, "Get"), api: READ },
    KnownMethod { word: "HEAD", http: Activity::known(4, "Head"), api: READ },
    KnownMethod { word: "POST", http: Activity::known(6, "Post"), api: CREATE },
    KnownMethod { word: "PUT", http: Activity::known(7, "Put"), api: UPDATE },
    KnownMethod { word: "PATCH", http: Activity::known(9, "Patch"), api: UPDATE },
    KnownMethod { word: "DELETE", http: Activity::known(2, "Delete"), api: DELETE },
    KnownMethod { word: "OPTIONS", http: Activity::known(5, "Options"), api: READ },
    KnownMethod { word: "CONNECT", http: Activity::known(1, "Connect"), api: READ },
    KnownMethod { word: "TRACE", http: Activity::known(8, "Trace"), api: READ },
];

fn method(word: &str) -> Option<&'static KnownMethod> {
    METHODS.iter().find(|method| method.word == word)
}

fn activity(class: Class, decided: &Decided) -> Activity {
    let known = method(&decided.operation).filter(|_| is_http(decided));
    match (class, known, decided.action) {
        (Class::HttpActivity, Some(known), _) => known.http.clone(),
        (_, Some(known), _) => known.api.clone(),
        (Class::HttpActivity, None, _) => Activity::other(decided.operation.clone()),
        (_, None, Action::Read | Action::Download) => READ,
        (_, None, Action::Write) => UPDATE,
        // Opening a stream or changing privileges is none of the four.
        (_, None, Action::Connect | Action::Administer) => Activity::other(decided.operation.clone()),
    }
}

/// Returns what the enforcement point did, its effect, and how much attention it needs.
const fn outcome(decided: &Decided) -> (ActionTaken, Disposition, Severity) {
    match (decided.effect, decided.enforced, decided.cause, decided.risk) {
        (Effect::Allow, ..) => (ActionTaken::Allowed, Disposition::Allowed, Severity::Informational),
        // The application is in the observe stage: recorded, and not enforced.
        (Effect::Deny, false, ..) => (ActionTaken::Allowed, Disposition::Detected, Severity::Low),
        (Effect::Deny, true, Cause::Cut, _) => {
            (ActionTaken::Denied, Disposition::AccessRevoked, Severity::Medium)
        }
        (Effect::Deny, true, _, RiskLevel::High) => {
            (ActionTaken::Denied, Disposition::Blocked, Severity::Medium)
        }
        (Effect::Deny, true, ..) => (ActionTaken::Denied, Disposition::Blocked, Severity::Low),
    }
}

const fn risk(level: RiskLevel) -> Risk {
    match level {
        RiskLevel::Low => Risk::Low,
        RiskLevel::Medium => Risk::Medium,
        RiskLevel::High => Risk::High,
    }
}

/// Returns the status, and the word for it if the schema has none.
fn status(decided: &Decided, completed: Option<&Completed>) -> (Status, &'static str) {
    if decided.effect == Effect::Deny && decided.enforced {
        return (Status::Failure, "");
    }
    let Some(completed) = completed else { return (Status::Unknown, "") };
    let status = match completed.ended {
        Ended::Finished if completed.status < 400 => Status::Success,
        Ended::Finished | Ended::Revoked | Ended::UpstreamFailed | Ended::TimedOut => Status::Failure,
        // Nothing failed, but it did not complete either.
        Ended::ClientGone | Ended::Drained => Status::Other,
    };
    (status, completed.ended.as_str())
}

fn detail(decided: &Decided, completed: Option<&Completed>) -> Option<String> {
    if decided.effect == Effect::Deny && decided.enforced {
        let reasons: Vec<&str> = decided.reasons.iter().map(PolicyId::as_str).collect();
        return (!reasons.is_empty()).then(|| reasons.join(", "));
    }
    completed.map(|completed| completed.ended.to_string())
}

fn authorizations(decided: &Decided) -> Vec<Authorization> {
    let version = hex::encode(decided.policies);
    let by = |policy: &PolicyId| Authorization {
        decision: decided.effect.as_str(),
        policy: Policy { uid: policy.to_string(), version: version.clone() },
    };
    decided.reasons.iter().map(by).collect()
}

fn message(decided: &Decided, disposition: Disposition) -> String {
    let Decided { principal, action, resource, operation, item, .. } = decided;
    let verb = match disposition {
        Disposition::Allowed => "was allowed to",
        Disposition::Blocked => "was denied to",
        Disposition::Detected => "would have been denied to",
        Disposition::AccessRevoked => "may no longer",
    };
    format!("{principal} {verb} {action} {resource} ({operation} {item})")
}

fn actor(decided: &Decided, source: &Source<'_>) -> Actor {
    let given = decided.authentication.as_ref();
    let session = decided.session.map(|id| {
        let mut session = Session::new(id.to_string());
        session.created_time = decided
            .session_age_seconds
            .and_then(|age| decided.at.as_micros().checked_sub(age.checked_mul(1_000_000)?))
            .map(|began| began.div_euclid(1_000));
        session.credential_uid = given.map(|given| given.credential.to_string());
        session.is_mfa = given.map(|given| given.assurance >= Assurance::Aal2);
        session
    });
    Actor { user: Some(source.user(decided.principal)), session, app_name: None }
}

/// Returns the device. Without an id the schema cannot name a device; its state is in `unmapped` then.
fn device(decided: &Decided) -> Option<Device> {
    let mut device = Device::new(decided.device?.to_string());
    if let Some(known) = &decided.device_evidence {
        device.is_managed = Some(known.managed);
        device.is_compliant = Some(known.compliant);
    }
    Some(device)
}

/// Returns the source endpoint. API Activity requires one, and an AuthZEN client does not send it.
fn from(decided: &Decided) -> Endpoint {
    match (&decided.place, decided.device) {
        (Some(place), _) => {
            let mut endpoint = Endpoint::at(place.address);
            endpoint.zone = Some(place.network.clone());
            endpoint
        }
        (None, Some(device)) => Endpoint::device(device.to_string()),
        (None, None) => Endpoint::unknown(),
    }
}

/// Returns the status of the response; `None` if the client disconnected before the response.
fn answered(completed: &Completed) -> Option<u16> {
    (completed.status != 0).then_some(completed.status)
}

/// Converts the traffic: the schema's "in" is towards the client, the record's is from it.
const fn traffic(completed: &Completed) -> Traffic {
    Traffic {
        bytes_in: completed.bytes_out,
        bytes_out: completed.bytes_in,
        bytes: completed.bytes_in.saturating_add(completed.bytes_out),
    }
}

fn unmapped(row: &Row) -> Unmapped<'_> {
    let Row { decided, completed } = row;
    Unmapped {
        action: decided.action,
        resource: decided.resource.as_str(),
        effect: decided.effect,
        enforced: decided.enforced,
        cause: decided.cause,
        world: decided.world,
        policies: hex::encode(decided.policies),
        shadow: &decided.shadow,
        errors: &decided.errors,
        remedies: &decided.remedies,
        exceptions: &decided.exceptions,
        grant: decided.grant,
        sensitivity: decided.sensitivity,
        labelled: decided.labelled,
        authentication: decided.authentication.as_ref(),
        session_age_seconds: decided.session_age_seconds,
        session_idle_seconds: decided.session_idle_seconds,
        device_evidence: decided.device_evidence.as_ref(),
        content_type: decided.content_type.as_deref(),
        ended: completed.as_ref().map(|completed| completed.ended),
        latency_micros: decided.latency_micros,
        tags: Some(&decided.tags).filter(|tags| !tags.is_empty()),
        folded: decided.folded,
        item_cut: decided.item_cut,
    }
}
