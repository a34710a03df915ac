//! Publishing policies, and the refusals that leave the running set in force.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, policy_files};
use serde_json::{Value, json};
use std::collections::BTreeMap;

async fn publish(house: &House, files: &BTreeMap<String, String>, more: Value) -> (u16, Value) {
    let mut body = json!({"files": files});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let reply = house.api("PUT", "/policies", Some(body)).await;
    (reply.status.as_u16(), reply.json)
}

fn with(path: &str, text: &str) -> BTreeMap<String, String> {
    let mut files = policy_files();
    files.insert(path.to_owned(), text.to_owned());
    files
}

const WIKI: &str = r#"@id("wiki-readers")
@owner("wiki")
@reason("Everybody reads the wiki.")
@review("2027-05-31")
permit (principal, action == Countersign::Action::"read", resource in Countersign::Application::"wiki");
"#;

#[tokio::test]
async fn a_set_is_checked_published_and_in_force() {
    let house = House::new().await;
    let files = with("applications/wiki.cedar", WIKI);
    let before = house.seq();
    let (status, dry) = publish(&house, &files, json!({"dry_run": true})).await;
    assert_eq!(status, 200, "{dry}");
    assert_eq!(dry["changed"], json!([{"path": "applications/wiki.cedar", "change": "added"}]));
    assert_eq!(house.seq(), before, "a dry run publishes nothing");
    let (status, done) = publish(&house, &files, json!({})).await;
    assert_eq!((status, &done["version"], &done["dry_run"]), (200, &dry["version"], &json!(false)));
    house.policies_in_force().await;
    let shown = house.ok("GET", "/policies", None).await;
    assert_eq!(shown["version"], done["version"]);
    let wiki =
        shown["policies"].as_array().unwrap().iter().find(|policy| policy["id"] == "wiki-readers").unwrap();
    assert_eq!(
        (&wiki["kind"], &wiki["application"], &wiki["overdue"]),
        (&json!("application"), &json!("wiki"), &json!(false))
    );
    let read = house.ok("GET", "/policies/files", None).await;
    assert_eq!(read["files"], json!(files));

    let now = house.seq();
    let (_, again) = publish(&house, &files, json!({})).await;
    assert_eq!((&again["changed"], house.seq()), (&json!([]), now), "the same set is not published twice");
    let (_, back) = publish(&house, &policy_files(), json!({"expected_version": done["version"]})).await;
    assert_eq!(back["changed"], json!([{"path": "applications/wiki.cedar", "change": "removed"}]));
}

#[tokio::test]
async fn a_set_that_is_wrong_changes_nothing() {
    let house = House::new().await;
    let version = house.ok("GET", "/policies/files", None).await["version"].clone();
    let locked_out = {
        let mut files = policy_files();
        files.remove("applications/countersign.cedar");
        files
    };
    let shut = with(
        "guardrails/shut.cedar",
        "@id(\"shut\") @owner(\"security\") @reason(\"No.\") @review(\"2027-05-31\") forbid (principal, action, resource);",
    );
    let reserved = with("applications/wiki.cedar", &WIKI.replace("wiki-readers", "no-permit"));
    let broken = with("applications/wiki.cedar", &WIKI.replace("permit (", "permit "));
    let unknown = with("applications/wiki.cedar", &WIKI.replace("\"read\"", "\"peek\""));
    let two_wrongs = with(
        "applications/wiki.cedar",
        &WIKI.replace("@owner(\"wiki\")\n", "").replace("2027-05-31", "soon"),
    );
    let huge = with("applications/wiki.cedar", &format!("{WIKI}// {}\n", "x".repeat(700_000)));
    for (name, files, says) in [
        ("no permit for administrators", locked_out, "no administrator"),
        ("a forbid of everything", shut, "no administrator"),
        ("a reserved id", reserved, "reserved"),
        ("a syntax error", broken, "applications/wiki.cedar"),
        ("an unknown action", unknown, "applications/wiki.cedar"),
        ("two problems", two_wrongs, "2 problems"),
        ("too much", huge, ""),
        ("no files", BTreeMap::new(), "no administrator"),
    ] {
        for dry_run in [true, false] {
            let before = house.seq();
            let (status, problem) = publish(&house, &files, json!({"dry_run": dry_run})).await;
            assert_eq!(status, 422, "{name}: {problem}");
            assert_eq!(problem["field"], "files", "{name}: {problem}");
            assert_eq!(problem["type"], "about:blank#rejected-policies");
            assert!(problem["detail"].as_str().unwrap().contains(says), "{name}: {problem}");
            assert_eq!(house.seq(), before, "{name}");
        }
    }
    assert_eq!(house.ok("GET", "/policies/files", None).await["version"], version);
}

