//! Only one of many processes works on a job, and a process that lost its lease writes nothing.

use crate::store::TestStore;
use crate::{at, holder, job, opened};
use countersign_database::{AnyConnection, StoreKind};
use countersign_jobs::{JobEnding, JobProgress, JobTable, LeaseState, RowState};

const HALF: JobProgress = JobProgress { accesses: 5, decided: 2, share: 0.5 };

fn finished(result: &str) -> JobEnding {
    JobEnding::Finished { result: result.to_owned(), digest: Some("ab".to_owned()) }
}

#[tokio::test]
async fn a_job_is_kept_with_its_progress_and_its_result() {
    for store in TestStore::both().await {
        let (table, by) = (JobTable::new(opened(&store).await), holder("edge-1", "a"));
        let claim = table.add(&job(1), &by, at(100)).await.unwrap();
        assert_eq!(table.extend(&claim, &by, HALF, at(101)).await.unwrap(), LeaseState::Held);
        // Another process sees the progress.
        let elsewhere = JobTable::new(opened(&store).await);
        let row = elsewhere.list().await.unwrap().remove(0);
        assert_eq!((row.state, row.progress, row.process.as_str()), (RowState::Running, HALF, "edge-1"));
        assert_eq!((row.started_at, row.lease.1, row.span), (at(100), at(131), (at(1), at(2))));
        assert!(table.finish(&claim, &by, (&finished("{\"kind\":1}"), HALF), at(110)).await.unwrap());
        let (row, result) = elsewhere.get(job(1).id).await.unwrap().unwrap();
        assert_eq!(
            (row.state, row.ended_at, row.digest.as_deref()),
            (RowState::Finished, Some(at(110)), Some("ab"))
        );
        assert_eq!(result.as_deref(), Some("{\"kind\":1}"));
        assert_eq!(row.progress, JobProgress { share: 1.0, ..HALF }, "what is finished is wholly done");
        // The job has ended already.
        assert!(!table.finish(&claim, &by, (&JobEnding::Cancelled, HALF), at(111)).await.unwrap());
        assert_eq!(table.extend(&claim, &by, HALF, at(111)).await.unwrap(), LeaseState::Lost);
    }
}

#[tokio::test]
async fn a_job_whose_process_died_is_taken_up_once_its_lease_has_ended_and_the_first_result_is_refused() {
    for store in TestStore::both().await {
        let table = JobTable::new(opened(&store).await);
        let (dead, born) = (holder("edge-1", "a"), holder("edge-1", "b"));
        let first = table.add(&job(1), &dead, at(100)).await.unwrap();
        assert!(table.take_interrupted(&born, at(129)).await.unwrap().is_none(), "its lease is held");
        assert!(
            table.take_interrupted(&holder("edge-2", "c"), at(131)).await.unwrap().is_none(),
            "not its files"
        );
        let (row, parameters, second) = table.take_interrupted(&born, at(131)).await.unwrap().unwrap();
        assert_eq!((row.id, parameters.as_deref(), second.attempt), (job(1).id, Some("{}"), 2));
        assert!(table.take_interrupted(&born, at(131)).await.unwrap().is_none(), "it is held again");
        // The process that was considered dead was only slow: it must stop, and its result is refused.
        assert_eq!(table.extend(&first, &dead, HALF, at(132)).await.unwrap(), LeaseState::Lost);
        assert!(!table.finish(&first, &dead, (&finished("1"), HALF), at(132)).await.unwrap());
        assert!(!table.release(&first, &dead, at(132)).await.unwrap());
        assert!(table.finish(&second, &born, (&finished("2"), HALF), at(140)).await.unwrap());
        assert_eq!(table.get(job(1).id).await.unwrap().unwrap().1.as_deref(), Some("2"));
    }
}

