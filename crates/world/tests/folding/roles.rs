//! Proposed roles: accepted, dismissed, and reconsidered.

use countersign_facts::{Fact, RoleFact};
use countersign_names::RoleProposalId;
use countersign_testkit::story::*;
use countersign_world::{Kind, RoleVerdict, StatedBy, World};

fn rpr(n: u128) -> RoleProposalId {
    format!("rpr_{n:032x}").parse().unwrap()
}

fn accepted(n: u128, reason: &str) -> Line {
    let (about, reason) = ("3 entitlements for 9 members".to_owned(), reason.to_owned());
    Line::of(Fact::Role(RoleFact::Accepted { proposal: rpr(n), about, members: 9, reason }))
}

fn dismissed(n: u128, members: u64) -> Line {
    let (about, reason) = ("3 entitlements".to_owned(), "a project that ends".to_owned());
    Line::of(Fact::Role(RoleFact::Dismissed { proposal: rpr(n), about, members, reason }))
}

fn reconsidered(n: u128) -> Line {
    Line::of(Fact::Role(RoleFact::Reconsidered { proposal: rpr(n), reason: "it goes on".to_owned() }))
}

#[test]
fn the_last_decision_holds_until_it_is_reconsidered() {
    let mut world = told(&[person(1), accepted(1, "every clerk needs it")]);
    assert_eq!(world.role_ruling(rpr(1)).unwrap().verdict, RoleVerdict::Accepted);
    tell(&mut world, &[dismissed(1, 8)]);
    let ruling = world.role_ruling(rpr(1)).unwrap();
    assert_eq!((ruling.verdict, ruling.members), (RoleVerdict::Dismissed, 8));
    let again = World::from_checkpoint(&world.to_checkpoint().unwrap()).unwrap();
    assert_eq!(again.role_ruling(rpr(1)), world.role_ruling(rpr(1)));
    tell(&mut world, &[reconsidered(1)]);
    assert_eq!(world.role_ruling(rpr(1)), None);
    for (line, expected) in
        [(accepted(2, " "), (Kind::Impossible, "reason")), (reconsidered(1), (Kind::Unknown, "proposal"))]
    {
        let refused = world.clone().apply(&line.stated()).unwrap_err();
        assert_eq!((refused.kind, refused.field), expected);
    }
    assert_eq!(world.stated_by(&dismissed(1, 8).stated().fact), StatedBy::One);
}

#[test]
fn a_dismissal_ends_once_the_members_changed_by_more_than_a_quarter() {
    let world = told(&[person(1), dismissed(1, 8)]);
    let ruling = world.role_ruling(rpr(1)).unwrap();
    let holding: Vec<u64> = (0..15).filter(|members| ruling.holds_for(*members)).collect();
    assert_eq!(holding, [6, 7, 8, 9, 10]);
}
