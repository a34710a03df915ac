//! Labels: proposed, confirmed by who is responsible for the application, and by nobody else who is no administrator.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, Reply, application, assert_problem, per};
use countersign_facts::{ApplicationFact, Fact, GroupFact, Member};
use countersign_names::Sensitivity;
use serde_json::{Value, json};

/// Ada administers. Ben answers for the shop by his address, and Cleo for the wiki by a group. Dan administers too.
const ADA: Door = Door::Session(1);
const BEN: Door = Door::Session(2);
const CLEO: Door = Door::Session(3);

async fn house() -> House {
    let declared = |name: &str, owner: &str| {
        let mut about = application(&[&format!("{name}.localhost")], &["pages"], Some(Sensitivity::Internal));
        about.owner = owner.to_owned();
        Fact::Application(ApplicationFact::Declared { application: name.parse().unwrap(), about })
    };
    House::with(vec![
        declared("shop", "BEN@example.test"),
        declared("news", "staff"),
        // Anybody could have this name.
        declared("blog", "Cleo"),
        Fact::Group(GroupFact::MemberAdded {
            group: "staff".parse().unwrap(),
            member: Member::Person(per(3)),
        }),
    ])
    .await
}

fn proposal(target: &str, kind: &str, matched: u64) -> Value {
    json!({"target": target, "kind": kind, "sensitivity": "restricted",
        "evidence": [{"recogniser": "iban", "matched": matched, "sampled": 100}]})
}

async fn propose(house: &House, proposals: &[Value]) -> Value {
    house.ok("POST", "/content-labels/proposals", Some(json!({"proposals": proposals}))).await
}

async fn id_of(house: &House, target: &str) -> String {
    let list = house.ok("GET", "/content-labels", None).await;
    let items = list["items"].as_array().unwrap();
    let found = items.iter().find(|item| item["target"] == target).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

/// Checks that the door is shut.
fn refused(reply: &Reply) {
    assert_problem(reply, 403, None);
}

async fn send(house: &House, door: &Door, method: &str, path: &str, body: Option<Value>) -> Reply {
    house.send(door, method, &format!("/api/v1{path}"), body).await
}

fn because() -> Option<Value> {
    Some(json!({"reason": "it is so"}))
}

#[tokio::test]
async fn a_second_scan_changes_nothing_and_what_was_answered_stays() {
    let house = house().await;
    let all = [proposal("application:shop", "payment", 98), proposal("column:db/public.t.c", "payment", 7)];
    assert_eq!(propose(&house, &all).await, json!({"new": 2, "changed": 0, "unchanged": 0, "answered": 0}));
    let seq = house.seq();
    assert_eq!(propose(&house, &all).await, json!({"new": 0, "changed": 0, "unchanged": 2, "answered": 0}));
    assert_eq!(house.seq(), seq, "nothing is on record that did not change");
    let id = id_of(&house, "column:db/public.t.c").await;
    house.ok("POST", &format!("/content-labels/{id}/dismiss"), because()).await;
    let other = [proposal("application:shop", "payment", 99), proposal("column:db/public.t.c", "payment", 8)];
    assert_eq!(propose(&house, &other).await, json!({"new": 0, "changed": 1, "unchanged": 0, "answered": 1}));
    let shown = house.ok("GET", &format!("/content-labels/{id}"), None).await;
    assert_eq!((&shown["state"], &shown["evidence"][0]["matched"]), (&json!("dismissed"), &json!(7)));
    assert_eq!(shown["answer"]["reason"], "it is so");
    house.ok("POST", &format!("/content-labels/{id}/withdraw"), because()).await;
    assert_eq!(propose(&house, &other).await, json!({"new": 1, "changed": 0, "unchanged": 1, "answered": 0}));
}

#[tokio::test]
async fn only_who_answers_for_the_application_and_administrators_confirm() {
    let house = house().await;
    let targets = ["application:shop", "resource:news/pages", "application:blog", "host:files1"];
    propose(&house, &targets.map(|target| proposal(target, "payment", 98))).await;
    let mut paths = Vec::new();
    for target in targets {
        paths.push(format!("/content-labels/{}", id_of(&house, target).await));
    }
    let [shop, news, blog, host] = paths.try_into().unwrap();
    // What is not theirs they may neither see nor answer.
    for (door, path) in
        [(CLEO, &shop), (BEN, &news), (CLEO, &blog), (BEN, &host), (CLEO, &host), (BEN, &blog)]
    {
        refused(&send(&house, &door, "GET", path, None).await);
        for verb in ["confirm", "dismiss", "withdraw"] {
            refused(&send(&house, &door, "POST", &format!("{path}/{verb}"), because()).await);
        }
    }
    for (door, path) in [(BEN, &shop), (CLEO, &news), (ADA, &blog), (ADA, &host)] {
        let reply = send(&house, &door, "POST", &format!("{path}/confirm"), because()).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json["state"]),
            (200, &json!("confirmed")),
            "{path}: {}",
            reply.json
        );
    }
    let shown = send(&house, &BEN, "GET", &shop, None).await.json;
    assert_eq!(shown["answer"]["by_name"], "Ben");
    let list = send(&house, &CLEO, "GET", "/content-labels?application=news", None).await.json;
    assert_eq!(list["items"][0]["target"], "resource:news/pages");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    refused(&send(&house, &CLEO, "GET", "/content-labels?application=shop", None).await);
    refused(&send(&house, &CLEO, "GET", "/content-labels", None).await);
    refused(
        &send(
            &house,
            &BEN,
            "POST",
            "/content-labels/proposals",
            Some(json!({"proposals": [proposal("application:shop", "health", 9)]})),
        )
        .await,
    );
    assert_problem(
        &send(&house, &BEN, "POST", &format!("{shop}/confirm"), because()).await,
        409,
        Some("label"),
    );
}

