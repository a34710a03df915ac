//! The inventory: what all sources say now, page by page.

use super::{declared_in_query, number, records};
use crate::input::QueryParameters;
use crate::page::{PageParameters, PageRequest, SortKey, foreign_cursor};
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_inventory::{EdgeEnd, NodePage, NodeQuery};
use countersign_names::Timestamp;

/// Separates the source and the number of a node in a cursor. No name of a source has it.
const SEPARATOR: char = '/';

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::inventory::NodeFilter>,
) -> JsonResult<api::Items<api::InventoryNode>> {
    let page = page.usual(&rows::inventory::LIST)?;
    if let Some(source) = &asked.source {
        declared_in_query(&control, source)?;
    }
    let query = NodeQuery {
        kind: asked.kind.map(records::source_kind),
        source: asked.source.map(|source| source.to_string()),
        contains: asked.q.map(|text| text.0),
        after: after_node(&page)?,
        descending: page.is_descending(),
        limit: most(&page),
    };
    let NodePage { nodes, next } = control.inventory()?.nodes(&query).await?;
    let items = nodes.into_iter().map(records::shown_node).collect::<Result<Vec<_>, _>>()?;
    let rest = next.map(|(folded, source, id)| (text(folded), text(format!("{source}{SEPARATOR}{id}"))));
    Ok(axum::Json(page.until(items, rest).shown(|node| node)))
}

/// Returns the place at which the previous page of nodes ended.
fn after_node(page: &PageRequest) -> Result<Option<(String, String, String)>, Refusal> {
    match page.after() {
        None => Ok(None),
        Some((SortKey::Text(folded), SortKey::Text(place))) => {
            let (source, id) = place.split_once(SEPARATOR).ok_or_else(foreign_cursor)?;
            Ok(Some((folded.to_string(), source.to_owned(), id.to_owned())))
        }
        Some(_) => Err(foreign_cursor()),
    }
}

pub async fn show(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::inventory::NodePlace>,
) -> JsonResult<api::KnownNode> {
    let rows::inventory::NodePlace { source, key } = asked;
    declared_in_query(&control, &source)?;
    let inventory = control.inventory()?;
    let absent = || {
        let refusal = Refusal::not_found(&format!("record in {source} with the key"), format!("`{key}`"));
        refusal
            .about_field("key")
            .remedy(format!("`countersign inventory list --source {source}` shows those there are"))
    };
    let node = inventory.node(source.as_str(), &key).await?.ok_or_else(absent)?;
    let origin = inventory.origin(source.as_str(), &key).await?.ok_or_else(absent)?;
    let states = inventory.sources().await?;
    let state = states.iter().find(|state| state.source == source.as_str()).ok_or_else(absent)?;
    let world = control.world();
    let source_title = world.source(&source).map(|known| known.about.title.clone()).unwrap_or_default();
    Ok(axum::Json(api::KnownNode {
        node: records::shown_node(node)?,
        source_title,
        import: number(state.import),
        imported_at: state.applied_at.unwrap_or(Timestamp::from_micros(0)),
        since_import: number(origin.import),
        since: origin.applied_at,
    }))
}

pub async fn edges(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::inventory::NodeEdges>,
) -> JsonResult<api::Items<api::InventoryEdge>> {
    let page = page.usual(&rows::inventory::EDGES)?;
    let rows::inventory::NodeEdges { source, key, end } = asked;
    declared_in_query(&control, &source)?;
    let after = match page.after() {
        None => None,
        Some((SortKey::Text(relation), SortKey::Text(number))) => Some((relation.as_ref(), number.as_ref())),
        Some(_) => return Err(foreign_cursor()),
    };
    let end = match end {
        api::NodeEnd::From => EdgeEnd::From,
        api::NodeEnd::To => EdgeEnd::To,
    };
    let order = (after, page.is_descending());
    let found = control.inventory()?.linked_edges(source.as_str(), (end, &key), order, most(&page)).await?;
    let rest = found.next.map(|(relation, number)| (text(relation), text(number)));
    let shown = found.edges.into_iter().map(|edge| records::shown_edge(&source, edge));
    let items = shown.collect::<Result<Vec<_>, _>>()?;
    Ok(axum::Json(page.until(items, rest).shown(|edge| edge)))
}

fn text(text: String) -> SortKey<'static> {
    SortKey::Text(text.into())
}

fn most(page: &PageRequest) -> u32 {
    u32::try_from(page.limit()).unwrap_or(u32::MAX)
}
