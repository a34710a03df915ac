//! Graphs that people would draw, and lists in parts.

use crate::{ALL, compromise, find, graph, name, strength, what_can, who_can};
use countersign_graph::{AccessGraph, BelongsTo, ListPart, Traversal};
use countersign_sources::PrivilegeLevel;

/// Writes a path by what grants each step.
fn path(graph: &AccessGraph, from: &str, to: &str, traversal: Traversal) -> Option<Vec<String>> {
    let steps = graph.path(find(graph, from), find(graph, to), traversal)?;
    let mut at = find(graph, from);
    for step in &steps {
        assert_eq!((step.from, step.grant.source), (at, "corp"));
        at = step.to;
    }
    assert_eq!(at, find(graph, to));
    Some(steps.into_iter().map(|step| step.grant.granted_by.unwrap().to_owned()).collect())
}

#[test]
fn groups_that_contain_each_other_are_walked_through_once() {
    let graph =
        graph(&["a1 in g1", "g1 in g2", "g2 in g3", "g3 in g1", "g3 in g3", "g2 may.read x1", "a2 in g3"]);
    assert_eq!(what_can(&graph, "a1"), ["x1 read by g2"]);
    assert_eq!(who_can(&graph, "x1", None), ["a1 read by g2", "a2 read by g2"]);
    assert_eq!(compromise(&graph, "a2"), ["1 g3", "2 g1", "3 g2"]);
    assert_eq!(compromise(&graph, "g1"), ["1 g2", "2 g3"], "not the group itself");
}

#[test]
fn who_can_counts_each_account_by_its_strongest_right_and_from_a_level_on() {
    let graph = graph(&[
        "a1 in g1",
        "a2 in g1",
        "g1 may.read x1",
        "a2 may.administer? x1",
        "a3 may x1",
        "p1 may.write x1",
        "a4 in g2",
    ]);
    let all = ["a1 read by g1", "a2 administer? by a2", "a3 some by a3"];
    assert_eq!(who_can(&graph, "x1", None), all);
    assert_eq!(who_can(&graph, "x1", Some(PrivilegeLevel::Read)), all[..2]);
    assert_eq!(who_can(&graph, "x1", Some(PrivilegeLevel::Administer)), all[1..2]);
}

#[test]
fn a_path_is_a_shortest_one_with_who_grants_each_step() {
    let graph = graph(&[
        "a1 in g1",
        "g1 in g2",
        "g2 in g3",
        "g3 may.read x1",
        "g2 may.write x1",
        "g2 may.administer? x1",
        "a1 controls a2",
        "a2 may.administer x1",
        "x1 controls g9",
        "a3 in g9",
    ]);
    let expected = ["a1 in g1", "g1 in g2", "g2 may.administer? x1"];
    assert_eq!(path(&graph, "a1", "x1", Traversal::Reach).unwrap(), expected, "the higher right of two");
    let expected = ["a1 controls a2", "a2 may.administer x1"];
    assert_eq!(path(&graph, "a1", "x1", Traversal::Control).unwrap(), expected);
    assert_eq!(path(&graph, "a1", "g3", Traversal::Reach).unwrap(), ["a1 in g1", "g1 in g2", "g2 in g3"]);
    assert_eq!(path(&graph, "a1", "g9", Traversal::Reach), None, "a right ends it");
    assert_eq!(path(&graph, "a1", "g9", Traversal::Control).unwrap().len(), 3);
    assert_eq!(path(&graph, "a1", "a3", Traversal::Control), None);
    assert_eq!(path(&graph, "a1", "a1", Traversal::Reach).unwrap(), [""; 0]);
}

#[test]
fn lists_come_in_parts_that_say_how_many_are_left() {
    let edges: Vec<String> = (10..30).map(|number| format!("a{number} may.read x1")).collect();
    let graph = graph(&edges.iter().map(String::as_str).collect::<Vec<_>>());
    let x1 = find(&graph, "x1");
    let mut seen = Vec::new();
    for (skip, left) in [(0, 13), (7, 6), (14, 0), (21, 0)] {
        let part = graph.who_can(x1, None, ListPart { skip, limit: 7 });
        assert_eq!(part.left, left);
        seen.extend(part.items.into_iter().map(|reaching| name(&graph, reaching.account)));
    }
    assert_eq!(seen, (10..30).map(|number| format!("a{number}")).collect::<Vec<_>>());
}

#[test]
fn accounts_of_one_identity_count_once_by_the_strongest() {
    let graph = graph(&["a1 may.read x1", "a2 may.write x1", "a3 may.write x1", "a4 may.read x1"]);
    let mut belongs_to = BelongsTo::default();
    for (account, identity) in [("a1", 7), ("a2", 7), ("a3", 7), ("a4", 2)] {
        belongs_to.link(find(&graph, account), identity);
    }
    let x1 = find(&graph, "x1");
    let written = |belongs_to: &BelongsTo, at_least| {
        let found = graph.which_identities_can(x1, at_least, belongs_to, ALL).items.into_iter();
        let written = found.map(|found| {
            let strength = strength(found.level, found.conditional);
            format!("{:?} {} {strength} {}", found.identity, name(&graph, found.account), found.accounts)
        });
        written.collect::<Vec<_>>()
    };
    assert_eq!(written(&belongs_to, None), ["Some(2) a4 read 1", "Some(7) a2 write 3"]);
    assert_eq!(written(&belongs_to, Some(PrivilegeLevel::Write)), ["Some(7) a2 write 2"]);
    let expected = ["None a1 read 1", "None a2 write 1", "None a3 write 1", "None a4 read 1"];
    assert_eq!(written(&BelongsTo::default(), None), expected);
}
