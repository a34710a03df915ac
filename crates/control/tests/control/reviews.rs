//! Access reviews through the API: opened over a directory, a cloud and the groups here, decided, and sealed.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, Reply, assert_problem, noon, per};
use countersign_facts::{Fact, GroupFact, Member, PersonFact};
use countersign_jobs::ScheduleRun;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// Ada (1) administers; Ben (2), Cleo (3) and Dan (4) review.
const ADA: Door = Door::Session(1);
const BEN: Door = Door::Session(2);
const CLEO: Door = Door::Session(3);
const DAN: Door = Door::Session(4);

fn moment(days_from_noon: i64) -> String {
    after(days_from_noon * DAY)
}

fn after(seconds: i64) -> String {
    countersign_names::Timestamp::from_micros(noon().as_micros() + seconds * 1_000_000).to_string()
}

async fn import(house: &House, source: &str, nodes: &[Value], edges: &[Value]) {
    let begun = house.ok("POST", &format!("/sources/{source}/imports"), None).await;
    let import = format!("/sources/{source}/imports/{}", begun["import"]);
    let page = json!({"page": 1, "nodes": nodes, "edges": edges});
    house.ok("POST", &format!("{import}/pages"), Some(page)).await;
    house.ok("POST", &format!("{import}/finish"), Some(json!({"records": nodes.len() + edges.len()}))).await;
    house.ok("POST", &format!("{import}/apply"), Some(json!({"max_gone_percent": 100}))).await;
}

fn dn(name: &str) -> String {
    format!("uid={name},ou=people,dc=example,dc=test")
}

/// A person in the directory, whose manager is another.
fn employee(name: &str, manager: &str, employment: &str) -> Value {
    json!({"key": dn(name), "name": name, "kind": "account", "attributes": {
        "display_name": name, "mails": [format!("{name}@example.test")], "employment": employment,
        "manager": dn(manager), "used_by": "person", "enabled": true, "last_used_at": moment(-3)}})
}

fn membership(name: &str, group: &str) -> Value {
    json!({"from": dn(name), "relation": "member_of", "to": format!("cn={group},dc=example,dc=test")})
}

fn directory() -> Vec<Value> {
    vec![
        employee("ben", "ben", "employee"),
        employee("cleo", "ben", "employee"),
        employee("dan", "cleo", "Contractor"),
        json!({"key": "cn=ops,dc=example,dc=test", "name": "ops", "kind": "group",
            "attributes": {"owner": dn("cleo"), "description": "runs things"}}),
    ]
}

/// A user of the cloud who administers it through a group.
fn cloud() -> (Vec<Value>, Vec<Value>) {
    let arn = |kind: &str, name: &str| format!("arn:aws:iam::1:{kind}/{name}");
    let nodes = vec![
        json!({"key": arn("user", "dan"), "name": "dan", "kind": "account", "attributes": {"enabled": true,
            "mails": ["dan@example.test"]}}),
        json!({"key": arn("group", "admins"), "name": "admins", "kind": "group", "attributes": {}}),
        json!({"key": "arn:aws:s3:::books", "name": "books", "kind": "resource", "attributes": {}}),
    ];
    let edges = vec![
        json!({"from": arn("user", "dan"), "relation": "member_of", "to": arn("group", "admins")}),
        json!({"from": arn("group", "admins"), "relation": "may", "to": "arn:aws:s3:::books",
            "attributes": {"rights": ["s3:*"], "level": "administer"}}),
    ];
    (nodes, edges)
}

/// A house with a directory, a cloud that Ben owns, and Cleo in the group `staff`.
async fn house() -> House {
    let joined = |person: u128| {
        let (group, member) = ("staff".parse().unwrap(), Member::Person(per(person)));
        Fact::Group(GroupFact::MemberAdded { group, member })
    };
    let house = House::with(vec![joined(2), joined(3)]).await;
    for (source, format, owner) in [("people", "ldif", "ada"), ("cloud", "aws-iam", "ben")] {
        let body = json!({"format": format, "title": source, "purpose": "test",
            "owner": format!("{owner}@example.test"), "authoritative": source == "people"});
        house.ok("PUT", &format!("/sources/{source}"), Some(body)).await;
    }
    import(&house, "people", &directory(), &[membership("cleo", "ops"), membership("dan", "ops")]).await;
    let (nodes, edges) = cloud();
    import(&house, "cloud", &nodes, &edges).await;
    house
}

