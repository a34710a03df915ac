//! Due work is done once, by one process, whatever the clocks do.

use crate::store::TestStore;
use crate::{at, holder, opened};
use countersign_database::{AnyConnection, StoreKind};
use countersign_jobs::{ScheduleDue, ScheduleTable};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

fn well() -> (Result<(), String>, f64) {
    (Ok(()), 0.0)
}

#[tokio::test]
async fn what_is_due_is_done_by_one_of_two_processes() {
    for store in TestStore::both().await {
        let (one, other) =
            (ScheduleTable::new(opened(&store).await), ScheduleTable::new(opened(&store).await));
        one.declare("risk", MINUTE, at(0), at(0)).await.unwrap();
        for round in 1..20 {
            let now = at(60 * round);
            let (a, b) = (holder("edge-1", "a"), holder("edge-2", "b"));
            let (first, second) = tokio::join!(one.take("risk", &a, now), other.take("risk", &b, now));
            let (first, second) = (first.unwrap(), second.unwrap());
            assert_ne!(first.is_some(), second.is_some(), "round {round}");
            let by = if first.is_some() { a } else { b };
            let claim = first.or(second).unwrap();
            assert!(one.finish(&claim, &by, well(), now).await.unwrap());
            assert!(other.take("risk", &by, at(60 * round + 1)).await.unwrap().is_none(), "it was done");
        }
    }
}

#[tokio::test]
async fn whoever_lost_the_lease_is_told_and_its_word_is_refused() {
    for store in TestStore::both().await {
        let table = ScheduleTable::new(opened(&store).await);
        let (slow, quick) = (holder("edge-1", "a"), holder("edge-2", "b"));
        table.declare("risk", MINUTE, at(60), at(0)).await.unwrap();
        assert!(table.take("risk", &slow, at(59)).await.unwrap().is_none(), "it is not due");
        let first = table.take("risk", &slow, at(60)).await.unwrap().unwrap();
        assert!(table.extend(&first, &slow, at(80)).await.unwrap());
        assert!(table.take("risk", &quick, at(109)).await.unwrap().is_none());
        let second = table.take("risk", &quick, at(110)).await.unwrap().unwrap();
        assert!(!table.extend(&first, &slow, at(111)).await.unwrap());
        assert!(!table.finish(&first, &slow, well(), at(112)).await.unwrap());
        let shown = table.list(at(112)).await.unwrap().remove(0);
        assert_eq!(shown.holder, Some(("edge-2/b".to_owned(), at(140))));
        assert!(table.finish(&second, &quick, well(), at(113)).await.unwrap());
        let shown = table.list(at(200)).await.unwrap().remove(0);
        assert_eq!((shown.due_at, shown.last_ended_at, &shown.holder), (at(120), Some(at(113)), &None));
        assert_eq!(shown.overdue(at(200)), Some(Duration::from_secs(80)));
    }
}

#[tokio::test]
async fn a_clock_that_is_set_makes_it_neither_stop_nor_run_twice() {
    for store in TestStore::both().await {
        let (table, by) = (ScheduleTable::new(opened(&store).await), holder("edge-1", "a"));
        table.declare("risk", MINUTE, at(100_000), at(99_990)).await.unwrap();
        let claim = table.take("risk", &by, at(100_000)).await.unwrap().unwrap();
        assert!(table.finish(&claim, &by, well(), at(100_001)).await.unwrap());
        // Set back by a day: not due at once, but within a minute of the new clock.
        assert!(table.take("risk", &by, at(13_600)).await.unwrap().is_none());
        assert!(table.take("risk", &by, at(13_659)).await.unwrap().is_none());
        let claim = table.take("risk", &by, at(13_660)).await.unwrap().unwrap();
        // Set ahead by a day: one run, not one for each minute.
        assert!(table.finish(&claim, &by, well(), at(100_010)).await.unwrap());
        assert!(table.take("risk", &by, at(100_020)).await.unwrap().is_none());
        let claim = table.take("risk", &by, at(100_070)).await.unwrap().unwrap();
        // Set back during a run, and the process dies: its lease counts as expired, because no lease is that long.
        assert!(table.take("risk", &holder("edge-1", "b"), at(200)).await.unwrap().is_none());
        assert!(table.take("risk", &holder("edge-1", "b"), at(260)).await.unwrap().is_some());
        drop(claim);
    }
}

