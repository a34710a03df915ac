//! A policy set that is being written: what the server says about it, to whom, and that nothing of it is published.

use crate::commands::bad;
use crate::common::{Door, House, assert_problem, policy_files};
use countersign_policy::{defaults, starter_permits};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const WIKI: &str = "applications/wiki.cedar";

/// The set of the house with one more file.
fn with(path: &str, text: &str) -> BTreeMap<String, String> {
    let mut files = policy_files();
    files.insert(path.to_owned(), text.to_owned());
    files
}

fn permit(condition: &str) -> String {
    format!(
        "@id(\"wiki-trial\")\n@owner(\"wiki\")\n@reason(\"Trial.\")\n@review(\"2099-01-01\")\n\
         permit (principal is Countersign::Person, action == Countersign::Action::\"read\",\n\
         resource in Countersign::Application::\"wiki\")\nwhen {{ {condition} }};\n"
    )
}

async fn check(house: &House, files: BTreeMap<String, String>) -> Value {
    house.ok("POST", "/policies/check", Some(json!({"files": files}))).await
}

#[tokio::test]
async fn a_draft_is_checked_with_its_lines_and_with_the_names_that_exist() {
    let house = House::new().await;
    let before = house.seq();
    let found = check(&house, with(WIKI, &permit("context.nonsense"))).await;
    assert_eq!(found["problems"][0]["file"], WIKI);
    assert_eq!(found["problems"][0]["line"], 7);
    assert_eq!(found["findings"], json!([]));

    let found = check(&house, with(WIKI, &permit("principal in Countersign::Group::\"nowhere\""))).await;
    assert_eq!(found["problems"], json!([]));
    let said = found["findings"].as_array().unwrap();
    let unknown = said.iter().find(|finding| finding["code"] == "unknown-name").unwrap();
    assert!(unknown["message"].as_str().unwrap().contains("nowhere"), "{unknown}");

    let hidden = json!({"files": {".hidden.cedar": ""}});
    let found = house.ok("POST", "/policies/check", Some(hidden)).await;
    assert_eq!(found["problems"][0]["file"], ".hidden.cedar");
    assert_eq!(house.seq(), before);
}

#[tokio::test]
async fn the_lint_has_nothing_against_the_first_policies_of_an_application() {
    let house = House::new().await;
    for group in [None, Some("staff".parse().unwrap())] {
        let text = starter_permits(&"wiki".parse().unwrap(), group.as_ref());
        let mut files = with(WIKI, &text);
        files.remove("guardrails/house.cedar");
        files.extend(defaults().into_iter().filter(|(path, _)| path.starts_with("guardrails/")));
        let found = check(&house, files).await;
        assert_eq!(found["problems"], json!([]));
        let said = found["findings"].as_array().unwrap();
        assert!(said.iter().all(|finding| finding["file"] != WIKI), "{said:?}");
    }
}

#[tokio::test]
async fn the_tests_of_a_draft_run_on_the_draft() {
    let house = House::new().await;
    let suite = |expect: &str| {
        format!(
            "[[test]]\nname = \"reads\"\nexpect = \"{expect}\"\nbecause = [\"wiki-trial\"]\n\
             given = {{ person = {{}}, action = \"read\", resource = \"wiki/pages\", sensitivity = \"public\", \
             authentication = {{ assurance = \"aal3\", age = \"1s\" }}, session = {{ age = \"1m\", idle = \"1s\" }} }}\n"
        )
    };
    let run = async |condition: &str, expect: &str| {
        let mut files = with(WIKI, &permit(condition));
        files.insert("tests/wiki.toml".to_owned(), suite(expect));
        house.ok("POST", "/policies/test", Some(json!({"files": files}))).await
    };
    let passed = run("true", "allow").await;
    assert_eq!((&passed["passed"], &passed["failed"]), (&json!(1), &json!(0)), "{passed}");
    assert_eq!(passed["tests"][0]["determining"], json!(["wiki-trial"]));
    let failed = run("false", "allow").await;
    assert_eq!((&failed["passed"], &failed["failed"]), (&json!(0), &json!(1)), "{failed}");
    assert_eq!(failed["tests"][0]["reasons"][0], "expected allow, and the answer is deny");
    assert_eq!(failed["tests"][0]["line"], 1);

    let broken = with("tests/wiki.toml", "[[test]]\nname = 3\n");
    let refused = house.api("POST", "/policies/test", Some(json!({"files": broken}))).await;
    assert_problem(&refused, 422, Some("files"));
    assert_eq!(refused.json["problems"][0]["file"], "tests/wiki.toml");
    let invalid = with(WIKI, &permit("context.nonsense"));
    bad(&house, "POST", "/policies/test", json!({"files": invalid}), 422, Some("files")).await;
}

#[tokio::test]
async fn a_file_is_formatted_if_it_is_valid() {
    let house = House::new().await;
    let asked = json!({"path": WIKI, "text": permit("true")});
    let pretty = house.ok("POST", "/policies/format", Some(asked)).await;
    assert_eq!(pretty["path"], WIKI);
    assert!(pretty["text"].as_str().unwrap().contains("permit (\n"), "{pretty}");
    let again = house.ok("POST", "/policies/format", Some(pretty.clone())).await;
    assert_eq!(again, pretty);
    let refuse = async |body: Value, field: &str| {
        bad(&house, "POST", "/policies/format", body, 422, Some(field)).await;
    };
    refuse(json!({"path": WIKI, "text": permit("context.nonsense")}), "text").await;
    refuse(json!({"path": WIKI, "text": format!("permit (principal, action, resource) when {{ {} }};", "(".repeat(9000))}), "text").await;
    refuse(json!({"path": "tests/wiki.toml", "text": ""}), "path").await;
    refuse(json!({"path": WIKI}), "text").await;
}

#[tokio::test]
async fn the_vocabulary_has_what_exists_and_whoever_may_not_read_gets_none_of_it() {
    let house = House::new().await;
    let known = house.ok("GET", "/policies/vocabulary", None).await;
    let has = |field: &str, name: &str| known[field].as_array().unwrap().contains(&json!(name));
    assert!(
        has("groups", "staff") && has("applications", "wiki") && has("resources", "wiki/admin"),
        "{known}"
    );
    assert!(
        has("networks", "office") && has("actions", "administer") && has("annotations", "stage"),
        "{known}"
    );
    let managed = known["attributes"].as_array().unwrap().iter();
    assert!(managed.clone().any(|of| of["path"] == "context.device.managed" && of["kind"] == "Bool"));

    let files = json!({"files": policy_files()});
    let text = json!({"path": WIKI, "text": permit("true")});
    for (method, path, body) in [
        ("GET", "vocabulary", None),
        ("POST", "check", Some(files.clone())),
        ("POST", "test", Some(files)),
        ("POST", "format", Some(text)),
    ] {
        let path = format!("/api/v1/policies/{path}");
        assert_problem(&house.send(&Door::Nobody, method, &path, body.clone()).await, 401, None);
        assert_problem(&house.send(&Door::Session(3), method, &path, body).await, 403, None);
    }
}
