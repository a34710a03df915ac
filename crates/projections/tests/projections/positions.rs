//! The position of a projection: what is no position, an entry that this build does not know, a journal that grows, and
//! tables that change while they are compared.

use crate::house::{StoredJournal, equals_the_journal, history, is_the_fold};
use crate::tallies::{TALLIES, TalliesProjection, following};
use countersign_journal::{Head, Seq};
use countersign_projections::register::REGISTER;
use countersign_projections::{ProjectionError, ProjectionState, Projections};
use countersign_testkit::story;
use std::time::{Duration, Instant};

/// Waits until the state of this projection holds something, and returns that.
async fn until<T>(projections: &Projections, what: &str, holds: impl Fn(ProjectionState) -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(value) = holds(projections.states().await.unwrap().remove(0)) {
            return value;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn trouble(projections: &Projections) -> String {
    until(projections, "trouble", |state| state.trouble).await
}

/// Waits until the tables were built this many times.
async fn built(projections: &Projections, times: u64) {
    until(projections, "another generation", |state| (state.generation == times).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_that_is_none_and_a_column_that_is_missing_are_built_anew() {
    for house in StoredJournal::both().await {
        house.state(&history(60)).await;
        let mut generations = 1;
        for tampering in [
            "UPDATE projection_positions SET head = 'x'",
            "UPDATE projection_positions SET head = '07:0000000000000000000000000000000000000000000000000000000000000000'",
            "UPDATE projection_positions SET seq = 999999, head = '999999:0000000000000000000000000000000000000000000000000000000000000000'",
            "ALTER TABLE projection_register DROP COLUMN item",
            "ALTER TABLE projection_register RENAME COLUMN entry TO entries",
            "UPDATE projection_positions SET shape = 0",
        ] {
            let following = house.following().await;
            built(&following.projections, generations).await;
            equals_the_journal(&house, &following.projections).await;
            drop(following);
            house.sql(tampering).await;
            generations += 1;
        }
        let following = house.following().await;
        built(&following.projections, generations).await;
        equals_the_journal(&house, &following.projections).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_this_build_does_not_know_stops_it_and_is_named() {
    for house in StoredJournal::both().await {
        let known = house.state(&[story::person(1), story::person(2)]).await;
        let following = following(&house, 1).await;
        following.projections.up_to(TALLIES, known).await.unwrap();
        let unknown =
            br#"{"at":"2026-11-22T00:00:00.000000Z","by":{"as":"operator"},"fact":"person.cloned/1"}"#;
        let head = house.journal.head().await.unwrap();
        house.journal.append(head, vec![unknown.to_vec()]).await.unwrap();
        let said = trouble(&following.projections).await;
        assert!(said.starts_with("this build does not know the fact of entry 3: "), "{said}");
        // What it knows is still read, and what it does not is refused with the reason.
        following.projections.up_to(TALLIES, known).await.unwrap();
        let reading = house.of(TalliesProjection { shape: 1 }, Duration::from_millis(50)).await;
        let behind = reading.up_to(TALLIES, known + 1).await.unwrap_err().to_string();
        assert_eq!(behind, "the projection tallies is 1 facts behind the journal");
        let comparison = following.projections.compare(TALLIES, |_| ()).await.unwrap();
        assert!(comparison.is_equal() && comparison.seq == known, "up to where it got: {comparison:?}");
        // Somebody claims that it is folded.
        let head = house.journal.head().await.unwrap();
        let claim = format!("UPDATE projection_positions SET seq = 3, head = '{head}'");
        drop(following);
        house.sql(&claim).await;
        let said = reading.compare(TALLIES, |_| ()).await.unwrap_err();
        assert!(matches!(said, ProjectionError::Unfoldable(_)), "{said}");
        assert!(said.to_string().starts_with("this build cannot fold the journal: "), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_projection_that_is_stopped_says_why_to_whoever_waits_for_it() {
    let house = StoredJournal::sqlite().await;
    let wanted = house.state(&[story::person(1)]).await;
    drop({
        let newer = following(&house, 7).await;
        is_the_fold(&house, &newer.projections, TALLIES).await;
        newer
    });
    let older =
        crate::house::follow(house.of(TalliesProjection { shape: 6 }, Duration::from_millis(50)).await);
    let why = trouble(&older.projections).await;
    assert_eq!(why, "a newer build made its tables (shape 7, this build knows 6)");
    let said = older.projections.up_to(TALLIES, wanted).await.unwrap_err();
    assert!(matches!(said, ProjectionError::Behind { name: TALLIES, behind: 1, .. }), "{said:?}");
    let behind = format!("the projection tallies is 1 facts behind the journal: {why}");
    assert_eq!(said.to_string(), behind);
    let said = older.projections.compare(TALLIES, |_| ()).await.unwrap_err();
    assert_eq!(said.to_string(), behind, "tables of another shape are not compared");
    let state = older.projections.states().await.unwrap().remove(0);
    assert_eq!((state.reached, state.rows), (0, 0), "nor counted: they may be other tables");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_grew_is_compared_as_far_as_it_is_folded() {
    for house in StoredJournal::both().await {
        let folded = house.state(&history(40)).await;
        let following = house.following().await;
        equals_the_journal(&house, &following.projections).await;
        let whole = following.projections.compare(REGISTER, |_| ()).await.unwrap();
        drop(following);
        house.state(&history(90)[50..]).await;
        let reading = house.projections().await;
        let (tell, hear) = std::sync::mpsc::channel();
        let comparison = reading.compare(REGISTER, move |seq| tell.send(seq).unwrap()).await.unwrap();
        let told: Vec<u64> = hear.try_iter().collect();
        assert!(comparison.seq <= folded && comparison.is_equal(), "{comparison:?}");
        assert_eq!((comparison.folded, comparison.rows), (whole.folded, whole.rows));
        assert_eq!(told.last(), Some(&comparison.seq), "{told:?}");
        // A position beyond the end, as after a journal that was put back.
        house.sql("UPDATE projection_positions SET seq = 999, head = '999:0000000000000000000000000000000000000000000000000000000000000000'").await;
        let said = reading.compare(REGISTER, |_| ()).await.unwrap_err().to_string();
        let ends = "the projection contains entry 999, but the journal ends before it";
        assert_eq!(said, format!("this build cannot fold the journal: {ends}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_that_change_during_every_comparison_are_not_called_equal() {
    let house = StoredJournal::sqlite().await;
    let people: Vec<_> = (0..20).map(story::person).collect();
    house.state(&people).await;
    let following = following(&house, 1).await;
    is_the_fold(&house, &following.projections, TALLIES).await;
    drop(following);
    let entries = house.journal.read_chained(Head::GENESIS, 20).await.unwrap();
    assert_eq!(entries.last().unwrap().seq, Seq(20));
    let reading = house.of(TalliesProjection { shape: 1 }, Duration::from_millis(50)).await;
    // Whenever the comparison has folded up to the position, another process has moved it back by one entry.
    let house = std::sync::Arc::new(house);
    let moving = std::sync::Arc::clone(&house);
    let moved = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let count = std::sync::Arc::clone(&moved);
    let move_back = move |seq: u64| {
        let head = entries[seq as usize - 2].head();
        let sql = format!("UPDATE projection_positions SET seq = {}, head = '{head}'", head.seq);
        let house = std::sync::Arc::clone(&moving);
        let moving = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(house.sql(&sql));
        });
        moving.join().unwrap();
        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    };
    let said = reading.compare(TALLIES, move_back).await.unwrap_err();
    assert!(matches!(said, ProjectionError::Moving { name: TALLIES }), "{said}");
    assert_eq!(said.to_string(), "the projection tallies changed during each comparison");
    assert_eq!(moved.load(std::sync::atomic::Ordering::SeqCst), 5);
}
