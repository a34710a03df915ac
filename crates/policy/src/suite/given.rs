//! The evidence of a test as its author writes it, with defaults for optional parts.

use crate::question::{Authentication, DeviceEvidence, Place, Question, SessionAge, Subject, TimeOfWeek};
use countersign_names::{
    Action, Assurance, CheckResult, GroupName, PersonId, PolicyId, PostureCheck, Principal, ResourceName,
    RiskLevel, Sensitivity, ServiceId,
};
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// The evidence of one test.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestEvidence {
    person: Option<GivenPerson>,
    service: Option<GivenService>,
    #[serde(default)]
    anonymous: bool,
    #[serde(default = "low")]
    risk: RiskLevel,
    action: Action,
    resource: ResourceName,
    sensitivity: Option<Sensitivity>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    operation: String,
    #[serde(default)]
    item: String,
    content_type: Option<String>,
    authentication: Option<GivenAuthentication>,
    session: Option<GivenSession>,
    device: Option<GivenDevice>,
    place: Option<GivenPlace>,
    #[serde(default = "wednesday_noon")]
    time: GivenTime,
    #[serde(default)]
    grant: bool,
    #[serde(default)]
    exceptions: BTreeSet<PolicyId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenPerson {
    id: Option<PersonId>,
    #[serde(default)]
    email: String,
    #[serde(default = "employee")]
    kind: String,
    #[serde(default)]
    groups: Vec<GroupName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenService {
    id: Option<ServiceId>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    groups: Vec<GroupName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenAuthentication {
    #[serde(default = "aal2")]
    assurance: Assurance,
    #[serde(default = "passkey")]
    method: String,
    #[serde(default = "yes")]
    phishing_resistant: bool,
    age: Seconds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenSession {
    age: Seconds,
    #[serde(default)]
    idle: Seconds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenDevice {
    #[serde(default)]
    managed: bool,
    #[serde(default)]
    proved: bool,
    #[serde(default)]
    failing: BTreeSet<PostureCheck>,
    posture_age: Option<Seconds>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenPlace {
    address: IpAddr,
    #[serde(default = "elsewhere")]
    network: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenTime {
    hour: u8,
    weekday: u8,
}

/// A duration, written as a number and its unit: `90s`, `15m`, `12h`, `2d`.
#[derive(Debug, Clone, Copy, Default)]
struct Seconds(i64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        seconds(&text).map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!("{text:?} is not a length of time: write 90s, 15m, 12h or 2d"))
        })
    }
}

fn seconds(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let number = text.get(..text.len() - 1)?;
    // `parse` alone would accept a sign.
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    if digits { number.parse::<i64>().ok()?.checked_mul(unit) } else { None }
}

const fn low() -> RiskLevel {
    RiskLevel::Low
}

const fn aal2() -> Assurance {
    Assurance::Aal2
}

const fn yes() -> bool {
    true
}

const fn wednesday_noon() -> GivenTime {
    GivenTime { hour: 12, weekday: 3 }
}

fn employee() -> String {
    "employee".to_owned()
}

fn passkey() -> String {
    "passkey".to_owned()
}

fn elsewhere() -> String {
    "elsewhere".to_owned()
}

/// The reason why the evidence is not a valid question, and the correct form.
pub(super) type InvalidEvidence = (&'static str, &'static str);

impl TestEvidence {
    pub(super) fn question(self) -> Result<Question, InvalidEvidence> {
        if self.time.hour > 23 || !(1..=7).contains(&self.time.weekday) {
            return Err(("there is no such time", "hour is 0 to 23, weekday 1 (Monday) to 7 (Sunday)"));
        }
        let (principal, subject) = principal(self.person, self.service, self.anonymous, self.risk)?;
        let sensitivity = self.sensitivity.unwrap_or(Sensitivity::Restricted);
        Ok(Question {
            principal,
            subject: Arc::new(subject),
            action: self.action,
            resource: self.resource,
            sensitivity,
            labelled: self.sensitivity.is_some(),
            application_sensitivity: sensitivity,
            tags: self.tags,
            operation: self.operation,
            item: self.item,
            content_type: self.content_type,
            authentication: self.authentication.map(|given| Authentication {
                assurance: given.assurance,
                method: given.method,
                phishing_resistant: given.phishing_resistant,
                age: given.age.0,
            }),
            session: self.session.map(|given| SessionAge { age: given.age.0, idle: given.idle.0 }),
            device: self.device.map(GivenDevice::evidence),
            place: self.place.map(|given| Place { address: given.address, network: given.network }),
            time: TimeOfWeek { hour: self.time.hour, weekday: self.time.weekday },
            grant: self.grant,
            exceptions: self.exceptions,
            enrolled: BTreeSet::new(),
        })
    }
}

fn principal(
    person: Option<GivenPerson>,
    service: Option<GivenService>,
    anonymous: bool,
    risk: RiskLevel,
) -> Result<(Principal, Subject), InvalidEvidence> {
    let nobody = uuid::Uuid::nil();
    match (person, service, anonymous) {
        (Some(given), None, false) => Ok((
            Principal::Person(given.id.unwrap_or(PersonId::new(nobody))),
            Subject { email: given.email, kind: given.kind, risk, groups: given.groups },
        )),
        (None, Some(given), false) => Ok((
            Principal::Service(given.id.unwrap_or(ServiceId::new(nobody))),
            Subject { email: String::new(), kind: given.name, risk, groups: given.groups },
        )),
        (None, None, true) => Ok((
            Principal::Anonymous,
            Subject { email: String::new(), kind: String::new(), risk, groups: Vec::new() },
        )),
        _ => Err((
            "it must be clear who asks",
            "give exactly one of person = {}, service = {} or anonymous = true",
        )),
    }
}

impl GivenDevice {
    fn evidence(self) -> DeviceEvidence {
        let result = |check: &PostureCheck| {
            if self.failing.contains(check) { CheckResult::Fail } else { CheckResult::Pass }
        };
        // A device that never reported passed no checks.
        let checks = match self.posture_age {
            Some(_) => PostureCheck::ALL.iter().map(|check| (*check, result(check))).collect(),
            None => BTreeMap::new(),
        };
        DeviceEvidence {
            managed: self.managed,
            proved: self.proved,
            checks: Arc::new(checks),
            posture_age: self.posture_age.map(|age| age.0),
        }
    }
}
