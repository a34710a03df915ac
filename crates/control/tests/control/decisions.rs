//! Recorded decisions are listed, found and explained.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, per};
use serde_json::{Value, json};

async fn ask(house: &House, door: &Door, method: &str, path: &str) {
    house.send(door, method, &format!("/api/v1{path}"), Some(json!({"name": "x", "purpose": ""}))).await;
    // Decisions are listed by their time, so each gets its own moment.
    house.wait(1);
}

#[tokio::test]
async fn decisions_are_listed_by_what_is_asked_for() {
    let house = House::new().await;
    ask(&house, &Door::Session(1), "GET", "/people").await;
    ask(&house, &Door::Session(3), "GET", "/people").await;
    ask(&house, &Door::Session(1), "POST", "/groups").await;
    ask(&house, &Door::Nobody, "GET", "/people").await;
    let count = async |query: &str| {
        let list = house.ok("GET", &format!("/decisions{query}"), None).await;
        list["items"].as_array().unwrap().len()
    };
    for (query, expected) in [
        ("", 4),
        ("?limit=2", 2),
        ("?effect=deny", 2),
        ("?effect=allow&application=countersign", 2),
        ("?application=wiki", 0),
        ("?person=ada@example.test", 2),
        ("?person=hr-1&action=administer", 1),
        (&format!("?principal={}", per(3)), 1),
        ("?principal=anonymous", 1),
        ("?since=2026-11-22T12:00:02Z", 2),
        ("?until=2026-11-22T12:00:02Z", 2),
        ("?since=2026-11-22T12:00:01Z&until=2026-11-22T12:00:02Z", 1),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    for (query, more) in [
        ("", false),
        ("?limit=3", true),
        ("?limit=4", false),
        ("?effect=deny&limit=1", true),
        ("?limit=10000", false),
    ] {
        assert_eq!(house.ok("GET", &format!("/decisions{query}"), None).await["more"], more, "{query}");
    }
    let newest = house.ok("GET", "/decisions?limit=1", None).await;
    assert_eq!(newest["items"][0]["principal"], "anonymous");
    for (query, field) in [
        ("?effect=maybe", "effect"),
        ("?since=yesterday", "since"),
        ("?since=2027-01-01T00:00:00Z&until=2026-01-01T00:00:00Z", "since"),
        ("?action=peek", "action"),
        ("?application=No", "application"),
        ("?person=nobody", "person"),
        (&format!("?person=hr-1&principal={}", per(2)), "principal"),
        ("?principal=root", "principal"),
        ("?device=x", "device"),
        ("?limit=0", "limit"),
        ("?app=wiki", "app"),
    ] {
        let reply = house.api("GET", &format!("/decisions{query}"), None).await;
        assert_problem(&reply, 422, Some(field));
    }
}

/// Returns the ids of a whole list, read in pages of `limit` items.
async fn paged(house: &House, query: &str, limit: usize) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.ok("GET", &format!("/decisions?limit={limit}{query}{cursor}"), None).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit, "{page}");
        assert_eq!(page["more"] == true, page["next"].is_string(), "{page}");
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return ids };
        assert_eq!(items.len(), limit, "a page that has one after it is full");
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn pages_of_decisions_lose_and_repeat_none_also_of_one_moment() {
    let house = House::new().await;
    for (door, times) in [(Door::Session(1), 3), (Door::Session(3), 11), (Door::Session(1), 2)] {
        for _ in 0..times {
            house.send(&door, "GET", "/api/v1/people", None).await;
        }
        house.wait(1);
    }
    let refused = format!("&principal={}", per(3));
    for (query, expected) in [("", 16), (refused.as_str(), 11), ("&effect=allow", 5)] {
        let whole = paged(&house, query, 100).await;
        assert_eq!(whole.len(), expected, "{query}");
        for limit in [1, 2, 3, 5, 11, 16] {
            assert_eq!(paged(&house, query, limit).await, whole, "{query}, {limit} a page");
        }
    }
    // A later decision is newer, so it is on no later page.
    let first = house.ok("GET", "/decisions?limit=4", None).await;
    ask(&house, &Door::Nobody, "GET", "/people").await;
    let next = format!("/decisions?limit=100&cursor={}", first["next"].as_str().unwrap());
    assert_eq!(house.ok("GET", &next, None).await["items"].as_array().unwrap().len(), 12);
    let of_people = house.ok("GET", "/people?limit=1", None).await["next"].as_str().unwrap().to_owned();
    for cursor in ["", "x", "eyJ9", &of_people] {
        let reply = house.api("GET", &format!("/decisions?cursor={cursor}"), None).await;
        assert_problem(&reply, 422, Some("cursor"));
    }
}