#[tokio::test]
async fn a_failure_is_tried_again_sooner_and_ever_less_often() {
    for store in TestStore::both().await {
        let (table, by) = (ScheduleTable::new(opened(&store).await), holder("edge-1", "a"));
        let hour = Duration::from_secs(3_600);
        table.declare("feeds", hour, at(0), at(0)).await.unwrap();
        let mut now = 0;
        for (failures, pause) in [(1, 10), (2, 20), (3, 40)] {
            let claim = table.take("feeds", &by, at(now)).await.unwrap().unwrap();
            assert!(table.finish(&claim, &by, (Err("away".to_owned()), 0.0), at(now)).await.unwrap());
            let shown = table.list(at(now)).await.unwrap().remove(0);
            assert_eq!((shown.failures, shown.due_at), (failures, at(now + pause)));
            assert_eq!(shown.last_error.as_deref(), Some("away"));
            now += pause;
        }
        let claim = table.take("feeds", &by, at(now)).await.unwrap().unwrap();
        assert!(table.finish(&claim, &by, well(), at(now)).await.unwrap());
        let shown = table.list(at(now)).await.unwrap().remove(0);
        assert_eq!((shown.failures, shown.last_error), (0, None));
        // Declared again after a restart, a schedule keeps its due time; with a shorter interval, it is due sooner.
        table.declare("feeds", hour, at(now), at(now)).await.unwrap();
        assert_eq!(table.list(at(now)).await.unwrap().remove(0).due_at, shown.due_at);
        table.declare("feeds", MINUTE, at(now), at(now)).await.unwrap();
        assert_eq!(table.list(at(now)).await.unwrap().remove(0).due_at, at(now + 60));
    }
}

#[tokio::test]
async fn looking_for_due_work_writes_nothing() {
    for store in TestStore::both().await {
        let database = opened(&store).await;
        let (table, by) = (ScheduleTable::new(database.clone()), holder("edge-1", "a"));
        table.declare("risk", MINUTE, at(1_060), at(1_000)).await.unwrap();
        // Another writer keeps every other one waiting. A look that wrote would wait for it, and fail.
        let looking = async |connection: &mut AnyConnection| {
            if database.store() == StoreKind::Postgres {
                sqlx::query("LOCK TABLE schedules IN EXCLUSIVE MODE").execute(connection).await?;
            }
            let mut seen = Vec::new();
            for (name, now) in [("risk", 1_059), ("risk", 1_060), ("feeds", 1_060), ("risk", 1)] {
                seen.push(table.due(name, &by, at(now)).await.unwrap());
            }
            Ok(seen)
        };
        let seen = database.write("keeping writers out", looking).await.unwrap();
        // The last clock was set back: the due time is too far away to be meant.
        assert_eq!(seen, [ScheduleDue::No, ScheduleDue::Yes, ScheduleDue::Unknown, ScheduleDue::Yes]);
        let claim = table.take("risk", &by, at(1_060)).await.unwrap().unwrap();
        assert_eq!(table.due("risk", &by, at(1_061)).await.unwrap(), ScheduleDue::No, "it is held");
        assert_eq!(table.due("risk", &by, at(1_090)).await.unwrap(), ScheduleDue::Yes, "the lease has ended");
        drop(claim);
    }
}

#[tokio::test]
async fn a_released_schedule_stays_due_and_a_withdrawn_one_is_gone_unless_it_is_held() {
    for store in TestStore::both().await {
        let (table, by) = (ScheduleTable::new(opened(&store).await), holder("edge-1", "a"));
        table.declare("risk", MINUTE, at(60), at(0)).await.unwrap();
        let first = table.take("risk", &by, at(60)).await.unwrap().unwrap();
        assert!(table.release(&first, &by).await.unwrap());
        let shown = table.list(at(61)).await.unwrap().remove(0);
        assert_eq!((shown.holder, shown.due_at, shown.failures), (None, at(60), 0));
        let other = holder("edge-2", "b");
        let second = table.take("risk", &other, at(61)).await.unwrap().unwrap();
        assert!(!table.release(&first, &by).await.unwrap(), "another process has it");
        table.withdraw("risk", at(62)).await.unwrap();
        assert_eq!(table.list(at(62)).await.unwrap().len(), 1, "a process works on it");
        assert!(table.finish(&second, &other, well(), at(63)).await.unwrap());
        table.withdraw("risk", at(64)).await.unwrap();
        assert!(table.list(at(64)).await.unwrap().is_empty());
        table.withdraw("risk", at(64)).await.unwrap();
    }
}

#[tokio::test]
async fn a_hastened_schedule_is_due_at_once_and_keeps_its_beat_afterwards() {
    for store in TestStore::both().await {
        let (table, by) = (ScheduleTable::new(opened(&store).await), holder("edge-1", "a"));
        table.declare("risk", MINUTE, at(60), at(0)).await.unwrap();
        table.hasten("risk", at(10)).await.unwrap();
        table.hasten("other", at(10)).await.unwrap();
        let claim = table.take("risk", &by, at(10)).await.unwrap().unwrap();
        // What is hastened while a process works on it is not taken up twice.
        table.hasten("risk", at(11)).await.unwrap();
        assert!(table.take("risk", &holder("edge-2", "b"), at(12)).await.unwrap().is_none());
        assert!(table.finish(&claim, &by, well(), at(20)).await.unwrap());
        assert!(table.take("risk", &by, at(69)).await.unwrap().is_none());
        // One that is due already stays so: hastening never delays.
        table.hasten("risk", at(500)).await.unwrap();
        assert_eq!(table.list(at(500)).await.unwrap().remove(0).due_at, at(70));
    }
}
