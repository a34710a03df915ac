//! Tables beside the journal: shown, compared and rebuilt; commands about the register stay in order with all others.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{House, assert_problem, noon, per};
use countersign_facts::{Fact, Stated, TrustEntry, TrustFact, TrustKey, TrustUse};
use countersign_jobs::ScheduleRun;
use countersign_journal::Seq;
use countersign_names::{Action, Cohort, DecisionId, EvidenceItem, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

fn key() -> TrustKey {
    let resource = "wiki/pages".parse().unwrap();
    TrustKey { resource, action: Action::Read, cohort: Cohort::Employee, item: EvidenceItem::Device }
}

fn found() -> Fact {
    let (at, example) = (Timestamp::from_micros(1), DecisionId::new(Uuid::from_u128(1)));
    let seen = TrustUse { first: at, last: at, accesses: 3, principals: 2, policies: Vec::new(), example };
    Fact::Trust(TrustFact::Found { found: vec![TrustEntry { key: key(), seen, brought_back_by: None }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projection_is_shown_compared_and_built_anew() {
    let house = House::with(vec![found()]).await;
    house.ok("GET", "/trusts", None).await;
    let list = house.ok("GET", "/projections", None).await["items"].clone();
    let names: Vec<_> = list.as_array().unwrap().iter().map(|shown| &shown["name"]).collect();
    assert_eq!(names, ["facts", "register", "reviews", "trends", "versions"], "{list}");
    let shown = list[1].clone();
    assert_eq!((&shown["name"], &shown["generation"]), (&json!("register"), &json!(1)), "{shown}");
    assert_eq!((&shown["behind"], &shown["reached"]), (&json!(0), &json!(house.seq())), "{shown}");
    let rebuild = |body| house.ok("POST", "/projections/register/rebuild", Some(body));
    let dry = rebuild(json!({ "dry_run": true })).await;
    assert_eq!((&dry["rebuilt"], &dry["comparison"]["equal"]), (&json!(false), &json!(true)), "{dry}");

    house.sql("UPDATE projection_register SET live = 0").await;
    assert_eq!(house.ok("GET", "/trusts", None).await["items"], json!([]), "lists show what the rows say");
    let dry = rebuild(json!({ "dry_run": true })).await["comparison"].clone();
    assert_eq!((&dry["equal"], &dry["differing"]), (&json!(false), &json!(1)), "{dry}");
    let row = &dry["differences"][0];
    assert_eq!(row["table"], "projection_register");
    assert_eq!(
        (&row["key"], &row["what"]),
        (&json!("wiki/pages read employee device"), &json!("live is 0, but the journal says 1"))
    );

    assert_eq!(rebuild(json!({})).await["rebuilt"], true);
    assert_eq!(house.ok("GET", "/trusts", None).await["items"].as_array().unwrap().len(), 1);
    assert_eq!(rebuild(json!({ "dry_run": true })).await["comparison"]["equal"], true);
    assert_problem(&house.api("POST", "/projections/registry/rebuild", None).await, 404, Some("name"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_comes_to_own_an_entry_that_was_eliminated_before_the_command() {
    let house = Arc::new(House::with(vec![found()]).await);
    let stop = Arc::new(AtomicBool::new(false));
    let (gone, done) = (Arc::clone(&house), Arc::clone(&stop));
    let coming_and_going = tokio::spawn(async move {
        while !done.load(Ordering::Relaxed) {
            let eliminated = TrustFact::Eliminated { keys: vec![key()], up_to: 1 };
            gone.state(vec![Fact::Trust(eliminated)]).await;
            tokio::time::sleep(Duration::from_millis(3)).await;
            gone.state(vec![found()]).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    });
    let mut owned = 0;
    for _ in 0..150 {
        let body = json!({ "of": { "item": "device" }, "owner": "ada@example.test" });
        let reply = house.api("POST", "/trusts/own", Some(body)).await;
        // 200: it has an owner; 422: there is no entry; 409: the register changed again and again.
        assert!(matches!(reply.status.as_u16(), 200 | 422 | 409), "{}", reply.json);
        owned += usize::from(reply.status.as_u16() == 200);
    }
    stop.store(true, Ordering::Relaxed);
    coming_and_going.await.unwrap();
    assert!(owned > 0, "nothing was ever owned");
    let entries = house.ledger.journal().read(Seq(0), 100_000).await.unwrap();
    let mut live = BTreeSet::new();
    for entry in entries {
        match Stated::from_bytes(&entry.payload).unwrap().fact {
            Fact::Trust(TrustFact::Found { found }) => live.extend(found.into_iter().map(|found| found.key)),
            Fact::Trust(TrustFact::Eliminated { keys, .. }) => live.retain(|key| !keys.contains(key)),
            Fact::Trust(TrustFact::Owned { keys, owner }) => {
                assert!(
                    keys.iter().all(|key| live.contains(key)),
                    "fact {} is about what is gone",
                    entry.seq
                );
                assert_eq!(owner, per(1));
            }
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scheduled_comparison_fails_while_a_projection_differs_and_names_no_row() {
    let house = House::with(vec![found()]).await;
    house.ok("GET", "/trusts", None).await;
    let run = |stop: &CancellationToken| {
        let run = ScheduleRun { began_at: noon(), stop: stop.clone() };
        house.control.compare_projections(run)
    };
    let goes_on = CancellationToken::new();
    assert_eq!(run(&goes_on).await, Ok(()));

    house.sql("UPDATE projection_register SET live = 0").await;
    let told = run(&goes_on).await.unwrap_err();
    assert!(told.starts_with("register differs from the journal in 1 row: "), "{told}");
    assert!(told.contains("countersign projection rebuild register"), "{told}");
    assert!(!told.contains("wiki"), "a probe shows it to callers who do not sign in: {told}");

    house.ok("POST", "/projections/register/rebuild", Some(json!({}))).await;
    assert_eq!(run(&goes_on).await, Ok(()));

    let stopped = CancellationToken::new();
    stopped.cancel();
    assert!(run(&stopped).await.unwrap_err().contains("it was stopped"));
}

/// Starts a verification, and returns its job once it has ended.
async fn verified(house: &House, body: Option<Value>) -> Value {
    let begun = house.ok("POST", "/projections/verify", body).await;
    assert_eq!(begun["kind"], "verify_projections", "{begun}");
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    loop {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_compares_every_projection_and_names_the_row_that_differs() {
    let house = House::with(vec![found()]).await;
    house.ok("GET", "/trusts", None).await;
    house.ok("GET", "/policies/history", None).await;
    let job = verified(&house, None).await;
    let result = &job["result"];
    assert_eq!((&job["state"], &result["equal"]), (&json!("finished"), &json!(true)), "{job}");
    let names: Vec<_> =
        result["projections"].as_array().unwrap().iter().map(|report| &report["name"]).collect();
    assert_eq!(names, ["facts", "register", "reviews", "trends", "versions"], "{job}");

    house.sql("UPDATE projection_versions SET version = 'x'").await;
    let job = verified(&house, None).await;
    let result = &job["result"];
    assert_eq!(result["equal"], false, "{job}");
    let [register, versions] = [1, 4].map(|n| &result["projections"][n]["comparison"]);
    assert_eq!((&register["equal"], &versions["equal"]), (&json!(true), &json!(false)), "{job}");
    assert_eq!(versions["differences"][0]["table"], "projection_versions", "{job}");
    let job = verified(&house, Some(json!({ "name": "register" }))).await;
    assert_eq!(job["result"]["equal"], true, "the other projection alone: {job}");
    let unknown = house.api("POST", "/projections/verify", Some(json!({ "name": "registry" }))).await;
    assert_problem(&unknown, 404, Some("name"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_table_of_versions_nothing_is_claimed_about_earlier_policies() {
    let house = House::with(vec![found()]).await;
    let history = house.ok("GET", "/policies/history", None).await;
    let version = history["items"][0]["version"].clone();
    // As during an update: a newer build has made the tables, and this one leaves them alone.
    house.sql("UPDATE projection_positions SET shape = 99 WHERE name = 'versions'").await;
    let rollback = json!({ "version": version, "why": "test", "dry_run": true });
    for (method, path, body) in
        [("GET", "/policies/history", None), ("POST", "/policies/rollback", Some(rollback))]
    {
        let refused = house.api(method, path, body).await;
        assert_problem(&refused, 503, None);
        let detail = refused.json["detail"].as_str().unwrap();
        assert!(detail.starts_with("the projection versions is "), "{detail}");
    }
    let begun = house.ok("POST", "/replays", Some(json!({}))).await;
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    let replay = loop {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            break job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(replay["state"], "failed", "{replay}");
    let why = replay["error"].as_str().unwrap();
    assert!(
        why.starts_with("the earlier policies cannot be determined: ") && why.contains("newer build"),
        "{why}"
    );
}
