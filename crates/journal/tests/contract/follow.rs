//! A follower is woken when there is something to read, and not continually otherwise.

use crate::stage::{Stage, append};
use countersign_journal::{Head, Seq, Wake};
use std::time::{Duration, Instant};

/// Far longer than a wake-up takes; only a follower that is never woken reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn an_append_wakes_a_follower(stage: &Stage<'_>) {
    const WAKES: u64 = 12;
    let journal = stage.open().await;
    let rival = stage.rival(&journal).await;
    let following = journal.clone();
    let (told, mut hear) = tokio::sync::mpsc::channel(1);
    let task = tokio::spawn(async move {
        let mut follower = following.follow();
        let mut seen = Seq::ZERO;
        while seen < Seq(WAKES) {
            assert_eq!(follower.wait(seen).await, Wake::Look);
            for entry in following.read(seen, 100).await.unwrap() {
                seen = entry.seq;
                told.send(seen).await.unwrap();
            }
        }
    });
    let begun = Instant::now();
    let mut head = Head::GENESIS;
    for _ in 0..WAKES {
        head = append(&rival, head, 1).await;
        let heard = tokio::time::timeout(PATIENCE, hear.recv()).await.expect("the follower was woken");
        assert_eq!(heard, Some(head.seq));
    }
    task.await.unwrap();
    // Polling every two seconds would need twice as long as this; a notification needs milliseconds.
    assert!(begun.elapsed() < Duration::from_secs(WAKES), "woken by looking, not by a push");
    rival.close().await;
}

pub async fn a_follower_from_the_past_is_woken_at_once(stage: &Stage<'_>) {
    let journal = stage.open().await;
    append(&journal, Head::GENESIS, 5).await;
    let mut follower = journal.follow();
    assert!(follower.connected() && journal.connected());
    for after in 0..5 {
        let wake = tokio::time::timeout(PATIENCE, follower.wait(Seq(after))).await;
        assert_eq!(wake, Ok(Wake::Look), "after {after}");
    }
    let idle = tokio::time::timeout(Duration::from_millis(700), follower.wait(Seq(5))).await;
    assert!(idle.is_err(), "there is nothing after the last entry");
}

pub async fn a_follower_that_does_not_get_further_does_not_spin(stage: &Stage<'_>) {
    let journal = stage.open().await;
    append(&journal, Head::GENESIS, 5).await;
    let mut follower = journal.follow();
    let mut woken = 0;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(1200) {
        // As if every read failed.
        follower.wait(Seq(2)).await;
        woken += 1;
    }
    assert!((2..10).contains(&woken), "woken {woken} times");
}

pub async fn closing_ends_the_wait(stage: &Stage<'_>) {
    let journal = stage.open().await;
    let mut follower = journal.follow();
    let waiting = tokio::spawn(async move { follower.wait(Seq::ZERO).await });
    tokio::task::yield_now().await;
    journal.close().await;
    let wake = tokio::time::timeout(PATIENCE, waiting).await.expect("the wait ends").unwrap();
    assert_eq!(wake, Wake::Closed);
    assert!(journal.head().await.is_err(), "a closed journal answers nothing");
}
