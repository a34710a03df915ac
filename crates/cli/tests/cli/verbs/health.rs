//! How the installation is: its journal, its numbers, the doctor.

use super::{check, device, session, wiki};
use crate::fake::{Answers, Fake};
use countersign_cli::Exit;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn a_broken_journal_ends_with_six() {
    let line = "POST /api/v1/journal/verify";
    for (answer, exit, says) in [
        (
            json!({ "whole": true, "entries": 4, "head": { "seq": 4, "hash": "ab", "anchor": "4:ab" } }),
            Exit::Done,
            "4:ab",
        ),
        (
            json!({ "whole": false, "entries": 2, "broken_at": 3, "fault": "the hash differs" }),
            Exit::CheckFailed,
            "BROKEN at entry 3",
        ),
    ] {
        let ran = Fake::start(vec![(line, 200, answer.clone())]).run(&["journal", "verify"]).await;
        assert_eq!(ran.exit, exit);
        assert!(ran.out.contains(says), "{}", ran.out);
        let ran = Fake::start(vec![(line, 200, answer.clone())]).run(&["journal", "verify", "--json"]).await;
        assert_eq!((ran.exit, serde_json::from_str::<Value>(&ran.out).unwrap()), (exit, answer));
    }
}

pub fn status() -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"), "origin": "http://countersign.localhost:8080", "world": 9, "behind_seconds": 0,
        "journal": { "connected": true, "head": { "seq": 9, "hash": "ab", "anchor": "9:ab" },
                     "remembered": { "head": { "seq": 9, "hash": "ab", "anchor": "9:ab" }, "at": "2026-11-22T08:59:00Z" } },
        "policies": { "version": "00", "policies": 1, "overdue": 0 },
        "evidence": { "health": "healthy", "backlog_bytes": 0, "backlog_limit": 1, "recorded": 3, "refused": 0 },
        "counts": { "people": 2, "administrators": 2, "administrators_with_passkeys": 2, "groups": 1, "services": 0,
                    "devices": 1, "applications": 1, "sessions": 1, "grants_requested": 0, "grants_active": 0, "exceptions": 0 },
    })
}

/// A healthy installation, but for what `change` makes of it.
fn installation(change: impl Fn(&mut Value)) -> Answers {
    let policy = json!({
        "id": "signed-in", "kind": "guardrail", "owner": "security", "reason": "Sign in.", "review": "2027-05-31",
        "overdue": false, "stage": "enforce", "reads_exceptions": true, "file": "guardrails/a.cedar", "line": 1, "text": "forbid",
    });
    let mut labelled = wiki();
    labelled["declared"]["sensitivity"] = json!("internal");
    let mut whole = json!({
        "status": status(),
        "policies": { "version": "00", "policies": [policy], "warnings": [] },
        "applications": { "items": [labelled] },
        "devices": { "items": [device()] },
        "sessions": { "items": [session()] },
        "schedules": { "items": [schedule(json!({}))] },
        "projections": { "items": [projection(json!({}))] },
        "sources": { "items": [source(json!({}))] },
    });
    change(&mut whole);
    ["status", "policies", "applications", "devices", "sessions", "schedules", "projections", "sources"]
        .into_iter()
        .map(|part| {
            let line: &'static str = format!("GET /api/v1/{part}").leak();
            (line, 200, whole[part].clone())
        })
        .collect()
}

