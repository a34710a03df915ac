//! A working folder's applications, labels and exceptions: rehearsed, applied as one change with a reason, and reverted
//! as one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use crate::common::{Door, House, application, assert_problem, policy_files, published};
use countersign_facts::{ApplicationFact, Fact};
use countersign_names::Sensitivity;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const TOMORROW: &str = "2026-11-23T12:00:00.000000Z";

fn files() -> BTreeMap<String, String> {
    let mut files = policy_files();
    let permit = "@id(\"wiki-readers\")\n@owner(\"wiki\")\n@reason(\"Everybody reads.\")\n@review(\"2027-05-31\")\n\
                  permit (principal, action == Countersign::Action::\"read\", \
                  resource in Countersign::Application::\"wiki\");\n";
    files.insert("applications/wiki.cedar".to_owned(), permit.to_owned());
    files
}

/// A house with a public wiki, and a token to ask about it.
async fn wiki() -> (House, Door) {
    let wiki = application(&["wiki.localhost"], &["pages", "admin"], Some(Sensitivity::Public));
    let declared =
        Fact::Application(ApplicationFact::Declared { application: "wiki".parse().unwrap(), about: wiki });
    let house = House::with(vec![declared, published(&files())]).await;
    let (_, token) = house.token("wiki-gate", Some("wiki")).await;
    (house, Door::Token(token))
}

/// Returns who of Ada, Ben and Cleo may read a page now.
async fn readers(house: &House, door: &Door) -> Vec<&'static str> {
    let mut readers = Vec::new();
    for name in ["ada", "ben", "cleo"] {
        let body = json!({
            "subject": { "type": "user", "id": format!("{name}@example.test") },
            "action": { "name": "read" },
            "resource": { "type": "pages", "id": "7" },
        });
        let reply = house.send(door, "POST", "/access/v1/evaluation", Some(body)).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
        if reply.json["decision"] == true {
            readers.push(name);
        }
        house.wait(1);
    }
    readers
}