#[tokio::test]
async fn every_problem_is_shown_with_its_words_underlined_and_without_colours() {
    let house = House::new().await;
    let files = with("applications/wiki.cedar", &WIKI.replace("\"read\"", "\"peek\""));
    let (_, problem) = publish(&house, &files, json!({})).await;
    let first = &problem["problems"][0];
    assert_eq!((&first["file"], &first["line"]), (&json!("applications/wiki.cedar"), &json!(5)));
    let rendered = first["rendered"].as_str().unwrap();
    assert!(rendered.contains("peek") && rendered.contains("applications/wiki.cedar"), "{rendered}");
    assert!(!rendered.contains('\u{1b}'), "{rendered:?}");
}

#[tokio::test]
async fn whoever_edits_an_old_version_is_told() {
    let house = House::new().await;
    let version = house.ok("GET", "/policies/files", None).await["version"].clone();
    let files = with("applications/wiki.cedar", WIKI);
    let (status, _) = publish(&house, &files, json!({"expected_version": version})).await;
    assert_eq!(status, 200);
    let before = house.seq();
    let (status, problem) = publish(&house, &policy_files(), json!({"expected_version": version})).await;
    assert_eq!((status, &problem["field"]), (409, &json!("expected_version")));
    let (status, problem) = publish(&house, &policy_files(), json!({"expected_version": "x"})).await;
    assert_eq!((status, &problem["field"]), (422, &json!("expected_version")));
    assert_eq!(house.seq(), before);
}

#[tokio::test]
async fn a_newly_protected_application_begins_with_a_permit() {
    let house = House::new().await;
    let starter = house.ok("GET", "/policies/starter?application=wiki&group=staff", None).await;
    assert_eq!(starter["path"], "applications/wiki.cedar");
    let text = starter["text"].as_str().unwrap();
    assert!(text.contains("Countersign::Group::\"staff\""), "{text}");
    let (status, answer) = publish(&house, &with("applications/wiki.cedar", text), json!({})).await;
    assert_eq!(status, 200, "{answer}");
    for (query, field) in
        [("", "application"), ("?application=No", "application"), ("?application=wiki&group=none", "group")]
    {
        let reply = house.api("GET", &format!("/policies/starter{query}"), None).await;
        crate::common::assert_problem(&reply, 422, Some(field));
    }
}

