//! Simultaneous commands are appended as one step whose facts have one time, up to a maximum.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Actor, Stated};
use countersign_journal::{Head, Journal};
use countersign_ledger::Ledger;
use countersign_names::Timestamp;
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Maximum number of commands per step.
const MOST: usize = 512;

/// Opens a ledger whose clock advances with each reading, so that every step has its own time.
async fn ledger(folder: &tempfile::TempDir) -> Ledger {
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let reads = AtomicI64::new(0);
    let clock = Arc::new(move || Timestamp::from_micros(reads.fetch_add(1, Ordering::Relaxed)));
    Ledger::open(journal, clock, |_| {}).await.unwrap()
}

/// Returns the number of facts of each step, in order.
async fn steps(ledger: &Ledger) -> Vec<usize> {
    let mut counted: BTreeMap<Timestamp, usize> = BTreeMap::new();
    let mut head = Head::GENESIS;
    loop {
        let page = ledger.journal().read_chained(head, 1_000).await.unwrap();
        let Some(last) = page.last() else { break };
        head = last.head();
        for entry in &page {
            *counted.entry(Stated::from_bytes(&entry.payload).unwrap().at).or_default() += 1;
        }
    }
    counted.into_values().collect()
}

/// States one person per command, in waves: so many at once, after so many turns of all other tasks.
async fn all_state(ledger: &Ledger, waves: &[(usize, usize)]) {
    let mut stating = tokio::task::JoinSet::new();
    let mut number = 0;
    for (turns, count) in waves {
        for _ in 0..*count {
            number += 1;
            let (ledger, fact, turns) = (ledger.clone(), person(number).stated().fact, *turns);
            stating.spawn(async move {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
                ledger.state(Actor::Operator, vec![fact]).await.unwrap();
            });
        }
    }
    while let Some(stated) = stating.join_next().await {
        stated.unwrap();
    }
    assert_eq!(u128::from(ledger.world().seq()), number);
}

#[tokio::test]
async fn what_others_are_about_to_say_is_a_part_of_the_same_step() {
    let one_after_the_other: Vec<_> = (0..40).map(|turns| (turns, 1)).collect();
    let mut taken = Vec::new();
    // On a busy machine, the disk may be slower or faster than usual for a moment.
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder).await;
        all_state(&ledger, &one_after_the_other).await;
        taken.push(steps(&ledger).await);
        if taken.iter().any(|steps| steps.len() <= 4) {
            return;
        }
    }
    panic!("40 commands that came while others were said took {taken:?}");
}

#[tokio::test]
async fn no_step_holds_more_commands_than_its_bound() {
    for waves in [vec![(0, 1_300)], vec![(0, 500), (1, 700)]] {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder).await;
        all_state(&ledger, &waves).await;
        let steps = steps(&ledger).await;
        assert!(steps.iter().all(|step| *step <= MOST), "{steps:?}");
        assert!(steps.contains(&MOST), "{steps:?}: one was full");
    }
}

#[tokio::test]
async fn the_sequence_is_that_of_the_world_and_its_moves_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder).await;
    let mut moved = ledger.moved();
    assert_eq!((ledger.seq(), *moved.borrow_and_update()), (0, 0));
    for n in 1..=3 {
        ledger.state(Actor::Operator, vec![person(n).stated().fact]).await.unwrap();
        moved.changed().await.unwrap();
        let told = *moved.borrow_and_update();
        assert_eq!((ledger.seq(), told, u128::from(told)), (ledger.world().seq(), told, n));
    }
    assert!(ledger.broken().is_none());
    // Each reading of the clock returns a later time.
    assert!(ledger.now() < (ledger.clock())());
}