async fn planned(house: &House, files: &BTreeMap<String, String>, settings: &Value) -> Value {
    let body = json!({ "files": files, "settings": settings });
    let begun = house.ok("POST", "/plans", Some(body)).await;
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    for _ in 0..1000 {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            assert_eq!(job["state"], "finished", "{job}");
            return job;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the plan did not end");
}

async fn apply(
    house: &House,
    files: &BTreeMap<String, String>,
    settings: &Value,
    job: &Value,
) -> crate::common::Reply {
    let body = json!({ "files": files, "settings": settings, "why": "the audit asks", "plan": job["id"] });
    house.api("PUT", "/policies", Some(body)).await
}

fn excused(person: &str) -> Value {
    json!({
        "policy": "sessions-only", "person": person, "owner": "ada@example.test",
        "authority": "the CISO", "reason": "a kiosk", "expires_at": TOMORROW,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_planned_applied_and_taken_back_as_one() {
    let (house, door) = wiki().await;
    assert_eq!(readers(&house, &door).await, ["ada", "ben", "cleo"]);
    assert_eq!(readers(&house, &door).await, ["ada", "ben", "cleo"]);
    let first = house.ok("GET", "/settings", None).await;
    assert_eq!((&first["settings"]["labels"], &first["settings"]["exceptions"]), (&json!({}), &json!([])));
    let names: Vec<&String> = first["settings"]["applications"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["wiki"], "the control plane's own is the configuration's");
    let policies = house.ok("GET", "/policies/files", None).await["version"].clone();

    // Settings that are already in force change nothing.
    let same = planned(&house, &files(), &first["settings"]).await;
    assert_eq!((&same["result"]["files"], &same["result"]["changes"]), (&json!([]), &json!([])));

    // The label internal requires a session, and Ben is excused.
    let settings =
        json!({ "labels": { "wiki/pages": "internal" }, "exceptions": [excused("BEN@example.test")] });
    let job = planned(&house, &files(), &settings).await;
    let plan = &job["result"];
    let changed = |names: &[&str]| -> Value {
        names.iter().map(|path| json!({ "path": path, "change": "changed" })).collect()
    };
    assert_eq!(plan["files"], changed(&["exceptions.toml", "labels.toml"]));
    assert_eq!(plan["newly_denied"], json!({ "accesses": 4, "people": 2, "services": 0, "anonymous": 0 }));
    assert_eq!((&plan["asked"], &plan["settings"]["running"]), (&json!(6), &first["version"]));
    assert_eq!(house.ok("GET", "/settings", None).await, first, "nothing was changed");

    // Settings that were not planned, or without a reason, are not applied.
    let other = json!({ "labels": { "wiki/pages": "restricted" } });
    assert_problem(&apply(&house, &files(), &other, &job).await, 409, Some("plan"));
    assert_problem(&apply(&house, &files(), &json!({}), &job).await, 409, Some("plan"));
    let without = json!({ "files": files(), "settings": settings });
    assert_problem(&house.api("PUT", "/policies", Some(without)).await, 422, Some("why"));
    assert_eq!(readers(&house, &door).await, ["ada", "ben", "cleo"]);

    let applied = apply(&house, &files(), &settings, &job).await;
    assert_eq!(applied.status, 200, "{}", applied.json);
    assert_eq!((&applied.json["version"], &applied.json["changed"]), (&policies, &plan["files"]));
    assert_eq!(readers(&house, &door).await, ["ben"]);
    let then = house.ok("GET", "/settings", None).await;
    assert_eq!(then["version"], applied.json["settings"]);
    assert_eq!(then["settings"]["exceptions"][0]["person"], "ben@example.test");
    // A second plan finds nothing to change, and the first plan started from settings that are no longer in force.
    assert_eq!(planned(&house, &files(), &settings).await["result"]["files"], json!([]));
    assert_problem(&apply(&house, &files(), &settings, &job).await, 409, Some("plan"));

    let history = house.ok("GET", "/policies/history", None).await;
    let newest = &history["items"][0];
    assert_eq!((&newest["of"], &newest["version"]), (&json!("settings"), &then["version"]));
    assert_eq!(newest["settings"], json!(["labels.toml", "exceptions.toml"]));
    assert_eq!((&newest["why"], &newest["rehearsal"]), (&json!("the audit asks"), &job["digest"]));
    assert_eq!(
        (&history["items"][1]["of"], &history["items"][1]["version"]),
        (&json!("policies"), &policies)
    );

    // One step back, first as a dry run, and forward again.
    let back = |version: &Value, dry_run: bool| {
        let body = json!({ "version": version, "why": "nobody can read", "dry_run": dry_run });
        house.ok("POST", "/policies/rollback", Some(body))
    };
    let looked = back(&policies, true).await;
    assert_eq!(looked["changed"], plan["files"]);
    assert_eq!(house.ok("GET", "/settings", None).await, then);
    let went = back(&policies, false).await;
    assert_eq!((&went["changed"], &went["settings"]), (&plan["files"], &first["version"]), "{went}");
    assert_eq!(house.ok("GET", "/settings", None).await, first);
    assert_eq!(readers(&house, &door).await, ["ada", "ben", "cleo"]);
    back(&then["version"], false).await;
    assert_eq!(house.ok("GET", "/settings", None).await, then);
    assert_eq!(readers(&house, &door).await, ["ben"]);

    let begun = house.ok("POST", "/replays", Some(json!({}))).await;
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    let replay = loop {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            break job["result"].clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(replay["fidelity"], 1.0, "{replay}");
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_and_settings_applied_together_are_taken_back_together() {
    let (house, door) = wiki().await;
    readers(&house, &door).await;
    let before = house.ok("GET", "/settings", None).await;
    let policies = house.ok("GET", "/policies/files", None).await["version"].clone();
    let mut stricter = files();
    let more = "@id(\"more\")\n@owner(\"security\")\n@reason(\"More.\")\n@review(\"2027-01-01\")\n\
                forbid (principal, action, resource in Countersign::Application::\"wiki\");\n";
    stricter.insert("guardrails/more.cedar".to_owned(), more.to_owned());
    // Forbidden, but in observe mode at the same time: so nobody is stopped.
    let mut wiki = before["settings"]["applications"]["wiki"].clone();
    wiki["stage"] = json!("observe");
    let mut shop = wiki.clone();
    shop["hosts"] = json!(["shop.localhost"]);
    let settings = json!({ "applications": { "wiki": wiki, "shop": shop } });
    let job = planned(&house, &stricter, &settings).await;
    assert_eq!(job["result"]["newly_denied"]["accesses"], 0);
    assert!(job["result"]["changes"].as_array().unwrap().iter().all(|change| change["enforced"] == false));
    let notes = job["result"]["notes"].as_array().unwrap();
    assert!(notes.iter().any(|text| text.as_str().unwrap().starts_with("shop is new")), "{notes:?}");
    let applied = apply(&house, &stricter, &settings, &job).await;
    assert_eq!(applied.status, 200, "{}", applied.json);
    house.policies_in_force().await;
    assert_eq!(readers(&house, &door).await.len(), 3, "observed");
    let history = house.ok("GET", "/policies/history?limit=2", None).await;
    assert_eq!(history["items"][0]["of"], "policies", "one change, and one version");
    assert_eq!(history["items"][0]["settings"], json!(["applications/shop.toml", "applications/wiki.toml"]));
    assert_eq!(history["items"][1]["version"], policies);

    let body = json!({ "version": policies, "why": "it was a mistake", "removes": ["more"] });
    let went = house.ok("POST", "/policies/rollback", Some(body)).await;
    assert_eq!(went["version"], policies);
    let notes = went["notes"].as_array().unwrap();
    assert!(
        notes.len() == 1 && notes[0].as_str().unwrap().starts_with("shop was not declared then"),
        "{went}"
    );
    house.policies_in_force().await;
    let after = house.ok("GET", "/settings", None).await;
    assert_eq!(after["settings"]["applications"]["wiki"], before["settings"]["applications"]["wiki"]);
    assert_eq!(readers(&house, &door).await, ["ada", "ben", "cleo"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_altered_leads_no_rollback_astray() {
    let (house, door) = wiki().await;
    readers(&house, &door).await;
    let first = house.ok("GET", "/policies/files", None).await["version"].clone();
    for label in ["internal", "confidential"] {
        let settings = json!({ "labels": { "wiki/pages": label } });
        let job = planned(&house, &files(), &settings).await;
        let applied = apply(&house, &files(), &settings, &job).await;
        assert_eq!(applied.status, 200, "{}", applied.json);
    }
    let mut stricter = files();
    stricter.insert("guardrails/more.cedar".to_owned(), "// More to come.\n".to_owned());
    let body = json!({ "files": stricter, "why": "one more file" });
    let second = house.ok("PUT", "/policies", Some(body)).await["version"].clone();
    assert_eq!(house.ok("GET", "/policies/history", None).await["items"].as_array().unwrap().len(), 5);
    let back = |to: &Value| json!({ "version": to, "why": "it was a mistake", "dry_run": true });
    let settings = house.ok("POST", "/policies/rollback", Some(back(&first))).await["settings"].clone();
    assert!(settings.is_string(), "the labels are reverted too");
    house.ok("POST", "/policies/rollback", Some(back(&second))).await;
    let seq = house.seq();
    for (tampering, to) in [
        // A change that the rollback has to revert is hidden.
        (
            "DELETE FROM projection_versions WHERE seq = (SELECT max(seq) FROM projection_versions WHERE kind = 'settings')",
            &first,
        ),
        // A change is said to be of something else.
        (
            "UPDATE projection_versions SET settings = replace(settings, 'wiki/pages', 'wiki/admin') WHERE kind = 'settings'",
            &first,
        ),
        // A version is said to have been published by another fact.
        (
            "UPDATE projection_versions SET seq = 1 WHERE seq = (SELECT max(seq) FROM projection_versions)",
            &second,
        ),
    ] {
        house.sql(tampering).await;
        let refused = house.api("POST", "/policies/rollback", Some(back(to))).await;
        assert_problem(&refused, 503, None);
        let detail = refused.json["detail"].as_str().unwrap();
        assert!(detail.contains("a row of the projection versions was altered"), "{tampering}: {detail}");
        house.ok("POST", "/projections/versions/rebuild", Some(json!({}))).await;
        house.ok("POST", "/policies/rollback", Some(back(to))).await;
    }
    assert_eq!(house.seq(), seq, "nothing was stated");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_are_refused_by_their_field() {
    let (house, _) = wiki().await;
    let seq = house.seq();
    let wiki = house.ok("GET", "/settings", None).await["settings"]["applications"]["wiki"].clone();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut about = wiki.clone();
        change(&mut about);
        json!({ "applications": { "wiki": about } })
    };
    let exception = |change: &dyn Fn(&mut Value)| {
        let mut exception = excused("ben@example.test");
        change(&mut exception);
        json!({ "exceptions": [excused("cleo@example.test"), exception] })
    };
    let own = json!({ "applications": { "countersign": wiki } });
    for (settings, status, field) in [
        (json!({ "colours": {} }), 422, "settings.colours"),
        (own, 422, "settings.applications.countersign"),
        (with(&|about| about["upstream"] = json!("wiki")), 422, "settings.applications.wiki.upstream"),
        (with(&|about| about["hosts"] = json!(["countersign.localhost"])), 409, "hosts"),
        (with(&|about| about["hosts"] = json!([])), 422, "hosts"),
        (json!({ "labels": { "wiki/nowhere": "public" } }), 422, "settings.labels.wiki/nowhere"),
        (json!({ "labels": { "shop/pages": "public" } }), 422, "settings.labels.shop/pages"),
        (json!({ "labels": { "countersign/self": "public" } }), 422, "settings.labels"),
        (json!({ "labels": { "wiki/pages": "secret" } }), 422, "settings.labels.wiki/pages"),
        (exception(&|e| e["person"] = json!("eve@example.test")), 422, "settings.exceptions[1].person"),
        (exception(&|e| e["person"] = Value::Null), 422, "settings.exceptions[1].person"),
        (exception(&|e| e["owner"] = json!("eve@example.test")), 422, "settings.exceptions[1].owner"),
        (exception(&|e| e["application"] = json!("shop")), 422, "settings.exceptions[1].application"),
        (exception(&|e| e["policy"] = json!("no-high-risk")), 422, "settings.exceptions[1].policy"),
        (exception(&|e| e["policy"] = json!("nothing")), 422, "settings.exceptions[1].policy"),
        (exception(&|e| e["authority"] = json!(" ")), 422, "settings.exceptions[1].authority"),
        (
            exception(&|e| e["expires_at"] = json!("2026-11-22T11:00:00Z")),
            422,
            "settings.exceptions[1].expires_at",
        ),
        (
            exception(&|e| e["expires_at"] = json!("2028-11-22T11:00:00Z")),
            422,
            "settings.exceptions[1].expires_at",
        ),
    ] {
        let plan = house.api("POST", "/plans", Some(json!({ "files": files(), "settings": settings }))).await;
        let put = json!({ "files": files(), "settings": settings, "why": "x" });
        let put = house.api("PUT", "/policies", Some(put)).await;
        for reply in [plan, put] {
            let found = (reply.status.as_u16(), reply.json["field"].as_str().unwrap_or_default());
            assert_eq!(found, (status, field), "{settings}: {}", reply.json);
        }
    }
    assert_eq!(house.seq(), seq, "nothing was stated");
    assert_eq!(house.ok("GET", "/jobs", None).await["items"], json!([]), "and nothing begun");
}
