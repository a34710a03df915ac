//! The AuthZEN decision point: answers the whole interoperability files, and refuses every wrong request.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, application, noon, policy_files, published};
use axum::body::Body;
use axum::http::Request;
use countersign_facts::{
    ApplicationFact, Digest, Fact, GroupFact, Member, Person, PersonFact, PersonKind, Session, SessionFact,
};
use countersign_names::{Action, Assurance, CredentialId, PersonId, Sensitivity, SessionId};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

const EVALUATION: &str = "/access/v1/evaluation";
const EVALUATIONS: &str = "/access/v1/evaluations";

/// The people of the public to-do scenario, by the ids of its identity provider, and their roles.
pub const CAST: [(&str, &str, &[&str]); 5] = [
    (
        "CiRmZDA2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
        "rick@the-citadel.com",
        &["todo-admins", "todo-evil-geniuses"],
    ),
    (
        "CiRmZDE2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
        "morty@the-citadel.com",
        &["todo-editors"],
    ),
    (
        "CiRmZDI2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
        "summer@the-smiths.com",
        &["todo-editors"],
    ),
    (
        "CiRmZDM2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
        "beth@the-smiths.com",
        &["todo-viewers"],
    ),
    (
        "CiRmZDQ2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
        "jerry@the-smiths.com",
        &["todo-viewers"],
    ),
];

const RICK: &str = CAST[0].0;
const BETH: &str = CAST[3].0;

fn citizen(n: usize) -> PersonId {
    PersonId::new(Uuid::from_u128(100 + u128::try_from(n).unwrap()))
}

pub fn scenario() -> Vec<Fact> {
    let mut todo = application(&["todo.localhost"], &["todo", "user", "route"], Some(Sensitivity::Public));
    for (word, action) in [
        ("can_read_user", Action::Read),
        ("can_read_todos", Action::Read),
        ("can_create_todo", Action::Write),
        ("can_update_todo", Action::Write),
        ("can_delete_todo", Action::Write),
        ("GET", Action::Read),
        ("POST", Action::Write),
        ("PUT", Action::Write),
        ("DELETE", Action::Write),
    ] {
        todo.operations.insert(word.to_owned(), action);
    }
    let mut facts = vec![Fact::Application(ApplicationFact::Declared {
        application: "todo".parse().unwrap(),
        about: todo,
    })];
    let roles = ["todo-users", "todo-admins", "todo-editors", "todo-viewers", "todo-evil-geniuses"];
    for role in roles {
        facts.push(Fact::Group(GroupFact::Added { group: role.parse().unwrap(), purpose: String::new() }));
    }
    for role in &roles[1..] {
        let member = Member::Group(role.parse().unwrap());
        facts.push(Fact::Group(GroupFact::MemberAdded { group: "todo-users".parse().unwrap(), member }));
    }
    for (n, (alias, email, groups)) in CAST.iter().enumerate() {
        let about = Person {
            name: (*email).to_owned(),
            email: (*email).to_owned(),
            kind: PersonKind::Employee,
            aliases: BTreeSet::from([(*alias).to_owned()]),
        };
        facts.push(Fact::Person(PersonFact::Added { person: citizen(n), about }));
        for group in *groups {
            let member = Member::Person(citizen(n));
            facts.push(Fact::Group(GroupFact::MemberAdded { group: group.parse().unwrap(), member }));
        }
    }
    let mut files = policy_files();
    files.insert("applications/todo.cedar".to_owned(), include_str!("data/todo.cedar").to_owned());
    facts.push(published(&files));
    facts
}

pub async fn house() -> (House, Door) {
    let house = House::with(scenario()).await;
    let (_, token) = house.token("todo-backend", Some("todo")).await;
    (house, Door::Token(token))
}

