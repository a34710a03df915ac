//! Jobs over the API: those of this process from memory, other and earlier ones from the table.

use super::Job;
use crate::input::in_path;
use crate::lasting::Lasting;
use crate::names::current_name;
use crate::page::{PageParameters, SortKey};
use crate::{Control, Refusal};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use countersign_api::{self as api, rows};
use countersign_jobs::{JobRow, RowState};
use countersign_names::JobId;
use countersign_world::World;
use futures_util::{Stream, StreamExt as _, stream};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How often to read the progress of another process's job.
const LOOK: Duration = Duration::from_secs(1);

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
) -> Result<axum::Json<api::Items<api::Job>>, Refusal> {
    let page = page.usual(&rows::jobs::LIST)?;
    let mut jobs: Vec<api::Job> = control.jobs().newest().into_iter().map(|job| job.in_short()).collect();
    if let Some(tables) = control.job_tables() {
        let own: BTreeSet<JobId> = jobs.iter().map(|job| job.id).collect();
        let rows = tables.jobs.list().await.map_err(unanswered)?;
        jobs.extend(rows.into_iter().filter(|row| !own.contains(&row.id)).filter_map(|row| shown(row, None)));
    }
    let found = page.select(jobs, |job, _| (SortKey::moment(job.started_at), SortKey::id(job.id.bits())));
    let world = control.world();
    Ok(axum::Json(found.shown(|job| with_name(&world, job))))
}

pub async fn show(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> Result<axum::Json<api::Job>, Refusal> {
    let job = match known(&control, &id).await? {
        Known::Here(job) => job.shown(),
        Known::Written(job) => *job,
    };
    Ok(axum::Json(with_name(&control.world(), job)))
}

/// Adds the name of who asked for a job: the job itself holds their id only.
fn with_name(world: &World, job: api::Job) -> api::Job {
    api::Job { asked_by_name: job.asked_by.as_deref().and_then(|by| current_name(world, by)), ..job }
}

pub async fn stop(State(control): State<Control>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    let known = known(&control, &id).await?;
    let id = match &known {
        // A job of this process stops at once, even while the database is unreachable.
        Known::Here(job) if job.is_running() => {
            control.jobs().stop(job);
            return Ok(StatusCode::NO_CONTENT);
        }
        Known::Here(job) => job.id(),
        Known::Written(job) => job.id,
    };
    if let Some(tables) = control.job_tables() {
        tables.jobs.stop(id).await.map_err(unanswered)?;
    }
    if let Known::Here(job) = known {
        control.jobs().stop(&job);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Streams the job's state now and after each change, until the job ends. The result is not included; the client
/// fetches it once.
pub async fn follow(State(control): State<Control>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let events = match known(&control, &id).await? {
        Known::Here(job) => here(job).left_stream(),
        Known::Written(job) => elsewhere(control, *job).right_stream(),
    };
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    let mut response = events.into_response();
    response.extensions_mut().insert(Lasting);
    Ok(response)
}

fn here(job: Arc<Job>) -> impl Stream<Item = Result<Event, axum::Error>> + Send {
    let mut moved = job.moved();
    // The first state is sent at once.
    moved.mark_changed();
    stream::unfold(Some((job, moved)), |following| async move {
        let (job, mut moved) = following?;
        // `job` owns the sender and is held here, so the channel stays open.
        drop(moved.changed().await);
        let shown = job.in_short();
        let running = shown.state == api::JobState::Running;
        Some((event(&shown), running.then_some((job, moved))))
    })
}

fn elsewhere(control: Control, first: api::Job) -> impl Stream<Item = Result<Event, axum::Error>> + Send {
    stream::unfold(Some((control, first)), |following| async move {
        let (control, last) = following?;
        let said = event(&api::Job { result: None, ..last.clone() });
        if last.state != api::JobState::Running {
            return Some((said, None));
        }
        tokio::time::sleep(LOOK).await;
        // The stream ends if the job is gone or cannot be read.
        let next = written(&control, last.id).await.ok().flatten();
        Some((said, next.map(|job| (control, job))))
    })
}

fn event(job: &api::Job) -> Result<Event, axum::Error> {
    let running = job.state == api::JobState::Running;
    Event::default().event(if running { "progress" } else { "ended" }).json_data(job)
}

enum Known {
    Here(Arc<Job>),
    Written(Box<api::Job>),
}

async fn known(control: &Control, id: &str) -> Result<Known, Refusal> {
    let job: JobId = in_path("id", id)?;
    if let Some(job) = control.jobs().get(job) {
        return Ok(Known::Here(job));
    }
    let written = written(control, job).await?;
    written.map(|job| Known::Written(Box::new(job))).ok_or_else(|| {
        Refusal::not_found("job", id)
            .about_field("id")
            .remedy("the last 64 are kept; `countersign job list` shows them")
    })
}

async fn written(control: &Control, id: JobId) -> Result<Option<api::Job>, Refusal> {
    let Some(tables) = control.job_tables() else { return Ok(None) };
    let found = tables.jobs.get(id).await.map_err(unanswered)?;
    Ok(found.and_then(|(row, result)| shown(row, result)))
}

/// Converts a row to the API's form; `None` if this build does not know its kind.
fn shown(row: JobRow, result: Option<String>) -> Option<api::Job> {
    let kind = serde_json::from_value(serde_json::Value::String(row.kind)).ok()?;
    Some(api::Job {
        id: row.id,
        kind,
        state: match row.state {
            RowState::Running => api::JobState::Running,
            RowState::Finished => api::JobState::Finished,
            RowState::Failed => api::JobState::Failed,
            RowState::Cancelled => api::JobState::Cancelled,
        },
        process: Some(row.process),
        asked_by: Some(row.asked_by),
        asked_by_name: None,
        started_at: row.started_at,
        ended_at: row.ended_at,
        since: row.span.0,
        until: row.span.1,
        accesses: row.progress.accesses,
        decided: row.progress.decided,
        share: row.progress.share,
        error: row.error,
        digest: row.digest,
        result: result.and_then(|json| serde_json::from_str(&json).ok()),
    })
}

pub fn unanswered(error: countersign_database::DatabaseError) -> Refusal {
    Refusal::unavailable(error.to_string())
}
