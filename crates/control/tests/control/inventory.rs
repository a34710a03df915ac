//! Sources of identities, imports of what they say, and the inventory.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem};
use countersign_facts::{Fact, SourceFact};
use countersign_inventory::{Inventory, ShrinkLimit};
use countersign_names::SourceName;
use countersign_world::World;
use serde_json::{Value, json};

fn source(title: &str) -> Value {
    json!({"format": "ldif", "title": title, "purpose": "says who works here", "owner": "ada@example.test"})
}

pub fn account(login: &str) -> Value {
    json!({"key": login, "name": login, "kind": "account", "attributes": {"mails": [format!("{login}@example.test")]}})
}

fn group(name: &str) -> Value {
    json!({"key": name, "name": name, "kind": "group"})
}

fn member(of: &str, group: &str) -> Value {
    json!({"from": of, "relation": "member_of", "to": group})
}

/// A house with the source `people`.
pub async fn declared() -> House {
    let house = House::new().await;
    house.ok("PUT", "/sources/people", Some(source("Directory"))).await;
    house
}

async fn begun(house: &House, source: &str) -> String {
    let begun = house.ok("POST", &format!("/sources/{source}/imports"), None).await;
    format!("/sources/{source}/imports/{}", begun["import"])
}

/// Stages these records; returns the path of the import and its preview.
async fn staged(house: &House, source: &str, nodes: &[Value], edges: &[Value]) -> (String, Value) {
    let import = begun(house, source).await;
    let page = json!({"page": 1, "nodes": nodes, "edges": edges});
    house.ok("POST", &format!("{import}/pages"), Some(page)).await;
    let end = json!({"records": nodes.len() + edges.len()});
    let preview = house.ok("POST", &format!("{import}/finish"), Some(end)).await;
    (import, preview)
}

pub async fn imported(house: &House, source: &str, nodes: &[Value], edges: &[Value]) -> Value {
    let (import, _) = staged(house, source, nodes, edges).await;
    house.ok("POST", &format!("{import}/apply"), Some(json!({"max_gone_percent": 100}))).await
}

