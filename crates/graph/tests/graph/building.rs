//! Building: several sources, any order, and what only edges name.

use crate::{ALL, edge, key, node};
use countersign_graph::{AccessGraph, GraphBuilder, Traversal};
use countersign_names::Timestamp;
use countersign_sources::{EdgeBody, NodeKind, Relation, SourceEdge, SourceRecord};

fn built(records: &[(&str, SourceRecord)]) -> AccessGraph {
    let mut builder = GraphBuilder::default();
    for (source, record) in records {
        let source = builder.source(source).unwrap();
        builder.add(source, record).unwrap();
    }
    builder.build().unwrap()
}

/// Writes everything that the graph answers about each of its nodes.
fn everything(graph: &AccessGraph) -> Vec<String> {
    let written = graph.nodes().map(|index| {
        let paths: Vec<_> = graph.nodes().map(|to| graph.path(index, to, Traversal::Control)).collect();
        let (can, who) = (graph.what_can(index, ALL), graph.who_can(index, None, ALL));
        let controlled = graph.reach_of_compromise(index, ALL);
        format!("{:?} {can:?} {who:?} {controlled:?} {paths:?}", graph.node(index))
    });
    written.collect()
}

#[test]
fn the_answers_are_the_same_in_whatever_order_the_records_come() {
    let mut records = Vec::new();
    for text in [
        "a1 in g1",
        "g1 in g2",
        "g2 may.write x1",
        "g2 may.read x1",
        "a1 controls a2",
        "a2 in g2",
        "a2 may? x1",
    ] {
        let edge = edge(text);
        for source in ["corp", "alpha"] {
            records.push((source, node(edge.from.as_str())));
            records.push((source, node(edge.to.as_str())));
            records.push((source, SourceRecord::Edge(edge.clone())));
        }
    }
    let expected = everything(&built(&records));
    records.reverse();
    assert_eq!(everything(&built(&records)), expected);
    records.rotate_left(5);
    assert_eq!(everything(&built(&records)), expected);
}

#[test]
fn the_same_key_in_two_sources_is_two_nodes() {
    let graph = built(&[
        ("corp", node("a1")),
        ("cloud", node("a1")),
        ("corp", SourceRecord::Edge(edge("a1 may.read x1"))),
        ("cloud", SourceRecord::Edge(edge("a1 may.write x1"))),
    ]);
    assert_eq!(graph.nodes().count(), 4);
    let nodes: Vec<_> = graph.nodes().map(|index| graph.node(index).unwrap()).collect();
    assert_eq!(
        nodes.iter().map(|node| (node.source, node.key)).collect::<Vec<_>>(),
        [("cloud", "a1"), ("cloud", "x1"), ("corp", "a1"), ("corp", "x1")]
    );
    let of_cloud = graph.find("cloud", "a1").unwrap();
    let reached = graph.what_can(of_cloud, ALL).items;
    assert_eq!(reached.iter().map(|reached| reached.grant.source).collect::<Vec<_>>(), ["cloud"]);
    assert_eq!(graph.find("cloud", "a2"), None);
    assert_eq!(graph.find("nowhere", "a1"), None);
}

#[test]
fn a_node_that_only_edges_name_is_there_without_a_kind() {
    let graph = built(&[("corp", SourceRecord::Edge(edge("a1 may.read x1")))]);
    let a1 = graph.node(graph.find("corp", "a1").unwrap()).unwrap();
    assert_eq!((a1.kind, a1.name), (None, "a1"));
    assert_eq!(graph.who_can(graph.find("corp", "x1").unwrap(), None, ALL).items, [], "no account is known");
    let described = built(&[("corp", SourceRecord::Edge(edge("a1 may.read x1"))), ("corp", node("a1"))]);
    let a1 = described.node(described.find("corp", "a1").unwrap()).unwrap();
    assert_eq!((a1.kind, a1.name), (Some(NodeKind::Account), "The a1"));
}

#[test]
fn an_edge_keeps_everything_that_the_source_says_and_is_held_once() {
    let body = EdgeBody {
        rights: vec!["s3:Get".to_owned(), "s3:Put".to_owned()],
        level: None,
        conditional: true,
        granted_by: Some("policy p".to_owned()),
        authorised_by: Some("Ada".to_owned()),
        since: Some(Timestamp::from_micros(7)),
        last_used_at: Some(Timestamp::from_micros(8)),
    };
    let edge = SourceEdge { from: key("a1"), relation: Relation::May, to: key("x1"), body };
    let records = vec![("corp", SourceRecord::Edge(edge)); 2];
    let graph = built(&records);
    assert_eq!(graph.edge_count(), 1);
    let (a1, x1) = (graph.find("corp", "a1").unwrap(), graph.find("corp", "x1").unwrap());
    let grant = graph.path(a1, x1, Traversal::Reach).unwrap()[0].grant;
    assert_eq!((grant.rights, grant.granted_by), (Some("s3:Get, s3:Put"), Some("policy p")));
    assert_eq!((grant.authorised_by, grant.conditional), (Some("Ada"), true));
    assert_eq!((grant.relation, grant.since), (Relation::May, Some(Timestamp::from_micros(7))));
}

#[test]
fn an_empty_graph_and_a_node_of_another_graph_have_no_answers() {
    let other = built(&[("corp", SourceRecord::Edge(edge("a1 may.read x1")))]);
    let x1 = other.find("corp", "x1").unwrap();
    let empty = GraphBuilder::default().build().unwrap();
    assert_eq!(empty.nodes().count(), 0);
    assert_eq!(empty.node(x1), None);
    assert_eq!(empty.what_can(x1, ALL).items, []);
    assert_eq!(empty.who_can(x1, None, ALL).items, []);
    assert_eq!(empty.path(x1, x1, Traversal::Reach), None);
    assert_eq!(empty.exposure(x1).share(), 0.0);
}
