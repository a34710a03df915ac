//! Who could reach what, and the lint of what is in force.

use super::{DEV, PER};
use crate::fake::{Fake, run};
use countersign_cli::Exit;
use serde_json::{Value, json};

fn who() -> Value {
    let person = |name: &str, class: &str, more: Value| {
        let mut item = json!({
            "principal": PER, "name": name, "email": format!("{name}@example.org"), "through": [], "class": class,
            "permitted_by": [], "stopped_by": [],
        });
        for (field, value) in more.as_object().unwrap() {
            item[field] = value.clone();
        }
        item
    };
    json!({
        "resource": "wiki/pages", "action": "write", "sensitivity": "restricted", "labelled": false, "observed": true,
        "anonymous": false, "depends_on": ["address", "content_type"],
        "people": { "now": 1, "with": 2, "never": 9000 }, "services": { "now": 1, "with": 0, "never": 2 },
        "items": [
            person("ada", "now", json!({ "through": [["team", "staff"]], "permitted_by": ["wiki-users"], "device": DEV })),
            person("ben", "with", json!({
                "permitted_by": ["wiki-users"], "stopped_by": ["managed-device"],
                "needs": [{ "need": "use-a-managed-device", "text": "use a managed device" },
                          { "need": "request-a-grant", "text": "have a grant approved" }],
            })),
            person("cleo\u{1b}[2J", "never", json!({ "stopped_by": ["no-permit"] })),
        ],
        "more": true,
    })
}

#[tokio::test]
async fn who_can_is_asked_and_told_by_class() {
    let line = "GET /api/v1/reach/who?resource=wiki%2Fpages&action=write&class=now&limit=200&address=192.0.2.7&operation=PUT&item=%2Fx";
    let fake = Fake::start(vec![(line, 200, who())]);
    let words = [
        "who-can",
        "--resource",
        "wiki/pages",
        "--action",
        "write",
        "--class",
        "now",
        "--address",
        "192.0.2.7",
        "--operation",
        "PUT",
        "--item",
        "/x",
    ];
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for text in [
        "write wiki/pages (unlabelled, so restricted)",
        "Can now: 1 person, 1 service account",
        "team > staff",
        "Could, with more: 2 people",
        "use a managed device; have a grant approved",
        "Cannot: 9000 people, 2 service accounts",
        "no-permit",
    ] {
        assert!(ran.out.contains(text), "{text:?} is not in:\n{}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'), "a name can not steer the terminal");
    for text in ["wiki is in the stage observe", "address, content type", "3 are shown, and there are more"] {
        assert!(ran.err.contains(text), "{text:?} is not in:\n{}", ran.err);
    }
    let words: Vec<&str> = words.into_iter().chain(["--json"]).collect();
    let ran = fake.run(&words).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), who());
}

#[tokio::test]
async fn what_can_is_a_row_a_resource() {
    let action = |action: &str, class: &str, needs: Value| json!({ "action": action, "depends_on": [], "class": class, "needs": needs, "permitted_by": [], "stopped_by": [] });
    let answer = json!({
        "person": PER, "name": "Ada", "email": "ada@example.org", "suspended": false, "more": false,
        "items": [{
            "application": "wiki", "resource": "wiki/pages", "routes": ["/**"], "sensitivity": "internal", "labelled": true,
            "observed": false,
            "actions": [
                action("read", "now", json!([])), action("write", "now", json!([])),
                action("administer", "with", json!([{ "need": "request-a-grant", "text": "have a grant approved" }])),
                action("download", "with", json!([{ "need": "request-a-grant", "text": "have a grant approved" }])),
                action("connect", "never", json!([])),
            ],
        }],
    });
    let fake =
        Fake::start(vec![("GET /api/v1/reach/what?person=ada&application=wiki&limit=1000", 200, answer)]);
    let ran = fake.run(&["what-can", "--person", "ada", "--app", "wiki"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for text in
        ["Ada <ada@example.org>", "read, write", "administer, download (have a grant approved)", "connect"]
    {
        assert!(ran.out.contains(text), "{text:?} is not in:\n{}", ran.out);
    }
    assert_eq!(ran.err, "");
}

#[tokio::test]
async fn what_is_not_there_ends_as_everywhere() {
    let unknown = json!({ "type": "about:blank#not-found", "status": 404, "title": "There is no such thing", "detail": "there is no resource wiki/none", "field": "resource",
                          "remedy": "wiki has wiki/pages, wiki/other" });
    let fake =
        Fake::start(vec![("GET /api/v1/reach/who?resource=wiki%2Fnone&action=read&limit=200", 404, unknown)]);
    let ran = fake.run(&["who-can", "--resource", "wiki/none", "--action", "read"]).await;
    assert_eq!(ran.exit, Exit::NotFound);
    assert!(
        ran.err.contains("there is no resource wiki/none") && ran.err.contains("wiki has wiki/pages"),
        "{}",
        ran.err
    );
}

fn finding(severity: &str) -> Value {
    json!({ "code": "self-served", "severity": severity, "policy": "mine", "file": "guardrails/mine.cedar", "line": 7,
            "message": "whoever asks lifts it", "remedy": "give it a label" })
}

#[tokio::test]
async fn the_lint_of_what_is_in_force_ends_with_six_unless_there_are_only_notes() {
    for (findings, exit, says) in [
        (json!([]), Exit::Done, "no error, no warning, no note."),
        (json!([finding("note")]), Exit::Done, "no error, no warning, 1 note."),
        (json!([finding("warning"), finding("note")]), Exit::CheckFailed, "no error, 1 warning, 1 note."),
        (json!([finding("error")]), Exit::CheckFailed, "error    self-served  mine  guardrails/mine.cedar:7"),
    ] {
        let answer = json!({ "version": "00", "with_world": true, "findings": findings });
        let fake = Fake::start(vec![("GET /api/v1/policies/lint", 200, answer.clone())]);
        let ran = fake.run(&["policy", "lint"]).await;
        assert_eq!((ran.exit, ran.err.as_str()), (exit, ""), "{}", ran.out);
        assert!(ran.out.contains(says), "{says:?} is not in:\n{}", ran.out);
        let ran = fake.run(&["policy", "lint", "--json"]).await;
        assert_eq!((ran.exit, serde_json::from_str::<Value>(&ran.out).unwrap()), (exit, answer));
    }
}

#[tokio::test]
async fn a_folder_is_linted_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in countersign_policy::defaults() {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let folder = dir.path().to_str().unwrap();
    let ran = run(&["policy", "lint", folder], None).await;
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("what only a server knows"), "{}", ran.err);
    let mine = "@id(\"mine\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n\
                forbid (principal, action, resource) unless { context.operation == \"GET\" };\n";
    std::fs::write(dir.path().join("guardrails/mine.cedar"), mine).unwrap();
    let ran = run(&["policy", "lint", folder, "--json"], None).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&found["with_world"], found["findings"].as_array().unwrap().len()), (&json!(false), 1));
    assert_eq!(
        (&found["findings"][0]["code"], &found["findings"][0]["line"]),
        (&json!("self-served"), &json!(1))
    );
    std::fs::write(dir.path().join("guardrails/mine.cedar"), "forbid (principal, action, resorce);\n")
        .unwrap();
    let ran = run(&["policy", "lint", folder], None).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    assert!(ran.out.contains("resorce"), "{}", ran.out);
    assert_eq!(run(&["policy", "lint", "/nowhere"], None).await.exit, Exit::Usage);
}