pub async fn names(house: &House, query: &str) -> Vec<String> {
    let list = house.ok("GET", &format!("/inventory/nodes{query}"), None).await;
    list["items"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

/// Returns the numbers of the imports that the journal says were applied.
async fn on_record(house: &House) -> Vec<u64> {
    let facts = house.ledger.journal().read(countersign_journal::Seq::ZERO, 10_000).await.unwrap();
    let stated = facts.iter().map(|entry| countersign_facts::Stated::from_bytes(&entry.payload).unwrap());
    let number = |fact| match fact {
        Fact::Source(SourceFact::ImportApplied { import, .. }) => Some(import),
        _ => None,
    };
    stated.filter_map(|stated| number(stated.fact)).collect()
}

#[tokio::test]
async fn a_source_is_declared_shown_and_withdrawn_with_all_that_it_said() {
    let house = declared().await;
    let seq = house.seq();
    house.ok("PUT", "/sources/people", Some(source("Directory"))).await;
    assert_eq!(house.seq(), seq, "the same again states nothing");
    let shown = house.ok("GET", "/sources/people", None).await;
    assert_eq!(shown["owner_name"], "Ada");
    assert!(shown.get("last_import").is_none() && shown.get("staging").is_none(), "{shown}");
    imported(&house, "people", &[account("ada"), group("staff")], &[member("ada", "staff")]).await;
    let shown = house.ok("GET", "/sources/people", None).await;
    let last = &shown["last_import"];
    assert_eq!(
        (&last["import"], &last["applied_by"], &last["nodes"]["new"]),
        (&json!(1), &json!("operator"), &json!(2))
    );
    assert_eq!(house.ok("GET", "/sources?q=WORKS", None).await["items"], json!([shown]));
    assert_eq!(names(&house, "").await, ["ada", "staff"]);

    house.ok("DELETE", "/sources/people", None).await;
    assert_eq!(names(&house, "").await, [""; 0]);
    assert_eq!(house.ok("GET", "/sources", None).await["items"], json!([]));
    for (method, path) in
        [("GET", "/sources/people"), ("DELETE", "/sources/people"), ("POST", "/sources/people/imports")]
    {
        assert_problem(&house.api(method, path, None).await, 404, Some("source"));
    }
    assert_problem(&house.api("GET", "/inventory/nodes?source=people", None).await, 422, Some("source"));

    house.ok("PUT", "/sources/people", Some(source("Directory"))).await;
    assert!(house.ok("GET", "/sources/people", None).await.get("last_import").is_none());
    let again = imported(&house, "people", &[account("ada")], &[]).await;
    assert_eq!((&again["import"], &again["nodes"]["new"]), (&json!(2), &json!(1)), "its numbers go on");
    assert_eq!(on_record(&house).await, [1, 2]);
}

#[tokio::test]
async fn a_declaration_that_makes_no_sense_names_its_field() {
    let house = House::new().await;
    let with = |field: &str, value: Value| {
        let mut body = source("Directory");
        body[field] = value;
        body
    };
    for (path, body, field) in [
        ("/sources/Pe%20ople", source("Directory"), "source"),
        ("/sources/people", with("title", json!(" ")), "title"),
        ("/sources/people", with("purpose", json!("")), "purpose"),
        ("/sources/people", with("owner", json!("nobody@example.test")), "owner"),
        ("/sources/people", with("format", json!("LDIF")), "format"),
        ("/sources/people", with("colour", json!("red")), "colour"),
    ] {
        assert_problem(&house.api("PUT", path, Some(body)).await, 422, Some(field));
    }
    assert_eq!(house.ok("GET", "/sources", None).await["items"], json!([]));
}

#[tokio::test]
async fn an_import_is_previewed_and_nothing_changes_before_it_is_applied() {
    let house = declared().await;
    imported(&house, "people", &[account("ada"), account("bob"), group("staff")], &[member("ada", "staff")])
        .await;
    let mut left = account("bob");
    left["attributes"]["enabled"] = json!(false);
    let (import, preview) =
        staged(&house, "people", &[left, account("eve"), group("staff")], &[member("eve", "staff")]).await;
    assert_eq!(preview["nodes"], json!({"new": 1, "changed": 1, "gone": 1, "same": 1}));
    assert_eq!(preview["edges"], json!({"new": 1, "changed": 0, "gone": 1, "same": 0}));
    let sample = |login: &str| json!([{"key": login, "kind": "account", "name": login}]);
    assert_eq!(
        preview["node_samples"],
        json!({"new": sample("eve"), "changed": sample("bob"), "gone": sample("ada")})
    );
    assert_eq!(
        preview["edge_samples"]["gone"],
        json!([{"from": "ada", "relation": "member_of", "to": "staff"}])
    );
    assert_eq!(names(&house, "").await, ["ada", "bob", "staff"]);
    assert_eq!(house.ok("GET", "/sources/people", None).await["staging"], json!(2));
    let again = house.ok("POST", &format!("{import}/finish"), Some(json!({"records": 4}))).await;
    assert_eq!(again, preview, "the end that is said twice is answered twice");

    let applied = house.ok("POST", &format!("{import}/apply"), None).await;
    assert_eq!(names(&house, "").await, ["bob", "eve", "staff"]);
    let seq = house.seq();
    let again = house.ok("POST", &format!("{import}/apply"), Some(json!({}))).await;
    assert_eq!((again, house.seq()), (applied, seq), "applied twice is applied once");
    assert_eq!(on_record(&house).await, [1, 2]);
}

#[tokio::test]
async fn the_same_again_changes_nothing() {
    let house = declared().await;
    let (nodes, edges) = ([account("ada"), group("staff")], [member("ada", "staff")]);
    imported(&house, "people", &nodes, &edges).await;
    let (_, preview) = staged(&house, "people", &nodes, &edges).await;
    assert_eq!(preview["nodes"], json!({"new": 0, "changed": 0, "gone": 0, "same": 2}));
    assert_eq!(preview["edges"], json!({"new": 0, "changed": 0, "gone": 0, "same": 1}));
}

#[tokio::test]
async fn an_import_that_is_dropped_is_over() {
    let house = declared().await;
    let (import, _) = staged(&house, "people", &[account("ada")], &[]).await;
    house.ok("DELETE", &import, None).await;
    for (method, path, body) in [
        ("DELETE", import.clone(), None),
        ("POST", format!("{import}/apply"), None),
        ("POST", format!("{import}/finish"), Some(json!({"records": 1}))),
        ("POST", format!("{import}/pages"), Some(json!({"page": 1}))),
    ] {
        let reply = house.api(method, &path, body).await;
        assert_problem(&reply, 409, Some("import"));
        assert!(reply.json["detail"].as_str().unwrap().contains("is over"), "{}", reply.json);
    }
    assert_problem(&house.api("POST", "/sources/people/imports/7/apply", None).await, 404, Some("import"));
    for wrong in ["0", "-1", "one", "99999999999999999999"] {
        let path = format!("/sources/people/imports/{wrong}/apply");
        assert_problem(&house.api("POST", &path, None).await, 422, Some("import"));
    }
    assert_eq!(names(&house, "").await, [""; 0]);
}

#[tokio::test]
async fn a_bad_record_is_refused_by_its_index_and_field_and_nothing_of_its_page_is_taken() {
    let house = declared().await;
    let import = begun(&house, "people").await;
    house.ok("POST", &format!("{import}/pages"), Some(json!({"page": 1, "nodes": [account("old")]}))).await;
    let good = account("ada");
    let node = |change: Value| {
        let mut node = account("bob");
        node.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({"page": 2, "nodes": [good, node]})
    };
    let edge = |change: Value| {
        let mut edge = member("ada", "staff");
        edge.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({"page": 2, "nodes": [good], "edges": [edge]})
    };
    let long = "x".repeat(1025);
    for (page, field) in [
        (node(json!({"key": ""})), "nodes[1].key"),
        (node(json!({"key": "a\u{7}"})), "nodes[1].key"),
        (node(json!({"key": long})), "nodes[1].key"),
        (node(json!({"name": long})), "nodes[1].name"),
        (node(json!({"kind": "spaceship"})), "nodes[1].kind"),
        (node(json!({"colour": "red"})), "nodes[1].colour"),
        (node(json!({"attributes": {"colour": "red"}})), "nodes[1].attributes.colour"),
        (node(json!({"attributes": {"mails": ["a", long]}})), "nodes[1].attributes.mails[1]"),
        (node(json!({"attributes": {"class": "bucket"}})), "nodes[1].attributes.class"),
        (node(json!({"attributes": {"created_at": "yesterday"}})), "nodes[1].attributes.created_at"),
        (node(json!({"kind": "credential", "attributes": {}})), "nodes[1].attributes"),
        (node(json!({"kind": "credential", "attributes": {"class": "spell"}})), "nodes[1].attributes"),
        (node(json!({"key": "ada"})), "nodes[1].key"),
        (node(json!({"key": "old"})), "nodes[1].key"),
        (edge(json!({"from": ""})), "edges[0].from"),
        (edge(json!({"to": long})), "edges[0].to"),
        (edge(json!({"relation": "admires"})), "edges[0].relation"),
        (edge(json!({"attributes": {"rights": [long]}})), "edges[0].attributes.rights[0]"),
        (json!({"page": 2, "edges": [member("a", "b"), member("a", "b")]}), "edges[1]"),
        (json!({"page": 2, "nodes": vec![good.clone(); 5001]}), "nodes"),
    ] {
        assert_problem(&house.api("POST", &format!("{import}/pages"), Some(page)).await, 422, Some(field));
    }
    // What came before the bad record was not taken either: it comes again, and is new.
    let page = json!({"page": 2, "nodes": [good], "edges": [member("ada", "staff")]});
    let progress = house.ok("POST", &format!("{import}/pages"), Some(page)).await;
    assert_eq!(progress, json!({"page": 2, "records": 3}));
}

#[tokio::test]
async fn pages_come_one_after_the_other_and_one_that_was_taken_is_not_taken_again() {
    let house = declared().await;
    let import = begun(&house, "people").await;
    let pages = format!("{import}/pages");
    let first = json!({"page": 1, "nodes": [account("ada")]});
    for _ in 0..2 {
        let progress = house.ok("POST", &pages, Some(first.clone())).await;
        assert_eq!(progress, json!({"page": 1, "records": 1}));
    }
    for number in [0, 3, u64::MAX] {
        let reply = house.api("POST", &pages, Some(json!({"page": number}))).await;
        assert_problem(&reply, 409, Some("page"));
    }
    house.ok("POST", &pages, Some(json!({"page": 2, "nodes": [account("bob")]}))).await;
    let reply = house.api("POST", &format!("{import}/finish"), Some(json!({"records": 3}))).await;
    assert_problem(&reply, 409, Some("records"));
    let preview = house.ok("POST", &format!("{import}/finish"), Some(json!({"records": 2}))).await;
    assert_eq!(preview["nodes"]["new"], 2);
    assert_problem(&house.api("POST", &pages, Some(first)).await, 409, Some("import"));
}

#[tokio::test]
async fn a_source_that_suddenly_shrinks_is_stopped_and_says_how_it_is_applied_all_the_same() {
    let house = declared().await;
    let all: Vec<_> = (0..100).map(|number| account(&format!("a{number:02}"))).collect();
    imported(&house, "people", &all, &[]).await;
    let (import, _) = staged(&house, "people", &all[..70], &[]).await;
    let reply = house.api("POST", &format!("{import}/apply"), None).await;
    assert_problem(&reply, 409, Some("max_gone_percent"));
    assert!(reply.json["detail"].as_str().unwrap().starts_with("30 of 100 "), "{}", reply.json);
    let remedy = reply.json["remedy"].as_str().unwrap();
    assert!(remedy.contains("max_gone_percent 30 ") && remedy.contains("--max-gone 30%"), "{remedy}");
    let too_little =
        house.api("POST", &format!("{import}/apply"), Some(json!({"max_gone_percent": 29}))).await;
    assert_problem(&too_little, 409, Some("max_gone_percent"));
    let wrong = house.api("POST", &format!("{import}/apply"), Some(json!({"max_gone_percent": 101}))).await;
    assert_problem(&wrong, 422, Some("max_gone_percent"));
    assert_eq!(names(&house, "").await.len(), 100);
    assert_eq!(on_record(&house).await, [1]);
    house.ok("POST", &format!("{import}/apply"), Some(json!({"max_gone_percent": 30}))).await;
    assert_eq!(names(&house, "").await.len(), 70);
}

#[tokio::test]
async fn an_import_that_waits_too_long_for_its_next_page_is_over() {
    let house = declared().await;
    let import = begun(&house, "people").await;
    let pages = format!("{import}/pages");
    house.wait(599);
    house.ok("POST", &pages, Some(json!({"page": 1, "nodes": [account("ada")]}))).await;
    house.wait(599);
    house.ok("POST", &pages, Some(json!({"page": 2, "nodes": [account("bob")]}))).await;
    house.wait(602);
    assert_problem(&house.api("POST", &pages, Some(json!({"page": 3}))).await, 409, Some("import"));
    house.control.mend_inventory().await.unwrap();
    let reply = house.api("POST", &format!("{import}/finish"), Some(json!({"records": 2}))).await;
    assert_problem(&reply, 409, Some("import"));
    assert!(house.ok("GET", "/sources/people", None).await.get("staging").is_none());
}

#[tokio::test]
async fn a_process_receives_a_few_imports_at_a_time() {
    let house = House::new().await;
    for name in ["one", "two", "three", "four", "five"] {
        house.ok("PUT", &format!("/sources/{name}"), Some(source(name))).await;
    }
    let first = begun(&house, "one").await;
    for name in ["two", "three", "four"] {
        begun(&house, name).await;
    }
    let reply = house.api("POST", "/sources/five/imports", None).await;
    assert_problem(&reply, 409, Some("source"));
    assert!(house.ok("GET", "/sources/five", None).await.get("staging").is_none());
    // Another import of a source takes the place of the one before.
    let again = begun(&house, "one").await;
    assert_problem(
        &house.api("POST", &format!("{first}/pages"), Some(json!({"page": 1}))).await,
        409,
        Some("import"),
    );
    house.ok("POST", &format!("{again}/finish"), Some(json!({"records": 0}))).await;
    begun(&house, "five").await;
}

#[tokio::test]
async fn another_process_says_who_receives_an_import_and_applies_one_that_waits() {
    let house = declared().await;
    let inventory = inventory(&house).await;
    let people: SourceName = "people".parse().unwrap();
    // The other process began it.
    let other = inventory.begin(&people).await.unwrap();
    let import = format!("/sources/people/imports/{}", other.number());
    for (path, body) in [("pages", json!({"page": 1})), ("finish", json!({"records": 0}))] {
        let reply = house.api("POST", &format!("{import}/{path}"), Some(body)).await;
        assert_problem(&reply, 409, Some("import"));
        assert!(
            reply.json["detail"].as_str().unwrap().starts_with("this process does not receive"),
            "{}",
            reply.json
        );
    }
    let reply = house.api("POST", &format!("{import}/apply"), None).await;
    assert!(reply.json["detail"].as_str().unwrap().ends_with("is still being received"), "{}", reply.json);
    let waits = other.finish(house.ledger.now()).await.unwrap();
    house.ok("POST", &format!("{import}/apply"), None).await;
    assert_eq!(on_record(&house).await, [number(waits.import)]);
}

fn number(import: i64) -> u64 {
    u64::try_from(import).unwrap()
}

/// Opens the tables as another process.
async fn inventory(house: &House) -> Inventory {
    let database = countersign_database::Database::open_sqlite(&house.journal_file()).await.unwrap();
    Inventory::open(database).await.unwrap()
}

/// The process was killed after an import was applied, and before that was on record.
#[tokio::test]
async fn what_was_applied_and_is_not_on_record_is_put_on_record_in_the_name_of_whoever_applied_it() {
    for by_a_look in [true, false] {
        let house = declared().await;
        let (import, _) = staged(&house, "people", &[account("ada")], &[]).await;
        let inventory = inventory(&house).await;
        let waits = inventory.staged("people").await.unwrap().unwrap();
        let author = serde_json::to_string(&countersign_facts::Actor::Person(crate::common::per(1))).unwrap();
        inventory.apply_for(&waits, ShrinkLimit { percent: 20 }, &author, house.ledger.now()).await.unwrap();
        assert_eq!(on_record(&house).await, [0_u64; 0]);
        if by_a_look {
            house.control.mend_inventory().await.unwrap();
        } else {
            // The caller, who heard nothing, asks again.
            house.ok("POST", &format!("{import}/apply"), None).await;
        }
        assert_eq!(on_record(&house).await, [1]);
        house.control.mend_inventory().await.unwrap();
        assert_eq!(on_record(&house).await, [1], "once");
        let facts = house.ok("GET", "/facts?kind=source.import_applied", None).await;
        assert_eq!(facts["items"][0]["by"], crate::common::per(1).to_string(), "{facts}");
        let shown = house.ok("GET", "/sources/people", None).await;
        assert_eq!(shown["last_import"]["applied_by_name"], "Ada");
    }
}

/// The process was killed after a source was withdrawn, and before its rows were taken away.
#[tokio::test]
async fn what_a_withdrawn_source_said_is_taken_away_at_the_next_look() {
    let house = declared().await;
    imported(&house, "people", &[account("ada")], &[]).await;
    let people: SourceName = "people".parse().unwrap();
    house.state(vec![Fact::Source(SourceFact::Withdrawn { source: people })]).await;
    house.control.mend_inventory().await.unwrap();
    assert_eq!(names(&house, "").await, [""; 0]);
    assert_eq!(inventory(&house).await.applied_after("people", 0).await.unwrap(), []);
}

#[tokio::test]
async fn a_node_shows_what_its_source_says_how_it_is_known_and_its_edges_both_ways() {
    let house = declared().await;
    let nodes = [account("ada"), account("bob"), group("staff"), group("all/of?it")];
    let edges = [
        member("ada", "staff"),
        member("bob", "staff"),
        member("staff", "all/of?it"),
        json!({"from": "staff", "relation": "may", "to": "wiki", "attributes": {"rights": ["read"], "level": "read"}}),
    ];
    imported(&house, "people", &nodes, &edges).await;
    imported(&house, "people", &[&nodes[..], &[account("eve")]].concat(), &edges).await;
    let known = house.ok("GET", "/inventory/node?source=people&key=ada", None).await;
    assert_eq!(known["node"]["attributes"], json!({"mails": ["ada@example.test"]}));
    assert_eq!(
        (&known["source_title"], &known["import"], &known["since_import"]),
        (&json!("Directory"), &json!(2), &json!(1))
    );
    let strange = house.ok("GET", "/inventory/node?source=people&key=all%2Fof%3Fit", None).await;
    assert_eq!(strange["node"]["name"], "all/of?it");

    let of = |key: &str, end: &str, more: &str| {
        format!("/inventory/edges?source=people&key={key}&end={end}{more}")
    };
    let members = house.ok("GET", &of("staff", "to", ""), None).await;
    let from: Vec<_> = members["items"].as_array().unwrap().iter().map(|edge| edge["from"].clone()).collect();
    assert_eq!(from, ["ada", "bob"]);
    for order in ["asc", "desc"] {
        let whole =
            house.ok("GET", &of("staff", "from", &format!("&order={order}")), None).await["items"].clone();
        let mut walked = Vec::new();
        let mut cursor = String::new();
        loop {
            let page =
                house.ok("GET", &of("staff", "from", &format!("&order={order}&limit=1{cursor}")), None).await;
            walked.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(walked), whole);
        assert_eq!(walked.len(), 2);
    }
    let may = house.ok("GET", &of("staff", "from", ""), None).await["items"][0].clone();
    assert_eq!(
        may,
        json!({
            "from": "staff", "relation": "may", "to": "wiki", "attributes": {"rights": ["read"], "level": "read"},
        })
    );
    for (query, status, field) in [
        ("node?source=people&key=nobody", 404, "key"),
        ("node?source=cloud&key=ada", 422, "source"),
        ("node?source=people", 422, "key"),
        ("node?key=ada", 422, "source"),
        ("edges?source=people&key=ada", 422, "end"),
        ("edges?source=people&key=ada&end=middle", 422, "end"),
        ("edges?source=people&key=ada&end=to&cursor=x", 422, "cursor"),
        ("nodes?kind=spaceship", 422, "kind"),
        ("nodes?source=Cloud", 422, "source"),
    ] {
        assert_problem(&house.api("GET", &format!("/inventory/{query}"), None).await, status, Some(field));
    }
}

#[tokio::test]
async fn nodes_are_listed_by_source_kind_and_text_page_by_page() {
    let house = declared().await;
    house.ok("PUT", "/sources/cloud", Some(source("Cloud"))).await;
    imported(&house, "people", &[account("Ada"), account("bob"), group("staff")], &[]).await;
    imported(&house, "cloud", &[account("ada"), group("admins")], &[]).await;
    for (query, expected) in [
        ("", &["ada", "Ada", "admins", "bob", "staff"][..]),
        ("?order=desc", &["staff", "bob", "admins", "ada", "Ada"]),
        ("?kind=group", &["admins", "staff"]),
        ("?source=people", &["Ada", "bob", "staff"]),
        ("?source=people&kind=account&q=B", &["bob"]),
        ("?q=AD", &["ada", "Ada", "admins"]),
        ("?kind=role", &[]),
    ] {
        assert_eq!(names(&house, query).await, expected, "{query}");
    }
    for order in ["asc", "desc"] {
        let whole = names(&house, &format!("?order={order}")).await;
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let page =
                house.ok("GET", &format!("/inventory/nodes?order={order}&limit=2{cursor}"), None).await;
            walked.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|node| node["name"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(walked, whole);
    }
}

#[tokio::test]
async fn who_does_not_administer_imports_nothing_and_sees_nothing() {
    let house = declared().await;
    let (import, _) = staged(&house, "people", &[account("ada")], &[]).await;
    for door in [Door::Session(3), Door::Nobody] {
        for (method, path, body) in [
            ("PUT", "/sources/people".to_owned(), Some(source("Mine"))),
            ("DELETE", "/sources/people".to_owned(), None),
            ("POST", "/sources/people/imports".to_owned(), None),
            ("POST", format!("{import}/pages"), Some(json!({"page": 1}))),
            ("POST", format!("{import}/finish"), Some(json!({"records": 1}))),
            ("POST", format!("{import}/apply"), None),
            ("DELETE", import.clone(), None),
            ("GET", "/sources".to_owned(), None),
            ("GET", "/inventory/nodes".to_owned(), None),
        ] {
            let reply = house.send(&door, method, &format!("/api/v1{path}"), body).await;
            assert!([401, 403].contains(&reply.status.as_u16()), "{method} {path}: {}", reply.json);
        }
    }
    let ada = Door::Session(1);
    let reply = house.send(&ada, "POST", &format!("/api/v1{import}/apply"), None).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json["applied_by_name"]),
        (200, &json!("Ada")),
        "{}",
        reply.json
    );
    let world: &World = &house.ledger.world();
    assert_eq!(world.last_import(&"people".parse().unwrap()), 1);
}
