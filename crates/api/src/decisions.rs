//! Recorded decisions, and one explained in plain words.

use crate::words;
use countersign_names::{
    Action, ApplicationName, Assurance, CredentialId, DecisionId, DeviceId, ExceptionId, GrantId, PolicyId,
    PostureCheck, Principal, ResourceName, RiskLevel, Sensitivity, SessionId, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use utoipa::ToSchema;

/// One decision, with everything that it read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// Its id.
    #[schema(value_type = words::DecisionId)]
    pub id: DecisionId,
    /// When it was made.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The enforcement point that asked.
    pub gate: String,
    /// The principal of the access.
    #[schema(value_type = words::Principal)]
    pub principal: Principal,
    /// The principal's present name, if they are in the inventory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_name: Option<String>,
    /// The principal's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::SessionId>)]
    pub session: Option<SessionId>,
    /// The principal's device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DeviceId>)]
    pub device: Option<DeviceId>,
    /// The requested application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The requested resource.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// The protocol's name of the action: an HTTP method, an AuthZEN action.
    pub operation: String,
    /// The item: a canonical path without its query, or an AuthZEN resource id.
    pub item: String,
    /// The outcome: `allow` or `deny`.
    pub effect: String,
    /// False for a denial that was not enforced, because the application is in the stage `observe`.
    pub enforced: bool,
    /// Why the decision was made: `first` (evaluated), `reused` (a cached answer that still held), `reasked` (evaluated
    /// again because the world changed during the access), `cut` (evaluated again, which ended the access).
    pub cause: String,
    /// The sequence of the newest fact that it knew.
    pub world: u64,
    /// The version of the policy set.
    #[schema(value_type = words::Digest)]
    pub policies: String,
    /// The policies that determined the outcome.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub reasons: Vec<PolicyId>,
    /// The shadow-stage policies that would have changed the outcome.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub shadow: Vec<PolicyId>,
    /// The policies that failed to evaluate.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub errors: Vec<PolicyId>,
    /// The evidence that would have turned a denial into an allowance.
    pub remedies: Vec<String>,
    /// The exceptions that applied.
    #[schema(value_type = Vec<words::ExceptionId>)]
    pub exceptions: Vec<ExceptionId>,
    /// The grant that was active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GrantId>)]
    pub grant: Option<GrantId>,
    /// The sensitivity of the resource.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// False if the resource has no label, and so counts as restricted.
    pub labelled: bool,
    /// How the principal proved their identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
    /// Seconds since the session began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_age_seconds: Option<i64>,
    /// Seconds since the session was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_idle_seconds: Option<i64>,
    /// The properties of the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_evidence: Option<DeviceEvidence>,
    /// Where the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The risk of the principal.
    #[schema(value_type = words::RiskLevel)]
    pub risk: RiskLevel,
    /// The media type of the answer, if the decision read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Microseconds from the request for a decision to the decision.
    pub latency_micros: u32,
    /// Properties of the item that an AuthZEN client sent; empty for a gate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// How the access ended. Absent for a denial, and while the access lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<Completion>,
}

/// How the principal proved their identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Authentication {
    /// The assurance level of that proof.
    #[schema(value_type = words::Assurance)]
    pub assurance: Assurance,
    /// The method.
    pub method: String,
    /// Whether the method cannot be relayed by a look-alike site.
    pub phishing_resistant: bool,
    /// Seconds since the authentication.
    pub age_seconds: i64,
    /// The passkey that was used.
    #[schema(value_type = words::CredentialId)]
    pub credential: CredentialId,
}

/// The properties of the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceEvidence {
    /// Whether the organisation manages it.
    pub managed: bool,
    /// Whether every posture check passed.
    pub compliant: bool,
    /// Whether the connection proved that it holds the device's key.
    pub proved: bool,
    /// Seconds since the posture was last reported, or observed to be unchanged. Absent if the device never reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posture_age_seconds: Option<i64>,
    /// The checks that did not pass.
    #[schema(value_type = Vec<words::PostureCheck>)]
    pub failing: Vec<PostureCheck>,
}

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// The address of the client.
    #[schema(value_type = String, example = "192.0.2.7")]
    pub address: IpAddr,
    /// The declared network that contains the address.
    pub network: String,
}

/// How an access ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Completion {
    /// When it ended.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The status of the answer.
    pub status: u16,
    /// Number of bytes from the client.
    pub bytes_in: u64,
    /// Number of bytes to the client.
    pub bytes_out: u64,
    /// Microseconds from the decision to the end of the access.
    pub duration_micros: u64,
    /// How it ended: `finished`, `revoked`, `client_gone`, `upstream_failed`, `timed_out` or `drained`.
    pub ended: String,
}

/// Decisions, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decisions {
    /// The decisions.
    pub items: Vec<Decision>,
    /// Whether the limit cut the list, because older decisions match too. A list of 10,000 counts as cut.
    #[serde(default)]
    pub more: bool,
    /// The `cursor` of the next page. Absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What could not be read, and why. If there is an entry, decisions may be missing from the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<String>,
}

/// A decision and why this was its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explained {
    /// The decision.
    pub decision: Decision,
    /// The explanation.
    pub explanation: Explanation,
}

/// Why a decision had its outcome, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// One sentence: who, what, when, and the outcome.
    pub summary: String,
    /// The policies that determined the outcome.
    pub determined_by: Vec<PolicyCited>,
    /// The evidence that it read, one entry per item.
    pub evidence: Vec<EvidenceItem>,
    /// Further notes: exceptions, an application in the stage `observe`, policies on trial, errors.
    pub notes: Vec<String>,
    /// The evidence that would have turned a denial into an allowance, in one sentence each.
    pub remedies: Vec<String>,
    /// The facts and policies that it used.
    pub basis: String,
    /// All of the above as text for a terminal.
    pub text: String,
}

/// A policy that is cited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyCited {
    /// Its name.
    #[schema(value_type = words::PolicyId)]
    pub id: PolicyId,
    /// Who is responsible for it. Absent for one of the product's own reasons, or if the policy was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its explanation for the people whom it stops or lets in.
    pub reason: String,
    /// Its place: file and line. Absent in the same cases as the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// An item of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceItem {
    /// The item: `identity`, `session`, `device`, `posture`, `place`, `risk`, `grant`, `label`, `exception`.
    pub item: String,
    /// Its value, as text.
    pub text: String,
    /// Its age, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_seconds: Option<i64>,
}

/// Decisions that fell since the last event of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DecisionBatch {
    /// The decisions, oldest first.
    pub items: Vec<Decision>,
    /// Whether more fell than one event holds. These are the newest; `GET /decisions` has all.
    pub gap: bool,
}
