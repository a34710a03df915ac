//! Beginning a job, and taking up again one that was interrupted.

use super::{Job, JobTables, RunningJob, kept};
use crate::refusal::CreatedResult;
use crate::{Caller, Control, Refusal, archiving, rehearsals, upkeep};
use axum::http::StatusCode;
use countersign_api as api;
use countersign_database::DatabaseError;
use countersign_jobs::{JobClaim, JobEnding, JobRow, NewJobRow};
use countersign_names::{JobId, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far back a run looks when nobody says.
const USUAL: Duration = Duration::from_secs(30 * 86_400);

/// How often a job is begun: the third time that its process ends with it, it may be the reason.
const ATTEMPTS: i64 = 3;

/// How often it is looked whether an interrupted job can be taken up.
const LOOK: Duration = Duration::from_secs(5);

/// A process that was away for so long counts as gone: what it left behind has failed.
const GONE: Duration = Duration::from_secs(86_400);

/// The schedule by which what other processes left behind is declared as failed, and how often.
const HISTORY: (&str, Duration) = ("jobs.history", Duration::from_secs(3_600));

/// What a job does, on a thread that may block.
pub type JobWork = Box<dyn FnOnce(&RunningJob, &Control) + Send>;

/// A job that is asked for.
pub struct NewJob {
    pub kind: api::JobKind,
    /// Not before this moment, and before that one; `None` for what is usual.
    pub span: (Option<Timestamp>, Option<Timestamp>),
    pub caller: Caller,
    /// What it takes to begin it anew after a restart, if that does no harm. A job that states facts on somebody's word is not
    /// taken up by itself: they may have no say by then.
    pub again: Option<JobParameters>,
}

/// What it takes to begin a job anew: what was asked for, as it is written down.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobParameters {
    Replay,
    Plan(api::NewPlan),
    Proof,
    Shadow(api::NewShadowReport),
    Verify(api::NewEvidenceVerification),
    Anchor,
    Compact(api::NewUpkeep),
    Retain(api::NewUpkeep),
    Archive { before: Timestamp },
}

/// Begins a job, unless another runs.
pub async fn begin(control: &Control, new: NewJob, work: JobWork) -> CreatedResult<api::Job> {
    let now = control.now();
    let until = new.span.1.unwrap_or(now);
    let usual = i64::try_from(USUAL.as_micros()).unwrap_or(i64::MAX);
    let since = new.span.0.unwrap_or_else(|| Timestamp::from_micros(until.as_micros().saturating_sub(usual)));
    if since >= until {
        return Err(
            Refusal::invalid("since", "it is not before until").remedy("give a span that holds something")
        );
    }
    let id = crate::secret::fresh(now).map_err(|_| Refusal::unavailable("no id could be drawn"))?;
    let asked_by = crate::grants::actor(&new.caller.actor());
    let job = Job::new(JobId::new(id), new.kind, now, (since, until)).asked_by(asked_by.clone());
    let running = control.jobs().begin(job, control.ledger().clock())?;
    let Some(tables) = control.job_tables() else {
        return Ok((StatusCode::CREATED, axum::Json(start(control, running, work))));
    };
    let row = NewJobRow {
        id: JobId::new(id),
        kind: api_word(&new.kind),
        asked_by,
        parameters: new.again.and_then(|again| serde_json::to_string(&again).ok()),
        since,
        until,
    };
    match tables.jobs.add(&row, &tables.holder, now).await {
        Ok(claim) => {
            let shown = start_kept(control, running, tables, claim, work);
            Ok((StatusCode::CREATED, axum::Json(shown)))
        }
        Err(error) => {
            control.jobs().withdraw(running);
            Err(Refusal::unavailable(format!("the job was not begun: {error}")))
        }
    }
}

fn start(control: &Control, running: RunningJob, work: JobWork) -> api::Job {
    let (shown, control) = (running.shown(), control.clone());
    tokio::task::spawn_blocking(move || work(&running, &control));
    shown
}

fn start_kept(
    control: &Control,
    running: RunningJob,
    tables: &JobTables,
    claim: JobClaim,
    work: JobWork,
) -> api::Job {
    running.is_kept();
    tokio::spawn(kept::keep(running.job(), tables.clone(), claim, control.ledger().clock()));
    start(control, running, work)
}

