//! Every list has pages by the same rules.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, per};
use countersign_api::{SortField, endpoints};
use countersign_facts::{Fact, Person, PersonFact, PersonKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Returns every list with its path; the list of passkeys is Ada's. The lists of what one thing has,
/// which need that thing, have tests of their own.
fn lists() -> Vec<(&'static str, String, &'static [SortField])> {
    const OF_ONE: [&str; 3] = ["inventory.edges", "reviews.items", "sources.leavers"];
    let lists = endpoints().into_iter().filter(|it| !it.sorts.is_empty() && !OF_ONE.contains(&it.id));
    lists.map(|list| (list.id, list.path.replace("{person}", "ada@example.test"), list.sorts)).collect()
}

/// Returns the items of all pages of a list, in order.
async fn walk(house: &House, path: &str, query: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.ok("GET", &format!("{path}?{query}{cursor}"), None).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
        assert!(items.len() < 100, "{path}?{query} has no end");
    }
}

async fn furnished() -> House {
    let house = House::new().await;
    for name in ["hr", "ci", "backup"] {
        let body = json!({"name": name, "owner": "ada@example.test", "purpose": "keeps things"});
        house.ok("POST", "/services", Some(body)).await;
        let body = json!({"name": name, "platform": "Debian", "owner": "ben@example.test"});
        house.ok("POST", "/devices", Some(body)).await;
        house.ok("POST", "/groups", Some(json!({"name": name, "purpose": "a group"}))).await;
    }
    house
}

#[tokio::test]
async fn every_list_is_the_same_in_pages_of_one_as_in_one_page() {
    let house = furnished().await;
    let mut walked = BTreeSet::new();
    for (id, path, sorts) in lists() {
        for (sort, order) in sorts.iter().flat_map(|field| [(field.name, "asc"), (field.name, "desc")]) {
            let query = format!("sort={sort}&order={order}");
            let whole = house.ok("GET", &format!("{path}?{query}"), None).await;
            assert!(whole.get("next").is_none(), "{id} {query}: {whole}");
            let whole = whole["items"].as_array().unwrap().clone();
            assert_eq!(walk(&house, &path, &format!("{query}&limit=1")).await, whole, "{id} {query}");
            if whole.len() > 2 {
                walked.insert(id);
            }
        }
        let usual = house.ok("GET", &path, None).await;
        let first = house.ok("GET", &format!("{path}?sort={}", sorts[0].name), None).await;
        assert_eq!(usual, first, "{id}");
    }
    let expected =
        ["devices.list", "groups.list", "people.list", "query.tables", "services.list", "sessions.list"];
    assert!(walked.is_superset(&BTreeSet::from(expected)), "{walked:?}");
}

#[tokio::test]
async fn what_cannot_be_paged_names_its_parameter_and_what_to_do() {
    let house = furnished().await;
    let groups = house.ok("GET", "/groups?limit=1", None).await["next"].as_str().unwrap().to_owned();
    let by_name =
        house.ok("GET", "/people?limit=1&sort=name", None).await["next"].as_str().unwrap().to_owned();
    for (id, path, _) in lists() {
        for (query, field) in [
            ("sort=colour", "sort"),
            ("order=up", "order"),
            ("limit=0", "limit"),
            ("limit=-1", "limit"),
            ("cursor=nonsense", "cursor"),
            ("cursor=", "cursor"),
        ] {
            let reply = house.api("GET", &format!("{path}?{query}"), None).await;
            assert_problem(&reply, 422, Some(field));
            assert!(reply.json["remedy"].is_string(), "{id} {query}: {}", reply.json);
        }
    }
    assert_problem(&house.api("GET", &format!("/people?cursor={groups}"), None).await, 422, Some("cursor"));
    for query in ["sort=email", "order=desc"] {
        let reply = house.api("GET", &format!("/people?{query}&cursor={by_name}"), None).await;
        assert_problem(&reply, 422, Some("cursor"));
    }
    // The cursor holds the order, so the client need not repeat it.
    let rest = house.ok("GET", &format!("/people?cursor={by_name}"), None).await;
    assert_eq!(emails(&rest), ["ben@example.test", "cleo@example.test", "dan@example.test"]);
}

