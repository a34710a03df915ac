//! The keys that assertions are signed with: listed, rotated, retired.

use super::check;
use crate::fake::Fake;
use countersign_cli::Exit;
use serde_json::{Value, json};

fn keys() -> Value {
    json!({ "items": [
        { "id": "-two", "state": "signs", "published_at": "2026-11-22T08:59:00Z" },
        { "id": "one", "state": "leaving", "published_at": "2026-11-20T09:00:00Z",
          "rotated_at": "2026-11-22T08:59:00Z", "believed_until": "2026-11-22T09:01:00Z" },
        { "id": "old", "state": "over", "published_at": "2026-11-19T09:00:00Z",
          "rotated_at": "2026-11-20T09:00:00Z", "believed_until": "2026-11-20T09:02:00Z" },
    ] })
}

#[tokio::test]
async fn keys_are_listed_with_what_they_are_good_for() {
    let says = ["-two", "signs", "valid until 2026-11-22 09:01:00Z", "over", "1m ago"];
    let list = vec![("GET /api/v1/keys", 200, keys())];
    check(list, &["key", "list"], &[("GET /api/v1/keys", Value::Null)], &says).await;
}

#[tokio::test]
async fn without_a_name_every_key_that_signs_is_rotated_and_with_one_that_one() {
    let rotated = json!({ "id": "x", "state": "leaving", "published_at": "2026-11-20T09:00:00Z" });
    let answers = || {
        vec![
            ("GET /api/v1/keys", 200, keys()),
            ("POST /api/v1/keys/-two/rotate", 200, rotated.clone()),
            ("POST /api/v1/keys/one/rotate", 200, rotated.clone()),
        ]
    };
    let all = [("GET /api/v1/keys", Value::Null), ("POST /api/v1/keys/-two/rotate", Value::Null)];
    check(answers(), &["key", "rotate"], &all, &["The key -two is rotated.", "key list"]).await;
    check(answers(), &["key", "rotate", "-two"], &all[1..], &["The key -two is rotated."]).await;
    let one = [("POST /api/v1/keys/one/rotate", Value::Null)];
    check(answers(), &["key", "rotate", "one"], &one, &["The key one is rotated."]).await;
    let ran = Fake::start(answers()).run(&["key", "rotate", "one", "--json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), json!({ "items": [rotated] }));
    let none = Fake::start(vec![("GET /api/v1/keys", 200, json!({ "items": [] }))]);
    assert_eq!(none.run(&["key", "rotate"]).await.exit, Exit::NotFound);
}

#[tokio::test]
async fn a_refused_retirement_says_what_to_do_first() {
    let refusal = json!({ "type": "about:blank#conflict", "title": "No", "status": 409,
                          "detail": "no key but -two signs", "remedy": "rotate it" });
    let fake = Fake::start(vec![("DELETE /api/v1/keys/-two", 409, refusal)]);
    let ran = fake.run(&["key", "retire", "-two", "--yes"]).await;
    assert_eq!(ran.exit, Exit::Conflict);
    assert!(ran.err.contains("no key but -two signs") && ran.err.contains("rotate it"), "{}", ran.err);
}
