//! Names beside ids: every answer that names a person, a service account or a device by id says what it is called now.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, key, per, ses};
use serde_json::{Value, json};

const ADA: Door = Door::Session(1);

async fn first(house: &House, list: &str) -> Value {
    house.ok("GET", list, None).await["items"][0].clone()
}

/// Compares one of these fields with a name, in a list and in the one thing that it shows.
async fn named(house: &House, list: &str, field: &str, name: Option<&str>) {
    let listed = first(house, list).await;
    assert_eq!(listed[field].as_str(), name, "{list}: {listed}");
    let Some(id) = listed["id"].as_str() else { return };
    let path = list.split('?').next().unwrap();
    assert_eq!(house.ok("GET", &format!("{path}/{id}"), None).await[field].as_str(), name, "{path}/{id}");
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_have_their_names_until_they_are_removed_and_their_ids_for_good() {
    let house = House::new().await;
    let cleo = "cleo@example.test";
    house.ok("POST", "/services", Some(json!({"name": "export", "owner": cleo, "purpose": "x"}))).await;
    house.ok("POST", "/devices", Some(json!({"name": "laptop", "owner": cleo, "platform": "Debian"}))).await;
    let wish = json!({
        "policy": "sessions-only", "person": cleo, "owner": cleo, "authority": "CISO", "reason": "r",
        "expires_in_seconds": 3600,
    });
    house.ok("POST", "/exceptions", Some(wish)).await;
    for list in ["/services", "/devices", "/exceptions"] {
        named(&house, list, "owner_name", Some("Cleo")).await;
    }
    named(&house, "/exceptions", "person_name", Some("Cleo")).await;

    let renamed = json!({"name": "Cleo King", "email": cleo});
    house.ok("PUT", &format!("/people/{cleo}"), Some(renamed)).await;
    named(&house, "/services", "owner_name", Some("Cleo King")).await;

    house.api("DELETE", &format!("/people/{cleo}"), None).await;
    named(&house, "/services", "owner_name", None).await;
    assert_eq!(first(&house, "/services").await["owner"], json!(per(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_has_the_names_of_its_author_and_of_what_it_is_about() {
    let house = House::new().await;
    let device = json!({"name": "laptop", "owner": "cleo@example.test", "platform": "Debian"});
    let device = house.ok("POST", "/devices", Some(device)).await;
    let id = device["id"].as_str().unwrap();
    let (cleo, operator) = (per(3).to_string(), "operator");
    let fact = first(&house, &format!("/facts?about={id}")).await;
    assert_eq!(fact["by"], operator);
    assert_eq!(fact["names"], json!({ cleo.as_str(): "Cleo", id: "laptop" }), "{fact}");
    let seq = fact["sequence"].as_u64().unwrap();
    assert_eq!(house.ok("GET", &format!("/facts/{seq}"), None).await, fact);

    // Who stated it has a name too; a group is called what it is called already.
    let group = json!({"name": "editors", "purpose": "write"});
    let made = house.send(&ADA, "POST", "/api/v1/groups", Some(group)).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let fact = first(&house, "/facts?about=group:editors").await;
    assert_eq!(fact["names"], json!({ per(1).to_string(): "Ada" }), "{fact}");

    house.api("DELETE", &format!("/devices/{id}"), None).await;
    let fact = house.ok("GET", &format!("/facts/{seq}"), None).await;
    assert_eq!(fact["names"], json!({ cleo.as_str(): "Cleo" }), "{fact}");
}

/// Compares the name that the newest fact about a thing gives it.
async fn called(house: &House, id: &str, name: &str) {
    let fact = first(house, &format!("/facts?about={id}")).await;
    assert_eq!(fact["names"][id], name, "{fact}");
    let shown = house.ok("GET", &format!("/facts/{}", fact["sequence"]), None).await;
    assert_eq!(shown["names"], fact["names"]);
}

/// Ends something, and compares its name before and after that.
async fn called_for_good(house: &House, id: &str, name: &str, end: (&str, &str), body: Option<Value>) {
    called(house, id, name).await;
    let (method, path) = end;
    house.ok(method, path, body).await;
    called(house, id, name).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_name_of_its_own_is_called_by_what_it_belongs_to_also_after_its_end() {
    let house = House::new().await;
    let id_of = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let session = ses(3).to_string();
    let path = format!("/sessions/{session}");
    called_for_good(&house, &session, "session of Cleo since 2026-11-22 12:00 UTC", ("DELETE", &path), None)
        .await;
    let passkey = key(2).to_string();
    let path = format!("/credentials/{passkey}");
    called_for_good(&house, &passkey, "passkey laptop of Ben", ("DELETE", &path), None).await;

    let (service, _) = house.token("robot", Some("wiki")).await;
    let token = id_of(&house.ok("GET", &format!("/services/{service}"), None).await["tokens"][0]);
    let name = "token of robot for wiki until 2026-11-22 13:00 UTC";
    called_for_good(&house, &token, name, ("DELETE", &format!("/tokens/{token}")), None).await;

    let wish = json!({
        "policy": "sessions-only", "person": "cleo@example.test", "application": "wiki", "owner": "hr-1",
        "authority": "CISO", "reason": "r", "expires_in_seconds": 3600,
    });
    let exception = id_of(&house.ok("POST", "/exceptions", Some(wish)).await);
    let (name, path) = ("exception to sessions-only for Cleo at wiki", format!("/exceptions/{exception}"));
    called_for_good(&house, &exception, name, ("DELETE", &path), Some(json!({"reason": "over"}))).await;

    let wish = json!({"application": "wiki", "person": "hr-3", "reason": "deploy", "duration_seconds": 600});
    let grant = id_of(&house.ok("POST", "/grants", Some(wish)).await);
    called(&house, &grant, "grant of Cleo at wiki").await;
    house.ok("DELETE", "/people/hr-3", None).await;
    called(&house, &grant, "grant of somebody who was removed at wiki").await;
    called(&house, &session, "session of somebody who was removed since 2026-11-22 12:00 UTC").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_began_with_a_fact_that_is_not_found_has_no_name() {
    let house = House::new().await;
    let session = ses(2).to_string();
    house.ok("DELETE", &format!("/sessions/{session}"), None).await;
    called(&house, &session, "session of Ben since 2026-11-22 12:00 UTC").await;
    // Then the first fact that the index has about it is that of its end.
    house
        .sql(
            "DELETE FROM projection_fact_terms WHERE entry = (SELECT min(entry) FROM projection_fact_terms \
             WHERE entry LIKE 'm:ses_00000000000000000000000000000002%')",
        )
        .await;
    let fact = first(&house, &format!("/facts?about={session}")).await;
    assert_eq!((&fact["kind"], &fact["names"]), (&json!("session.ended"), &json!(null)), "{fact}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_proposed_before_it_began_has_a_name_too() {
    let house = House::new().await;
    let wish = json!({
        "policy": "sessions-only", "person": "cleo@example.test", "application": "countersign", "owner": "hr-1",
        "authority": "CISO", "reason": "r", "expires_in_seconds": 3600,
    });
    let proposed = house.send(&ADA, "POST", "/api/v1/exceptions", Some(wish)).await;
    let proposal = proposed.json["proposal"].as_str().unwrap().to_owned();
    let fact = first(&house, &format!("/facts?about={proposal}")).await;
    let exception = fact["about"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|id| id.as_str().filter(|id| id.starts_with("exc_")));
    let exception = exception.unwrap();
    let name = "exception to sessions-only for Cleo at countersign";
    called(&house, exception, name).await;
    let text = fact["body"]["text"].as_str().unwrap();
    assert!(
        fact["names"][&proposal].as_str().unwrap().starts_with("proposal: exempt cleo@example.test from"),
        "{text}"
    );
    house
        .ok(
            "POST",
            &format!("/proposals/{proposal}/countersign"),
            Some(json!({"digest": fact["body"]["digest"]})),
        )
        .await;
    let path = format!("/exceptions/{exception}");
    called_for_good(&house, exception, name, ("DELETE", &path), Some(json!({"reason": "over"}))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_names_the_session_the_grant_and_the_exceptions() {
    let house = House::new().await;
    let wish = json!({
        "policy": "sessions-only", "person": "hr-3", "owner": "hr-1", "authority": "CISO", "reason": "travels",
        "expires_in_seconds": 3600,
    });
    let exception = house.ok("POST", "/exceptions", Some(wish)).await;
    let cleo = Door::Session(3);
    house.send(&cleo, "GET", "/api/v1/people", None).await;
    let decision = first(&house, &format!("/decisions?person={}&limit=1", per(3))).await;
    let why = async || {
        let id = decision["id"].as_str().unwrap();
        let explained = house.ok("GET", &format!("/decisions/{id}"), None).await;
        let evidence = explained["explanation"]["evidence"].as_array().unwrap().clone();
        let text = |item: &str| {
            let found = evidence.iter().find(|known| known["item"] == item);
            found.map(|known| known["text"].as_str().unwrap().to_owned()).unwrap()
        };
        (text("session"), text("exception"))
    };
    let (session, before) = why().await;
    assert!(session.starts_with("the session of Cleo since 2026-11-22 12:00 UTC"), "{session}");
    assert_eq!(before, "the exception to sessions-only for Cleo, on the authority of CISO: travels");
    let path = format!("/exceptions/{}", exception["id"].as_str().unwrap());
    house.ok("DELETE", &path, Some(json!({"reason": "is back"}))).await;
    house.ok("DELETE", &format!("/sessions/{}", ses(3)), None).await;
    let (session, after) = why().await;
    assert!(session.starts_with("the session of Cleo since 2026-11-22 12:00 UTC"), "{session}");
    assert_eq!(after, "the exception to sessions-only for Cleo, which has ended since");
}
