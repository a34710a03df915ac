//! The caller's own report, documents as accesses, and decisions as they fall.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, per, ses};
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request};
use countersign_admission::{Completion, Ended};
use countersign_control::Connection;
use countersign_facts::{EndReason, Fact, SessionFact};
use futures_util::StreamExt as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

const ADA: Door = Door::Session(1);
const BEN: Door = Door::Session(2);
const CLEO: Door = Door::Session(3);

/// Returns whether each resource and action is allowed, as `control read` to true.
fn allowed(report: &Value) -> BTreeMap<String, bool> {
    let permissions = report["permissions"].as_array().unwrap().iter();
    let key =
        |one: &Value| format!("{} {}", one["resource"].as_str().unwrap(), one["action"].as_str().unwrap());
    permissions.map(|one| (key(one), one["allowed"].as_bool().unwrap())).collect()
}

fn expected(answers: [bool; 6]) -> BTreeMap<String, bool> {
    let keys = [
        "self read",
        "self write",
        "approvals read",
        "approvals write",
        "control read",
        "control administer",
    ];
    keys.into_iter().map(str::to_owned).zip(answers).collect()
}

#[tokio::test]
async fn each_caller_learns_what_policies_would_let_them_do() {
    let house = House::new().await;
    for (door, answers) in [
        (&Door::Operator, [true; 6]),
        (&ADA, [true, true, true, false, true, true]),
        (&BEN, [true, true, true, true, false, false]),
        (&CLEO, [true, true, false, false, false, false]),
    ] {
        let reply = house.send(door, "GET", "/api/v1/me", None).await;
        assert_eq!(reply.status.as_u16(), 200, "{}", reply.json);
        assert_eq!(allowed(&reply.json), expected(answers), "{door:?}");
        // What the report says is what the endpoints answer.
        let people = house.send(door, "GET", "/api/v1/people", None).await;
        assert_eq!(people.status.is_success(), answers[4], "{door:?}");
        let grants = house.send(door, "GET", "/api/v1/grants", None).await;
        assert_eq!(grants.status.is_success(), answers[2], "{door:?}");
    }
    let cleo = house.send(&CLEO, "GET", "/api/v1/me", None).await.json;
    assert_eq!((cleo["kind"].as_str(), cleo["email"].as_str()), (Some("person"), Some("cleo@example.test")));
    assert_eq!(cleo["session"]["id"], ses(3).to_string());
    let refused = &cleo["permissions"][4];
    assert_eq!(refused["reasons"][0]["policy"], "no-permit");
    assert_eq!(refused["remedies"][0]["remedy"], "ask-the-owner");
    assert_problem(&house.send(&Door::Nobody, "GET", "/api/v1/me", None).await, 401, None);
}

