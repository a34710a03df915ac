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

    let fake = Fake::of_another_kind(vec![(ALL, 200, json!({ "items": [] }))]);
    let ran = fake.run(&["evidence", "export"]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    assert!(ran.err.contains("is not in lines"), "{}", ran.err);
}

const JOB: &str = "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";

fn ran(verb: &str, found: Value) -> crate::fake::Answers {
    let kind = match verb {
        "verify" => "verification",
        "verify_projections" => "projection_verification",
        _ => "upkeep",
    };
    let running = json!({
        "id": JOB, "kind": verb, "state": "running", "started_at": "2026-11-22T08:59:00Z", "since": "1970-01-01T00:00:00Z",
        "until": "2026-11-22T09:00:00Z", "accesses": 0, "decided": 0, "share": 0.0,
    });
    let mut finished = running.clone();
    (finished["state"], finished["result"]) = (json!("finished"), found);
    finished["result"]["kind"] = json!(kind);
    let start = match verb {
        "verify" => "POST /api/v1/evidence/verify",
        "verify_projections" => "POST /api/v1/projections/verify",
        "anchor" => "POST /api/v1/evidence/anchor",
        "compact" => "POST /api/v1/evidence/compact",
        "retain" => "POST /api/v1/evidence/retain",
        other => panic!("{other} is not played"),
    };
    vec![(start, 201, running), ("GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, finished)]
}

fn verification(findings: Value) -> Value {
    let whole = findings.as_array().unwrap().is_empty();
    json!({
        "whole": whole, "files": 3, "rows": 120, "segments": 1, "records": 7, "anchored_late": 1, "waiting": 0, "leaving": 0,
        "gone_before": "2025-10-18T00:00:00Z", "findings": findings, "more": 0,
    })
}

#[tokio::test]
async fn evidence_that_is_not_as_it_was_anchored_is_a_failing_check() {
    let fake = Fake::start(ran("verify", verification(json!([]))));
    let done = fake.run(&["evidence", "verify", "--since", "1h"]).await;
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    assert_eq!(fake.asked().first().unwrap().body, json!({ "since": "2026-11-22T08:00:00.000000Z" }));
    for says in [
        "is whole.",
        "match their anchors: 3, with 120 rows",
        "Parquet yet: 1, with 7 records",
        "before 2025-10-18",
        "1 file: anchored late",
    ] {
        assert!(done.out.contains(says), "{says:?} is not in:\n{}", done.out);
    }
    assert!(done.err.contains("countersign journal verify"), "{}", done.err);

    let path = "dt=2026-11-21/decisions-1.parquet";
    let findings = json!([{ "path": path, "fault": "altered", "why": "put it back" }]);
    let done = Fake::start(ran("verify", verification(findings.clone()))).run(&["evidence", "verify"]).await;
    assert_eq!(done.exit, Exit::CheckFailed);
    assert!(
        done.out.contains("NOT whole") && done.out.contains(&format!("ALTERED  {path}: put it back")),
        "{}",
        done.out
    );
    let fake = Fake::start(ran("verify", verification(findings)));
    let done = fake.run(&["evidence", "verify", "--json"]).await;
    assert_eq!(done.exit, Exit::CheckFailed);
    let out: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(out["result"]["findings"][0]["path"], path);
}

#[tokio::test]
async fn upkeep_says_what_it_did_or_would_do() {
    let day = json!({ "day": "2026-11-21", "files": 24, "rows": 611, "bytes": 48_000 });
    let report =
        |dry_run: bool| json!({ "dry_run": dry_run, "days": [day], "skipped": ["x.parquet: it is damaged"] });
    let fake = Fake::start(ran("anchor", report(true)));
    let done = fake.run(&["evidence", "anchor", "--dry-run"]).await;
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    assert_eq!(fake.asked().first().unwrap().body, json!({ "dry_run": true }));
    assert!(
        done.out.contains("2026-11-21") && done.out.contains("24 files with 48000 bytes would be anchored."),
        "{}",
        done.out
    );
    assert!(done.err.contains("x.parquet: it is damaged"), "{}", done.err);
    let done = Fake::start(ran("anchor", report(false))).run(&["evidence", "anchor"]).await;
    assert!(done.out.contains("were anchored."), "{}", done.out);
    let nothing = json!({ "dry_run": false, "days": [], "skipped": [] });
    let done = Fake::start(ran("anchor", nothing)).run(&["evidence", "anchor"]).await;
    assert!(done.out.contains("Every file is anchored."), "{}", done.out);
    let day =
        json!({ "day": "2026-11-21", "files": 24, "rows": 611, "bytes": 48_000, "bytes_after": 31_000 });
    let report = |dry_run: bool| json!({ "dry_run": dry_run, "days": [day], "skipped": [] });
    let done = Fake::start(ran("compact", report(false))).run(&["evidence", "compact"]).await;
    assert!(done.out.contains("31000") && done.out.contains("were merged."), "{}", done.out);
    let done = Fake::start(ran("retain", report(true))).run(&["evidence", "retain", "--dry-run"]).await;
    assert!(done.out.contains("48000 bytes would be removed."), "{}", done.out);
}

#[tokio::test]
async fn a_projection_that_is_not_what_the_journal_comes_to_is_a_failing_check() {
    let found = |differences: Value| {
        let differing = differences.as_array().unwrap().len();
        let report = |name: &str, differences: Value| {
            let differing = differences.as_array().unwrap().len();
            json!({ "name": name, "rebuilt": false, "comparison": {
                "equal": differing == 0, "seq": 120, "rows": 7, "folded": "a", "stored": "b",
                "differing": differing, "differences": differences,
            } })
        };
        let projections = json!([report("register", json!([])), report("versions", differences)]);
        json!({ "equal": differing == 0, "projections": projections })
    };
    let kind = "verify_projections";
    let fake = Fake::start(ran(kind, found(json!([]))));
    let done = fake.run(&["projection", "verify"]).await;
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    assert_eq!(fake.asked().first().unwrap().body, json!({}));
    for name in ["register", "versions"] {
        let says = format!("{name} equals a new fold of the journal: 7 rows, up to fact 120.");
        assert!(done.out.contains(&says), "{says:?} is not in:\n{}", done.out);
    }
    let row = json!([{ "table": "projection_versions", "key": "12", "what": "it is missing" }]);
    let fake = Fake::start(ran(kind, found(row)));
    let done = fake.run(&["projection", "verify", "versions"]).await;
    assert_eq!(done.exit, Exit::CheckFailed);
    assert_eq!(fake.asked().first().unwrap().body, json!({ "name": "versions" }));
    for says in ["projection_versions 12: it is missing", "`countersign projection rebuild versions`"] {
        assert!(done.out.contains(says), "{says:?} is not in:\n{}", done.out);
    }
}
