//! What no command removes: the last administrator who can sign in, and the last key that signs assertions.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, key, per};
use countersign_facts::{AssertionKeyFact, CredentialFact, Fact, GroupFact, Member};
use serde_json::{Value, json};

/// A house in which Ada (1) is the last administrator who can sign in: Dan is in the group, but has no passkey.
async fn ada_alone() -> House {
    House::with(vec![Fact::Credential(CredentialFact::Removed { credential: key(4) })]).await
}

#[tokio::test]
async fn the_last_administrator_is_neither_suspended_nor_removed_nor_taken_out_nor_left_without_a_passkey() {
    let house = ada_alone().await;
    let out = format!("/groups/administrators/members/{}", per(1));
    let passkey = format!("/credentials/{}", key(1));
    for door in [Door::Operator, Door::Session(1)] {
        for (method, path, body, field) in [
            ("POST", "/people/hr-1/suspend", json!({"reason": "left"}), "person"),
            ("DELETE", "/people/ada@example.test", Value::Null, "person"),
            ("DELETE", &out, Value::Null, "member"),
            ("DELETE", &passkey, Value::Null, "id"),
        ] {
            let before = house.seq();
            let body = if body.is_null() { None } else { Some(body) };
            let reply = house.send(&door, method, &format!("/api/v1{path}"), body).await;
            assert_problem(&reply, 409, Some(field));
            let detail = reply.json["detail"].as_str().unwrap();
            assert!(detail.contains("ada@example.test is the last administrator"), "{detail}");
            let remedy = reply.json["remedy"].as_str().unwrap();
            assert!(remedy.contains("countersign group join administrators"), "{remedy}");
            assert_eq!(house.seq(), before, "{method} {path} changed something");
        }
    }
    // Commands about others, and changes of her details, still work.
    house.ok("POST", "/people/hr-4/suspend", Some(json!({"reason": "away"}))).await;
    house.ok("PUT", "/people/hr-1", Some(json!({"name": "Ada L.", "email": "ada@new.test"}))).await;
    house.ok("DELETE", &format!("/people/{}/sessions", per(1)), None).await;
}

#[tokio::test]
async fn groups_within_the_administrators_are_kept_for_the_same_reason() {
    let house = ada_alone().await;
    house.ok("POST", "/groups", Some(json!({"name": "ops", "purpose": "on duty"}))).await;
    house.ok("PUT", "/groups/ops/members/hr-2", None).await;
    house.ok("PUT", "/groups/administrators/members/group:ops", None).await;
    house.ok("DELETE", "/groups/administrators/members/hr-1", None).await;
    for (path, field) in [
        ("/groups/ops", "group"),
        ("/groups/ops/members/hr-2", "member"),
        ("/groups/administrators/members/group:ops", "member"),
    ] {
        let reply = house.api("DELETE", path, None).await;
        assert_problem(&reply, 409, Some(field));
        assert!(reply.json["detail"].as_str().unwrap().contains("ben@example.test"), "{}", reply.json);
    }
    house.ok("PUT", "/groups/administrators/members/hr-3", None).await;
    house.ok("DELETE", "/groups/ops", None).await;
}

/// Two administrators suspend each other, many times: one of them always stays.
#[tokio::test]
async fn of_two_commands_that_race_for_the_last_two_administrators_one_wins() {
    for round in 0..20 {
        let house = House::new().await;
        let suspend = |n: u32| {
            let path = format!("/people/hr-{n}/suspend");
            let house = &house;
            async move { house.api("POST", &path, Some(json!({"reason": "race"}))).await }
        };
        let (ada, dan) = tokio::join!(suspend(1), suspend(4));
        let mut statuses = [ada.status.as_u16(), dan.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "round {round}: {} {}", ada.json, dan.json);
        assert_eq!(house.ledger.world().administrators_with_passkeys().count(), 1);
    }
}

