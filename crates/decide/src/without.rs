//! Counterfactual decisions: the same access with one item of its evidence removed or made worse.

use crate::answer::Answer;
use crate::decision;
use crate::gather::Evidence;
use countersign_names::{Assurance, CheckResult, EvidenceItem, PolicyId, PostureCheck, RiskLevel, Timestamp};
use countersign_policy::{Items, Place, PolicySet, Question};
use countersign_world::Networks;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The verdict without the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Without {
    /// Whether the policies would still allow the access, so that it does not depend on the item.
    pub allowed: bool,
    /// The policies that would determine it.
    pub reasons: Vec<PolicyId>,
    /// The parts of the question that they read.
    pub reads: Items,
    /// The latest time at which this is certain to be the same if nothing but time passes.
    pub valid_until: Timestamp,
}

/// An age in seconds that no policy accepts as recent: a hundred years, far below the point where an addition would
/// overflow.
const AGES_AGO: i64 = 100 * 365 * 86_400;

impl Answer {
    /// Returns the verdict of its policies without `item`. Returns `None` if the item certainly makes no difference,
    /// because the policies do not read it or the access came without it.
    pub fn without(&self, item: EvidenceItem) -> Option<Without> {
        if !self.decision().reads.has(read_as(item)) {
            return None;
        }
        self.without_under(self.policies(), item)
    }

    /// Returns the verdict of other policies without `item`, at the same time. Does not check whether they read it.
    pub fn without_under(&self, policies: &PolicySet, item: EvidenceItem) -> Option<Without> {
        let evidence = self.evidence()?;
        let mut question = evidence.question.clone();
        worsen(&mut question, item).then(|| judge(policies, evidence, &question, self.decided_at()))
    }

    /// Returns the verdict of its policies without the exceptions from this policy.
    pub fn without_exceptions_to(&self, policy: &PolicyId) -> Option<Without> {
        let evidence = self.evidence()?;
        let mut question = evidence.question.clone();
        question
            .exceptions
            .remove(policy)
            .then(|| judge(self.policies(), evidence, &question, self.decided_at()))
    }
}

fn judge(policies: &PolicySet, evidence: &Evidence, question: &Question, now: Timestamp) -> Without {
    let verdict = policies.judge(question);
    Without {
        allowed: verdict.allowed && !evidence.suspended,
        reasons: decision::reasons(&verdict, evidence.suspended),
        reads: verdict.reads,
        valid_until: decision::valid_until(&verdict, evidence, now),
    }
}

/// Returns the parts of a question that the item belongs to.
const fn read_as(item: EvidenceItem) -> Items {
    match item {
        EvidenceItem::Device | EvidenceItem::Compliance => Items::DEVICE,
        EvidenceItem::PhishingResistance => Items::AUTHENTICATION,
        EvidenceItem::Freshness => Items::AUTHENTICATION.and(Items::SESSION),
        EvidenceItem::Risk => Items::PRINCIPAL,
        EvidenceItem::Place => Items::PLACE,
        EvidenceItem::Grant => Items::GRANT,
        EvidenceItem::Exception => Items::EXCEPTIONS,
    }
}

/// Removes the item or makes it worse. Returns whether the question changed.
fn worsen(question: &mut Question, item: EvidenceItem) -> bool {
    match item {
        EvidenceItem::Device => question.device.take().is_some(),
        EvidenceItem::Compliance => {
            let failed = || PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Fail)).collect();
            question.device.as_mut().map(|device| device.checks = Arc::new(failed())).is_some()
        }
        EvidenceItem::PhishingResistance => {
            let proof = question.authentication.as_mut().filter(|proof| proof.phishing_resistant);
            let phished = proof.map(|proof| {
                proof.phishing_resistant = false;
                "one-time-code".clone_into(&mut proof.method);
                // The highest level requires an authenticator that resists phishing (NIST SP 800-63B).
                proof.assurance = proof.assurance.min(Assurance::Aal2);
            });
            phished.is_some()
        }
        EvidenceItem::Freshness => {
            let proof = question.authentication.as_mut().map(|proof| proof.age = AGES_AGO);
            let session = question.session.as_mut().map(|session| {
                (session.age, session.idle) = (AGES_AGO, AGES_AGO);
            });
            proof.or(session).is_some()
        }
        EvidenceItem::Risk => {
            let subject = Arc::make_mut(&mut question.subject);
            std::mem::replace(&mut subject.risk, RiskLevel::High) != RiskLevel::High
        }
        EvidenceItem::Place => {
            // A reserved documentation address (RFC 5737, TEST-NET-1).
            let nowhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
            let elsewhere = Place { address: nowhere, network: Networks::ELSEWHERE.to_owned() };
            question.place.as_mut().map(|place| *place = elsewhere).is_some()
        }
        EvidenceItem::Grant => std::mem::take(&mut question.grant),
        EvidenceItem::Exception => !std::mem::take(&mut question.exceptions).is_empty(),
    }
}
