//! Leases: which process works on a row, until when, and the back-off before the next attempt.

use countersign_names::{JobId, Timestamp};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

/// How long a lease lasts, and how often it is extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeasePace {
    /// The time from one extension to the end of the lease.
    pub term: Duration,
    /// The time from one extension to the next, which also writes progress. Several fit in a term.
    pub extend_every: Duration,
}

impl Default for LeasePace {
    fn default() -> Self {
        Self { term: Duration::from_secs(30), extend_every: Duration::from_secs(1) }
    }
}

impl LeasePace {
    /// Returns the end of a lease that is taken or extended now.
    pub fn until(&self, now: Timestamp) -> Timestamp {
        now.plus(self.term)
    }

    /// Returns the latest plausible end of a lease. No lease taken by a correct clock ends later: one that does was
    /// taken before a clock was set back, and counts as expired.
    pub(crate) fn latest(&self, now: Timestamp) -> Timestamp {
        now.plus(self.term.saturating_mul(10))
    }
}

/// The holder of leases: one start of one process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseHolder {
    /// The name of the process, on whose files its jobs work.
    pub process: String,
    /// A text that is unique to this start of this process.
    pub start: String,
    /// How long its leases last.
    pub pace: LeasePace,
}

impl LeaseHolder {
    /// Returns the owner as stored in a row: the name of the process and its start.
    pub fn owner(&self) -> String {
        format!("{}/{}", self.process, self.start)
    }
}

/// The right to work on a job and to write its result, until another process takes the job up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobClaim {
    /// The job.
    pub id: JobId,
    /// The fencing number: how often the job was taken up, counted from 1.
    pub attempt: i64,
}

/// Whether the work continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// The lease is held.
    Held,
    /// The lease is held, and a stop was requested.
    StopAsked,
    /// Another process took the job up, or the row is gone: stop, and write nothing.
    Lost,
}

/// Returns the back-off after this many failures: 10 s, doubled each time, one hour at most, plus up to a fifth by
/// `jitter` (0 to 1), so that several processes do not retry at the same moment.
pub(crate) fn retry_pause(failures: u32, jitter: f64) -> Duration {
    const FIRST: Duration = Duration::from_secs(10);
    const LONGEST: Duration = Duration::from_secs(3_600);
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let pause = doubled.min(LONGEST);
    pause + pause.mul_f64(jitter.clamp(0.0, 1.0) / 5.0)
}

/// Returns a number from 0 to 1 that differs between processes and attempts. It need not be random, only spread.
pub(crate) fn jitter(by: &LeaseHolder, attempt: i64) -> f64 {
    let mut hasher = DefaultHasher::new();
    (by.owner(), attempt).hash(&mut hasher);
    let [part, ..] = hasher.finish().to_le_bytes();
    f64::from(part) / 255.0
}

pub(crate) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_and_has_an_end() {
        let seconds = |failures, jitter| retry_pause(failures, jitter).as_secs();
        assert_eq!([1, 2, 3, 9, 10, 40].map(|n| seconds(n, 0.0)), [10, 20, 40, 2_560, 3_600, 3_600]);
        assert_eq!([0.0, 0.5, 1.0, 7.0].map(|jitter| seconds(1, jitter)), [10, 11, 12, 12]);
    }
}
