//! Proofs, and the register of what rests on implicit trust.

use super::super::check;
use super::{DEC, job};
use crate::fake::{Answers, Fake};
use countersign_cli::Exit;
use serde_json::{Value, json};

fn trust(item: &str, state: &str) -> Value {
    json!({
        "resource": "payroll/vault", "action": "read", "cohort": "employee", "item": item, "sensitivity": "confidential",
        "state": state, "first": "2026-11-01T09:00:00Z", "last": "2026-11-22T08:00:00Z", "accesses": 412,
        "principals": 3, "policies": ["payroll-read"], "example": DEC, "remedy": "A guardrail | that asks for it.",
    })
}

fn proved() -> Value {
    let depends = |n: u64| json!({ "device": n, "compliance": n, "risk": 1000 });
    let share = |item: &str, n: u64| json!({ "item": item, "depends": n, "of": 1000 });
    let mut returned = trust("device", "discovered");
    returned["returned_at"] = json!("2026-11-22T08:30:00Z");
    returned["brought_back_by"] = json!(4711);
    json!({
        "went_ahead": 1000, "denied": 20, "unasked": 1, "coverage": 0.999,
        "unknown": ["1 accesses cannot be evaluated again: a text of it was too long to be recorded completely."],
        "figures": {
            "device_posture_enforced": { "accesses": 588, "of": 1000, "share": 0.588 },
            "privileged_just_in_time": { "accesses": 0, "of": 0 },
            "register": { "live": 7, "discovered": 3, "owned": 1, "documented": 2, "lapsed": 1, "drifted": 1, "eliminated": 4 },
        },
        "items": [share("device", 588), share("compliance", 588), share("risk", 1000)],
        "sensitivities": [{ "sensitivity": "confidential", "accesses": 1000, "depends": depends(588) }],
        "applications": [
            { "application": "payroll", "sensitivity": "confidential", "accesses": 1000, "depends": depends(588) },
        ],
        "register": { "written": true, "found": 1, "returned": 1, "eliminated": 2 },
        "trusts": [trust("compliance", "lapsed"), returned], "not_itemised": 5,
        "guardrails": [
            { "policy": "toothless", "denied": 0, "would": 0 }, { "policy": "no-high-risk", "denied": 0, "would": 9 },
        ],
        "exceptions": [
            { "exception": "exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "policy": "managed-device", "accesses": 30, "needed": 0 },
            { "exception": "exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c9", "accesses": 30, "needed": 30 },
        ],
    })
}

fn prove() -> Answers {
    vec![
        ("POST /api/v1/proofs", 201, job("proof", "running", Value::Null)),
        ("GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, job("proof", "finished", proved())),
    ]
}

#[tokio::test]
async fn a_proof_gives_its_figures_with_what_they_rest_on() {
    let fake = Fake::start(prove());
    let ran = fake.run(&["prove", "--since", "7d", "--dry-run"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    let asked = fake.asked().remove(0);
    assert_eq!(asked.body, json!({ "since": "2026-11-15T09:00:00.000000Z", "dry_run": true }));
    for text in [
        "58.8 % (588 of 1000)",
        "no such access",
        "7 discovered, 2 documented and authorised",
        "99.9 % of the accesses that were allowed",
        "The register has 1 new entry, 1 that came back, 2 eliminated.",
        "came back by fact 4711",
        "and 5 more",
        "The guardrail toothless is unused",
        "b7c8 to managed-device covered 30 accesses, and none of them needed it",
        "NOT KNOWN",
    ] {
        assert!(ran.out.contains(text), "{text:?} is missing:\n{}", ran.out);
    }
    for text in ["no-high-risk never", "b7c9"] {
        assert!(!ran.out.contains(text), "{text:?} is too much:\n{}", ran.out);
    }
    let ran = Fake::start(prove()).run(&["prove", "--markdown"]).await;
    assert!(ran.out.contains("| payroll (confidential) | 1000 | 58.8 % |"), "{}", ran.out);
    assert!(ran.out.contains("A guardrail \\| that asks for it."), "{}", ran.out);
    let ran = Fake::start(prove()).run(&["prove", "--json"]).await;
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["result"]["went_ahead"], 1000);
}

#[tokio::test]
async fn the_register_is_listed_owned_and_documented() {
    let listed = json!({ "items": [trust("device", "discovered")] });
    let path = "GET /api/v1/trusts?application=payroll&item=device&state=discovered&limit=200";
    let words = ["trust", "list", "--application", "payroll", "--item", "device", "--state", "discovered"];
    check(vec![(path, 200, listed)], &words, &[(path, Value::Null)], &["payroll/vault", "discovered", "412"])
        .await;
    let figures = proved()["figures"]["register"].clone();
    let path = "GET /api/v1/trusts/figures";
    check(vec![(path, 200, figures)], &["trust", "figures"], &[(path, Value::Null)], &["Eliminated"]).await;
    let changed = |written: bool| json!({ "written": written, "trusts": [trust("device", "owned")] });
    let path = "POST /api/v1/trusts/own";
    let body = json!({ "of": { "cohort": "vendor" }, "owner": "ada", "dry_run": true });
    let words = ["trust", "own", "--cohort", "vendor", "--owner", "ada", "--dry-run"];
    check(vec![(path, 200, changed(false))], &words, &[(path, body)], &["This was a dry run"]).await;
    let path = "POST /api/v1/trusts/document";
    let body = json!({
        "of": { "resource": "payroll/vault", "action": "read" }, "owner": "ada", "authority": "CISO", "reason": "why",
        "expires_in_seconds": 7_776_000,
    });
    let words = [
        "trust",
        "document",
        "--resource",
        "payroll/vault",
        "--action",
        "read",
        "--owner",
        "ada",
        "--authority",
        "CISO",
        "--reason",
        "why",
        "--for",
        "90d",
    ];
    check(vec![(path, 200, changed(true))], &words, &[(path, body)], &["1 entry changed."]).await;
}
