//! Random graphs with cycles against a reference that repeats each rule until nothing changes.

use crate::{ALL, find, graph, name};
use countersign_graph::{AccessGraph, PathStep, TierZeroRules, Traversal};
use countersign_sources::PrivilegeLevel;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// An edge in the words of the tests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct DrawnEdge {
    from: String,
    verb: String,
    to: String,
    conditional: bool,
}

impl DrawnEdge {
    fn text(&self) -> String {
        format!("{} {}{} {}", self.from, self.verb, if self.conditional { "?" } else { "" }, self.to)
    }

    fn is_right(&self) -> bool {
        self.verb.starts_with("may")
    }

    fn level(&self) -> Option<PrivilegeLevel> {
        match self.verb.as_str() {
            "may.read" => Some(PrivilegeLevel::Read),
            "may.write" => Some(PrivilegeLevel::Write),
            "may.administer" => Some(PrivilegeLevel::Administer),
            _ => None,
        }
    }

    fn is_followed(&self, traversal: Traversal) -> bool {
        match traversal {
            Traversal::Reach => {
                self.verb == "in" || self.verb == "controls" && self.to.to_lowercase().starts_with('r')
            }
            Traversal::Control => ["in", "controls", "has", "may.administer"].contains(&self.verb.as_str()),
        }
    }
}

fn edges() -> impl Strategy<Value = Vec<DrawnEdge>> {
    let nodes = ["a1", "a2", "a3", "a4", "g1", "g2", "g3", "G4", "r1", "R2", "x1", "x2", "c1"];
    let verbs = ["in", "in", "in", "controls", "has", "may", "may.read", "may.write", "may.administer"];
    let node = || proptest::sample::select(nodes.to_vec());
    let edge = (node(), proptest::sample::select(verbs.to_vec()), node(), proptest::bool::weighted(0.25));
    let edge = edge.prop_map(|(from, verb, to, conditional)| {
        let [from, verb, to] = [from, verb, to].map(str::to_owned);
        DrawnEdge { from, verb, to, conditional }
    });
    vec(edge, 1..28)
}

