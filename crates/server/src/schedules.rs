//! The schedules of a process: what one process of many does every so often.
//!
//! What concerns a process's own files or connections is no schedule, because each process does it for itself (see
//! `background`).

use countersign_control::{CORRELATE, Control, JobTables, LEAVERS};
use countersign_database::Database;
use countersign_jobs::{DeclaredSchedule, RuntimeTime, ScheduleRunner, ScheduleStates, ScheduledWork};
use countersign_ledger::Clock;
use countersign_names::Timestamp;
use countersign_observations::delete_expired;
use futures_util::future::join_all;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Marks the jobs of gone processes as failed.
const JOB_HISTORY: DeclaredSchedule =
    DeclaredSchedule { name: "jobs.history", every: Duration::from_secs(3_600) };

/// Deletes expired rows of observations.
const EXPIRED_OBSERVATIONS: DeclaredSchedule =
    DeclaredSchedule { name: "observations.expire", every: Duration::from_secs(3_600) };

/// Archives old facts. A run also verifies each archive file that exists, so it is not frequent.
const ARCHIVE: DeclaredSchedule =
    DeclaredSchedule { name: "journal.archive", every: Duration::from_secs(86_400) };

/// Compares the projections with the journal. A run folds the whole journal again, so it is not frequent.
const COMPARE_PROJECTIONS: DeclaredSchedule =
    DeclaredSchedule { name: "projections.verify", every: Duration::from_secs(86_400) };

/// Looks at the inventory for what is wrong. A run does nothing unless an import was applied, or decisions or rules about
/// identities changed since the last look, or that is a day old; so many imports in a row cause one look.
const FINDINGS: DeclaredSchedule = DeclaredSchedule { name: "findings.look", every: Duration::from_secs(60) };

/// Correlates accounts if what sources say, the decisions or the rules changed. Each change hastens it.
const CORRELATE_IDENTITIES: DeclaredSchedule =
    DeclaredSchedule { name: CORRELATE, every: Duration::from_secs(60) };

/// Suspends people who left, by the word of a source that may say so. Each correlation hastens it; employments end between
/// imports too.
const SETTLE_LEAVERS: DeclaredSchedule = DeclaredSchedule { name: LEAVERS, every: Duration::from_secs(60) };

/// Escalates what reviewers did not decide, and closes access reviews that are due.
const REVIEWS: DeclaredSchedule = DeclaredSchedule { name: "reviews.due", every: Duration::from_secs(60) };

/// Deletes what sources of identities no longer say for longer than it is kept.
const FORGET_ENDED: DeclaredSchedule =
    DeclaredSchedule { name: "inventory.forget", every: Duration::from_secs(86_400) };

/// A process that was away for this long counts as gone, and its jobs as failed.
const GONE: Duration = Duration::from_secs(86_400);

/// The schedules of a process, and the last known states of all schedules.
#[derive(Clone)]
pub struct ProcessSchedules {
    pub tables: JobTables,
    pub database: Database,
    pub control: Control,
    pub clock: Clock,
    pub states: ScheduleStates,
    /// The age at which facts are archived; `None` for never.
    pub archive_after: Option<Duration>,
    /// How long it is kept what a source no longer says.
    pub keep_ended: Duration,
}

impl ProcessSchedules {
    /// Runs the schedules, and keeps their known states up to date, until the process stops.
    pub async fn keep(self, stop: CancellationToken) {
        self.withdraw().await;
        let time = RuntimeTime::new(self.clock.clone());
        let JobTables { schedules, holder, .. } = self.tables.clone();
        let runner = ScheduleRunner::new(schedules.clone(), time, holder, self.states.clone());
        let keeping =
            self.works().into_iter().map(|(schedule, work)| runner.keep(schedule, work, stop.clone()));
        let clock = self.clock.clone();
        let reading = stop.run_until_cancelled(self.states.keep(&schedules, move || clock()));
        tokio::join!(join_all(keeping), reading);
    }

    /// Withdraws what this process's configuration does not ask for. A process whose configuration does declares it
    /// again.
    async fn withdraw(&self) {
        if self.archive_after.is_none()
            && let Err(error) = self.tables.schedules.withdraw(ARCHIVE.name, (self.clock)()).await
        {
            tracing::warn!(
                %error,
                schedule = ARCHIVE.name,
                "this process cannot withdraw a schedule that is switched off"
            );
        }
    }

    fn works(&self) -> Vec<(DeclaredSchedule, ScheduledWork)> {
        let mut works = vec![
            (JOB_HISTORY, self.job_history()),
            (EXPIRED_OBSERVATIONS, self.expired_observations()),
            (COMPARE_PROJECTIONS, self.comparison_of_projections()),
            (FINDINGS, self.look_at_inventory()),
            (CORRELATE_IDENTITIES, self.correlation()),
            (SETTLE_LEAVERS, self.settling_of_leavers()),
            (FORGET_ENDED, self.forgetting_of_ended()),
            (REVIEWS, self.reviews()),
        ];
        works.extend(self.archive_after.map(|age| (ARCHIVE, self.archive(age))));
        works
    }

    fn job_history(&self) -> ScheduledWork {
        let tables = self.tables.clone();
        Arc::new(move |run| {
            let tables = tables.clone();
            Box::pin(async move {
                let gone = i64::try_from(GONE.as_micros()).unwrap_or(i64::MAX);
                let before = Timestamp::from_micros(run.began_at.as_micros().saturating_sub(gone));
                let abandoned = tables.jobs.abandon(&tables.holder, before, run.began_at).await;
                abandoned.map(drop).map_err(|error| error.to_string())
            })
        })
    }

    fn expired_observations(&self) -> ScheduledWork {
        let database = self.database.clone();
        Arc::new(move |run| {
            let database = database.clone();
            Box::pin(async move {
                let deleted = delete_expired(&database, run.began_at, &run.stop).await;
                deleted.map_err(|error| error.to_string())
            })
        })
    }

    fn comparison_of_projections(&self) -> ScheduledWork {
        let control = self.control.clone();
        Arc::new(move |run| {
            let control = control.clone();
            Box::pin(async move { control.compare_projections(run).await })
        })
    }

    fn look_at_inventory(&self) -> ScheduledWork {
        let control = self.control.clone();
        Arc::new(move |run| {
            let control = control.clone();
            Box::pin(async move { control.look_if_due(run).await })
        })
    }

    fn correlation(&self) -> ScheduledWork {
        let control = self.control.clone();
        Arc::new(move |run| {
            let control = control.clone();
            Box::pin(async move { control.correlate_when_due(run).await })
        })
    }

    fn settling_of_leavers(&self) -> ScheduledWork {
        let control = self.control.clone();
        Arc::new(move |run| {
            let control = control.clone();
            Box::pin(async move { control.settle_when_due(run).await })
        })
    }

    fn reviews(&self) -> ScheduledWork {
        let control = self.control.clone();
        Arc::new(move |run| {
            let control = control.clone();
            Box::pin(async move { control.tend_reviews(run).await })
        })
    }

    fn forgetting_of_ended(&self) -> ScheduledWork {
        let (control, keep) = (self.control.clone(), self.keep_ended);
        Arc::new(move |run| {
            let control = control.clone();
            Box::pin(async move { control.forget_ended(keep, run).await })
        })
    }

    fn archive(&self, age: Duration) -> ScheduledWork {
        let control = self.control.clone();
        Arc::new(move |run| {
            let control = control.clone();
            Box::pin(async move { control.archive_older_than(age, run).await })
        })
    }
}
