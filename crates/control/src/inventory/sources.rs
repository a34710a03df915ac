//! Sources of identities: commands and views.

use super::due::DueImport;
use super::upkeep::author;
use super::{declared, number};
use crate::input::{Json, QueryParameters, in_path, on_record, span};
use crate::leavers::settled_numbers;
use crate::names::{current_name, person_name};
use crate::page::{PageParameters, Search, SortKey};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal, find};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, IdentitySource, LeaverLimit, SourceFact};
use countersign_inventory::{CompletedImport, RowCounts, SourceState};
use countersign_names::SourceName;
use countersign_world::{DeclaredSource, World};
use std::collections::HashMap;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::sources::SourceFilter>,
) -> JsonResult<api::Items<api::InventorySource>> {
    let (page, search) = (page.usual(&rows::sources::LIST)?, Search::from(asked.q));
    let world = control.world();
    let sources = world.sources().filter(|source| {
        search.finds([source.name.as_str(), source.about.title.as_str(), source.about.purpose.as_str()])
    });
    let found = page.select(sources, |source, _| (SortKey::text(source.name.as_str()), SortKey::text("")));
    let (found, next) = found.into_parts();
    let mut states = states(&control).await?;
    let mut items = Vec::with_capacity(found.len());
    for source in found {
        let state = states.remove(source.name.as_str());
        items.push(shown(&control, &world, source, state).await?);
    }
    Ok(axum::Json(api::Items { items, next }))
}

pub async fn show(
    State(control): State<Control>,
    Path(source): Path<String>,
) -> JsonResult<api::InventorySource> {
    view(&control, &declared(&control, &source)?).await
}

pub async fn declare(
    State(control): State<Control>,
    caller: Caller,
    Path(source): Path<String>,
    Json(new): Json<api::NewSource>,
) -> JsonResult<api::InventorySource> {
    let name: SourceName = in_path("source", &source)?;
    let (title, purpose) = (on_record("title", &new.title)?, on_record("purpose", &new.purpose)?);
    if let Some(seconds) = new.expected_every_seconds {
        let (shortest, longest) = api::EXPECTED_EVERY;
        span("expected_every_seconds", seconds, shortest, longest)?;
    }
    let inventory = control.inventory()?;
    if control.world().source(&name).is_none()
        && let Some(state) = states(&control).await?.remove(name.as_str())
    {
        // An earlier source of this name was withdrawn. What it said must not come back with its name.
        inventory.forget_source(name.as_str(), state.next).await?;
    }
    let source = name.clone();
    control
        .command(&caller, move |world, _| {
            let about = IdentitySource {
                format: new.format.clone(),
                title: title.clone(),
                purpose: purpose.clone(),
                owner: find::person_in_field(world, "owner", &new.owner)?.id,
                authoritative: new.authoritative,
                expected_every_seconds: new.expected_every_seconds,
                leavers: new
                    .leavers
                    .map(|bounds| LeaverLimit { people: bounds.people, percent: bounds.percent }),
            };
            let unchanged = world.source(&source).is_some_and(|known| known.about == about);
            let declared = Fact::Source(SourceFact::Declared { source: source.clone(), about });
            Ok((if unchanged { Vec::new() } else { vec![declared] }, ()))
        })
        .await?;
    control.identities_are_due().await;
    view(&control, &name).await
}

pub async fn withdraw(
    State(control): State<Control>,
    caller: Caller,
    Path(source): Path<String>,
) -> Result<StatusCode, Refusal> {
    let name: SourceName = in_path("source", &source)?;
    let source = name.clone();
    control
        .command(&caller, move |world, _| {
            if world.source(&source).is_none() {
                return Err(Refusal::not_found("source", &source).about_field("source"));
            }
            Ok((vec![Fact::Source(SourceFact::Withdrawn { source: source.clone() })], ()))
        })
        .await?;
    control.staging().remove(&name, None);
    control.identities_are_due().await;
    if let Err(refusal) = control.mend_inventory().await {
        tracing::warn!(%refusal, source = %name, "what a withdrawn source said is not taken away yet; it is tried again");
    }
    control.refresh_graph().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the state of every source in the tables, by name.
async fn states(control: &Control) -> Result<HashMap<String, SourceState>, Refusal> {
    let states = control.inventory()?.sources().await?;
    Ok(states.into_iter().map(|state| (state.source.clone(), state)).collect())
}

pub async fn view(control: &Control, name: &SourceName) -> JsonResult<api::InventorySource> {
    let world = control.world();
    let source =
        world.source(name).ok_or_else(|| Refusal::not_found("source", name).about_field("source"))?;
    let state = states(control).await?.remove(name.as_str());
    Ok(axum::Json(shown(control, &world, source, state).await?))
}

async fn shown(
    control: &Control,
    world: &World,
    source: &DeclaredSource,
    state: Option<SourceState>,
) -> Result<api::InventorySource, Refusal> {
    let current = state.as_ref().map_or(0, |state| state.import);
    let applied = control.inventory()?.applied_after(source.name.as_str(), current - 1).await?;
    let last = applied.iter().find(|applied| applied.import == current && current > 0);
    let due = DueImport::of(source, last.map(|applied| applied.applied_at));
    Ok(api::InventorySource {
        name: source.name.clone(),
        format: source.about.format.clone(),
        title: source.about.title.clone(),
        purpose: source.about.purpose.clone(),
        owner: source.about.owner,
        owner_name: person_name(world, source.about.owner),
        authoritative: source.about.authoritative,
        expected_every_seconds: source.about.expected_every_seconds,
        due_at: due.at(),
        overdue: due.is_overdue(control.now()),
        leavers: source
            .about
            .leavers
            .map(|limit| api::LeaverBounds { people: limit.people, percent: limit.percent }),
        left: settled_numbers(control, world, source).await?,
        last_import: last.map(|applied| shown_applied(world, applied)),
        staging: state.map(|state| number(state.staging)).filter(|staging| *staging > 0),
    })
}

/// Converts an applied import for the API.
pub fn shown_applied(world: &World, applied: &CompletedImport) -> api::AppliedImport {
    let applied_by = author(applied).to_string();
    api::AppliedImport {
        import: number(applied.import),
        applied_at: applied.applied_at,
        applied_by_name: current_name(world, &applied_by),
        applied_by,
        max_gone_percent: applied.max_gone,
        nodes: shown_count(applied.counts.nodes),
        edges: shown_count(applied.counts.edges),
    }
}

/// Converts counts for the API.
pub const fn shown_count(counts: RowCounts) -> api::ImportCount {
    api::ImportCount { new: counts.new, changed: counts.changed, gone: counts.gone, same: counts.same }
}
