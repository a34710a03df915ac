//! Plans, what is applied after one, and what takes it back.

use super::super::{PER, check};
use super::{DEC, JOB, job};
use crate::fake::{Answers, Fake};
use countersign_api::NewPlan;
use countersign_cli::Exit;
use serde_json::{Value, json};

/// On how much a report of ten decisions rests.
fn basis(gaps: &[&str], unread: u64) -> Value {
    let verdict = if gaps.is_empty() { "known" } else { "unknown" };
    json!({
        "verdict": verdict, "recorded": 10, "unread": unread, "unread_decisions": unread, "unanswered": 0, "gaps": gaps,
    })
}

/// The same plan, of which everything is known.
fn known() -> Value {
    let mut report = planned();
    (report["unknown"], report["basis"]) = (json!([]), basis(&[], 0));
    report
}

pub(super) fn planned() -> Value {
    let radius =
        |people: u64| json!({ "accesses": 7 * people, "people": people, "services": 0, "anonymous": 0 });
    json!({
        "running": "v1v1v1v1v1v1v1", "planned": "v2v2v2v2v2v2v2", "asked": 10, "of_other_policies": 0,
        "files": [{ "path": "guardrails/a.cedar", "change": "changed" }], "warnings": [],
        "newly_denied": radius(1), "newly_allowed": radius(0), "not_itemised": 0, "unasked": {},
        "unknown": ["Nobody used payroll in this span."], "basis": basis(&["Nobody used payroll in this span."], 0),
        "changes": [{
            "direction": "denied", "principal": PER, "principal_name": "Ada | <b>", "kind": "executive",
            "groups": ["finance"], "application": "wiki", "resource": "wiki/pages", "action": "read",
            "device": "non_compliant", "enforced": true, "granted": false, "reasons": ["more"],
            "remedies": ["Use a managed device."], "count": 7, "first": "2026-11-22T08:00:00Z",
            "last": "2026-11-22T08:30:00Z", "example": DEC,
        }],
    })
}

pub(super) fn plan() -> (Fake, String) {
    plan_of(planned())
}