fn asking(scope: &Value, reviewers: &str) -> Value {
    json!({"title": "Who may what", "scope": scope, "reviewers": reviewers, "fallback": "ada@example.test",
        "due_at": moment(14)})
}

async fn open(house: &House, body: Value) -> String {
    let reply = house.send(&ADA, "POST", "/api/v1/reviews", Some(body)).await;
    assert_eq!(reply.status, 201, "{}", reply.json);
    reply.json["id"].as_str().unwrap().to_owned()
}

/// Returns name, target, reviewer and role of each item.
async fn items(house: &House, id: &str) -> Vec<[String; 4]> {
    let found = house.ok("GET", &format!("/reviews/{id}/items"), None).await;
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |item: &Value| {
        [&item["name"], &item["target_name"], &item["reviewer"]["name"], &item["reviewer_role"]].map(text)
    };
    found["items"].as_array().unwrap().iter().map(row).collect()
}

async fn decide(house: &House, who: &Door, id: &str, items: &[u32], verdict: &str) -> Reply {
    let mut body = json!({"items": items, "verdict": verdict});
    if verdict == "revoke" {
        body["reason"] = json!("left the team");
    }
    house.send(who, "POST", &format!("/api/v1/me/reviews/{id}/decide"), Some(body)).await
}

async fn numbers(house: &House, who: &Door, query: &str) -> Vec<i64> {
    let found = house.send(who, "GET", &format!("/api/v1/me/reviews{query}"), None).await;
    assert_eq!(found.status, 200, "{}", found.json);
    found.json["items"].as_array().unwrap().iter().map(|item| item["number"].as_i64().unwrap()).collect()
}

async fn tend(house: &House) {
    let began_at = house.ledger.now();
    let run = ScheduleRun { began_at, stop: CancellationToken::new() };
    house.control.tend_reviews(run).await.unwrap();
}

fn rows(expected: &[[&str; 4]]) -> Vec<[String; 4]> {
    expected.iter().map(|row| row.map(ToOwned::to_owned)).collect()
}

