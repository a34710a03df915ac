//! What is kept: durable facts, a start over a million of them, and the evidence.

#[expect(
    clippy::unwrap_used,
    reason = "the day that the evidence's own tests record, taken as it is; not all of it is needed here"
)]
#[path = "../../../crates/evidence/tests/evidence/common/mod.rs"]
mod day;
mod evidence;
mod facts;
mod history;
mod start;

use crate::run::{Bench, Outcome};

/// Measure the store.
pub fn measure(bench: &mut Bench) -> Outcome {
    facts::measure(bench)?;
    start::measure(bench)?;
    evidence::measure(bench)
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
pub const fn as_float(number: u64) -> f64 {
    number as f64
}
