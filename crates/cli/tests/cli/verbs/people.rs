//! People: listed, added, changed.

use super::{PER, ada, check, invitation};
use crate::fake::Fake;
use countersign_cli::Exit;
use serde_json::{Value, json};

#[tokio::test]
async fn people_are_listed_and_shown() {
    let list = vec![("GET /api/v1/people", 200, json!({ "items": [ada()] }))];
    check(
        list,
        &["person", "list"],
        &[("GET /api/v1/people", Value::Null)],
        &["ADDRESS", "ada@example.org", "Ada Lovelace", "finance", PER],
    )
    .await;
    let passkey = json!({ "id": "key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "person": PER, "name": "phone",
                          "assurance": "aal2", "registered_at": "2026-11-20T09:00:00Z" });
    let link = json!({ "id": "key_02939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "person": PER, "provider": "okta",
                       "subject": "00u1", "linked_at": "2026-11-20T09:00:00Z" });
    let one = || {
        vec![
            ("GET /api/v1/people/ada%40example.org", 200, ada()),
            ("GET /api/v1/people/ada%40example.org/credentials", 200, json!({ "items": [passkey.clone()] })),
            ("GET /api/v1/people/ada%40example.org/links", 200, json!({ "items": [link.clone()] })),
        ]
    };
    let asks = [
        ("GET /api/v1/people/ada%40example.org", Value::Null),
        ("GET /api/v1/people/ada%40example.org/credentials", Value::Null),
        ("GET /api/v1/people/ada%40example.org/links", Value::Null),
    ];
    check(
        one(),
        &["person", "show", "ada@example.org"],
        &asks,
        &["Ada Lovelace", "phone", "2026-11-20 09:00:00Z (2d ago)", "okta", "00u1"],
    )
    .await;
    let fake = Fake::start(one());
    let ran = fake.run(&["person", "show", "ada@example.org", "--json"]).await;
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (found["email"].clone(), found["credentials"][0].clone(), found["links"][0].clone()),
        ("ada@example.org".into(), passkey.clone(), link.clone())
    );
}

#[tokio::test]
async fn a_list_is_followed_from_page_to_page() {
    let page = |next: Option<&str>| {
        let mut page = json!({ "items": [ada(), ada()] });
        page["next"] = next.into();
        if next.is_none() {
            page.as_object_mut().unwrap().remove("next");
        }
        page
    };
    let fake = Fake::start(vec![
        ("GET /api/v1/people?kind=vendor&sort=name", 200, page(Some("abc"))),
        ("GET /api/v1/people?kind=vendor&sort=name&cursor=abc", 200, page(Some("d/f"))),
        ("GET /api/v1/people?kind=vendor&sort=name&cursor=d%2Ff", 200, page(None)),
    ]);
    let ran = fake.run(&["person", "list", "--kind", "vendor", "--sort", "name", "--json"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let whole: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(whole["items"].as_array().unwrap().len(), 6);
    assert!(whole.get("next").is_none());
    // No more is asked for than is wanted.
    let fake = Fake::start(vec![
        ("GET /api/v1/people?limit=3", 200, page(Some("abc"))),
        ("GET /api/v1/people?limit=1&cursor=abc", 200, json!({ "items": [ada()], "next": "def" })),
    ]);
    let ran = fake.run(&["person", "list", "--limit", "3"]).await;
    assert_eq!((ran.exit, ran.out.matches("Ada Lovelace").count()), (Exit::Done, 3), "{}", ran.err);
}

#[tokio::test]
async fn a_person_is_added_put_into_groups_and_invited() {
    let answers = vec![
        ("GET /api/v1/groups/finance", 200, json!({})),
        ("POST /api/v1/people", 201, ada()),
        ("PUT /api/v1/groups/finance/members/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, json!({})),
        ("POST /api/v1/people/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/invitations", 201, invitation()),
    ];
    let asks = [
        // Before anything is changed, so that a group that is not there leaves nobody half added.
        ("GET /api/v1/groups/finance", Value::Null),
        (
            "POST /api/v1/people",
            json!({ "name": "Ada Lovelace", "email": "ada@example.org", "kind": "employee", "aliases": ["a1"] }),
        ),
        ("PUT /api/v1/groups/finance/members/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", Value::Null),
        (
            "POST /api/v1/people/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/invitations",
            json!({ "purpose": "enrol" }),
        ),
    ];
    let words = [
        "person",
        "add",
        "--name",
        "Ada Lovelace",
        "--email",
        "ada@example.org",
        "--alias",
        "a1",
        "--group",
        "finance",
        "--invite",
    ];
    check(answers, &words, &asks, &["is added", "http://countersign.localhost:8080/enrol#secret", "in 1d"])
        .await;
}

#[tokio::test]
async fn a_change_keeps_what_is_not_named() {
    let answers = || vec![("GET /api/v1/people/ada", 200, ada()), ("PUT /api/v1/people/ada", 200, ada())];
    let change = |aliases: Value, kind: &str| {
        let body =
            json!({ "name": "Ada Lovelace", "email": "ada@example.org", "kind": kind, "aliases": aliases });
        [("GET /api/v1/people/ada", Value::Null), ("PUT /api/v1/people/ada", body)]
    };
    for (words, asks) in [
        (vec!["--kind", "vendor"], change(json!(["a1"]), "vendor")),
        (vec!["--alias", "b2"], change(json!(["a1", "b2"]), "employee")),
        (vec!["--no-aliases", "--alias", "b2"], change(json!(["b2"]), "employee")),
    ] {
        check(answers(), &[vec!["person", "change", "ada"], words].concat(), &asks, &["is changed"]).await;
    }
}

#[tokio::test]
async fn the_last_administrator_stays_and_the_way_out_is_said() {
    let refusal = json!({
        "type": "about:blank#conflict", "title": "It contradicts the present state", "status": 409, "field": "person",
        "detail": "ada@example.org is the last administrator who can sign in: appoint another first",
        "remedy": "put somebody into the group administrators",
    });
    let fake = Fake::start(vec![("POST /api/v1/people/ada/suspend", 409, refusal)]);
    let ran = fake.run(&["person", "suspend", "ada", "--reason", "left"]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Conflict, ""));
    for says in ["ada@example.org is the last administrator", "what to do: put somebody into"] {
        assert!(ran.err.contains(says), "{says:?} is not in {}", ran.err);
    }
}
