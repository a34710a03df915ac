//! The evidence for other systems: streamed, whole or not, to a file or to standard output.

use crate::fake::{Fake, lines};
use countersign_cli::Exit;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;

const ALL: &str = "GET /api/v1/evidence/export?format=ocsf";

#[tokio::test]
async fn lines_are_shown_as_they_come() {
    // Pieces need not end where lines do, and what another system reads is not touched.
    let answer = lines(&["{\"a\":\"\\u", "001b\"}\n{\"b\"", ":2}\n"], None, false);
    let fake = Fake::start(vec![(ALL, 200, answer)]);
    let ran = fake.run(&["evidence", "export"]).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert_eq!(ran.out, "{\"a\":\"\\u001b\"}\n{\"b\":2}\n");
}

#[tokio::test]
async fn a_time_is_asked_for_as_moments() {
    let line = "GET /api/v1/evidence/export?format=ocsf&since=2026-10-23T09%3A00%3A00.000000Z&until=2026-11-22T08%3A00%3A00.000000Z";
    let fake = Fake::start(vec![(line, 200, lines(&[], None, false))]);
    let words =
        ["evidence", "export", "--format", "ocsf", "--since", "30d", "--until", "2026-11-22T08:00:00Z"];
    let ran = fake.run(&words).await;
    assert_eq!((ran.exit, ran.out.as_str(), ran.err.as_str()), (Exit::Done, "", ""));
}

#[tokio::test]
async fn a_file_is_there_once_it_is_whole_and_for_its_owner_alone() {
    let fake = Fake::start(vec![(ALL, 200, lines(&["{}\n{", "}\n"], None, false))]);
    let file = fake.data.path().join("events.ndjson");
    let words = ["evidence", "export", "--output", file.to_str().unwrap()];
    let ran = fake.run(&words).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert_eq!(ran.out, format!("2 events are in {}.\n", file.display()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}\n{}\n");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!fake.data.path().join("events.ndjson.partial").exists());

    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("exists") && ran.err.contains("does not exist yet"), "{}", ran.err);
    assert_eq!(fake.lines().len(), 1, "a file that cannot be written is found out before anything is asked");
}

#[tokio::test]
async fn what_is_missing_is_said_and_is_a_failure() {
    let answer = lines(&["{}\n"], Some("decisions-1.parquet: its checksum differs"), false);
    let fake = Fake::start(vec![(ALL, 200, answer)]);
    let ran = fake.run(&["evidence", "export"]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, "{}\n"));
    assert!(ran.err.contains("could not be read: decisions-1.parquet: its checksum differs"), "{}", ran.err);

    let file = fake.data.path().join("events.ndjson");
    let ran = fake.run(&["evidence", "export", "--output", file.to_str().unwrap(), "--json"]).await;
    assert_eq!(ran.exit, Exit::Failed);
    let out: Value = serde_json::from_str(&ran.out).unwrap();
    let expected =
        json!({ "events": 1, "file": file, "missing": "decisions-1.parquet: its checksum differs" });
    assert_eq!(out, expected);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}\n");
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_no_file() {
    let fake = Fake::start(vec![(ALL, 200, lines(&["{}\n"], None, true))]);
    let file = fake.data.path().join("events.ndjson");
    let ran = fake.run(&["evidence", "export", "--output", file.to_str().unwrap()]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    assert!(ran.err.contains("broke off"), "{}", ran.err);
    let left: Vec<_> =
        std::fs::read_dir(fake.data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["countersign.sock"]);
}

#[tokio::test]
async fn a_refusal_is_a_refusal_and_an_answer_of_another_kind_is_none() {
    let problem = json!({ "title": "You may not do that", "status": 403 });
    let fake = Fake::start(vec![(ALL, 403, problem)]);
    let file = fake.data.path().join("events.ndjson");
    let ran = fake.run(&["evidence", "export", "--output", file.to_str().unwrap()]).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Failed, "error: You may not do that\n"));
    assert!(!file.exists());

    let fake = Fake::start(vec![(ALL, 200, json!({ "items": [] }))]);
    let ran = fake.run(&["evidence", "export"]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    assert!(ran.err.contains("did not answer with lines"), "{}", ran.err);
}
