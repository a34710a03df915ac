//! The replay: evaluates every recorded decision again, unchanged; the result must be the same.

use crate::again::{self, Unanswerable};
use crate::memo::{AgeClasses, Memo, MemoEntry};
use crate::past::Past;
use crate::progress::{Progress, each};
use countersign_decide::{Decision, Effect};
use countersign_evidence::{Access, Accesses, Effect as Recorded};
use countersign_names::{DecisionId, PolicyId, Timestamp};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Maximum number of differences that are named; all are counted.
pub const NAMED: usize = 100;

/// A replay in progress.
#[derive(Default)]
pub struct Replay {
    memo: Memo<()>,
    progress: Progress,
    outcome: Outcome,
}

/// The result of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Accesses with the same result: the effect, whether it was enforced, and the determining policies.
    pub same: u64,
    /// Accesses with a different result, or that could not be evaluated again.
    pub different: u64,
    /// The first of those.
    pub differences: Vec<Difference>,
    /// The number of those that could not be evaluated again.
    pub unanswered: u64,
    /// Accesses refused without evaluating the policies, by reason: there is nothing to evaluate again.
    pub unasked: BTreeMap<&'static str, u64>,
    /// Number of questions decided.
    pub decided: u64,
}

/// An access whose result differs from its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The decision.
    pub id: DecisionId,
    /// The time of the decision.
    pub at: Timestamp,
    /// The recorded result.
    pub recorded: Fell,
    /// The result now, or why there is none.
    pub again: Result<Fell, Unanswerable>,
}

/// The result of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fell {
    /// Whether the access was allowed.
    pub allowed: bool,
    /// Whether a denial was enforced.
    pub enforced: bool,
    /// The determining policies.
    pub reasons: Vec<PolicyId>,
}

impl Outcome {
    /// Returns how many accesses were evaluated again.
    pub const fn asked(&self) -> u64 {
        self.same + self.different
    }

    /// Returns the share of accesses with the same result, from 0 to 1, counting `unread` further ones as different;
    /// `None` if there were no accesses.
    pub fn fidelity(&self, unread: u64) -> Option<f64> {
        let of = self.asked() + unread;
        (of > 0).then(|| self.same as f64 / of as f64)
    }
}

impl Replay {
    /// Evaluates these accesses. Calls `going` with the progress from time to time; `going` may stop it.
    pub fn ask(
        &mut self,
        past: &mut Past,
        accesses: &Accesses,
        going: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        each(self, accesses, |this| this.progress, going, |this, access| this.one(past, access))
    }

    /// Returns the result.
    pub fn finish(self) -> Outcome {
        Outcome { decided: self.progress.decided, ..self.outcome }
    }

    fn one(&mut self, past: &mut Past, access: &Access<'_>) {
        self.progress.accesses += 1;
        if let Some(reason) = again::unasked(access) {
            *self.outcome.unasked.entry(reason).or_default() += 1;
            return;
        }
        let again = match self.answered(past, access) {
            Ok(decision) if is_same(access, decision) => {
                self.outcome.same += 1;
                return;
            }
            Ok(decision) => Ok(Fell {
                allowed: decision.effect == Effect::Allow,
                enforced: decision.enforced,
                reasons: decision.reasons.clone(),
            }),
            Err(why) => Err(why),
        };
        self.outcome.different += 1;
        self.outcome.unanswered += u64::from(again.is_err());
        if self.outcome.differences.len() < NAMED {
            let recorded = Fell {
                allowed: access.effect == Recorded::Allow,
                enforced: access.enforced,
                reasons: access.reasons.iter().cloned().collect(),
            };
            self.outcome.differences.push(Difference { id: access.id, at: access.at, recorded, again });
        }
    }

    fn answered(&mut self, past: &mut Past, access: &Access<'_>) -> Result<&Decision, Unanswerable> {
        let policies = past.policies(access.policies)?;
        let ages = AgeClasses::of(access, &policies);
        let holds =
            self.memo.get(access, ages).map_or(Ok(false), |kept| kept.holds(past, access, &policies))?;
        if !holds {
            let answer = again::ask(past, access, &policies)?;
            self.progress.decided += 1;
            let (reads, until) = (answer.decision().reads, answer.decision().valid_until);
            self.memo.put(access, ages, MemoEntry { answer, value: (), reads, until });
        }
        // Always present: it was found above, or has just been inserted.
        self.memo.get(access, ages).map(|kept| &**kept.answer.decision()).ok_or(Unanswerable::Cut)
    }
}

pub fn is_same(access: &Access<'_>, decision: &Decision) -> bool {
    (access.effect == Recorded::Allow) == (decision.effect == Effect::Allow)
        && access.enforced == decision.enforced
        && access.reasons.iter().eq(&decision.reasons)
}
