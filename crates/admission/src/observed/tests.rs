//! The idle time of sessions, and the time of confirmed postures.

use super::*;
use countersign_facts::{AcceptedClock, Fact, JournalFact};
use countersign_names::CheckResult;
use countersign_testkit::story::*;

#[test]
fn idleness_is_in_whole_minutes_since_the_last_use_or_the_last_proof() {
    let world = told(&[person(1), key(1, 1), session(1, 1, 1), session(2, 1, 1), step_up(2).at(50)]);
    let all = Observations::new("test");
    let of = |who: Who, now: i64| idle(&all, &world, who, at(now));
    assert_eq!((of(Who::Session(ses(1)), 69), of(Who::Session(ses(1)), 70)), (0, 60), "since it began at 10");
    assert_eq!(
        (of(Who::Session(ses(2)), 109), of(Who::Session(ses(2)), 110)),
        (0, 60),
        "since the proof at 50"
    );
    session_used(&all, Who::Session(ses(1)), at(200));
    assert_eq!((of(Who::Session(ses(1)), 259), of(Who::Session(ses(1)), 380)), (0, 180));
    // A use that is reported late does not make the idle time longer, and one before the authentication does not count.
    session_used(&all, Who::Session(ses(1)), at(100));
    session_used(&all, Who::Session(ses(2)), at(20));
    assert_eq!((of(Who::Session(ses(1)), 320), of(Who::Session(ses(2)), 170)), (120, 120));
    // Requests without a session, or with an unknown one, are never idle.
    for who in [Who::Anonymous, Who::Service(svc(1)), Who::Person(per(1)), Who::Session(ses(9))] {
        session_used(&all, who, at(0));
        assert_eq!(of(who, 5_000), 0, "{who:?}");
    }
}

#[test]
fn what_was_confirmed_counts_for_that_posture_and_only_after_the_report() {
    let story = [device(1), all_checks(1, 15, CheckResult::Pass)];
    let (world, all) = (told(&story), Observations::new("test"));
    let device = world.device(dev(1)).unwrap();
    let confirm = |collected: i64| {
        all.posture_confirmed(dev(1), world.posture_digest(&device.checks), at(collected), at(900))
    };
    assert_eq!(confirmed_at(&all, &world, device), None);
    confirm(15);
    assert_eq!(confirmed_at(&all, &world, device), None, "the report's own moment is no news");
    confirm(40);
    assert_eq!(confirmed_at(&all, &world, device), Some(at(40)));
    confirm(30);
    assert_eq!(confirmed_at(&all, &world, device), Some(at(40)), "an older look is replayed");
    // A late report of another posture: the confirmation after it was not of that posture.
    let failed = told(&[story[0].clone(), story[1].clone(), all_checks(1, 20, CheckResult::Fail).at(50)]);
    assert_eq!(confirmed_at(&all, &world, failed.device(dev(1)).unwrap()), None);
    let mended =
        [story[0].clone(), all_checks(1, 15, CheckResult::Fail), all_checks(1, 20, CheckResult::Pass).at(50)];
    let failing = told(&mended[..2]);
    let failing = failing.device(dev(1)).unwrap();
    let others = Observations::new("test");
    others.posture_confirmed(dev(1), world.posture_digest(&failing.checks), at(45), at(900));
    assert_eq!(
        confirmed_at(&others, &world, told(&mended).device(dev(1)).unwrap()),
        None,
        "it was confirmed to fail"
    );
    // What was observed before time was set back says nothing after it.
    let accepted = AcceptedClock { gate: "edge".to_owned(), held: at(900), why: "test".to_owned() };
    let mut back = world.clone();
    tell(&mut back, &[Line::of(Fact::Journal(JournalFact::ClockAccepted(accepted))).at(60)]);
    let (known, reported) = (back.device(dev(1)).unwrap(), back.device(dev(1)).unwrap().collected_at);
    assert_eq!((reported, confirmed_at(&all, &back, known)), (Some(at(15 - 840)), None));
    all.posture_confirmed(dev(1), back.posture_digest(&known.checks), at(61), at(61));
    assert_eq!(confirmed_at(&all, &back, known), Some(at(61)));
    // A posture that was never reported cannot be confirmed.
    let silent = told(&[story[0].clone()]);
    let silent = silent.device(dev(1)).unwrap();
    others.posture_confirmed(dev(1), world.posture_digest(&silent.checks), at(45), at(900));
    assert_eq!(confirmed_at(&others, &world, silent), None);
}