async fn answers_all(house: &House, door: &Door, file: &str) -> (usize, usize) {
    let data = countersign_testkit::outside::json(&format!("authzen/{file}"));
    let (mut one, mut several) = (0, 0);
    for case in data["evaluation"].as_array().unwrap() {
        let reply = house.send(door, "POST", EVALUATION, Some(case["request"].clone())).await;
        assert_eq!(reply.status.as_u16(), 200, "{case}: {}", reply.json);
        assert_eq!(reply.json["decision"], case["expected"], "{case}: {}", reply.json);
        one += 1;
    }
    for case in data["evaluations"].as_array().into_iter().flatten() {
        let reply = house.send(door, "POST", EVALUATIONS, Some(case["request"].clone())).await;
        let decisions = |list: &Value| {
            list.as_array().unwrap().iter().map(|one| one["decision"].as_bool().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(decisions(&reply.json["evaluations"]), decisions(&case["expected"]), "{case}");
        several += 1;
    }
    (one, several)
}

#[tokio::test]
async fn the_interoperability_files_are_answered_entirely() {
    let (house, door) = house().await;
    assert_eq!(answers_all(&house, &door, "todo-decisions.json").await, (40, 3));
    assert_eq!(answers_all(&house, &door, "gateway-decisions.json").await, (25, 0));
}

fn question(subject: &str, action: &str, owner: &str) -> Value {
    json!({
        "subject": {"type": "user", "id": subject},
        "action": {"name": action},
        "resource": {"type": "todo", "id": "todo-1", "properties": {"ownerID": owner}}
    })
}

#[tokio::test]
async fn an_answer_says_why_and_is_on_record() {
    let (house, door) = house().await;
    let yes = house.send(&door, "POST", EVALUATION, Some(question(RICK, "can_update_todo", "a@b"))).await;
    assert_eq!(yes.json["decision"], true);
    assert_eq!(yes.json["context"]["reasons"][0]["policy"], "todo-changers");
    let no = house.send(&door, "POST", EVALUATION, Some(question(BETH, "can_update_todo", "a@b"))).await;
    assert_eq!(no.json["decision"], false);
    assert_eq!(no.json["context"]["reasons"][0]["policy"], "no-permit");
    assert!(no.json["context"]["remedies"][0]["text"].is_string());
    let id = no.json["context"]["id"].as_str().unwrap();
    let why = house.ok("GET", &format!("/decisions/{id}"), None).await;
    assert_eq!(why["decision"]["operation"], "can_update_todo");
    assert_eq!(why["decision"]["item"], "todo-1");
    assert_eq!(why["decision"]["resource"], "todo/todo");
}

#[tokio::test]
async fn what_is_not_known_is_denied_without_an_error() {
    let (house, door) = house().await;
    let with = |pointer: &str, value: Value| {
        let mut body = question(RICK, "can_read_todos", "a@b");
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    for (body, reason) in [
        (with("/subject/id", json!("nobody")), "unknown-subject"),
        (with("/subject/id", json!("")), "unknown-subject"),
        (with("/subject/type", json!("robot")), "unknown-subject"),
        (with("/subject/type", json!("service")), "unknown-subject"),
        (with("/action/name", json!("can_fly")), "unknown-action"),
    ] {
        let reply = house.send(&door, "POST", EVALUATION, Some(body.clone())).await;
        assert_eq!((reply.status.as_u16(), &reply.json["decision"]), (200, &json!(false)), "{body}");
        assert_eq!(reply.json["context"]["reasons"][0]["policy"], reason, "{body}");
    }
    // An undeclared resource type belongs to the part `other` of the application.
    let reply = house.send(&door, "POST", EVALUATION, Some(with("/resource/type", json!("Thing")))).await;
    assert_eq!(reply.json["decision"], true, "reading is permitted in the whole application");
    // The product's own names of actions work too, and unknown members are ignored.
    let mut body = with("/action/name", json!("read"));
    body["surprise"] = json!({"a": 1});
    body["context"] = json!({"anything": [1, 2], "ip_address": "192.0.2.7"});
    let reply = house.send(&door, "POST", EVALUATION, Some(body)).await;
    assert_eq!(reply.json["decision"], true, "{}", reply.json);
}

/// An application that treats `Todo` as `todo` would ask about the one and act on the other; likewise `post` and
/// `POST`.
#[tokio::test]
async fn a_resource_that_differs_in_the_case_of_its_letters_is_none() {
    let (house, door) = house().await;
    for (pointer, value, reason) in [
        ("/resource/type", "Todo", "unknown-resource"),
        ("/resource/type", "TODO", "unknown-resource"),
        ("/action/name", "get", "unknown-action"),
        ("/action/name", "Post", "unknown-action"),
        ("/action/name", "READ", "unknown-action"),
        ("/action/name", "Can_Read_Todos", "unknown-action"),
    ] {
        let mut body = question(RICK, "can_read_todos", "a@b");
        *body.pointer_mut(pointer).unwrap() = json!(value);
        let reply = house.send(&door, "POST", EVALUATION, Some(body)).await;
        assert_eq!((reply.status.as_u16(), &reply.json["decision"]), (200, &json!(false)), "{value}");
        assert_eq!(reply.json["context"]["reasons"][0]["policy"], reason, "{value}");
    }
}

#[tokio::test]
async fn a_question_that_is_none_is_refused_with_a_message_that_names_its_part() {
    let (house, door) = house().await;
    let whole = question(RICK, "can_read_todos", "a@b");
    let set = |pointer: &str, value: Value| {
        let mut body = whole.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let without = |parent: &str, name: &str| {
        let mut body = whole.clone();
        body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
        body
    };
    let with_context = |context: Value| {
        let mut body = whole.clone();
        body["context"] = context;
        body
    };
    for (body, names) in [
        (without("", "subject"), "subject"),
        (without("", "action"), "action"),
        (without("", "resource"), "resource"),
        (without("/subject", "type"), "subject.type"),
        (without("/subject", "id"), "subject.id"),
        (without("/action", "name"), "action.name"),
        (without("/resource", "type"), "resource.type"),
        (without("/resource", "id"), "resource.id"),
        (set("/subject", json!("rick")), "subject"),
        (set("/subject/id", json!(3)), "subject.id"),
        (set("/action", json!([])), "action"),
        (set("/action/name", json!(null)), "action.name"),
        (set("/resource/properties", json!("x")), "resource.properties"),
        (with_context(json!("x")), "context"),
        (with_context(json!({"ip_address": "here"})), "context.ip_address"),
        (with_context(json!({"session": 3})), "context.session"),
        (json!([]), "JSON object"),
        (json!("x"), "JSON object"),
        (json!({}), "subject"),
    ] {
        let reply = house.send(&door, "POST", EVALUATION, Some(body.clone())).await;
        assert_eq!(reply.status.as_u16(), 400, "{body}: {}", reply.json);
        assert!(reply.json.as_str().unwrap().contains(names), "{body}: {}", reply.json);
    }
    let raw = |kind: Option<&str>, body: &str| {
        let builder = Request::post(EVALUATION);
        let builder = kind.into_iter().fold(builder, |builder, kind| builder.header("content-type", kind));
        builder.body(Body::from(body.to_owned())).unwrap()
    };
    let good = whole.to_string();
    for (kind, body, status) in [
        (Some("text/plain"), good.as_str(), 400),
        (None, good.as_str(), 400),
        (Some("application/json"), "", 400),
        (Some("application/json"), "{", 400),
        (Some("application/json; charset=utf-8"), good.as_str(), 200),
        (Some("Application/JSON"), good.as_str(), 200),
    ] {
        let reply = house.raw(&door, raw(kind, body)).await;
        assert_eq!(reply.status.as_u16(), status, "{kind:?} {body}: {}", reply.json);
    }
    for method in ["GET", "PUT", "DELETE"] {
        let reply = house.send(&door, method, EVALUATION, Some(whole.clone())).await;
        assert_eq!(reply.status.as_u16(), 405, "{method}");
    }
}

/// A house whose to-do list is open to readers, unless the item is archived or of level 3, the action is not soft, or
/// the reader is in sales.
async fn archive() -> (House, Door) {
    let mut files = policy_files();
    let archive = r#"@id("todo-open") @owner("todo") @reason("Open unless archived.") @review("2027-05-31")
        permit (principal is Countersign::Person, action == Countersign::Action::"read",
                resource in Countersign::Application::"todo")
        unless { resource.hasTag("archived") && resource.getTag("archived") == "true" }
        unless { resource.hasTag("action.soft") && resource.getTag("action.soft") == "false" }
        unless { resource.hasTag("subject.department") && resource.getTag("subject.department") == "sales" }
        unless { resource.hasTag("level") && resource.getTag("level") == "3" };"#;
    files.insert("applications/todo.cedar".to_owned(), archive.to_owned());
    let house = House::with([scenario(), vec![published(&files)]].concat()).await;
    let (_, token) = house.token("todo-backend", Some("todo")).await;
    (house, Door::Token(token))
}

#[tokio::test]
async fn no_property_vanishes_before_a_policy_that_would_have_denied_for_it() {
    let (house, door) = archive().await;
    let with = |part: &str, properties: Value| {
        let mut body = question(BETH, "can_read_todos", "a@b");
        body[part]["properties"] = properties;
        body
    };
    for (part, properties, decision) in [
        ("resource", json!({}), true),
        ("resource", json!(null), true),
        ("resource", json!({"archived": false}), true),
        ("resource", json!({"archived": true}), false),
        ("resource", json!({"archived": "true"}), false),
        ("action", json!({"soft": true}), true),
        ("action", json!({"soft": false}), false),
        ("subject", json!({"department": "sales"}), false),
        ("resource", json!({"department": "sales"}), true),
        ("resource", json!({"level": 3}), false),
        ("resource", json!({"level": 3.0}), false),
        ("resource", json!({"level": 3.5}), true),
    ] {
        let reply = house.send(&door, "POST", EVALUATION, Some(with(part, properties.clone()))).await;
        assert_eq!(reply.json["decision"], decision, "{part} {properties}: {}", reply.json);
    }
    for (part, properties, names) in [
        ("resource", json!({"archived": null}), "resource.properties.archived is null"),
        ("resource", json!({"archived": [true]}), "resource.properties.archived is an array"),
        ("resource", json!({"archived": {"is": true}}), "resource.properties.archived is an object"),
        ("resource", json!({"archived": 1e300}), "resource.properties.archived is a number"),
        ("resource", json!({"action.soft": true}), "resource.properties.action.soft"),
        ("resource", json!({"subject.department": "x"}), "resource.properties.subject.department"),
        ("subject", json!({"department": ["sales"]}), "subject.properties.department is an array"),
        ("action", json!({"soft": null}), "action.properties.soft is null"),
    ] {
        let body = with(part, properties.clone());
        let reply = house.send(&door, "POST", EVALUATION, Some(body.clone())).await;
        assert_eq!(reply.status.as_u16(), 400, "{part} {properties}: {}", reply.json);
        assert!(reply.json.as_str().unwrap().contains(names), "{part} {properties}: {}", reply.json);
        // In a batch, only this item is denied.
        let batch = json!({"evaluations": [body]});
        let reply = house.send(&door, "POST", EVALUATIONS, Some(batch)).await;
        assert_eq!(reply.json["evaluations"][0]["decision"], false, "{part} {properties}: {}", reply.json);
    }
}

#[tokio::test]
async fn a_question_that_says_a_name_twice_is_refused() {
    let (house, door) = archive().await;
    let whole = question(BETH, "can_read_todos", "a@b").to_string();
    let twice = |path: &str, from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        (path.to_owned(), whole.replacen(from, to, 1))
    };
    for (path, body) in [
        twice("action.name", r#""name":"can_read_todos""#, r#""name":"can_fly","name":"can_read_todos""#),
        twice("subject", r#""subject":{"#, r#""subject":{"type":"user","id":"x"},"subject":{"#),
        twice("resource.properties.ownerID", r#"{"ownerID""#, r#"{"ownerID":"c@d","\u006fwnerID""#),
    ] {
        for route in [EVALUATION, EVALUATIONS] {
            let request = Request::post(route).header("content-type", "application/json");
            let reply = house.raw(&door, request.body(Body::from(body.clone())).unwrap()).await;
            assert_eq!(reply.status.as_u16(), 400, "{body}: {}", reply.json);
            assert_eq!(reply.json, json!(format!("{path} is given twice")), "{body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_of_subject_and_action_is_on_record_and_is_replayed() {
    let (house, door) = archive().await;
    let mut body = question(BETH, "can_read_todos", "a@b");
    body["action"]["properties"] = json!({"soft": false});
    body["subject"]["properties"] = json!({"department": "law", "grade": 7});
    let reply = house.send(&door, "POST", EVALUATION, Some(body)).await;
    assert_eq!(reply.json["decision"], false, "{}", reply.json);
    let id = reply.json["context"]["id"].as_str().unwrap();
    let why = house.ok("GET", &format!("/decisions/{id}"), None).await;
    let tags =
        json!({"ownerID": "a@b", "action.soft": "false", "subject.department": "law", "subject.grade": "7"});
    assert_eq!(why["decision"]["tags"], tags, "{why}");
    house.wait(1);
    let begun = house.ok("POST", "/replays", None).await;
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    let mut job = begun;
    while job["state"] == "running" {
        tokio::task::yield_now().await;
        job = house.ok("GET", &path, None).await;
    }
    assert_eq!((&job["result"]["fidelity"], &job["result"]["same"]), (&json!(1.0), &json!(1)), "{job}");
}

#[tokio::test]
async fn the_metadata_names_the_address_that_was_asked_if_it_is_one_of_ours() {
    let house = House::new().await;
    for (host, origin) in [
        (Some("countersign.example"), "https://countersign.example"),
        (Some("127.0.0.1:8181"), "http://127.0.0.1:8181"),
        (Some("PDP.internal:8181"), "http://pdp.internal:8181"),
        // A foreign name is not repeated in the answer.
        (Some("evil.example"), "https://countersign.example"),
        (Some("countersign.example:444"), "https://countersign.example"),
        (None, "https://countersign.example"),
    ] {
        let request = Request::get("/.well-known/authzen-configuration");
        let request = host.into_iter().fold(request, |request, host| request.header("host", host));
        let reply = house.raw(&Door::Nobody, request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.json["policy_decision_point"], origin, "{host:?}");
        assert_eq!(reply.json["access_evaluation_endpoint"], format!("{origin}{EVALUATION}"), "{host:?}");
        assert_eq!(reply.json["access_evaluations_endpoint"], format!("{origin}{EVALUATIONS}"), "{host:?}");
    }
}

#[tokio::test]
async fn whoever_asks_holds_a_token_for_that_application() {
    let (house, door) = house().await;
    let (_, for_api) = house.token("robot", None).await;
    let body = question(RICK, "can_read_todos", "a@b");
    for bad in [Door::Nobody, Door::Session(1), Door::Token("cst_nonsense".to_owned()), Door::Token(for_api)]
    {
        let reply = house.send(&bad, "POST", EVALUATION, Some(body.clone())).await;
        assert_eq!(reply.status.as_u16(), 401, "{bad:?}: {}", reply.json);
        assert!(reply.headers.contains_key("www-authenticate"));
        assert!(reply.json.is_string());
    }
    // The wiki's token asks about the wiki, where Rick has no permission.
    let (_, for_wiki) = house.token("wiki-backend", Some("wiki")).await;
    let mut wiki = body.clone();
    wiki["action"]["name"] = json!("read");
    let reply = house.send(&Door::Token(for_wiki), "POST", EVALUATION, Some(wiki)).await;
    assert_eq!(reply.json["decision"], false, "{}", reply.json);
    let request = Request::post(EVALUATION)
        .header("content-type", "application/json")
        .header("x-request-id", "bfe9eb29-ab87-4ca3-be83-a1d5d8305716")
        .body(Body::from(body.to_string()))
        .unwrap();
    let reply = house.raw(&door, request).await;
    assert_eq!(reply.headers["x-request-id"], "bfe9eb29-ab87-4ca3-be83-a1d5d8305716");
}

#[tokio::test]
async fn a_batch_keeps_its_order_its_defaults_and_its_semantics() {
    let (house, door) = house().await;
    let read = json!({"name": "can_read_todos"});
    let update = json!({"name": "can_update_todo"});
    let batch = |semantic: Option<&str>, items: Value| {
        let mut body = question(BETH, "can_read_todos", "a@b");
        body["evaluations"] = items;
        if let Some(semantic) = semantic {
            body["options"] = json!({"evaluations_semantic": semantic});
        }
        body
    };
    let yes_no_yes = json!([{"action": read}, {"action": update}, {"action": read}]);
    let no_yes_no = json!([{"action": update}, {"action": read}, {"action": update}]);
    for (semantic, items, expected) in [
        (None, yes_no_yes.clone(), vec![true, false, true]),
        (Some("execute_all"), no_yes_no.clone(), vec![false, true, false]),
        (Some("deny_on_first_deny"), yes_no_yes.clone(), vec![true, false]),
        (Some("permit_on_first_permit"), no_yes_no, vec![false, true]),
        // An item without a subject, or one that is not an object, is denied and spoils no other.
        (
            None,
            json!([{"subject": {}}, {}, 3, {"resource": {"type": "todo"}}]),
            vec![false, true, false, false],
        ),
    ] {
        let reply = house.send(&door, "POST", EVALUATIONS, Some(batch(semantic, items.clone()))).await;
        assert_eq!(reply.status.as_u16(), 200, "{items}: {}", reply.json);
        let decisions: Vec<_> = reply.json["evaluations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["decision"].as_bool().unwrap())
            .collect();
        assert_eq!(decisions, expected, "{semantic:?} {items}");
    }
    let lacking = json!({"evaluations": [{"action": read, "resource": {"type": "todo", "id": "1"}}]});
    let reply = house.send(&door, "POST", EVALUATIONS, Some(lacking)).await;
    assert_eq!((reply.status.as_u16(), &reply.json["evaluations"][0]["decision"]), (200, &json!(false)));
    assert_eq!(reply.json["evaluations"][0]["context"]["error"]["status"], 400);
    // A member of an item replaces the default's as a whole, without merging.
    let mut replaced = question(CAST[1].0, "can_update_todo", CAST[1].1);
    replaced["evaluations"] = json!([{}, {"resource": {"type": "todo", "id": "todo-1"}}]);
    let reply = house.send(&door, "POST", EVALUATIONS, Some(replaced)).await;
    let decisions = [&reply.json["evaluations"][0]["decision"], &reply.json["evaluations"][1]["decision"]];
    assert_eq!(decisions, [true, false], "{}", reply.json);
    for single in [json!([]), Value::Null] {
        let reply = house.send(&door, "POST", EVALUATIONS, Some(batch(None, single))).await;
        assert_eq!(reply.json["decision"], true, "{}", reply.json);
    }
    for (field, bad) in [
        ("evaluations", json!({})),
        ("evaluations", json!("x")),
        ("options", json!([])),
        ("options", json!({"evaluations_semantic": "guess"})),
        ("options", json!({"evaluations_semantic": 1})),
        ("subject", json!(3)),
    ] {
        let mut body = batch(None, yes_no_yes.clone());
        body[field] = bad.clone();
        let reply = house.send(&door, "POST", EVALUATIONS, Some(body)).await;
        assert_eq!(reply.status.as_u16(), 400, "{field} {bad}: {}", reply.json);
    }
    let many = Value::Array(vec![json!({}); 1001]);
    let reply = house.send(&door, "POST", EVALUATIONS, Some(batch(None, many))).await;
    assert_eq!(reply.status.as_u16(), 400);
}

/// Otherwise one client could have a thousand decisions for each decision of another.
#[tokio::test]
async fn a_batch_counts_by_its_questions() {
    let (house, door) = house().await;
    // Malformed questions cost little, but count too, also those that are not reached: a batch that took long would let
    // the account recover.
    let batch = json!({
        "evaluations": vec![Value::Null; 1000],
        "options": { "evaluations_semantic": "deny_on_first_deny" },
    });
    let mut refused = None;
    for _ in 0..100 {
        let reply = house.send(&door, "POST", EVALUATIONS, Some(batch.clone())).await;
        if reply.status.as_u16() == 429 {
            refused = Some(reply);
            break;
        }
        assert_eq!(reply.status.as_u16(), 200, "{}", reply.json);
    }
    let refused = refused.unwrap();
    assert!(refused.headers.contains_key("retry-after"));
    assert!(refused.json.is_string(), "{}", refused.json);
}

#[tokio::test]
async fn a_body_of_two_types_is_of_none() {
    let (house, door) = house().await;
    for (types, status) in
        [(&["application/json"][..], 200), (&["application/json", "application/json"], 400), (&[], 400)]
    {
        let request = Request::post(EVALUATION);
        let request = types.iter().fold(request, |request, given| request.header("content-type", *given));
        let body = Body::from(question(RICK, "can_read_todos", "a@b").to_string());
        let reply = house.raw(&door, request.body(body).unwrap()).await;
        assert_eq!(reply.status.as_u16(), status, "{types:?}: {}", reply.json);
    }
}

#[tokio::test]
async fn a_session_that_the_enforcement_point_passes_on_is_evidence_if_it_is_theirs() {
    let (house, _) = house().await;
    let secret = "wiki-cookie-of-cleo";
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes());
    let digest = Digest::new(digest.as_ref().try_into().unwrap());
    let (code, end) = (Digest::new([77; 32]), noon().plus(Duration::from_secs(300)));
    let mut files = policy_files();
    files.insert(
        "applications/wiki.cedar".to_owned(),
        "@id(\"wiki-all\") @owner(\"wiki\") @reason(\"Open.\") @review(\"2027-05-31\")\n\
         permit (principal is Countersign::Person, action, resource in Countersign::Application::\"wiki\");\n"
            .to_owned(),
    );
    let handed = Fact::Session(SessionFact::HandedOver {
        session: crate::common::ses(3),
        application: "wiki".parse().unwrap(),
        code,
        state: Digest::new([78; 32]),
        expires_at: end,
    });
    let opened = Fact::Session(SessionFact::Opened {
        session: crate::common::ses(3),
        application: "wiki".parse().unwrap(),
        code,
        secret: digest,
    });
    let other = Fact::Session(SessionFact::Started {
        session: SessionId::new(Uuid::from_u128(50)),
        about: Session {
            person: crate::common::per(2),
            credential: CredentialId::new(Uuid::from_u128(2)),
            secret: Digest::new([50; 32]),
            assurance: Assurance::Aal2,
            address: None,
            expires_at: end,
        },
    });
    house.state(vec![published(&files), handed, opened, other]).await;
    house.policies_in_force().await;
    let (_, token) = house.token("wiki-backend", Some("wiki")).await;
    let door = Door::Token(token);
    for (person, session, expected) in [
        ("cleo@example.test", Some(secret), true),
        ("cleo@example.test", None, false),
        ("cleo@example.test", Some("another"), false),
        ("ben@example.test", Some(secret), false),
    ] {
        let mut body = json!({
            "subject": {"type": "user", "id": person}, "action": {"name": "read"},
            "resource": {"type": "pages", "id": "/"}, "context": {}
        });
        if let Some(session) = session {
            body["context"]["session"] = json!(session);
        }
        let reply = house.send(&door, "POST", EVALUATION, Some(body)).await;
        assert_eq!(reply.json["decision"], expected, "{person} {session:?}: {}", reply.json);
    }
}
