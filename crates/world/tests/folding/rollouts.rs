//! Staged rollouts: one way through their steps, and back to nobody from any of them.

use super::refused;
use countersign_testkit::story::*;
use countersign_world::{Kind, RolloutState};
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
    refused(vec![roll_out(1, "a", &[])], Kind::Impossible, "has steps");
    refused(vec![roll_out(1, "a", &[0, 100])], Kind::Impossible, "more people");
    refused(vec![roll_out(1, "a", &[25, 25, 100])], Kind::Impossible, "more people");
    refused(vec![roll_out(1, "a", &[25, 5, 100])], Kind::Impossible, "more people");
    refused(vec![roll_out(1, "a", &[5, 25])], Kind::Impossible, "end with 100");
    refused(vec![roll_out(1, "a", &[5, 101])], Kind::Impossible, "end with 100");
    refused(vec![roll_out(1, "a", &(80..=100).collect::<Vec<_>>())], Kind::Impossible, "20 steps");
    refused(vec![roll_out(1, "a", &[5, 25, 100]), advance(1, 100)], Kind::Impossible, "from 5 to 100");
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
