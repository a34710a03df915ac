//! Who can reach what, and who can come to control what: questions to the graph of what all sources say.

mod shown;

use super::graph::KeptGraph;
use super::{declared_in_query, records};
use crate::input::QueryParameters;
use crate::page::{PageRequest, SortKey};
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, AccessMeans, rows};
use countersign_graph::{ControlledNode, ListPart, NodeIndex, PathStep, Traversal};
use countersign_names::SourceName;
use countersign_sources::{NodeKind, PrivilegeLevel};
use shown::{shown_node, shown_path};
use std::collections::HashSet;

/// Number of nodes that a refusal lists if a name fits several, and of tier zero in an answer.
const LISTED: ListPart = ListPart::first(100);

/// A node that was found, before it is shown.
#[derive(Debug, Clone, Copy)]
struct FoundEnd {
    node: NodeIndex,
    level: Option<PrivilegeLevel>,
    conditional: bool,
    /// Its rank in the order: the strongest first, or the nearest.
    rank: i64,
}

impl FoundEnd {
    fn reached(node: NodeIndex, level: Option<PrivilegeLevel>, conditional: bool) -> Self {
        let rank = match level {
            Some(PrivilegeLevel::Administer) => 0,
            Some(PrivilegeLevel::Write) => 1,
            Some(PrivilegeLevel::Read) => 2,
            None => 3,
        };
        Self { node, level, conditional, rank }
    }
}

impl From<ControlledNode> for FoundEnd {
    fn from(found: ControlledNode) -> Self {
        let ControlledNode { node, steps, conditional } = found;
        Self { node, level: None, conditional, rank: steps.into() }
    }
}

/// The items of one page, and how many there are on all.
struct EndsOnPage {
    total: u64,
    items: Vec<api::AccessEnd>,
    next: Option<String>,
}

pub async fn show(State(control): State<Control>) -> JsonResult<api::AccessGraphState> {
    let showing = |kept: &KeptGraph, as_of| {
        Ok(api::AccessGraphState {
            as_of,
            nodes: number(kept.graph.nodes().count()),
            edges: number(kept.graph.edge_count()),
            bytes: number(kept.graph.bytes()),
            read_ms: u64::try_from(kept.took.as_millis()).unwrap_or(u64::MAX),
        })
    };
    control.ask_graph(showing).await.map(axum::Json)
}

pub async fn who_can(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::inventory_access::WhoHasAccess>,
) -> JsonResult<api::AccessAnswer> {
    let rows::inventory_access::WhoHasAccess { source, node, means, level, limit, cursor } = asked;
    declared_in_query(&control, &source)?;
    let page = page(rows::inventory_access::WHO_CAN.id(), limit, cursor.as_deref())?;
    let means = means.unwrap_or(AccessMeans::Reach);
    if means == AccessMeans::Control && level.is_some() {
        let refusal = Refusal::invalid("level", "control has no level");
        return Err(refusal.remedy("leave out level, or ask who can reach it"));
    }
    let asking = move |kept: &KeptGraph, as_of| {
        let at = find(kept, &source, ("node", &node))?;
        let EndsOnPage { total, items, next } = match means {
            AccessMeans::Reach => {
                can_be_reached(kept, at)?;
                let found = kept.graph.accounts_reaching(at, level.map(records::privilege));
                let ends = found.all().iter();
                let ends = ends.map(|end| FoundEnd::reached(end.account, end.level, end.conditional));
                on_page(kept, &page, ends, |account| found.way(account))
            }
            AccessMeans::Control => {
                let found = kept.graph.controllers_of(at);
                let ends = found.all().iter().copied().filter(|end| is(kept, end.node, NodeKind::Account));
                on_page(kept, &page, ends.map(FoundEnd::from), |account| found.way(account))
            }
        };
        Ok(api::AccessAnswer { as_of, node: shown_node(kept, at)?, means, total, items, next })
    };
    control.ask_graph(asking).await.map(axum::Json)
}

pub async fn what_can(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::inventory_access::WhatIsReached>,
) -> JsonResult<api::AccessAnswer> {
    let rows::inventory_access::WhatIsReached { source, node, level, kind, limit, cursor } = asked;
    declared_in_query(&control, &source)?;
    let page = page(rows::inventory_access::WHAT_CAN.id(), limit, cursor.as_deref())?;
    let asking = move |kept: &KeptGraph, as_of| {
        let at = find(kept, &source, ("node", &node))?;
        let (at_least, kind) = (level.map(records::privilege), kind.map(records::source_kind));
        let found = kept.graph.nodes_reached(at);
        let ends = found
            .all()
            .iter()
            .filter(|end| end.level >= at_least && kind.is_none_or(|kind| is(kept, end.node, kind)));
        let ends = ends.map(|end| FoundEnd::reached(end.node, end.level, end.conditional));
        let EndsOnPage { total, items, next } = on_page(kept, &page, ends, |node| found.way(node));
        let (node, means) = (shown_node(kept, at)?, AccessMeans::Reach);
        Ok(api::AccessAnswer { as_of, node, means, total, items, next })
    };
    control.ask_graph(asking).await.map(axum::Json)
}

