//! The figures of the last days over the API.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{House, assert_problem, noon};
use countersign_facts::{Digest, EvidenceFact, EvidenceFile, Fact};
use serde_json::{Value, json};

const DAY: i64 = 86_400;

fn figure<'a>(trends: &'a Value, name: &str) -> &'a Value {
    trends["figures"].as_array().unwrap().iter().find(|figure| figure["figure"] == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_before_the_first_fact_is_a_gap_and_a_day_without_facts_is_none() {
    let house = House::new().await;
    let people = house.ok("GET", "/status", None).await["counts"]["people"].as_u64().unwrap();
    let trends = house.ok("GET", "/trends", None).await;
    assert_eq!(trends["days"].as_array().unwrap().len(), 30);
    let first = figure(&trends, "people");
    assert_eq!(first["now"], people);
    assert!(first["values"].as_array().unwrap().iter().all(Value::is_null), "today is not over: {first}");

    house.wait(DAY);
    house.ok("POST", "/people", Some(json!({"name": "Eve", "email": "eve@example.test"}))).await;
    house.wait(2 * DAY);
    let trends = house.ok("GET", "/trends?days=5", None).await;
    let figure_of = |name: &str| figure(&trends, name)["values"].clone();
    assert_eq!(figure_of("people"), json!([null, null, people, people + 1, people + 1]), "{trends}");
    // Every session of the test ends a day after noon of the first one.
    assert_eq!(figure_of("sessions"), json!([null, null, people, 0, 0]), "{trends}");
    assert_eq!(figure_of("people_with_passkeys"), json!([null, null, people, people, people]));
    assert_eq!(
        figure_of("decisions"),
        json!([null, null, null, null, null]),
        "no file of the evidence is finished"
    );
    assert!(figure(&trends, "decisions").get("now").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_now_is_what_the_status_says() {
    let house = House::new().await;
    house.ok("POST", "/people/cleo@example.test/suspend", Some(json!({"reason": "away"}))).await;
    let counts = house.ok("GET", "/status", None).await["counts"].clone();
    let trends = house.ok("GET", "/trends?days=1", None).await;
    for name in
        ["people", "devices", "applications", "sessions", "grants_requested", "grants_active", "exceptions"]
    {
        assert_eq!(figure(&trends, name)["now"], counts[name], "{name}");
    }
    house.wait(DAY);
    let tomorrow = house.ok("GET", "/trends?days=1", None).await;
    for name in [
        "people",
        "people_with_passkeys",
        "devices",
        "devices_managed",
        "applications",
        "applications_enforcing",
    ] {
        assert_eq!(figure(&tomorrow, name)["values"], json!([figure(&trends, name)["now"]]), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_counted_from_the_files_on_record() {
    let house = House::new().await;
    let now = noon();
    let date = now.to_string()[..10].to_owned();
    let file = |name: &str, rows| EvidenceFile {
        path: format!("dt={date}/{name}.parquet"),
        digest: Digest::new([7; 32]),
        bytes: 9,
        rows,
        first: now,
        last: now,
        tally: None,
    };
    let files = vec![file("decisions-1", 40), file("decisions-2", 2), file("logins-1", 500)];
    house
        .state(vec![Fact::Evidence(EvidenceFact::Anchored { gate: "edge-1".to_owned(), files, late: false })])
        .await;
    let other = vec![file("decisions-1", 8)];
    house
        .state(vec![Fact::Evidence(EvidenceFact::Anchored {
            gate: "edge-2".to_owned(),
            files: other,
            late: false,
        })])
        .await;
    house.wait(DAY);
    let decisions = house.ok("GET", "/trends?days=2", None).await;
    assert_eq!(figure(&decisions, "decisions")["values"], json!([null, 50]));
    assert_eq!(figure(&decisions, "decisions")["measure"], "over_the_day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_days_that_is_none_is_refused() {
    let house = House::new().await;
    for days in ["0", "367", "-1", "many", ""] {
        let refused = house.api("GET", &format!("/trends?days={days}"), None).await;
        assert_problem(&refused, 422, Some("days"));
        assert!(refused.json["remedy"].as_str().unwrap().contains("366"), "{}", refused.json);
    }
}
