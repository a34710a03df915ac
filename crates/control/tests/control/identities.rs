//! Identities: found in what two sources say, decided about, and found again after the next import.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem};
use serde_json::{Value, json};

fn person(key: &str, given: &str, family: &str, mail: &str) -> Value {
    json!({"key": key, "name": format!("{given} {family}"), "kind": "person",
        "attributes": {"given_name": given, "family_name": family, "mails": [mail], "employee_number": key}})
}

fn account(key: &str, given: &str, family: &str, mails: &[&str]) -> Value {
    json!({"key": key, "name": key, "kind": "account",
        "attributes": {"given_name": given, "family_name": family, "mails": mails}})
}

async fn declare(house: &House, source: &str, authoritative: bool) {
    let new = json!({"format": "other", "title": source, "purpose": "tests", "owner": "ada@example.test",
        "authoritative": authoritative});
    house.ok("PUT", &format!("/sources/{source}"), Some(new)).await;
}

async fn import(house: &House, source: &str, nodes: &[Value]) {
    let begun = house.ok("POST", &format!("/sources/{source}/imports"), None).await;
    let path = format!("/sources/{source}/imports/{}", begun["import"]);
    house.ok("POST", &format!("{path}/pages"), Some(json!({"page": 1, "nodes": nodes}))).await;
    house.ok("POST", &format!("{path}/finish"), Some(json!({"records": nodes.len()}))).await;
    house.ok("POST", &format!("{path}/apply"), Some(json!({"max_gone_percent": 100}))).await;
}

fn people() -> Vec<Value> {
    vec![
        person("17", "Ada", "Lovelace", "ada@corp.example"),
        person("18", "Bob", "Miller", "bob@corp.example"),
        person("19", "Bob", "Miller", "miller@corp.example"),
    ]
}

fn cloud() -> Vec<Value> {
    vec![
        account("ada", "Ada", "Lovelace", &["ada@corp.example"]),
        account("bmiller", "Bob", "Miller", &[]),
        account("zzz", "", "", &[]),
        json!({"key": "svc-backup", "name": "svc-backup", "kind": "account",
            "attributes": {"used_by": "service", "owner": "ada@corp.example", "description": "Copies the shop"}}),
        json!({"key": "staff", "name": "staff", "kind": "group"}),
    ]
}

/// A house with two sources whose people overlap, correlated.
async fn correlated() -> House {
    let house = House::new().await;
    declare(&house, "people", true).await;
    declare(&house, "cloud", false).await;
    import(&house, "people", &people()).await;
    import(&house, "cloud", &cloud()).await;
    run(&house).await;
    house
}