pub async fn path(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::inventory_access::PathQuestion>,
) -> JsonResult<api::PathAnswer> {
    let rows::inventory_access::PathQuestion { source, from, to, means } = asked;
    declared_in_query(&control, &source)?;
    if to.is_none() && means == Some(AccessMeans::Reach) {
        let refusal = Refusal::invalid("means", "a path to tier zero is one of control");
        return Err(refusal.remedy("leave out means, or say where the path has to end"));
    }
    let asking = move |kept: &KeptGraph, as_of| {
        let graph = &kept.graph;
        let start = find(kept, &source, ("from", &from))?;
        let (end, means, steps) = match &to {
            Some(to) => {
                let end = find(kept, &source, ("to", to))?;
                let means = means.unwrap_or(AccessMeans::Reach);
                let traversal = match means {
                    AccessMeans::Reach => Traversal::Reach,
                    AccessMeans::Control => Traversal::Control,
                };
                (Some(end), means, graph.path(start, end, traversal))
            }
            None => {
                let steps = kept.tier_zero.path(graph, start);
                let end = steps.as_ref().map(|steps| steps.last().map_or(start, |step| step.to));
                (end, AccessMeans::Control, steps)
            }
        };
        Ok(api::PathAnswer {
            as_of,
            from: shown_node(kept, start)?,
            to: end.map(|end| shown_node(kept, end)).transpose()?,
            means,
            path: steps.map(|steps| shown_path(kept, &steps)),
        })
    };
    control.ask_graph(asking).await.map(axum::Json)
}

pub async fn tier_zero(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::inventory_access::TierZeroFilter>,
) -> JsonResult<api::TierZeroAnswer> {
    let rows::inventory_access::TierZeroFilter { source, kind, limit, cursor } = asked;
    if let Some(source) = &source {
        declared_in_query(&control, source)?;
    }
    let page = page(rows::inventory_access::TIER_ZERO.id(), limit, cursor.as_deref())?;
    let asking = move |kept: &KeptGraph, as_of: api::AccessAsOf| {
        // What a source said that was withdrawn is not shown, even before the graph is read anew.
        let declared: HashSet<&str> = as_of.sources.iter().map(|known| known.source.as_str()).collect();
        let kind = kind.map(records::source_kind);
        let counts = |index: NodeIndex, kind: Option<NodeKind>| {
            kept.graph.node(index).is_some_and(|node| {
                declared.contains(node.source)
                    && source.as_ref().is_none_or(|source| source.as_str() == node.source)
                    && kind.is_none_or(|kind| node.kind == Some(kind))
            })
        };
        let controllers = kept.tier_zero.controllers(ListPart::first(usize::MAX)).items;
        let ends = controllers.iter().copied().filter(|end| counts(end.node, kind)).map(FoundEnd::from);
        let way = |node| kept.tier_zero.path(&kept.graph, node).unwrap_or_default();
        let EndsOnPage { total, items, next } = on_page(kept, &page, ends, way);
        let of_tier_zero = kept.tier_zero.nodes(ListPart::first(usize::MAX)).items;
        let of_tier_zero: Vec<_> = of_tier_zero.into_iter().filter(|node| counts(*node, None)).collect();
        let listed = of_tier_zero.iter().take(LISTED.limit);
        let everyone = controllers.iter().map(|end| end.node).chain(of_tier_zero.iter().copied());
        let accounts = everyone.filter(|node| counts(*node, Some(NodeKind::Account))).count();
        let all = kept.graph.nodes().filter(|node| counts(*node, Some(NodeKind::Account))).count();
        Ok(api::TierZeroAnswer {
            tier_zero_total: number(of_tier_zero.len()),
            tier_zero: listed.map(|node| shown_node(kept, *node)).collect::<Result<_, _>>()?,
            accounts: number(accounts),
            of_accounts: number(all),
            total,
            items,
            next,
            as_of,
        })
    };
    control.ask_graph(asking).await.map(axum::Json)
}

