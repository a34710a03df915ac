//! Remedies: the smallest additional evidence that would turn a denial into an allowance, found by adding it and
//! evaluating again.
//!
//! A person can obtain only a few remedies, so every combination is tried, the smallest and cheapest first. The change
//! of the decision is verified, not guessed from the policy's text: a remedy that is shown works.

use countersign_names::{Assurance, CheckResult, PostureCheck, Principal};
use countersign_policy::{Authentication, DeviceEvidence, PolicySet, Question, SessionAge};
use std::sync::Arc;

/// Something that a person can do about a denial.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Sign in.
    SignIn,
    /// Prove your identity again with a passkey.
    Reauthenticate,
    /// Let the device report its posture, again if it reported before.
    ReportPosture,
    /// Correct the failed checks of the device's posture report, and report again.
    FixPosture(Vec<PostureCheck>),
    /// Use a managed device that proves its key.
    UseManagedDevice,
    /// Request a just-in-time grant and have it countersigned.
    RequestGrant,
    /// You can do nothing yourself: ask the owner of the application.
    AskOwner,
}

impl Remedy {
    /// Returns the remedy's name in records and in the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Reauthenticate => "re-authenticate",
            Self::ReportPosture => "report-posture",
            Self::FixPosture(_) => "fix-posture",
            Self::UseManagedDevice => "use-a-managed-device",
            Self::RequestGrant => "request-a-grant",
            Self::AskOwner => "ask-the-owner",
        }
    }
}

impl std::fmt::Display for Remedy {
    /// One sentence, addressed to the person who was denied.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignIn => f.write_str("Sign in."),
            Self::Reauthenticate => f.write_str("Prove again with your passkey that it is you."),
            Self::ReportPosture => f.write_str("Let this device report its posture."),
            Self::FixPosture(checks) => {
                let todo: Vec<_> = checks.iter().map(|check| check.remedy()).collect();
                write!(f, "On this device, please {}.", todo.join(", and "))
            }
            Self::UseManagedDevice => f.write_str("Use a managed device."),
            Self::RequestGrant => f.write_str("Request a grant, and ask somebody to approve it."),
            Self::AskOwner => f.write_str(
                "Ask the owner of the application: no evidence that you can show now would allow it.",
            ),
        }
    }
}

/// A set of improvements of the evidence, one bit each, in the order of what they cost a person.
pub type Improvements = u8;

/// A new two-factor authentication.
pub const REAUTHENTICATE: Improvements = 0b0_0001;
const REPORT: Improvements = 0b0_0010;
const FIX: Improvements = 0b0_0100;
const GRANT: Improvements = 0b0_1000;
/// Another device: managed, proved and compliant.
pub const MANAGED: Improvements = 0b1_0000;
/// Everything that a person can obtain.
pub const EVERYTHING: Improvements = 0b1_1111;
/// Everything except a new authentication.
pub const BESIDES_PROOF: Improvements = 0b1_1110;

/// Adds the evidence of these improvements to the question.
pub fn improve(question: &mut Question, improvements: Improvements) {
    if improvements & REAUTHENTICATE != 0 {
        question.authentication = Some(Authentication {
            assurance: question
                .authentication
                .as_ref()
                .map_or(Assurance::Aal2, |a| a.assurance.max(Assurance::Aal2)),
            method: "passkey".to_owned(),
            phishing_resistant: true,
            age: 0,
        });
        // Re-authentication within a session keeps the session; only a new sign-in makes it young. The
        // re-authentication that is offered does whichever is needed, so both values are set.
        question.session = Some(SessionAge { age: 0, idle: 0 });
    }
    if improvements & MANAGED != 0 {
        question.device = Some(DeviceEvidence {
            managed: true,
            proved: true,
            checks: Arc::new(PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect()),
            posture_age: Some(0),
        });
    }
    if let Some(device) = &mut question.device {
        if improvements & FIX != 0 {
            device.checks =
                Arc::new(PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect());
            device.posture_age = Some(0);
        }
        if improvements & REPORT != 0 {
            device.posture_age = Some(0);
        }
    }
    if improvements & GRANT != 0 {
        question.grant = true;
    }
}

/// Returns the smallest set of remedies with which `policies` would allow the access.
///
/// For the anonymous principal this is always to sign in: anything further depends on who signs in.
pub fn find(policies: &PolicySet, question: &Question) -> Vec<Remedy> {
    if question.principal == Principal::Anonymous {
        return vec![Remedy::SignIn];
    }
    let opening = opening(policies, question, EVERYTHING);
    opening.map_or_else(|| vec![Remedy::AskOwner], |set| spell(set, question))
}

/// Returns the smallest subset of `had` with which `policies` would allow the access; `None` if there is none.
pub fn opening(policies: &PolicySet, question: &Question, had: Improvements) -> Option<Improvements> {
    let useful = useful(question) & had;
    let mut sets: Vec<Improvements> = (1..=EVERYTHING).filter(|set| set & !useful == 0).collect();
    sets.sort_by_key(|set| cost(*set));
    sets.into_iter().find(|set| {
        let mut better = question.clone();
        improve(&mut better, *set);
        policies.judge(&better).allowed
    })
}

/// Returns what a set of improvements costs a person, for comparison.
pub const fn cost(set: Improvements) -> (u32, Improvements) {
    (set.count_ones(), set)
}

/// Returns the improvements that would change something, so that no remedy is offered that the person already has.
fn useful(question: &Question) -> Improvements {
    let device = question.device.as_ref();
    let each = [
        (REAUTHENTICATE, true),
        (REPORT, device.is_some()),
        (FIX, device.is_some_and(|device| !device.compliant())),
        (GRANT, !question.grant),
        (MANAGED, !device.is_some_and(|device| device.managed && device.proved)),
    ];
    each.into_iter().filter(|(_, is_useful)| *is_useful).map(|(improvement, _)| improvement).sum()
}

/// Returns the remedies for a set of improvements.
pub fn spell(set: Improvements, question: &Question) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    if set & REAUTHENTICATE != 0 {
        remedies.push(Remedy::Reauthenticate);
    }
    if set & MANAGED != 0 {
        remedies.push(Remedy::UseManagedDevice);
    }
    // A device that never reported has no known failures; its first report will show them.
    let silent = question.device.as_ref().is_some_and(|device| device.posture_age.is_none());
    if set & FIX != 0 && !silent {
        let failing = question.device.iter().flat_map(DeviceEvidence::failing).collect();
        remedies.push(Remedy::FixPosture(failing));
    }
    if set & REPORT != 0 || (set & FIX != 0 && silent) {
        remedies.push(Remedy::ReportPosture);
    }
    if set & GRANT != 0 {
        remedies.push(Remedy::RequestGrant);
    }
    remedies
}
