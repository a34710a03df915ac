//! Decisions about identities: taken, undone, and refused if they make no sense.

use countersign_facts::{Fact, IdentityFact, IdentityNode};
use countersign_names::LinkDecisionId;
use countersign_testkit::story::*;
use countersign_world::{IdentityVerdict, Kind, StatedBy, World};
use uuid::Uuid;

fn lnk(n: u128) -> LinkDecisionId {
    LinkDecisionId::new(Uuid::from_u128(n))
}

fn node(text: &str) -> IdentityNode {
    let (source, key) = text.split_once(' ').unwrap();
    IdentityNode { source: source.parse().unwrap(), key: key.to_owned() }
}

fn linked(n: u128, account: &str, to: &str, reason: &str) -> Line {
    let (account, to, reason) = (node(account), node(to), reason.to_owned());
    Line::of(Fact::Identity(IdentityFact::Linked { decision: lnk(n), account, to, reason }))
}

fn separated(n: u128, one: &str, other: &str) -> Line {
    let (one, other, reason) = (node(one), node(other), "a namesake".to_owned());
    Line::of(Fact::Identity(IdentityFact::Separated { decision: lnk(n), one, other, reason }))
}

fn merged(n: u128, one: &str, other: &str) -> Line {
    let (one, other, reason) = (node(one), node(other), "came back".to_owned());
    Line::of(Fact::Identity(IdentityFact::Merged { decision: lnk(n), one, other, reason }))
}

fn undone(n: u128, reason: &str) -> Line {
    let reason = reason.to_owned();
    Line::of(Fact::Identity(IdentityFact::Undone { decision: lnk(n), reason }))
}

fn holding(world: &World) -> Vec<(LinkDecisionId, IdentityVerdict)> {
    world.identity_decisions().iter().map(|decision| (decision.id, decision.verdict)).collect()
}

#[test]
fn decisions_hold_in_their_order_until_they_are_undone() {
    // The ids are in no order, as those of two processes may be.
    let mut world = told(&[
        person(1),
        linked(9, "cloud ada", "people 17", "she said so"),
        separated(4, "hosts ada", "people 17"),
        merged(7, "people 17", "people 4711"),
    ]);
    let (linked_9, separated_4, merged_7) = (
        (lnk(9), IdentityVerdict::Linked),
        (lnk(4), IdentityVerdict::Separated),
        (lnk(7), IdentityVerdict::Merged),
    );
    assert_eq!(holding(&world), [linked_9, separated_4, merged_7]);
    let first = world.identity_decision(lnk(9)).unwrap();
    assert_eq!((first.seq, first.reason.as_str()), (2, "she said so"));
    assert_eq!((&first.one, &first.other), (&node("cloud ada"), &node("people 17")));
    assert_eq!(world.identities_changed(), 4);
    tell(&mut world, &[undone(4, "it was her after all")]);
    assert_eq!(holding(&world), [linked_9, merged_7]);
    assert_eq!(world.identities_changed(), 5, "an undoing is a change");
    tell(&mut world, &[person(2)]);
    assert_eq!(world.identities_changed(), 5, "other facts are none");
}

#[test]
fn a_decision_that_makes_no_sense_is_refused() {
    let world = told(&[person(1), linked(1, "cloud ada", "people 17", "she said so")]);
    let long = format!("cloud {}", "k".repeat(1025));
    for (line, expected) in [
        (linked(1, "cloud bob", "people 18", "he said so"), (Kind::Taken, "decision")),
        (linked(2, "cloud ada", "people 17", " "), (Kind::Impossible, "reason")),
        (linked(2, "cloud ada", "cloud ada", "why"), (Kind::Impossible, "to")),
        (linked(2, &long, "people 17", "why"), (Kind::Impossible, "account")),
        (merged(2, "people a\nb", "people 17"), (Kind::Impossible, "one")),
        (separated(2, "people 17", "people 17"), (Kind::Impossible, "other")),
        (undone(2, "why"), (Kind::Unknown, "decision")),
        (undone(1, ""), (Kind::Impossible, "reason")),
    ] {
        let refused = world.clone().apply(&line.stated()).unwrap_err();
        assert_eq!((refused.kind, refused.field), expected, "{}", refused.message);
    }
    let again = undone(1, "it was Eve's");
    let mut world = world;
    tell(&mut world, std::slice::from_ref(&again));
    assert_eq!(world.apply(&again.stated()).unwrap_err().kind, Kind::Unknown, "it is undone already");
}

#[test]
fn decisions_survive_a_checkpoint_and_a_world_without_them_does_not_mention_them() {
    let bytes = |world: &World| world.to_checkpoint().unwrap();
    let without = told(&[person(1)]);
    assert!(!String::from_utf8(bytes(&without)).unwrap().contains("\"identities\""));
    let with =
        told(&[person(1), merged(7, "people 17", "people 4711"), separated(8, "hosts a", "people 17")]);
    let again = World::from_checkpoint(&bytes(&with)).unwrap();
    assert_eq!(again.identity_decisions(), with.identity_decisions());
    assert_eq!(again.identities_changed(), with.identities_changed());
    assert_eq!(again.stated_by(&merged(9, "people 1", "people 2").stated().fact), StatedBy::One);
}