pub async fn compromise(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::inventory_access::CompromiseQuestion>,
) -> JsonResult<api::CompromiseAnswer> {
    let rows::inventory_access::CompromiseQuestion { source, node, kind, limit, cursor } = asked;
    declared_in_query(&control, &source)?;
    let page = page(rows::inventory_access::COMPROMISE.id(), limit, cursor.as_deref())?;
    let asking = move |kept: &KeptGraph, as_of| {
        let at = find(kept, &source, ("node", &node))?;
        let kind = kind.map(records::source_kind);
        let found = kept.graph.controlled_by(at);
        let ends = found.all().iter().copied();
        let ends = ends.filter(|end| kind.is_none_or(|kind| is(kept, end.node, kind)));
        let EndsOnPage { total, items, next } =
            on_page(kept, &page, ends.map(FoundEnd::from), |node| found.way(node));
        let rights = found.rights();
        let of = |level: Option<PrivilegeLevel>| number(rights.get(&level).copied().unwrap_or_default());
        Ok(api::CompromiseAnswer {
            as_of,
            node: shown_node(kept, at)?,
            reaches_tier_zero: kept.tier_zero.path(&kept.graph, at).is_some(),
            rights: api::RightCounts {
                administer: of(Some(PrivilegeLevel::Administer)),
                write: of(Some(PrivilegeLevel::Write)),
                read: of(Some(PrivilegeLevel::Read)),
                unstated: of(None),
            },
            total,
            items,
            next,
        })
    };
    control.ask_graph(asking).await.map(axum::Json)
}

/// Finds the node that a text names: by its key, or by a name that no other node of the source has.
fn find(kept: &KeptGraph, source: &SourceName, (field, text): (&str, &str)) -> Result<NodeIndex, Refusal> {
    if let Some(found) = kept.graph.find(source.as_str(), text) {
        return Ok(found);
    }
    let named = kept.graph.named(source.as_str(), text, ListPart::first(10));
    match named.items.as_slice() {
        [one] => Ok(*one),
        [] => {
            let what = format!("record in {source} with the key or the name");
            let refusal = Refusal::not_found(&what, format!("`{text}`")).about_field(field);
            Err(refusal.remedy(if kept.graph.has_source(source.as_str()) {
                format!("`countersign inventory list --source {source}` shows those there are")
            } else {
                format!("import the source first: `countersign inventory import {source} --file FILE`")
            }))
        }
        several => {
            let listed = several.iter().filter_map(|node| kept.graph.node(*node)).map(|node| {
                let kind = node.kind.map_or("only mentioned", NodeKind::as_str);
                format!("`{}` ({kind})", node.key)
            });
            let mut listed = listed.collect::<Vec<_>>().join(", ");
            if named.left > 0 {
                listed.push_str(&format!(" and {} more", named.left));
            }
            let all = several.len() + named.left;
            let detail = format!("{all} records of {source} have the name `{text}`: {listed}");
            Err(Refusal::invalid(field, detail).remedy("give the key of the one that is meant"))
        }
    }
}

/// Checks that a node is one that accounts reach.
fn can_be_reached(kept: &KeptGraph, index: NodeIndex) -> Result<(), Refusal> {
    let node = kept.graph.node(index);
    let kind = node.and_then(|node| node.kind);
    match kind {
        Some(kind @ (NodeKind::Account | NodeKind::Person | NodeKind::Credential)) => {
            let name = node.map_or("", |node| node.name);
            let detail = format!("`{name}` is of the kind {}, which nobody has rights to", kind.as_str());
            Err(Refusal::invalid("node", detail).remedy(
                "give a resource, a group or a role; or ask who can come to control it (means=control, `--means control`)",
            ))
        }
        Some(NodeKind::Group | NodeKind::Role | NodeKind::Resource) | None => Ok(()),
    }
}

fn is(kept: &KeptGraph, node: NodeIndex, kind: NodeKind) -> bool {
    kept.graph.node(node).is_some_and(|node| node.kind == Some(kind))
}

fn page(
    list: &'static str,
    limit: Option<api::ItemLimit>,
    cursor: Option<&str>,
) -> Result<PageRequest, Refusal> {
    let limit = limit.map_or(api::USUAL_ACCESS_PAGE, |limit| limit.0.min(api::LARGEST_ACCESS_PAGE));
    PageRequest::in_one_order(list, Some(api::ItemLimit(limit)), cursor)
}

/// Takes the page from what was found, by its rank, then by source and key. Only what is on it is shown with its path.
fn on_page<'g>(
    kept: &'g KeptGraph,
    page: &PageRequest,
    ends: impl Iterator<Item = FoundEnd>,
    way: impl Fn(NodeIndex) -> Vec<PathStep<'g>>,
) -> EndsOnPage {
    let mut total = 0;
    let counted = ends.inspect(|_| total += 1);
    let place = |end: &FoundEnd, _: &'static str| {
        let node = kept.graph.node(end.node);
        let text = node.map(|node| format!("{}/{}", node.source, node.key)).unwrap_or_default();
        (SortKey::Number(end.rank), SortKey::Text(text.into()))
    };
    let (found, next) = page.select(counted, place).into_parts();
    let shown = found.into_iter().filter_map(|end| {
        Some(api::AccessEnd {
            node: shown_node(kept, end.node).ok()?,
            level: end.level.map(records::level),
            conditional: end.conditional,
            path: shown_path(kept, &way(end.node)),
        })
    });
    EndsOnPage { items: shown.collect(), next, total }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
