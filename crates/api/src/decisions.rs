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

/// One decision, with exactly what it read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// Its id.
    #[schema(value_type = words::DecisionId)]
    pub id: DecisionId,
    /// When it fell.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The enforcement point that asked.
    pub gate: String,
    /// Who asked.
    #[schema(value_type = words::Principal)]
    pub principal: Principal,
    /// Their name as it is now, while they are in the inventory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_name: Option<String>,
    /// Their session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::SessionId>)]
    pub session: Option<SessionId>,
    /// Their device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DeviceId>)]
    pub device: Option<DeviceId>,
    /// The application asked for.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The resource asked for.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// What they wanted to do.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// The protocol's word for it.
    pub operation: String,
    /// What exactly: a canonical path without its query, or an AuthZEN resource id.
    pub item: String,
    /// Which way it fell: `allow` or `deny`.
    pub effect: String,
    /// False when a denial was let through because the application is only observed.
    pub enforced: bool,
    /// Why there was a decision to make: `first`, `reused`, `reasked` or `cut`.
    pub cause: String,
    /// The sequence in the journal of the last fact that it knew.
    pub world: u64,
    /// The version of the policy set.
    #[schema(value_type = words::Digest)]
    pub policies: String,
    /// The policies that determined it.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub reasons: Vec<PolicyId>,
    /// The shadow-stage policies that would have changed it.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub shadow: Vec<PolicyId>,
    /// The policies that failed to evaluate.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub errors: Vec<PolicyId>,
    /// What would have turned a denial.
    pub remedies: Vec<String>,
    /// The exceptions that applied.
    #[schema(value_type = Vec<words::ExceptionId>)]
    pub exceptions: Vec<ExceptionId>,
    /// The grant that was active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::GrantId>)]
    pub grant: Option<GrantId>,
    /// How sensitive the resource counted as.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// False when that is only because nobody labelled it.
    pub labelled: bool,
    /// How the principal had proved who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
    /// Seconds since the session began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_age_seconds: Option<i64>,
    /// Seconds since the session was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_idle_seconds: Option<i64>,
    /// What was known of the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_evidence: Option<DeviceEvidence>,
    /// Where the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// How risky the principal looked.
    #[schema(value_type = words::RiskLevel)]
    pub risk: RiskLevel,
    /// The media type of the answer, where the decision read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Microseconds from the question to the answer.
    pub latency_micros: u32,
    /// What a decision client said of the item; empty from a gate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// What came of it; none for a denial, or while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<Completion>,
}

/// How the principal had proved who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Authentication {
    /// How sure that proof makes us.
    #[schema(value_type = words::Assurance)]
    pub assurance: Assurance,
    /// The method.
    pub method: String,
    /// Whether a look-alike site could not have relayed it.
    pub phishing_resistant: bool,
    /// Seconds since it happened.
    pub age_seconds: i64,
    /// The passkey that was used.
    #[schema(value_type = words::CredentialId)]
    pub credential: CredentialId,
}

/// What was known of the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceEvidence {
    /// Whether we manage it.
    pub managed: bool,
    /// Whether every posture check passed.
    pub compliant: bool,
    /// Whether the connection proved that it is this device.
    pub proved: bool,
    /// Seconds since the posture was last reported or observed to be still so; none when it never reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posture_age_seconds: Option<i64>,
    /// The checks that did not pass.
    #[schema(value_type = Vec<words::PostureCheck>)]
    pub failing: Vec<PostureCheck>,
}

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// The address of the peer.
    #[schema(value_type = String, example = "192.0.2.7")]
    pub address: IpAddr,
    /// The network that the configuration maps the address to.
    pub network: String,
}

/// What came of an access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Completion {
    /// When it ended.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The status answered.
    pub status: u16,
    /// Bytes from the client.
    pub bytes_in: u64,
    /// Bytes to the client.
    pub bytes_out: u64,
    /// Microseconds from the decision to the end.
    pub duration_micros: u64,
    /// How it ended: `finished`, `revoked`, `client_gone`, `upstream_failed`, `timed_out` or `drained`.
    pub ended: String,
}

/// Decisions, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decisions {
    /// The decisions.
    pub items: Vec<Decision>,
    /// Whether the limit cut the list: older decisions match too. A list of 10,000 is taken for one that was cut.
    #[serde(default)]
    pub more: bool,
    /// Continue the list after its last decision: the query parameter `cursor` of the next request. Absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What could not be read, and why. With an entry here the list may lack decisions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<String>,
}

/// Which decisions are wanted, as the query of `GET /decisions`. Every part that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionQuery {
    /// Not before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Of this application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<ApplicationName>,
    /// By this person: an id, address or alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// By this principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<Principal>,
    /// That fell this way: `allow` or `deny`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// About this action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// From this device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// At most so many, the newest; none: 100, and never more than 10,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One decision, and why it fell as it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explained {
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub explanation: Explanation,
}

/// Why a decision fell as it did, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// One sentence: who, what, when, and which way it fell.
    pub summary: String,
    /// The policies that determined it.
    pub determined_by: Vec<PolicyCited>,
    /// What it read, an item each.
    pub evidence: Vec<EvidenceItem>,
    /// What else there is to know: exceptions, an observed application, policies on trial, errors.
    pub notes: Vec<String>,
    /// What would have turned a denial, a sentence each.
    pub remedies: Vec<String>,
    /// On which facts and policies it rests.
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
    /// Who answers for it; none for a reason that no policy file holds, or when the policy is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What it says to whoever it stops or lets in.
    pub reason: String,
    /// Where it stands: file and line; none as for the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// An item of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceItem {
    /// Which: `identity`, `session`, `device`, `posture`, `place`, `risk`, `grant`, `label`, `exception`.
    pub item: String,
    /// What was known, in words.
    pub text: String,
    /// How old it was, where it has an age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_seconds: Option<i64>,
}
