//! Schedules over the API.

use crate::page::{PageParameters, SortKey};
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_jobs::{ScheduleRow, ScheduleTrouble};
use countersign_names::Timestamp;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
) -> Result<axum::Json<api::Items<api::Schedule>>, Refusal> {
    let page = page.usual(&rows::schedules::LIST)?;
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
