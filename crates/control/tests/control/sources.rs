//! Sources of identities over time: one that goes dark is overdue, and what one no longer says is not kept for ever.

use crate::common::assert_problem;
use crate::inventory::{account, declared, imported, names};
use countersign_database::Database;
use countersign_jobs::ScheduleRun;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_source_that_goes_dark_is_overdue_until_it_is_imported_again() {
    let house = declared().await;
    let declare = async |every: Value| {
        let mut about = json!({"format": "ldif", "title": "T", "purpose": "P", "owner": "ada@example.test"});
        if !every.is_null() {
            about["expected_every_seconds"] = every;
        }
        house.api("PUT", "/sources/people", Some(about)).await
    };
    let seen = async || {
        let source = house.ok("GET", "/sources/people", None).await;
        let listed = house.ok("GET", "/sources?q=people", None).await;
        assert_eq!(listed["items"][0], source);
        let overdue = house.control.overdue_sources().await.unwrap();
        assert_eq!(source["overdue"] == true, overdue.contains("people"), "{source}");
        (source["overdue"].clone(), source["due_at"].clone())
    };
    assert_eq!(seen().await, (json!(false), Value::Null), "nobody expects it");
    for wrong in [json!(0), json!(3_599), json!(31_622_401)] {
        assert_problem(&declare(wrong).await, 422, Some("expected_every_seconds"));
    }
    assert_eq!(declare(json!(3_600)).await.json["expected_every_seconds"], 3_600);
    assert_eq!(seen().await, (json!(true), Value::Null), "it was never imported");
    imported(&house, "people", &[account("ada")], &[]).await;
    let due = json!("2026-11-22T13:00:00.000000Z");
    assert_eq!(seen().await, (json!(false), due.clone()));
    house.wait(3_600);
    assert_eq!(seen().await.0, json!(false));
    house.wait(1);
    assert_eq!(seen().await, (json!(true), due));
    imported(&house, "people", &[account("ada")], &[]).await;
    assert_eq!(seen().await.0, json!(false));
    house.wait(1_000_000);
    assert_eq!(declare(Value::Null).await.status, 200);
    assert_eq!(seen().await, (json!(false), Value::Null));
}

#[tokio::test]
async fn what_sources_no_longer_say_is_deleted_once_it_is_old_enough() {
    const DAY: Duration = Duration::from_secs(86_400);
    let house = declared().await;
    let rows = async || {
        let database = Database::open_sqlite(&house.journal_file()).await.unwrap();
        let count = database.read("counting rows", async |connection| {
            sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM inventory_nodes").fetch_one(connection).await
        });
        count.await.unwrap()
    };
    let forget = async |stop: CancellationToken| {
        house.control.forget_ended(400 * DAY, ScheduleRun { began_at: house.ledger.now(), stop }).await
    };
    imported(&house, "people", &[account("ada"), account("bob")], &[]).await;
    house.wait(1);
    imported(&house, "people", &[account("ada")], &[]).await;
    house.wait(400 * 86_400);
    forget(CancellationToken::new()).await.unwrap();
    assert_eq!(rows().await, 2, "Bob left 400 days ago, and no longer");
    house.wait(1);
    let stopped = CancellationToken::new();
    stopped.cancel();
    assert_eq!(forget(stopped).await, Err("it was stopped before its end".to_owned()));
    assert_eq!(rows().await, 2);
    forget(CancellationToken::new()).await.unwrap();
    assert_eq!((rows().await, names(&house, "").await), (1, vec!["ada".to_owned()]));
}
