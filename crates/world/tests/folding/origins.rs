//! The principals who vouch for people, before and after a confirmation.

use countersign_facts::{Actor, Fact, Member, PersonFact, ServiceFact};
use countersign_names::Principal;
use countersign_testkit::story::*;
use countersign_world::World;

fn on_word_of(n: u128, line: Line) -> Line {
    line.by(Actor::Person(per(n)))
}

fn confirm(n: u128) -> Line {
    Line::of(Fact::Person(PersonFact::Confirmed { person: per(n), reason: "met".to_owned() }))
}

fn independent(world: &World, one: u128, other: u128) -> bool {
    world.independent(per(one), per(other), at(1_000))
}

/// Person 1 added 2, who added 3 and put 4 into a group that approves.
fn before() -> Vec<Line> {
    vec![
        group("administrators"),
        person(1),
        person(4),
        join("administrators", Member::Person(per(1))),
        on_word_of(1, person(2)),
        join("administrators", Member::Person(per(2))),
        on_word_of(2, person(3)),
        on_word_of(2, join("administrators", Member::Person(per(4)))),
    ]
}

#[test]
fn who_is_confirmed_stands_alone_and_what_they_did_before_stands_where_it_stood() {
    let mut world = told(&before());
    for n in [2, 3, 4] {
        assert!(!independent(&world, 1, n), "{n} stands on the word of 1");
    }
    tell(&mut world, &[confirm(2)]);
    assert!(independent(&world, 1, 2));
    assert!(!independent(&world, 1, 3), "1 may have named 3 in the name of 2");
    assert!(!independent(&world, 1, 4), "1 may have appointed 4 in the name of 2");
    assert!(!independent(&world, 2, 3), "2 named 3 all the same");
    // For their later acts, only they themselves vouch.
    tell(&mut world, &[on_word_of(2, person(5))]);
    assert!(independent(&world, 1, 5));
    tell(&mut world, &[confirm(3), confirm(4)]);
    assert!([3, 4].iter().all(|n| independent(&world, 1, *n)));
}

fn stands_on(world: &World, who: Principal, other: u128) -> bool {
    world.behind(who, at(1_000)).contains(&Principal::Person(per(other)))
}

fn token(n: u128, service: u128) -> Line {
    Line::of(Fact::Service(ServiceFact::TokenIssued {
        token: tok(n),
        service: svc(service),
        secret: digest(200),
        application: None,
        expires_at: at(5_000),
    }))
}

/// Each case: what happens after persons 1 to 4 were added by the operator, and whether 2 then stands on the word of 1.
#[test]
fn whoever_names_admits_or_appoints_somebody_vouches_for_them() {
    let administers = |n| join("administrators", Member::Person(per(n)));
    let cases: [(&str, Vec<Line>, bool); 14] = [
        ("nothing", vec![], false),
        ("1 changes the record of 2", vec![on_word_of(1, change_person(2, "b@example.test"))], true),
        ("2 changes their own record", vec![on_word_of(2, change_person(2, "b@example.test"))], false),
        ("the operator changes it", vec![change_person(2, "b@example.test").by(Actor::Operator)], false),
        ("1 invites 2, who has not come yet", vec![on_word_of(1, invite(1, 2, false))], false),
        ("2 comes with the link of 1", vec![on_word_of(1, invite(1, 2, false)), enrol(2, 2, 1)], true),
        (
            "2 recovers with the link of 1",
            vec![key(9, 2), on_word_of(1, invite(1, 2, true)), enrol(2, 2, 1)],
            true,
        ),
        ("2 adds a passkey without a link", vec![key(2, 2)], false),
        ("1 appoints 2", vec![on_word_of(1, administers(2))], true),
        ("the operator appoints 2", vec![administers(2).by(Actor::Operator)], false),
        (
            "1 appoints 2, and somebody takes it back",
            vec![on_word_of(1, administers(2)), leave("administrators", Member::Person(per(2)))],
            false,
        ),
        (
            "1 puts 2 where nobody approves",
            vec![group("readers"), on_word_of(1, join("readers", Member::Person(per(2))))],
            false,
        ),
        (
            "1 puts a group of 2 among the administrators",
            vec![
                group("inner"),
                join("inner", Member::Person(per(2))).by(Actor::Operator),
                on_word_of(1, join("administrators", in_group("inner"))),
            ],
            true,
        ),
        (
            "1 names 3, who names 2",
            vec![
                on_word_of(1, change_person(3, "c@example.test")),
                on_word_of(3, change_person(2, "b@example.test")),
            ],
            true,
        ),
    ];
    for (what, after, stands) in cases {
        let mut world = told(&[group("administrators"), person(1), person(2), person(3), person(4)]);
        tell(&mut world, &after);
        assert_eq!(stands_on(&world, Principal::Person(per(2)), 1), stands, "{what}");
        assert_eq!(independent(&world, 1, 2), !stands, "{what}");
        assert_eq!(world.is_rooted(per(2), at(1_000)), !stands, "{what}");
        assert!(!stands_on(&world, Principal::Person(per(1)), 2), "{what}: the other way round");
        assert!(independent(&world, 1, 4), "{what}: whoever it is not about");
    }
}

