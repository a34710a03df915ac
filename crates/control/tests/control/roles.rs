//! Proposed roles: searched for, decided about, and exported, through the API.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use crate::common::{House, assert_problem};
use countersign_facts::{Fact, RoleFact};
use serde_json::{Value, json};

async fn declare(house: &House, source: &str) {
    let body = json!({"format": "ldif", "title": source, "purpose": "test", "owner": "ada@example.test",
        "authoritative": true});
    house.ok("PUT", &format!("/sources/{source}"), Some(body)).await;
}

async fn import(house: &House, source: &str, nodes: &[Value], edges: &[Value]) {
    let begun = house.ok("POST", &format!("/sources/{source}/imports"), None).await;
    let import = format!("/sources/{source}/imports/{}", begun["import"]);
    let page = json!({"page": 1, "nodes": nodes, "edges": edges});
    house.ok("POST", &format!("{import}/pages"), Some(page)).await;
    house.ok("POST", &format!("{import}/finish"), Some(json!({"records": nodes.len() + edges.len()}))).await;
    house.ok("POST", &format!("{import}/apply"), Some(json!({"max_gone_percent": 100}))).await;
}

/// Imports this many people of sales, each in all of the groups but for the last one, who lacks the last group.
async fn sell(house: &House, people: usize, groups: &[&str]) {
    let node = |key: &str, kind: &str, attributes: Value| json!({"key": key, "name": key, "kind": kind, "attributes": attributes});
    let mut nodes: Vec<Value> = groups.iter().map(|group| node(group, "group", json!({}))).collect();
    let mut edges = Vec::new();
    for number in 0..people {
        let login = format!("seller{number}");
        let attributes = json!({"display_name": format!("Seller {number}"), "mails": [format!("{login}@example.test")],
            "used_by": "person", "enabled": true, "department": "Sales"});
        nodes.push(node(&login, "account", attributes));
        let held = if number + 1 == people { &groups[..groups.len() - 1] } else { groups };
        edges.extend(held.iter().map(|group| json!({"from": login, "relation": "member_of", "to": group})));
    }
    import(house, "people", &nodes, &edges).await;
}

