//! Keeping in step: crashes, several processes, archives, shapes.

use crate::house::{StoredJournal, equals_the_journal, follow, history, state};
use countersign_facts::Stated;
use countersign_journal::Journal;
use countersign_projections::register::{REGISTER, RegisterProjection};
use countersign_projections::{
    Projection, ProjectionError, ProjectionTable, Projections, RowSelection, RowSet,
};
use countersign_testkit::Postgres;
use countersign_testkit::story::Line;
use std::sync::Arc;
use std::time::Duration;

async fn generation(projections: &Projections) -> u64 {
    projections.states().await.unwrap()[0].generation
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_between_or_within_batches_leaves_rows_and_position_together() {
    for house in StoredJournal::both().await {
        house.state(&history(300)).await;
        let mut stops = 0;
        for millis in (3..4000).step_by(25) {
            let projections = house.projections().await;
            let dying = tokio::spawn(projections.clone().follow(tokio_util::sync::CancellationToken::new()));
            tokio::time::sleep(Duration::from_millis(millis)).await;
            // Aborted at any point, like a process that is killed.
            dying.abort();
            let _gone = dying.await;
            stops += 1;
            let state = projections.states().await.unwrap().remove(0);
            if state.reached > 0 {
                let comparison = projections.compare(REGISTER, |_| ()).await.unwrap();
                assert!(comparison.is_equal(), "after {millis} ms: {comparison:?}");
            }
            if state.reached == house.journal.head().await.unwrap().seq.0 {
                break;
            }
        }
        assert!(stops > 2, "it was never stopped on the way");
        let following = house.following().await;
        equals_the_journal(&house, &following.projections).await;
        assert_eq!(generation(&following.projections).await, 1, "nothing was built anew");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_keep_the_same_tables() {
    let house = StoredJournal::postgres(&Arc::new(Postgres::start())).await;
    let (one, two) = (house.following().await, house.following().await);
    let (first, second) = (house.journal_again().await, house.journal_again().await);
    let stated: Vec<Stated> = history(700).iter().map(Line::stated).collect();
    let (begin, rest) = stated.split_at(8);
    state(&house.journal, begin).await;
    // Both append, a few facts at a time, and each reads its own facts from the projections of the other.
    let appending = |journal: Journal, part: usize, reader: Projections| async move {
        for chunk in rest.chunks(40).skip(part).step_by(2) {
            let wanted = state(&journal, chunk).await;
            reader.up_to(REGISTER, wanted).await.unwrap();
        }
    };
    tokio::join!(appending(first, 0, two.projections.clone()), appending(second, 1, one.projections.clone()));
    equals_the_journal(&house, &one.projections).await;
    equals_the_journal(&house, &two.projections).await;
    assert_eq!(generation(&one.projections).await, 1, "nothing was built anew");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_processes_make_the_tables_and_nobody_folds_a_fact_twice() {
    let house = StoredJournal::postgres(&Arc::new(Postgres::start())).await;
    house.state(&history(700)).await;
    let all = futures_util::future::join_all((0..4).map(|_| house.following())).await;
    for following in &all {
        equals_the_journal(&house, &following.projections).await;
    }
    assert_eq!(generation(&all[0].projections).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_left_the_store_for_an_archive_is_folded_too() {
    for house in StoredJournal::both().await {
        house.state(&history(700)).await;
        let journal = house.archived(700).await;
        let projections =
            Projections::open(house.database().await, journal, vec![Arc::new(RegisterProjection)]);
        let following = follow(projections.await.unwrap());
        equals_the_journal(&house, &following.projections).await;
    }
}

/// The register with another shape version.
struct Shaped(u32);

impl Projection for Shaped {
    fn name(&self) -> &'static str {
        RegisterProjection.name()
    }

    fn shape(&self) -> u32 {
        self.0
    }

    fn tables(&self) -> &'static [ProjectionTable] {
        RegisterProjection.tables()
    }

    fn reads(&self, stated: &Stated) -> Vec<RowSelection> {
        RegisterProjection.reads(stated)
    }

    fn fold(&self, rows: &mut RowSet, seq: u64, stated: &Stated) {
        RegisterProjection.fold(rows, seq, stated);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_shape_is_built_anew_and_an_older_build_leaves_it_alone() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&history(300)).await;
        let old = house.following().await;
        equals_the_journal(&house, &old.projections).await;
        let new = follow(house.of(Shaped(2), Duration::from_secs(60)).await);
        new.projections.up_to(REGISTER, wanted).await.unwrap();
        assert_eq!(generation(&new.projections).await, 2, "it was built anew");
        drop(old);
        // An older build that starts now neither reads the unknown shape nor rebuilds it.
        let older = follow(house.of(RegisterProjection, Duration::from_millis(300)).await);
        let refused = older.projections.up_to(REGISTER, wanted).await.unwrap_err();
        assert!(refused.to_string().contains("newer build"), "{refused}");
        assert_eq!(generation(&new.projections).await, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_is_missing_and_a_position_of_another_journal_are_built_anew() {
    for house in StoredJournal::both().await {
        house.state(&history(300)).await;
        drop({
            let following = house.following().await;
            equals_the_journal(&house, &following.projections).await;
            following
        });
        house.sql("DROP TABLE projection_register").await;
        let following = house.following().await;
        equals_the_journal(&house, &following.projections).await;
        assert_eq!(generation(&following.projections).await, 2);
        // Also while it runs.
        house.sql("DROP TABLE projection_register_labels").await;
        house.state(&[countersign_testkit::story::application("late")]).await;
        equals_the_journal(&house, &following.projections).await;
        assert_eq!(generation(&following.projections).await, 3);
        drop(following);
        house.sql("UPDATE projection_positions SET head = '5:0000000000000000000000000000000000000000000000000000000000000000', seq = 5").await;
        let following = house.following().await;
        equals_the_journal(&house, &following.projections).await;
        assert_eq!(generation(&following.projections).await, 4);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_on_request_comes_to_the_same_also_for_another_process() {
    for house in StoredJournal::both().await {
        house.state(&history(700)).await;
        let (one, two) = (house.following().await, house.following().await);
        equals_the_journal(&house, &one.projections).await;
        let before = one.projections.compare(REGISTER, |_| ()).await.unwrap();
        one.projections.rebuild(REGISTER).await.unwrap();
        for following in [&one, &two] {
            equals_the_journal(&house, &following.projections).await;
        }
        let after = two.projections.compare(REGISTER, |_| ()).await.unwrap();
        assert_eq!((before.stored, before.rows), (after.stored, after.rows));
        assert_eq!(generation(&two.projections).await, 2);
        let unknown = one.projections.rebuild("registry").await.unwrap_err();
        assert!(matches!(unknown, ProjectionError::Unknown { .. }));
        assert_eq!(unknown.to_string(), "there is no projection \"registry\": the projections are register");
    }
}
