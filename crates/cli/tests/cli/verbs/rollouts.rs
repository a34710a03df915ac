//! Policies on trial: the report, and rolling one out by stages.

use super::PER;
use crate::fake::{Answers, Fake};
use countersign_cli::Exit;
use serde_json::{Value, json};

const JOB: &str = "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
const DEC: &str = "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
const ROL: &str = "rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";

fn radius(people: u64) -> Value {
    json!({ "accesses": 7 * people, "people": people, "services": 0, "anonymous": 0 })
}

fn job(state: &str, policies: Value) -> Value {
    let mut job = json!({
        "digest": "cd".repeat(32), "id": JOB, "kind": "shadow", "state": state, "started_at": "2026-11-22T08:59:00Z",
        "since": "2026-11-15T09:00:00Z", "until": "2026-11-22T09:00:00Z", "accesses": 10, "decided": 3, "share": 1.0,
    });
    if policies.is_array() {
        job["result"] =
            json!({ "kind": "shadow", "running": "v1v1v1v1v1v1v1", "policies": policies, "incomplete": [] });
    }
    job
}

fn found() -> Value {
    json!([{
        "policy": "on-trial", "owner": "security", "reason": "Use | a device.", "place": "guardrails/a.cedar:3",
        "rolled_out": 25, "asked": 10, "people": 4, "newly_denied": radius(1), "newly_allowed": radius(0),
        "applications": [{ "application": "wiki", "newly_denied": radius(1), "newly_allowed": radius(0) }],
        "first": "2026-11-22T08:00:00Z", "last": "2026-11-22T08:30:00Z",
        "unknown": ["3 accesses were made before it had this text."],
        "changes": [{
            "direction": "denied", "principal": PER, "principal_name": "Ada | <b>", "kind": "executive",
            "groups": ["finance"], "application": "wiki", "resource": "wiki/pages", "action": "read",
            "device": "none", "enforced": true, "granted": true, "reasons": ["on-trial"],
            "remedies": ["Use a managed device."], "count": 7, "first": "2026-11-22T08:00:00Z",
            "last": "2026-11-22T08:30:00Z", "example": DEC,
        }],
    }])
}