#[tokio::test]
async fn the_doctor_finds_each_thing_that_is_wrong() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = json!(format!("http://{}", listener.local_addr().unwrap()));
    let sound =
        |whole: &mut Value| whole["applications"]["items"][0]["declared"]["upstream"] = upstream.clone();
    type Change = fn(&mut Value);
    let cases: Vec<(Change, &str, &str)> = vec![
        (|_| {}, "ok", "journal"),
        (|whole| whole["status"]["version"] = json!("9.9.9"), "warn", "server version"),
        (|whole| whole["status"]["journal"]["connected"] = json!(false), "fail", "journal"),
        (|whole| whole["status"]["journal"]["broken"] = json!("gap"), "fail", "journal"),
        (|whole| whole["status"]["journal"]["begun_at"] = json!(50_000), "ok", "journal"),
        (|whole| whole["status"]["journal"]["doubt"] = json!("start it again"), "fail", "journal"),
        (|whole| whole["status"]["journal"]["remembered"] = Value::Null, "warn", "journal's end"),
        (
            |whole| {
                whole["status"]["journal"]["accepted"] = json!({
                    "seq": 8, "at": "2026-11-21T09:00:00Z", "gate": "edge-1", "why": "restored",
                });
            },
            "warn",
            "journal's end",
        ),
        (
            |whole| {
                whole["status"]["journal"]["clock_accepted"] = json!({
                    "seq": 9, "at": "2026-11-21T09:00:00Z", "held": "2036-11-19T09:00:00Z", "gate": "edge-1",
                    "why": "the battery was replaced",
                });
            },
            "warn",
            "journal's time",
        ),
        (|whole| whole["status"]["behind_seconds"] = json!(90), "fail", "freshness"),
        (|whole| whole["status"]["clock_behind_seconds"] = json!(90), "fail", "time"),
        (|whole| whole["status"]["evidence"]["health"] = json!("backlog"), "warn", "evidence"),
        (|whole| whole["status"]["evidence"]["health"] = json!("failing"), "fail", "evidence"),
        (|whole| whole["status"]["evidence"]["refused"] = json!(1), "warn", "evidence"),
        (|whole| whole["status"]["observations"] = observations(json!({})), "ok", "observations"),
        (
            |whole| whole["status"]["observations"] = observations(json!({"problem": "no"})),
            "warn",
            "observations",
        ),
        (
            |whole| whole["status"]["observations"] = observations(json!({"dropped": 3})),
            "warn",
            "observations",
        ),
        (|whole| whole["status"]["evidence"]["store"] = store(json!({})), "ok", "evidence store"),
        (
            |whole| whole["status"]["evidence"]["store"] = store(json!({"problem": "no"})),
            "warn",
            "evidence store",
        ),
        (
            |whole| whole["status"]["evidence"]["store"] = store(json!({"left": ["a: b"]})),
            "warn",
            "evidence store",
        ),
        (|whole| whole["status"]["components"] = component("running", json!(null)), "ok", "components"),
        (|whole| whole["status"]["components"] = component("running", json!(5)), "warn", "components"),
        (|whole| whole["status"]["components"] = component("running", json!(4000)), "ok", "components"),
        (|whole| whole["status"]["components"] = component("restarting", json!(5)), "fail", "components"),
        (|whole| whole["status"]["components"] = component("failed", json!(4000)), "fail", "components"),
        (|_| {}, "ok", "schedules"),
        (
            |whole| whole["schedules"]["items"][0] = schedule(json!({"overdue_seconds": 3500})),
            "ok",
            "schedules",
        ),
        (
            |whole| {
                whole["schedules"]["items"][0] =
                    schedule(json!({"trouble": "nobody does it", "remedy": "look at the logs"}));
            },
            "warn",
            "schedules",
        ),
        (|_| {}, "ok", "projections"),
        (|whole| whole["projections"]["items"][0] = projection(json!({"behind": 9999})), "ok", "projections"),
        (
            |whole| whole["projections"]["items"][0] = projection(json!({"behind": 10_000})),
            "warn",
            "projections",
        ),
        (
            |whole| whole["projections"]["items"][0] = projection(json!({"trouble": "the disk is full"})),
            "fail",
            "projections",
        ),
        (|whole| whole["sources"]["items"][0] = source(json!({})), "ok", "sources"),
        (|whole| whole["sources"]["items"][0] = source(json!({"overdue": true})), "warn", "sources"),
        (|whole| whole["status"]["listeners"] = listeners(json!({})), "ok", "connections"),
        (|whole| whole["status"]["listeners"] = listeners(json!({"open": 1000})), "fail", "connections"),
        (
            |whole| whole["status"]["listeners"] = listeners(json!({"saturated_seconds_ago": 5})),
            "warn",
            "connections",
        ),
        (
            |whole| whole["status"]["listeners"] = listeners(json!({"saturated_seconds_ago": 4000})),
            "ok",
            "connections",
        ),
        (|whole| whole["status"]["counts"]["administrators"] = json!(0), "fail", "administrators"),
        (
            |whole| whole["status"]["counts"]["administrators_with_passkeys"] = json!(0),
            "fail",
            "administrators",
        ),
        (
            |whole| whole["status"]["counts"]["administrators_with_passkeys"] = json!(1),
            "warn",
            "administrators",
        ),
        (|whole| whole["policies"]["problem"] = json!("no"), "fail", "policies"),
        (|whole| whole["policies"]["policies"] = json!([]), "fail", "policies"),
        (|whole| whole["policies"]["policies"][0]["overdue"] = json!(true), "warn", "policy reviews"),
        (
            |whole| whole["applications"]["items"][0]["declared"]["upstream"] = json!("http://127.0.0.1:1"),
            "fail",
            "applications",
        ),
        (
            |whole| whole["applications"]["items"][0]["declared"]["stage"] = json!("observe"),
            "warn",
            "applications",
        ),
        (
            |whole| whole["applications"]["items"][0]["declared"]["sensitivity"] = Value::Null,
            "warn",
            "labels",
        ),
        (
            |whole| whole["devices"]["items"][0]["collected_at"] = json!("2026-11-20T00:00:00Z"),
            "fail",
            "posture",
        ),
        (|whole| whole["sessions"]["items"][0]["proved_at"] = json!("2026-11-22T09:05:00Z"), "fail", "clock"),
        (|whole| whole["devices"] = json!([]), "fail", "posture"),
    ];
    for (change, state, check) in cases {
        // One of these is of a server that answers what no server of ours would.
        let fake = Fake::of_another_kind(installation(|whole| {
            sound(whole);
            change(whole);
        }));
        std::fs::set_permissions(fake.data.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let ran = fake.run(&["doctor", "--json"]).await;
        let found: Value = serde_json::from_str(&ran.out).unwrap();
        let checks = found["checks"].as_array().unwrap();
        // The disk is the machine's own, and not this test's.
        let states: Vec<_> = checks.iter().filter(|found| found["check"] != "disk space").collect();
        let hit = states.iter().any(|found| found["check"] == check && found["state"] == state);
        assert!(hit, "{check} is to be {state}: {:#}", found);
        let others: Vec<_> =
            states.iter().filter(|found| found["check"] != check && found["state"] != "ok").collect();
        assert!(others.is_empty(), "{check}: nothing else is wrong: {others:?}");
        let mended = states.iter().filter(|found| found["state"] == "fail" || found["state"] == "warn");
        assert!(mended.clone().all(|found| found["remedy"].is_string()), "{found:#}");
        let disk_fails =
            checks.iter().any(|found| found["check"] == "disk space" && found["state"] == "fail");
        let exit = if state == "fail" || disk_fails { Exit::CheckFailed } else { Exit::Done };
        assert_eq!(ran.exit, exit, "{check}");
    }
}