#[tokio::test]
async fn a_directory_is_reviewed_and_the_report_is_sealed() {
    let house = house().await;
    let body = asking(&json!({"source": "people"}), "manager");
    let preview = house.send(&ADA, "POST", "/api/v1/reviews/preview", Some(body.clone())).await;
    assert_eq!((preview.status.as_u16(), &preview.json["items"]), (200, &json!(2)), "{}", preview.json);
    assert_eq!(preview.json["reviewers"].as_array().unwrap().len(), 2);
    assert_eq!(house.ok("GET", "/reviews", None).await["items"], json!([]), "a preview opens nothing");

    let id = open(&house, body).await;
    let (cleo, dan) = (["cleo", "ops", "Ben", "manager"], ["dan", "ops", "Cleo", "manager"]);
    assert_eq!(items(&house, &id).await, rows(&[cleo, dan]));
    assert_eq!(numbers(&house, &BEN, "").await, [1]);
    assert_eq!(numbers(&house, &CLEO, "").await, [2]);
    assert_eq!(numbers(&house, &ADA, "").await, [0; 0], "the fallback is not needed");
    let listed = house.ok("GET", &format!("/reviews/{id}/items?state=undecided&q=DAN"), None).await;
    assert_eq!(listed["items"][0]["uses"][0]["at"], moment(-3));
    assert_eq!(
        (&listed["items"][0]["is_external"], &listed["items"][0]["is_gone"]),
        (&json!(true), &json!(false))
    );

    let first = house.ok("GET", &format!("/reviews/{id}/items?limit=1"), None).await;
    let next = first["next"].as_str().unwrap();
    let second = house.ok("GET", &format!("/reviews/{id}/items?limit=1&cursor={next}"), None).await;
    assert_eq!([&first["items"][0]["number"], &second["items"][0]["number"]], [1, 2]);
    assert!(second.get("next").is_none(), "{second}");

    // Another's item, an unknown one, nobody's reason, and the operator, who reviews nothing.
    assert_problem(&decide(&house, &BEN, &id, &[2], "keep").await, 403, Some("items"));
    assert_problem(&decide(&house, &BEN, &id, &[1, 9], "keep").await, 422, Some("items"));
    assert_problem(&decide(&house, &BEN, &id, &[], "keep").await, 422, Some("items"));
    let without = json!({"items": [1], "verdict": "revoke"});
    let path = format!("/api/v1/me/reviews/{id}/decide");
    assert_problem(&house.send(&BEN, "POST", &path, Some(without)).await, 422, Some("reason"));
    assert_problem(&decide(&house, &Door::Operator, &id, &[1], "keep").await, 403, None);

    let kept = decide(&house, &BEN, &id, &[1], "keep").await;
    assert_eq!(kept.json, json!({"decided": 1, "ended_here": 0, "left_to_source": 0}));
    assert_eq!(decide(&house, &CLEO, &id, &[2], "keep").await.status, 200);
    house.wait(40);
    // One can change a decision until it is closed.
    let revoked = decide(&house, &CLEO, &id, &[2], "revoke").await;
    assert_eq!(revoked.json, json!({"decided": 1, "ended_here": 0, "left_to_source": 1}));
    assert_eq!(numbers(&house, &CLEO, "").await, [0; 0]);
    assert_eq!(numbers(&house, &CLEO, "?state=revoked").await, [2]);
    let changes = house.ok("GET", &format!("/reviews/{id}/changes?source=people"), None).await;
    assert_eq!((&changes["items"], &changes["unwritten"]), (&json!(1), &json!(0)), "{changes}");
    let expected = format!("changetype: modify\ndelete: member\nmember: {}\n-\n", dn("dan"));
    assert!(changes["text"].as_str().unwrap().contains(&expected), "{changes}");

    // A report before the closing, then the source is imported anew, and a decision is no longer possible.
    assert_problem(
        &house.api("GET", &format!("/reviews/{id}/report?format=json"), None).await,
        409,
        Some("id"),
    );
    import(&house, "people", &directory(), &[membership("cleo", "ops")]).await;
    let now = house.ok("GET", &format!("/reviews/{id}/items"), None).await;
    assert_eq!((&now["items"][1]["name"], &now["items"][1]["is_gone"]), (&json!("dan"), &json!(true)));
    let gone = house.ok("GET", &format!("/reviews/{id}/changes?source=people"), None).await;
    assert_eq!(gone["unwritten"], 1, "{gone}");
    let closed = house.ok("POST", &format!("/reviews/{id}/close"), None).await;
    assert_eq!([&closed["kept"], &closed["revoked"], &closed["undecided"]], [1, 1, 0]);
    assert_problem(&house.api("POST", &format!("/reviews/{id}/close"), None).await, 409, Some("id"));
    assert_problem(&decide(&house, &BEN, &id, &[1], "revoke").await, 409, Some("id"));
    assert_eq!(numbers(&house, &CLEO, "?state=revoked").await, [0; 0], "nobody is asked any more");

    let report = house.ok("GET", &format!("/reviews/{id}/report?format=json"), None).await;
    assert_eq!([&report["is_sealed"], &report["is_as_asked"]], [&json!(true), &json!(true)]);
    assert_eq!([&report["sealed"], &report["found"]], [&closed["report"], &closed["report"]]);
    let said: Value = serde_json::from_str(report["text"].as_str().unwrap()).unwrap();
    assert_eq!(said["items"][1]["is_gone"], true);
    let cleos = said["paces"].as_array().unwrap().iter().find(|pace| pace["acts"] == 2).unwrap();
    assert_eq!([&cleos["decided"], &cleos["kept"], &cleos["median_seconds"]], [1, 0, 40]);
    let csv = house.ok("GET", &format!("/reviews/{id}/report?format=csv"), None).await;
    assert_eq!(csv["text"].as_str().unwrap().lines().count(), 3, "{csv}");

    // Somebody with the database changes the report and what was asked.
    house.sql("UPDATE review_reports SET body = replace(body, 'left the team', 'stayed')").await;
    house.sql("UPDATE review_items SET body = replace(body, 'runs things', 'reads mail')").await;
    let changed = house.ok("GET", &format!("/reviews/{id}/report?format=json"), None).await;
    assert_eq!([&changed["is_sealed"], &changed["is_as_asked"]], [&json!(false), &json!(false)]);
}

