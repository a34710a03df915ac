//! The replay: every recorded decision is asked again as it was, and must come out the same.

use crate::again::{self, Unanswerable};
use crate::memo::{Memo, MemoEntry};
use crate::past::Past;
use crate::progress::{Progress, each};
use countersign_decide::{Decision, Effect};
use countersign_evidence::{Access, Accesses, Effect as Recorded};
use countersign_names::{DecisionId, PolicyId, Timestamp};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Most differences that are named; all are counted.
pub const NAMED: usize = 100;

/// A replay in progress.
#[derive(Default)]
pub struct Replay {
    memo: Memo<()>,
    progress: Progress,
    outcome: Outcome,
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Accesses that came out the same: the effect, whether it was enforced, and the policies that determined it.
    pub same: u64,
    /// Accesses that came out differently, or could not be asked again.
    pub different: u64,
    /// The first of those.
    pub differences: Vec<Difference>,
    /// Of those that are different, the ones that could not be asked again.
    pub unanswered: u64,
    /// Accesses that were refused without asking the policies, by the reason: there is nothing to ask again.
    pub unasked: BTreeMap<&'static str, u64>,
    /// The questions that were decided.
    pub decided: u64,
}

/// An access that did not come out as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The record.
    pub id: DecisionId,
    /// When it fell.
    pub at: Timestamp,
    /// How it fell.
    pub recorded: Fell,
    /// How it falls now, or why it cannot be told.
    pub again: Result<Fell, Unanswerable>,
}

/// How a decision fell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fell {
    /// Whether it was allowed.
    pub allowed: bool,
    /// Whether a denial was carried out.
    pub enforced: bool,
    /// The policies that determined it.
    pub reasons: Vec<PolicyId>,
}

impl Outcome {
    /// How many accesses were asked again.
    pub const fn asked(&self) -> u64 {
        self.same + self.different
    }

    /// The share of those that came out the same, from 0 to 1, with so many more that could not be read counted as if they
    /// had not; nothing when there was none.
    pub fn fidelity(&self, unread: u64) -> Option<f64> {
        let of = self.asked() + unread;
        (of > 0).then(|| self.same as f64 / of as f64)
    }
}

impl Replay {
    /// Ask these again. `going` is told how far it is now and then, and may break it off.
    pub fn ask(
        &mut self,
        past: &mut Past,
        accesses: &Accesses,
        going: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        each(self, accesses, |this| this.progress, going, |this, access| this.one(past, access))
    }

    /// What came of it.
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
        let idle = access.idle.map(|idle| [policies.class_of_idle(idle), 0]);
        let holds =
            self.memo.get(access, idle).map_or(Ok(false), |kept| kept.holds(past, access, &policies))?;
        if !holds {
            let answer = again::ask(past, access, &policies)?;
            self.progress.decided += 1;
            let (reads, until) = (answer.decision().reads, answer.decision().valid_until);
            self.memo.put(access, idle, MemoEntry { answer, value: (), reads, until });
        }
        // It was put there just now, or found there before.
        self.memo.get(access, idle).map(|kept| &**kept.answer.decision()).ok_or(Unanswerable::Cut)
    }
}

fn is_same(access: &Access<'_>, decision: &Decision) -> bool {
    (access.effect == Recorded::Allow) == (decision.effect == Effect::Allow)
        && access.enforced == decision.enforced
        && access.reasons.iter().eq(&decision.reasons)
}
