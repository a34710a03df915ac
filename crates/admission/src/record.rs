//! Makes the record of an answer: exactly the values that it read.

use crate::{Inner, unauthenticated};
use countersign_decide::{Answer, Effect, Evidence, Request, Who, reserved};
use countersign_evidence::{Authentication, Cause, Decided, DeviceEvidence, Effect as RecordedEffect, Place};
use countersign_names::{DecisionId, Timestamp};
use std::time::Duration;

impl Inner {
    /// Makes the record of one answer. Returns `None` if the requested application does not exist, because there is then
    /// nothing under which to record it.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is one column of the record, and none belongs to another"
    )]
    pub fn record(
        &self,
        id: DecisionId,
        at: Timestamp,
        request: &Request,
        answer: &Answer,
        cause: Cause,
        stale: bool,
        latency: Duration,
    ) -> Option<Decided> {
        let evidence = answer.evidence()?;
        let decision = answer.decision();
        let question = &evidence.question;
        let (effect, enforced) = match (stale, decision.effect) {
            (true, _) => (RecordedEffect::Deny, true),
            (false, Effect::Allow) => (RecordedEffect::Allow, decision.enforced),
            (false, Effect::Deny) => (RecordedEffect::Deny, decision.enforced),
        };
        let reasons = if stale {
            reserved::STALE_WORLD.parse().into_iter().collect()
        } else {
            decision.reasons.clone()
        };
        let mut decided = Decided {
            id,
            at,
            gate: self.settings.gate.clone(),
            principal: question.principal,
            session: match request.who {
                // Also if the session has ended: an investigation of a cut access first needs to know whose it was.
                Who::Session(id) => Some(id),
                _ => None,
            },
            device: evidence.device.as_ref().map(|device| device.id),
            application: request.application.clone(),
            resource: request.resource.clone(),
            action: request.action,
            operation: request.operation.clone(),
            item: request.item.clone(),
            effect,
            enforced,
            cause,
            world: answer.world(),
            policies: answer.policies().version(),
            reasons,
            shadow: decision.shadow.clone(),
            errors: decision.errors.clone(),
            remedies: decision.remedies.iter().map(|remedy| remedy.as_str().to_owned()).collect(),
            exceptions: evidence.exceptions.clone(),
            grant: evidence.grant,
            sensitivity: question.sensitivity,
            labelled: question.labelled,
            authentication: authentication(evidence, at),
            session_age_seconds: evidence.session.as_ref().map(|session| at.age_of(session.started_at)),
            session_idle_seconds: question.session.map(|_| request.idle),
            device_evidence: device(evidence, at),
            place: request.address.map(|address| Place {
                address,
                // The answer may have been computed for another address.
                network: evidence.network_of(address).to_owned(),
            }),
            risk: question.subject.risk,
            content_type: request.content_type.clone(),
            latency_micros: u32::try_from(latency.as_micros()).unwrap_or(u32::MAX),
            tags: request.tags.clone(),
            folded: None,
            item_cut: None,
        };
        unauthenticated::trim(&mut decided, decision.reads);
        Some(decided)
    }
}

/// Returns the authentication evidence, with the ages at the time when the answer was given, not when it was first
/// computed.
fn authentication(evidence: &Evidence, at: Timestamp) -> Option<Authentication> {
    let given = evidence.question.authentication.as_ref()?;
    let session = evidence.session.as_ref()?;
    Some(Authentication {
        assurance: given.assurance,
        method: given.method.clone(),
        phishing_resistant: given.phishing_resistant,
        age_seconds: at.age_of(session.proved_at),
        credential: session.credential,
    })
}

fn device(evidence: &Evidence, at: Timestamp) -> Option<DeviceEvidence> {
    let given = evidence.question.device.as_ref()?;
    Some(DeviceEvidence {
        managed: given.managed,
        compliant: given.compliant(),
        proved: given.proved,
        posture_age_seconds: evidence.posture_at.map(|posture_at| at.age_of(posture_at)),
        failing: given.failing().collect(),
    })
}
