//! Metrics of an application's requests at a gate. `docs/running.md` lists the names.

use metrics::{Counter, Histogram};
use std::time::Duration;

/// The counters and histograms of one application at a gate, looked up once, because a look-up by labels costs more
/// than counting.
pub struct ApplicationCounts {
    allowed: EffectCounts,
    denied: EffectCounts,
    answers: Histogram,
}

struct EffectCounts {
    requests: Counter,
    seconds: Histogram,
}

impl ApplicationCounts {
    /// Looks up the metrics of the application with this name.
    pub fn of(application: &str) -> Self {
        let way = |effect: &'static str| EffectCounts {
            requests: metrics::counter!(
                "countersign_gate_requests_total",
                "application" => application.to_owned(),
                "effect" => effect
            ),
            seconds: metrics::histogram!("countersign_gate_decision_seconds", "effect" => effect),
        };
        let answers = metrics::histogram!("countersign_gate_answer_seconds");
        Self { allowed: way("allow"), denied: way("deny"), answers }
    }

    /// Counts a decision and records how long it took.
    pub fn decided(&self, allowed: bool, took: Duration) {
        let way = if allowed { &self.allowed } else { &self.denied };
        way.requests.increment(1);
        way.seconds.record(took.as_secs_f64());
    }

    /// Records how long the application took to begin its answer.
    pub fn answered(&self, took: Duration) {
        self.answers.record(took.as_secs_f64());
    }
}

impl std::fmt::Debug for ApplicationCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApplicationCounts").finish_non_exhaustive()
    }
}