/// Correlates if something changed; returns whether it did.
async fn run(house: &House) -> bool {
    house.control.correlate_once().await.unwrap().is_some()
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

fn decision(ruling: &str, [source, key]: [&str; 2], [other, other_key]: [&str; 2]) -> Value {
    json!({"ruling": ruling, "one": {"source": source, "key": key}, "other": {"source": other, "key": other_key},
        "reason": "asked them"})
}

async fn decide(house: &House, body: Value) -> String {
    let decided = house.ok("POST", "/inventory/identities/decisions", Some(body)).await;
    decided["id"].as_str().unwrap().to_owned()
}

/// Returns the account `bmiller`, as its list or its identity shows it, and whose it is.
async fn bmiller(house: &House) -> (String, Option<String>) {
    for state in ["linked", "proposed", "disputed", "orphan"] {
        let list = house.ok("GET", &format!("/inventory/identities/queue?state={state}&q=BMILL"), None).await;
        if let Some(found) = list["items"].as_array().unwrap().first() {
            return (state.to_owned(), found["identity"]["key"].as_str().map(str::to_owned));
        }
    }
    ("absent".to_owned(), None)
}

#[tokio::test]
async fn what_two_sources_say_is_shown_as_identities_with_owner_purpose_and_evidence() {
    let house = House::new().await;
    let state = house.ok("GET", "/inventory/identities/correlation", None).await;
    assert_eq!(state, json!({"current": false, "requested": false, "running": false}));
    let house = correlated().await;
    let list = house.ok("GET", "/inventory/identities", None).await;
    assert_eq!(names(&list), ["Ada Lovelace", "Bob Miller", "Bob Miller", "svc-backup"]);
    let ada = &list["items"][0];
    assert_eq!((&ada["source"], &ada["key"], &ada["accounts"]), (&json!("people"), &json!("17"), &json!(1)));
    let service = &list["items"][3];
    assert_eq!(service["kind"], "service");
    assert_eq!((&service["owner"], &service["purpose"]), (&json!("Ada Lovelace"), &json!("Copies the shop")));
    assert_eq!((&service["owner_node"]["key"], &service["lacks"]), (&json!("17"), &json!([])));
    for (query, expected) in [
        ("kind=service", vec!["svc-backup"]),
        ("q=LOVE", vec!["Ada Lovelace"]),
        ("state=linked", vec!["Ada Lovelace", "svc-backup"]),
        ("lacks=owner", vec![]),
        ("sort=name&order=desc", vec!["svc-backup", "Bob Miller", "Bob Miller", "Ada Lovelace"]),
    ] {
        let list = house.ok("GET", &format!("/inventory/identities?{query}"), None).await;
        assert_eq!(names(&list), expected, "{query}");
    }

    let shown = house.ok("GET", "/inventory/identity?source=cloud&key=ada", None).await;
    assert_eq!((&shown["name"], &shown["records"][0]["key"]), (&json!("Ada Lovelace"), &json!("17")));
    let linked = &shown["linked"][0];
    assert_eq!((&linked["key"], &linked["ground"]), (&json!("ada"), &json!("rules")));
    assert!(linked["evidence"][0]["points"].as_i64().unwrap() > 0);
    let attributes = shown["attributes"].as_array().unwrap();
    assert!(
        attributes.iter().all(|value| value["source"] == "people"),
        "the authoritative source is shown first"
    );
    let number = attributes.iter().find(|value| value["attribute"] == "employee_number").unwrap();
    assert_eq!(
        number,
        &json!({"attribute": "employee_number", "value": "17", "source": "people", "key": "17"})
    );

    let queue = house.ok("GET", "/inventory/identities/queue", None).await;
    assert_eq!(names(&queue), ["bmiller"]);
    let candidates = queue["items"][0]["candidates"].as_array().unwrap();
    let keys: Vec<_> = candidates.iter().map(|candidate| candidate["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["18", "19"]);
    let pair = &candidates[0]["evidence"][0]["compared"][0];
    assert!(pair["account"].is_string() && pair["identity"].is_string(), "{pair}");
    let bob = house.ok("GET", "/inventory/identity?source=people&key=18", None).await;
    assert_eq!(bob["in_question"][0]["key"], "bmiller");

    let state = house.ok("GET", "/inventory/identities/correlation", None).await;
    assert_eq!((&state["current"], &state["last"]["people"]), (&json!(true), &json!(3)));
    assert_eq!((&state["last"]["linked"], &state["last"]["orphans"]), (&json!(2), &json!(1)));
    assert!(!run(&house).await, "nothing changed");
}

#[tokio::test]
async fn a_decision_holds_over_imports_until_it_is_undone() {
    let house = correlated().await;
    let waiting = bmiller(&house).await;
    assert!(["proposed", "disputed"].contains(&waiting.0.as_str()), "{waiting:?}");
    let id = decide(&house, decision("linked", ["cloud", "bmiller"], ["people", "19"])).await;
    let state = house.ok("GET", "/inventory/identities/correlation", None).await;
    assert_eq!(state["current"], false, "a decision makes it old");
    assert!(run(&house).await);
    assert_eq!(bmiller(&house).await, ("linked".to_owned(), Some("19".to_owned())));
    let shown = house.ok("GET", "/inventory/identity?source=cloud&key=bmiller", None).await;
    assert_eq!(
        (&shown["linked"][0]["ground"], &shown["linked"][0]["decision"]),
        (&json!("decision"), &json!(id))
    );
    assert_eq!(names(&house.ok("GET", "/inventory/identities/queue", None).await), [""; 0]);

    // The same people again, in another order and with one more: rows are new, keys are not.
    let mut again = people();
    again.reverse();
    again.push(person("20", "Eve", "Moore", "eve@corp.example"));
    import(&house, "people", &again).await;
    import(&house, "cloud", &[]).await;
    assert!(run(&house).await);
    assert_eq!(bmiller(&house).await.0, "absent");
    import(&house, "cloud", &cloud()).await;
    assert!(run(&house).await);
    assert_eq!(
        bmiller(&house).await,
        ("linked".to_owned(), Some("19".to_owned())),
        "it came back to its place"
    );

    let listed = house.ok("GET", "/inventory/identities/decisions", None).await;
    let first = &listed["items"][0];
    assert_eq!(
        (&first["id"], &first["by"], &first["reason"]),
        (&json!(id), &json!("operator"), &json!("asked them"))
    );
    let undo = format!("/inventory/identities/decisions/{id}/undo");
    house.ok("POST", &undo, Some(json!({"reason": "it was not"}))).await;
    assert!(run(&house).await);
    assert_eq!(bmiller(&house).await, waiting);
    assert_eq!(house.ok("GET", "/inventory/identities/decisions", None).await["items"], json!([]));
    assert_problem(&house.api("POST", &undo, Some(json!({"reason": "again"}))).await, 404, Some("decision"));
    let facts = house.ok("GET", "/facts?kind=identity", None).await;
    let kinds: Vec<_> =
        facts["items"].as_array().unwrap().iter().map(|fact| fact["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["identity.undone", "identity.linked"]);
}

#[tokio::test]
async fn people_are_kept_apart_and_merged() {
    let house = correlated().await;
    decide(&house, decision("separated", ["cloud", "bmiller"], ["people", "18"])).await;
    let apart = run(&house).await;
    assert!(apart);
    let queue = house.ok("GET", "/inventory/identities/queue?state=proposed", None).await;
    let left = queue["items"][0]["candidates"].as_array().map_or(0, Vec::len);
    let (state, whose) = bmiller(&house).await;
    assert!(left == 1 || (state == "linked" && whose.as_deref() == Some("19")), "{state} {whose:?} {queue}");
    decide(&house, decision("merged", ["people", "18"], ["people", "17"])).await;
    assert!(run(&house).await);
    let both = house.ok("GET", "/inventory/identity?source=people&key=18", None).await;
    let records: Vec<_> =
        both["records"].as_array().unwrap().iter().map(|record| record["key"].as_str().unwrap()).collect();
    assert_eq!(records, ["17", "18"]);
    assert!(
        both["contradicting"].as_array().unwrap().iter().any(|clash| clash["attribute"] == "employee_number")
    );
}

#[tokio::test]
async fn a_decision_that_makes_no_sense_names_its_field_and_what_to_do() {
    let house = correlated().await;
    let with = |field: &str, value: Value| {
        let mut body = decision("linked", ["cloud", "bmiller"], ["people", "19"]);
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("reason", json!(" ")), "reason"),
        (with("ruling", json!("joined")), "ruling"),
        (with("one", json!({"source": "cloud"})), "one.key"),
        (with("one", json!({"source": "nowhere", "key": "x"})), "one.source"),
        (with("one", json!({"source": "cloud", "key": "nobody"})), "one.key"),
        (with("one", json!({"source": "cloud", "key": "staff"})), "one"),
        (with("one", json!({"source": "people", "key": "18"})), "one"),
        (with("other", json!({"source": "cloud", "key": "staff"})), "other"),
        (with("other", json!({"source": "cloud", "key": "bmiller"})), "other"),
    ] {
        let reply = house.api("POST", "/inventory/identities/decisions", Some(body)).await;
        assert_problem(&reply, 422, Some(field));
    }
    let seq = house.seq();
    assert!(!run(&house).await && house.seq() == seq, "nothing was stated");

    let id = decide(&house, decision("linked", ["cloud", "bmiller"], ["people", "19"])).await;
    for (body, said) in [
        (decision("linked", ["cloud", "bmiller"], ["people", "19"]), "decided already"),
        (decision("linked", ["cloud", "bmiller"], ["people", "18"]), "contradicts"),
        (decision("separated", ["people", "19"], ["cloud", "bmiller"]), "contradicts"),
    ] {
        let reply = house.api("POST", "/inventory/identities/decisions", Some(body)).await;
        assert_problem(&reply, 409, Some("one"));
        let detail = reply.json["detail"].as_str().unwrap();
        assert!(detail.contains(said) && detail.contains(&id) && detail.contains("asked them"), "{detail}");
    }
    for (path, status, field) in [
        ("/inventory/identities?state=orphan", 422, "state"),
        ("/inventory/identities?kind=robot", 422, "kind"),
        ("/inventory/identities/queue?source=nowhere", 422, "source"),
        ("/inventory/identity?source=cloud", 422, "key"),
        ("/inventory/identity?source=nowhere&key=1", 422, "source"),
        ("/inventory/identity?source=cloud&key=nobody", 404, "key"),
        ("/inventory/identity?source=cloud&key=zzz", 404, "key"),
    ] {
        assert_problem(&house.api("GET", path, None).await, status, Some(field));
    }
    let orphan = house.api("GET", "/inventory/identity?source=cloud&key=zzz", None).await;
    assert!(orphan.json["remedy"].as_str().unwrap().contains("orphan"), "{}", orphan.json);
    let nothing = "/inventory/identities/decisions/lnk_0/undo";
    assert_problem(&house.api("POST", nothing, Some(json!({"reason": "x"}))).await, 422, Some("decision"));
}

#[tokio::test]
async fn a_run_by_hand_happens_though_nothing_changed_and_only_administrators_ask_for_it() {
    let house = correlated().await;
    assert!(!run(&house).await);
    house.wait(1);
    let state = house.ok("POST", "/inventory/identities/correlation", None).await;
    assert_eq!((&state["requested"], &state["current"]), (&json!(true), &json!(true)));
    house.wait(1);
    assert!(run(&house).await && !run(&house).await, "once");
    let state = house.ok("GET", "/inventory/identities/correlation", None).await;
    assert_eq!(state["requested"], false);
    for path in ["/inventory/identities/correlation", "/inventory/identities/decisions"] {
        let reply = house.send(&Door::Session(3), "POST", &format!("/api/v1{path}"), None).await;
        assert_eq!(reply.status.as_u16(), 403, "{}", reply.json);
    }
}

#[tokio::test]
async fn the_operators_rules_hold_and_a_wrong_file_changes_nothing() {
    let house = correlated().await;
    let rules = house.ok("GET", "/inventory/identities/rules", None).await;
    assert_eq!((&rules["declared"], &rules["text"]), (&json!(true), &json!("")));
    house.rule("[thresholds]\ncertain = 2.0\n");
    let wrong = house.api("POST", "/inventory/identities/correlation", None).await;
    assert_problem(&wrong, 409, None);
    let state = house.ok("GET", "/inventory/identities/correlation", None).await;
    assert!(state["failure"].as_str().unwrap().contains("line "), "{state}");
    assert!(house.control.correlate_once().await.is_err());
    assert_eq!(
        names(&house.ok("GET", "/inventory/identities", None).await).len(),
        4,
        "the last result stays"
    );
    // Nothing is certain any more, so Ada's account waits too.
    house.rule("[thresholds]\ncertain = 1.0\nreview = 0.1\nlead = 10.0\n[[rules]]\nname = \"mail\"\ntier = 1\nall = [\"mail\"]\nconfidence = 0.5\nreason = \"less sure\"\n");
    assert!(run(&house).await);
    let queue = house.ok("GET", "/inventory/identities/queue", None).await;
    assert!(names(&queue).contains(&"ada"), "{queue}");
}

#[tokio::test]
async fn a_withdrawn_source_takes_its_accounts_with_it() {
    let house = correlated().await;
    house.ok("DELETE", "/sources/cloud", None).await;
    assert!(run(&house).await);
    let list = house.ok("GET", "/inventory/identities", None).await;
    assert_eq!(names(&list), ["Ada Lovelace", "Bob Miller", "Bob Miller"]);
    assert!(list["items"].as_array().unwrap().iter().all(|identity| identity["accounts"] == 0));
}

#[tokio::test]
async fn accounts_of_an_authoritative_source_are_people() {
    let house = House::new().await;
    declare(&house, "cloud", false).await;
    import(&house, "cloud", &[account("ada", "Ada", "Lovelace", &["ada@corp.example"])]).await;
    assert!(run(&house).await);
    assert_eq!(names(&house.ok("GET", "/inventory/identities", None).await), [""; 0]);
    declare(&house, "cloud", true).await;
    assert!(run(&house).await, "the declaration is part of what a result depends on");
    assert_eq!(names(&house.ok("GET", "/inventory/identities", None).await), ["Ada Lovelace"]);
}
