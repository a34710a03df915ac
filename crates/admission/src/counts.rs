//! What is counted of decisions. The names are in `docs/running.md`.

use countersign_decide::{Answer, Effect};
use countersign_evidence::Cause;
use metrics::Counter;
use std::sync::OnceLock;

/// What a decision came to, as it is counted.
const EFFECTS: [&str; 4] = ["allow", "deny", "observed", "stale"];

/// The counters by effect and cause, each looked up once: to find one by its labels costs more than to count.
#[derive(Default)]
pub struct Counts([[OnceLock<Counter>; Cause::ALL.len()]; EFFECTS.len()]);

impl Counts {
    /// An answer was given, for this reason, in a world that was too old for it or not.
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
