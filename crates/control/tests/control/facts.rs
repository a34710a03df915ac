//! The facts of the journal over the API: listed, filtered, paged, and one shown.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, per};
use serde_json::{Value, json};

async fn listed(house: &House, query: &str) -> Vec<Value> {
    house.ok("GET", &format!("/facts?{query}"), None).await["items"].as_array().unwrap().clone()
}

fn kinds(facts: &[Value]) -> Vec<&str> {
    facts.iter().map(|fact| fact["kind"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_to_one_thing_is_found_by_its_id_the_newest_first() {
    let house = House::new().await;
    house
        .ok(
            "POST",
            "/people/cleo@example.test/suspend",
            Some(json!({"reason": "laptop stolen, ticket 4711"})),
        )
        .await;
    house.ok("POST", "/people/cleo@example.test/restore", None).await;
    house.ok("POST", "/groups", Some(json!({"name": "editors", "purpose": "write"}))).await;
    house.ok("PUT", "/groups/editors/members/cleo@example.test", None).await;
    let cleo = per(3).to_string();

    let history = listed(&house, &format!("about={cleo}")).await;
    assert_eq!(kinds(&history)[..3], ["group.member_added", "person.restored", "person.suspended"]);
    assert_eq!(kinds(&history).last(), Some(&"person.added"));
    let suspended = &history[2];
    assert_eq!(suspended["body"]["reason"], "laptop stolen, ticket 4711");
    assert_eq!((&suspended["by"], &suspended["version"]), (&json!("operator"), &json!(1)), "{suspended}");
    assert_eq!(suspended["about"], json!([cleo]));
    assert!(suspended["body"].get("by").is_none() && suspended["body"].get("fact").is_none(), "{suspended}");

    // What was written is read back at once, and a name is found with its kind.
    assert_eq!(kinds(&listed(&house, "about=group:editors").await), ["group.member_added", "group.added"]);
    assert_eq!(
        kinds(&listed(&house, &format!("about={cleo}&kind=person.suspended")).await),
        ["person.suspended"]
    );
    assert_eq!(kinds(&listed(&house, "kind=group&by=operator").await), ["group.member_added", "group.added"]);
    assert_eq!(kinds(&listed(&house, "q=STOLEN+4711").await), ["person.suspended"]);
    assert_eq!(listed(&house, "q=stolen+purse").await, [] as [Value; 0]);
    let first = listed(&house, "order=asc&limit=1").await;
    assert_eq!(first[0]["sequence"], 1);

    let seq = suspended["sequence"].as_u64().unwrap();
    assert_eq!(&house.ok("GET", &format!("/facts/{seq}"), None).await, suspended);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_is_exact_and_pages_go_on_where_the_one_before_ended() {
    let house = House::new().await;
    let before = house.seq();
    let mut moments = Vec::new();
    for n in 0..7 {
        house.wait(600);
        house.ok("POST", "/groups", Some(json!({"name": format!("g{n}"), "purpose": "test"}))).await;
        let fact = house.ok("GET", &format!("/facts/{}", house.seq()), None).await;
        moments.push(fact["at"].as_str().unwrap().to_owned());
    }
    let named = |facts: &[Value]| -> Vec<String> {
        facts.iter().map(|fact| fact["body"]["group"].as_str().unwrap().to_owned()).collect()
    };
    let within = format!("kind=group.added&since={}&until={}", moments[2], moments[5]);
    assert_eq!(named(&listed(&house, &within).await), ["g4", "g3", "g2"], "until is exclusive, since is not");
    let all = format!("since={}", moments[0]);
    assert_eq!(listed(&house, &all).await.len(), 7, "without a term, too");

    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.ok("GET", &format!("/facts?kind=group&limit=2{cursor}"), None).await;
        walked
            .extend(page["items"].as_array().unwrap().iter().map(|fact| fact["sequence"].as_u64().unwrap()));
        // A fact that is stated meanwhile neither repeats nor hides another.
        house
            .ok("POST", "/groups", Some(json!({"name": format!("late-{}", walked.len()), "purpose": "test"})))
            .await;
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(walked.is_sorted_by(|a, b| a > b), "{walked:?}");
    assert_eq!(walked.iter().filter(|seq| **seq > before).count(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fact_is_listed_once_and_in_its_order() {
    let house = House::new().await;
    let sequences = |facts: &[Value]| -> Vec<u64> {
        facts.iter().map(|fact| fact["sequence"].as_u64().unwrap()).collect()
    };
    let known = listed(&house, "order=asc&limit=10000").await;
    let head = house.ledger.journal().head().await.unwrap();
    assert_eq!(sequences(&known), (1..=head.seq.0).collect::<Vec<_>>());
    let mut newest = listed(&house, "limit=10000").await;
    newest.reverse();
    assert_eq!(newest, known);
    // Without a limit, a page has a hundred facts at most.
    assert_eq!(listed(&house, "").await.len(), known.len().min(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_filter_is_refused_by_name_with_what_would_be_right() {
    let house = House::new().await;
    let long = "a".repeat(65);
    for (query, field, remedy) in [
        ("about=ada", "about", "group:staff"),
        ("about=per_1", "about", "group:staff"),
        ("about=moon:1", "about", "application, group"),
        ("about=group:", "about", "group:staff"),
        ("kind=moon", "kind", "person"),
        ("by=ada", "by", "operator"),
        ("by=system:", "by", "operator"),
        ("q=+", "q", "leave out q"),
        (&format!("q={long}"), "q", "shorter"),
        ("q=a+b+c+d+e+f+g+h+i", "q", "fewer"),
        ("since=yesterday", "since", ""),
        ("colour=red", "colour", "docs/openapi.json"),
    ] {
        let refused = house.api("GET", &format!("/facts?{query}"), None).await;
        assert_problem(&refused, 422, Some(field));
        let said = refused.json["remedy"].as_str().unwrap_or_default();
        assert!(said.contains(remedy), "{query}: {}", refused.json);
    }
    for (sequence, status) in [("0", 404), ("999999", 404), ("x", 422), ("-1", 422)] {
        let refused = house.api("GET", &format!("/facts/{sequence}"), None).await;
        assert_problem(&refused, status, Some("sequence"));
        assert!(refused.json["remedy"].is_string(), "{}", refused.json);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_reads_the_control_plane_reads_facts() {
    let house = House::new().await;
    for path in ["/facts", "/facts/1", "/trends"] {
        let path = format!("/api/v1{path}");
        // Ben approves grants, and reads nothing else.
        assert_eq!(house.send(&Door::Session(2), "GET", &path, None).await.status.as_u16(), 403, "{path}");
        assert_eq!(house.send(&Door::Nobody, "GET", &path, None).await.status.as_u16(), 401, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_promises_what_the_fact_does_not_say_is_refused() {
    let house = House::new().await;
    assert_eq!(listed(&house, "q=nowhere").await, [] as [Value; 0]);
    house.sql("INSERT INTO projection_fact_terms (entry) VALUES ('w:nowhere\n000000000001')").await;
    let refused = house.api("GET", "/facts?q=nowhere", None).await;
    assert_problem(&refused, 503, None);
    let detail = refused.json["detail"].as_str().unwrap();
    assert!(detail.contains("projection rebuild facts"), "{detail}");
}
