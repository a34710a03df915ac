//! Answers with the way to each node, and names.

use crate::{ALL, find, graph, key, name};
use countersign_graph::{AccessGraph, GraphBuilder, PathStep};
use countersign_sources::{GroupRecord, NodeBody, PrivilegeLevel, SourceNode};
use std::collections::BTreeMap;

/// Writes a way by what grants each step.
fn written(steps: &[PathStep<'_>]) -> Vec<String> {
    steps.iter().map(|step| step.grant.granted_by.unwrap().to_owned()).collect()
}

#[test]
fn a_way_is_the_strongest_one_and_not_the_shortest() {
    let graph =
        graph(&["a1 may.read x1", "a1 in g1", "g1 in? g2", "g1 in g3", "g2 may.write x1", "g3 in g2"]);
    let sure = ["a1 in g1", "g1 in g3", "g3 in g2", "g2 may.write x1"];
    let (a1, x1) = (find(&graph, "a1"), find(&graph, "x1"));
    assert_eq!(written(&graph.accounts_reaching(x1, None).way(a1)), sure);
    assert_eq!(written(&graph.nodes_reached(a1).way(x1)), sure);
    assert_eq!(written(&graph.nodes_reached(a1).way(find(&graph, "g2"))), sure[..3]);
}

#[test]
fn the_members_of_a_group_reach_it_and_a_right_to_it_counts_more() {
    let graph = graph(&["a1 in g1", "g1 in g2", "a2 may.administer g2", "a3 controls g2"]);
    let g2 = find(&graph, "g2");
    let reaching = |at_least| {
        let found = graph.accounts_reaching(g2, at_least);
        found.all().iter().map(|found| (name(&graph, found.account), found.level)).collect::<Vec<_>>()
    };
    let administers = ("a2".to_owned(), Some(PrivilegeLevel::Administer));
    assert_eq!(reaching(None), [("a1".to_owned(), None), administers.clone()]);
    assert_eq!(reaching(Some(PrivilegeLevel::Read)), [administers]);
    let controllers = graph.controllers_of(g2);
    let names: Vec<_> = controllers.all().iter().map(|found| name(&graph, found.node)).collect();
    assert_eq!(names, ["a2", "a3", "g1", "a1"]);
}

#[test]
fn a_way_that_leads_through_what_is_reached_has_an_end() {
    let graph = graph(&["a1 in x1", "x1 in g1", "g1 may.read x1"]);
    let found = graph.accounts_reaching(find(&graph, "x1"), None);
    assert_eq!(written(&found.way(find(&graph, "a1"))), ["a1 in x1", "x1 in g1", "g1 may.read x1"]);
}

#[test]
fn what_comes_under_control_has_rights_that_are_counted_by_the_highest() {
    let graph = graph(&[
        "a1 controls a2",
        "a1 may.read x1",
        "a2 may.write x1",
        "a2 may x2",
        "a2 may.administer x3",
        "x3 may.read x4",
        "a3 may.read x5",
    ]);
    let found = graph.controlled_by(find(&graph, "a1")).rights();
    let level = |level| Some(level);
    let expected = BTreeMap::from([
        (None, 1),
        (level(PrivilegeLevel::Read), 1),
        (level(PrivilegeLevel::Write), 1),
        (level(PrivilegeLevel::Administer), 1),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn a_name_finds_the_nodes_of_one_source_that_have_it_in_any_case() {
    let mut builder = GraphBuilder::default();
    for (source, key_text, shown) in [
        ("b", "1", "Staff"),
        ("b", "2", "STAFF"),
        ("b", "3", "Zoë"),
        ("a", "1", "staff"),
        ("c", "0", "staff"),
    ] {
        let source = builder.source(source).unwrap();
        let body = NodeBody::Group(GroupRecord::default());
        builder.describe(source, &SourceNode { key: key(key_text), name: shown.to_owned(), body }).unwrap();
    }
    let graph: AccessGraph = builder.build().unwrap();
    let named = |source: &str, text: &str| -> Vec<String> {
        graph.named(source, text, ALL).items.into_iter().map(|node| name(&graph, node)).collect()
    };
    assert_eq!(named("b", "staff"), ["1", "2"]);
    assert_eq!(named("b", "ZOË"), ["3"]);
    assert_eq!(named("a", "Staff"), ["1"]);
    assert_eq!((named("b", "nobody"), named("d", "staff")), (vec![], vec![]));
    assert!(graph.has_source("c") && !graph.has_source("d"));
}
