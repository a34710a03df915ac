//! Archives old facts by itself, where the configuration asks for it: as a job, as the command does.

use super::{archive_work, older_than};
use crate::jobs::{NewJob, begin_job};
use crate::{Control, Refusal};
use countersign_api as api;
use countersign_facts::Actor;
use countersign_jobs::{ScheduleOutcome, ScheduleRun};
use countersign_names::{JobId, Timestamp};
use std::time::Duration;

/// The part of the software in whose name facts are archived by schedule.
const ACTOR: &str = "archiving";

/// How often to look whether this process can begin the job, while another job runs.
const LOOK: Duration = Duration::from_secs(1);

impl Control {
    /// Archives the facts that are older than `age`, as `countersign journal archive` does: a job that everybody sees and
    /// can stop, and that waits while another one runs. Returns when the job has ended.
    ///
    /// # Errors
    /// If the job was refused or failed, or the run was told to stop. A job that a caller stopped is no failure: it begins
    /// again when the schedule is due next.
    pub async fn archive_older_than(&self, age: Duration, run: ScheduleRun) -> ScheduleOutcome {
        let id = loop {
            if !self.jobs().is_busy() {
                match self.begin_archiving(older_than(age, run.began_at)).await {
                    Ok(id) => break id,
                    // Another job began at the same moment.
                    Err(_) if self.jobs().is_busy() => {}
                    Err(refusal) => return Err(refusal.to_string().replace('\n', "; ")),
                }
            }
            let waited = run.stop.run_until_cancelled(tokio::time::sleep(LOOK)).await;
            waited.ok_or("it was stopped while it waited for another job")?;
        };
        self.ended(id, run).await
    }

    async fn begin_archiving(&self, before: Timestamp) -> Result<JobId, Refusal> {
        let by = Actor::System(ACTOR.to_owned());
        let work = archive_work(self, before, Some(by.clone()))?;
        let span = (Some(Timestamp::from_micros(0)), None);
        // The schedule begins it again, so no restart has to.
        let new = NewJob { kind: api::JobKind::Archive, span, by, again: None };
        begin_job(self, new, work).await.map(|job| job.id)
    }

    /// Waits for the end of a job, and stops it when the run must stop.
    async fn ended(&self, id: JobId, run: ScheduleRun) -> ScheduleOutcome {
        let job = self.jobs().get(id).ok_or("its job was forgotten before it ended")?;
        let mut moved = job.moved();
        loop {
            let shown = job.in_short();
            match shown.state {
                api::JobState::Running => {}
                api::JobState::Finished => return Ok(()),
                api::JobState::Failed => {
                    return Err(format!("{id} failed: {}", shown.error.unwrap_or_default()));
                }
                // A process that stops ends its jobs first, and its schedules a moment later.
                api::JobState::Cancelled if self.jobs().is_closed() => {
                    run.stop.cancelled().await;
                    return Err("the process is stopping".to_owned());
                }
                api::JobState::Cancelled if run.stop.is_cancelled() => {
                    return Err(format!("{id} was stopped, because its run was"));
                }
                api::JobState::Cancelled => {
                    tracing::info!(job = %id, "a caller stopped the archiving of old facts; it begins again when it is due next");
                    return Ok(());
                }
            }
            if run.stop.run_until_cancelled(moved.changed()).await.is_none() {
                self.jobs().stop(&job);
                // `job` holds the sender, so the channel stays open until the job has ended.
                drop(moved.changed().await);
            }
        }
    }
}