/// Returns the nodes from which edges lead on, each with whether it is reached without a condition: as often as needed.
fn reached(edges: &[DrawnEdge], from: &str, traversal: Traversal) -> BTreeSet<(String, bool)> {
    let mut reached = BTreeSet::from([(from.to_owned(), true)]);
    loop {
        let before = reached.len();
        for edge in edges.iter().filter(|edge| edge.is_followed(traversal)) {
            for sure in [true, false] {
                if reached.contains(&(edge.from.clone(), sure)) {
                    reached.insert((edge.to.clone(), sure && !edge.conditional));
                }
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// Returns the number of edges to each node.
fn distances(edges: &[DrawnEdge], from: &str, traversal: Traversal) -> BTreeMap<String, u32> {
    let mut distances = BTreeMap::from([(from.to_owned(), 0)]);
    loop {
        let before = distances.clone();
        for edge in edges.iter().filter(|edge| edge.is_followed(traversal)) {
            if let Some(distance) = distances.get(&edge.from).map(|distance| distance + 1) {
                let known = distances.entry(edge.to.clone()).or_insert(distance);
                *known = distance.min(*known);
            }
        }
        if distances == before {
            return distances;
        }
    }
}

/// Returns what a node can, each with its strongest level and whether that is without a condition.
fn rights(edges: &[DrawnEdge], from: &str) -> BTreeMap<String, (Option<PrivilegeLevel>, bool)> {
    let mut rights = BTreeMap::new();
    for (holder, sure) in reached(edges, from, Traversal::Reach) {
        for edge in edges.iter().filter(|edge| edge.is_right() && edge.from == holder) {
            let strength = (edge.level(), sure && !edge.conditional);
            let known = rights.entry(edge.to.clone()).or_insert(strength);
            *known = strength.max(*known);
        }
    }
    rights
}

fn check_reach(graph: &AccessGraph, edges: &[DrawnEdge], from: &str) {
    let can: BTreeMap<_, _> = graph
        .what_can(find(graph, from), ALL)
        .items
        .into_iter()
        .map(|reached| (name(graph, reached.resource), (reached.level, !reached.conditional)))
        .collect();
    assert_eq!(can, rights(edges, from), "what {from} can");
}

fn check_who_can(graph: &AccessGraph, edges: &[DrawnEdge], names: &BTreeSet<String>, resource: &str) {
    let levels =
        [None, Some(PrivilegeLevel::Read), Some(PrivilegeLevel::Write), Some(PrivilegeLevel::Administer)];
    for at_least in levels {
        let found: Vec<_> = graph
            .who_can(find(graph, resource), at_least, ALL)
            .items
            .into_iter()
            .map(|reaching| (name(graph, reaching.account), (reaching.level, !reaching.conditional)))
            .collect();
        let accounts = names.iter().filter(|name| name.starts_with('a'));
        let expected = accounts.filter_map(|account| {
            let strength = rights(edges, account).remove(resource)?;
            (strength.0 >= at_least).then(|| (account.clone(), strength))
        });
        assert_eq!(found, expected.collect::<Vec<_>>(), "who can {resource} at least {at_least:?}");
    }
}

fn check_control(graph: &AccessGraph, edges: &[DrawnEdge], from: &str) {
    let sure = reached(edges, from, Traversal::Control);
    let mut expected = distances(edges, from, Traversal::Control);
    expected.remove(from);
    let controlled = graph.reach_of_compromise(find(graph, from), ALL).items;
    let order: Vec<_> = controlled.iter().map(|controlled| (controlled.steps, controlled.node)).collect();
    assert!(order.is_sorted());
    let found: BTreeMap<_, _> =
        controlled.iter().map(|controlled| (name(graph, controlled.node), controlled.steps)).collect();
    assert_eq!(found, expected, "what {from} can come to control");
    for controlled in controlled {
        let node = name(graph, controlled.node);
        assert_eq!(!controlled.conditional, sure.contains(&(node.clone(), true)), "{from} to {node}");
    }
}

fn check_paths(graph: &AccessGraph, edges: &[DrawnEdge], names: &BTreeSet<String>, from: &str) {
    for traversal in [Traversal::Reach, Traversal::Control] {
        let followed = distances(edges, from, traversal);
        for to in names {
            let mut expected = followed.get(to).copied();
            if traversal == Traversal::Reach && to != from {
                let last = edges.iter().filter(|edge| edge.is_right() && edge.to == *to);
                let by_right = last.filter_map(|edge| followed.get(&edge.from).map(|distance| distance + 1));
                expected = by_right.chain(expected).min();
            }
            let path = graph.path(find(graph, from), find(graph, to), traversal);
            let length = path.as_ref().map(|steps| u32::try_from(steps.len()).unwrap());
            assert_eq!(length, expected, "{from} to {to}, {traversal:?}");
            let mut at = from.to_owned();
            for step in path.unwrap_or_default() {
                let text = step.grant.granted_by.unwrap();
                let edge = edges.iter().find(|edge| edge.text() == text).unwrap();
                assert_eq!((&edge.from, &edge.to), (&at, &name(graph, step.to)));
                at.clone_from(&edge.to);
            }
        }
    }
}

fn check_tier_zero(graph: &AccessGraph, edges: &[DrawnEdge], names: &BTreeSet<String>) {
    let tier_zero = graph.tier_zero(&TierZeroRules::default()).unwrap();
    let is_seed = |name: &str| name.starts_with(['G', 'R']);
    let mut expected = BTreeMap::new();
    for from in names {
        let distances = distances(edges, from, Traversal::Control);
        let nearest = distances.iter().filter(|(name, _)| is_seed(name)).map(|(_, distance)| *distance).min();
        let way = tier_zero.path(graph, find(graph, from));
        assert_eq!(way.map(|steps| u32::try_from(steps.len()).unwrap()), nearest, "{from}");
        assert_eq!(tier_zero.contains(find(graph, from)), is_seed(from));
        if let Some(steps) = nearest.filter(|steps| *steps > 0) {
            let sure = reached(edges, from, Traversal::Control);
            let is_sure = sure.iter().any(|(name, sure)| *sure && is_seed(name));
            expected.insert(from.clone(), (steps, !is_sure));
        }
    }
    let found: BTreeMap<_, _> = tier_zero
        .controllers(ALL)
        .items
        .into_iter()
        .map(|controller| (name(graph, controller.node), (controller.steps, controller.conditional)))
        .collect();
    assert_eq!(found, expected);
}

fn check_exposure(graph: &AccessGraph, edges: &[DrawnEdge], names: &BTreeSet<String>, node: &str) {
    let others = names.iter().filter(|name| name.starts_with('a') && *name != node);
    let can = others.filter(|account| {
        distances(edges, account, Traversal::Control).contains_key(node)
            || node.starts_with('x') && rights(edges, account).contains_key(node)
    });
    assert_eq!(graph.exposure(find(graph, node)).accounts, can.count(), "{node}");
}

/// Checks that a way is one of real edges between two nodes; returns its strength.
fn strength_of_way(
    graph: &AccessGraph,
    edges: &[DrawnEdge],
    (from, to): (&str, &str),
    steps: &[PathStep<'_>],
) -> (Option<PrivilegeLevel>, bool) {
    let (mut at, mut strength) = (from.to_owned(), (None, true));
    for step in steps {
        let text = step.grant.granted_by.unwrap();
        let edge = edges.iter().find(|edge| edge.text() == text).unwrap();
        assert_eq!((&edge.from, &edge.to), (&at, &name(graph, step.to)), "{from} to {to}");
        strength = (edge.level(), strength.1 && !edge.conditional);
        at.clone_from(&edge.to);
    }
    assert_eq!(at, to);
    strength
}

fn check_ways(graph: &AccessGraph, edges: &[DrawnEdge], names: &BTreeSet<String>, node: &str) {
    let index = find(graph, node);
    let is_held = |name: &str| name.to_lowercase().starts_with(['g', 'r']);
    let can = |from: &str| -> BTreeSet<String> {
        let has = reached(edges, from, Traversal::Reach).into_iter().map(|(held, _)| held);
        has.filter(|held| held != from).chain(rights(edges, from).into_keys()).collect()
    };
    let found = graph.nodes_reached(index);
    let all: BTreeSet<String> = found.all().iter().map(|reached| name(graph, reached.node)).collect();
    assert_eq!(all, can(node), "what {node} reaches");
    for reached in found.all() {
        let (to, way) = (name(graph, reached.node), found.way(reached.node));
        let strength = strength_of_way(graph, edges, (node, &to), &way);
        assert_eq!(strength, (reached.level, !reached.conditional), "{node} to {to}");
        if let Some(right) = rights(edges, node).get(&to) {
            assert_eq!(strength, *right, "{node} to {to}");
        }
    }
    for at_least in [None, Some(PrivilegeLevel::Write)] {
        let found = graph.accounts_reaching(index, at_least);
        let accounts: BTreeSet<String> =
            found.all().iter().map(|reaching| name(graph, reaching.account)).collect();
        let expected = names.iter().filter(|account| account.starts_with('a')).filter(|account| {
            let by_right = rights(edges, account).get(node).is_some_and(|right| right.0 >= at_least);
            let has = reached(edges, account, Traversal::Reach).iter().any(|(held, _)| held == node);
            by_right || at_least.is_none() && is_held(node) && has
        });
        assert_eq!(accounts, expected.cloned().collect(), "who reaches {node}");
        for reaching in found.all() {
            let (from, way) = (name(graph, reaching.account), found.way(reaching.account));
            let strength = strength_of_way(graph, edges, (&from, node), &way);
            assert_eq!(strength, (reaching.level, !reaching.conditional), "{from} to {node}");
        }
    }
    let (forward, backward) = (graph.controlled_by(index), graph.controllers_of(index));
    for controlled in forward.all() {
        let (to, way) = (name(graph, controlled.node), forward.way(controlled.node));
        strength_of_way(graph, edges, (node, &to), &way);
        assert_eq!(way.len(), controlled.steps as usize);
        assert!(graph.controllers_of(controlled.node).all().iter().any(|back| back.node == index));
    }
    for controller in backward.all() {
        let (from, way) = (name(graph, controller.node), backward.way(controller.node));
        strength_of_way(graph, edges, (&from, node), &way);
        assert_eq!(way.len(), controller.steps as usize);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_that_of_the_reference(edges in edges()) {
        let texts: Vec<String> = edges.iter().map(DrawnEdge::text).collect();
        let graph = graph(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let names: BTreeSet<String> = edges.iter().flat_map(|edge| [edge.from.clone(), edge.to.clone()]).collect();
        for node in &names {
            check_reach(&graph, &edges, node);
            check_who_can(&graph, &edges, &names, node);
            check_control(&graph, &edges, node);
            check_ways(&graph, &edges, &names, node);
            check_paths(&graph, &edges, &names, node);
            check_exposure(&graph, &edges, &names, node);
        }
        check_tier_zero(&graph, &edges, &names);
    }
}