async fn why(house: &House, query: &str) -> Value {
    let list = house.ok("GET", &format!("/decisions{query}"), None).await;
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    house.ok("GET", &format!("/decisions/{id}"), None).await
}

#[tokio::test]
async fn a_decision_is_explained_in_plain_words() {
    let house = House::new().await;
    ask(&house, &Door::Session(1), "GET", "/people").await;
    let allowed = why(&house, "?effect=allow").await;
    let explanation = &allowed["explanation"];
    assert_eq!(
        explanation["summary"],
        "Ada <ada@example.test> was allowed to read countersign/control (GET /api/v1/people) at \
         2026-11-22T12:00:00.000000Z, from 10.1.2.3 (office)."
    );
    let cited = &explanation["determined_by"][0];
    assert_eq!((&cited["id"], &cited["owner"]), (&json!("house-administrators"), &json!("house")));
    assert_eq!(cited["place"], "applications/countersign.cedar:3");
    assert_eq!(explanation["evidence"][0]["item"], "identity");
    assert_eq!(explanation["evidence"][0]["age_seconds"], 0);
    assert_eq!(allowed["decision"]["completion"]["status"], 200);

    ask(&house, &Door::Nobody, "GET", "/people").await;
    let denied = why(&house, "?effect=deny").await;
    let text = denied["explanation"]["text"].as_str().unwrap();
    for says in [
        "Somebody who was not signed in was denied to read countersign/control",
        "no-permit: No policy of this application lets you do that.",
        "identity: no proof of who asked",
        "device: no device was proved",
        "What would have let it pass:\n  - Sign in.",
        "policy set ",
    ] {
        assert!(text.contains(says), "{says:?} is not in:\n{text}");
    }
}

#[tokio::test]
async fn somebody_who_left_is_explained_by_their_id() {
    let house = House::new().await;
    ask(&house, &Door::Session(3), "GET", "/people").await;
    house.ok("DELETE", "/people/hr-3", None).await;
    let mut files = crate::common::policy_files();
    files.insert("guardrails/empty.cedar".to_owned(), "// nothing yet\n".to_owned());
    house.ok("PUT", "/policies", Some(json!({"files": files}))).await;
    house.policies_in_force().await;
    let denied = why(&house, &format!("?person={}", per(3))).await;
    let summary = denied["explanation"]["summary"].as_str().unwrap();
    assert!(
        summary.starts_with(&format!("{}, who is no longer in the inventory, was denied", per(3))),
        "{summary}"
    );
    assert_eq!(denied["decision"]["principal_name"], Value::Null);
    let notes = denied["explanation"]["notes"].to_string();
    assert!(notes.contains("Other policies are in force by now"), "{notes}");
}

#[tokio::test]
async fn a_policy_that_is_gone_is_cited_as_it_was_in_force() {
    let house = House::new().await;
    ask(&house, &Door::Session(1), "GET", "/people").await;
    let files = crate::common::policy_files();
    let house_cedar = &files["applications/countersign.cedar"];
    let mut first = house_cedar.replace("Administrators run the house.", "Another reason.");
    // The same policy with another text, then a policy of another name in its place: neither is cited.
    for _ in 0..2 {
        let mut files = crate::common::policy_files();
        files.insert("applications/countersign.cedar".to_owned(), first.clone());
        house.ok("PUT", "/policies", Some(json!({"files": files}))).await;
        house.policies_in_force().await;
        let explanation = why(&house, "?effect=allow").await["explanation"].clone();
        let cited = &explanation["determined_by"][0];
        assert_eq!(
            (&cited["id"], &cited["reason"], &cited["place"]),
            (
                &json!("house-administrators"),
                &json!("Administrators run the house."),
                &json!("applications/countersign.cedar:3")
            )
        );
        let notes = explanation["notes"].to_string();
        assert!(notes.contains("owners and reasons are those of that time"), "{notes}");
        first = first.replace("@id(\"house-administrators\")", "@id(\"house-chiefs\")");
    }
}

#[tokio::test]
async fn a_decision_that_nobody_made_is_not_found() {
    let house = House::new().await;
    let absent = house.api("GET", "/decisions/dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", None).await;
    assert_problem(&absent, 404, Some("id"));
    let nonsense = house.api("GET", "/decisions/nonsense", None).await;
    assert_problem(&nonsense, 422, Some("id"));
}
