//! Nodes and paths of the graph, as the API shows them.

use super::number;
use crate::Refusal;
use crate::inventory::graph::KeptGraph;
use crate::inventory::records;
use countersign_api as api;
use countersign_graph::{NodeIndex, PathStep};

/// Converts a node for the API.
pub fn shown_node(kept: &KeptGraph, index: NodeIndex) -> Result<api::AccessNode, Refusal> {
    let unknown = || Refusal::unavailable("a record of the inventory cannot be shown");
    let node = kept.graph.node(index).ok_or_else(unknown)?;
    Ok(api::AccessNode {
        source: node.source.parse().map_err(|_| unknown())?,
        key: node.key.to_owned(),
        name: node.name.to_owned(),
        kind: node.kind.map(records::kind),
        tier_zero: kept.tier_zero.contains(index),
    })
}

/// Converts a path for the API: its first steps, and how many there are.
pub fn shown_path(kept: &KeptGraph, steps: &[PathStep<'_>]) -> api::AccessPath {
    let shown = steps.iter().take(api::LONGEST_SHOWN_PATH).filter_map(|step| shown_step(kept, step).ok());
    api::AccessPath { length: number(steps.len()), steps: shown.collect() }
}

fn shown_step(kept: &KeptGraph, step: &PathStep<'_>) -> Result<api::AccessStep, Refusal> {
    let grant = &step.grant;
    Ok(api::AccessStep {
        from: shown_node(kept, step.from)?,
        relation: records::relation(grant.relation),
        to: shown_node(kept, step.to)?,
        level: grant.level.map(records::level),
        conditional: grant.conditional,
        rights: grant.rights.map(str::to_owned),
        granted_by: grant.granted_by.map(str::to_owned),
        authorised_by: grant.authorised_by.map(str::to_owned),
        since: grant.since,
    })
}