#[tokio::test]
async fn the_doctor_of_nothing_says_that_nothing_runs() {
    let ran = crate::fake::run(&["doctor", "--data", "/nowhere/at/all"], None).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    assert!(ran.out.contains("FAIL  data folder") && ran.out.contains("FAIL  server"), "{}", ran.out);
}

/// How the copying of the evidence goes, but for this.
fn store(but: Value) -> Value {
    let mut store = json!({
        "place": "s3://evidence/gate", "copied_until": "2026-11-22T12:00:00.000000Z", "waiting": 2,
        "waiting_bytes": 7, "copied": 3
    });
    for (name, value) in but.as_object().unwrap() {
        store[name] = value.clone();
    }
    store
}

/// How observations are shared, but for this.
fn observations(but: Value) -> Value {
    let mut observed = json!({ "exchange_age_seconds": 2, "postures": 4, "sessions": 5, "dropped": 0 });
    for (name, value) in but.as_object().unwrap() {
        observed[name] = value.clone();
    }
    observed
}

/// A source that is to be imported every day, but for this.
fn source(but: Value) -> Value {
    let mut source = json!({
        "name": "people", "format": "ldif", "title": "Directory", "purpose": "Says who works here",
        "owner": "per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "authoritative": true, "expected_every_seconds": 86_400,
        "overdue": false,
    });
    for (name, value) in but.as_object().unwrap() {
        source[name] = value.clone();
    }
    source
}

/// A projection that is in step, but for this.
fn projection(but: Value) -> Value {
    let mut projection =
        json!({ "name": "register", "shape": 1, "generation": 1, "reached": 9, "behind": 0, "rows": 3 });
    for (name, value) in but.as_object().unwrap() {
        projection[name] = value.clone();
    }
    projection
}

/// What is done every hour, but for this.
fn schedule(but: Value) -> Value {
    let mut schedule = json!({
        "name": "jobs.history", "every_seconds": 3600, "due_at": "2026-11-22T09:30:00Z", "failures": 0,
        "last_started_at": "2026-11-22T08:30:00Z", "last_ended_at": "2026-11-22T08:30:01Z",
    });
    for (name, value) in but.as_object().unwrap() {
        schedule[name] = value.clone();
    }
    schedule
}

