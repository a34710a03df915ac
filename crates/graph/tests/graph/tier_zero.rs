//! Tier zero: its rules, who can come to control it, and by which way.

use crate::{ALL, find, graph, name};
use countersign_graph::{AccessGraph, TierZero, TierZeroRule, TierZeroRules};
use countersign_sources::NodeKind;

fn names(graph: &AccessGraph, tier_zero: &TierZero) -> Vec<String> {
    tier_zero.nodes(ALL).items.into_iter().map(|node| name(graph, node)).collect()
}

fn controllers(graph: &AccessGraph, tier_zero: &TierZero) -> Vec<String> {
    let controllers = tier_zero.controllers(ALL).items.into_iter();
    controllers
        .map(|controller| {
            let condition = if controller.conditional { "?" } else { "" };
            format!("{} {}{condition}", controller.steps, name(graph, controller.node))
        })
        .collect()
}

/// Names that say nothing: what leads to tier zero is found by its edges.
#[test]
fn everyone_on_a_way_of_control_is_found_however_harmless_the_names_are() {
    let graph = graph(&[
        "a1 in G1", // an administrator
        "a2 in g5",
        "g5 controls a1",       // the help desk can reset the administrator's password
        "a3 may.administer g5", // and somebody else can change who is the help desk
        "a4 may.write g5",
        "a5 in g6",
        "a6 controls? g5",
        "a1 has c1",
        "G1 in g7",
    ]);
    let tier_zero = graph.tier_zero(&TierZeroRules::default()).unwrap();
    assert_eq!(names(&graph, &tier_zero), ["G1"]);
    assert_eq!(controllers(&graph, &tier_zero), ["1 a1", "2 g5", "3 a2", "3 a3", "3 a6?"]);
    let way = |key: &str| {
        let steps = tier_zero.path(&graph, find(&graph, key))?;
        Some(steps.into_iter().map(|step| step.grant.granted_by.unwrap()).collect::<Vec<_>>())
    };
    assert_eq!(way("a3").unwrap(), ["a3 may.administer g5", "g5 controls a1", "a1 in G1"]);
    assert_eq!(way("G1").unwrap(), [""; 0]);
    assert_eq!((way("a4"), way("a5"), way("c1"), way("g7")), (None, None, None, None));
    let exposure = tier_zero.exposure();
    assert_eq!((exposure.accounts, exposure.of), (4, 6));
    assert!((exposure.share() - 4.0 / 6.0).abs() < 1e-9);
}

#[test]
fn a_rule_names_nodes_that_have_everything_it_says() {
    let graph = graph(&["a1 in g1", "a2 in g2", "a3 may.administer x1", "a4 in G1"]);
    let named = |rule: TierZeroRule| {
        let rules = TierZeroRules { privileged: false, rules: vec![rule] };
        names(&graph, &graph.tier_zero(&rules).unwrap())
    };
    let of = |text: &str| Some(text.to_owned());
    assert_eq!(named(TierZeroRule { key: of("g1"), ..TierZeroRule::default() }), ["g1"]);
    assert_eq!(named(TierZeroRule { name: of("THE G1"), ..TierZeroRule::default() }), ["G1", "g1"]);
    assert_eq!(named(TierZeroRule { name: of("the g*"), ..TierZeroRule::default() }), ["G1", "g1", "g2"]);
    let resource = TierZeroRule { kind: Some(NodeKind::Resource), ..TierZeroRule::default() };
    assert_eq!(named(resource.clone()), ["x1"]);
    assert_eq!(named(TierZeroRule { key: of("g1"), ..resource }), [""; 0]);
    assert_eq!(named(TierZeroRule { source: of("cloud"), ..TierZeroRule::default() }), [""; 0]);
    assert_eq!(named(TierZeroRule { source: of("corp"), ..TierZeroRule::default() }).len(), 8);
}

#[test]
fn a_rule_that_names_nothing_is_refused_and_without_rules_nobody_controls_anything() {
    let graph = graph(&["a1 in G1"]);
    let named = TierZeroRule { key: Some("g1".to_owned()), ..TierZeroRule::default() };
    let rules = TierZeroRules { privileged: true, rules: vec![named, TierZeroRule::default()] };
    assert_eq!(
        graph.tier_zero(&rules).unwrap_err().to_string(),
        "rule 2 for tier zero names nothing: give it a `source`, a `kind`, a `key` or a `name`"
    );
    let nothing = graph.tier_zero(&TierZeroRules { privileged: false, rules: Vec::new() }).unwrap();
    assert_eq!(controllers(&graph, &nothing), [""; 0]);
    assert_eq!(nothing.exposure().accounts, 0);
    assert_eq!(nothing.path(&graph, find(&graph, "a1")), None);
}

#[test]
fn a_resource_is_exposed_to_those_who_reach_it_and_to_those_who_can_come_to_control_it() {
    let graph = graph(&[
        "a1 may.read x1",
        "a2 in g1",
        "g1 may.administer x1",
        "a3 controls a2",
        "a4 controls a1",
        "a5 in g2",
    ]);
    let exposure = graph.exposure(find(&graph, "x1"));
    assert_eq!((exposure.accounts, exposure.of), (3, 5), "a1 reads; a2 administers, and a3 is its master");
    let exposure = graph.exposure(find(&graph, "a1"));
    assert_eq!((exposure.accounts, exposure.of), (1, 5));
}
