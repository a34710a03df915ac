//! Proofs report what accesses depend on; the register keeps what rests on trust, and its owners.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use crate::common::{Door, House, assert_problem, policy_files, published};
use serde_json::{Value, json};
use std::time::Duration;

/// Three decisions of Ada, two of Cleo (who is not permitted), one anonymous.
async fn lived() -> House {
    let house = House::new().await;
    for door in [1, 1, 1, 3, 3] {
        house.send(&Door::Session(door), "GET", "/api/v1/people", None).await;
        house.wait(1);
    }
    house.send(&Door::Nobody, "GET", "/api/v1/people", None).await;
    house.wait(1);
    house
}

async fn proof(house: &House, asked: Value) -> Value {
    let begun = house.api("POST", "/proofs", Some(asked)).await;
    assert_eq!((begun.status.as_u16(), &begun.json["kind"]), (201, &json!("proof")), "{}", begun.json);
    let path = format!("/jobs/{}", begun.json["id"].as_str().unwrap());
    for _ in 0..3_000 {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            assert_eq!(job["state"], "finished", "{job}");
            return job["result"].clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the job did not end");
}

async fn trusts(house: &House, query: &str) -> Vec<Value> {
    house.ok("GET", &format!("/trusts{query}"), None).await["items"].as_array().unwrap().clone()
}

fn items(trusts: &[Value]) -> Vec<&str> {
    let mut items: Vec<&str> = trusts.iter().map(|trust| trust["item"].as_str().unwrap()).collect();
    items.sort_unstable();
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_tells_what_accesses_depend_on_and_fills_the_register() {
    let house = lived().await;
    let before = house.seq();
    let report = proof(&house, json!({ "dry_run": true })).await;
    assert_eq!((house.seq(), &report["register"]["written"]), (before, &json!(false)));
    assert_eq!(trusts(&house, "").await, [] as [Value; 0], "a dry run writes nothing");

    let written = proof(&house, json!({})).await;
    assert_eq!(house.seq(), before + 1, "one fact for all of it");
    assert_eq!((&written["went_ahead"], &written["denied"]), (&json!(3), &json!(3)));
    assert_eq!(written["coverage"], 1.0);
    assert_eq!(written["trusts"], report["trusts"], "a dry run tells what would be");
    // The house policy stops risky principals, and requires nothing else of signed-in ones.
    let depends = |item: &str| {
        let of = |share: &&Value| share["item"] == item;
        written["items"].as_array().unwrap().iter().find(of).unwrap()["depends"].clone()
    };
    assert_eq!((depends("risk"), depends("device")), (json!(3), json!(0)));
    assert_eq!(
        written["figures"]["device_posture_enforced"],
        json!({ "accesses": 0, "of": 3, "share": 0.0 })
    );
    assert_eq!(written["figures"]["privileged_just_in_time"], json!({ "accesses": 0, "of": 0 }));
    let listed = trusts(&house, "").await;
    assert_eq!(items(&listed), ["compliance", "device", "freshness", "phishing-resistance", "place"]);
    let device = listed.iter().find(|trust| trust["item"] == "device").unwrap();
    assert_eq!((&device["cohort"], &device["state"]), (&json!("employee"), &json!("discovered")));
    assert_eq!((&device["accesses"], &device["principals"]), (&json!(3), &json!(1)));
    assert!(device["remedy"].as_str().unwrap().contains("context has device"), "{device}");
    assert_eq!(written["figures"]["register"]["live"], listed.len());
    let all = house.ok("GET", "/trusts/figures", None).await;
    assert_eq!((&all["live"], &all["discovered"]), (&json!(5), &json!(5)));

    // A second proof changes nothing and states nothing.
    let again = proof(&house, json!({})).await;
    assert_eq!((house.seq(), &again["register"]["found"]), (before + 1, &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_owned_documented_and_lapse() {
    let house = lived().await;
    proof(&house, json!({})).await;
    let own = |body: Value| house.api("POST", "/trusts/own", Some(body));
    let seq = house.seq();
    let of = json!({ "item": "device" });
    let shown = own(json!({ "of": of, "owner": "ada@example.test", "dry_run": true })).await;
    assert_eq!((house.seq(), &shown.json["written"]), (seq, &json!(false)));
    assert_eq!(shown.json["trusts"][0]["state"], "owned");
    assert_eq!(trusts(&house, "?state=owned").await.len(), 0);
    own(json!({ "of": of, "owner": "ada@example.test" })).await;
    assert_eq!(items(&trusts(&house, "?state=owned").await), ["device"]);

    let document = |body: Value| house.api("POST", "/trusts/document", Some(body));
    let good = json!({
        "of": of, "owner": "ben@example.test", "authority": "CISO", "reason": "agents come in spring",
        "expires_in_seconds": 3600,
    });
    let documented = document(good.clone()).await;
    assert_eq!(documented.json["trusts"][0]["authority"], "CISO", "{}", documented.json);
    let figures = || async { house.ok("GET", "/trusts/figures", None).await };
    assert_eq!(figures().await["documented"], 1);
    house.wait(3600);
    assert_eq!((&figures().await["documented"], &figures().await["lapsed"]), (&json!(0), &json!(1)));
    assert_eq!(items(&trusts(&house, "?state=lapsed").await), ["device"]);

    let but = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (field, value) in [
        ("authority", json!(" ")),
        ("reason", json!("")),
        ("expires_in_seconds", json!(10)),
        ("owner", json!("nobody@example.test")),
        ("of", json!({})),
        ("of", json!({ "application": "elsewhere" })),
    ] {
        assert_problem(&document(but(field, value)).await, 422, Some(field));
    }
    assert_problem(
        &own(json!({ "of": { "item": "luck" }, "owner": "ada@example.test" })).await,
        422,
        Some("of.item"),
    );
    assert_problem(&house.api("GET", "/trusts?state=gone", None).await, 422, Some("state"));
    assert_problem(&house.api("GET", "/trusts?cohort=friend", None).await, 422, Some("cohort"));
    assert_problem(
        &house.api("POST", "/proofs", Some(json!({ "since": "2027-01-01T00:00:00Z" }))).await,
        422,
        Some("since"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guardrail_ends_is_eliminated_and_what_comes_back_names_the_change() {
    let house = lived().await;
    proof(&house, json!({})).await;
    house
        .ok(
            "POST",
            "/trusts/own",
            Some(json!({ "of": { "item": "freshness" }, "owner": "ada@example.test" })),
        )
        .await;
    let mut files = policy_files();
    files.insert(
        "guardrails/fresh.cedar".to_owned(),
        "@id(\"fresh\")\n@owner(\"security\")\n@reason(\"Sign in again.\")\n@review(\"2027-01-01\")\n\
         forbid (principal, action, resource)\n\
         unless { context has authentication && context.authentication.age <= 3600 };\n"
            .to_owned(),
    );
    house.state(vec![published(&files)]).await;
    house.policies_in_force().await;
    house.send(&Door::Session(1), "GET", "/api/v1/people", None).await;
    house.wait(1);
    let report = proof(&house, json!({})).await;
    assert_eq!(report["register"]["eliminated"], 1, "{}", report["register"]);
    assert_eq!(items(&trusts(&house, "?state=eliminated").await), ["freshness"]);
    assert_eq!(items(&trusts(&house, "").await), ["compliance", "device", "phishing-resistance", "place"]);
    let over = house
        .api(
            "POST",
            "/trusts/own",
            Some(json!({ "of": { "item": "freshness" }, "owner": "ada@example.test" })),
        )
        .await;
    assert_problem(&over, 422, Some("of"));

    house.state(vec![published(&policy_files())]).await;
    let culprit = house.seq();
    house.policies_in_force().await;
    let report = proof(&house, json!({})).await;
    assert_eq!(report["register"]["returned"], 1, "{}", report["register"]);
    let back = trusts(&house, "?item=freshness").await;
    assert_eq!((&back[0]["state"], &back[0]["brought_back_by"]), (&json!("discovered"), &json!(culprit)));
    assert!(back[0]["returned_at"].is_string() && back[0]["owner"].is_null());
    assert_eq!(report["figures"]["register"]["drifted"], 1);
}
