//! Leases: who works on a row, until when, and how long to wait before it is tried again.

use countersign_names::{JobId, Timestamp};
use std::time::Duration;

/// For how long a lease is held, and how often it is moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeasePace {
    /// From one extension to when the lease ends.
    pub term: Duration,
    /// From one extension to the next, which also writes progress. Several fit in a term.
    pub extend_every: Duration,
}

impl Default for LeasePace {
    fn default() -> Self {
        Self { term: Duration::from_secs(30), extend_every: Duration::from_secs(1) }
    }
}

impl LeasePace {
    /// Until when a lease is held that is taken or extended now.
    pub fn until(&self, now: Timestamp) -> Timestamp {
        now.plus(self.term)
    }

    /// No lease that somebody took by a clock that was right ends later than this: one that does was taken before a clock
    /// was set back, and counts as over.
    pub(crate) fn latest(&self, now: Timestamp) -> Timestamp {
        now.plus(self.term.saturating_mul(10))
    }
}

/// Who holds leases: one start of one process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseHolder {
    /// The name of the process, on whose files its jobs work.
    pub process: String,
    /// A text that no other start of any process has.
    pub start: String,
    /// For how long it holds a lease.
    pub pace: LeasePace,
}

impl LeaseHolder {
    /// As it stands in a row: the name of the process, and which start of it.
    pub fn owner(&self) -> String {
        format!("{}/{}", self.process, self.start)
    }
}

/// The right to work on a job and to write its result, for as long as nobody else takes it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobClaim {
    /// The job.
    pub id: JobId,
    /// The fencing number: which time somebody took it up, from 1.
    pub attempt: i64,
}

/// Whether work goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// It does.
    Held,
    /// It does, and somebody asked that it stop.
    StopAsked,
    /// Another process took it up, or the row is gone: stop, and write nothing.
    Lost,
}

/// How long to wait before the next attempt, after so many that failed: 10 s, doubled each time, an hour at most, and up to a
/// fifth more by `jitter` (0 to 1), so that several processes do not try at the same moment.
pub fn retry_pause(failures: u32, jitter: f64) -> Duration {
    const FIRST: Duration = Duration::from_secs(10);
    const LONGEST: Duration = Duration::from_secs(3_600);
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let pause = doubled.min(LONGEST);
    pause + pause.mul_f64(jitter.clamp(0.0, 1.0) / 5.0)
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
