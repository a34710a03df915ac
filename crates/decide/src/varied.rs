//! Counterfactual decisions: the same access with items of its evidence changed at will. Unlike [`Answer::without`],
//! which makes one item worse, this can also make evidence better. It returns a decision and never a permit.

use crate::answer::{Answer, enrolling};
use crate::decision::{Decision, conclude};
use crate::gather::Evidence;
use crate::remedy::{self, MANAGED, REAUTHENTICATE};
use crate::rollout;
use countersign_names::{Assurance, CheckResult, GroupName, PolicyId, PostureCheck, RiskLevel, Sensitivity};
use countersign_policy::{Place, PolicySet, Question};
use countersign_world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A change of one item of evidence. A change of a property of something that the access came without has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceVariation {
    /// The access comes without a proof of identity and without a session.
    NoProof,
    /// The principal proved their identity just now, as the remedy [`Remedy::Reauthenticate`](crate::Remedy) says.
    FreshProof,
    /// The assurance level of the proof.
    Assurance(Assurance),
    /// Whether the proof resists phishing.
    PhishingResistance(bool),
    /// Seconds since the proof.
    ProofAge(i64),
    /// Seconds since sign-in.
    SessionAge(i64),
    /// Seconds since the session was last used.
    SessionIdle(i64),
    /// The access comes from no known device.
    NoDevice,
    /// The access comes from a managed device that passes every check, as the remedy
    /// [`Remedy::UseManagedDevice`](crate::Remedy) says.
    ManagedDevice,
    /// Whether the organisation manages the device.
    Managed(bool),
    /// Seconds since the device's last report; `None` for a device that never reported, which has no results either.
    PostureAge(Option<i64>),
    /// The result of one check of the device.
    Check(PostureCheck, CheckResult),
    /// The origin of the request; `None` if it is unknown.
    Place(Option<Place>),
    /// The risk level of the principal.
    Risk(RiskLevel),
    /// Every group that contains the principal.
    Groups(Vec<GroupName>),
    /// Whether a grant is active.
    Grant(bool),
    /// Whether an exception from this policy covers the access.
    Exception(PolicyId, bool),
    /// The hour of the request, in UTC.
    Hour(u8),
    /// The weekday of the request, from 1 (Monday).
    Weekday(u8),
    /// The label of the resource; `None` for no label, which counts as restricted.
    Label(Option<Sensitivity>),
    /// Whether the principal is suspended.
    Suspended(bool),
}

/// A decision on changed evidence.
#[derive(Debug, Clone)]
pub struct VariedDecision {
    /// The decision.
    pub decision: Decision,
    /// The changed evidence.
    pub evidence: Evidence,
}

impl Answer {
    /// Returns the decision of `policies` on the same evidence with these changes, made in this order, at the same
    /// time. Returns `None` if there is no such application.
    ///
    /// The staged rollouts that count are those of `present` if it is given, and otherwise those of the time of the
    /// decision.
    pub fn varied(
        &self,
        policies: &Arc<PolicySet>,
        present: Option<&World>,
        variations: &[EvidenceVariation],
    ) -> Option<VariedDecision> {
        let evidence = self.evidence()?;
        let principal = evidence.question.principal;
        let enrolled = match present {
            Some(world) => {
                let active = world.active_rollouts().iter();
                let reached = active.filter(|known| rollout::reaches(known, principal));
                let counting = reached.filter(|known| rollout::is_of(known, policies));
                counting.map(|known| known.policy.clone()).collect()
            }
            None => evidence.question.enrolled.clone(),
        };
        let mut varied = enrolling(evidence, enrolled);
        for variation in variations {
            match variation {
                EvidenceVariation::Suspended(suspended) => varied.suspended = *suspended,
                variation => vary(&mut varied.question, variation),
            }
        }
        let decision = conclude(policies, &varied, self.decided_at());
        Some(VariedDecision { decision, evidence: varied })
    }
}

fn vary(question: &mut Question, variation: &EvidenceVariation) {
    use EvidenceVariation as Vary;
    match variation {
        Vary::NoProof => (question.authentication, question.session) = (None, None),
        Vary::FreshProof => remedy::improve(question, REAUTHENTICATE),
        Vary::ManagedDevice => remedy::improve(question, MANAGED),
        Vary::Assurance(assurance) => {
            if_there(&mut question.authentication, |proof| proof.assurance = *assurance)
        }
        Vary::PhishingResistance(resists) => {
            if_there(&mut question.authentication, |proof| proof.phishing_resistant = *resists);
        }
        Vary::ProofAge(age) => if_there(&mut question.authentication, |proof| proof.age = *age),
        Vary::SessionAge(age) => if_there(&mut question.session, |session| session.age = *age),
        Vary::SessionIdle(idle) => if_there(&mut question.session, |session| session.idle = *idle),
        Vary::NoDevice => question.device = None,
        Vary::Managed(managed) => if_there(&mut question.device, |device| device.managed = *managed),
        Vary::PostureAge(age) => if_there(&mut question.device, |device| {
            device.posture_age = *age;
            if age.is_none() {
                device.checks = Arc::new(BTreeMap::new());
            }
        }),
        Vary::Check(check, result) => if_there(&mut question.device, |device| {
            Arc::make_mut(&mut device.checks).insert(*check, *result);
        }),
        Vary::Place(place) => question.place.clone_from(place),
        Vary::Risk(risk) => Arc::make_mut(&mut question.subject).risk = *risk,
        Vary::Groups(groups) => Arc::make_mut(&mut question.subject).groups.clone_from(groups),
        Vary::Grant(active) => question.grant = *active,
        Vary::Exception(policy, true) => {
            question.exceptions.insert(policy.clone());
        }
        Vary::Exception(policy, false) => {
            question.exceptions.remove(policy);
        }
        Vary::Hour(hour) => question.time.hour = *hour,
        Vary::Weekday(weekday) => question.time.weekday = *weekday,
        Vary::Label(label) => {
            question.labelled = label.is_some();
            question.sensitivity = label.unwrap_or(Sensitivity::Restricted);
        }
        // This is not part of the question: no policy can read it.
        Vary::Suspended(_) => {}
    }
}

/// Changes a part of the question, if the access came with it.
fn if_there<T>(part: &mut Option<T>, change: impl FnOnce(&mut T)) {
    if let Some(part) = part {
        change(part);
    }
}