#[tokio::test]
async fn what_comes_and_goes_meanwhile_neither_repeats_nor_hides_anybody() {
    for sort in ["email", "name"] {
        let house = House::new().await;
        let first = house.ok("GET", &format!("/people?limit=2&sort={sort}"), None).await;
        assert_eq!(emails(&first), ["ada@example.test", "ben@example.test"]);
        house.ok("DELETE", "/people/ben@example.test", None).await;
        house.ok("POST", "/people", Some(json!({"name": "Abe", "email": "abe@example.test"}))).await;
        house.ok("POST", "/people", Some(json!({"name": "Bob", "email": "bob@example.test"}))).await;
        let next = first["next"].as_str().unwrap();
        let second = house.ok("GET", &format!("/people?cursor={next}"), None).await;
        assert_eq!(emails(&second), ["bob@example.test", "cleo@example.test", "dan@example.test"], "{sort}");
    }
}

#[tokio::test]
async fn people_are_filtered_on_the_server() {
    let house = House::new().await;
    house.ok("PUT", "/people/cleo@example.test/risk", Some(json!({"level": "high"}))).await;
    let vendor =
        json!({"name": "Eve Vendor", "email": "eve@shop.test", "kind": "vendor", "aliases": ["X-77"]});
    house.ok("POST", "/people", Some(vendor)).await;
    house.ok("POST", "/people/cleo@example.test/suspend", Some(json!({"reason": "away"}))).await;
    house.ok("POST", "/groups", Some(json!({"name": "editors", "purpose": "edit"}))).await;
    house.ok("PUT", "/groups/editors/members/dan@example.test", None).await;
    for (query, expected) in [
        ("q=EVE", vec!["eve@shop.test"]),
        ("q=x-77", vec!["eve@shop.test"]),
        ("q=example.test&limit=1&order=desc", vec!["dan@example.test"]),
        ("kind=vendor", vec!["eve@shop.test"]),
        ("standing=suspended", vec!["cleo@example.test"]),
        ("group=editors", vec!["dan@example.test"]),
        ("group=editors&kind=vendor", vec![]),
        (
            "q=e&sort=name&standing=active&kind=employee",
            vec!["ada@example.test", "ben@example.test", "dan@example.test"],
        ),
    ] {
        let found = house.ok("GET", &format!("/people?{query}"), None).await;
        assert_eq!(emails(&found), expected, "{query}");
    }
    for (query, field) in
        [("q=%20", "q"), ("kind=boss", "kind"), ("standing=up", "standing"), ("group=nobody", "group")]
    {
        assert_problem(&house.api("GET", &format!("/people?{query}"), None).await, 422, Some(field));
    }
}

#[tokio::test]
async fn exceptions_are_sorted_searched_and_filtered_on_the_server() {
    let house = House::new().await;
    for (person, seconds, reason) in
        [("ben", 7200, "Migration"), ("cleo", 3600, "repair"), ("dan", 9000, "trial")]
    {
        let body = json!({
            "policy": "sessions-only", "person": format!("{person}@example.test"), "application": "wiki",
            "owner": "ada@example.test", "authority": "CISO", "reason": reason, "expires_in_seconds": seconds
        });
        house.ok("POST", "/exceptions", Some(body)).await;
    }
    let all = house.ok("GET", "/exceptions?sort=expires_at", None).await;
    let ends: Vec<_> = all["items"].as_array().unwrap().iter().map(|it| it["expires_at"].clone()).collect();
    let second = ends[1].as_str().unwrap();
    for (query, expected) in [
        ("sort=expires_at".to_owned(), vec!["repair", "Migration", "trial"]),
        ("sort=expires_at&order=desc&limit=1".to_owned(), vec!["trial"]),
        ("q=MIGRATION".to_owned(), vec!["Migration"]),
        ("q=cleo@".to_owned(), vec!["repair"]),
        ("q=wiki&sort=expires_at".to_owned(), vec!["repair", "Migration", "trial"]),
        ("q=nothing".to_owned(), vec![]),
        (format!("sort=expires_at&expires_since={second}"), vec!["Migration", "trial"]),
        (format!("sort=expires_at&expires_until={second}"), vec!["repair"]),
        (format!("expires_since={second}&expires_until={second}"), vec![]),
    ] {
        let found = house.ok("GET", &format!("/exceptions?{query}"), None).await;
        let reasons: Vec<_> =
            found["items"].as_array().unwrap().iter().map(|it| it["reason"].clone()).collect();
        assert_eq!(reasons, expected, "{query}");
    }
    for (query, field) in
        [("q=%20", "q"), ("expires_since=soon", "expires_since"), ("expires_until=", "expires_until")]
    {
        assert_problem(&house.api("GET", &format!("/exceptions?{query}"), None).await, 422, Some(field));
    }
    let one = &all["items"][0];
    let path = format!("/exceptions/{}", one["id"].as_str().unwrap());
    assert_eq!(&house.ok("GET", &path, None).await, one);
    house.ok("DELETE", &path, Some(json!({"reason": "over"}))).await;
    assert_problem(&house.api("GET", &path, None).await, 404, Some("id"));
    assert_problem(&house.api("GET", "/exceptions/one", None).await, 422, Some("id"));
}

