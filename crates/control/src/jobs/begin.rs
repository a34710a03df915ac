//! Begins jobs, and begins interrupted ones again.

use super::{Job, JobTables, RunningJob, kept};
use crate::refusal::CreatedResult;
use crate::{Control, Refusal, archiving, findings, projections, rehearsals, roles, upkeep};
use axum::http::StatusCode;
use countersign_api as api;
use countersign_database::DatabaseError;
use countersign_facts::Actor;
use countersign_jobs::{JobClaim, JobEnding, JobRow, NewJobRow};
use countersign_names::{JobId, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The span of a job if the caller names none.
const USUAL: Duration = Duration::from_secs(30 * 86_400);

/// How often a process may die with a job: after three times, the job may be the cause. A process that stops in order
/// releases its jobs, which does not count.
const DEATHS: i64 = 3;

/// How often to look for interrupted jobs.
const LOOK: Duration = Duration::from_secs(5);

/// The work of a job, on a thread that may block.
pub type JobWork = Box<dyn FnOnce(&RunningJob, &Control) + Send>;

/// A job to begin.
pub struct NewJob {
    pub kind: api::JobKind,
    /// Not before the first moment, and before the second; `None` for the default.
    pub span: (Option<Timestamp>, Option<Timestamp>),
    /// Who asks for it.
    pub by: Actor,
    /// What is needed to begin the job again after a restart; `None` if that could do harm. A job that states facts in
    /// a caller's name does not begin again by itself: by then the caller may not be permitted to.
    pub again: Option<JobParameters>,
}

/// The stored parameters with which a job can begin again.
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
    VerifyProjections(api::NewProjectionVerification),
    FindingsLook,
    RoleSearch(api::NewRoleSearch),
}

/// Begins a job that a request asks for, unless another one runs.
pub async fn begin(control: &Control, new: NewJob, work: JobWork) -> CreatedResult<api::Job> {
    begin_job(control, new, work).await.map(|job| (StatusCode::CREATED, axum::Json(job)))
}

/// Begins a job, unless another one runs.
pub async fn begin_job(control: &Control, new: NewJob, work: JobWork) -> Result<api::Job, Refusal> {
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
    let asked_by = new.by.to_string();
    let job = Job::new(JobId::new(id), new.kind, now, (since, until)).asked_by(asked_by.clone());
    let running = control.jobs().begin(job, control.ledger().clock())?;
    let Some(tables) = control.job_tables() else {
        return Ok(start(control, running, work));
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
        Ok(claim) => Ok(start_kept(control, running, tables, claim, work)),
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

/// Returns the API's name of a kind, which the job's row holds too, or of a state.
pub fn api_word(kind: &impl Serialize) -> String {
    serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Control {
    /// Begins interrupted jobs of this process again, for as long as this future is polled.
    pub async fn tend_jobs(self) {
        let mut failing = false;
        loop {
            if let Some(tables) = self.job_tables() {
                let tended = self.tend_once(tables).await;
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
        if row.interruptions >= DEATHS {
            return Err(failed(format!(
                "the process died {DEATHS} times while it ran, so it is not restarted"
            )));
        }
        let parameters = parameters.ok_or_else(|| {
            failed(
                "the process ended while it ran. A job that states facts on somebody's word is not taken up by itself, nor \
                 one that is too long to be written down: start it again"
                    .to_owned(),
            )
        })?;
        let parameters = serde_json::from_str(&parameters)
            .map_err(|error| failed(format!("it cannot be restarted: its request is unreadable: {error}")))?;
        let (kind, work) = again(self, parameters).await.map_err(|refusal| {
            failed(format!("the process ended while it ran, and it cannot be restarted: {refusal}"))
        })?;
        let job = Job::new(row.id, kind, row.started_at, row.span).asked_by(row.asked_by);
        let running =
            self.jobs().begin(job, self.ledger().clock()).map_err(|refusal| failed(refusal.to_string()))?;
        start_kept(self, running, tables, claim.clone(), work);
        Ok(())
    }
}

/// Returns the work of these parameters, which are checked as for a new job.
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
        JobParameters::VerifyProjections(asked) => {
            (api::JobKind::VerifyProjections, projections::verify_work(control, asked)?)
        }
        JobParameters::FindingsLook => (api::JobKind::FindingsLook, findings::look_work(control)?),
        JobParameters::RoleSearch(asked) => (api::JobKind::RoleSearch, roles::search_work(control, asked)?),
    })
}
