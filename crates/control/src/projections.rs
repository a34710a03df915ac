//! Projections: their progress, their rebuilding, and their comparison with the journal.

mod scheduled;

use crate::input::OptionalJson;
use crate::jobs::{JobParameters, JobWork, NewJob, RunningJob, begin};
use crate::page::{PageParameters, SortKey};
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_names::Timestamp;
use countersign_projections::{ProjectionState, TableComparison};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
) -> JsonResult<api::Items<api::ProjectionStatus>> {
    let page = page.usual(&rows::projections::LIST)?;
    let head = control.world().seq();
    let states = control.projections()?.states().await?;
    let found = page.select(states, |state, _| (SortKey::text(state.name), SortKey::text("")));
    let shown = |state: ProjectionState| api::ProjectionStatus {
        name: state.name.to_owned(),
        shape: state.shape,
        generation: state.generation,
        reached: state.reached,
        behind: head.saturating_sub(state.reached),
        rows: state.rows,
        trouble: state.trouble,
    };
    Ok(axum::Json(found.shown(shown)))
}

pub async fn rebuild(
    State(control): State<Control>,
    caller: Caller,
    Path(name): Path<String>,
    OptionalJson(asked): OptionalJson<api::ProjectionRebuild>,
) -> JsonResult<api::ProjectionReport> {
    let projections = control.projections()?;
    if !projections.names().any(|known| known == name) {
        return Err(unknown(&name));
    }
    if asked.dry_run {
        let comparison = Some(shown(projections.compare(&name, |_| ()).await?));
        return Ok(axum::Json(api::ProjectionReport { name, rebuilt: false, comparison }));
    }
    projections.rebuild(&name).await?;
    tracing::info!(projection = name, by = ?caller.actor(), "a projection is built anew on request");
    Ok(axum::Json(api::ProjectionReport { name, rebuilt: true, comparison: None }))
}

fn unknown(name: &str) -> Refusal {
    Refusal::not_found("projection", name)
        .about_field("name")
        .remedy("`countersign projection list` shows those that there are")
}

pub async fn verify(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewProjectionVerification>,
) -> CreatedResult<api::Job> {
    let work = verify_work(&control, asked.clone())?;
    let (kind, span) = (api::JobKind::VerifyProjections, (Some(Timestamp::from_micros(0)), None));
    let again = Some(JobParameters::VerifyProjections(asked));
    begin(&control, NewJob { kind, span, by: caller.actor(), again }, work).await
}

/// Compares one projection or all of them with the fold of the journal, as a job: that takes longer than a request may.
pub(crate) fn verify_work(
    control: &Control,
    asked: api::NewProjectionVerification,
) -> Result<JobWork, Refusal> {
    let projections = control.projections()?.clone();
    let names: Vec<&'static str> =
        projections.names().filter(|known| asked.name.as_ref().is_none_or(|name| name == known)).collect();
    if let Some(name) = asked.name.filter(|_| names.is_empty()) {
        return Err(unknown(&name));
    }
    Ok(Box::new(move |begun, control| {
        let (runtime, mut reports) = (Handle::current(), Vec::new());
        let head = control.world().seq();
        let progress = VerifyProgress { begun, head, of: names.len() as u64 };
        for (place, name) in (0..).zip(names) {
            let folded = Arc::new(AtomicU64::new(0));
            let reached = Arc::clone(&folded);
            let compared = projections.compare(name, move |seq| reached.store(seq, Ordering::Relaxed));
            let compared = runtime.block_on(async {
                tokio::select! {
                    compared = compared => Some(compared),
                    () = progress.until_stopped(place, &folded) => None,
                }
            });
            match compared {
                None => return begun.end(None),
                Some(Err(error)) => return begun.fail(error.to_string()),
                Some(Ok(found)) => reports.push(api::ProjectionReport {
                    name: name.to_owned(),
                    rebuilt: false,
                    comparison: Some(shown(found)),
                }),
            }
        }
        let equal = reports.iter().filter_map(|report| report.comparison.as_ref()).all(|found| found.equal);
        let found = api::ProjectionVerification { equal, projections: reports };
        begun.end(Some(api::JobResult::ProjectionVerification(found).into()));
    }))
}

/// How far a verification is.
struct VerifyProgress<'a> {
    begun: &'a RunningJob,
    /// The number of facts to fold for each projection.
    head: u64,
    /// The number of projections.
    of: u64,
}

impl VerifyProgress<'_> {
    /// Tells how many facts are folded, and returns once the job must stop.
    async fn until_stopped(&self, place: u64, folded: &AtomicU64) {
        const PAUSE: Duration = Duration::from_millis(100);
        loop {
            let facts = place * self.head + folded.load(Ordering::Relaxed);
            let share = facts as f64 / (self.of * self.head).max(1) as f64;
            if self.begun.went_on(facts, 0, share.min(1.0)).is_break() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn shown(found: TableComparison) -> api::ProjectionComparison {
    let differences = found.differences.iter().map(|row| api::DifferingRow {
        table: row.table.to_owned(),
        key: row.key.clone(),
        what: row.what.clone(),
    });
    api::ProjectionComparison {
        equal: found.is_equal(),
        seq: found.seq,
        rows: found.rows,
        folded: found.folded.to_string(),
        stored: found.stored.to_string(),
        differing: found.differing,
        differences: differences.collect(),
    }
}
