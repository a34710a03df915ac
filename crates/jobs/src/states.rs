//! The states of schedules in memory, for probes and metrics, which must not wait for the database.

use crate::schedules::{ScheduleRow, ScheduleTable};
use countersign_names::Timestamp;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How often the table of schedules is read.
const READ_EVERY: Duration = Duration::from_secs(10);

/// What is wrong with a schedule. Its text is one sentence for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleTrouble {
    /// The last run failed.
    Failing {
        /// The name of the schedule.
        name: String,
        /// Number of consecutive failures.
        failures: u32,
        /// Why the last one failed.
        error: String,
        /// When it is tried again.
        again_at: Timestamp,
    },
    /// No process has taken the schedule up for more than its interval since it was due.
    Late {
        /// The name of the schedule.
        name: String,
        /// For how long it has been due.
        late: Duration,
    },
    /// A run has gone on for more than the interval of the schedule.
    Slow {
        /// The name of the schedule.
        name: String,
        /// For how long it has gone on.
        since: Duration,
        /// The process that works on it.
        process: String,
    },
}

impl ScheduleTrouble {
    /// Returns what the operator can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Failing { again_at, .. } => {
                format!("correct what the error names; the next attempt is at {again_at}")
            }
            Self::Late { .. } => {
                "read in the logs of the processes why none of them runs it, and check their clocks"
                    .to_owned()
            }
            Self::Slow { process, .. } => format!(
                "read the log of {process}; if the run makes no progress, restart that process: the work \
                 then continues"
            ),
        }
    }
}

impl fmt::Display for ScheduleTrouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failing { name, failures: 1, error, .. } => {
                write!(out, "the last run of {name} failed: {error}")
            }
            Self::Failing { name, failures, error, .. } => {
                write!(out, "the last {failures} runs of {name} failed: {error}")
            }
            Self::Late { name, late } => {
                write!(out, "{name} has been due for {} s, and no process runs it", late.as_secs())
            }
            Self::Slow { name, since, process } => {
                write!(
                    out,
                    "a run of {name} in {process} has lasted {} s, longer than its interval",
                    since.as_secs()
                )
            }
        }
    }
}

impl ScheduleRow {
    /// Returns what is wrong with the schedule, if anything is.
    pub fn trouble(&self, now: Timestamp) -> Option<ScheduleTrouble> {
        let name = self.name.clone();
        if let Some((owner, _)) = &self.holder {
            let since = self.last_started_at.map(|at| now.since(at)).unwrap_or_default();
            if since > self.every {
                let process =
                    owner.rsplit_once('/').map_or(owner.as_str(), |(process, _)| process).to_owned();
                return Some(ScheduleTrouble::Slow { name, since, process });
            }
        }
        if let Some(late) = self.overdue(now).filter(|late| *late > self.every) {
            return Some(ScheduleTrouble::Late { name, late });
        }
        let (failures, again_at) = (self.failures, self.due_at);
        let error = self.last_error.clone()?;
        Some(ScheduleTrouble::Failing { name, failures, error, again_at })
    }
}

/// How a run of this process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunOutcome {
    /// Its work was done.
    Succeeded,
    /// Its work failed.
    Failed,
    /// The process was stopping, or lost its lease.
    Interrupted,
}

impl RunOutcome {
    /// Returns its name in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// The schedules as last read, and the runs of this process. Clones share them.
#[derive(Clone, Default)]
pub struct ScheduleStates(Arc<Mutex<KnownSchedules>>);

#[derive(Default)]
struct KnownSchedules {
    rows: Vec<ScheduleRow>,
    runs: BTreeMap<(&'static str, RunOutcome), u64>,
}

impl ScheduleStates {
    /// Returns the schedules as last read, sorted by name. Empty before they were read.
    pub fn rows(&self) -> Vec<ScheduleRow> {
        self.0.lock().rows.clone()
    }

    /// Returns the number of runs of this process, by schedule and outcome.
    pub fn runs(&self) -> BTreeMap<(&'static str, RunOutcome), u64> {
        self.0.lock().runs.clone()
    }

    /// Returns what is wrong with the schedules.
    pub fn troubles(&self, now: Timestamp) -> Vec<ScheduleTrouble> {
        self.0.lock().rows.iter().filter_map(|row| row.trouble(now)).collect()
    }

    pub(crate) fn count(&self, name: &'static str, outcome: RunOutcome) {
        *self.0.lock().runs.entry((name, outcome)).or_default() += 1;
    }

    /// Stores what was read of the table.
    pub fn set(&self, rows: Vec<ScheduleRow>) {
        self.0.lock().rows = rows;
    }

    /// Reads the table every ten seconds, for as long as this future is polled. While the store fails, the last rows
    /// stay, and grow late.
    pub async fn keep(&self, table: &ScheduleTable, clock: impl Fn() -> Timestamp + Send) {
        let mut failing = false;
        loop {
            match table.list(clock()).await {
                Ok(rows) => {
                    self.set(rows);
                    failing = false;
                }
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(
                            %error,
                            "this process cannot read the schedules, and shows them as they were last read"
                        );
                    }
                }
            }
            tokio::time::sleep(READ_EVERY).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn row(change: impl FnOnce(&mut ScheduleRow)) -> ScheduleRow {
        let mut row = ScheduleRow {
            name: "risk".to_owned(),
            every: Duration::from_secs(60),
            due_at: at(100),
            holder: None,
            last_started_at: Some(at(40)),
            last_ended_at: Some(at(41)),
            last_error: None,
            failures: 0,
        };
        change(&mut row);
        row
    }

    #[test]
    fn a_schedule_that_is_late_failed_or_slow_says_so_with_a_remedy() {
        let held = |row: &mut ScheduleRow| row.holder = Some(("edge-1/a".to_owned(), at(1_000)));
        /// A change, the second at which it is looked at, and the text and remedy that it must lead to.
        type TroubleCase = (Box<dyn Fn(&mut ScheduleRow)>, i64, Option<(&'static str, &'static str)>);
        let failed = |failures| {
            move |row: &mut ScheduleRow| {
                (row.failures, row.last_error) = (failures, Some("no feed".to_owned()));
            }
        };
        let cases: Vec<TroubleCase> = vec![
            (Box::new(|_| {}), 160, None),
            (Box::new(|_| {}), 161, Some(("risk has been due for 61 s", "logs of the processes"))),
            (Box::new(held), 100, None),
            (Box::new(held), 101, Some(("in edge-1 has lasted 61 s", "restart that process"))),
            (Box::new(failed(1)), 50, Some(("the last run of risk failed: no feed", "1970-01-01T00:01:40"))),
            (Box::new(failed(3)), 50, Some(("the last 3 runs of risk failed", "the next attempt is at"))),
            // It is so until a run succeeds.
            (
                Box::new(move |row| {
                    failed(1)(row);
                    held(row);
                }),
                50,
                Some(("the last run of risk failed", "the next attempt is at")),
            ),
        ];
        for (case, (change, now, expected)) in cases.into_iter().enumerate() {
            let trouble = row(change).trouble(at(now));
            match (trouble, expected) {
                (None, None) => {}
                (Some(trouble), Some((text, remedy))) => {
                    assert!(trouble.to_string().contains(text), "{case}: {trouble}");
                    assert!(trouble.remedy().contains(remedy), "{case}: {}", trouble.remedy());
                }
                (trouble, _) => panic!("{case}: {trouble:?}"),
            }
        }
    }
}
