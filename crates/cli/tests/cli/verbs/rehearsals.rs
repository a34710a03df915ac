//! Replays and plans: started, followed to their end, and told so that a person and a script can act on them.

use super::PER;
use crate::fake::{Answers, Fake};
use countersign_api::NewPlan;
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
        job[kind] = found;
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
    assert!(ran.out.contains("2 more fell without asking the policies (stale-world)."), "{}", ran.out);
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
        "recorded as deny by no policy; asked again, it is allow by wiki-users",
        "recorded as allow by a; it cannot be asked again: the facts are gone",
    ] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }
}

#[tokio::test]
async fn a_run_that_does_not_finish_is_no_success() {
    let mut failed = job("replay", "failed", Value::Null);
    failed["error"] = json!("the disk is gone");
    for (answer, says) in
        [(failed, "the disk is gone"), (job("replay", "cancelled", Value::Null), "broke off")]
    {
        let mut answers = replay("running", Value::Null);
        answers[1].2 = answer;
        let ran = Fake::start(answers).run(&["replay"]).await;
        assert_eq!(ran.exit, Exit::Failed);
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

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

fn planned() -> Value {
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

fn plan() -> (Fake, String) {
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
        "NOT KNOWN, and so not counted as fine:\n  - Nobody used payroll in this span.",
    ] {
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
    }
    let asked: NewPlan = serde_json::from_value(fake.asked()[1].body.clone()).unwrap();
    assert_eq!(asked.files, [("guardrails/a.cedar".to_owned(), "two\n".to_owned())].into());

    let ran = fake.run(&["plan", &folder, "--json"]).await;
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["plan"], planned());
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

/// The same plan, with what a solver said.
async fn solved(answers: Value, arguments: &[&str]) -> (Exit, String, String) {
    let mut report = planned();
    report["exhaustive"] = answers;
    found(report, arguments).await
}

/// A plan that found this.
async fn found(report: Value, arguments: &[&str]) -> (Exit, String, String) {
    let (planning, folder) = plan();
    let fake = Fake::start(vec![
        ("GET /api/v1/policies/files", 200, json!({ "version": "v1", "files": {} })),
        ("POST /api/v1/plans", 201, job("plan", "running", Value::Null)),
        ("GET /api/v1/jobs/job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, job("plan", "finished", report)),
    ]);
    let ran = fake.run(&[&["plan", &folder, "--exhaustive"], arguments].concat()).await;
    drop(planning);
    assert_eq!(fake.asked()[1].body["exhaustive"], true);
    (ran.exit, ran.out, ran.err)
}

fn loosens(more: Value) -> Value {
    let never = json!({ "certainty": "never" });
    let example = json!({
        "application": "wiki", "particulars": [{ "name": "context.device", "value": "none" }], "running": [],
        "planned": ["wiki-more"],
    });
    let possible = json!({ "certainty": "possible", "example": example });
    let kind = |principal: &str, action: &str, allowed: &Value, denied: &Value| json!({ "principal": principal, "action": action, "newly_allowed": allowed, "newly_denied": denied });
    json!({
        "solver": "cvc5 1.0.3", "change": "loosens", "newly_allowed": "possible", "newly_denied": "never",
        "kinds": [kind("person", "read", &possible, &never), kind("person", "write", &never, &more)],
    })
}

#[tokio::test]
async fn what_a_solver_says_is_shown_and_held_to_the_bound() {
    let (exit, out, err) = solved(loosens(json!({ "certainty": "never" })), &[]).await;
    assert_eq!(exit, Exit::Done, "{err}");
    for says in [
        "EVERY REQUEST THERE CAN BE, by cvc5 1.0.3: it only loosens: nothing is newly denied\n",
        "for example: a person wants to read something of wiki\n        context.device = none\n",
        "        now denied by nothing that permits it\n        planned allowed by wiki-more\n",
        "Every other kind of request: never, and never.",
    ] {
        assert!(out.contains(says), "{says:?} is not in:\n{out}");
    }
    let (exit, out, _) = solved(loosens(json!({ "certainty": "never" })), &["--no-newly-allowed"]).await;
    assert_eq!(exit, Exit::Usage);
    assert!(out.contains("EVERY REQUEST"), "what was found is shown all the same");
    let (exit, out, _) = solved(loosens(json!({ "certainty": "never" })), &["--markdown"]).await;
    assert_eq!(exit, Exit::Done);
    assert!(out.contains("| person | read | possible | never |"), "{out}");
}

#[tokio::test]
async fn what_a_solver_did_not_answer_ends_with_one_and_is_never_fine() {
    let open = json!({ "certainty": "unknown", "why_not": "not answered within 60 s" });
    let (exit, out, err) = solved(loosens(open), &[]).await;
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("  - person, write, newly denied: not answered within 60 s"), "{out}");
    assert!(err.contains("1 of 4 questions are open"), "{err}");

    let nothing = json!({
        "not_asked": "no solver is installed", "remedy": "apt-get install cvc5", "change": "unknown",
        "newly_allowed": "unknown", "newly_denied": "unknown", "kinds": [],
    });
    for arguments in [&[][..], &["--no-newly-allowed"], &["--markdown"], &["--json"]] {
        let (exit, out, err) = solved(nothing.clone(), arguments).await;
        assert_eq!(exit, Exit::Failed, "{arguments:?}");
        assert!(err.contains("--exhaustive was not answered: no solver is installed"), "{err}");
        assert!(out.contains("apt-get install cvc5"), "{out}");
    }
    // Policies that let nobody in say nothing of a label that does.
    let mut never = loosens(json!({ "certainty": "never" }));
    (never["change"], never["newly_allowed"]) = (json!("equivalent"), json!("never"));
    let mut report = planned();
    report["exhaustive"] = never;
    assert_eq!(found(report.clone(), &["--no-newly-allowed"]).await.0, Exit::Done);
    report["files"] = json!([{ "path": "labels.toml", "change": "changed" }]);
    assert_eq!(found(report.clone(), &[]).await.0, Exit::Done);
    let (exit, _, err) = found(report, &["--no-newly-allowed"]).await;
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("--no-newly-allowed was not answered: the solver knows policies"), "{err}");

    let (exit, _, err) = solved(Value::Null, &[]).await;
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("this server is too old for --exhaustive"), "{err}");
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

#[tokio::test]
async fn what_is_applied_was_planned_and_agreed_to() {
    let (fake, folder) = plan_of(known());
    let words = ["apply", &folder, "--why", "the audit asks"];
    // Nobody can be asked here, so nothing is assumed.
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("nothing was put in force: nobody can be asked here"), "{}", ran.err);
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
    assert!(ran.err.contains("`countersign rollback --why TEXT` takes it back"), "{}", ran.err);
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
        "3 of them would mean another resource or another action by the planned routes.",
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
    super::check(
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
    super::check(
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
    super::check(answers, &["policy", "history"], looks, &["333333333333", "in force", "the audit asks"])
        .await;
    let only =
        vec![("GET /api/v1/policies/history", 200, json!({ "items": [version("3333333333333333", true)] }))];
    assert_eq!(Fake::start(only).run(&["rollback", "--why", "x"]).await.exit, Exit::NotFound);
}

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
        "unknown": ["1 accesses cannot be asked again: a text of it was too long to be recorded whole."],
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
        "99.9 % of the accesses that went ahead",
        "The register has 1 new entry, 1 that came back, 2 eliminated.",
        "came back by fact 4711",
        "and 5 more",
        "The guardrail toothless never bites",
        "b7c8 to managed-device covered 30 accesses, and none needed it",
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
    assert_eq!(json["proof"]["went_ahead"], 1000);
}

#[tokio::test]
async fn the_register_is_listed_owned_and_documented() {
    let listed = json!({ "items": [trust("device", "discovered")] });
    let path = "GET /api/v1/trusts?application=payroll&item=device&state=discovered&limit=200";
    let words = ["trust", "list", "--application", "payroll", "--item", "device", "--state", "discovered"];
    super::check(
        vec![(path, 200, listed)],
        &words,
        &[(path, Value::Null)],
        &["payroll/vault", "discovered", "412"],
    )
    .await;
    let figures = proved()["figures"]["register"].clone();
    let path = "GET /api/v1/trusts/figures";
    super::check(vec![(path, 200, figures)], &["trust", "figures"], &[(path, Value::Null)], &["Eliminated"])
        .await;
    let changed = |written: bool| json!({ "written": written, "trusts": [trust("device", "owned")] });
    let path = "POST /api/v1/trusts/own";
    let body = json!({ "of": { "cohort": "vendor" }, "owner": "ada", "dry_run": true });
    let words = ["trust", "own", "--cohort", "vendor", "--owner", "ada", "--dry-run"];
    super::check(vec![(path, 200, changed(false))], &words, &[(path, body)], &["Nothing was"]).await;
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
    super::check(vec![(path, 200, changed(true))], &words, &[(path, body)], &["1 entry changed."]).await;
}

#[tokio::test]
async fn a_list_of_policies_says_for_how_many_one_counts_on_trial() {
    let policy = json!({
        "id": "on-trial", "kind": "guardrail", "owner": "security", "reason": "Soon.", "review": "2027-05-31", "overdue": false,
        "stage": "shadow", "rolled_out": 30, "reads_exceptions": false, "file": "guardrails/a.cedar", "line": 1, "text": "forbid",
    });
    let policies = json!({ "version": "00", "policies": [policy], "warnings": [] });
    for (words, says) in [
        (&["policy", "list"][..], "shadow, counts for 30 % of people"),
        (&["policy", "show", "on-trial"][..], "shadow, counts for 30 % of people"),
    ] {
        let looks = &[("GET /api/v1/policies", Value::Null)];
        super::check(vec![("GET /api/v1/policies", 200, policies.clone())], words, looks, &[says]).await;
    }
}
