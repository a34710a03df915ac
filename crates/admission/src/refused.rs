//! Refusals, and what the requester is told about them.

use crate::reason_text;
use countersign_decide::{Answer, Remedy, reserved};
use countersign_evidence::Ended;
use countersign_names::{DecisionId, PolicyId, Principal};
use std::sync::Arc;

/// A refusal. Dropping it changes nothing: it was recorded before it was given.
#[derive(Debug, Clone)]
pub struct Refused {
    id: Option<DecisionId>,
    why: Why,
    answer: Option<Arc<Answer>>,
    detail: Option<String>,
}

/// The kind of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The policies denied the access.
    Denied,
    /// The answer could not be given: its record could not be stored, or the world is too old.
    Unavailable,
    /// The enforcement point is shutting down.
    Drained,
}

impl Refused {
    pub(crate) fn denied(id: DecisionId, answer: &Arc<Answer>) -> Self {
        Self { id: Some(id), why: Why::Denied, answer: Some(answer.clone()), detail: None }
    }

    pub(crate) fn unavailable(id: DecisionId, detail: String) -> Self {
        Self { id: Some(id), why: Why::Unavailable, answer: None, detail: Some(detail) }
    }

    pub(crate) fn stale(id: DecisionId) -> Self {
        let detail = reserved::text(reserved::STALE_WORLD).map(str::to_owned);
        Self { id: Some(id), why: Why::Unavailable, answer: None, detail }
    }

    pub(crate) const fn drained(id: Option<DecisionId>) -> Self {
        Self { id, why: Why::Drained, answer: None, detail: None }
    }

    /// Returns the id of the recorded decision.
    pub const fn id(&self) -> Option<DecisionId> {
        self.id
    }

    /// Returns the kind of refusal.
    pub const fn why(&self) -> Why {
        self.why
    }

    /// Returns how an access ended that was refused while it was in progress.
    pub const fn ended(&self) -> Ended {
        match self.why {
            Why::Drained => Ended::Drained,
            Why::Denied | Why::Unavailable => Ended::Revoked,
        }
    }

    /// Returns, for [`Why::Unavailable`], the problem, for the log and the operator of the gate.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Returns the policies that determined it, each with its text for the person who is refused.
    pub fn reasons(&self) -> Vec<(PolicyId, String)> {
        self.answer
            .iter()
            .flat_map(|answer| {
                let policies = answer.policies();
                answer.decision().reasons.iter().map(|id| (id.clone(), reason_text(policies, id)))
            })
            .collect()
    }

    /// Returns the smallest evidence that would change it into an allowance.
    pub fn remedies(&self) -> &[Remedy] {
        self.answer.as_deref().map_or(&[], |answer| answer.decision().remedies.as_slice())
    }

    /// Returns whether nobody is signed in, so that the next step is to sign in.
    pub fn needs_sign_in(&self) -> bool {
        self.answer
            .as_deref()
            .and_then(Answer::evidence)
            .is_some_and(|evidence| evidence.question.principal == Principal::Anonymous)
    }

    /// Returns the answer, for a more detailed explanation.
    pub const fn answer(&self) -> Option<&Arc<Answer>> {
        self.answer.as_ref()
    }
}