#[tokio::test]
async fn a_revoked_membership_here_ends_at_once() {
    let house = house().await;
    let mut body = asking(&json!({"here": true, "group": "staff"}), "person");
    body["reviewer"] = json!("cleo@example.test");
    let id = open(&house, body).await;
    // Cleo does not review her own membership.
    let expected = [["Ben", "staff", "Cleo", "named"], ["Cleo", "staff", "Ada", "fallback"]];
    assert_eq!(items(&house, &id).await, rows(&expected));
    let is_member = |n: u128| {
        let group = house.ledger.world().group("staff").cloned().unwrap();
        group.members.contains(&Member::Person(per(n)))
    };
    assert!(is_member(2) && is_member(3));
    let revoked = decide(&house, &CLEO, &id, &[1], "revoke").await;
    assert_eq!(revoked.json, json!({"decided": 1, "ended_here": 1, "left_to_source": 0}));
    assert!(!is_member(2), "it took effect");
    assert_problem(&decide(&house, &CLEO, &id, &[1], "keep").await, 409, Some("items"));
    let again = decide(&house, &CLEO, &id, &[1], "revoke").await;
    assert_eq!(again.json["ended_here"], 0, "it ended before");
    house.ok("PUT", "/groups/staff/members/ben@example.test", None).await;
    assert_eq!(decide(&house, &CLEO, &id, &[1], "keep").await.status, 200, "somebody added him again");
    assert!(is_member(2) && is_member(3));
}

#[tokio::test]
async fn what_is_not_decided_is_escalated_and_then_closed_as_the_review_says() {
    let house = house().await;
    let mut body = asking(&json!({"privileged": true}), "owner");
    // The sessions of the house last a day.
    body["due_at"] = json!(after(14 * HOUR));
    body["escalate_at"] = json!(after(10 * HOUR));
    body["escalate_to"] = json!("cleo@example.test");
    body["undecided"] = json!("revoke");
    let id = open(&house, body).await;
    let before = items(&house, &id).await;
    // The cloud's owner, and for groups of administrators and approvers here, which have no owner, the fallback or else
    // the one to whom it is escalated.
    let cloud = ["dan", "admins", "Ben", "owner"].map(ToOwned::to_owned);
    assert!(before.contains(&cloud), "{before:?}");
    let own = ["Ada", "administrators", "Cleo", "escalation"].map(ToOwned::to_owned);
    assert!(before.contains(&own), "{before:?}");
    assert!(before.iter().all(|item| item[0] != item[2]), "nobody reviews their own: {before:?}");

    tend(&house).await;
    assert_eq!(items(&house, &id).await, before, "it is too early");
    house.wait(10 * HOUR);
    tend(&house).await;
    let after = items(&house, &id).await;
    assert!(after.iter().all(|item| item[2] == "Cleo" && item[3] == "escalation"), "{after:?}");
    let number = 1 + after.iter().position(|item| item[1] == "admins").unwrap();
    // Who was asked first may still decide it; another may not.
    let number = u32::try_from(number).unwrap();
    assert_problem(&decide(&house, &DAN, &id, &[number], "keep").await, 403, Some("items"));
    let seq = house.seq();
    tend(&house).await;
    assert_eq!(house.seq(), seq, "it is escalated once");

    house.wait(5 * HOUR);
    tend(&house).await;
    let closed = house.ok("GET", &format!("/reviews/{id}"), None).await;
    assert_eq!(closed["review"]["state"], "closed");
    // The cloud's access is revoked. To end the others takes two people, and a due date is none.
    let (items, revoked) = (closed["review"]["items"].as_u64().unwrap(), &closed["review"]["revoked"]);
    assert_eq!(
        (revoked, closed["review"]["undecided"].as_u64().unwrap()),
        (&json!(1), items - 1),
        "{closed}"
    );
    let world = house.ledger.world();
    assert!(world.group("administrators").unwrap().members.contains(&Member::Person(per(1))));
    let changes = house.ok("GET", &format!("/reviews/{id}/changes?source=cloud"), None).await;
    let line = "aws iam remove-user-from-group --user-name='dan' --group-name='admins'";
    assert!(changes["text"].as_str().unwrap().contains(line), "{changes}");
    let seq = house.seq();
    tend(&house).await;
    assert_eq!(house.seq(), seq, "it is closed once");
}

