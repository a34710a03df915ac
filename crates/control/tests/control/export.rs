//! The export of evidence: its content, order and completeness, and how long it lasts.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, key, noon, per, ses};
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use countersign_admission::{Request as Access, Who};
use countersign_facts::{
    CredentialFact, Digest, EndReason, Fact, InvitationFact, InvitationPurpose, PersonFact, Session,
    SessionFact,
};
use countersign_names::{Action, Assurance, InvitationId, Timestamp};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

const ADA: Door = Door::Session(1);
const CLEO: Door = Door::Session(3);

fn request(query: &str, te: Option<&str>) -> Request<Body> {
    let mut builder = Request::get(format!("/api/v1/evidence/export{query}"));
    if let Some(te) = te {
        builder = builder.header("te", te);
    }
    builder.body(Body::empty()).unwrap()
}

/// Returns the lines of a complete answer, and its trailers.
async fn read(response: Response) -> (Vec<Value>, HeaderMap) {
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let collected = response.into_body().collect().await.unwrap();
    let trailers = collected.trailers().cloned().unwrap_or_default();
    let text = String::from_utf8(collected.to_bytes().to_vec()).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), trailers)
}

async fn export(house: &House, query: &str) -> Vec<Value> {
    house.sink.flush().await.unwrap();
    let (events, trailers) =
        read(house.answer(&Door::Operator, request(&format!("?format=ocsf{query}"), Some("trailers"))).await)
            .await;
    assert!(trailers.is_empty(), "{trailers:?}");
    events
}

fn since_noon() -> String {
    format!("&since={}", noon().plus(Duration::from_micros(1)))
}

fn started(n: u128, person: u128, expires_in: u64) -> Fact {
    let about = Session {
        person: per(person),
        credential: key(person),
        secret: Digest::new([u8::try_from(n).unwrap(); 32]),
        assurance: Assurance::Aal2,
        address: Some("192.0.2.7".parse().unwrap()),
        expires_at: noon().plus(Duration::from_secs(expires_in)),
    };
    Fact::Session(SessionFact::Started { session: ses(n), about })
}

/// Requests the wiki, which no policy permits.
async fn visit(house: &House, operation: &str, item: &str) {
    let access = Access {
        who: Who::Session(ses(3)),
        key: None,
        application: "wiki".parse().unwrap(),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: operation.to_owned(),
        item: item.to_owned(),
        tags: BTreeMap::new(),
        content_type: None,
        address: Some("10.1.2.3".parse().unwrap()),
        idle: 0,
        posture_confirmed_at: None,
    };
    drop(house.admission.ask(access).await);
    house.wait(1);
}

/// An installation with every kind of event that an export contains.
async fn eventful() -> House {
    let house = House::new().await;
    house.wait(1);
    house.send(&ADA, "GET", "/api/v1/people", None).await;
    house.wait(1);
    visit(&house, "GET", "/pages/1").await;
    visit(&house, "can_read", "record-1").await;
    house.state(vec![started(11, 3, 86_400), started(12, 3, 86_400), started(13, 4, 10)]).await;
    house.wait(1);
    house
        .state(vec![Fact::Session(SessionFact::SteppedUp {
            session: ses(11),
            credential: key(3),
            assurance: Assurance::Aal3,
        })])
        .await;
    house.wait(1);
    let wish = json!({ "application": "wiki", "reason": "an incident", "duration_seconds": 3600 });
    let grant = house.send(&CLEO, "POST", "/api/v1/grants", Some(wish)).await;
    house.wait(1);
    let path = format!("/api/v1/grants/{}/approve", grant.json["id"].as_str().unwrap());
    assert_eq!(house.send(&Door::Session(2), "POST", &path, None).await.status, 200);
    house.wait(1);
    house
        .state(vec![Fact::Session(SessionFact::Ended { session: ses(12), reason: EndReason::SignedOut })])
        .await;
    house.wait(1);
    house
}

