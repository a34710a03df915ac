//! Named networks, read-only: the configuration file is their one source (ADR 0028).

use crate::Control;
use crate::input::QueryParameters;
use crate::page::SortKey;
use crate::refusal::JsonResult;
use axum::extract::State;
use countersign_api::{self as api, rows};

pub async fn list(
    State(control): State<Control>,
    mut asked: QueryParameters,
) -> JsonResult<api::Items<api::NamedNetwork>> {
    let page = asked.usual_page(&rows::networks::LIST)?;
    let search = asked.search()?;
    asked.finish()?;
    let world = control.world();
    let networks = world.networks().named().iter().map(|(name, ranges)| {
        let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        (name, ranges)
    });
    let found = networks.filter(|(name, ranges)| search.finds([*name].into_iter().chain(ranges)));
    let found = page.select(found, |(name, _), _| (SortKey::text(name), SortKey::text("")));
    Ok(axum::Json(found.shown(|(name, ranges)| api::NamedNetwork { name: name.clone(), ranges })))
}