#[test]
fn who_is_named_by_a_service_account_stands_on_all_who_have_it_in_hand() {
    let by_service = |line: Line| line.by(Actor::Service(svc(1)));
    let mut world = told(&[
        group("administrators"),
        person(1),
        person(2),
        person(3),
        person(4),
        person(5),
        on_word_of(1, service(1, 2)),
        on_word_of(3, token(1, 1)),
        by_service(change_person(4, "d@example.test")),
    ]);
    for (n, how) in [(1, "made it"), (2, "owns it"), (3, "issued its token")] {
        assert!(stands_on(&world, Principal::Service(svc(1)), n), "{n} {how}");
        assert!(!independent(&world, 4, n), "{n} {how}");
    }
    assert!(independent(&world, 4, 5));
    // What it did does not become better by its end.
    tell(&mut world, &[Line::of(Fact::Service(ServiceFact::Removed { service: svc(1) }))]);
    assert!([1, 2, 3].iter().all(|n| !independent(&world, 4, *n)));
    // A confirmation of the person does.
    tell(&mut world, &[confirm(4)]);
    assert!([1, 2, 3].iter().all(|n| independent(&world, 4, *n)));
    assert!(world.is_rooted(per(4), at(1_000)));
}

#[test]
fn a_service_account_that_is_appointed_stands_on_whoever_appointed_it() {
    let mut world = told(&[
        group("administrators"),
        person(1),
        person(2),
        person(3),
        service(1, 1).by(Actor::Operator),
        on_word_of(2, join("administrators", Member::Service(svc(1)))),
        person(4).by(Actor::Service(svc(1))),
    ]);
    assert!(!independent(&world, 4, 2), "2 gave it the standing to add people");
    assert!(!independent(&world, 4, 1), "1 owns it");
    assert!(independent(&world, 4, 3));
    tell(&mut world, &[leave("administrators", Member::Service(svc(1)))]);
    assert!(independent(&world, 4, 2), "an appointment that was taken back counts for nothing");
    assert!(!independent(&world, 4, 1));
}

#[test]
fn a_confirmation_says_who_stated_it_and_lasts_until_somebody_vouches_again() {
    let mut world = told(&before());
    assert!(world.confirmed(per(2)).is_none());
    tell(&mut world, &[confirm(2).by(Actor::Person(per(1))).at(900)]);
    let confirmed = world.confirmed(per(2)).unwrap();
    assert_eq!((&confirmed.by, confirmed.at), (&Actor::Person(per(1)), at(900)));
    assert_eq!(confirmed.reason, "met");
    assert!(independent(&world, 1, 2), "whoever confirms does not vouch");
    tell(&mut world, &[on_word_of(1, change_person(2, "b@example.test"))]);
    assert!(!independent(&world, 1, 2), "the next act counts");
    // An appointment from before the confirmation does not count any more, and a new one does.
    tell(&mut world, &[confirm(2), confirm(4)]);
    assert!(independent(&world, 2, 4));
    tell(&mut world, &[leave("administrators", Member::Person(per(4)))]);
    tell(&mut world, &[on_word_of(2, join("administrators", Member::Person(per(4))))]);
    assert!(!independent(&world, 2, 4));
}

#[test]
fn a_removed_person_still_stands_between_those_before_and_after_them() {
    let mut world = told(&before());
    tell(&mut world, &[remove_person(2)]);
    assert!(!independent(&world, 1, 3), "1 named 2, who named 3");
}

#[test]
fn there_are_independent_approvers_when_two_who_can_sign_in_share_no_voucher() {
    let administers = |n| join("administrators", Member::Person(per(n)));
    let able = || {
        told(&[
            group("administrators"),
            person(1),
            person(2),
            administers(1),
            administers(2),
            key(1, 1),
            key(2, 2),
        ])
    };
    let has = |world: &World| world.has_independent_approvers(at(1_000));
    assert!(has(&able()));
    for (what, line) in [
        ("one has no passkey", remove_key(2)),
        ("one is suspended", suspend(2)),
        ("one does not approve", leave("administrators", Member::Person(per(2)))),
        ("one named the other", on_word_of(1, change_person(2, "b@example.test"))),
    ] {
        let mut world = able();
        tell(&mut world, &[line]);
        assert!(!has(&world), "{what}");
    }
}