#[tokio::test]
async fn a_list_is_bounded_and_says_when_there_is_more() {
    let house = House::new().await;
    let added = |n: u128| {
        let (name, email) = (format!("Person {n}"), format!("p{n:06}@example.test"));
        let about = Person { name, email, kind: PersonKind::Employee, aliases: BTreeSet::new() };
        Fact::Person(PersonFact::Added { person: per(1000 + n), about })
    };
    house.state((0..1000).map(added).collect()).await;
    let first = house.ok("GET", "/people", None).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 1000);
    let rest = house.ok("GET", &format!("/people?cursor={}", first["next"].as_str().unwrap()), None).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 4);
    assert!(rest.get("next").is_none());
    // A limit above the largest page returns a largest page, as before pages existed.
    let all = house.ok("GET", "/people?limit=4000000000", None).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 1004);
}

#[tokio::test]
async fn the_few_who_match_among_thousands_are_found_in_order() {
    let house = House::new().await;
    let is_rare = |n: u128| [0, 1, 7, 2_500, 4_500, 5_998, 5_999].contains(&n);
    let added = |n: u128| {
        let kind = if is_rare(n) { PersonKind::Vendor } else { PersonKind::Employee };
        // The order of names is not that of addresses.
        let name = format!("{} {}", if is_rare(n) { "Rare" } else { "Common" }, n * 7_919 % 6_000);
        let about = Person { name, email: format!("p{n:06}@shop.test"), kind, aliases: BTreeSet::new() };
        Fact::Person(PersonFact::Added { person: per(1_000 + n), about })
    };
    for from in (0..6_000).step_by(1_000) {
        house.state((from..from + 1_000).map(added).collect()).await;
    }
    let rare: Vec<String> =
        (0..6_000).filter(|n| is_rare(*n)).map(|n| format!("p{n:06}@shop.test")).collect();
    let backwards: Vec<String> = rare.iter().rev().cloned().collect();
    for (order, expected) in [("asc", &rare), ("desc", &backwards)] {
        for (filter, limit) in ["q=RARE", "kind=vendor", "q=rare+&kind=vendor"]
            .iter()
            .flat_map(|filter| [1, 3, 6, 7, 8].map(|limit| (filter, limit)))
        {
            let found = walk(&house, "/people", &format!("{filter}&order={order}&limit={limit}")).await;
            let found: Vec<_> = found.iter().map(|person| person["email"].as_str().unwrap()).collect();
            assert_eq!(&found, expected, "{filter} {order} {limit}");
        }
        // Where many match, the page is the first of them as well.
        let many = house.ok("GET", &format!("/people?q=shop.test&order={order}&limit=2"), None).await;
        let ends = ["p000000@shop.test", "p000001@shop.test", "p005998@shop.test", "p005999@shop.test"];
        let first = if order == "asc" { [ends[0], ends[1]] } else { [ends[3], ends[2]] };
        assert_eq!(emails(&many), first, "{order}");
        assert!(many["next"].is_string(), "{order}");
    }
    assert_eq!(walk(&house, "/people", "q=nobody+at+all").await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_list_of_ones_own_is_ones_own_on_each_page() {
    let house = House::new().await;
    let of_cleo =
        house.send(&Door::Session(3), "GET", "/api/v1/sessions?person=cleo@example.test&limit=1", None).await;
    assert_eq!(of_cleo.status.as_u16(), 200, "{}", of_cleo.json);
    let everybody = house.send(&Door::Session(3), "GET", "/api/v1/sessions?limit=1", None).await;
    assert_eq!(everybody.status.as_u16(), 403, "{}", everybody.json);
}

fn emails(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|person| person["email"].as_str().unwrap()).collect()
}
