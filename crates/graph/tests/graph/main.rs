//! The graph: what each relation means, random graphs against a naive reference, and graphs that people would draw.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]

mod building;
mod drawn;
mod reference;
mod relations;
mod tier_zero;
mod ways;

use countersign_graph::{AccessGraph, GraphBuilder, ListPart, NodeIndex};
use countersign_sources::{
    AccountRecord, CredentialClass, CredentialRecord, EdgeBody, GroupRecord, NodeBody, PersonRecord,
    PrivilegeLevel, Relation, ResourceRecord, SourceEdge, SourceKey, SourceNode, SourceRecord,
};

/// Everything of a list.
pub(crate) const ALL: ListPart = ListPart::first(usize::MAX);

pub(crate) fn key(text: &str) -> SourceKey {
    SourceKey::new(text).unwrap()
}

/// Makes a node. The first letter of its key says what it is; `G` and `R` are privileged.
pub(crate) fn node(text: &str) -> SourceRecord {
    let of_members = |privileged| GroupRecord { privileged: Some(privileged), ..GroupRecord::default() };
    let body = match text.chars().next().unwrap() {
        'p' => NodeBody::Person(PersonRecord::default()),
        'a' => NodeBody::Account(AccountRecord::default()),
        'g' => NodeBody::Group(of_members(false)),
        'G' => NodeBody::Group(of_members(true)),
        'r' => NodeBody::Role(of_members(false)),
        'R' => NodeBody::Role(of_members(true)),
        'x' => NodeBody::Resource(ResourceRecord::default()),
        'c' => NodeBody::Credential(CredentialRecord {
            class: CredentialClass::SshKey,
            enabled: None,
            created_at: None,
            last_used_at: None,
            expires_at: None,
        }),
        other => panic!("{other}"),
    };
    SourceRecord::Node(Box::new(SourceNode { key: key(text), name: format!("The {text}"), body }))
}

/// Reads an edge: `a1 in g1`, `g1 may.write x1`, `a1 controls? r1`. A question mark is a condition.
pub(crate) fn edge(text: &str) -> SourceEdge {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [from, verb, to] = words[..] else { panic!("{text}") };
    let (verb, conditional) = verb.strip_suffix('?').map_or((verb, false), |verb| (verb, true));
    let (relation, level) = match verb {
        "in" => (Relation::MemberOf, None),
        "controls" => (Relation::Controls, None),
        "has" => (Relation::Has, None),
        "may" => (Relation::May, None),
        "may.read" => (Relation::May, Some(PrivilegeLevel::Read)),
        "may.write" => (Relation::May, Some(PrivilegeLevel::Write)),
        "may.administer" => (Relation::May, Some(PrivilegeLevel::Administer)),
        other => panic!("{other}"),
    };
    let granted_by = Some(text.to_owned());
    let body = EdgeBody { level, conditional, granted_by, ..EdgeBody::default() };
    SourceEdge { from: key(from), relation, to: key(to), body }
}

/// Builds the graph of one source `corp` from edges; the nodes are those that they name.
pub(crate) fn graph(edges: &[&str]) -> AccessGraph {
    let mut builder = GraphBuilder::default();
    let corp = builder.source("corp").unwrap();
    for text in edges {
        let edge = edge(text);
        builder.add(corp, &node(edge.from.as_str())).unwrap();
        builder.add(corp, &node(edge.to.as_str())).unwrap();
        builder.add(corp, &SourceRecord::Edge(edge)).unwrap();
    }
    builder.build().unwrap()
}

pub(crate) fn find(graph: &AccessGraph, key: &str) -> NodeIndex {
    graph.find("corp", key).unwrap()
}

pub(crate) fn name(graph: &AccessGraph, index: NodeIndex) -> String {
    graph.node(index).unwrap().key.to_owned()
}

/// Writes what a node can: `x1 write? by g1`.
pub(crate) fn what_can(graph: &AccessGraph, key: &str) -> Vec<String> {
    let reached = graph.what_can(find(graph, key), ALL);
    assert_eq!(reached.left, 0);
    let written = reached.items.into_iter().map(|reached| {
        let strength = strength(reached.level, reached.conditional);
        format!("{} {strength} by {}", name(graph, reached.resource), name(graph, reached.through))
    });
    written.collect()
}

/// Writes who can: `a1 write? by g1`.
pub(crate) fn who_can(graph: &AccessGraph, key: &str, at_least: Option<PrivilegeLevel>) -> Vec<String> {
    let reaching = graph.who_can(find(graph, key), at_least, ALL);
    let written = reaching.items.into_iter().map(|reaching| {
        let strength = strength(reaching.level, reaching.conditional);
        format!("{} {strength} by {}", name(graph, reaching.account), name(graph, reaching.through))
    });
    written.collect()
}

pub(crate) fn strength(level: Option<PrivilegeLevel>, conditional: bool) -> String {
    let level = level.map_or("some".to_owned(), |level| format!("{level:?}").to_lowercase());
    format!("{level}{}", if conditional { "?" } else { "" })
}

/// Writes what a compromised account reaches: `2 g1?`.
pub(crate) fn compromise(graph: &AccessGraph, key: &str) -> Vec<String> {
    let controlled = graph.reach_of_compromise(find(graph, key), ALL).items.into_iter();
    let written = controlled.map(|node| {
        let condition = if node.conditional { "?" } else { "" };
        format!("{} {}{condition}", node.steps, name(graph, node.node))
    });
    written.collect()
}
