//! Staged rollouts: the advance through the steps, and the halt at each of them.

use super::refused;
use countersign_facts::{Fact, PredictedStep, RolloutFact, SHORTEST_WATCH, Turned, Turning};
use countersign_testkit::story::*;
use countersign_world::{Kind, RolloutState, World};
use std::sync::Arc;

#[test]
fn a_rollout_goes_through_its_steps_and_every_world_knows_how_far_it_was() {
    let mut world = told(&[roll_out(1, "on-trial", &[5, 25, 100])]);
    let start = world.seq();
    tell(&mut world, &[person(1), advance(1, 25), advance(1, 100), finish(1)]);
    let rollout = world.rollout(rol(1)).unwrap();
    assert_eq!(
        (rollout.state.clone(), rollout.percent(), rollout.next()),
        (RolloutState::Finished, 100, None)
    );
    let percents: Vec<u8> = (0..=world.seq()).map(|seq| rollout.percent_at(seq)).collect();
    assert_eq!(percents, [0, 5, 5, 25, 100, 100]);
    assert_eq!(start, 1);
    // It counts for everybody until its policy counts by its own text.
    assert_eq!(world.active_rollouts().len(), 1);
    tell(&mut world, &[end_rollout(1)]);
    assert!(world.active_rollouts().is_empty());
    assert_eq!(world.rollout(rol(1)).unwrap().percent_at(start + 3), 100);
    assert_eq!(world.rollout(rol(1)).unwrap().percent(), 0);
}

