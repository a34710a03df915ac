//! Which decisions contradict each other: by cases, and by comparison with what correlation makes of them.

use countersign_correlate::{
    DecisionConflict, LinkDecision, LinkDecisionBody, SourcedKey, decision_conflict,
};
use countersign_sources::SourceKey;
use proptest::prelude::*;

#[expect(clippy::unwrap_used, reason = "keys of tests are valid")]
fn at(key: &str) -> SourcedKey {
    SourcedKey::new("s", SourceKey::new(key).unwrap())
}

fn linked(account: &str, to: &str) -> LinkDecisionBody {
    LinkDecisionBody::Linked { account: at(account), to: at(to) }
}

fn merged(one: &str, other: &str) -> LinkDecisionBody {
    LinkDecisionBody::Merged { one: at(one), other: at(other) }
}

fn apart(one: &str, other: &str) -> LinkDecisionBody {
    LinkDecisionBody::NotSame { one: at(one), other: at(other) }
}

/// Gives the decisions the ids `1`, `2`, ….
fn holding(bodies: Vec<LinkDecisionBody>) -> Vec<LinkDecision> {
    (1..).zip(bodies).map(|(id, body): (u32, _)| LinkDecision { id: id.to_string(), body }).collect()
}

#[test]
fn a_decision_that_says_the_same_or_the_opposite_is_found() {
    let repeats = |id: &str| Some(DecisionConflict::Repeats(id.to_owned()));
    let contradicts =
        |ids: &[&str]| Some(DecisionConflict::Contradicts(ids.iter().map(|id| (*id).to_owned()).collect()));
    for (before, new, expected) in [
        (vec![], linked("a", "p"), None),
        (vec![linked("a", "p")], linked("a", "p"), repeats("1")),
        (vec![linked("a", "p")], linked("a", "q"), contradicts(&["1"])),
        (vec![linked("a", "p")], linked("b", "p"), None),
        (vec![linked("a", "p")], apart("p", "a"), contradicts(&["1"])),
        (vec![apart("a", "p")], linked("a", "p"), contradicts(&["1"])),
        (vec![apart("a", "p")], apart("p", "a"), repeats("1")),
        (vec![merged("p", "q")], merged("q", "p"), repeats("1")),
        (vec![merged("p", "q"), merged("q", "r")], apart("p", "r"), contradicts(&["1", "2"])),
        // Through what was joined on either side.
        (vec![linked("a", "p"), apart("p", "q")], merged("a", "q"), contradicts(&["1", "2"])),
        (
            vec![merged("p", "q"), merged("x", "y"), apart("y", "p")],
            merged("q", "x"),
            contradicts(&["1", "2", "3"]),
        ),
        (vec![apart("p", "q")], merged("p", "r"), None),
    ] {
        let before = holding(before);
        assert_eq!(decision_conflict(&before, &new), expected, "{before:?} {new:?}");
    }
}

fn any_body() -> impl Strategy<Value = LinkDecisionBody> {
    let node = || prop::sample::select(vec!["a", "b", "c", "d", "e"]);
    (0..3, node(), node()).prop_filter("two nodes", |(_, one, other)| one != other).prop_map(
        |(kind, one, other)| match kind {
            0 => linked(one, other),
            1 => merged(one, other),
            _ => apart(one, other),
        },
    )
}

/// Returns the group of each of the five nodes under these decisions, computed by brute force.
fn groups(holding: &[LinkDecision]) -> Vec<Vec<SourcedKey>> {
    let mut groups: Vec<Vec<SourcedKey>> =
        ["a", "b", "c", "d", "e"].iter().map(|key| vec![at(key)]).collect();
    for decision in holding {
        if let LinkDecisionBody::Linked { account: one, to: other }
        | LinkDecisionBody::Merged { one, other } = &decision.body
        {
            let (with, without): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|group| group.contains(one) || group.contains(other));
            groups = without;
            groups.push(with.concat());
        }
    }
    groups
}

fn consistent(holding: &[LinkDecision]) -> bool {
    let groups = groups(holding);
    let accounts = holding.iter().filter_map(|decision| match &decision.body {
        LinkDecisionBody::Linked { account, .. } => Some(account),
        _ => None,
    });
    let mut accounts: Vec<_> = accounts.collect();
    let count = accounts.len();
    accounts.sort();
    accounts.dedup();
    accounts.len() == count
        && holding.iter().all(|decision| match &decision.body {
            LinkDecisionBody::NotSame { one, other } => {
                !groups.iter().any(|group| group.contains(one) && group.contains(other))
            }
            _ => true,
        })
}

proptest! {
    /// Decisions that are only taken if they contradict nothing never contradict each other, and one is refused only if it
    /// would, or says what is said already.
    #[test]
    fn what_is_taken_is_consistent_and_what_is_refused_would_not_be(bodies in prop::collection::vec(any_body(), 1..12)) {
        let mut held: Vec<LinkDecision> = Vec::new();
        for (id, body) in bodies.into_iter().enumerate() {
            let mut with = held.clone();
            with.push(LinkDecision { id: id.to_string(), body: body.clone() });
            match decision_conflict(&held, &body) {
                None => {
                    prop_assert!(consistent(&with), "{with:?}");
                    held = with;
                }
                Some(DecisionConflict::Contradicts(ids)) => {
                    prop_assert!(!consistent(&with), "{with:?}");
                    // The named ones suffice to contradict it.
                    with.retain(|decision| decision.body == body || ids.contains(&decision.id));
                    prop_assert!(!consistent(&with), "{with:?}");
                }
                Some(DecisionConflict::Repeats(id)) => {
                    prop_assert!(held.iter().any(|decision| decision.id == id));
                }
            }
        }
    }
}
