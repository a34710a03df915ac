//! The question: everything that policies can read, as plain Rust values (the twin of `countersign.cedarschema`).
//!
//! Each item of evidence is an `Option` of its own, so that it can be taken away and the question asked again:
//! remedies, rehearsals and proofs are nothing but that.

use countersign_names::{
    Action, Assurance, CheckResult, GroupName, PolicyId, PostureCheck, Principal, ResourceName, RiskLevel,
    Sensitivity,
};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// One access, with all the evidence that a policy may read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// Who asks.
    pub principal: Principal,
    /// What policies know of them.
    pub subject: Arc<Subject>,
    /// What they want to do.
    pub action: Action,
    /// With what.
    pub resource: ResourceName,
    /// The label that counts: the resource's, or its application's, or restricted.
    pub sensitivity: Sensitivity,
    /// Whether a label was ever given to it or to its application.
    pub labelled: bool,
    /// The label of the application as a whole, by the same rule.
    pub application_sensitivity: Sensitivity,
    /// What a decision client said of the item at hand; empty from a gate.
    pub tags: BTreeMap<String, String>,
    /// The protocol's own word for the action.
    pub operation: String,
    /// The protocol's own name of the item.
    pub item: String,
    /// Of what would be downloaded.
    pub content_type: Option<String>,
    /// How they proved who they are.
    pub authentication: Option<Authentication>,
    /// The session that the request came on.
    pub session: Option<SessionAge>,
    /// The device that the request came from.
    pub device: Option<DeviceEvidence>,
    /// Where it came from.
    pub place: Option<Place>,
    /// When, in UTC.
    pub time: TimeOfWeek,
    /// Whether a countersigned grant for this application is active.
    pub grant: bool,
    /// The guardrails that do not hold for this request.
    pub exceptions: BTreeSet<PolicyId>,
    /// The policies in their shadow stage that count for this request all the same, because a staged rollout has
    /// reached whoever asks.
    pub enrolled: BTreeSet<PolicyId>,
}

/// What policies know of a principal, shared by all its questions while nothing about it changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// A person's address; empty for others.
    pub email: String,
    /// A person's kind by its policy name, a service account's name; empty for the anonymous.
    pub kind: String,
    /// How risky it looks.
    pub risk: RiskLevel,
    /// Every group that it is in, through any depth.
    pub groups: Vec<GroupName>,
}

/// How a principal proved who it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Authentication {
    /// How sure that makes us.
    pub assurance: Assurance,
    /// By what means ("passkey").
    pub method: String,
    /// Whether the means cannot be phished.
    pub phishing_resistant: bool,
    /// Seconds since.
    pub age: i64,
}

/// How old and how idle a session is, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionAge {
    /// Since sign-in.
    pub age: i64,
    /// Since the last request on it.
    pub idle: i64,
}

/// What is known of the device that asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceEvidence {
    /// Whether the organisation manages it.
    pub managed: bool,
    /// Whether this connection proved possession of its key.
    pub proved: bool,
    /// The last report: each check, and what it found. A check that is missing counts as not passed.
    pub checks: Arc<BTreeMap<PostureCheck, CheckResult>>,
    /// Seconds since the last report was collected; none when there never was one.
    pub posture_age: Option<i64>,
}

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// Its address.
    pub address: IpAddr,
    /// The configured name of the network that it lies in, or `elsewhere`.
    pub network: String,
}

/// The hour and the day of the week, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeOfWeek {
    /// 0 to 23.
    pub hour: u8,
    /// 1 Monday to 7 Sunday.
    pub weekday: u8,
}

impl DeviceEvidence {
    /// The checks that did not pass, the missing and the undetermined among them.
    pub fn failing(&self) -> impl Iterator<Item = PostureCheck> + '_ {
        PostureCheck::ALL.iter().copied().filter(|check| self.checks.get(check) != Some(&CheckResult::Pass))
    }

    /// Whether every check passed in the last report.
    pub fn compliant(&self) -> bool {
        self.failing().next().is_none()
    }
}