async fn propose(house: &House, body: Value) -> Value {
    let begun = house.ok("POST", "/inventory/roles/propose", Some(body)).await;
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    for _ in 0..6_000 {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            assert_eq!(job["state"], "finished", "{job}");
            return job["result"].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the job did not end");
}

async fn list(house: &House, query: &str) -> Vec<Value> {
    let list = house.ok("GET", &format!("/inventory/roles{query}"), None).await;
    list["items"].as_array().unwrap().clone()
}

const GROUPS: [&str; 5] = ["crm", "mail", "orders", "prices", "wiki"];

#[tokio::test]
async fn a_birthright_is_proposed_with_what_somebody_lacks_and_grants_nothing_new() {
    let house = House::new().await;
    declare(&house, "people").await;
    sell(&house, 20, &GROUPS).await;
    let report = propose(&house, json!({})).await;
    let numbers = |report: &Value| {
        ["identities", "entitlements", "grants", "replaced", "added", "single"]
            .map(|it| report[it].as_u64().unwrap())
    };
    assert_eq!(numbers(&report), [20, 5, 99, 95, 0, 4], "{report}");
    assert!(report["complexity_after"].as_f64().unwrap() < report["complexity_before"].as_f64().unwrap());
    let shown = house.ok("GET", "/inventory/role-search", None).await;
    assert_eq!(shown["read_at"], report["read_at"]);

    let found = list(&house, "?kind=birthright").await;
    let [role] = &*found else { panic!("{found:?}") };
    assert_eq!(
        (&role["people"], &role["holding"], &role["members"], &role["near"]),
        (&json!(20), &json!(19), &json!(19), &json!(1))
    );
    let detail = house.ok("GET", &format!("/inventory/roles/{}", role["id"].as_str().unwrap()), None).await;
    assert_eq!(detail["near"][0]["identity"]["name"], "seller19");
    assert_eq!(detail["near"][0]["missing"][0]["key"], "wiki");
    assert_eq!(detail["members"].as_array().unwrap().len(), 19);

    // Asked for, the one grant is added.
    let report = propose(&house, json!({"allow_new": 0.05})).await;
    assert_eq!((&report["added"], &report["single"]), (&json!(1), &json!(0)));
    assert_eq!(list(&house, "?kind=birthright").await[0]["id"], role["id"], "it is the same role");
}

#[tokio::test]
async fn a_dismissed_role_stays_away_until_it_changed_and_decisions_are_facts() {
    let house = House::new().await;
    declare(&house, "people").await;
    sell(&house, 20, &GROUPS).await;
    propose(&house, json!({})).await;
    let id = list(&house, "?kind=birthright").await[0]["id"].as_str().unwrap().to_owned();
    let path = |verb: &str| format!("/inventory/roles/{id}/{verb}");
    let no_reason = house.api("POST", &path("dismiss"), Some(json!({"reason": " "}))).await;
    assert_problem(&no_reason, 422, Some("reason"));
    let dismissed = house.ok("POST", &path("dismiss"), Some(json!({"reason": "a project"}))).await;
    assert_eq!(
        (&dismissed["state"], &dismissed["decision"]["reason"]),
        (&json!("dismissed"), &json!("a project"))
    );

    sell(&house, 21, &GROUPS).await;
    propose(&house, json!({})).await;
    assert!(list(&house, "?kind=birthright").await.is_empty(), "one member more is no change");
    assert_eq!(list(&house, "?state=dismissed").await.len(), 1);

    sell(&house, 40, &GROUPS).await;
    propose(&house, json!({})).await;
    let again = list(&house, "?kind=birthright").await;
    assert_eq!((&again[0]["id"], &again[0]["state"]), (&json!(id), &json!("proposed")));
    let accepted = house.ok("POST", &path("accept"), Some(json!({"reason": "sales goes on"}))).await;
    assert_eq!(accepted["state"], "accepted");
    let text = house.ok("GET", "/inventory/role-export?state=accepted", None).await;
    assert_eq!(text["roles"], 1);
    let lines: Vec<&str> = text["text"].as_str().unwrap().lines().collect();
    assert_eq!(lines.len(), 1 + 5 + 39 + 1, "{lines:?}");
    assert!(lines[45].contains("\"lacks\",\"people\",\"seller39\""), "{}", lines[45]);
    house.ok("POST", &path("reconsider"), Some(json!({"reason": "too early"}))).await;
    let twice = house.api("POST", &path("reconsider"), Some(json!({"reason": "again"}))).await;
    assert_problem(&twice, 409, Some("id"));
    let entries = house.ledger.journal().read(countersign_journal::Seq::ZERO, 10_000).await.unwrap();
    let facts =
        entries.iter().map(|entry| countersign_facts::Stated::from_bytes(&entry.payload).unwrap().fact);
    let decided: Vec<_> = facts
        .filter_map(|fact| match fact {
            Fact::Role(RoleFact::Dismissed { members, .. }) => Some(("dismissed", members)),
            Fact::Role(RoleFact::Accepted { members, .. }) => Some(("accepted", members)),
            Fact::Role(RoleFact::Reconsidered { .. }) => Some(("reconsidered", 0)),
            _ => None,
        })
        .collect();
    assert_eq!(decided, [("dismissed", 19), ("accepted", 39), ("reconsidered", 0)]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name() {
    let house = House::new().await;
    declare(&house, "people").await;
    let refused = async |body: Value, status: u16, field: &str| {
        let answer = house.api("POST", "/inventory/roles/propose", Some(body)).await;
        assert_problem(&answer, status, Some(field));
    };
    refused(json!({}), 409, "sources").await;
    sell(&house, 3, &GROUPS).await;
    refused(json!({"sources": ["nobody"]}), 422, "sources").await;
    refused(
        json!({"weights": {"role": -1.0, "assignment": 1.0, "entitlement": 1.0, "direct": 1.0}}),
        422,
        "weights.role",
    )
    .await;
    refused(json!({"allow_new": 2.0}), 422, "allow_new").await;
    refused(json!({"confidence": 0.1}), 422, "confidence").await;
    refused(json!({"min_members": 1}), 422, "min_members").await;
    let none = house.api("GET", "/inventory/role-search", None).await;
    assert_problem(&none, 409, None);
    let unknown = "/inventory/roles/rpr_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let unknown = house.api("GET", unknown, None).await;
    assert_problem(&unknown, 404, Some("id"));
}
