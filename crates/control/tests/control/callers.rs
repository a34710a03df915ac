//! Permissions: the control plane guards itself by the same policies as everything else.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, per, ses};
use axum::body::Body;
use axum::http::Request;
use countersign_facts::{Fact, RiskFact};
use countersign_names::{Principal, RiskLevel, Timestamp};
use serde_json::{Value, json};

const ADA: Door = Door::Session(1);
const BEN: Door = Door::Session(2);
const CLEO: Door = Door::Session(3);
const DAN: Door = Door::Session(4);

async fn asks(
    house: &House,
    door: &Door,
    method: &str,
    path: &str,
    body: Option<Value>,
    status: u16,
) -> Value {
    let before = house.seq();
    let reply = house.send(door, method, &format!("/api/v1{path}"), body).await;
    assert_eq!(reply.status.as_u16(), status, "{door:?} {method} {path}: {}", reply.json);
    if status >= 400 {
        assert_eq!(house.seq(), before, "{door:?} {method} {path} changed something");
        assert!(reply.json["detail"].is_string(), "{}", reply.json);
    }
    reply.json
}

#[tokio::test]
async fn nobody_is_told_to_sign_in() {
    let house = House::new().await;
    let reply = house.send(&Door::Nobody, "GET", "/api/v1/people", None).await;
    assert_problem(&reply, 401, None);
    assert!(reply.headers["www-authenticate"].to_str().is_ok_and(|value| value.starts_with("Bearer")));
    assert_eq!(reply.json["remedies"].as_array().unwrap().len(), 1, "{}", reply.json);
    assert_eq!(reply.json["remedies"][0]["remedy"], "sign-in");
    assert!(reply.json.get("reasons").is_none(), "a stranger learns no policy: {}", reply.json);
    assert!(reply.json["decision"].is_string(), "the refusal is on record: {}", reply.json);
    // An unknown caller does not learn either whether a path exists.
    asks(&house, &Door::Nobody, "GET", "/nonsense", None, 401).await;
    asks(&house, &Door::Session(99), "GET", "/people", None, 401).await;
}

#[tokio::test]
async fn each_caller_reaches_what_policies_let_them() {
    let house = House::new().await;
    let group = |name: &str| Some(json!({"name": name, "purpose": ""}));
    asks(&house, &ADA, "GET", "/people", None, 200).await;
    asks(&house, &ADA, "POST", "/groups", group("one"), 201).await;
    asks(&house, &CLEO, "GET", "/people", None, 403).await;
    let refused = asks(&house, &CLEO, "POST", "/groups", group("two"), 403).await;
    assert_eq!(refused["reasons"][0]["policy"], "no-permit");
    assert_eq!(refused["type"], "about:blank#denied");

    for path in [
        "/people/cleo@example.test",
        "/people/hr-3/credentials",
        "/sessions?person=hr-3",
        "/grants?person=hr-3",
    ] {
        asks(&house, &CLEO, "GET", path, None, 200).await;
    }
    for path in [
        "/people/ada@example.test",
        "/sessions",
        "/sessions?person=hr-1",
        "/grants",
        "/status",
        "/policies/files",
    ] {
        asks(&house, &CLEO, "GET", path, None, 403).await;
    }
    for (method, path) in [
        ("DELETE", "/people/hr-3"),
        ("DELETE", "/people/hr-3/sessions"),
        ("POST", "/people/hr-3/invitations"),
    ] {
        asks(&house, &CLEO, method, path, None, 403).await;
    }
}

#[tokio::test]
async fn a_grant_is_asked_for_by_its_person_and_answered_by_an_approver() {
    let house = House::new().await;
    let wish = json!({"application": "wiki", "reason": "deploy", "duration_seconds": 600});
    let grant = asks(&house, &CLEO, "POST", "/grants", Some(wish.clone()), 201).await;
    assert_eq!(grant["person"], per(3).to_string());
    let id = grant["id"].as_str().expect("an id");
    asks(&house, &CLEO, "GET", &format!("/grants/{id}"), None, 200).await;
    asks(&house, &CLEO, "POST", &format!("/grants/{id}/approve"), None, 403).await;
    asks(&house, &ADA, "POST", &format!("/grants/{id}/approve"), None, 403).await;
    assert_eq!(asks(&house, &BEN, "GET", "/grants?state=requested", None, 200).await["items"][0]["id"], id);
    let active = asks(&house, &BEN, "POST", &format!("/grants/{id}/approve"), None, 200).await;
    assert_eq!(active["answered_by"], per(2).to_string());

    let mut for_another = wish.clone();
    for_another["person"] = json!("hr-3");
    let refused = asks(&house, &BEN, "POST", "/grants", Some(for_another), 403).await;
    assert_eq!(refused["field"], "person");
    let own = asks(&house, &BEN, "POST", "/grants", Some(wish), 201).await;
    let own = own["id"].as_str().expect("an id");
    let refused = asks(&house, &BEN, "POST", &format!("/grants/{own}/approve"), None, 403).await;
    assert_eq!(refused["field"], "approver");
    asks(&house, &DAN, "POST", &format!("/grants/{own}/approve"), None, 200).await;
}

