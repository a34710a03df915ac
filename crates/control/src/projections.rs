//! Projections: their progress, and their rebuilding.

use crate::input::{OptionalJson, QueryParameters};
use crate::page::SortKey;
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_projections::{ProjectionState, TableComparison};

pub async fn list(
    State(control): State<Control>,
    mut asked: QueryParameters,
) -> JsonResult<api::Items<api::ProjectionStatus>> {
    let page = asked.usual_page(&rows::projections::LIST)?;
    asked.finish()?;
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
        return Err(Refusal::not_found("projection", &name)
            .about_field("name")
            .remedy("`countersign projection list` shows those that there are"));
    }
    if asked.dry_run {
        let comparison = Some(shown(projections.compare(&name, |_| ()).await?));
        return Ok(axum::Json(api::ProjectionReport { name, rebuilt: false, comparison }));
    }
    projections.rebuild(&name).await?;
    tracing::info!(projection = name, by = ?caller.actor(), "a projection is built anew on request");
    Ok(axum::Json(api::ProjectionReport { name, rebuilt: true, comparison: None }))
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
