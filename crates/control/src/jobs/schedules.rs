//! Schedules over the API.

use crate::input::QueryParameters;
use crate::page::SortKey;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_jobs::{ScheduleRow, ScheduleTrouble};
use countersign_names::Timestamp;

pub async fn list(
    State(control): State<Control>,
    mut asked: QueryParameters,
) -> Result<axum::Json<api::Items<api::Schedule>>, Refusal> {
    let page = asked.usual_page(&rows::schedules::LIST)?;
    asked.finish()?;
    let now = control.now();
    let schedules = match control.job_tables() {
        Some(tables) => tables.schedules.list(now).await.map_err(super::endpoints::unanswered)?,
        None => Vec::new(),
    };
    let found = page.select(schedules, |row, _| {
        let name = || SortKey::Text(row.name.clone().into());
        (name(), name())
    });
    Ok(axum::Json(found.shown(|row| shown(row, now))))
}

fn shown(row: ScheduleRow, now: Timestamp) -> api::Schedule {
    let trouble = row.trouble(now);
    let overdue_seconds = row.overdue(now).map(|span| span.as_secs());
    let (holder, lease_until) = row.holder.unzip();
    api::Schedule {
        name: row.name,
        every_seconds: row.every.as_secs(),
        due_at: row.due_at,
        overdue_seconds,
        // The part after the slash names the start of the process, which means nothing to a reader.
        holder: holder
            .map(|owner| owner.rsplit_once('/').map_or(owner.clone(), |(process, _)| process.to_owned())),
        lease_until,
        last_started_at: row.last_started_at,
        last_ended_at: row.last_ended_at,
        last_error: row.last_error,
        failures: u64::from(row.failures),
        remedy: trouble.as_ref().map(ScheduleTrouble::remedy),
        trouble: trouble.map(|trouble| trouble.to_string()),
    }
}
