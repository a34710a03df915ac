//! What is asked about, with what it leads to, and of whom.

use crate::{at, per};
use countersign_correlate::SourcedKey;
use countersign_facts::{ReviewScope, ReviewersRule};
use countersign_reviews::{
    AskedSource, AskingInput, AssignedAs, ReviewItem, ReviewTerms, ReviewedIdentity, ask,
};
use countersign_sources::{PrivilegeLevel, SourceEdge, SourceNode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn node(key: &str, body: Value) -> SourceNode {
    serde_json::from_value(json!({"key": key, "name": key.to_uppercase(), "body": body})).unwrap()
}

fn edge(from: &str, relation: &str, to: &str, body: Value) -> SourceEdge {
    serde_json::from_value(json!({"from": from, "relation": relation, "to": to, "body": body}))
        .unwrap_or_else(|_| {
            let relation = serde_json::from_value(json!(relation)).unwrap();
            let body = serde_json::from_value(body).unwrap();
            let key = |text: &str| serde_json::from_value(json!(text)).unwrap();
            SourceEdge { from: key(from), relation, to: key(to), body }
        })
}

/// Personnel: Ada, managed by Bob, and Cy, who is a contractor.
fn personnel() -> Vec<SourceNode> {
    let person = |mail: &str, employment: &str, manager: &str| {
        json!({"kind": "person", "mails": [mail], "employment": employment, "manager": manager,
            "employee_number": format!("no-{mail}")})
    };
    vec![
        node("17", person("ada@example.test", "employee", "18")),
        node("18", person("bob@example.test", "employee", "no-bob@example.test")),
        node("19", person("cy@example.test", "Contractor", "nobody")),
    ]
}

/// A cloud: `ada` is in `ops`, which is in `admins`, which is in `ops` again; `cy` may read a bucket.
fn cloud() -> (Vec<SourceNode>, Vec<SourceEdge>) {
    let nodes = vec![
        node("ada", json!({"kind": "account", "last_used_at": at(50).to_string()})),
        node("cy", json!({"kind": "account"})),
        node("key", json!({"kind": "credential", "class": "api_key", "last_used_at": at(70).to_string()})),
        node("ops", json!({"kind": "group", "owner": "ada"})),
        node("admins", json!({"kind": "group"})),
        node("bucket", json!({"kind": "resource"})),
    ];
    let edges = vec![
        edge("ada", "member_of", "ops", json!({"since": at(1).to_string()})),
        edge("ops", "member_of", "admins", json!({})),
        edge("admins", "member_of", "ops", json!({})),
        edge("admins", "may", "bucket", json!({"rights": ["*"], "level": "administer"})),
        edge("cy", "may", "bucket", json!({"rights": ["get"], "level": "read"})),
        edge("ada", "has", "key", json!({})),
    ];
    (nodes, edges)
}

/// Asks with these terms; Ada is person 1 here, Bob 2 and Cy 3. Bob owns the cloud, and the fallback is 7.
fn asked(scope: &ReviewScope, reviewers: ReviewersRule) -> Vec<ReviewItem> {
    let (people, (nodes, edges)) = (personnel(), cloud());
    let mut identities = BTreeMap::new();
    for (person, account, name) in [("17", "ada", "Ada Lovelace"), ("19", "cy", "Cy Contractor")] {
        let keyed =
            |source: &str, key: &str| SourcedKey::new(source, node(key, json!({"kind": "resource"})).key);
        let nodes = vec![keyed("people", person), keyed("cloud", account)];
        let identity =
            ReviewedIdentity { id: nodes[0].clone(), name: name.to_owned(), is_external: false, nodes };
        let identity = Arc::new(identity);
        identities.extend(identity.nodes.iter().map(|at| (at.clone(), Arc::clone(&identity))));
    }
    let mails = [("ada", 1), ("bob", 2), ("cy", 3)];
    let mails = mails.map(|(name, n)| (format!("{name}@example.test"), per(n))).into();
    let sources = vec![
        AskedSource { name: "people", owner: None, nodes: &people, edges: &[] },
        AskedSource { name: "cloud", owner: Some(per(2)), nodes: &nodes, edges: &edges },
    ];
    let input = AskingInput { sources, identities: &identities, here: &[], mails: &mails };
    ask(&input, &ReviewTerms { scope, reviewers, fallback: per(7), escalation: None })
}

/// Returns name, target, reviewer and role of each item.
fn short(items: &[ReviewItem]) -> Vec<(&str, &str, Option<u128>, AssignedAs)> {
    let number = |item: &ReviewItem| item.assignment.reviewer.map(|person| person.bits().as_u128());
    let row = |item| number(item);
    items
        .iter()
        .map(|item| {
            let target = item.access.target.as_str();
            (item.subject.name.as_str(), target, row(item), item.assignment.assigned_as)
        })
        .collect()
}

#[test]
fn an_item_says_what_an_access_leads_to_and_when_it_was_used() {
    let items = asked(&ReviewScope::default(), ReviewersRule::Owner);
    let ada = &items[0];
    assert_eq!((ada.number, ada.subject.name.as_str()), (1, "Ada Lovelace"));
    assert_eq!(ada.subject.people, [per(1)], "by the mail address of her record");
    assert_eq!((ada.access.account.as_str(), ada.access.since), ("ada", Some(at(1))));
    assert!(ada.access.privileged, "through a group in the group, although that is a circle");
    assert_eq!(ada.access.level, Some(PrivilegeLevel::Administer));
    assert_eq!((ada.access.leads_to[0].name.as_str(), ada.access.leads_to_in_all), ("BUCKET", 1));
    let uses: Vec<_> = ada.uses.iter().map(|used| (used.what.as_str(), used.at)).collect();
    assert_eq!(uses, [("credential KEY", at(70)), ("account ADA", at(50))]);
    let cy = &items[1];
    assert!(cy.subject.is_external && !cy.access.privileged && cy.uses.is_empty());
}

#[test]
fn the_owner_the_manager_or_a_named_person_reviews_or_else_the_fallback() {
    let everything = ReviewScope::default();
    let (ada, cy) = ("Ada Lovelace", "Cy Contractor");
    // Ada owns the group herself, so the owner of the source is next.
    let owners = asked(&everything, ReviewersRule::Owner);
    assert_eq!(
        short(&owners),
        [(ada, "ops", Some(2), AssignedAs::Owner), (cy, "bucket", Some(2), AssignedAs::Owner)]
    );
    let managers = asked(&everything, ReviewersRule::Manager);
    assert_eq!(
        short(&managers),
        [(ada, "ops", Some(2), AssignedAs::Manager), (cy, "bucket", Some(7), AssignedAs::Fallback)]
    );
    assert_eq!(managers[1].assignment.why.as_deref(), Some("no manager is known here"));
    let named = asked(&everything, ReviewersRule::Person(per(1)));
    assert_eq!(
        short(&named),
        [(ada, "ops", Some(7), AssignedAs::Fallback), (cy, "bucket", Some(1), AssignedAs::Named)]
    );
    assert_eq!(named[0].assignment.why.as_deref(), Some("the named would review their own access"));
}

#[test]
fn a_scope_leaves_out_what_it_does_not_ask_about() {
    let count = |scope: &ReviewScope| asked(scope, ReviewersRule::Owner).len();
    let all = ReviewScope::default;
    let group = |name: &str| Some(name.to_owned());
    for (scope, expected) in [
        (all(), 2),
        (ReviewScope { source: Some("cloud".parse().unwrap()), ..all() }, 2),
        (ReviewScope { source: Some("people".parse().unwrap()), ..all() }, 0),
        (ReviewScope { here: true, ..all() }, 0),
        (ReviewScope { privileged: true, ..all() }, 1),
        (ReviewScope { contractors: true, ..all() }, 1),
        (ReviewScope { contractors: true, privileged: true, ..all() }, 0),
        (ReviewScope { group: group("OPS"), ..all() }, 2),
        (ReviewScope { group: group("admins"), ..all() }, 1),
        (ReviewScope { group: group("none"), ..all() }, 0),
    ] {
        assert_eq!(count(&scope), expected, "{scope:?}");
    }
    let admins = asked(&ReviewScope { group: group("admins"), ..all() }, ReviewersRule::Owner);
    assert_eq!(admins[0].access.account, "ops", "a group in the group is asked about");
    assert_eq!(admins[0].subject.people, [per(1)], "and nobody in it reviews it");
}