#[tokio::test]
async fn of_two_that_take_up_one_job_at_once_one_has_it() {
    for store in TestStore::both().await {
        let (one, other) = (JobTable::new(opened(&store).await), JobTable::new(opened(&store).await));
        for round in 0..20_i64 {
            let (now, id) = (at(1_000 * (round + 1)), u128::try_from(round).unwrap() + 1);
            one.add(&job(id), &holder("edge-1", "dead"), now).await.unwrap();
            let later = now.plus(std::time::Duration::from_secs(60));
            let (a, b) = (holder("edge-1", "a"), holder("edge-1", "b"));
            let (a, b) = tokio::join!(one.take_interrupted(&a, later), other.take_interrupted(&b, later));
            let taken = [a.unwrap(), b.unwrap()].into_iter().flatten().collect::<Vec<_>>();
            let [(_, _, claim)] = taken.as_slice() else {
                panic!("{} have it in round {round}", taken.len())
            };
            assert_eq!(claim.attempt, 2);
            assert!(one.stop(job(id).id).await.unwrap());
            let row = one.get(job(id).id).await.unwrap().unwrap().0;
            let by = holder("edge-1", row.lease.0.strip_prefix("edge-1/").unwrap());
            assert!(one.finish(claim, &by, (&JobEnding::Cancelled, HALF), later).await.unwrap());
        }
    }
}

#[tokio::test]
async fn a_job_is_stopped_from_any_process_and_forgotten_once_it_has_ended() {
    for store in TestStore::both().await {
        let (table, elsewhere) = (JobTable::new(opened(&store).await), JobTable::new(opened(&store).await));
        let by = holder("edge-1", "a");
        let claim = table.add(&job(1), &by, at(100)).await.unwrap();
        assert!(elsewhere.stop(claim.id).await.unwrap());
        assert_eq!(table.extend(&claim, &by, HALF, at(101)).await.unwrap(), LeaseState::StopAsked);
        assert!(table.finish(&claim, &by, (&JobEnding::Cancelled, HALF), at(102)).await.unwrap());
        assert!(elsewhere.stop(claim.id).await.unwrap());
        assert!(elsewhere.get(claim.id).await.unwrap().is_none());
        assert!(!elsewhere.stop(claim.id).await.unwrap());
    }
}

