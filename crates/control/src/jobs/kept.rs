//! Stores the progress and the end of a running job. Without a database, a job is in memory only.

use super::{Job, RunEnding};
use countersign_database::DatabaseError;
use countersign_jobs::{JobClaim, JobEnding, JobProgress, JobTable, LeaseHolder, LeaseState, ScheduleTable};
use countersign_ledger::Clock;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Number of attempts to store a job's end, and the pause between them.
const TRIES: (u32, Duration) = (5, Duration::from_secs(2));

/// The error of a job whose lease another process took; its result is discarded.
const LOST: &str = "another process has taken over this job, so the result of this one is refused";

/// The tables of jobs and schedules, and the holder of the leases.
#[derive(Clone)]
pub struct JobTables {
    /// The table of jobs.
    pub jobs: JobTable,
    /// The table of schedules.
    pub schedules: ScheduleTable,
    /// The lease holder: this start of this process.
    pub holder: LeaseHolder,
}

/// Stores the job's progress and extends its lease, until the job has ended and its end is stored.
pub async fn keep(job: Arc<Job>, tables: JobTables, claim: JobClaim, clock: Clock) {
    let mut failing = false;
    loop {
        let _ended_or_due = tokio::time::timeout(tables.holder.pace.extend_every, job.ended.notified()).await;
        let ending = job.ending.lock().take();
        if let Some(ending) = ending {
            return finish(&job, &tables, &claim, ending, &clock).await;
        }
        let extended = tables.jobs.extend(&claim, &tables.holder, progress(&job), clock()).await;
        match extended {
            Ok(LeaseState::Held) => {}
            Ok(LeaseState::StopAsked) => job.stopped.store(true, Ordering::Relaxed),
            Ok(LeaseState::Lost) => {
                job.lost.store(true, Ordering::Relaxed);
                job.stopped.store(true, Ordering::Relaxed);
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::warn!(job = %claim.id, %error, "how far a job is cannot be written down; it goes on");
                }
                continue;
            }
        }
        failing = false;
    }
}

async fn finish(job: &Job, tables: &JobTables, claim: &JobClaim, ending: RunEnding, clock: &Clock) {
    if job.lost.load(Ordering::Relaxed) {
        return job.apply(RunEnding::Failed(LOST.to_owned()), clock());
    }
    if job.left.load(Ordering::Relaxed) && matches!(ending, RunEnding::Cancelled) {
        if let Err(error) = tables.jobs.release(claim, &tables.holder, clock()).await {
            tracing::warn!(job = %claim.id, %error, "a job could not be released; it is taken up once its lease has ended");
        }
        return job.apply(ending, clock());
    }
    match written(tables, claim, (&row_ending(&ending), progress(job)), clock).await {
        Ok(true) => job.apply(ending, clock()),
        Ok(false) => job.apply(RunEnding::Failed(LOST.to_owned()), clock()),
        Err(error) => {
            tracing::error!(job = %claim.id, %error, "how a job ended could not be written down; this process shows it until it stops");
            job.apply(ending, clock());
        }
    }
}

async fn written(
    tables: &JobTables,
    claim: &JobClaim,
    ending: (&JobEnding, JobProgress),
    clock: &Clock,
) -> Result<bool, DatabaseError> {
    let (tries, pause) = TRIES;
    for _ in 1..tries {
        match tables.jobs.finish(claim, &tables.holder, ending, clock()).await {
            Ok(counts) => return Ok(counts),
            Err(error) => tracing::debug!(%error, "writing down how a job ended is tried again"),
        }
        tokio::time::sleep(pause).await;
    }
    tables.jobs.finish(claim, &tables.holder, ending, clock()).await
}

fn row_ending(ending: &RunEnding) -> JobEnding {
    match ending {
        RunEnding::Cancelled => JobEnding::Cancelled,
        RunEnding::Failed(why) => JobEnding::Failed(why.clone()),
        RunEnding::Finished(outcome) => match serde_json::to_string(&outcome.result) {
            Ok(result) => {
                JobEnding::Finished { result, digest: outcome.digest.map(|digest| digest.to_string()) }
            }
            Err(error) => JobEnding::Failed(format!("its result has no JSON: {error}")),
        },
    }
}

fn progress(job: &Job) -> JobProgress {
    let state = job.state.lock();
    JobProgress { accesses: state.accesses, decided: state.decided, share: state.share }
}
