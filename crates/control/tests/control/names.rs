//! Names beside ids: every answer that names a person, a service account or a device by id says what it is called now.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, per};
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
