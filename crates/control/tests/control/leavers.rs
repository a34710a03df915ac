//! People who left: suspended by what a source says, within a bound, and back when the source has them again.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem};
use serde_json::{Value, json};

fn record(key: &str, name: &str, mail: &str) -> Value {
    json!({"key": key, "name": name, "kind": "person",
        "attributes": {"display_name": name, "mails": [mail], "employee_number": key, "active": true}})
}

/// Ada administers, Ben approves, Cleo does neither; Eve and Fay are added by the test.
fn personnel() -> Vec<Value> {
    let people = [("1", "Ada"), ("2", "Ben"), ("3", "Cleo"), ("5", "Eve"), ("6", "Fay")];
    people.map(|(key, name)| record(key, name, &format!("{}@example.test", name.to_lowercase()))).to_vec()
}

fn account(key: &str, mail: &str, enabled: bool) -> Value {
    json!({"key": key, "name": key, "kind": "account", "attributes": {"mails": [mail], "enabled": enabled}})
}

fn source(leavers: Value) -> Value {
    json!({"format": "csv", "title": "Personnel", "purpose": "tests", "owner": "ada@example.test",
        "authoritative": true, "leavers": leavers})
}

/// Stages an import; returns its path and its preview.
async fn staged(house: &House, source: &str, nodes: &[Value]) -> (String, Value) {
    let begun = house.ok("POST", &format!("/sources/{source}/imports"), None).await;
    let path = format!("/sources/{source}/imports/{}", begun["import"]);
    house.ok("POST", &format!("{path}/pages"), Some(json!({"page": 1, "nodes": nodes}))).await;
    let preview = house.ok("POST", &format!("{path}/finish"), Some(json!({"records": nodes.len()}))).await;
    (path, preview)
}

/// Imports, correlates and settles; returns what the preview said of leavers.
async fn imported(house: &House, source: &str, nodes: &[Value]) -> Value {
    let (path, preview) = staged(house, source, nodes).await;
    house.ok("POST", &format!("{path}/apply"), Some(json!({"max_gone_percent": 100}))).await;
    house.control.correlate_once().await.unwrap();
    house.control.settle_leavers().await.unwrap();
    preview["leavers"].clone()
}

/// A house with Eve and Fay beside the others, a source that suspends leavers, and a cloud account of each.
async fn house(leavers: Value) -> House {
    let house = House::new().await;
    for name in ["Eve", "Fay"] {
        let email = format!("{}@example.test", name.to_lowercase());
        let new = json!({"name": name, "email": email, "kind": "employee"});
        house.ok("POST", "/people", Some(new)).await;
    }
    house.ok("PUT", "/sources/personnel", Some(source(leavers))).await;
    let cloud = json!({"format": "other", "title": "Cloud", "purpose": "tests", "owner": "ada@example.test"});
    house.ok("PUT", "/sources/cloud", Some(cloud)).await;
    let accounts = ["eve", "fay"].map(|login| account(login, &format!("{login}@example.test"), true));
    imported(&house, "cloud", &accounts).await;
    imported(&house, "personnel", &personnel()).await;
    house
}

async fn standing(house: &House, name: &str) -> (String, String) {
    let person = house.ok("GET", &format!("/people/{name}@example.test"), None).await;
    let why = person["suspended_because"].as_str().unwrap_or_default().to_owned();
    (person["standing"].as_str().unwrap().to_owned(), why)
}

async fn left(house: &House) -> Vec<(String, String)> {
    let list = house.ok("GET", "/sources/personnel/leavers", None).await;
    let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(|item| (text(item, "name"), text(item, "state"))).collect()
}

fn names(people: &Value) -> Vec<&str> {
    people.as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect()
}

fn pair(name: &str, state: &str) -> (String, String) {
    (name.to_owned(), state.to_owned())
}

