//! One file of the evidence is damaged, and no verdict, figure or register improves by it: what is unknown never counts
//! as fine.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use crate::common::{Door, House, assert_problem, policy_files, published};
use countersign_evidence::Options;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FRESH: &str = "@id(\"fresh\")\n@owner(\"security\")\n@reason(\"Sign in again.\")\n@review(\"2027-01-01\")\n\
    forbid (principal, action, resource)\n\
    unless { context has authentication && context.authentication.age <= 80000 };\n";

const TRIED: &str = "@id(\"on-trial\") @owner(\"security\") @reason(\"Use a device.\") @review(\"2027-01-01\") @stage(\"shadow\")\n\
    forbid (principal, action, resource) unless { context has device };\n";

fn files(more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut files = policy_files();
    files.extend(more.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    files
}

async fn asks(house: &House, times: usize) {
    for _ in 0..times {
        house.send(&Door::Session(1), "GET", "/api/v1/people", None).await;
        house.send(&Door::Session(3), "GET", "/api/v1/people", None).await;
        house.wait(1);
    }
}

async fn run(house: &House, what: &str, body: Value) -> Value {
    let begun = house.api("POST", what, Some(body)).await;
    assert_eq!(begun.status, 201, "{what}: {}", begun.json);
    let path = format!("/jobs/{}", begun.json["id"].as_str().unwrap());
    for _ in 0..3_000 {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            assert_eq!(job["state"], "finished", "{job}");
            return job;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not end");
}

/// Two days of accesses, in separate files. A guardrail is added in between, so that the proof eliminates an entry;
/// another policy is on trial.
async fn lived() -> House {
    let house = House::keeping(Vec::new(), Options { segment_bytes: 1, ..Options::default() }).await;
    asks(&house, 3).await;
    house.sink.flush().await.unwrap();
    // A new day begins a new file.
    house.wait(12 * 3_600);
    asks(&house, 2).await;
    house.sink.flush().await.unwrap();
    run(&house, "/proofs", json!({})).await;
    let set = files(&[("guardrails/fresh.cedar", FRESH), ("guardrails/tried.cedar", TRIED)]);
    house.state(vec![published(&set)]).await;
    house.policies_in_force().await;
    asks(&house, 2).await;
    house.sink.close().await.unwrap();
    house
}

/// Returns the files with decisions, on which alone verdicts rest.
fn decisions(house: &House) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for day in fs::read_dir(house.evidence()).unwrap().map(|entry| entry.unwrap().path()) {
        if day.is_dir() {
            found.extend(fs::read_dir(day).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with("decisions-"));
    found.sort();
    found
}

/// A damage to a file, given its own bytes and those of another day's file.
type Harm = fn(&Path, &[u8], &[u8]);

/// The damages that an attacker or a disk can do to a file.
const DAMAGE: [(&str, Harm); 6] = [
    ("truncated", |path, whole, _| fs::write(path, &whole[..whole.len() / 2]).unwrap()),
    ("emptied", |path, _, _| fs::write(path, []).unwrap()),
    ("a byte flipped in a page", |path, whole, _| flip(path, whole, whole.len() / 3)),
    ("a byte flipped in the footer", |path, whole, _| flip(path, whole, whole.len() - 40)),
    ("deleted", |path, _, _| fs::remove_file(path).unwrap()),
    ("replaced by one of another day", |path, _, other| fs::write(path, other).unwrap()),
];

fn flip(path: &Path, whole: &[u8], place: usize) {
    let mut altered = whole.to_vec();
    altered[place] ^= 1;
    fs::write(path, altered).unwrap();
}

/// Every result from which a reader may draw a verdict.
struct Verdicts {
    replay: Value,
    plan: Value,
    job: Value,
    proof: Value,
    shadow: Value,
}

fn planned() -> BTreeMap<String, String> {
    // For the one application that was used: about any other, the plan would know nothing.
    let more = TRIED
        .replace("on-trial", "more")
        .replace("@stage(\"shadow\")", "")
        .replace("action, resource)", "action, resource in Countersign::Application::\"countersign\")");
    files(&[
        ("guardrails/fresh.cedar", FRESH),
        ("guardrails/tried.cedar", TRIED),
        ("guardrails/more.cedar", &more.replace("context has device", "context has authentication")),
    ])
}

async fn verdicts(house: &House) -> Verdicts {
    let since = json!("2026-11-22T00:00:00Z");
    let span = json!({ "since": since });
    let job = run(house, "/plans", json!({ "since": since, "files": planned() })).await;
    Verdicts {
        replay: run(house, "/replays", span.clone()).await["result"].clone(),
        plan: job["result"].clone(),
        job: job["id"].clone(),
        proof: run(house, "/proofs", json!({ "since": since, "dry_run": true })).await["result"].clone(),
        shadow: run(house, "/shadow-reports", span).await["result"]["policies"][0].clone(),
    }
}

async fn publishes(house: &House, job: &Value, accept: Option<&str>) -> crate::common::Reply {
    let mut body = json!({ "files": planned(), "why": "ticket 4711", "plan": job, "dry_run": true });
    if let Some(accept) = accept {
        body["accept_unknown"] = json!(accept);
    }
    house.api("PUT", "/policies", Some(body)).await
}

/// Checks that no figure is better than it was with all records: a share is lower or unknown.
fn not_better(whole: &Value, part: &Value, what: &str) {
    // If no such access exists there is no share; it counts as 0, the worst.
    let (whole, part) = (whole.as_f64().unwrap_or(0.0), part.as_f64());
    assert!(part.is_none_or(|part| part <= whole), "{what}: {part:?} of a part, {whole:?} of the whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_one_file_damaged_no_verdict_and_no_figure_is_better() {
    let house = lived().await;
    let whole = verdicts(&house).await;
    for basis in [&whole.replay["basis"], &whole.plan["basis"], &whole.proof["basis"], &whole.shadow["basis"]]
    {
        assert_eq!((&basis["verdict"], &basis["unread"]), (&json!("known"), &json!(0)), "{basis}");
    }
    assert_eq!(whole.proof["register"]["eliminated"], 1, "{}", whole.proof["register"]);
    assert_eq!(publishes(&house, &whole.job, None).await.status, 200);

    let files = decisions(&house);
    assert!(files.len() >= 3, "{files:?}");
    for path in &files {
        let original = fs::read(path).unwrap();
        let other = files.iter().find(|other| other.parent() != path.parent()).unwrap();
        let other = fs::read(other).unwrap();
        for (what, damage) in DAMAGE {
            let what = format!("{} {what}", path.file_name().unwrap().to_str().unwrap());
            damage(path, &original, &other);
            check(&house, &whole, &what).await;
            fs::write(path, &original).unwrap();
        }
    }
    let again = verdicts(&house).await;
    assert_eq!(again.plan["basis"]["verdict"], "known", "put back, it is whole: {}", again.plan["basis"]);
    assert_eq!(again.proof["register"], whole.proof["register"]);
}

async fn check(house: &House, whole: &Verdicts, what: &str) {
    let part = verdicts(house).await;
    for (of, basis) in [
        ("replay", &part.replay["basis"]),
        ("plan", &part.plan["basis"]),
        ("proof", &part.proof["basis"]),
        ("shadow report", &part.shadow["basis"]),
    ] {
        assert_eq!(basis["verdict"], "unknown", "{what}: {of}: {basis}");
        assert!(basis["unread"].as_u64().unwrap() > 0, "{what}: {of}: {basis}");
        assert!(basis["gaps"].to_string().contains("Not everything could be read"), "{what}: {of}: {basis}");
    }
    assert!(part.plan["unknown"].to_string().contains("Not everything could be read"), "{what}");
    assert!(!part.replay["incomplete"].as_array().unwrap().is_empty(), "{what}");
    not_better(&whole.replay["fidelity"], &part.replay["fidelity"], what);
    assert_ne!(part.replay["fidelity"], json!(1.0), "{what}: not all came out the same");
    not_better(&whole.proof["coverage"], &part.proof["coverage"], what);
    assert_ne!(part.proof["coverage"], json!(1.0), "{what}: unread files are not covered");
    for figure in ["device_posture_enforced", "privileged_just_in_time"] {
        let share = |of: &Verdicts| of.proof["figures"][figure]["share"].clone();
        not_better(&share(whole), &share(&part), what);
    }
    for (one, other) in
        whole.proof["items"].as_array().unwrap().iter().zip(part.proof["items"].as_array().unwrap())
    {
        let share =
            |item: &Value| json!(item["depends"].as_f64().unwrap() / item["of"].as_f64().unwrap().max(1.0));
        not_better(&share(one), &share(other), what);
    }
    assert_eq!(part.proof["register"]["eliminated"], 0, "{what}: {}", part.proof["unknown"]);

    assert_problem(&publishes(house, &part.job, None).await, 422, Some("accept_unknown"));
    assert_problem(&publishes(house, &part.job, Some(" ")).await, 422, Some("accept_unknown"));
    let accepted = publishes(house, &part.job, Some("the disk is being mended")).await;
    assert_eq!(accepted.status, 200, "{what}: {}", accepted.json);
}

/// An empty record contradicts nothing, but that is no knowledge.
#[tokio::test(flavor = "multi_thread")]
async fn of_nothing_nothing_is_known() {
    let house = House::new().await;
    for (what, report, body) in
        [("/replays", "replay", json!({})), ("/proofs", "proof", json!({ "dry_run": true }))]
    {
        let result = run(&house, what, body).await["result"].clone();
        assert_eq!(result["kind"], report);
        let basis = &result["basis"];
        assert_eq!(
            (&basis["verdict"], &basis["recorded"]),
            (&json!("unknown"), &json!(0)),
            "{what}: {basis}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_of_nothing_is_applied_only_by_somebody_who_accepts_that_on_record() {
    let house = House::new().await;
    let job = run(&house, "/plans", json!({ "files": planned() })).await;
    let basis = &job["result"]["basis"];
    assert_eq!((&basis["verdict"], &basis["recorded"]), (&json!("unknown"), &json!(0)), "{basis}");
    let apply = |accept: Value| {
        let body = json!({ "files": planned(), "why": "the first day", "plan": job["id"], "accept_unknown": accept });
        house.api("PUT", "/policies", Some(body))
    };
    let seq = house.seq();
    assert_problem(&apply(Value::Null).await, 422, Some("accept_unknown"));
    assert_eq!(house.seq(), seq, "nothing was put in force");
    assert_eq!(apply(json!("nobody works here yet")).await.status, 200);
    let history = house.ok("GET", "/policies/history?limit=1", None).await;
    assert_eq!(
        history["items"][0]["why"],
        "the first day (accepted that not everything is known: nobody works here yet)"
    );
}

/// Starts a rollout that reaches some of four people for certain: who is in a sample follows from the random id of the rollout.
async fn rolled_out(house: &House) -> String {
    house.state(vec![published(&files(&[("guardrails/tried.cedar", TRIED)]))]).await;
    house.policies_in_force().await;
    let body = json!({
        "policy": "on-trial", "percents": [99, 100], "watch_seconds": 60, "halt_if": "newly denied people > 100",
    });
    house.ok("POST", "/rollouts", Some(body)).await["id"].as_str().unwrap().to_owned()
}

async fn rollout(house: &House, id: &str) -> Value {
    house.ok("GET", &format!("/rollouts/{id}"), None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_that_nobody_met_waits_and_one_whose_evidence_is_damaged_is_halted() {
    let house = House::keeping(Vec::new(), Options { segment_bytes: 1, ..Options::default() }).await;
    let id = rolled_out(&house).await;
    let mut watch = house.control.rollout_watch();
    for _ in 0..5 {
        house.wait(60);
        watch.look().await;
    }
    let shown = rollout(&house, &id).await;
    assert_eq!((&shown["state"], &shown["percent"]), (&json!("running"), &json!(99)), "nobody came: {shown}");

    for door in 1..=4 {
        house.send(&Door::Session(door), "GET", "/api/v1/people", None).await;
    }
    house.sink.close().await.unwrap();
    let path = decisions(&house).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    // A first failure may be a slow disk; a second one is damage.
    house.wait(60);
    watch.look().await;
    assert_eq!(rollout(&house, &id).await["state"], "running");
    house.wait(60);
    watch.look().await;
    let shown = rollout(&house, &id).await;
    assert_eq!((&shown["state"], &shown["percent"]), (&json!("halted"), &json!(0)), "{shown}");
    let because = shown["halted_because"].as_str().unwrap();
    assert!(
        because.starts_with("the evidence of its watch at 99 percent is not whole: decisions-"),
        "{because}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_is_started_on_a_report_of_a_part_only_by_somebody_who_accepts_that() {
    let house = House::new().await;
    house.state(vec![published(&files(&[("guardrails/tried.cedar", TRIED)]))]).await;
    house.policies_in_force().await;
    let report = run(&house, "/shadow-reports", json!({})).await;
    let start = |accept: Value, dry_run: bool| {
        let body = json!({
            "policy": "on-trial", "percents": [100], "watch_seconds": 60, "rehearsal": report["id"],
            "accept_unknown": accept, "dry_run": dry_run,
        });
        house.api("POST", "/rollouts", Some(body))
    };
    assert_eq!(start(Value::Null, true).await.status, 201, "to look at it changes nothing");
    assert_problem(&start(Value::Null, false).await, 422, Some("accept_unknown"));
    let started = start(json!("nobody works here yet"), false).await;
    assert_eq!(started.status, 201, "{}", started.json);
    assert_eq!(started.json["why"], "accepted that not everything is known: nobody works here yet");
}
