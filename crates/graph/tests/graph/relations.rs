//! The table of the crate's first lines: what each relation means for reach and for control.

use crate::{compromise, graph, what_can, who_can};

/// Checks what `a1` can do and can come to control in a graph.
fn check(edges: &[&str], can: &[&str], controls: &[&str]) {
    let graph = graph(edges);
    assert_eq!(what_can(&graph, "a1"), can, "{edges:?}");
    assert_eq!(compromise(&graph, "a1"), controls, "{edges:?}");
    let is_reached = can.iter().any(|line| line.starts_with("x9"));
    if edges.iter().any(|edge| edge.ends_with("x9")) {
        let is_listed = who_can(&graph, "x9", None).iter().any(|line| line.starts_with("a1"));
        assert_eq!(is_listed, is_reached, "who can agrees with what can: {edges:?}");
    }
}

#[test]
fn a_member_has_what_its_groups_and_roles_have() {
    check(&["a1 in g1", "g1 may.write x9"], &["x9 write by g1"], &["1 g1"]);
    check(&["a1 in r1", "r1 may.read x9"], &["x9 read by r1"], &["1 r1"]);
    check(&["a1 in g1", "g1 in g2", "g2 may x9"], &["x9 some by g2"], &["1 g1", "2 g2"]);
    // Not the other way round: a group does not have what its members have.
    check(&["a2 in a1", "a2 may.write x9"], &[], &[]);
}

#[test]
fn a_role_that_can_be_taken_on_is_used_and_any_other_node_would_be_taken_over() {
    check(&["a1 controls r1", "r1 may.write x9"], &["x9 write by r1"], &["1 r1"]);
    check(&["a1 controls a2", "a2 may.write x9"], &[], &["1 a2"]);
    check(&["a1 controls g1", "g1 may.administer x9"], &[], &["1 g1", "2 x9"]);
}

#[test]
fn a_right_ends_the_reach_and_gives_control_if_it_administers() {
    check(&["a1 may.write x9"], &["x9 write by a1"], &[]);
    check(&["a1 may.administer x9"], &["x9 administer by a1"], &["1 x9"]);
    check(&["a1 may.write g1", "g1 may.write x9"], &["g1 write by a1"], &[]);
    check(
        &["a1 may.administer g1", "g1 in g2", "g2 may.write x9"],
        &["g1 administer by a1"],
        &["1 g1", "2 g2"],
    );
}

#[test]
fn a_credential_comes_with_its_account_and_leads_no_further() {
    check(&["a1 has c1", "c1 may.write x9"], &[], &["1 c1"]);
    check(&["a1 has c1", "a2 has c1", "a2 may.administer x9"], &[], &["1 c1"]);
}

#[test]
fn the_strongest_way_counts_and_a_condition_stays_on_its_way() {
    check(&["a1 in? g1", "g1 may.write x9"], &["x9 write? by g1"], &["1 g1?"]);
    check(&["a1 in g1", "g1 may.write? x9"], &["x9 write? by g1"], &["1 g1"]);
    check(&["a1 in? g1", "g1 may.write x9", "a1 may.read x9"], &["x9 write? by g1"], &["1 g1?"]);
    check(
        &["a1 in? g1", "g1 may.write x9", "a1 in g2", "g2 may.write x9"],
        &["x9 write by g2"],
        &["1 g1?", "1 g2"],
    );
    // A longer way without a condition counts more than a short one with one.
    check(
        &["a1 in? g3", "a1 in g1", "g1 in g2", "g2 in g3", "g3 may.write x9"],
        &["x9 write by g3"],
        &["1 g1", "1 g3", "2 g2"],
    );
}
