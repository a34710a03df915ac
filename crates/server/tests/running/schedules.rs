//! What one process of many does every so often: it archives old facts where the configuration asks for it, and says so
//! when that fails.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::history::write_history;
use crate::operator::{PATIENCE, asks, ended};
use countersign_journal::Journal;
use countersign_server::{Config, Journal as JournalConfig, Running, Span};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The sequence of the checkpoint.
const CHECKPOINT: u64 = 50_000;

const DAY: Span = Span(Duration::from_secs(86_400));

async fn started(data: &Path, archive_after: Option<Span>) -> Running {
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    config.journal = JournalConfig::Sqlite { path: None, archive_after };
    // Metrics are collected once in a process, and this test looks at those of the start that archives.
    config.listen.metrics = archive_after.map(|_| "127.0.0.1:0".parse().unwrap());
    Running::start(config).await.unwrap()
}

/// Waits until `look` finds something.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, looking).await;
    assert!(found.is_ok(), "never: {what}");
    found.unwrap()
}

/// Returns the schedule of this name, if there is one.
async fn schedule(data: &Path, name: &str) -> Option<Value> {
    let (_, list) = asks(data, "GET", "/schedules", &Value::Null).await;
    list["items"].as_array().unwrap().iter().find(|item| item["name"] == name).cloned()
}

async fn get(to: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn old_facts_are_archived_by_themselves_where_that_is_asked_for_and_a_failure_is_shown_until_it_is_mended()
 {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    write_history(Journal::open_sqlite(data.join("journal.sqlite")).await.unwrap()).await;
    let first = started(data, None).await;
    let on_record = async || first.ledger.world().checkpoint(CHECKPOINT);
    until("the checkpoint is on record", on_record).await;
    let usual = async || schedule(data, "jobs.history").await.filter(|it| it["last_ended_at"].is_string());
    until("the history of jobs is looked after", usual).await;
    let expiry =
        async || schedule(data, "observations.expire").await.filter(|it| it["last_ended_at"].is_string());
    until("expired observations are deleted", expiry).await;
    let forgetting =
        async || schedule(data, "inventory.forget").await.filter(|it| it["last_ended_at"].is_string());
    let forgetting = until("what sources no longer say is looked after", forgetting).await;
    assert_eq!((&forgetting["every_seconds"], &forgetting["trouble"]), (&json!(86_400), &Value::Null));
    assert_eq!(schedule(data, "journal.archive").await, None, "nobody asked for it");
    first.stop().await;

    // Something is in the way.
    std::fs::write(data.join("archive"), "no folder").unwrap();
    let second = started(data, Some(DAY)).await;
    let metrics = second.metrics.unwrap();
    let failed = async || schedule(data, "journal.archive").await.filter(|it| it["trouble"].is_string());
    let failed = until("the failure is shown", failed).await;
    assert!(failed["last_error"].as_str().unwrap().contains("the archive file was not written"), "{failed}");
    assert!(failed["remedy"].as_str().unwrap().contains("correct what the error names"), "{failed}");
    let told = async || Some(get(metrics, "/readyz").await).filter(|text| text.contains("journal.archive"));
    let told = until("the probe tells", told).await;
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    let figures = get(metrics, "/metrics").await;
    for line in [
        "countersign_schedule_troubled{schedule=\"journal.archive\"} 1",
        "countersign_schedule_troubled{schedule=\"jobs.history\"} 0",
        "countersign_schedule_overdue_seconds{schedule=\"jobs.history\"} 0",
        "countersign_schedule_runs_total{schedule=\"journal.archive\",outcome=\"failed\"}",
    ] {
        assert!(figures.contains(line), "{line} is not in {figures}");
    }

    // It is mended, and tried again after a pause.
    std::fs::remove_file(data.join("archive")).unwrap();
    let archived = async || Some(()).filter(|()| second.ledger.world().archived_until() == CHECKPOINT);
    until("old facts are archived", archived).await;
    let well = async || schedule(data, "journal.archive").await.filter(|it| it["trouble"].is_null());
    let well = until("all is well again", well).await;
    assert_eq!(well["failures"], json!(0), "{well}");
    let (_, jobs) = asks(data, "GET", "/jobs", &Value::Null).await;
    let newest = ended(data, jobs["items"][0]["id"].as_str().unwrap()).await;
    assert_eq!(
        (&newest["kind"], &newest["state"], &newest["asked_by"]),
        (&json!("archive"), &json!("finished"), &json!("system:archiving")),
        "{jobs}"
    );
    second.stop().await;

    // Switched off, it is late for nobody.
    let third = started(data, None).await;
    let gone = async || schedule(data, "journal.archive").await.is_none().then_some(());
    until("the schedule is withdrawn", gone).await;
    third.stop().await;
}
