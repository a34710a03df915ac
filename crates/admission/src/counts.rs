//! The counters of decisions. Their names are in `docs/running.md`.

use countersign_decide::{Answer, Effect};
use countersign_evidence::Cause;
use metrics::Counter;
use std::sync::OnceLock;

/// The effects that are counted.
const EFFECTS: [&str; 4] = ["allow", "deny", "observed", "stale"];

/// The counters by effect and cause, each looked up once: a look-up by labels costs more than an increment.
#[derive(Default)]
pub struct Counts([[OnceLock<Counter>; Cause::ALL.len()]; EFFECTS.len()]);

impl Counts {
    /// Counts an answer by effect and cause. `stale` is true if the world was too old for it.
    pub fn answered(&self, answer: &Answer, cause: Cause, stale: bool) {
        let effect = match (stale, answer.decision().effect) {
            (true, _) => "stale",
            (false, Effect::Allow) => "allow",
            (false, Effect::Deny) if answer.decision().enforced => "deny",
            (false, Effect::Deny) => "observed",
        };
        let row = EFFECTS.iter().position(|known| *known == effect);
        let column = Cause::ALL.iter().position(|known| *known == cause);
        let counter = row.zip(column).and_then(|(row, column)| self.0.get(row)?.get(column));
        if let Some(counter) = counter {
            counter.get_or_init(|| Self::counter(effect, cause)).increment(1);
        }
    }

    fn counter(effect: &'static str, cause: Cause) -> Counter {
        metrics::counter!("countersign_decisions_total", "effect" => effect, "cause" => cause.as_str())
    }
}

#[cfg(test)]
mod tests;
