//! Plans that a solver was asked about.

use super::job;
use super::plans::{plan, planned};
use crate::fake::Fake;
use countersign_cli::Exit;
use serde_json::{Value, json};

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
        "EVERY POSSIBLE REQUEST, by cvc5 1.0.3: it only loosens: nothing is newly denied\n",
        "for example: a person wants to read a resource of wiki\n        context.device = none\n",
        "        now denied by nothing that permits it\n        planned allowed by wiki-more\n",
        "Every other kind of request: never, and never.",
    ] {
        assert!(out.contains(says), "{says:?} is not in:\n{out}");
    }
    let (exit, out, _) = solved(loosens(json!({ "certainty": "never" })), &["--no-newly-allowed"]).await;
    assert_eq!(exit, Exit::Usage);
    assert!(out.contains("EVERY POSSIBLE REQUEST"), "what was found is shown all the same");
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