fn reporting(policies: Value) -> Answers {
    vec![
        ("POST /api/v1/shadow-reports", 201, job("running", Value::Null)),
        ("GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, job("finished", policies)),
    ]
}

fn rollout(state: &str, percent: u8) -> Value {
    json!({
        "id": ROL, "policy": "on-trial", "state": state, "percent": percent, "percents": [5, 25, 100],
        "watch_seconds": 3600, "due_at": "2026-11-22T09:30:00Z", "halt_if": "newly denied people > 3",
        "why": "ticket 4711", "newly_denied": { "people": 2, "accesses": 9, "example": DEC },
        "newly_allowed": { "people": 0, "accesses": 0 },
        "moves": [{ "at": "2026-11-22T08:30:00Z", "by": "operator", "percent": 5 }],
        "steps": [
            { "percent": 5, "people": 50, "seen": 4, "newly_denied": 1, "newly_allowed": 0 },
            { "percent": 25, "people": 250, "seen": 20, "newly_denied": 3, "newly_allowed": 0 },
            { "percent": 100, "people": 1000 },
        ],
        "next": "At 09:30 it goes on to 25 percent, unless it is halted.",
    })
}

#[tokio::test]
async fn a_report_says_whom_a_policy_on_trial_would_have_stopped() {
    let fake = Fake::start(reporting(found()));
    let ran = fake.run(&["shadow", "report", "--since", "7d", "--policy", "on-trial"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for says in [
        "on-trial (guardrails/a.cedar:3; owner: security)",
        "evaluated in 10 decisions about 4 people; changed none of them",
        "rolled out to 25 percent",
        "NEWLY DENIED: 1 person (7 accesses)",
        "by application: wiki: 1 in 7 accesses",
        "under a grant: 1 in 7 accesses",
        "Use a managed device.",
        DEC,
        "NEWLY ALLOWED: nobody",
        "NOT KNOWN, so this does not count as fine:\n  - 3 accesses were made before it had this text.",
    ] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }
    assert_eq!(
        fake.asked().first().unwrap().body,
        json!({ "since": "2026-11-15T09:00:00.000000Z", "policy": "on-trial" })
    );
    let ran = Fake::start(reporting(json!([]))).run(&["shadow", "report"]).await;
    assert_eq!(ran.out, "No policy is in its shadow stage.\n");
}

#[tokio::test]
async fn a_report_is_markdown_for_a_review_and_names_end_no_cell() {
    let ran = Fake::start(reporting(found())).run(&["shadow", "report", "--markdown"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for says in [
        "# What the policies on trial would have changed",
        "## on-trial\n\nUse \\| a device. (`guardrails/a.cedar:3`, owner: security)",
        "### Newly denied: 1 person (7 accesses)",
        "| Ada \\| &lt;b> (executive) | read | wiki/pages | none | 7 |",
        "### Not known\n\n- 3 accesses were made before",
    ] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }
}

#[tokio::test]
async fn a_rollout_is_shown_asked_about_and_started_with_the_sample_that_was_shown() {
    let mut answers = reporting(found());
    let mut preview = rollout("running", 5);
    preview["dry_run"] = json!(true);
    answers.push(("POST /api/v1/rollouts", 201, preview.clone()));
    let words = [
        "rollout",
        "start",
        "--policy",
        "on-trial",
        "--percent",
        "5,25,100",
        "--watch",
        "1h",
        "--halt-if",
        "newly denied people > 3",
    ];
    let fake = Fake::start(answers.clone());
    let ran = fake.run(&[&words[..], &["--dry-run"]].concat()).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for says in [
        "25 %",
        "250",
        "not known",
        "watched for 1h",
        "halts by itself if: newly denied people > 3",
        "nothing was started",
    ] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }
    assert!(
        ran.err.contains("on-trial would have stopped 1 person (7 accesses), in 10 decisions"),
        "{}",
        ran.err
    );
    let asked = fake.asked().pop().unwrap();
    let body = json!({
        "policy": "on-trial", "percents": [5, 25, 100], "watch_seconds": 3600, "halt_if": "newly denied people > 3",
        "rehearsal": JOB, "dry_run": true,
    });
    assert_eq!((asked.line.as_str(), &asked.body), ("POST /api/v1/rollouts", &body));

    // Nobody is there to be asked: nothing is started.
    let fake = Fake::start(answers.clone());
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.out);
    assert!(ran.err.contains("nothing was started"), "{}", ran.err);
    assert!(fake.asked().iter().all(|asked| asked.body["dry_run"] != json!(false)));

    let fake = Fake::start(answers);
    let ran = fake.run(&[&words[..], &["--yes", "--why", "ticket-4711"]].concat()).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let started = fake.asked().pop().unwrap().body;
    assert_eq!((&started["id"], &started["dry_run"]), (&json!(ROL), &json!(false)));
    assert_eq!((&started["why"], &started["rehearsal"]), (&json!("ticket-4711"), &json!(JOB)));

    // What was looked at already is named, and no new report is made.
    let fake = Fake::start(vec![("POST /api/v1/rollouts", 201, preview)]);
    let ran = fake.run(&[&words[..], &["--yes", "--rehearsal", JOB]].concat()).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
}

#[tokio::test]
async fn a_rollout_is_shown_listed_and_moved() {
    let mut halted = rollout("halted", 0);
    halted["halted_because"] = json!("4 newly denied people at 5 percent, and it halts at more than 3");
    halted["example"] = json!(DEC);
    let path = "/api/v1/rollouts/rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let fake = Fake::start(vec![
        ("GET /api/v1/rollouts/rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, rollout("running", 5)),
        ("GET /api/v1/rollouts", 200, json!({ "items": [halted.clone()] })),
        ("GET /api/v1/rollouts?active=true", 200, json!({ "items": [] })),
        ("POST /api/v1/rollouts/rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/advance", 200, rollout("running", 25)),
        ("POST /api/v1/rollouts/rol_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/halt", 200, halted),
    ]);
    for (words, says) in [
        (vec!["rollout", "status", ROL], "At 09:30 it goes on to 25 percent"),
        (vec!["rollout", "history"], "4 newly denied people at 5 percent"),
        (vec!["rollout", "list"], "There is no staged rollout."),
        (vec!["rollout", "advance", ROL], "25 percent of people, of 5, 25, 100"),
        (vec!["rollout", "halt", ROL, "--why", "enough"], "halted"),
    ] {
        let ran = fake.run(&words).await;
        assert_eq!(ran.exit, Exit::Done, "{words:?}: {}", ran.err);
        assert!(ran.out.contains(says), "{words:?} is to say {says:?}:\n{}", ran.out);
    }
    let halting = fake.asked().pop().unwrap();
    assert_eq!((halting.line, halting.body), (format!("POST {path}/halt"), json!({ "reason": "enough" })));
}
