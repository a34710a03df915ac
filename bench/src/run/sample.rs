//! What one slice of work cost.

use hdrhistogram::Histogram;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds; less is better.
    Seconds,
    /// So many a second; more is better.
    PerSecond,
    /// Bytes; less is better.
    Bytes,
    /// A plain number.
    Number,
}

/// What one slice of work cost: the time of the processes that did it, the time that passed, and how many operations
/// that was.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Processor time, user and system, of every process that did the work.
    pub cpu_seconds: f64,
    /// The time that passed.
    pub wall_seconds: f64,
    /// How many operations were done.
    pub operations: u64,
    /// How long operations took, in nanoseconds; by kind, or under the empty name.
    pub latencies: BTreeMap<&'static str, Histogram<u64>>,
    /// Anything else that was counted.
    pub others: Vec<(&'static str, Unit, f64)>,
}

impl Sample {
    /// A sample without latencies.
    pub const fn new(cpu_seconds: f64, wall_seconds: f64, operations: u64) -> Self {
        Self { cpu_seconds, wall_seconds, operations, latencies: BTreeMap::new(), others: Vec::new() }
    }

    /// The latencies of one kind, to record into: to three digits, whatever their size.
    pub fn latency(&mut self, kind: &'static str) -> &mut Histogram<u64> {
        self.latencies.entry(kind).or_insert_with(histogram)
    }

    /// Another figure of this slice.
    pub fn also(&mut self, name: &'static str, unit: Unit, value: f64) {
        self.others.push((name, unit, value));
    }
}

/// An empty histogram of nanoseconds, to three digits.
#[expect(clippy::expect_used, reason = "it fails only for more than five digits")]
pub fn histogram() -> Histogram<u64> {
    Histogram::new(3).expect("three digits are allowed")
}
