//! Grants and exceptions by command: requested, answered, ended, and refused without changing anything.

use crate::commands::{absent, bad};
use crate::common::{House, per};
use serde_json::{Value, json};

#[tokio::test]
async fn grants_are_asked_for_by_one_and_answered_by_another() {
    let house = House::new().await;
    let wish = json!({"application": "wiki", "reason": "deploy", "duration_seconds": 600, "person": "hr-3"});
    let asked = house.ok("POST", "/grants", Some(wish.clone())).await;
    assert_eq!((&asked["state"], &asked["person"]), (&json!("requested"), &json!(per(3))));
    let id = asked["id"].as_str().unwrap();
    let active = house.ok("POST", &format!("/grants/{id}/approve"), None).await;
    assert_eq!((&active["state"], &active["answered_by"]), (&json!("active"), &json!("operator")));
    assert_eq!(
        active["expires_at"],
        crate::common::noon().plus(std::time::Duration::from_secs(600)).to_string()
    );
    let path = |id: &str, verb: &str| format!("/grants/{id}/{verb}");
    bad(&house, "POST", &path(id, "approve"), Value::Null, 409, Some("grant")).await;
    bad(&house, "POST", &path(id, "refuse"), json!({"reason": "x"}), 409, Some("grant")).await;
    assert_eq!(house.ok("GET", "/grants?state=active", None).await["items"].as_array().unwrap().len(), 1);
    let over = house.ok("POST", &path(id, "revoke"), Some(json!({"reason": "done"}))).await;
    assert_eq!((&over["state"], &over["answer"]), (&json!("revoked"), &json!("done")));

    let second = house.ok("POST", "/grants", Some(wish.clone())).await;
    let second = second["id"].as_str().unwrap();
    bad(&house, "POST", &path(second, "revoke"), json!({"reason": "x"}), 409, Some("grant")).await;
    house.ok("POST", &path(second, "refuse"), Some(json!({"reason": "no"}))).await;
    let third = house.ok("POST", "/grants", Some(wish.clone())).await;
    let third = third["id"].as_str().unwrap();
    house.ok("POST", &path(third, "approve"), None).await;
    house.wait(601);
    assert_eq!(house.ok("GET", &format!("/grants/{third}"), None).await["state"], "expired");

    let with = |field: &str, value: Value| {
        let mut body = wish.clone();
        body[field] = value;
        body
    };
    let none = absent("gra");
    for (method, path, body, status, field) in [
        ("POST", "/grants", with("application", json!("none")), 422, Some("application")),
        ("POST", "/grants", with("application", json!("No")), 422, Some("application")),
        ("POST", "/grants", with("reason", json!(" ")), 422, Some("reason")),
        ("POST", "/grants", with("duration_seconds", json!(1)), 422, Some("duration_seconds")),
        ("POST", "/grants", with("duration_seconds", json!(99_999)), 422, Some("duration_seconds")),
        ("POST", "/grants", with("person", json!("nobody")), 422, Some("person")),
        ("POST", "/grants", with("person", Value::Null), 422, Some("person")),
        ("GET", "/grants?state=old", Value::Null, 422, Some("state")),
        ("GET", "/grants?person=nobody", Value::Null, 422, Some("person")),
        ("GET", "/grants/nonsense", Value::Null, 422, Some("id")),
        ("GET", &format!("/grants/{none}"), Value::Null, 404, Some("id")),
        ("POST", &path(&none, "approve"), Value::Null, 404, Some("id")),
        ("POST", &path(&none, "refuse"), json!({"reason": "x"}), 404, Some("id")),
        ("POST", &path(&none, "revoke"), json!({"reason": "x"}), 404, Some("id")),
        ("POST", &path(&none, "refuse"), json!({}), 422, Some("reason")),
    ] {
        bad(&house, method, path, body, status, field).await;
    }
}

#[tokio::test]
async fn exceptions_are_scoped_owned_and_end() {
    let house = House::new().await;
    let wish = json!({
        "policy": "sessions-only", "person": "hr-3", "application": "wiki", "owner": "ada@example.test",
        "authority": "CISO", "reason": "migration", "expires_in_seconds": 3600
    });
    let opened = house.ok("POST", "/exceptions", Some(wish.clone())).await;
    assert_eq!((&opened["person"], &opened["expired"]), (&json!(per(3)), &json!(false)));
    let id = opened["id"].as_str().unwrap();
    let with = |changes: Value| {
        let mut body = wish.clone();
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for (changes, status, field) in [
        (json!({"policy": "none"}), 422, "policy"),
        (json!({"policy": "No"}), 422, "policy"),
        (json!({"policy": "house-own"}), 422, "policy"),
        (json!({"policy": "no-high-risk"}), 422, "policy"),
        (json!({"person": "nobody"}), 422, "person"),
        (json!({"person": null}), 422, "person"),
        (json!({"group": "none"}), 422, "group"),
        (json!({"application": "none"}), 422, "application"),
        (json!({"owner": "nobody"}), 422, "owner"),
        (json!({"authority": ""}), 422, "authority"),
        (json!({"reason": ""}), 422, "reason"),
        (json!({"expires_in_seconds": 1}), 422, "expires_in_seconds"),
        (json!({"expires_in_seconds": null}), 422, "expires_at"),
        (json!({"expires_at": "2026-11-23T00:00:00Z"}), 422, "expires_in_seconds"),
        (json!({"expires_in_seconds": null, "expires_at": "2020-01-01T00:00:00Z"}), 422, "expires_at"),
        (json!({"expires_in_seconds": null, "expires_at": "2030-01-01T00:00:00Z"}), 422, "expires_at"),
        (json!({"expires_in_seconds": null, "expires_at": "soon"}), 422, "expires_at"),
    ] {
        bad(&house, "POST", "/exceptions", with(changes), status, Some(field)).await;
    }
    let path = format!("/exceptions/{id}");
    bad(&house, "DELETE", &path, json!({}), 422, Some("reason")).await;
    bad(&house, "DELETE", &path, Value::Null, 400, None).await;
    bad(&house, "DELETE", "/exceptions/nonsense", json!({"reason": "x"}), 422, Some("id")).await;
    house.ok("DELETE", &path, Some(json!({"reason": "done"}))).await;
    bad(&house, "DELETE", &path, json!({"reason": "x"}), 404, Some("id")).await;
    let everybody = with(json!({"person": null, "group": "staff", "application": null}));
    house.ok("POST", "/exceptions", Some(everybody)).await;
    house.wait(3601);
    assert_eq!(house.ok("GET", "/exceptions", None).await["items"][0]["expired"], true);
}
