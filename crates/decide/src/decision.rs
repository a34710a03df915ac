//! Makes a decision of the policies' verdict.

use crate::gather::Evidence;
use crate::remedy::{self, Remedy};
use crate::{reserved, reserved_id};
use countersign_facts::ApplicationStage;
use countersign_names::{PolicyId, Timestamp};
use countersign_policy::{Items, PolicySet, Verdict};
use std::time::Duration;

/// The effect of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The access may happen.
    Allow,
    /// The access may not happen.
    Deny,
}

/// The decision on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Allow or deny.
    pub effect: Effect,
    /// Whether a denial is enforced; false while the application is only observed.
    pub enforced: bool,
    /// The policies that determined it: those that permit, or those that forbid. A denial that no policy determined has
    /// one of the [`reserved`] reasons.
    pub reasons: Vec<PolicyId>,
    /// The policies in their shadow stage that would have changed the effect.
    pub shadow: Vec<PolicyId>,
    /// The policies in their shadow stage that changed the effect, because a staged rollout has reached the principal.
    pub turned: Vec<PolicyId>,
    /// The policies that could not be evaluated.
    pub errors: Vec<PolicyId>,
    /// The smallest evidence that would have changed a denial into an allowance.
    pub remedies: Vec<Remedy>,
    /// The latest time at which the decision is certain to be the same if nothing but time passes.
    pub valid_until: Timestamp,
    /// The parts of the question that the policies read; a change in the other parts leaves the decision the same.
    pub reads: Items,
}

impl Decision {
    /// Returns a denial without any evaluation of policies, valid at this moment only.
    pub(crate) fn refusal(reason: &'static str, now: Timestamp) -> Self {
        Self {
            effect: Effect::Deny,
            enforced: true,
            reasons: reserved_id(reason).into_iter().collect(),
            shadow: Vec::new(),
            turned: Vec::new(),
            errors: Vec::new(),
            remedies: vec![Remedy::AskOwner],
            valid_until: now,
            reads: Items::NONE,
        }
    }

    /// Returns whether the access goes ahead: it is allowed, or its denial is not enforced.
    pub fn goes_ahead(&self) -> bool {
        self.effect == Effect::Allow || !self.enforced
    }
}

/// Evaluates the policies on the evidence and makes a decision of the verdict.
pub fn conclude(policies: &PolicySet, evidence: &Evidence, now: Timestamp) -> Decision {
    let verdict = policies.judge(&evidence.question);
    let allowed = verdict.allowed && !evidence.suspended;
    let valid_until = valid_until(&verdict, evidence, now);
    let remedies = match (allowed, evidence.suspended) {
        (true, _) => Vec::new(),
        (false, true) => vec![Remedy::AskOwner],
        (false, false) => remedy::find(policies, &evidence.question),
    };
    Decision {
        effect: if allowed { Effect::Allow } else { Effect::Deny },
        enforced: evidence.application.about.stage == ApplicationStage::Enforce,
        reasons: reasons(&verdict, evidence.suspended),
        shadow: verdict.shadow,
        turned: if evidence.suspended { Vec::new() } else { verdict.turned },
        errors: verdict.errors,
        remedies,
        valid_until,
        reads: verdict.reads,
    }
}

/// Returns the reasons of the verdict: policies, or one of the reserved reasons.
pub fn reasons(verdict: &Verdict, suspended: bool) -> Vec<PolicyId> {
    let spoken = |id: &'static str| reserved_id(id).into_iter().collect();
    if suspended {
        spoken(reserved::SUSPENDED)
    } else if !verdict.determining.is_empty() {
        verdict.determining.clone()
    } else if !verdict.errors.is_empty() {
        spoken(reserved::POLICY_ERROR)
    } else {
        spoken(reserved::NO_PERMIT)
    }
}

/// Returns until when the decision is valid. An age is a number of whole seconds, so after `n` seconds each age has grown
/// by `n` or `n + 1`, depending on its fraction of a second. The verdict holds for growth up to `seconds`; one second
/// less is safe for every age.
pub fn valid_until(verdict: &Verdict, evidence: &Evidence, now: Timestamp) -> Timestamp {
    let by_age = match verdict.holds.seconds {
        None => Timestamp::MAX,
        Some(seconds) => now.plus(Duration::from_secs(seconds.saturating_sub(1))),
    };
    let by_hour = if verdict.holds.within_hour { end_of_hour(now) } else { Timestamp::MAX };
    // Anything that expires at a time no longer counts at that time, hence one microsecond before.
    let by_end = Timestamp::from_micros(evidence.until.as_micros().saturating_sub(1));
    by_age.min(by_hour).min(by_end)
}

fn end_of_hour(now: Timestamp) -> Timestamp {
    const HOUR: i64 = 3_600_000_000;
    Timestamp::from_micros((now.as_micros().div_euclid(HOUR) + 1).saturating_mul(HOUR) - 1)
}
