//! The figures of the last days over the API.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, noon, per, policy_files, published};
use countersign_facts::{
    ApplicationFact, ApplicationStage, Digest, EvidenceFact, EvidenceFile, ExpiredFile, Fact, GroupFact,
    Member, RolloutFact,
};
use countersign_names::RolloutId;
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
    house.state(administering()).await;
    house.state(staging()).await;
    house.policies_in_force().await;
    let counts = house.ok("GET", "/status", None).await["counts"].clone();
    let trends = house.ok("GET", "/trends?days=1", None).await;
    for name in [
        "people",
        "administrators",
        "devices",
        "applications",
        "sessions",
        "grants_requested",
        "grants_active",
        "exceptions",
    ] {
        assert_eq!(figure(&trends, name)["now"], counts[name], "{name}");
    }
    assert_eq!(
        figure(&trends, "administrators")["now"],
        3,
        "two directly, and one of the crew who is not suspended"
    );
    let policies = house.ok("GET", "/policies", None).await["policies"].clone();
    let listed = |stage: &str, rolled_out: Option<bool>| {
        let policies = policies.as_array().unwrap().iter().filter(|policy| policy["stage"] == stage);
        policies
            .filter(|policy| rolled_out.is_none_or(|wanted| policy["rolled_out"].is_number() == wanted))
            .count()
    };
    assert_eq!((listed("shadow", Some(false)), listed("shadow", Some(true))), (1, 1), "{policies}");
    for (name, expected) in [
        ("policies", listed("enforce", None) + listed("shadow", None)),
        ("policies_enforced", listed("enforce", None)),
        ("policies_shadow", listed("shadow", Some(false))),
        ("policies_rolling_out", listed("shadow", Some(true))),
    ] {
        assert_eq!(figure(&trends, name)["now"], expected, "{name}");
    }
    house.wait(DAY);
    let tomorrow = house.ok("GET", "/trends?days=1", None).await;
    for name in [
        "people",
        "people_with_passkeys",
        "administrators",
        "policies",
        "policies_enforced",
        "policies_shadow",
        "policies_rolling_out",
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
    for name in ["decisions_allowed", "decisions_denied", "decisions_would_be_denied"] {
        assert_eq!(figure(&decisions, name)["values"], json!([null, null]), "nobody counted {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_outcome_of_a_day_is_counted_as_it_was_recorded_and_outlives_the_files() {
    let options = countersign_evidence::Options {
        keep: Some(std::time::Duration::from_secs(86_400)),
        // One file per record.
        segment_bytes: 1,
        ..countersign_evidence::Options::default()
    };
    let house = House::keeping(Vec::new(), options).await;
    for door in [Door::Session(1), Door::Session(4), Door::Session(1), Door::Session(3), Door::Nobody] {
        house.send(&door, "GET", "/api/v1/people", None).await;
        house.sink.flush().await.unwrap();
    }
    let stage = |stage| {
        let application = "countersign".parse().unwrap();
        Fact::Application(ApplicationFact::Staged { application, stage })
    };
    house.state(vec![stage(ApplicationStage::Observe)]).await;
    house.send(&Door::Session(3), "GET", "/api/v1/people", None).await;
    house.state(vec![stage(ApplicationStage::Enforce)]).await;
    let listed = house.ok("GET", "/decisions", None).await["items"].clone();
    let count = |effect: &str, enforced: Option<bool>| {
        let listed = listed.as_array().unwrap().iter().filter(|item| item["effect"] == effect);
        listed.filter(|item| enforced.is_none_or(|wanted| item["enforced"] == wanted)).count()
    };
    let recorded = [count("allow", None), count("deny", Some(true)), count("deny", Some(false))];
    assert!(recorded.iter().all(|count| *count > 0), "{recorded:?} of {listed}");
    house.sink.close().await.unwrap();
    house.wait(DAY);
    let is_counted = async || {
        let trends = house.ok("GET", "/trends?days=1", None).await;
        let names = ["decisions_allowed", "decisions_denied", "decisions_would_be_denied"];
        for (name, count) in names.into_iter().zip(recorded) {
            assert_eq!(figure(&trends, name)["values"], json!([count]), "{name}");
        }
        assert_eq!(figure(&trends, "decisions")["values"], json!([recorded.iter().sum::<usize>()]));
    };
    is_counted().await;
    // The files of the day become one, which counts each decision once.
    let begun = house.api("POST", "/evidence/compact", Some(json!({}))).await;
    let path = format!("/jobs/{}", begun.json["id"].as_str().unwrap());
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
    while house.ok("GET", &path, None).await["state"] == "running" {
        assert!(tokio::time::Instant::now() < end, "the job did not end");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let files = || {
        let world = house.ledger.world();
        let files = world.evidence("control").unwrap().files();
        files.filter(|known| known.file.path.contains("/decisions-")).count()
    };
    assert_eq!(files(), 1);
    is_counted().await;
    let world = house.ledger.world();
    let files: Vec<_> = world.evidence("control").unwrap().files().cloned().collect();
    let gone = files
        .iter()
        .map(|known| ExpiredFile { path: known.file.path.clone(), digest: known.file.digest })
        .collect();
    let fact = EvidenceFact::Expired { gate: "control".to_owned(), before: noon(), files: gone };
    house.state(vec![Fact::Evidence(fact)]).await;
    assert_eq!(house.ledger.world().evidence("control").unwrap().files().count(), 0);
    is_counted().await;
}

/// Makes a group administrators of which one member is suspended.
fn administering() -> Vec<Fact> {
    let crew = || "crew".parse().unwrap();
    let joins = |group: &str, member| {
        let group = group.parse().unwrap();
        Fact::Group(GroupFact::MemberAdded { group, member })
    };
    vec![
        Fact::Group(GroupFact::Added { group: crew(), purpose: "on call".to_owned() }),
        joins("crew", Member::Person(per(1))),
        joins("crew", Member::Person(per(2))),
        joins("crew", Member::Person(per(3))),
        joins("administrators", Member::Group(crew())),
    ]
}

/// Publishes two more policies in the shadow stage, and rolls one out.
fn staging() -> Vec<Fact> {
    let shadow = |id: &str| {
        format!(
            "@id(\"{id}\")\n@owner(\"security\")\n@reason(\"No.\")\n@review(\"2027-05-31\")\n@stage(\"shadow\")\n\
             forbid (principal is Countersign::Person, action, resource)\n\
             when {{ principal has risk && principal.risk >= 2 }};\n"
        )
    };
    let mut files = policy_files();
    files.insert("guardrails/trial.cedar".to_owned(), [shadow("trial-one"), shadow("trial-two")].concat());
    let started = RolloutFact::Started {
        rollout: RolloutId::new(uuid::Uuid::from_u128(1)),
        policy: "trial-two".parse().unwrap(),
        text: Digest::new([1; 32]),
        percents: vec![5, 100],
        watch_seconds: 60,
        halt_if: "newly denied people > 3".parse().unwrap(),
        why: None,
        rehearsal: None,
        predicted: Vec::new(),
    };
    vec![published(&files), Fact::Rollout(started)]
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
