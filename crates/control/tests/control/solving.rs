//! A plan that uses a solver: a real one, none, and one that does not answer.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use crate::common::{House, policy_files};
use countersign_control::{SolverAt, SolverLimits};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Polls the job until the condition holds, for as long as a slow machine may take.
async fn job_that(house: &House, begun: &Value, is: impl Fn(&Value) -> bool) -> Value {
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    for _ in 0..12_000 {
        let job = house.ok("GET", &path, None).await;
        if is(&job) {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the job did not come to it");
}

async fn ended(house: &House, begun: &Value) -> Value {
    job_that(house, begun, |job| job["state"] != "running").await
}

/// Returns the running policies and one more permit.
fn with_a_permit() -> BTreeMap<String, String> {
    let mut files = policy_files();
    let text = "\n@id(\"more\")\n@owner(\"wiki\")\n@reason(\"More.\")\n@review(\"2027-01-01\")\n\
                permit (principal is Countersign::Person, action == Countersign::Action::\"download\", resource in \
                Countersign::Application::\"wiki\") when { context.item == \"/more\" };\n";
    files.entry("applications/wiki.cedar".to_owned()).or_default().push_str(text);
    files
}

fn installed() -> SolverAt {
    SolverAt { configured: None, path: std::env::var_os("PATH") }
}

/// Creates a program that claims to be a solver, and then runs `then`.
fn program(folder: &Path, then: &str) -> PathBuf {
    let path = folder.join("cvc5");
    let introduction = "[ \"$1\" = --version ] && { echo 'This is cvc5 version 1.0.3'; exit 0; }";
    std::fs::write(&path, format!("#!/bin/sh\n{introduction}\n{then}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_whether_anything_at_all_is_newly_allowed() {
    let house = House::solving(installed(), SolverLimits::default()).await;
    let asked = json!({ "files": with_a_permit(), "exhaustive": true });
    let begun = house.ok("POST", "/plans", Some(asked)).await;
    let job = ended(&house, &begun).await;
    assert_eq!((&job["state"], &job["share"]), (&json!("finished"), &json!(1.0)), "{job}");
    let answers = &job["result"]["exhaustive"];
    assert!(answers["solver"].as_str().unwrap().starts_with("cvc5 "), "{answers}");
    assert_eq!(answers["change"], "loosens", "{answers}");
    assert_eq!((&answers["newly_allowed"], &answers["newly_denied"]), (&json!("possible"), &json!("never")));
    let kinds = answers["kinds"].as_array().unwrap();
    assert_eq!(kinds.len(), 15);
    let possible: Vec<&Value> =
        kinds.iter().filter(|kind| kind["newly_allowed"]["certainty"] == "possible").collect();
    let [kind] = possible.as_slice() else { panic!("{possible:?}") };
    assert_eq!((&kind["principal"], &kind["action"]), (&json!("person"), &json!("download")));
    let example = &kind["newly_allowed"]["example"];
    assert_eq!((&example["application"], &example["planned"]), (&json!("wiki"), &json!(["more"])));
    let item = json!({ "name": "context.item", "value": "\"/more\"" });
    assert!(example["particulars"].as_array().unwrap().contains(&item), "{example}");

    // A plan that does not ask for the solver does not wait for it.
    let begun = house.ok("POST", "/plans", Some(json!({ "files": with_a_permit() }))).await;
    assert_eq!(ended(&house, &begun).await["result"]["exhaustive"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_solver_the_plan_is_made_and_the_question_is_open() {
    let house = House::new().await;
    let asked = json!({ "files": with_a_permit(), "exhaustive": true });
    let begun = house.ok("POST", "/plans", Some(asked)).await;
    let plan = ended(&house, &begun).await["result"].clone();
    assert_eq!(plan["files"], json!([{ "path": "applications/wiki.cedar", "change": "added" }]));
    let answers = &plan["exhaustive"];
    assert!(answers["not_asked"].as_str().unwrap().contains("no solver is installed"), "{answers}");
    assert!(answers["remedy"].as_str().unwrap().contains("apt-get install cvc5"), "{answers}");
    assert_eq!(answers["change"], "unknown");
    assert_eq!((&answers["newly_allowed"], &answers["newly_denied"]), (&json!("unknown"), &json!("unknown")));

    // What the solver does not cover is reported as unknown.
    let settings = json!({ "labels": { "wiki/pages": "public" } });
    let asked = json!({ "files": with_a_permit(), "settings": settings, "exhaustive": true });
    let begun = house.ok("POST", "/plans", Some(asked)).await;
    let plan = ended(&house, &begun).await["result"].clone();
    let unknown = plan["unknown"].as_array().unwrap();
    assert!(
        unknown.iter().any(|text| text.as_str().unwrap().contains("asked about the policies alone")),
        "{unknown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_answer_leaves_the_question_open() {
    let folder = tempfile::tempdir().unwrap();
    let dies = SolverAt { configured: Some(program(folder.path(), "exit 1")), path: None };
    let house = House::solving(dies, SolverLimits::default()).await;
    let asked = json!({ "files": with_a_permit(), "exhaustive": true });
    let begun = house.ok("POST", "/plans", Some(asked)).await;
    let answers = ended(&house, &begun).await["result"]["exhaustive"].clone();
    assert_eq!((&answers["change"], &answers["newly_allowed"]), (&json!("unknown"), &json!("unknown")));
    // What needs no solver is still known: an additional permit denies nobody anything.
    assert_eq!(answers["newly_denied"], "never");
    let open = answers["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|kind| kind["newly_allowed"]["why_not"].as_str());
    let open: Vec<&str> = open.collect();
    let [why] = open.as_slice() else { panic!("{open:?}") };
    assert!(why.starts_with("the solver ended without an answer (exit status: 1)"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_stopped_takes_its_solver_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("begun");
    let hangs = format!("echo $$ > {}; exec sleep 600", mark.display());
    let hangs = SolverAt { configured: Some(program(folder.path(), &hangs)), path: None };
    let limits = SolverLimits { question: Duration::from_secs(600), ..SolverLimits::default() };
    let house = House::solving(hangs, limits).await;
    let asked = json!({ "files": with_a_permit(), "exhaustive": true });
    let begun = house.ok("POST", "/plans", Some(asked)).await;
    let at_work =
        job_that(&house, &begun, |_| std::fs::read_to_string(&mark).is_ok_and(|pid| pid.ends_with('\n')))
            .await;
    assert_eq!(at_work["state"], "running");
    assert!(at_work["share"].as_f64().unwrap() < 1.0, "{at_work}");
    let pid = std::fs::read_to_string(&mark).unwrap();
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    assert_eq!(house.api("DELETE", &path, None).await.status, 204);
    assert_eq!(ended(&house, &begun).await["state"], "cancelled");
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "the solver is still there");
}