#[tokio::test]
async fn schedules_are_listed_with_how_they_went() {
    let failed = schedule(json!({"name": "risk", "holder": "edge-1", "failures": 2, "last_error": "no feed",
            "trouble": "the last 2 runs of risk failed: no feed", "remedy": "mend the feed"}));
    let late = schedule(json!({"name": "late", "overdue_seconds": 9000, "trouble": "nobody does it",
            "remedy": "start a process"}));
    super::check(
        vec![("GET /api/v1/schedules", 200, json!({ "items": [schedule(json!({})), failed, late] }))],
        &["schedule", "list"],
        &[("GET /api/v1/schedules", Value::Null)],
        &[
            "jobs.history",
            "1h",
            "edge-1",
            "failed (2 in a row): no feed",
            "mend the feed",
            "nobody does it: start a process",
        ],
    )
    .await;
}

/// One part of the process, which failed so many seconds ago.
fn component(state: &str, ago: Value) -> Value {
    let why = if ago.is_null() { Value::Null } else { json!("it panicked: no room") };
    let failures = u64::from(!ago.is_null());
    json!([{
        "name": "rollouts", "state": state, "essential": false, "failures": failures, "last_failure": why,
        "failed_seconds_ago": ago,
    }])
}

/// How full the gate is, but for this.
fn listeners(but: Value) -> Value {
    let mut gate = json!({
        "name": "gate", "open": 7, "limit": 1000, "most_of_one_address": 3, "refused": 0, "full": 0, "failures": 0
    });
    for (name, value) in but.as_object().unwrap() {
        gate[name] = value.clone();
    }
    json!([gate])
}

#[tokio::test]
async fn how_copying_goes_is_shown() {
    let mut status = status();
    status["evidence"]["store"] = store(json!({"problem": "the store is away", "remedy": "wait"}));
    check(
        vec![("GET /api/v1/status", 200, status)],
        &["status"],
        &[("GET /api/v1/status", Value::Null)],
        &[
            "copied up to 2026-11-22T12:00:00.000000Z to s3://evidence/gate, 2 files wait",
            "the store is away",
        ],
    )
    .await;
}

#[tokio::test]
async fn the_status_is_shown() {
    check(
        vec![("GET /api/v1/status", 200, status())],
        &["status"],
        &[("GET /api/v1/status", Value::Null)],
        &["fact 9", "9:ab", "2 administrators"],
    )
    .await;
}

fn archived(report: &Value) -> Answers {
    let running = json!({
        "id": "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "kind": "archive", "state": "running", "share": 0.0,
        "started_at": "2026-11-22T08:59:00Z", "since": "1970-01-01T00:00:00Z", "until": "2026-11-22T09:00:00Z",
        "accesses": 0, "decided": 0,
    });
    let mut finished = running.clone();
    (finished["state"], finished["result"]) = (json!("finished"), report.clone());
    finished["result"]["kind"] = json!("archive");
    vec![
        ("POST /api/v1/journal/archive", 201, running),
        ("GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, finished),
    ]
}

#[tokio::test]
async fn what_is_archived_is_said_and_what_would_be() {
    let before = "2026-08-24T09:00:00Z";
    let digest = "5e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7";
    let file = json!({ "first": 1, "last": 50_000, "bytes": 1_234_567, "digest": digest });
    let done =
        json!({ "dry_run": false, "before": before, "until": 50_000, "files": [file], "deleted": 50_000 });
    let fake = Fake::start(archived(&done));
    let ran = fake.run(&["journal", "archive", "--before", "90d"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let asked = json!({ "before": "2026-08-24T09:00:00.000000Z", "dry_run": false });
    assert_eq!(fake.asked().first().unwrap().body, asked);
    for says in ["1234567", digest, "50000 facts were removed from the journal's store."] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }

    let planned = json!({ "dry_run": true, "before": before, "until": 50_000, "files": [{ "first": 1, "last": 50_000 }], "deleted": 0 });
    let ran = Fake::start(archived(&planned)).run(&["journal", "archive", "--dry-run"]).await;
    assert!(ran.out.contains("50000") && ran.err.contains("nothing was done"), "{}{}", ran.out, ran.err);
    let ran = Fake::start(archived(&planned)).run(&["journal", "archive", "--dry-run", "--json"]).await;
    let mut shown = serde_json::from_str::<Value>(&ran.out).unwrap()["result"].clone();
    assert_eq!(shown["kind"].take(), json!("archive"));
    shown.as_object_mut().unwrap().remove("kind");
    assert_eq!(shown, planned);

    for (until, says) in
        [(0, "There is no checkpoint from before"), (50_000, "Everything up to fact 50000 is archived")]
    {
        let none = json!({ "dry_run": false, "before": before, "until": until, "files": [], "deleted": 0 });
        let ran = Fake::start(archived(&none)).run(&["journal", "archive"]).await;
        assert!(ran.out.contains(says) || ran.err.contains(says), "{}{}", ran.out, ran.err);
    }
}