#[test]
fn what_is_halted_counts_for_nobody_and_can_be_started_anew() {
    let mut world = told(&[roll_out(1, "on-trial", &[5, 100]), halt(1)]);
    assert!(world.active_rollouts().is_empty());
    assert_eq!(world.rollout(rol(1)).unwrap().percent(), 0);
    tell(&mut world, &[roll_out(2, "on-trial", &[50, 100])]);
    assert_eq!(world.active_rollouts().len(), 1);
    for line in [advance(1, 100), halt(1), finish(1), end_rollout(1), count(1, &[1], 1)] {
        refused(vec![roll_out(1, "on-trial", &[5, 100]), halt(1), line], Kind::Over, "halted");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    refused(vec![advance(1, 5)], Kind::Unknown, "rol_");
    refused(vec![roll_out(1, "a", &[100]), roll_out(1, "b", &[100])], Kind::Taken, "already");
    refused(vec![roll_out(1, "a", &[5, 100]), roll_out(2, "a", &[100])], Kind::Taken, "halt it first");
    refused(vec![roll_out(1, "a", &[])], Kind::Impossible, "has no steps");
    refused(vec![roll_out(1, "a", &[0, 100])], Kind::Impossible, "more people");
    refused(vec![roll_out(1, "a", &[25, 25, 100])], Kind::Impossible, "more people");
    refused(vec![roll_out(1, "a", &[25, 5, 100])], Kind::Impossible, "more people");
    refused(vec![roll_out(1, "a", &[5, 25])], Kind::Impossible, "end with 100");
    refused(vec![roll_out(1, "a", &[5, 101])], Kind::Impossible, "end with 100");
    refused(vec![roll_out(1, "a", &(80..=100).collect::<Vec<_>>())], Kind::Impossible, "20 steps");
    refused(
        vec![roll_out(1, "a", &[5, 25, 100]), advance(1, 100)],
        Kind::Impossible,
        "100 percent is not its next step",
    );
    refused(vec![roll_out(1, "a", &[5, 100]), finish(1)], Kind::Impossible, "not reached everybody");
    refused(vec![roll_out(1, "a", &[100]), finish(1), count(1, &[], 1)], Kind::Over, "finished");
}

#[test]
fn whom_it_turned_is_counted_once_and_moves_nothing_that_a_decision_reads() {
    let mut world = told(&[roll_out(1, "on-trial", &[5, 100])]);
    let read = Arc::clone(world.active_rollouts());
    tell(&mut world, &[count(1, &[1, 2], 7), count(1, &[2, 3], 1)]);
    assert!(Arc::ptr_eq(&read, world.active_rollouts()));
    let counts = world.rollout_counts(rol(1)).unwrap();
    assert_eq!((counts.newly_denied.people(), counts.newly_denied.accesses), (3, 8));
    assert_eq!(counts.of(&"newly denied accesses > 1".parse().unwrap()), 8);
    assert_eq!(counts.of(&"newly allowed people > 1".parse().unwrap()), 0);
    tell(&mut world, &[advance(1, 100)]);
    assert!(!Arc::ptr_eq(&read, world.active_rollouts()));
}

#[test]
fn a_rollout_is_watched_from_each_move_for_as_long_as_it_says() {
    let mut world = told(&[roll_out(1, "on-trial", &[5, 100]), roll_out(2, "other", &[100])]);
    let rollout = |world: &World, n: u128| Arc::clone(world.rollout(rol(n)).unwrap());
    assert_eq!((rollout(&world, 1).moved_at(), rollout(&world, 1).due_at()), (Some(at(10)), Some(at(70))));
    assert!(rollout(&world, 1).is_running() && rollout(&world, 1).is_active());
    assert_eq!(rollout(&world, 1).next(), Some(100));
    tell(&mut world, &[advance(1, 100).at(80)]);
    assert_eq!((rollout(&world, 1).moved_at(), rollout(&world, 1).due_at()), (Some(at(80)), Some(at(140))));
    tell(&mut world, &[finish(1).at(150)]);
    assert!(rollout(&world, 1).is_active() && !rollout(&world, 1).is_running());
    assert_eq!(rollout(&world, 1).due_at(), None, "what has finished is watched no more");
    let active = |world: &World| world.active_rollouts().iter().map(|known| known.id).collect::<Vec<_>>();
    assert_eq!(active(&world), [rol(2), rol(1)]);
    tell(&mut world, &[halt(2)]);
    assert_eq!(active(&world), [rol(1)]);
    assert!(!rollout(&world, 2).is_active());
    assert_eq!(world.rollouts().count(), 2);
    tell(&mut world, &[halt(1)]);
    assert!(active(&world).is_empty(), "one that has finished can still be taken back");
}

#[test]
fn a_watch_takes_some_time_a_halt_says_why_and_no_policy_is_rolled_out_twice_at_once() {
    let started = |watch: u32| {
        let Fact::Rollout(RolloutFact::Started {
            rollout,
            policy,
            text,
            percents,
            halt_if,
            why,
            rehearsal,
            ..
        }) = roll_out(1, "a", &[100]).stated().fact
        else {
            unreachable!()
        };
        let watch_seconds = watch;
        Line::of(Fact::Rollout(RolloutFact::Started {
            rollout,
            policy,
            text,
            percents,
            watch_seconds,
            halt_if,
            why,
            rehearsal,
            predicted: Vec::new(),
        }))
    };
    refused(vec![started(SHORTEST_WATCH - 1)], Kind::Impossible, "at least 5 seconds");
    told(&[started(SHORTEST_WATCH)]);
    let silent = Fact::Rollout(RolloutFact::Halted { rollout: rol(1), why: " ".to_owned(), example: None });
    refused(vec![roll_out(1, "a", &[100]), Line::of(silent)], Kind::Impossible, "say why");
    told(&[roll_out(1, "a", &[100]), roll_out(2, "b", &[100])]);
    told(&[roll_out(1, "a", &(81..=100).collect::<Vec<_>>())]);
    for line in [advance(9, 5), halt(9), finish(9), end_rollout(9), count(9, &[1], 1)] {
        refused(vec![roll_out(1, "a", &[5, 100]), line], Kind::Unknown, "rol_");
    }
    for (line, words) in [(advance(1, 100), "ended"), (halt(1), "ended"), (end_rollout(1), "ended")] {
        refused(vec![roll_out(1, "a", &[5, 100]), end_rollout(1), line], Kind::Over, words);
    }
}

#[test]
fn what_is_turned_either_way_is_counted_apart_with_its_first_example() {
    let dec = |n: u128| countersign_names::DecisionId::new(uuid::Uuid::from_u128(n));
    let turned = |people: &[u128], accesses: u64, example: Option<u128>| Turned {
        people: people.iter().map(|n| per(*n)).collect(),
        accesses,
        example: example.map(dec),
    };
    let counted = |denied: Turned, allowed: Turned| {
        Line::of(Fact::Rollout(RolloutFact::Counted {
            rollout: rol(1),
            newly_denied: denied,
            newly_allowed: allowed,
        }))
    };
    let mut world = told(&[roll_out(1, "on-trial", &[5, 100])]);
    assert!(world.rollout_counts(rol(1)).is_none());
    tell(
        &mut world,
        &[
            counted(turned(&[1], 1, None), turned(&[], 0, None)),
            counted(turned(&[2], 3, Some(7)), turned(&[3], u64::MAX, Some(8))),
            counted(turned(&[2], 1, Some(9)), turned(&[4], 5, None)),
        ],
    );
    let counts = world.rollout_counts(rol(1)).unwrap();
    for (turning, people, accesses, example) in
        [(Turning::Denied, [1, 2], 5, 7), (Turning::Allowed, [3, 4], u64::MAX, 8)]
    {
        let so_far = counts.turned(turning);
        assert_eq!((so_far.people(), so_far.accesses, so_far.example), (2, accesses, Some(dec(example))));
        let mut each: Vec<_> = so_far.each().collect();
        each.sort();
        assert_eq!(each, people.map(per));
        assert!((1..=4).all(|n| so_far.has(per(n)) == people.contains(&n)));
    }
    for (condition, number) in [
        ("newly denied people > 1", 2),
        ("newly denied accesses > 1", 5),
        ("newly allowed people > 1", 2),
        ("newly allowed accesses > 1", u64::MAX),
    ] {
        assert_eq!(counts.of(&condition.parse().unwrap()), number, "{condition}");
    }
}

#[test]
fn a_prediction_is_about_the_steps_of_its_rollout() {
    let predicting = |steps: &[u8]| {
        let mut stated = roll_out(1, "a", &[5, 100]).stated();
        let Fact::Rollout(RolloutFact::Started { predicted, .. }) = &mut stated.fact else { unreachable!() };
        let of =
            |percent: &u8| PredictedStep { percent: *percent, seen: 9, newly_denied: 2, newly_allowed: 0 };
        *predicted = steps.iter().map(of).collect();
        Line::of(stated.fact)
    };
    let world = told(&[predicting(&[5, 100])]);
    let predicted = &world.rollout(rol(1)).unwrap().predicted;
    assert_eq!(predicted.iter().map(|step| step.percent).collect::<Vec<_>>(), [5, 100]);
    let world = told(&[predicting(&[])]);
    assert!(world.rollout(rol(1)).unwrap().predicted.is_empty());
    for other in [&[5][..], &[100, 5], &[5, 25, 100]] {
        refused(vec![predicting(other)], Kind::Impossible, "about other steps");
    }
}
