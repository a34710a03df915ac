//! Replays, plans and proofs: long runs over the evidence, started here and followed as jobs.

mod basis;
mod exhaustive;
mod journal;
mod proved;
mod run;
mod shown;
mod trial;

use crate::input::{Json, OptionalJson, QueryParameters, in_path};
use crate::jobs::{Job, Jobs, RunningJob};
use crate::lasting::Lasting;
use crate::page::SortKey;
use crate::publish::check;
use crate::refusal::CreatedResult;
use crate::settings::{self, WantedSettings};
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use countersign_api::{self as api, rows};
use countersign_names::{ApplicationName, JobId, Timestamp};
use countersign_policy::{PolicySet, Stage};
use countersign_rehearse::Past;
use countersign_world::World;
use futures_util::stream;
use std::sync::Arc;
use std::time::Duration;

/// How far back a run looks when nobody says.
const USUAL: Duration = Duration::from_secs(30 * 86_400);

pub async fn replay(
    State(control): State<Control>,
    OptionalJson(asked): OptionalJson<api::NewReplay>,
) -> CreatedResult<api::Job> {
    let begun = begin(&control, api::JobKind::Replay, asked.since, asked.until)?;
    let (shown, past) = (begun.shown(), past(&control));
    tokio::task::spawn_blocking(move || run::replay(&begun, &control, past));
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

pub async fn plan(
    State(control): State<Control>,
    Json(asked): Json<api::NewPlan>,
) -> CreatedResult<api::Job> {
    let running = control.admission().policies();
    let files = asked.files;
    let checking = Arc::clone(&running);
    let checked = tokio::task::spawn_blocking(move || check(&checking, &files))
        .await
        .map_err(|error| Refusal::unavailable(format!("the check was not finished: {error}")))??;
    let (own, now, world) = (&control.settings().application, control.now(), control.world());
    let settings = asked.settings.filter(|settings| !settings.is_empty());
    let settings = settings.map(|asked| settings_of(asked, &world, checked.set(), own, now)).transpose()?;
    // It would be refused when it is published, so nobody should rehearse it.
    checked.facts(settings.as_ref().map_or(&*world, |settings| &settings.planned), own, None, now)?;
    let begun = begin(&control, api::JobKind::Plan, asked.since, asked.until)?;
    let (shown, past) = (begun.shown(), past(&control));
    let planned = run::Planned { checked, settings, exhaustive: asked.exhaustive };
    tokio::task::spawn_blocking(move || run::plan(&begun, &control, past, &running, &planned, &world));
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// What the settings would be, if they may be.
fn settings_of(
    asked: api::Settings,
    world: &World,
    policies: &PolicySet,
    own: &ApplicationName,
    now: Timestamp,
) -> Result<run::Settings, Refusal> {
    const WHY: &str = "rehearsed";
    let wanted = WantedSettings::read(asked, own, now)?;
    let changed =
        wanted.change(world, policies, own, WHY, now)?.within(world, own, (WHY, None), None, now)?;
    let versions = api::PlannedSettings {
        running: settings::version(world, own, now).to_string(),
        planned: wanted.digest().to_string(),
    };
    Ok(run::Settings { versions, files: changed.files, planned: changed.world })
}

pub async fn prove(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewProof>,
) -> CreatedResult<api::Job> {
    let begun = begin(&control, api::JobKind::Proof, asked.since, asked.until)?;
    let (shown, past) = (begun.shown(), past(&control));
    let register = (!asked.dry_run).then_some(caller);
    tokio::task::spawn_blocking(move || run::prove(&begun, &control, past, register));
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

pub async fn shadow(
    State(control): State<Control>,
    OptionalJson(asked): OptionalJson<api::NewShadowReport>,
) -> CreatedResult<api::Job> {
    let running = control.admission().policies();
    if let Some(policy) = &asked.policy {
        let known = running.get(policy).ok_or_else(|| {
            Refusal::invalid("policy", format!("there is no policy {policy} in force"))
                .remedy("`countersign policy list` shows those that are")
        })?;
        if known.stage == Stage::Enforce {
            return Err(Refusal::invalid("policy", format!("{policy} is not in its shadow stage"))
                .remedy("only what is in its shadow stage is tried without counting"));
        }
    }
    let begun = begin(&control, api::JobKind::Shadow, asked.since, asked.until)?;
    let (shown, past, world) = (begun.shown(), past(&control), control.world());
    tokio::task::spawn_blocking(move || {
        run::shadow(&begun, &control, past, &running, asked.policy.as_ref(), &world)
    });
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

pub(crate) fn begin(
    control: &Control,
    kind: api::JobKind,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<RunningJob, Refusal> {
    let now = control.now();
    let until = until.unwrap_or(now);
    let usual = i64::try_from(USUAL.as_micros()).unwrap_or(i64::MAX);
    let since = since.unwrap_or_else(|| Timestamp::from_micros(until.as_micros().saturating_sub(usual)));
    if since >= until {
        return Err(
            Refusal::invalid("since", "it is not before until").remedy("give a span that holds something")
        );
    }
    let id = crate::secret::fresh(now).map_err(|_| Refusal::unavailable("no id could be drawn"))?;
    let job = Job::new(JobId::new(id), kind, now, (since, until));
    control.jobs().begin(job, control.ledger().clock())
}

/// Everything that was the case, to be read on a thread that may block.
pub(crate) fn past(control: &Control) -> Past {
    let facts = journal::Facts::new(control.ledger().clone());
    Past::new(Box::new(facts), control.world(), &control.admission().policies())
}

pub async fn list(
    State(control): State<Control>,
    mut asked: QueryParameters,
) -> Result<axum::Json<api::Items<api::Job>>, Refusal> {
    let page = asked.usual_page(&rows::jobs::LIST)?;
    asked.finish()?;
    let jobs = control.jobs().newest().into_iter().map(|job| job.in_short());
    let found = page.select(jobs, |job, _| (SortKey::moment(job.started_at), SortKey::id(job.id.bits())));
    Ok(axum::Json(found.shown(|job| job)))
}

pub async fn show(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> Result<axum::Json<api::Job>, Refusal> {
    Ok(axum::Json(known(control.jobs(), &id)?.shown()))
}

pub async fn stop(State(control): State<Control>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    let job = known(control.jobs(), &id)?;
    control.jobs().stop(&job);
    Ok(StatusCode::NO_CONTENT)
}

/// Its state now and whenever that has changed, until it ends. What was found is not among
/// it: that is asked for once.
pub async fn follow(State(control): State<Control>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let job = known(control.jobs(), &id)?;
    let mut moved = job.moved();
    // The first is told at once.
    moved.mark_changed();
    let events = stream::unfold(Some((job, moved)), |following| async move {
        let (job, mut moved) = following?;
        // The job is held here, so whoever tells is there as long as this listens.
        drop(moved.changed().await);
        let shown = job.in_short();
        let running = shown.state == api::JobState::Running;
        let event = Event::default().event(if running { "progress" } else { "ended" }).json_data(&shown);
        Some((event, running.then_some((job, moved))))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    let mut response = events.into_response();
    response.extensions_mut().insert(Lasting);
    Ok(response)
}

fn known(jobs: &Jobs, id: &str) -> Result<Arc<Job>, Refusal> {
    let id: JobId = in_path("id", id)?;
    jobs.get(id).ok_or_else(|| {
        Refusal::not_found("job", id)
            .about_field("id")
            .remedy("the last ones of each process are kept until it ends")
    })
}
