//! The question: everything that policies can read, as plain Rust values (the counterpart of
//! `countersign.cedarschema`).
//!
//! Each item of evidence is a separate `Option`, so that it can be removed and the question evaluated again. Remedies,
//! rehearsals and proofs all work this way.

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
    /// The principal that requests the access.
    pub principal: Principal,
    /// The attributes of the principal.
    pub subject: Arc<Subject>,
    /// The requested action.
    pub action: Action,
    /// The requested resource.
    pub resource: ResourceName,
    /// The effective label: the resource's, or else its application's, or else restricted.
    pub sensitivity: Sensitivity,
    /// Whether the resource or its application was ever labelled.
    pub labelled: bool,
    /// The label of the application as a whole, by the same rule.
    pub application_sensitivity: Sensitivity,
    /// Tags of the item that a decision client states; empty for a gate.
    pub tags: BTreeMap<String, String>,
    /// The protocol's name of the action, such as an HTTP method.
    pub operation: String,
    /// The protocol's name of the item, such as a path.
    pub item: String,
    /// The content type of a download.
    pub content_type: Option<String>,
    /// The authentication of the principal.
    pub authentication: Option<Authentication>,
    /// The session of the request.
    pub session: Option<SessionAge>,
    /// The device of the request.
    pub device: Option<DeviceEvidence>,
    /// The network origin of the request.
    pub place: Option<Place>,
    /// The time of the request, in UTC.
    pub time: TimeOfWeek,
    /// Whether a countersigned grant for this application is active.
    pub grant: bool,
    /// The guardrails that exceptions lift for this request.
    pub exceptions: BTreeSet<PolicyId>,
    /// The policies in the shadow stage that are enforced for this request, because a staged rollout has reached the
    /// principal.
    pub enrolled: BTreeSet<PolicyId>,
}

/// The attributes of a principal; shared by all its questions while they do not change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// A person's e-mail address; empty for other principals.
    pub email: String,
    /// A person's kind as policies name it, or a service account's name; empty for the anonymous principal.
    pub kind: String,
    /// The risk level.
    pub risk: RiskLevel,
    /// Every group that contains the principal, directly or through other groups.
    pub groups: Vec<GroupName>,
}

/// The authentication of a principal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Authentication {
    /// The assurance level.
    pub assurance: Assurance,
    /// The authentication method (`passkey`).
    pub method: String,
    /// Whether the method resists phishing.
    pub phishing_resistant: bool,
    /// Seconds since the authentication.
    pub age: i64,
}

/// The age and idle time of a session, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionAge {
    /// Seconds since sign-in.
    pub age: i64,
    /// Seconds since the last request of the session.
    pub idle: i64,
}

/// Evidence about the device of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceEvidence {
    /// Whether the organisation manages it.
    pub managed: bool,
    /// Whether this connection proved possession of its key.
    pub proved: bool,
    /// The result of each check in the last report. A missing check counts as not passed.
    pub checks: Arc<BTreeMap<PostureCheck, CheckResult>>,
    /// Seconds since the last report was collected; `None` if there was never one.
    pub posture_age: Option<i64>,
}

/// The network origin of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The IP address.
    pub address: IpAddr,
    /// The configured name of the network that contains the address, or `elsewhere`.
    pub network: String,
}

/// The hour and the day of the week, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeOfWeek {
    /// 0 to 23.
    pub hour: u8,
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: u8,
}

impl DeviceEvidence {
    /// Returns the checks that did not pass, including missing and undetermined ones.
    pub fn failing(&self) -> impl Iterator<Item = PostureCheck> + '_ {
        PostureCheck::ALL.iter().copied().filter(|check| self.checks.get(check) != Some(&CheckResult::Pass))
    }

    /// Returns whether every check passed in the last report.
    pub fn compliant(&self) -> bool {
        self.failing().next().is_none()
    }
}