#[tokio::test]
async fn who_is_gone_or_ended_is_suspended_and_what_they_have_elsewhere_is_listed() {
    let house = house(json!({"people": 5, "percent": 100})).await;
    assert_eq!(left(&house).await, []);
    let mut next = personnel();
    next.pop();
    next[3]["attributes"]["active"] = json!(false);
    next[0]["attributes"]["ends_at"] = json!("2026-11-22T11:00:00Z");
    next[2]["attributes"]["ends_at"] = json!("2026-11-22T13:00:00Z");
    let preview = imported(&house, "personnel", &next).await;
    assert_eq!((&preview["leaving"], names(&preview["who_leave"])), (&json!(2), vec!["Eve", "Fay"]));
    assert_eq!(names(&preview["protected"]), ["Ada"]);
    let (eve, why) = standing(&house, "eve").await;
    assert_eq!(
        (eve.as_str(), why.as_str()),
        ("suspended", "left, says the source personnel (import 2, record 5)")
    );
    assert_eq!(standing(&house, "fay").await.0, "suspended");
    assert_eq!(standing(&house, "cleo").await.0, "active", "she leaves in an hour");
    let expected = [pair("Ada", "protected"), pair("Eve", "suspended"), pair("Fay", "suspended")];
    assert_eq!(left(&house).await, expected);
    let list = house.ok("GET", "/sources/personnel/leavers", None).await;
    let page = house.ok("GET", "/sources/personnel/leavers?limit=2", None).await;
    let next = format!("/sources/personnel/leavers?limit=2&cursor={}", page["next"].as_str().unwrap());
    assert_eq!(page["items"].as_array().unwrap(), &list["items"].as_array().unwrap()[..2]);
    assert_eq!(house.ok("GET", &next, None).await, json!({"items": [list["items"][2]]}));
    let fay = &list["items"][2];
    assert_eq!(
        (&fay["gone"], &fay["holds"][0]["key"], &fay["import"]),
        (&json!(true), &json!("fay"), &json!(2))
    );
    let shown = house.ok("GET", "/sources/personnel", None).await;
    assert_eq!((&shown["left"]["suspended"], &shown["left"]["protected"]), (&json!(2), &json!(1)));
    assert_eq!((&shown["left"]["people"], &shown["left"]["import"]), (&json!(5), &json!(2)));
    let facts = house.ok("GET", "/facts?kind=source&limit=2", None).await;
    assert_eq!(facts["items"][0]["kind"], "source.person_left");

    // The cloud account is disabled there: nothing is left to be listed.
    imported(
        &house,
        "cloud",
        &[account("eve", "eve@example.test", true), account("fay", "fay@example.test", false)],
    )
    .await;
    let list = house.ok("GET", "/sources/personnel/leavers", None).await;
    assert_eq!(
        (&list["items"][2]["holds"], &list["items"][1]["holds"][0]["key"]),
        (&json!([]), &json!("eve"))
    );
    let seq = house.seq();
    house.control.settle_leavers().await.unwrap();
    assert_eq!(house.seq(), seq, "settling again changes nothing");
    // An hour later the employment of Cleo ends by itself. Her session ends with it.
    house.wait(3_601);
    house.control.settle_leavers().await.unwrap();
    assert_eq!(standing(&house, "cleo").await.0, "suspended");
    assert_eq!(house.ledger.world().sessions_of(crate::common::per(3)).count(), 0);

    // Fay is back under another number, Eve under her own; Cleo was suspended by somebody else meanwhile.
    house.ok("POST", "/people/cleo@example.test/suspend", Some(json!({"reason": "a case of its own"}))).await;
    let mut back = personnel();
    back[4] = record("77", "Fay", "fay@example.test");
    let preview = imported(&house, "personnel", &back).await;
    assert_eq!((&preview["returning"], &preview["leaving"]), (&json!(2), &json!(0)));
    assert_eq!(
        (standing(&house, "eve").await.0.as_str(), standing(&house, "fay").await.0.as_str()),
        ("active", "active")
    );
    assert_eq!(standing(&house, "cleo").await, pair("suspended", "a case of its own"));
    assert_eq!(left(&house).await, []);
}