#[tokio::test]
async fn a_report_of_what_is_allowed_records_one_access_and_permits_nothing() {
    let house = House::new().await;
    let me = house.send(&CLEO, "GET", "/api/v1/me", None).await;
    assert_eq!(me.status.as_u16(), 200);
    house.sink.flush().await.unwrap();
    let listed = house.ok("GET", &format!("/decisions?person={}", per(3)), None).await;
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{listed:#}");
    assert_eq!(
        (items[0]["resource"].as_str(), items[0]["item"].as_str()),
        (Some("countersign/self"), Some("/api/v1/me"))
    );
}

#[tokio::test]
async fn what_is_ones_own_needs_no_administrator() {
    let house = House::new().await;
    for path in ["/decisions?person=hr-3", "/reach/what?person=hr-3", "/devices?owner=hr-3"] {
        let own = house.send(&CLEO, "GET", &format!("/api/v1{path}"), None).await;
        assert_eq!(own.status.as_u16(), 200, "{path}: {}", own.json);
        let other = house.send(&CLEO, "GET", &format!("/api/v1{}", path.replace("hr-3", "hr-1")), None).await;
        assert_eq!(other.status.as_u16(), 403, "{path}");
    }
    // Narrowing by another principal does not widen it.
    let path = format!("/api/v1/decisions?person=hr-3&principal={}", per(1));
    assert_eq!(house.send(&CLEO, "GET", &path, None).await.status.as_u16(), 422);
}

#[tokio::test]
async fn a_reachable_application_has_its_address() {
    let house = House::new().await;
    let reach = house.ok("GET", "/reach/what?person=hr-3&application=wiki", None).await;
    assert_eq!(reach["items"][0]["url"], "https://wiki.localhost/");
}

#[tokio::test]
async fn a_document_is_an_access_to_what_is_ones_own() {
    let house = House::new().await;
    let connection = Connection { address: Some("10.1.2.3".parse().unwrap()), key: None };
    let headers = |session: u128| {
        HeaderMap::from_iter([("x-test-session".parse().unwrap(), ses(session).to_string().parse().unwrap())])
    };
    let admitted = house.control.admit_document(&headers(3), connection, "/console/people").await;
    let done = Completion { status: 200, bytes_in: 0, bytes_out: 1, ended: Ended::Finished };
    admitted.map_err(|refusal| refusal.to_string()).unwrap().complete(done);
    let refused = house.control.admit_document(&HeaderMap::new(), connection, "/console/").await;
    assert_eq!(refused.err().unwrap().status().as_u16(), 401);
    house.sink.flush().await.unwrap();
    let listed = house.ok("GET", "/decisions?person=hr-3", None).await;
    let decision = &listed["items"][0];
    assert_eq!(decision["resource"], "countersign/self");
    assert_eq!(
        (decision["action"].as_str(), decision["item"].as_str()),
        (Some("read"), Some("/console/people"))
    );
    assert_eq!(decision["completion"]["status"], 200);

    house
        .state(vec![Fact::Session(SessionFact::Ended { session: ses(3), reason: EndReason::Revoked })])
        .await;
    let ended = house.control.admit_document(&headers(3), connection, "/console/").await;
    assert_eq!(ended.err().unwrap().status().as_u16(), 401);
}

async fn follow(house: &House, door: &Door, query: &str, last: Option<&str>) -> (u16, BodyDataStream) {
    let mut request = Request::builder().uri(format!("/api/v1/decision-stream{query}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let answer = house.answer(door, request.body(Body::empty()).unwrap()).await;
    (answer.status().as_u16(), answer.into_body().into_data_stream())
}

/// Returns the id and the document of the next event; comments keep the connection alive and are skipped.
async fn next(stream: &mut BodyDataStream) -> Option<(String, Value)> {
    let reading = async {
        loop {
            let text = String::from_utf8(stream.next().await?.ok()?.to_vec()).unwrap();
            let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                return Some((id, serde_json::from_str(&data).unwrap()));
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reading).await.unwrap()
}

#[tokio::test]
async fn decisions_come_as_they_fall_and_a_stream_resumes_where_it_ended() {
    let house = House::new().await;
    let (status, mut stream) = follow(&house, &Door::Operator, "?person=hr-3", None).await;
    assert_eq!(status, 200);
    house.send(&CLEO, "GET", "/api/v1/me", None).await;
    // Somebody else's decisions are left out.
    house.send(&ADA, "GET", "/api/v1/me", None).await;
    let (first, batch) = next(&mut stream).await.unwrap();
    assert_eq!(batch["items"].as_array().unwrap().len(), 1, "{batch:#}");
    assert_eq!(batch["items"][0]["item"], "/api/v1/me");
    assert_eq!(batch["gap"], false);
    drop(stream);
    house.wait(1);
    house.send(&CLEO, "GET", "/api/v1/people", None).await;
    let (_, mut stream) = follow(&house, &Door::Operator, "?person=hr-3", Some(&first)).await;
    let (_, batch) = next(&mut stream).await.unwrap();
    let items = batch["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{batch:#}");
    assert_eq!(
        (items[0]["item"].as_str(), items[0]["effect"].as_str()),
        (Some("/api/v1/people"), Some("deny"))
    );
}

#[tokio::test]
async fn a_stream_of_decisions_ends_when_the_permit_to_read_them_ends() {
    let house = House::new().await;
    assert_eq!(follow(&house, &CLEO, "", None).await.0, 403);
    let (status, mut stream) = follow(&house, &ADA, "", None).await;
    assert_eq!(status, 200);
    house
        .state(vec![Fact::Session(SessionFact::Ended { session: ses(1), reason: EndReason::Revoked })])
        .await;
    let ended = async { while stream.next().await.is_some_and(|part| part.is_ok()) {} };
    tokio::time::timeout(Duration::from_secs(60), ended).await.unwrap();
}

#[tokio::test]
async fn a_process_serves_a_bounded_number_of_streams() {
    let house = House::new().await;
    let mut streams = Vec::new();
    for _ in 0..32 {
        let (status, stream) = follow(&house, &Door::Operator, "", None).await;
        assert_eq!(status, 200);
        streams.push(stream);
    }
    assert_eq!(follow(&house, &Door::Operator, "", None).await.0, 503);
    streams.clear();
    let (status, _) = follow(&house, &Door::Operator, "", Some("nonsense")).await;
    assert_eq!(status, 422);
    assert_eq!(follow(&house, &Door::Operator, "", None).await.0, 200);
}

#[tokio::test]
async fn a_stream_that_names_two_places_is_refused() {
    let house = House::new().await;
    let id = "01890000-0000-7000-8000-000000000000";
    let request = Request::builder()
        .uri("/api/v1/decision-stream")
        .header("last-event-id", id)
        .header("last-event-id", id);
    let answer = house.answer(&Door::Operator, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status().as_u16(), 422);
}

#[tokio::test]
async fn one_person_leaves_streams_for_others() {
    let house = House::new().await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        let (status, stream) = follow(&house, &ADA, "", None).await;
        assert_eq!(status, 200);
        streams.push(stream);
    }
    assert_eq!(follow(&house, &ADA, "", None).await.0, 503);
    assert_eq!(follow(&house, &Door::Operator, "", None).await.0, 200);
    streams.pop();
    // The server notices a moment later that a stream was dropped.
    let again = async {
        while follow(&house, &ADA, "", None).await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), again).await.unwrap();
}
