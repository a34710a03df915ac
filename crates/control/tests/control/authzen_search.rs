//! AuthZEN Search finds what the evaluations allow, page by page, and nothing else.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::authzen::{CAST, house, scenario};
use crate::common::{Door, House};
use countersign_facts::{Fact, Person, PersonFact, PersonKind};
use countersign_names::PersonId;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const OPERATIONS: [&str; 5] =
    ["can_read_user", "can_read_todos", "can_create_todo", "can_update_todo", "can_delete_todo"];

async fn ask(house: &House, door: &Door, what: &str, body: Value) -> Value {
    let reply = house.send(door, "POST", &format!("/access/v1/search/{what}"), Some(body.clone())).await;
    assert_eq!(reply.status.as_u16(), 200, "{body}: {}", reply.json);
    reply.json
}

async fn refused(house: &House, door: &Door, what: &str, body: Value) -> String {
    let reply = house.send(door, "POST", &format!("/access/v1/search/{what}"), Some(body.clone())).await;
    assert_eq!(reply.status.as_u16(), 400, "{body}: {}", reply.json);
    reply.json.as_str().unwrap().to_owned()
}

async fn allows(house: &House, door: &Door, question: &Value) -> bool {
    let reply = house.send(door, "POST", "/access/v1/evaluation", Some(question.clone())).await;
    assert_eq!(reply.status.as_u16(), 200, "{question}: {}", reply.json);
    reply.json["decision"].as_bool().unwrap()
}

fn ids(answer: &Value) -> BTreeSet<String> {
    let name = |one: &Value| one.get("id").or(one.get("name")).unwrap().as_str().unwrap().to_owned();
    let all: Vec<String> = answer["results"].as_array().unwrap().iter().map(name).collect();
    let distinct: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(distinct.len(), all.len(), "{answer}");
    assert_eq!(answer["page"]["count"], all.len(), "{answer}");
    distinct
}

/// Of whose list an item is.
fn todo(item: &str, owner: &str) -> Value {
    json!({ "type": "todo", "id": item, "properties": { "ownerID": owner } })
}

/// The whole matrix of the scenario: five people, five operations, an entry of each of two people.
#[tokio::test]
async fn a_search_finds_what_the_evaluations_allow() {
    let (house, door) = house().await;
    let owners = [("todo-1", CAST[0].1), ("todo-2", CAST[1].1)];
    let mut allowed = BTreeSet::new();
    for (item, owner) in owners {
        for (subject, ..) in CAST {
            for action in OPERATIONS {
                let question = json!({
                    "subject": { "type": "user", "id": subject },
                    "action": { "name": action },
                    "resource": todo(item, owner),
                });
                if allows(&house, &door, &question).await {
                    allowed.insert((subject.to_owned(), action.to_owned(), item.to_owned()));
                }
            }
        }
    }
    assert!((20..50).contains(&allowed.len()), "some are allowed, and some are not: {}", allowed.len());
    for (item, owner) in owners {
        for action in OPERATIONS {
            let found = ask(
                &house,
                &door,
                "subject",
                json!({
                    "subject": { "type": "user" }, "action": { "name": action }, "resource": todo(item, owner),
                }),
            );
            let expected = CAST.map(|(subject, ..)| subject.to_owned()).into_iter();
            let expected = expected
                .filter(|subject| allowed.contains(&(subject.clone(), action.to_owned(), item.to_owned())));
            assert_eq!(ids(&found.await), expected.collect(), "{action} {item}");
        }
        for (subject, ..) in CAST {
            let found = ask(
                &house,
                &door,
                "action",
                json!({
                    "subject": { "type": "user", "id": subject }, "resource": todo(item, owner),
                }),
            );
            let expected = OPERATIONS.map(str::to_owned).into_iter();
            let expected: BTreeSet<String> = expected
                .filter(|action| allowed.contains(&(subject.to_owned(), action.clone(), item.to_owned())))
                .collect();
            // Methods of the gateway scenario are operations of the same application.
            let found: BTreeSet<String> =
                ids(&found.await).into_iter().filter(|name| name.starts_with("can_")).collect();
            assert_eq!(found, expected, "{subject} {item}");
        }
    }
    // The items, and whose they are, are known from the evaluations above.
    for (subject, ..) in CAST {
        for action in OPERATIONS {
            let found = ask(
                &house,
                &door,
                "resource",
                json!({
                    "subject": { "type": "user", "id": subject }, "action": { "name": action },
                    "resource": { "type": "todo" },
                }),
            );
            let expected = owners
                .map(|(item, _)| item.to_owned())
                .into_iter()
                .filter(|item| allowed.contains(&(subject.to_owned(), action.to_owned(), item.clone())));
            assert_eq!(ids(&found.await), expected.collect(), "{subject} {action}");
        }
    }
}

#[tokio::test]
async fn a_search_is_not_on_record() {
    let (house, door) = house().await;
    let read = json!({ "subject": { "type": "user" }, "action": { "name": "can_read_todos" }, "resource": todo("todo-1", "a@b") });
    assert_eq!(ids(&ask(&house, &door, "subject", read).await).len(), 5);
    let recorded = house.ok("GET", "/decisions?application=todo", None).await;
    assert_eq!(recorded["items"], json!([]));
}