/// The word of the API for a kind, which stands in its row too, or for a state.
pub fn api_word(kind: &impl Serialize) -> String {
    serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Control {
    /// Takes up jobs of this process that were interrupted, for as long as this is polled.
    pub async fn tend_jobs(self) {
        let (mut declared, mut failing) = (false, false);
        loop {
            if let Some(tables) = self.job_tables() {
                let tended = async {
                    if !declared {
                        let (name, every) = HISTORY;
                        tables.schedules.declare(name, every, self.now(), self.now()).await?;
                        declared = true;
                    }
                    self.tend_once(tables).await
                };
                let tended = tended.await;
                if let Err(error) = &tended
                    && !failing
                {
                    tracing::warn!(%error, "jobs that were interrupted are not taken up; it is tried again");
                }
                failing = tended.is_err();
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn tend_once(&self, tables: &JobTables) -> Result<(), DatabaseError> {
        self.tend_history(tables).await?;
        while !self.jobs().is_busy() {
            let taken = tables.jobs.take_interrupted(&tables.holder, self.now()).await?;
            let Some((row, parameters, claim)) = taken else { break };
            let (id, progress) = (row.id, row.progress);
            let ending = match self.begin_again(tables, row, parameters, &claim).await {
                Ok(()) => {
                    tracing::info!(job = %id, attempt = claim.attempt, "a job that was interrupted is taken up again");
                    continue;
                }
                Err(ending) => ending,
            };
            tables.jobs.finish(&claim, &tables.holder, (&ending, progress), self.now()).await?;
        }
        Ok(())
    }

    /// Once an hour, in one process: declares as failed what processes left behind that are gone.
    async fn tend_history(&self, tables: &JobTables) -> Result<(), DatabaseError> {
        let (schedules, now) = (&tables.schedules, self.now());
        let Some(claim) = schedules.take(HISTORY.0, &tables.holder, now).await? else { return Ok(()) };
        let long_ago = i64::try_from(GONE.as_micros()).unwrap_or(i64::MAX);
        let before = Timestamp::from_micros(now.as_micros().saturating_sub(long_ago));
        let done = tables.jobs.abandon(&tables.holder, before, now).await;
        let done = done.map(drop).map_err(|error| error.to_string());
        schedules.finish(&claim, &tables.holder, (done, 0.0), self.now()).await.map(drop)
    }

    async fn begin_again(
        &self,
        tables: &JobTables,
        row: JobRow,
        parameters: Option<String>,
        claim: &JobClaim,
    ) -> Result<(), JobEnding> {
        let failed = |why: String| JobEnding::Failed(why);
        if row.stop_asked {
            return Err(JobEnding::Cancelled);
        }
        if row.attempt > ATTEMPTS {
            return Err(failed(format!(
                "the process ended {ATTEMPTS} times while it ran, so it is not begun again"
            )));
        }
        let parameters = parameters.ok_or_else(|| {
            failed(
                "the process ended while it ran. A job that states facts on somebody's word is not taken up by itself, nor \
                 one that is too long to be written down: start it again"
                    .to_owned(),
            )
        })?;
        let parameters = serde_json::from_str(&parameters).map_err(|error| {
            failed(format!("it cannot be begun again: what was asked for is unreadable: {error}"))
        })?;
        let (kind, work) = again(self, parameters).await.map_err(|refusal| {
            failed(format!("the process ended while it ran, and it cannot be begun again: {refusal}"))
        })?;
        let job = Job::new(row.id, kind, row.started_at, row.span).asked_by(row.asked_by);
        let running =
            self.jobs().begin(job, self.ledger().clock()).map_err(|refusal| failed(refusal.to_string()))?;
        start_kept(self, running, tables, claim.clone(), work);
        Ok(())
    }
}

/// What the job does that was asked for so. It is checked as it was then.
async fn again(control: &Control, parameters: JobParameters) -> Result<(api::JobKind, JobWork), Refusal> {
    Ok(match parameters {
        JobParameters::Replay => (api::JobKind::Replay, rehearsals::replay_work(control)),
        JobParameters::Plan(asked) => (api::JobKind::Plan, rehearsals::plan_work(control, asked).await?),
        JobParameters::Proof => (api::JobKind::Proof, rehearsals::proof_work(control, None)),
        JobParameters::Shadow(asked) => (api::JobKind::Shadow, rehearsals::shadow_work(control, asked)?),
        JobParameters::Verify(asked) => (api::JobKind::Verify, upkeep::verify_work(control, &asked)?),
        JobParameters::Anchor => (api::JobKind::Anchor, upkeep::anchor_work(None)),
        JobParameters::Compact(asked) => (api::JobKind::Compact, upkeep::compact_work(control, &asked)),
        JobParameters::Retain(asked) => (api::JobKind::Retain, upkeep::retain_work(control, &asked)?),
        JobParameters::Archive { before } => {
            (api::JobKind::Archive, archiving::archive_work(control, before, None)?)
        }
    })
}
