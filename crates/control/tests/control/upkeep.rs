//! The evidence is anchored in the journal and verified over the API; files without an anchor are adopted in an
//! administrator's name.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use crate::common::{Door, House, assert_problem};
use countersign_control::Anchoring;
use countersign_evidence::{Anchors as _, Options, SealedFile};
use countersign_facts::Stated;
use countersign_journal::Seq;
use countersign_names::Timestamp;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Four decisions in Parquet, after recording has stopped.
async fn lived() -> House {
    let house = House::new().await;
    for door in [1, 1, 3] {
        house.send(&Door::Session(door), "GET", "/api/v1/people", None).await;
        house.wait(1);
    }
    house.send(&Door::Nobody, "GET", "/api/v1/people", None).await;
    house.sink.close().await.unwrap();
    house
}

async fn run(house: &House, what: &str, body: Value) -> Value {
    let begun = house.api("POST", &format!("/evidence/{what}"), Some(body)).await;
    assert_eq!(begun.status, 201, "{}", begun.json);
    ended(house, &begun.json).await
}

async fn ended(house: &House, job: &Value) -> Value {
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    for _ in 0..3_000 {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the job did not end");
}

fn file(house: &House) -> PathBuf {
    let partition = house.evidence().join("dt=2026-11-22");
    std::fs::read_dir(partition).unwrap().next().unwrap().unwrap().path()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_anchored_and_verified() {
    let house = lived().await;
    let world = house.ledger.world();
    let anchored: Vec<_> = world.evidence("control").unwrap().files().cloned().collect();
    assert_eq!(anchored.len(), 1);
    assert_eq!((anchored[0].file.rows, anchored[0].late), (4, false));
    let job = run(&house, "verify", json!({})).await;
    assert_eq!(
        (&job["kind"], &job["state"], &job["share"]),
        (&json!("verify"), &json!("finished"), &json!(1.0))
    );
    let found = &job["result"];
    assert_eq!(
        (&found["whole"], &found["files"], &found["rows"]),
        (&json!(true), &json!(1), &json!(4)),
        "{found}"
    );

    let path = file(&house);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let found = run(&house, "verify", json!({"since": "2026-11-22T00:00:00Z"})).await["result"].clone();
    assert_eq!(
        (&found["whole"], &found["findings"][0]["fault"]),
        (&json!(false), &json!("altered")),
        "{found}"
    );
    std::fs::remove_file(&path).unwrap();
    let found = run(&house, "verify", json!({})).await["result"].clone();
    assert_eq!(found["findings"][0]["fault"], "missing", "{found}");
    let decisions = house.ok("GET", "/decisions", None).await;
    assert!(decisions["incomplete"][0].as_str().unwrap().contains("missing"), "{decisions}");
    assert_eq!(house.ok("GET", "/jobs", None).await["items"][0]["result"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_that_has_not_begun_is_refused() {
    let house = lived().await;
    let reply = house.api("POST", "/evidence/verify", Some(json!({"since": "2030-01-01T00:00:00Z"}))).await;
    assert_problem(&reply, 422, Some("since"));
    let reply = house.api("POST", "/evidence/verify", Some(json!({"until": "2030-01-01T00:00:00Z"}))).await;
    assert_problem(&reply, 422, Some("until"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_anchored_is_taken_in_on_somebodys_word() {
    let house = lived().await;
    let other = file(&house).with_file_name("decisions-of-an-older-release.parquet");
    std::fs::copy(file(&house), &other).unwrap();
    let damaged = file(&house).with_file_name("decisions-damaged.parquet");
    std::fs::write(&damaged, b"no Parquet").unwrap();
    let before = house.seq();
    let upkeep = run(&house, "anchor", json!({"dry_run": true})).await["result"].clone();
    assert_eq!((&upkeep["days"][0]["day"], &upkeep["days"][0]["rows"]), (&json!("2026-11-22"), &json!(4)));
    assert!(upkeep["skipped"][0].as_str().unwrap().starts_with("decisions-damaged.parquet: "), "{upkeep}");
    assert_eq!(house.seq(), before, "a dry run states nothing");

    run(&house, "anchor", json!({})).await;
    assert_eq!(house.seq(), before + 1);
    std::fs::remove_file(&damaged).unwrap();
    let found = run(&house, "verify", json!({})).await["result"].clone();
    assert_eq!((&found["whole"], &found["anchored_late"]), (&json!(true), &json!(1)), "{found}");
    run(&house, "anchor", json!({})).await;
    assert_eq!(house.seq(), before + 1, "it is stated once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_day_becomes_one_file_and_goes_when_it_is_too_old() {
    let keep = Some(Duration::from_secs(86_400));
    // One file per record.
    let options = Options { keep, segment_bytes: 1, ..Options::default() };
    let house = House::keeping(Vec::new(), options).await;
    for _ in 0..5 {
        house.send(&Door::Session(1), "GET", "/api/v1/people", None).await;
        house.sink.flush().await.unwrap();
        house.wait(1);
    }
    house.sink.close().await.unwrap();
    // Counts only decisions; the end of an access may come late and be in its own file.
    let files = || {
        let world = house.ledger.world();
        let files = world.evidence("control").unwrap().files();
        files.filter(|known| known.file.path.contains("/decisions-")).count()
    };
    assert!(files() >= 2, "{}", files());
    let before = house.seq();
    let job = run(&house, "compact", json!({})).await;
    assert_eq!(
        (&job["state"], &job["result"]["days"]),
        (&json!("finished"), &json!([])),
        "today is not over: {job}"
    );

    house.wait(86_400);
    let dry = run(&house, "compact", json!({"dry_run": true})).await["result"].clone();
    assert_eq!(dry["days"][0]["day"], "2026-11-22", "{dry}");
    assert_eq!(house.seq(), before);
    let done = run(&house, "compact", json!({})).await["result"].clone();
    assert_eq!(done["days"][0]["files"], dry["days"][0]["files"], "{done}");
    assert_eq!(files(), 1);
    let found = run(&house, "verify", json!({})).await["result"].clone();
    assert_eq!((&found["whole"], &found["leaving"]), (&json!(true), &json!(0)), "{found}");
    let decisions = house.ok("GET", "/decisions?since=2026-11-22T00:00:00Z", None).await;
    assert_eq!((decisions["items"].as_array().unwrap().len(), &decisions["incomplete"]), (5, &Value::Null));

    let job = run(&house, "retain", json!({})).await;
    assert_eq!(job["result"]["days"], json!([]), "yesterday is kept: {job}");
    house.wait(86_400);
    let dry = run(&house, "retain", json!({"dry_run": true})).await["result"].clone();
    assert_eq!((files(), &dry["days"][0]["day"]), (1, &json!("2026-11-22")), "{dry}");
    run(&house, "retain", json!({})).await;
    assert_eq!(house.ledger.world().evidence("control").unwrap().files().count(), 0);
    let found = run(&house, "verify", json!({})).await["result"].clone();
    let gone = json!("2026-11-23T00:00:00.000000Z");
    assert_eq!((&found["whole"], &found["gone_before"]), (&json!(true), &gone), "{found}");
    let begun = house.api("POST", "/replays", Some(json!({"since": "2026-11-22T00:00:00Z"}))).await;
    let replayed = ended(&house, &begun.json).await;
    let said = replayed["result"]["incomplete"].to_string();
    assert!(said.contains("expired"), "a replay says that its span is partly gone: {replayed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_stated_once_and_a_journal_that_is_away_is_said() {
    let house = House::new().await;
    let anchoring = Arc::new(Anchoring::new(house.ledger.clone(), "edge-7".to_owned()));
    let file = |n: i64| SealedFile {
        path: format!("dt=2026-11-22/decisions-{n}.parquet"),
        digest: [1; 32],
        bytes: 10,
        rows: 1,
        // No calendar has these moments, and no fact that held them could be parsed again.
        first: Timestamp::from_micros(i64::MIN),
        last: Timestamp::MAX,
        tally: None,
    };
    let ask = |files: Vec<SealedFile>| {
        let anchoring = anchoring.clone();
        tokio::task::spawn_blocking(move || anchoring.anchor(&files))
    };
    let before = house.seq();
    ask(vec![file(1)]).await.unwrap().unwrap();
    ask(vec![file(1)]).await.unwrap().unwrap();
    assert_eq!(house.seq(), before + 1, "what is known is not stated again");
    ask((0..100).map(file).collect()).await.unwrap().unwrap();
    assert_eq!(house.seq(), before + 3, "no fact is endless");
    assert_eq!(anchoring.known("dt=2026-11-22").unwrap().len(), 100);
    assert_eq!(anchoring.partitions(), ["dt=2026-11-22"]);
    let entries = house.ledger.journal().read(Seq(before), 10).await.unwrap();
    entries.iter().for_each(|entry| drop(Stated::from_bytes(&entry.payload).unwrap()));

    house.ledger.journal().close().await;
    let error = ask(vec![file(200)]).await.unwrap().unwrap_err();
    assert!(error.to_string().contains("could not be stated in the journal"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_too_old_where_records_are_kept_for_ever() {
    let house = House::new().await;
    let reply = house.api("POST", "/evidence/retain", Some(json!({"dry_run": true}))).await;
    assert_problem(&reply, 409, None);
    assert!(reply.json["remedy"].as_str().unwrap().contains("keep = "), "{}", reply.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_look_may_not_verify_either() {
    let house = House::new().await;
    for what in ["verify", "anchor", "compact", "retain"] {
        let path = format!("/api/v1/evidence/{what}");
        let reply = house.send(&Door::Session(3), "POST", &path, Some(json!({}))).await;
        assert_eq!(reply.status, 403, "{}", reply.json);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_are_compared_only_where_there_are_some() {
    let house = lived().await;
    let begun = house.api("POST", "/evidence/verify", Some(json!({"store": true}))).await;
    assert_problem(&begun, 422, Some("store"));
    assert_eq!(house.ok("GET", "/status", None).await["evidence"]["store"], Value::Null);
}