#[tokio::test]
async fn of_racing_approvals_exactly_one_wins() {
    let house = House::new().await;
    for round in 0..10 {
        let wish = json!({"application": "wiki", "reason": "race", "duration_seconds": 600});
        let grant = asks(&house, &CLEO, "POST", "/grants", Some(wish), 201).await;
        let path = format!("/api/v1/grants/{}/approve", grant["id"].as_str().expect("an id"));
        let before = house.seq();
        let answers = tokio::join!(
            house.send(&BEN, "POST", &path, None),
            house.send(&DAN, "POST", &path, None),
            house.send(&Door::Operator, "POST", &path, None),
        );
        let mut statuses =
            [answers.0.status, answers.1.status, answers.2.status].map(|status| status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409], "round {round}");
        assert_eq!(house.seq(), before + 1, "round {round}");
    }
}

#[tokio::test]
async fn a_service_token_calls_the_api_or_asks_decisions_never_both() {
    let house = House::new().await;
    let (robot, for_api) = house.token("robot", None).await;
    let (_, for_wiki) = house.token("proxy", Some("wiki")).await;
    let (for_api, for_wiki) = (Door::Token(for_api), Door::Token(for_wiki));
    asks(&house, &for_api, "GET", "/people", None, 403).await;
    house.ok("PUT", &format!("/groups/automation/members/{robot}"), None).await;
    asks(&house, &for_api, "GET", "/people", None, 200).await;
    let group = |name: &str| Some(json!({"name": name, "purpose": ""}));
    asks(&house, &for_api, "POST", "/groups", group("made-by-robot"), 201).await;
    let refused = asks(&house, &for_api, "DELETE", "/groups/made-by-robot", None, 403).await;
    assert_eq!(refused["detail"], "this token is not for the command groups.remove");
    let wish = json!({"application": "wiki", "reason": "x", "duration_seconds": 600});
    asks(&house, &for_api, "POST", "/grants", Some(wish), 403).await;
    let refused = asks(&house, &for_wiki, "GET", "/people", None, 403).await;
    assert!(refused["remedy"].is_string());

    for bad in ["cst_", "cst_nonsense", "x y", ""] {
        let request = Request::get("/api/v1/people").header("authorization", format!("Bearer {bad}"));
        let reply = house.raw(&Door::Nobody, request.body(Body::empty()).expect("a request")).await;
        assert_problem(&reply, 401, Some("Authorization"));
    }
    let request = Request::get("/api/v1/people").header("authorization", "Basic YTpi");
    let reply = house.raw(&Door::Nobody, request.body(Body::empty()).expect("a request")).await;
    assert_problem(&reply, 401, Some("Authorization"));
    house.wait(3601);
    asks(&house, &for_api, "GET", "/people", None, 401).await;
}

#[tokio::test]
async fn what_changes_about_a_caller_counts_at_their_next_request() {
    let house = House::new().await;
    asks(&house, &ADA, "GET", "/people", None, 200).await;
    let risky = |level| {
        Fact::Risk(RiskFact::Changed {
            principal: Principal::Person(per(1)),
            level,
            reasons: vec!["test".into()],
        })
    };
    house.state(vec![risky(RiskLevel::High)]).await;
    let refused = asks(&house, &ADA, "GET", "/people", None, 403).await;
    assert_eq!(refused["reasons"][0], json!({"policy": "no-high-risk", "text": "Your account is stopped."}));
    house.state(vec![risky(RiskLevel::Low)]).await;
    asks(&house, &ADA, "GET", "/people", None, 200).await;
    house.ok("DELETE", &format!("/sessions/{}", ses(1)), None).await;
    asks(&house, &ADA, "GET", "/people", None, 401).await;
    house.ok("POST", "/people/hr-4/suspend", Some(json!({"reason": "left"}))).await;
    asks(&house, &DAN, "GET", "/people", None, 401).await;
}

