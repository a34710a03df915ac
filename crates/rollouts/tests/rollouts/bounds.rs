//! What a rollout turned is counted, and halts it one beyond its bound.

use crate::watched::{HALF_MINUTE, MICROSECOND, WATCH, WatchedHouse, forbidding, permitting, sample, watch};
use countersign_facts::{RolloutFact, Turned};
use countersign_names::{DecisionId, RolloutId};
use countersign_testkit::story::per;

/// Returns the only fact, which counts: denials, then allowances.
fn counted(facts: &[RolloutFact]) -> (Turned, Turned) {
    match facts {
        [RolloutFact::Counted { newly_denied, newly_allowed, .. }] => {
            (newly_denied.clone(), newly_allowed.clone())
        }
        other => panic!("{other:?}"),
    }
}

/// Returns why the last of these facts halts, and the example.
fn halted(facts: &[RolloutFact]) -> (String, Option<DecisionId>) {
    match facts {
        [RolloutFact::Counted { .. }, RolloutFact::Halted { why, example, .. }] => (why.clone(), *example),
        other => panic!("{other:?}"),
    }
}

fn people(turned: &Turned) -> Vec<u128> {
    (1..=6).filter(|n| turned.people.contains(&per(*n))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_bound_halts_one_beyond_it_and_not_at_it() {
    for (halt_if, what, files) in [
        ("newly denied people > 2", "3 newly denied people", forbidding()),
        ("newly denied accesses > 2", "3 newly denied accesses", forbidding()),
        ("newly allowed people > 2", "3 newly allowed people", permitting()),
        ("newly allowed accesses > 2", "3 newly allowed accesses", permitting()),
    ] {
        let mut house = WatchedHouse::over(&files).await;
        let id = house.start(&[50, 100], 4, halt_if).await;
        let is_permit = halt_if.contains("allowed");
        let (within, without) = sample(id, 50);
        for n in &without {
            assert_eq!(house.reads(*n, "wiki").await, !is_permit, "{n} is not in the sample");
        }
        assert_eq!(house.look().await, [], "{halt_if}: it turned nobody");
        for n in &within[..2] {
            assert_eq!(house.reads(*n, "wiki").await, is_permit, "{n} is in the sample");
        }
        let (denied, allowed) = counted(&house.look().await);
        let (turned, other) = if is_permit { (allowed, denied) } else { (denied, allowed) };
        assert_eq!((people(&turned), turned.accesses), (within[..2].to_vec(), 2), "{halt_if}");
        assert_eq!(other, Turned::default(), "{halt_if}");
        assert!(house.rollout(id).is_running(), "{halt_if}: at the bound it goes on");

        house.reads(within[2], "wiki").await;
        let (why, example) = halted(&house.look().await);
        let (first, by) = (turned.example.unwrap(), if is_permit { "allowed" } else { "denied" });
        let expected =
            format!("{what} at 50 percent, and it halts at more than 2; the first was {by} by {first}");
        assert_eq!((why, example), (expected, Some(first)), "the first, though it was counted before");
        assert_eq!(house.rollout(id).percent(), 0);
        assert_eq!(house.reads(within[0], "wiki").await, !is_permit, "it counts for nobody any more");
        house.wait(WATCH);
        assert_eq!(house.look().await, [], "{halt_if}: it stays halted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_beyond_are_counted_before_it_halts() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 5, "newly denied people > 0").await;
    let (within, _) = sample(id, 50);
    for n in &within {
        assert!(!house.reads(*n, "wiki").await);
    }
    // The step is due too, but a rollout that turned too many does not take it.
    house.wait(WATCH);
    let facts = house.look().await;
    let (why, _) = halted(&facts);
    assert!(why.starts_with("5 newly denied people at 50 percent, and it halts at more than 0; "), "{why}");
    let (denied, _) = counted(&facts[..1]);
    assert_eq!(people(&denied), within);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_counts_once_and_each_access_counts() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 4, "newly denied people > 1").await;
    let (within, _) = sample(id, 50);
    for _ in 0..3 {
        house.reads(within[0], "wiki").await;
    }
    let (denied, _) = counted(&house.look().await);
    assert_eq!((people(&denied), denied.accesses), (vec![within[0]], 3));
    let first = denied.example;
    assert!(first.is_some());
    // Somebody who was counted is no news, and waits for half a minute.
    house.reads(within[0], "wiki").await;
    house.wait(HALF_MINUTE - MICROSECOND);
    assert_eq!(house.look().await, []);
    house.reads(within[0], "wiki").await;
    assert_eq!(house.look().await, []);
    house.wait(HALF_MINUTE - MICROSECOND);
    assert_eq!(house.look().await, [], "it waits since the watch met the first of these accesses");
    house.wait(MICROSECOND);
    let (denied, _) = counted(&house.look().await);
    assert_eq!((people(&denied), denied.accesses), (vec![], 2));
    assert_eq!(house.look().await, [], "each is counted once");
    let world = house.post.ledger.world();
    let counts = world.rollout_counts(id).unwrap();
    assert_eq!((counts.newly_denied.people(), counts.newly_denied.accesses), (1, 5));
    assert_eq!(counts.newly_denied.example, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn accesses_of_known_people_are_told_at_once_if_they_halt() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 4, "newly denied accesses > 2").await;
    let (within, _) = sample(id, 50);
    house.reads(within[0], "wiki").await;
    counted(&house.look().await);
    house.reads(within[0], "wiki").await;
    assert_eq!(house.look().await, [], "two are not too many");
    house.reads(within[0], "wiki").await;
    let (why, _) = halted(&house.look().await);
    assert!(why.starts_with("3 newly denied accesses"), "{why}");
}

/// The watch of each process begins with the facts, and the people whom another counted still count.
#[tokio::test(flavor = "multi_thread")]
async fn a_watch_continues_from_what_another_counted() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 4, "newly denied people > 2").await;
    let (within, _) = sample(id, 50);
    for n in &within[..2] {
        house.reads(*n, "wiki").await;
    }
    counted(&house.look().await);
    house.watch = watch(&house.post);
    for n in &within[..3] {
        house.reads(*n, "wiki").await;
    }
    let facts = house.look().await;
    let (why, _) = halted(&facts);
    assert!(why.starts_with("3 newly denied people"), "{why}");
    let (denied, _) = counted(&facts[..1]);
    assert_eq!((people(&denied), denied.accesses), (vec![within[2]], 3), "only the third is news");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_under_a_halted_rollout_is_dropped() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 4, "newly denied people > 5").await;
    let (within, _) = sample(id, 50);
    house.reads(within[0], "wiki").await;
    house.state(RolloutFact::Halted { rollout: id, why: "enough".to_owned(), example: None }).await;
    assert_eq!(house.look().await, []);
    house.wait(WATCH);
    assert_eq!(house.look().await, []);
    assert!(house.post.ledger.world().rollout_counts(id).is_none());
    // Another rollout of the same policy begins with nothing.
    let again = (1..10_000).map(countersign_testkit::story::rol);
    let again: RolloutId =
        again.filter(|other| *other != id).find(|id| sample(*id, 50).0.len() == 4).unwrap();
    house.start_as(again, &[50, 100], "newly denied people > 5").await;
    house.reads(sample(again, 50).0[0], "wiki").await;
    let (denied, _) = counted(&house.look().await);
    assert_eq!(denied.accesses, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_stated_where_nothing_runs() {
    let mut house = WatchedHouse::new().await;
    assert!(house.reads(1, "wiki").await);
    assert_eq!(house.look().await, []);
    house.wait(WATCH);
    assert_eq!(house.look().await, []);
}
