//! What a gate counts of an application's requests. The names are in `docs/running.md`.

use metrics::{Counter, Histogram};
use std::time::Duration;

/// The counters and histograms of one application at a gate, looked up once: to find them by their labels costs more than
/// to count.
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
    /// Those of the application of that name.
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

    /// A request was decided, and that took so long.
    pub fn decided(&self, allowed: bool, took: Duration) {
        let way = if allowed { &self.allowed } else { &self.denied };
        way.requests.increment(1);
        way.seconds.record(took.as_secs_f64());
    }

    /// The application began to answer, and that took so long.
    pub fn answered(&self, took: Duration) {
        self.answers.record(took.as_secs_f64());
    }
}

impl std::fmt::Debug for ApplicationCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApplicationCounts").finish_non_exhaustive()
    }
}