#[tokio::test]
async fn items_are_given_to_another_reviewer() {
    let house = house().await;
    let id = open(&house, asking(&json!({"source": "cloud"}), "owner")).await;
    let path = format!("/api/v1/reviews/{id}/reassign");
    let to = |who: &str| Some(json!({"items": [1], "reviewer": who, "reason": "away"}));
    assert_problem(&house.send(&ADA, "POST", &path, to("dan@example.test")).await, 422, Some("reviewer"));
    assert_problem(&house.send(&ADA, "POST", &path, to("zoe@example.test")).await, 422, Some("reviewer"));
    assert_eq!(house.send(&ADA, "POST", &path, to("cleo@example.test")).await.status, 200);
    assert_eq!(items(&house, &id).await, rows(&[["dan", "admins", "Cleo", "chosen"]]));
    assert_problem(&decide(&house, &BEN, &id, &[1], "keep").await, 403, Some("items"));
    assert_eq!(decide(&house, &CLEO, &id, &[1], "keep").await.status, 200);
    let shown = house.ok("GET", &format!("/reviews/{id}"), None).await;
    let (reviewers, review) = (&shown["reviewers"], &shown["review"]);
    assert_eq!([&reviewers[0]["decided"], &reviewers[0]["kept"], &review["kept"]], [1, 1, 1]);
}

#[tokio::test]
async fn an_opening_that_makes_no_sense_names_its_field() {
    let house = house().await;
    let suspended = PersonFact::Suspended { person: per(4), reason: "left".to_owned() };
    house.state(vec![Fact::Person(suspended)]).await;
    let with = |field: &str, value: Value| {
        let mut body = asking(&json!({"source": "people"}), "owner");
        body[field] = value;
        body
    };
    let mut person = with("reviewers", json!("person"));
    person["reviewer"] = json!("dan@example.test");
    for (body, field) in [
        (with("title", json!(" ")), "title"),
        (with("scope", json!({})), "scope"),
        (with("scope", json!({"source": "nowhere"})), "scope.source"),
        (with("scope", json!({"source": "people", "here": true})), "scope.here"),
        (with("scope", json!({"group": "ops"})), "scope.group"),
        (with("scope", json!({"here": true, "group": "nobodies"})), "scope.group"),
        (with("scope", json!({"source": "people", "group": "nobodies"})), "scope"),
        (with("reviewers", json!("person")), "reviewer"),
        (with("reviewer", json!("ben@example.test")), "reviewer"),
        (person, "reviewer"),
        (with("fallback", json!("zoe@example.test")), "fallback"),
        (with("fallback", json!("dan@example.test")), "fallback"),
        (with("due_at", json!(moment(-1))), "due_at"),
        (with("due_at", json!(moment(400))), "due_at"),
        (with("escalate_at", json!(moment(5))), "escalate_to"),
        (with("escalate_to", json!("ben@example.test")), "escalate_at"),
    ] {
        let reply = house.send(&ADA, "POST", "/api/v1/reviews", Some(body.clone())).await;
        assert_problem(&reply, 422, Some(field));
    }
    assert_eq!(house.ok("GET", "/reviews", None).await["items"], json!([]));
    let body = asking(&json!({"source": "people"}), "owner");
    let refused = house.send(&CLEO, "POST", "/api/v1/reviews", Some(body)).await;
    assert_eq!(refused.status, 403, "Cleo administers nothing");
}