#[tokio::test]
async fn a_process_that_stops_leaves_its_job_for_its_next_start() {
    for store in TestStore::both().await {
        let table = JobTable::new(opened(&store).await);
        let claim = table.add(&job(1), &holder("edge-1", "a"), at(100)).await.unwrap();
        assert!(table.release(&claim, &holder("edge-1", "a"), at(105)).await.unwrap());
        let born = holder("edge-1", "b");
        assert!(table.take_interrupted(&born, at(104)).await.unwrap().is_none());
        assert!(table.take_interrupted(&born, at(105)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_process_that_dies_counts_against_its_job_and_one_that_stops_in_order_does_not() {
    for store in TestStore::both().await {
        let (table, by) = (JobTable::new(opened(&store).await), holder("edge-1", "a"));
        let mut claim = table.add(&job(1), &by, at(100)).await.unwrap();
        let mut seen = Vec::new();
        for (released, now) in [(true, 200), (true, 300), (false, 400), (true, 500), (false, 600)] {
            if released {
                assert!(table.release(&claim, &by, at(now)).await.unwrap());
            }
            let (row, _, taken) = table.take_interrupted(&by, at(now)).await.unwrap().unwrap();
            seen.push((row.attempt, row.interruptions));
            claim = taken;
        }
        assert_eq!(seen, [(2, 0), (3, 0), (4, 1), (5, 1), (6, 2)], "the fencing number grows each time");
    }
}

#[tokio::test]
async fn looking_for_interrupted_jobs_writes_nothing() {
    for store in TestStore::both().await {
        let database = opened(&store).await;
        let (table, by) = (JobTable::new(database.clone()), holder("edge-1", "a"));
        table.add(&job(1), &by, at(100)).await.unwrap();
        // Another writer keeps every other one waiting. A look that wrote would wait for it, and fail.
        let looking = async |connection: &mut AnyConnection| {
            if database.store() == StoreKind::Postgres {
                sqlx::query("LOCK TABLE jobs IN EXCLUSIVE MODE").execute(connection).await?;
            }
            Ok(table.take_interrupted(&by, at(101)).await.unwrap())
        };
        assert_eq!(database.write("keeping writers out", looking).await.unwrap(), None, "it is held");
    }
}

#[tokio::test]
async fn a_job_that_cannot_be_read_keeps_no_other_from_being_taken_up() {
    for store in TestStore::both().await {
        let database = opened(&store).await;
        let (table, by) = (JobTable::new(database.clone()), holder("edge-1", "a"));
        for (number, began) in [(1, 100), (2, 101)] {
            let claim = table.add(&job(number), &by, at(began)).await.unwrap();
            assert!(table.release(&claim, &by, at(began)).await.unwrap());
        }
        let id = job(1).id.to_string();
        let damage = async |connection: &mut AnyConnection| {
            let update = "UPDATE jobs SET id = 'unreadable' WHERE id = $1";
            sqlx::query(update).bind(id).execute(connection).await.map(drop)
        };
        database.write("damaging the oldest", damage).await.unwrap();
        let (row, ..) = table.take_interrupted(&by, at(200)).await.unwrap().unwrap();
        assert_eq!(row.id, job(2).id);
        assert!(table.take_interrupted(&by, at(200)).await.unwrap().is_none(), "and that one alone");
    }
}

#[tokio::test]
async fn what_is_left_behind_is_failed_and_the_oldest_go() {
    for store in TestStore::both().await {
        let (table, by) = (JobTable::new(opened(&store).await), holder("edge-1", "a"));
        let left = table.add(&job(1), &by, at(100)).await.unwrap();
        let other = holder("edge-2", "b");
        assert_eq!(table.abandon(&by, at(9_000), at(9_000)).await.unwrap(), 0, "its own are taken up");
        assert_eq!(
            table.abandon(&other, at(130), at(4_000)).await.unwrap(),
            0,
            "its lease ended then, and not before"
        );
        assert_eq!(table.abandon(&other, at(131), at(4_000)).await.unwrap(), 1);
        let (row, _) = table.get(left.id).await.unwrap().unwrap();
        assert_eq!((row.state, row.ended_at), (RowState::Failed, Some(at(4_000))));
        assert!(row.error.unwrap().contains("did not come back"));
        for number in 2..80_u32 {
            let claim = table.add(&job(number.into()), &by, at(i64::from(number) * 100)).await.unwrap();
            if number != 2 {
                let ending = JobEnding::Failed("no".to_owned());
                assert!(table.finish(&claim, &by, (&ending, HALF), at(1)).await.unwrap());
            }
        }
        let rows = table.list().await.unwrap();
        assert_eq!(rows.len(), 65, "the newest 64, and the one that runs");
        assert!(rows.iter().any(|row| row.id == job(2).id) && rows.iter().all(|row| row.id != job(1).id));
    }
}

#[tokio::test]
async fn what_is_too_long_is_not_kept_and_nothing_else_is_lost() {
    for store in TestStore::both().await {
        let (table, by) = (JobTable::new(opened(&store).await), holder("edge-1", "a"));
        let mut long = job(1);
        long.parameters = Some("x".repeat((4 << 20) + 1));
        let claim = table.add(&long, &by, at(100)).await.unwrap();
        assert!(table.release(&claim, &by, at(100)).await.unwrap());
        let (_, parameters, claim) = table.take_interrupted(&by, at(100)).await.unwrap().unwrap();
        assert_eq!(parameters, None);
        let ending = finished(&"x".repeat((4 << 20) + 1));
        assert!(table.finish(&claim, &by, (&ending, HALF), at(101)).await.unwrap());
        let (row, result) = table.get(claim.id).await.unwrap().unwrap();
        assert_eq!((row.state, result), (RowState::Finished, None));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_this_build_cannot_read_hides_no_other() {
    for store in TestStore::both().await {
        let database = opened(&store).await;
        let (table, by) = (JobTable::new(database.clone()), holder("edge-1", "a"));
        for number in 1..=3 {
            table.add(&job(number), &by, at(100)).await.unwrap();
        }
        let id = job(2).id.to_string();
        let store_unknown = async |connection: &mut AnyConnection| {
            let update = "UPDATE jobs SET state = 'paused' WHERE id = $1";
            sqlx::query(update).bind(id).execute(connection).await.map(drop)
        };
        database.write("pretending to be a newer build", store_unknown).await.unwrap();
        let listed: Vec<_> = table.list().await.unwrap().into_iter().map(|row| row.id).collect();
        assert_eq!(listed, [job(3).id, job(1).id]);
    }
}
