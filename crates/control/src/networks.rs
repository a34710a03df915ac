//! Named networks, read-only: the configuration file is their one source (ADR 0028).

use crate::Control;
use crate::input::QueryParameters;
use crate::page::{PageParameters, Search, SortKey};
use crate::refusal::JsonResult;
use axum::extract::State;
use countersign_api::{self as api, rows};

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::networks::NetworkFilter>,
) -> JsonResult<api::Items<api::NamedNetwork>> {
    let (page, search) = (page.usual(&rows::networks::LIST)?, Search::from(asked.q));
    let world = control.world();
    let networks = world.networks().named().iter().map(|(name, ranges)| {
        let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        (name, ranges)
    });
    let found = networks.filter(|(name, ranges)| search.finds([*name].into_iter().chain(ranges)));
    let found = page.select(found, |(name, _), _| (SortKey::text(name), SortKey::text("")));
    Ok(axum::Json(found.shown(|(name, ranges)| api::NamedNetwork { name: name.clone(), ranges })))
}