#[tokio::test]
async fn the_shipped_guardrails_let_an_administrator_in_who_has_everything() {
    let house = House::new().await;
    let mut files = countersign_policy::defaults();
    files.insert("applications/countersign.cedar".to_owned(), include_str!("data/house.cedar").to_owned());
    let (status, answer) = publish(&house, &files, json!({"removes": ["sessions-only"]})).await;
    assert_eq!(status, 200, "{answer}");
    house.policies_in_force().await;
    // Ada, without a grant and a managed device, learns what she lacks.
    let body = Some(json!({"name": "x", "purpose": ""}));
    let reply = house.send(&Door::Session(1), "POST", "/api/v1/groups", body).await;
    assert_eq!(reply.status.as_u16(), 403, "{}", reply.json);
    let remedies: Vec<_> = reply.json["remedies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|remedy| remedy["remedy"].as_str().unwrap())
        .collect();
    assert!(remedies.contains(&"request-a-grant"), "{remedies:?}");
}

#[tokio::test]
async fn no_guardrail_goes_unsaid_and_the_journal_says_who_took_it() {
    let house = House::new().await;
    let freeze = |text: &str| {
        let head = "@id(\"freeze\") @owner(\"security\") @reason(\"Frozen.\") @review(\"2027-05-31\")";
        let rest = "forbid (principal, action, resource in Countersign::Application::\"wiki\");";
        with("guardrails/freeze.cedar", &format!("{head} {text} {rest}"))
    };
    let renamed = with("guardrails/freeze.cedar", "// Nothing is frozen any more.");
    assert_eq!(publish(&house, &freeze(""), json!({})).await.0, 200);
    for (name, files) in [
        ("the file is gone", policy_files()),
        ("the file is empty", renamed),
        ("it is only asked", freeze("@stage(\"shadow\")")),
    ] {
        let before = house.seq();
        let (status, dry) = publish(&house, &files, json!({"dry_run": true})).await;
        assert_eq!(status, 200, "{name}: {dry}");
        assert_eq!(dry["removed"], json!([{"id": "freeze", "kind": "guardrail"}]), "{name}: {dry}");
        for removes in [json!([]), json!(["sessions-only"])] {
            let (status, refused) = publish(&house, &files, json!({"removes": removes})).await;
            assert_eq!((status, &refused["field"]), (409, &json!("removes")), "{name}: {refused}");
            assert!(refused["detail"].as_str().unwrap().contains("freeze"), "{name}: {refused}");
        }
        assert_eq!(house.seq(), before, "{name}");
        let (status, done) = publish(&house, &files, json!({"removes": ["freeze"]})).await;
        assert_eq!(status, 200, "{name}: {done}");
        let history = house.ok("GET", "/policies/history?limit=1", None).await;
        assert_eq!(history["items"][0]["removed"], json!(["freeze"]), "{name}: {history}");
        assert_eq!(publish(&house, &freeze(""), json!({})).await.0, 200, "{name}");
        house.policies_in_force().await;
    }
    // A permit that is removed stops people openly: the answer lists it, and the administrator need not name it.
    let wiki = with("applications/wiki.cedar", WIKI);
    let (_, done) = publish(&house, &wiki, json!({"removes": ["freeze"]})).await;
    assert_eq!(done["dry_run"], false, "{done}");
    let (status, done) = publish(&house, &policy_files(), json!({})).await;
    assert_eq!((status, &done["removed"]), (200, &json!([{"id": "wiki-readers", "kind": "application"}])));
    let world = house.ledger.world();
    let seq = world.policies().map(|_| world.seq()).unwrap();
    let entries = house.ledger.journal().read(countersign_journal::Seq(seq - 1), 1).await.unwrap();
    let stated = countersign_facts::Stated::from_bytes(&entries[0].payload).unwrap();
    let countersign_facts::Fact::Policies(countersign_facts::PoliciesFact::Removed(removal)) = stated.fact
    else {
        panic!("{stated:?}")
    };
    assert_eq!(stated.by, countersign_facts::Actor::Operator);
    assert_eq!(removal.policies.iter().map(ToString::to_string).collect::<Vec<_>>(), ["wiki-readers"]);
}

#[tokio::test]
async fn a_file_that_no_reader_of_the_folder_finds_is_refused_by_its_name() {
    let house = House::new().await;
    for path in [
        "guardrails/.freeze.cedar",
        ".guardrails/freeze.cedar",
        "applications/.wiki.cedar",
        "tests/.t.toml",
        "guardrails/../freeze.cedar",
        "guardrails/a\u{202e}b.cedar",
        "guardrails/a\\b.cedar",
        "guardrails/ a.cedar",
        "guardrails//a.cedar",
        &format!("guardrails/{}.cedar", "a".repeat(250)),
    ] {
        for dry_run in [true, false] {
            let before = house.seq();
            let files = with(path, "");
            let (status, refused) = publish(&house, &files, json!({"dry_run": dry_run})).await;
            assert_eq!((status, &refused["field"]), (422, &json!("files")), "{path:?}: {refused}");
            assert_eq!(refused["problems"][0]["file"], path, "{refused}");
            assert_eq!(house.seq(), before);
            let plan = house.api("POST", "/plans", Some(json!({"files": files}))).await;
            assert_eq!(plan.status.as_u16(), 422, "{path:?}: {}", plan.json);
        }
    }
    assert_eq!(publish(&house, &with("guardrails/grün 2.cedar", ""), json!({})).await.0, 200);
}