#[tokio::test]
async fn what_is_sought_has_no_name_and_what_is_unknown_finds_nothing() {
    let (house, door) = house().await;
    let (rick, read) = (json!({ "type": "user", "id": CAST[0].0 }), json!({ "name": "can_read_todos" }));
    let item = todo("todo-1", "a@b");
    // A name that is sent nevertheless is ignored.
    let named = json!({ "subject": { "type": "user", "id": "nobody" }, "action": read, "resource": item });
    assert_eq!(ids(&ask(&house, &door, "subject", named).await).len(), 5);
    let named = json!({ "subject": rick, "action": { "name": "can_fly" }, "resource": item });
    assert!(ids(&ask(&house, &door, "action", named).await).contains("can_read_todos"));
    for (what, body) in [
        ("subject", json!({ "subject": { "type": "robot" }, "action": read, "resource": item })),
        (
            "subject",
            json!({ "subject": { "type": "user" }, "action": { "name": "can_fly" }, "resource": item }),
        ),
        (
            "subject",
            json!({ "subject": { "type": "user" }, "action": read, "resource": { "type": "TODO", "id": "1" } }),
        ),
        (
            "resource",
            json!({ "subject": { "type": "user", "id": "nobody" }, "action": read, "resource": { "type": "todo" } }),
        ),
        ("resource", json!({ "subject": rick, "action": read, "resource": { "type": "undeclared" } })),
        ("action", json!({ "subject": { "type": "user", "id": "nobody" }, "resource": item })),
    ] {
        let found = ask(&house, &door, what, body).await;
        assert_eq!(found, json!({ "page": { "next_token": "", "count": 0 }, "results": [] }), "{what}");
    }
}

#[tokio::test]
async fn a_search_that_is_none_is_refused_with_a_message_that_names_its_part() {
    let (house, door) = house().await;
    let whole = json!({
        "subject": { "type": "user" }, "action": { "name": "can_read_todos" }, "resource": todo("todo-1", "a@b"),
    });
    let with = |name: &str, value: Value| {
        let mut body = whole.clone();
        body[name] = value;
        body
    };
    for (body, says) in [
        (with("subject", Value::Null), "subject is missing"),
        (with("subject", json!({})), "subject.type is missing"),
        (with("action", json!({})), "action.name is missing"),
        (with("resource", json!({ "type": "todo" })), "resource.id is missing"),
        (with("page", json!(3)), "page is not an object"),
        (with("page", json!({ "limit": 0 })), "page.limit"),
        (with("page", json!({ "limit": -1 })), "page.limit"),
        (with("page", json!({ "limit": 1.5 })), "page.limit"),
        (with("page", json!({ "limit": "ten" })), "page.limit"),
        (with("page", json!({ "token": 7 })), "page.token is not a string"),
        (with("page", json!({ "token": "of nobody" })), "page.token is none of this decision point's"),
        (with("page", json!({ "token": "e30" })), "page.token is none of this decision point's"),
    ] {
        let said = refused(&house, &door, "subject", body.clone()).await;
        assert!(said.starts_with(says), "{body}: {said}");
    }
    // Whoever asks holds a token for the application that it is about.
    let (_, unbound) = house.token("robot", None).await;
    for bad in [Door::Nobody, Door::Token(unbound)] {
        for what in ["subject", "resource", "action"] {
            let reply =
                house.send(&bad, "POST", &format!("/access/v1/search/{what}"), Some(whole.clone())).await;
            assert_eq!(reply.status.as_u16(), 401, "{what}");
        }
    }
    let (_, other) = house.token("wiki-backend", Some("wiki")).await;
    let found = ask(&house, &Door::Token(other), "subject", whole).await;
    assert_eq!(found["results"], json!([]), "the wiki knows no such operation");
}

/// More people than one page evaluates, of whom few may do it: pages without a result are not the last one.
#[tokio::test]
async fn pages_follow_each_other_to_the_end_and_each_repeats_its_search() {
    let mut facts = scenario();
    for number in 0..2_500_u128 {
        let email = format!("m{number:05}@example.test");
        let about =
            Person { name: email.clone(), email, kind: PersonKind::Employee, aliases: BTreeSet::new() };
        facts.push(Fact::Person(PersonFact::Added {
            person: PersonId::new(Uuid::from_u128(10_000 + number)),
            about,
        }));
    }
    let house = House::with(facts).await;
    let (_, token) = house.token("todo-backend", Some("todo")).await;
    let door = Door::Token(token);
    let search = |page: Value| {
        json!({
            "subject": { "type": "user" }, "action": { "name": "can_read_todos" },
            "resource": todo("todo-1", "a@b"), "page": page,
        })
    };
    let (mut found, mut pages, mut empty, mut token) = (BTreeSet::new(), 0, 0, String::new());
    loop {
        let page = ask(&house, &door, "subject", search(json!({ "limit": 2, "token": token }))).await;
        let here = ids(&page);
        assert!(here.len() <= 2 && here.is_disjoint(&found), "{page}");
        (pages, empty) = (pages + 1, empty + usize::from(here.is_empty()));
        found.extend(here);
        token = page["page"]["next_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
        // The page is of this search, and of no other.
        let mut other = search(json!({ "token": token }));
        other["action"]["name"] = json!("can_create_todo");
        let said = refused(&house, &door, "subject", other).await;
        assert!(said.starts_with("page.token belongs to another search"), "{said}");
    }
    assert_eq!(found, CAST.map(|(subject, ..)| subject.to_owned()).into());
    assert!(pages > 3 && empty > 0, "{pages} pages, {empty} of them empty");
    // One result more than a page: the limit is kept to.
    let all = ask(
        &house,
        &door,
        "action",
        json!({
            "subject": { "type": "user", "id": CAST[0].0 }, "resource": todo("todo-1", "a@b"), "page": { "limit": 3 },
        }),
    );
    let all = all.await;
    assert_eq!(ids(&all).len(), 3);
    assert_ne!(all["page"]["next_token"], "");
}