#[tokio::test]
async fn coverage_counts_what_somebody_confirmed_and_what_declares_less() {
    let house = house().await;
    propose(
        &house,
        &[
            proposal("application:shop", "payment", 98),
            proposal("column:db/public.t.c", "payment", 7),
            proposal("host:files1", "payment", 7),
            proposal("column:db/public.t.d", "health", 7),
        ],
    )
    .await;
    let before = house.ok("GET", "/content-labels/coverage/figures", None).await;
    assert_eq!(before["databases"], json!({"known": 1, "confirmed": 0}));
    assert_eq!((&before["open"], &before["declared_lower"]), (&json!(4), &json!(0)));
    let known = before["applications"]["known"].as_u64().unwrap();
    for target in ["application:shop", "column:db/public.t.c"] {
        let id = id_of(&house, target).await;
        house.ok("POST", &format!("/content-labels/{id}/confirm"), because()).await;
    }
    let set = json!({"target": "resource:news/pages", "kind": "health", "sensitivity": "public", "reason": "all know"});
    let reply = house.api("POST", "/content-labels", Some(set.clone())).await;
    assert_eq!((reply.status.as_u16(), &reply.json["declared_lower"]), (201, &json!(false)));
    assert_problem(&house.api("POST", "/content-labels", Some(set)).await, 409, Some("target"));
    let after = house.ok("GET", "/content-labels/coverage/figures", None).await;
    assert_eq!(after["applications"], json!({"known": known, "confirmed": 1}));
    assert_eq!(after["resources"]["confirmed"], 1);
    assert_eq!(after["databases"], json!({"known": 1, "confirmed": 1}));
    assert_eq!(after["hosts"], json!({"known": 1, "confirmed": 0}));
    assert_eq!((&after["open"], &after["declared_lower"]), (&json!(2), &json!(1)));
    let id = id_of(&house, "application:shop").await;
    let shown = house.ok("GET", &format!("/content-labels/{id}"), None).await;
    assert_eq!((&shown["declared"], &shown["declared_lower"]), (&json!("internal"), &json!(true)));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_the_name_of_its_field() {
    let house = house().await;
    let with = |change: fn(&mut Value)| {
        let mut proposal = proposal("host:a", "payment", 1);
        change(&mut proposal);
        json!({"proposals": [proposal]})
    };
    let twice = json!({"proposals": [proposal("host:a", "payment", 1), proposal("host:a", "payment", 2)]});
    for (body, field) in [
        (json!({"proposals": []}), "proposals"),
        (twice, "proposals[1].target"),
        (with(|it| it["evidence"] = json!([])), "proposals[0].evidence"),
        (
            with(|it| it["evidence"][0]["recogniser"] = json!("4111 1111")),
            "proposals[0].evidence[0].recogniser",
        ),
        (with(|it| it["evidence"][0]["matched"] = json!(101)), "proposals[0].evidence[0].matched"),
        (with(|it| it["evidence"][0]["place"] = json!("a\u{7}")), "proposals[0].evidence[0].place"),
    ] {
        assert_problem(&house.api("POST", "/content-labels/proposals", Some(body)).await, 422, Some(field));
    }
    for (target, field) in [("application:none", "target"), ("resource:shop/none", "target")] {
        let body = json!({"target": target, "kind": "health", "sensitivity": "public", "reason": "why"});
        assert_problem(&house.api("POST", "/content-labels", Some(body)).await, 422, Some(field));
    }
    let path = "/content-labels/lab_00000000000000000000000000000001";
    assert_problem(&house.api("GET", path, None).await, 404, Some("label"));
    assert_problem(&house.api("POST", &format!("{path}/confirm"), because()).await, 404, Some("label"));
}
