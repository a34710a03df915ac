//! What a decision is in OCSF. Every choice of the mapping is made in this file, each in a function or a table of its
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

/// What people and service accounts are called. Records hold ids only, since names change and records do not; whoever
/// exports knows the names of today.
pub trait Names {
    /// What the principal is called; none when that is not known (any more).
    fn of(&self, principal: Principal) -> Option<PrincipalName>;
}

impl<F: Fn(Principal) -> Option<PrincipalName>> Names for F {
    fn of(&self, principal: Principal) -> Option<PrincipalName> {
        self(principal)
    }
}

/// What a principal is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalName {
    /// The name.
    pub name: String,
    /// A person's mail address.
    pub email: Option<String>,
}

/// What an exporter knows beside the record.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The version of the software.
    pub version: &'a str,
    /// The application that the control plane itself is.
    pub control_plane: &'a ApplicationName,
    /// What principals are called.
    pub names: &'a dyn Names,
}

impl Source<'_> {
    /// The principal as a user.
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

    /// The software.
    pub fn product(&self) -> Product {
        Product::of_version(self.version)
    }
}

/// What a decision says in no words of the schema, in the words of our records.
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

/// Serde hands over a reference to the field.
const fn no_entry<T>(list: &&[T]) -> bool {
    list.is_empty()
}

/// The event that a decision is.
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

/// A request to an application is HTTP; what decision points are asked, and what the control plane is told to do, is an
/// API. Records do not say by which protocol they came about, but only HTTP has both methods and paths.
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
struct Method {
    word: &'static str,
    /// What it is as HTTP Activity.
    http: Activity,
    /// What it is as API Activity.
    api: Activity,
}

const CREATE: Activity = Activity::known(1, "Create");
const READ: Activity = Activity::known(2, "Read");
const UPDATE: Activity = Activity::known(3, "Update");
const DELETE: Activity = Activity::known(4, "Delete");

const METHODS: &[Method] = &[
    Method { word: "GET", http: Activity::known(3, "Get"), api: READ },
    Method { word: "HEAD", http: Activity::known(4, "Head"), api: READ },
    Method { word: "POST", http: Activity::known(6, "Post"), api: CREATE },
    Method { word: "PUT", http: Activity::known(7, "Put"), api: UPDATE },
    Method { word: "PATCH", http: Activity::known(9, "Patch"), api: UPDATE },
    Method { word: "DELETE", http: Activity::known(2, "Delete"), api: DELETE },
    Method { word: "OPTIONS", http: Activity::known(5, "Options"), api: READ },
    Method { word: "CONNECT", http: Activity::known(1, "Connect"), api: READ },
    Method { word: "TRACE", http: Activity::known(8, "Trace"), api: READ },
];

fn method(word: &str) -> Option<&'static Method> {
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
        // To open a stream, or to change who may do what, is none of the four.
        (_, None, Action::Connect | Action::Administer) => Activity::other(decided.operation.clone()),
    }
}

/// What was done about it, and how much it asks for attention.
const fn outcome(decided: &Decided) -> (ActionTaken, Disposition, Severity) {
    match (decided.effect, decided.enforced, decided.cause, decided.risk) {
        (Effect::Allow, ..) => (ActionTaken::Allowed, Disposition::Allowed, Severity::Informational),
        // An application that is only observed: noticed, and let through.
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

/// Whether it went well, and the word for how it ended where the schema has none.
fn status(decided: &Decided, completed: Option<&Completed>) -> (Status, &'static str) {
    if decided.effect == Effect::Deny && decided.enforced {
        return (Status::Failure, "");
    }
    let Some(completed) = completed else { return (Status::Unknown, "") };
    let status = match completed.ended {
        Ended::Finished if completed.status < 400 => Status::Success,
        Ended::Finished | Ended::Revoked | Ended::UpstreamFailed | Ended::TimedOut => Status::Failure,
        // Nothing went wrong, and it did not end by itself either.
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

/// Without its id a device is nothing that the schema could name; what was known of it is in `unmapped` then.
fn device(decided: &Decided) -> Option<Device> {
    let mut device = Device::new(decided.device?.to_string());
    if let Some(known) = &decided.device_evidence {
        device.is_managed = Some(known.managed);
        device.is_compliant = Some(known.compliant);
    }
    Some(device)
}

/// API Activity must say where it came from, and an AuthZEN client does not tell us.
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

/// The status that was answered; none when the client went before there was one.
fn answered(completed: &Completed) -> Option<u16> {
    (completed.status != 0).then_some(completed.status)
}

/// The schema's "in" is towards the client, and the record's is from it.
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
