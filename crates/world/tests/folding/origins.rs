//! The principals who vouch for people, before and after a confirmation.

use countersign_facts::{Actor, Fact, Member, PersonFact};
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