#[tokio::test]
async fn an_export_is_valid_and_oldest_first() {
    let house = eventful().await;
    let events = export(&house, "").await;
    let times: Vec<i64> = events.iter().map(|event| event["time"].as_i64().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    let lines: Vec<u8> = events.iter().flat_map(|event| format!("{event}\n").into_bytes()).collect();
    let Some(judged) = countersign_testkit::ocsf::judge(&lines) else { return };
    assert_eq!(judged.faults, Vec::<String>::new());
    assert_eq!(judged.lines, events.len());
    let classes: Vec<&str> = judged.classes.keys().map(String::as_str).collect();
    assert_eq!(classes, ["api_activity", "authentication", "authorize_session", "http_activity"]);
}

#[tokio::test]
async fn what_happened_is_told_in_full() {
    let house = eventful().await;
    let told: Vec<String> = export(&house, &since_noon())
        .await
        .iter()
        .map(|event| {
            let who = event.pointer("/user/full_name").or(event.pointer("/actor/user/full_name"));
            let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("-").to_owned();
            format!("{}, {}, {}", text(event.get("type_name")), text(who), text(event.get("status")))
        })
        .collect();
    assert_eq!(
        told,
        [
            "API Activity: Read, Ada, Success",
            "HTTP Activity: Get, Cleo, Failure",
            "API Activity: Read, Cleo, Failure",
            "Authentication: Logon, Cleo, Success",
            "Authentication: Logon, Cleo, Success",
            "Authentication: Logon, Dan, Success",
            "Authentication: Other, Cleo, Success",
            "API Activity: Create, Cleo, Success",
            "Authorize Session: Assign Privileges, Cleo, Success",
            "API Activity: Create, Ben, Success",
            "Authentication: Logoff, Cleo, Success",
        ]
    );
}

#[tokio::test]
async fn a_sign_in_and_a_grant_say_what_they_rest_on() {
    let house = eventful().await;
    let events = export(&house, &since_noon()).await;
    let check = |place: usize, expected: &[(&str, Value)]| {
        for (pointer, value) in expected {
            let found = events[place].pointer(pointer).cloned().unwrap_or(Value::Null);
            assert_eq!(found, *value, "{pointer} of {:#}", events[place]);
        }
    };
    let begun = noon().plus(Duration::from_secs(4)).as_micros() / 1_000;
    check(
        3,
        &[
            ("/time", json!(begun)),
            ("/metadata/log_name", json!("journal")),
            ("/metadata/event_code", json!("session.started/1")),
            ("/user/uid", json!(per(3))),
            ("/user/email_addr", json!("cleo@example.test")),
            ("/session/uid", json!(ses(11))),
            ("/session/created_time", json!(begun)),
            ("/session/expiration_time", json!(noon().as_micros() / 1_000 + 86_400_000)),
            ("/session/credential_uid", json!(key(3))),
            ("/service/name", json!("countersign")),
            ("/src_endpoint/ip", json!("192.0.2.7")),
            ("/auth_protocol", json!("WebAuthn")),
            ("/auth_factors/0/factor_type", json!("WebAuthn")),
            ("/is_mfa", json!(true)),
            ("/actor/app_name", json!("operator")),
            ("/unmapped/by", json!("operator")),
            ("/unmapped/assurance", json!("aal2")),
        ],
    );
    check(6, &[("/activity_name", json!("Step-up")), ("/session/uid", json!(ses(11)))]);
    check(
        8,
        &[
            ("/privileges", json!(["wiki"])),
            ("/actor/user/full_name", json!("Ben")),
            ("/dst_endpoint/svc_name", json!("wiki")),
            ("/unmapped/reason", json!("an incident")),
            ("/severity", json!("Low")),
        ],
    );
    check(10, &[("/session/uid", json!(ses(12))), ("/session/expiration_reason", json!("signed_out"))]);
    let mut ids: Vec<&str> = events.iter().map(|event| event["metadata"]["uid"].as_str().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "every event has an id of its own");
}

#[tokio::test]
async fn every_session_that_a_fact_ends_is_a_logoff() {
    let invitation = InvitationId::new(Uuid::from_u128(1));
    let recover = Fact::Invitation(InvitationFact::Issued {
        invitation,
        person: per(3),
        secret: Digest::new([9; 32]),
        purpose: InvitationPurpose::Recover,
        expires_at: noon().plus(Duration::from_secs(86_400)),
    });
    let registered = Fact::Credential(CredentialFact::Registered {
        credential: key(33),
        person: per(3),
        name: "new".to_owned(),
        invitation: Some(invitation),
        assurance: Assurance::Aal2,
        passkey: Value::Null,
    });
    for (facts, why, ended) in [
        (
            vec![Fact::Person(PersonFact::Suspended { person: per(3), reason: "test".to_owned() })],
            "person_suspended",
            2,
        ),
        (vec![Fact::Person(PersonFact::Removed { person: per(3) })], "person_removed", 2),
        (vec![Fact::Credential(CredentialFact::Removed { credential: key(3) })], "credential_removed", 2),
        (vec![recover, registered], "recovered", 2),
        (
            vec![Fact::Session(SessionFact::Ended { session: ses(11), reason: EndReason::Revoked })],
            "revoked",
            1,
        ),
        // An additional passkey ends nothing.
        (
            vec![Fact::Credential(CredentialFact::Registered {
                credential: key(34),
                person: per(3),
                name: "second".to_owned(),
                invitation: None,
                assurance: Assurance::Aal2,
                passkey: Value::Null,
            })],
            "",
            0,
        ),
    ] {
        // The third session expired before the fact, so it did not end with it.
        let house = House::with(vec![started(11, 3, 86_400), started(12, 3, 1)]).await;
        house.wait(2);
        house.state(facts).await;
        let events = export(&house, &since_noon()).await;
        let found: Vec<(&Value, &Value)> = events
            .iter()
            .map(|event| (&event["session"]["expiration_reason"], &event["user"]["full_name"]))
            .collect();
        assert_eq!(found, vec![(&json!(why), &json!("Cleo")); ended], "{why}");
    }
}

#[tokio::test]
async fn only_the_time_that_is_asked_for_is_exported() {
    let house = eventful().await;
    let all = export(&house, "").await;
    let at = |seconds: u64| noon().plus(Duration::from_secs(seconds));
    let within = async |since: Timestamp, until: Timestamp| {
        let (from, to) = (since.as_micros() / 1_000, until.as_micros() / 1_000);
        let expected = all.iter().filter(|event| (from..to).contains(&event["time"].as_i64().unwrap()));
        let found = export(&house, &format!("&since={since}&until={until}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        found.len()
    };
    assert_eq!(within(noon(), at(1)).await, 4, "four people signed in at noon");
    assert!(within(at(1), at(5)).await > 0);
    assert!(within(at(5), at(60)).await > 0);
    assert_eq!(within(at(60), at(61)).await, 0);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_name() {
    let house = House::new().await;
    for (query, field) in [
        ("", "format"),
        ("?format=csv", "format"),
        ("?format=ocsf&since=yesterday", "since"),
        ("?format=ocsf&since=2027-01-01T00:00:00Z&until=2026-01-01T00:00:00Z", "since"),
        ("?format=ocsf&limit=5", "limit"),
    ] {
        let reply = house.api("GET", &format!("/evidence/export{query}"), None).await;
        assert_problem(&reply, 422, Some(field));
    }
    let refused = house.send(&CLEO, "GET", "/api/v1/evidence/export?format=ocsf", None).await;
    assert_problem(&refused, 403, None);
}

#[tokio::test]
async fn a_part_does_not_pass_for_the_whole() {
    let house = eventful().await;
    let whole = export(&house, "").await;
    let partition = house.evidence().join("dt=2026-11-22");
    std::fs::create_dir_all(&partition).unwrap();
    std::fs::write(partition.join("decisions-x.parquet"), "not Parquet").unwrap();
    let ask = |te| house.answer(&Door::Operator, request("?format=ocsf", te));

    let response = ask(Some("trailers")).await;
    assert_eq!(response.headers()["trailer"], "countersign-incomplete");
    let (rest, trailers) = read(response).await;
    assert_eq!(rest, whole);
    let missing = trailers["countersign-incomplete"].to_str().unwrap();
    assert!(missing.starts_with("decisions-x.parquet: it is not Parquet"), "{missing}");

    // For a client that takes no trailers, the answer breaks off.
    let response = ask(None).await;
    assert!(!response.headers().contains_key("trailer"));
    assert!(response.into_body().collect().await.is_err());

    std::fs::remove_file(partition.join("decisions-x.parquet")).unwrap();
    let (again, _) = read(ask(None).await).await;
    assert_eq!(again, whole);
}

#[tokio::test]
async fn an_export_lasts_no_longer_than_the_access_to_it() {
    let house = House::new().await;
    // More data than fits between the producer and the reader.
    for _ in 0..1_200 {
        drop(house.send(&ADA, "GET", "/api/v1/status", None).await);
    }
    house.sink.flush().await.unwrap();
    let exports = async |ended: &str| {
        house.sink.flush().await.unwrap();
        for _ in 0..200 {
            let list = house.ok("GET", "/decisions?application=countersign&limit=20", None).await;
            let of_export = |item: &&Value| item["item"] == "/api/v1/evidence/export";
            let completions = list["items"].as_array().unwrap().iter().filter(of_export);
            if completions.clone().any(|item| item["completion"]["ended"] == ended) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no export is on record as {ended}");
    };

    house.wait(1);
    let whole = house.answer(&ADA, request("?format=ocsf", None)).await;
    let bytes = whole.into_body().collect().await.unwrap().to_bytes();
    assert!(bytes.len() > 1 << 20, "{} bytes", bytes.len());
    exports("finished").await;

    house.wait(1);
    let mut left = house.answer(&ADA, request("?format=ocsf", None)).await.into_body();
    left.frame().await.unwrap().unwrap();
    drop(left);
    exports("client_gone").await;

    house.wait(1);
    let mut cut = house.answer(&ADA, request("?format=ocsf", None)).await.into_body();
    cut.frame().await.unwrap().unwrap();
    house
        .state(vec![Fact::Session(SessionFact::Ended { session: ses(1), reason: EndReason::Revoked })])
        .await;
    exports("revoked").await;
    assert!(cut.collect().await.is_err(), "what was cut does not look whole");
}
