//! Long runs over the evidence: started, followed to their end, and told so that a person and a script can act on them. Here are
//! replays and what all runs have in common.

mod exhaustive;
mod plans;
mod proofs;

use crate::fake::{Answers, Fake};
use countersign_cli::Exit;
use serde_json::{Value, json};

const JOB: &str = "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
const DEC: &str = "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";

fn job(kind: &str, state: &str, found: Value) -> Value {
    let mut job = json!({
        "digest": "cd".repeat(32), "id": JOB, "kind": kind, "state": state, "started_at": "2026-11-22T08:59:00Z",
        "since": "2026-10-23T09:00:00Z", "until": "2026-11-22T09:00:00Z", "accesses": 10, "decided": 3, "share": 1.0,
    });
    if found.is_object() {
        job["result"] = found;
        job["result"]["kind"] = json!(kind);
    }
    job
}

fn fell(effect: &str, reasons: &[&str]) -> Value {
    json!({ "effect": effect, "enforced": true, "reasons": reasons })
}

fn replayed(differences: Value) -> Value {
    let different = differences.as_array().unwrap().len();
    json!({
        "fidelity": 1.0 - different as f64 / 10.0, "same": 10 - different, "different": different,
        "differences": differences, "unasked": { "stale-world": 2 }, "incomplete": [],
    })
}

fn replay(state: &str, found: Value) -> Answers {
    vec![
        ("POST /api/v1/replays", 201, job("replay", "running", Value::Null)),
        ("GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, job("replay", state, found)),
    ]
}

#[tokio::test]
async fn a_replay_says_its_fidelity_and_names_what_is_different() {
    let fake = Fake::start(replay("finished", replayed(json!([]))));
    let ran = fake.run(&["replay", "--since", "1h"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.out.starts_with("Replay fidelity: 100 %. 10 of 10 decisions"), "{}", ran.out);
    assert!(ran.out.contains("2 more were made without evaluating policies (stale-world)."), "{}", ran.out);
    assert_eq!(fake.asked().first().unwrap().body, json!({ "since": "2026-11-22T08:00:00.000000Z" }));

    let differences = json!([
        { "id": DEC, "at": "2026-11-22T08:00:00Z", "recorded": fell("deny", &[]), "again": fell("allow", &["wiki-users"]) },
        { "id": DEC, "at": "2026-11-22T08:00:00Z", "recorded": fell("allow", &["a"]), "why_not": "the facts are gone" },
    ]);
    let fake = Fake::start(replay("finished", replayed(differences)));
    let ran = fake.run(&["replay"]).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    for says in [
        "80.0000 %",
        "recorded as deny by no policy; evaluated again, it is allow by wiki-users",
        "recorded as allow by a; it cannot be evaluated again: the facts are gone",
    ] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }
}

#[tokio::test]
async fn a_run_that_does_not_finish_is_no_success() {
    let mut failed = job("replay", "failed", Value::Null);
    failed["error"] = json!("the disk is gone");
    for (answer, says) in
        [(failed, "the disk is gone"), (job("replay", "cancelled", Value::Null), "another user stopped")]
    {
        let mut answers = replay("running", Value::Null);
        answers[1].2 = answer;
        let ran = Fake::start(answers).run(&["replay"]).await;
        assert_eq!(ran.exit, Exit::Failed);
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

#[tokio::test]
async fn a_replay_of_nothing_or_of_a_part_is_no_success() {
    let mut nothing = replayed(json!([]));
    (nothing["same"], nothing["fidelity"]) = (json!(0), Value::Null);
    let ran = Fake::start(replay("finished", nothing)).run(&["replay"]).await;
    assert_eq!(ran.exit, Exit::Unknown, "{}", ran.out);
    let mut part = replayed(json!([]));
    (part["fidelity"], part["incomplete"]) = (json!(0.5), json!(["decisions-1.parquet: it is missing"]));
    let ran = Fake::start(replay("finished", part)).run(&["replay"]).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    assert!(ran.out.contains("Replay fidelity: 50.0000 %"), "{}", ran.out);
}

#[tokio::test]
async fn jobs_are_listed_shown_and_stopped() {
    let finished = job("replay", "finished", replayed(json!([])));
    super::check(
        vec![("GET /api/v1/jobs", 200, json!({ "items": [finished] }))],
        &["job", "list"],
        &[("GET /api/v1/jobs", Value::Null)],
        &[JOB, "replay", "finished", "100 %"],
    )
    .await;
    let path = "GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let shown = vec![(path, 200, finished)];
    super::check(shown, &["job", "show", JOB], &[(path, Value::Null)], &["Replay fidelity: 100 %"]).await;
    let path = "DELETE /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    super::check(vec![(path, 204, Value::Null)], &["job", "stop", JOB], &[(path, Value::Null)], &["stopped"])
        .await;
}