#[tokio::test]
async fn a_request_that_another_site_made_is_refused_before_anything_is_asked() {
    let house = House::new().await;
    let recorded = house.sink.state().recorded;
    let post = |headers: &[(&str, &str)]| {
        let builder = Request::post("/api/v1/groups")
            .header("content-type", "application/json")
            .header("host", "countersign.localhost:8080");
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
        builder.body(Body::from(r#"{"name":"made","purpose":""}"#)).expect("a request")
    };
    for headers in [
        [("sec-fetch-site", "cross-site"), ("origin", "http://wiki.localhost:8080")].as_slice(),
        &[("sec-fetch-site", "same-site")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
    ] {
        let reply = house.raw(&ADA, post(headers)).await;
        assert_problem(&reply, 403, None);
        assert!(house.ledger.world().group("made").is_none(), "{headers:?}");
    }
    assert_eq!(house.sink.state().recorded, recorded);
    let own = [("sec-fetch-site", "same-origin"), ("origin", "http://countersign.localhost:8080")];
    let reply = house.raw(&ADA, post(&own)).await;
    assert_eq!(reply.status.as_u16(), 201, "{}", reply.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_and_whether_they_may_is_found_out_in_one_state() {
    let house = House::new().await;
    let request = Request::get("/api/v1/people").header("x-test-moves", "yes").body(Body::empty());
    assert_eq!(house.raw(&ADA, request.expect("a request")).await.status, 200);
    let world = house.ledger.world();
    let states = world.groups().filter_map(|group| group.name.as_str().strip_prefix("identified-at-"));
    let identified = states.filter_map(|seq| seq.parse::<u64>().ok()).max();
    let list = house.ok("GET", "/decisions?application=countersign", None).await;
    let decided: Vec<u64> = list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|decision| decision["world"].as_u64())
        .collect();
    assert_eq!(decided, Vec::from_iter(identified), "{list}");
    assert!(identified < Some(world.seq()), "the state moved before the question was asked");
}

/// Returns the last use of the only token of this service account.
async fn token_use(house: &House, service: &str) -> Value {
    house.ok("GET", &format!("/services/{service}"), None).await["tokens"][0]["last_use"].clone()
}

#[tokio::test]
async fn lists_show_when_something_was_last_used_and_which_process_saw_it() {
    let house = House::new().await;
    let ada = house.ok("GET", "/people/ada@example.test", None).await;
    assert!(ada.get("last_use").is_none(), "no use is known yet: {ada}");
    asks(&house, &CLEO, "GET", "/people", None, 403).await;
    let before = house.admission.now();
    asks(&house, &ADA, "GET", "/people", None, 200).await;
    let ada = house.ok("GET", "/people/ada@example.test", None).await;
    let seen = ada["last_use"].clone();
    is_since(&house, &seen, before);
    assert_eq!(house.ok("GET", "/sessions?person=hr-1", None).await["items"][0]["last_use"], seen);
    let passkeys = house.ok("GET", "/people/hr-1/credentials", None).await;
    for passkey in passkeys["items"].as_array().unwrap() {
        let session = &house.ok("GET", "/sessions?person=hr-1", None).await["items"][0];
        let expected = (passkey["id"] == session["credential"]).then(|| session["proved_at"].clone());
        assert_eq!(passkey.get("last_use").map(|last| last["at"].clone()), expected, "{passkey}");
    }
    let cleo = house.ok("GET", "/people/hr-3", None).await;
    assert!(cleo.get("last_use").is_none(), "a refused access is no use: {cleo}");

    let (robot, for_api) = house.token("robot", None).await;
    let (proxy, for_wiki) = house.token("proxy", Some("wiki")).await;
    let (for_api, for_wiki) = (Door::Token(for_api), Door::Token(for_wiki));
    asks(&house, &for_api, "GET", "/people", None, 403).await;
    asks(&house, &for_wiki, "GET", "/people", None, 403).await;
    assert_eq!(
        [token_use(&house, &robot).await, token_use(&house, &proxy).await],
        [Value::Null, Value::Null]
    );
    house.ok("PUT", &format!("/groups/automation/members/{robot}"), None).await;
    let before = house.admission.now();
    asks(&house, &for_api, "GET", "/people", None, 200).await;
    is_since(&house, &token_use(&house, &robot).await, before);
}

/// Checks that this process observed a use between `since` and now.
fn is_since(house: &House, last_use: &Value, since: Timestamp) {
    let at: Timestamp = last_use["at"].as_str().unwrap().parse().unwrap();
    assert!(since <= at && at <= house.admission.now(), "{last_use}");
    assert_eq!(last_use["by"], house.admission.gate());
}
