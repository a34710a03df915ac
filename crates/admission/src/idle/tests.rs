//! How long a session was not used, and that what is remembered of sessions stays bounded.

use super::*;
use countersign_names::SessionId;
use countersign_testkit::story::*;
use uuid::Uuid;

const DAY: i64 = 86_400;

fn nth(n: usize) -> Who {
    Who::Session(SessionId::new(Uuid::from_u128(n as u128)))
}

#[test]
fn idleness_is_in_whole_minutes_since_the_last_use_or_the_last_proof() {
    let world = told(&[person(1), key(1, 1), session(1, 1, 1), session(2, 1, 1), step_up(2).at(50)]);
    let idle = Idle::default();
    let of = |who: Who, now: i64| idle.whole_minutes(&world, who, at(now));
    assert_eq!((of(Who::Session(ses(1)), 69), of(Who::Session(ses(1)), 70)), (0, 60), "since it began at 10");
    assert_eq!(
        (of(Who::Session(ses(2)), 109), of(Who::Session(ses(2)), 110)),
        (0, 60),
        "since the proof at 50"
    );
    idle.used(Who::Session(ses(1)), at(200));
    assert_eq!((of(Who::Session(ses(1)), 259), of(Who::Session(ses(1)), 380)), (0, 180));
    // A use that is told late does not make it older, and one before the proof does not count.
    idle.used(Who::Session(ses(1)), at(100));
    idle.used(Who::Session(ses(2)), at(20));
    assert_eq!((of(Who::Session(ses(1)), 320), of(Who::Session(ses(2)), 170)), (120, 120));
    // What is no session is never idle, nor is one that is not known.
    for who in [Who::Anonymous, Who::Service(svc(1)), Who::Person(per(1)), Who::Session(ses(9))] {
        idle.used(who, at(0));
        assert_eq!(of(who, 5_000), 0, "{who:?}");
    }
}

#[test]
fn sessions_that_were_not_seen_for_a_day_are_forgotten_when_there_are_many() {
    let idle = Idle::default();
    let (first, second) = (SWEEP_AT / 2, SWEEP_AT - 1);
    (0..first).for_each(|n| idle.used(nth(n), at(0)));
    (first..second).for_each(|n| idle.used(nth(n), at(1)));
    assert_eq!(idle.0.read().len(), second);
    idle.used(nth(second), at(DAY));
    assert_eq!(idle.0.read().len(), SWEEP_AT, "there were not too many yet");
    idle.used(nth(SWEEP_AT), at(DAY));
    let kept = idle.0.read().len();
    assert_eq!(kept, SWEEP_AT - first + 1, "those seen a day ago are gone, those seen later are there");
}
