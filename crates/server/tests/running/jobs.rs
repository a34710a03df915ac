//! Jobs survive their process: results are available after a restart, interrupted jobs are taken up again where that is
//! safe, and other processes see them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::operator::{asks, ended};
use countersign_database::Database;
use countersign_jobs::{JobClaim, JobTable, LeaseHolder, LeasePace, NewJobRow};
use countersign_names::{JobId, Timestamp};
use countersign_server::{Config, Running};
use countersign_testkit::Postgres;
use http::StatusCode;
use serde_json::{Value, json};
use std::path::Path;

async fn started(data: &Path) -> Running {
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    config.name = "edge-1".to_owned();
    Running::start(config).await.unwrap()
}

async fn replayed(data: &Path) -> Value {
    let (status, begun) = asks(data, "POST", "/replays", &json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{begun}");
    ended(data, begun["id"].as_str().unwrap()).await
}

fn dead(process: &str) -> LeaseHolder {
    LeaseHolder { process: process.to_owned(), start: "before".to_owned(), pace: LeasePace::default() }
}

/// Creates a job in the state that a process leaves when it dies in the middle, years ago.
async fn interrupted(table: &JobTable, number: u128, kind: &str, parameters: Option<Value>) -> JobId {
    let (since, until) = (Timestamp::from_micros(0), Timestamp::from_micros(1_700_000_000_000_000));
    let parameters = parameters.map(|value| value.to_string());
    let id = JobId::new(uuid::Uuid::from_u128(number));
    let (kind, asked_by) = (kind.to_owned(), "operator".to_owned());
    let row = NewJobRow { id, kind, asked_by, parameters, since, until };
    // The higher the number, the older.
    let began = Timestamp::from_micros(1_700_000_000_000_000 - i64::try_from(number).unwrap());
    table.add(&row, &dead("edge-1"), began).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_job_found_is_shown_after_a_restart_and_what_was_interrupted_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let first = started(data).await;
    let done = replayed(data).await;
    assert_eq!((&done["state"], &done["result"]["kind"]), (&json!("finished"), &json!("replay")), "{done}");
    first.stop().await;

    let database = Database::open_sqlite(&data.join("journal.sqlite")).await.unwrap();
    let table = JobTable::new(database.clone());
    // A long job, with which its process stopped in order again and again.
    let patient = interrupted(&table, 0, "replay", Some(json!({ "kind": "replay" }))).await;
    let (by, now) = (dead("edge-1"), Timestamp::from_micros(1_700_000_000_000_000));
    let mut claim = JobClaim { id: patient, attempt: 1 };
    for _ in 0..5 {
        assert!(table.release(&claim, &by, now).await.unwrap());
        claim = table.take_interrupted(&by, now).await.unwrap().unwrap().2;
    }
    assert!(table.release(&claim, &by, now).await.unwrap());
    let replay = interrupted(&table, 1, "replay", Some(json!({ "kind": "replay" }))).await;
    let proof = interrupted(&table, 2, "proof", None).await;
    let other = interrupted(&table, 3, "plan", Some(json!({ "kind": "plan", "files": 7 }))).await;
    let doomed = interrupted(&table, 4, "replay", Some(json!({ "kind": "replay" }))).await;
    // The oldest killed its process repeatedly.
    for minutes in 1..=2 {
        let (by, now) =
            (dead("edge-1"), Timestamp::from_micros(1_700_000_000_000_000 + minutes * 60_000_000));
        let (row, ..) = table.take_interrupted(&by, now).await.unwrap().unwrap();
        assert_eq!(row.id, doomed);
    }
    database.close().await;
    let second = started(data).await;
    let shown = ended(data, done["id"].as_str().unwrap()).await;
    assert_eq!((&shown["result"], &shown["process"]), (&done["result"], &json!("edge-1")), "{shown}");
    for id in [replay, patient] {
        let taken = ended(data, &id.to_string()).await;
        assert_eq!(
            (&taken["state"], &taken["result"]["kind"]),
            (&json!("finished"), &json!("replay")),
            "{taken}"
        );
    }
    for (id, why) in [(proof, "somebody's word"), (other, "unreadable"), (doomed, "died 3 times")] {
        let failed = ended(data, &id.to_string()).await;
        assert_eq!(failed["state"], json!("failed"), "{failed}");
        assert!(failed["error"].as_str().unwrap().contains(why), "{why}: {failed}");
    }
    let (_, list) = asks(data, "GET", "/jobs", &Value::Null).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 6, "{list}");
    assert!(list["items"].as_array().unwrap().iter().all(|job| job["result"].is_null()));
    // Forgotten for good.
    let (status, _) = asks(data, "DELETE", &format!("/jobs/{replay}"), &Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = asks(data, "GET", &format!("/jobs/{replay}"), &Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_one_process_are_seen_and_stopped_from_another() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("url"), &url).unwrap();
    let config = |name: &str| {
        let text = format!(
            "name = \"{name}\"\ndata = \"data\"\n[listen]\nhttp = \"127.0.0.1:0\"\n[journal]\nstore = \"postgres\"\n\
             url_file = \"../url\"\n"
        );
        let home = folder.path().join(name);
        std::fs::create_dir(&home).unwrap();
        std::fs::write(home.join("countersign.toml"), text).unwrap();
        Config::read(&home.join("countersign.toml")).unwrap()
    };
    let one = Running::start(config("edge-1")).await.unwrap();
    let two = Running::start(config("edge-2")).await.unwrap();
    let (first, second) = (folder.path().join("edge-1/data"), folder.path().join("edge-2/data"));
    let done = replayed(&first).await;
    let seen = ended(&second, done["id"].as_str().unwrap()).await;
    assert_eq!((&seen["process"], &seen["result"]), (&json!("edge-1"), &done["result"]), "{seen}");

    // Another process works on a job; this one requests its stop.
    let database = Database::open_postgres(&url.into(), 2).await.unwrap();
    let (table, by) = (JobTable::new(database.clone()), dead("edge-3"));
    let id = JobId::new(uuid::Uuid::from_u128(9));
    let (since, until) = (Timestamp::from_micros(0), Timestamp::from_micros(1));
    let (kind, asked_by) = ("replay".to_owned(), "operator".to_owned());
    let row = NewJobRow { id, kind, asked_by, parameters: None, since, until };
    table.add(&row, &by, one.ledger.now()).await.unwrap();
    let (status, _) = asks(&second, "DELETE", &format!("/jobs/{id}"), &Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(table.get(id).await.unwrap().unwrap().0.stop_asked);
    let (_, shown) = asks(&first, "GET", &format!("/jobs/{id}"), &Value::Null).await;
    assert_eq!((&shown["state"], &shown["process"]), (&json!("running"), &json!("edge-3")), "{shown}");
    database.close().await;
    one.stop().await;
    two.stop().await;
}