#[tokio::test]
async fn where_nobody_can_administer_yet_nobody_is_in_the_way() {
    let house = House::with(vec![
        Fact::Group(GroupFact::MemberRemoved {
            group: "administrators".parse().unwrap(),
            member: Member::Person(per(4)),
        }),
        Fact::Credential(CredentialFact::Removed { credential: key(4) }),
    ])
    .await;
    let reply = house.api("POST", "/people/hr-1/suspend", Some(json!({"reason": "x"}))).await;
    assert_problem(&reply, 409, Some("person"));
    house.ok("POST", "/people/hr-4/suspend", Some(json!({"reason": "not one of them"}))).await;
}

fn published(kid: &str) -> Fact {
    Fact::AssertionKey(AssertionKeyFact::Published {
        kid: kid.to_owned(),
        jwk: json!({"kty": "EC", "kid": kid}),
    })
}

/// Returns the ids in the key set that applications fetch.
async fn key_set(house: &House) -> Vec<String> {
    let keys = house.send(&Door::Nobody, "GET", "/.well-known/jwks.json", None).await;
    let keys = keys.json["keys"].as_array().unwrap().clone();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn refused(house: &House, method: &str, path: &str, status: u16) -> Value {
    let before = house.seq();
    let reply = house.api(method, path, None).await;
    assert_problem(&reply, status, Some("kid"));
    assert_eq!(house.seq(), before, "{method} {path} changed something");
    reply.json
}

#[tokio::test]
async fn a_rotated_key_is_believed_until_what_it_signed_has_expired() {
    let house = House::with(vec![published("one")]).await;
    let rotated = house.ok("POST", "/keys/one/rotate", None).await;
    let until = crate::common::noon().plus(std::time::Duration::from_secs(180)).to_string();
    assert_eq!((&rotated["state"], &rotated["believed_until"]), (&json!("leaving"), &json!(until)));
    refused(&house, "POST", "/keys/one/rotate", 409).await;
    house.wait(10);
    house.state(vec![published("two")]).await;
    assert_eq!(key_set(&house).await, ["one", "two"]);
    let states = async || {
        let keys = house.ok("GET", "/keys", None).await;
        let keys = keys["items"].as_array().unwrap().clone();
        keys.iter().map(|key| format!("{} {}", key["id"], key["state"])).collect::<Vec<_>>()
    };
    assert_eq!(states().await, [r#""two" "signs""#, r#""one" "leaving""#]);
    house.wait(169);
    assert_eq!(key_set(&house).await, ["one", "two"]);
    house.wait(1);
    assert_eq!(key_set(&house).await, ["two"]);
    assert_eq!(states().await, [r#""two" "signs""#, r#""one" "over""#]);
}

#[tokio::test]
async fn a_retired_key_is_out_of_the_key_set_at_once_and_the_last_that_signs_is_not_retired() {
    let house = House::with(vec![published("one")]).await;
    let last = refused(&house, "DELETE", "/keys/one", 409).await;
    assert!(last["detail"].as_str().unwrap().contains("one is the only key"), "{last}");
    assert!(last["remedy"].as_str().unwrap().contains("countersign key rotate"), "{last}");
    house.ok("POST", "/keys/one/rotate", None).await;
    refused(&house, "DELETE", "/keys/one", 409).await;
    house.state(vec![published("two")]).await;
    house.ok("DELETE", "/keys/one", None).await;
    assert_eq!(key_set(&house).await, ["two"]);
    let gone = refused(&house, "DELETE", "/keys/one", 404).await;
    assert!(gone["remedy"].as_str().unwrap().contains("countersign key list"), "{gone}");
    refused(&house, "POST", "/keys/nonsense/rotate", 404).await;
    assert_problem(&house.api("GET", "/keys?limit=0", None).await, 422, Some("limit"));
    let stranger = house.send(&Door::Session(3), "DELETE", "/api/v1/keys/two", None).await;
    assert_eq!(stranger.status.as_u16(), 403, "{}", stranger.json);
}