fn plan_of(report: Value) -> (Fake, String) {
    let published = json!({ "version": "v2v2v2v2v2v2v2", "dry_run": false, "changed": [], "warnings": [] });
    let fake = Fake::start(vec![
        ("PUT /api/v1/policies", 200, published),
        (
            "GET /api/v1/policies/files",
            200,
            json!({ "version": "v1", "files": { "guardrails/a.cedar": "one\n" } }),
        ),
        ("POST /api/v1/plans", 201, job("plan", "running", Value::Null)),
        ("GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, job("plan", "finished", report)),
    ]);
    let folder = fake.data.path().join("policies");
    std::fs::create_dir_all(folder.join("guardrails")).unwrap();
    std::fs::write(folder.join("guardrails/a.cedar"), "two\n").unwrap();
    let folder = folder.to_str().unwrap().to_owned();
    (fake, folder)
}

#[tokio::test]
async fn a_plan_shows_the_difference_of_the_files_and_of_reality() {
    let (fake, folder) = plan();
    let ran = fake.run(&["plan", &folder]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for says in [
        "changed  guardrails/a.cedar\n    -one\n    +two\n",
        "NEWLY DENIED: 1 person (7 accesses)",
        "by application: wiki: 1 in 7 accesses",
        "by group: finance: 1 in 7 accesses",
        "by kind: executive: 1 in 7 accesses",
        "by device: non compliant: 1 in 7 accesses",
        "Use a managed device.",
        DEC,
        "NEWLY ALLOWED: nobody",
        "NOT KNOWN, so this does not count as fine:\n  - Nobody used payroll in this span.",
    ] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }
    let asked: NewPlan = serde_json::from_value(fake.asked()[1].body.clone()).unwrap();
    assert_eq!(asked.files, [("guardrails/a.cedar".to_owned(), "two\n".to_owned())].into());

    let ran = fake.run(&["plan", &folder, "--json"]).await;
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let mut expected = planned();
    expected["kind"] = json!("plan");
    assert_eq!(json["result"], expected);
}

#[tokio::test]
async fn a_plan_for_a_review_cannot_be_bent_by_a_name() {
    let (fake, folder) = plan();
    let ran = fake.run(&["plan", &folder, "--markdown"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.out.contains("## Newly denied: 1 person (7 accesses)\n"), "{}", ran.out);
    let row = ran.out.lines().find(|line| line.contains("Ada")).unwrap();
    assert!(
        row.starts_with("| Ada \\| &lt;b> (executive) | read | wiki/pages | non compliant | 7 |"),
        "{row}"
    );
}

#[tokio::test]
async fn a_blast_radius_beyond_the_bound_ends_with_two() {
    let (fake, folder) = plan_of(known());
    assert_eq!(fake.run(&["plan", &folder, "--max-newly-denied", "1"]).await.exit, Exit::Done);
    let ran = fake.run(&["plan", &folder, "--max-newly-denied", "0"]).await;
    assert_eq!((ran.exit, ran.exit.code()), (Exit::Usage, 2));
    assert!(ran.err.contains("1 person (7 accesses) would be stopped"), "{}", ran.err);
    assert!(ran.out.contains("NEWLY DENIED"), "what was found is shown all the same");
}

#[tokio::test]
async fn what_is_not_known_is_within_no_bound_and_ends_with_seven() {
    let damaged = "Not everything could be read: decisions-1.parquet: it was damaged after it was written.";
    let nothing = "No decision of this span is on record, so nothing is known of it.";
    for (basis, bound, exit) in [
        (basis(&[], 0), "1", Exit::Done),
        (basis(&[damaged], 1), "1", Exit::Unknown),
        (basis(&[nothing], 0), "1", Exit::Unknown),
        // What is known to be too many stays too many.
        (basis(&[damaged], 1), "0", Exit::Usage),
        // A server that does not say on what its plan rests.
        (Value::Null, "1", Exit::Unknown),
    ] {
        let mut report = known();
        report["basis"] = basis.clone();
        if basis.is_null() {
            report.as_object_mut().unwrap().remove("basis");
        }
        let (fake, folder) = plan_of(report);
        let ran = fake.run(&["plan", &folder, "--max-newly-denied", bound]).await;
        assert_eq!(ran.exit, exit, "{basis}: {}", ran.err);
        if exit == Exit::Unknown {
            assert_eq!(ran.exit.code(), 7);
            assert!(ran.err.contains("the verdict is unknown"), "{}", ran.err);
        }
    }
    // Without a bound no verdict is asked for; damage is no success all the same.
    for (basis, exit) in [
        (basis(&[], 0), Exit::Done),
        (basis(&[nothing], 0), Exit::Done),
        (basis(&[damaged], 1), Exit::Unknown),
    ] {
        let mut report = known();
        report["basis"] = basis;
        let (fake, folder) = plan_of(report);
        assert_eq!(fake.run(&["plan", &folder]).await.exit, exit);
    }
}

#[tokio::test]
async fn nothing_is_applied_unseen_that_is_not_known_without_a_reason_that_goes_on_record() {
    let (fake, folder) = plan();
    let words = ["apply", &folder, "--why", "the audit asks", "--yes"];
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Unknown);
    assert!(ran.err.contains("--accept-unknown"), "{}", ran.err);
    assert!(ran.err.contains("Nobody used payroll in this span."), "{}", ran.err);
    assert!(fake.asked().iter().all(|asked| !asked.line.starts_with("PUT")));
    let ran = fake.run(&[&words[..], &["--accept-unknown", "payroll opens in May"]].concat()).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let asked = fake.asked().pop().unwrap();
    assert_eq!(
        (asked.line.as_str(), &asked.body["accept_unknown"]),
        ("PUT /api/v1/policies", &json!("payroll opens in May"))
    );
}

#[tokio::test]
async fn what_is_applied_was_planned_and_agreed_to() {
    let (fake, folder) = plan_of(known());
    let words = ["apply", &folder, "--why", "the audit asks"];
    // Nobody can be asked here, so nothing is assumed.
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(
        ran.err.contains("nothing was put in force: this command cannot ask for confirmation here"),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("NEWLY DENIED: 1 person"), "{}", ran.out);
    assert!(fake.asked().iter().all(|asked| !asked.line.starts_with("PUT")));
    // Nor is what stops more than the bound.
    let bounded = fake.run(&[&words[..], &["--yes", "--max-newly-denied", "0"]].concat()).await;
    assert_eq!(bounded.exit, Exit::Usage);
    assert!(fake.asked().iter().all(|asked| !asked.line.starts_with("PUT")));

    let ran = fake.run(&[&words[..], &["--yes"]].concat()).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let asked = fake.asked().pop().unwrap();
    assert_eq!(asked.line, "PUT /api/v1/policies");
    assert_eq!((&asked.body["why"], &asked.body["plan"]), (&json!("the audit asks"), &json!(JOB)));
    assert_eq!(asked.body["expected_version"], "v1v1v1v1v1v1v1");
    assert!(ran.err.contains("`countersign rollback --why TEXT` reverts it"), "{}", ran.err);
}

fn in_force() -> Value {
    let wiki = json!({ "title": "Wiki", "owner": "Team", "hosts": ["wiki.localhost"], "upstream": "http://127.0.0.1:1",
                       "stage": "observe", "resources": [] });
    json!({ "version": "s1s1", "settings": { "applications": { "wiki": wiki, "shop": wiki }, "labels": {}, "exceptions": [] } })
}

#[tokio::test]
async fn the_settings_of_a_folder_are_planned_with_its_policies() {
    let mut report = planned();
    report["files"] = json!([{ "path": "applications/wiki.toml", "change": "changed" }]);
    report["renamed"] = json!(3);
    report["changes"][0]["by_stage"] = json!(true);
    let fake = Fake::start(vec![
        (
            "GET /api/v1/policies/files",
            200,
            json!({ "version": "v1", "files": { "guardrails/a.cedar": "two\n" } }),
        ),
        ("GET /api/v1/settings", 200, in_force()),
        ("POST /api/v1/plans", 201, job("plan", "running", Value::Null)),
        ("GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, job("plan", "finished", report)),
    ]);
    let folder = fake.data.path().join("policies");
    let dir = folder.to_str().unwrap();
    // What is in force, with everything that a plan covers; then one line of it is edited.
    let ran = fake.run(&["policy", "pull", dir, "--settings"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let wiki = folder.join("applications/wiki.toml");
    let text = std::fs::read_to_string(&wiki).unwrap();
    std::fs::write(&wiki, text.replace("\"observe\"", "\"enforce\"")).unwrap();
    std::fs::remove_file(folder.join("applications/shop.toml")).unwrap();
    std::fs::remove_file(folder.join("exceptions.toml")).unwrap();

    let ran = fake.run(&["plan", dir]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for says in [
        "changed  applications/wiki.toml\n    -stage = \"observe\"\n    +stage = \"enforce\"\n",
        "3 of them would belong to another resource or action under the planned routes.",
        "enforced from then on",
    ] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }
    let lines = fake.asked();
    let asked = lines.iter().find(|asked| asked.line == "POST /api/v1/plans").unwrap();
    let settings = &asked.body["settings"];
    assert_eq!(settings["applications"]["wiki"]["stage"], "enforce");
    assert_eq!(settings["applications"]["shop"], Value::Null, "what has no file is left alone");
    assert_eq!((&settings["labels"], &settings["exceptions"]), (&json!({}), &Value::Null));

    // A file that cannot be read is underlined, and nothing is asked.
    let before = fake.asked().len();
    std::fs::write(folder.join("labels.toml"), "\"wiki/pages\" = \"secret\"\n").unwrap();
    let ran = fake.run(&["plan", dir]).await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    assert!(ran.err.contains("secret") && ran.err.contains("labels.toml"), "{}", ran.err);
    assert_eq!(fake.asked().len(), before);
}

#[tokio::test]
async fn a_rollback_goes_to_the_version_before_unless_another_is_named() {
    let version = |version: &str, in_force: bool| {
        json!({ "version": version, "at": "2026-11-22T08:00:00Z", "by": "operator", "seq": 7, "in_force": in_force,
                "why": "the audit asks" })
    };
    let versions =
        json!({ "items": [version("3333333333333333", true), version("2222222222222222", false)] });
    let published = json!({ "version": "2222222222222222", "dry_run": false, "warnings": [],
                            "changed": [{ "path": "guardrails/a.cedar", "change": "removed" }] });
    let answers: Answers = vec![
        ("GET /api/v1/policies/history", 200, versions.clone()),
        ("POST /api/v1/policies/rollback", 200, published),
    ];
    check(
        answers.clone(),
        &["rollback", "--why", "too strict"],
        &[
            ("GET /api/v1/policies/history", Value::Null),
            (
                "POST /api/v1/policies/rollback",
                json!({ "version": "2222222222222222", "why": "too strict", "dry_run": false }),
            ),
        ],
        &["removed  guardrails/a.cedar", "Version 222222222222 is in force again."],
    )
    .await;
    check(
        answers.clone(),
        &["rollback", "111111", "--why", "too strict"],
        &[(
            "POST /api/v1/policies/rollback",
            json!({ "version": "111111", "why": "too strict", "dry_run": false }),
        )],
        &["in force again"],
    )
    .await;
    let looks = &[("GET /api/v1/policies/history", Value::Null)];
    check(answers, &["policy", "history"], looks, &["333333333333", "in force", "the audit asks"]).await;
    let only =
        vec![("GET /api/v1/policies/history", 200, json!({ "items": [version("3333333333333333", true)] }))];
    assert_eq!(Fake::start(only).run(&["rollback", "--why", "x"]).await.exit, Exit::NotFound);
}