#[tokio::test]
async fn a_source_that_says_that_everybody_left_suspends_nobody_before_somebody_confirms_it() {
    let house = house(json!({"people": 1, "percent": 100})).await;
    let preview = imported(&house, "personnel", &personnel()[..2]).await;
    assert_eq!(preview["held"], json!({"people": 3, "allowed": 1}));
    assert_eq!(names(&preview["who_leave"]), ["Cleo", "Eve", "Fay"]);
    for name in ["cleo", "eve", "fay"] {
        assert_eq!(standing(&house, name).await.0, "active");
    }
    let shown = house.ok("GET", "/sources/personnel", None).await;
    assert_eq!(shown["left"]["held"], json!({"people": 3, "allowed": 1}));
    assert_eq!(left(&house).await[0], pair("Cleo", "waiting"));
    let confirm = "/sources/personnel/leavers/confirm";
    let old = house.api("POST", confirm, Some(json!({"import": 1, "people": 3}))).await;
    assert_problem(&old, 409, Some("import"));
    let few = house.ok("POST", confirm, Some(json!({"import": 2, "people": 2}))).await;
    assert_eq!(few["left"]["held"], json!({"people": 3, "allowed": 2}), "one more left than was confirmed");
    let done = house.ok("POST", confirm, Some(json!({"import": 2, "people": 3}))).await;
    assert_eq!((&done["left"]["suspended"], done["left"].get("held")), (&json!(3), None));
    assert_eq!(standing(&house, "cleo").await.0, "suspended");
    let cloud =
        house.api("POST", "/sources/cloud/leavers/confirm", Some(json!({"import": 1, "people": 3}))).await;
    assert_problem(&cloud, 409, Some("source"));
}

#[tokio::test]
async fn only_what_certainly_belongs_to_a_person_suspends_them() {
    let house = house(json!({"people": 5, "percent": 100})).await;
    // Another person's record shows the address of Eve too: it tells nobody apart.
    let mut next = personnel();
    next[4]["attributes"]["mails"] = json!(["fay@example.test", "cleo@example.test"]);
    imported(&house, "personnel", &next).await;
    next.remove(4);
    imported(&house, "personnel", &next).await;
    assert_eq!(standing(&house, "fay").await.0, "suspended");
    assert_eq!(standing(&house, "cleo").await.0, "active");
    // A personnel list that is authoritative too has Eve still.
    let mut second = source(Value::Null);
    second["title"] = json!("Contractors");
    second.as_object_mut().unwrap().remove("leavers");
    house.ok("PUT", "/sources/contractors", Some(second)).await;
    imported(&house, "contractors", &[record("c5", "Eve", "eve@example.test")]).await;
    next.remove(3);
    imported(&house, "personnel", &next).await;
    assert_eq!(standing(&house, "eve").await.0, "active");
    imported(&house, "contractors", &[]).await;
    assert_eq!(standing(&house, "eve").await.0, "suspended");
}

#[tokio::test]
async fn two_people_let_a_source_suspend_and_a_bad_bound_is_refused() {
    let house = House::new().await;
    let declared = |leavers| Some(source(leavers));
    let door = Door::Session(1);
    let bounds = json!({"people": 5, "percent": 10});
    let reply = house.send(&door, "PUT", "/api/v1/sources/personnel", declared(bounds)).await;
    assert_eq!(reply.status, 409, "{:?}", reply.json);
    assert!(
        reply.json["detail"].as_str().unwrap().contains("it lets a source say who is suspended"),
        "{reply:?}"
    );
    let proposals = house.ok("GET", "/proposals", None).await;
    let text = proposals["items"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("let the source personnel suspend people who left: at most 5 "), "{text}");
    for wrong in [json!({"people": 0, "percent": 10}), json!({"people": 1, "percent": 101})] {
        let reply = house.api("PUT", "/sources/personnel", declared(wrong)).await;
        assert_problem(&reply, 422, Some("leavers"));
    }
    let mut plain = source(json!({"people": 5, "percent": 10}));
    plain["authoritative"] = json!(false);
    assert_problem(&house.api("PUT", "/sources/personnel", Some(plain)).await, 422, Some("leavers"));
}
