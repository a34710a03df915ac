//! Clients that are not signed in cannot fill the disk: repeats are folded into one record with their number, long
//! paths are cut, and the last space is reserved for the records of signed-in people.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise, and one measures"
)]

use crate::common::{Door, House, ses};
use countersign_admission::{Request, Who};
use countersign_evidence::{Disk, DiskFile, Evidence, LocalDisk, Options, Query, Row};
use countersign_names::{Action, DecisionId, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Returns a request of `who` from this address about this item.
fn question(who: Who, address: &str, item: String) -> Request {
    Request {
        who,
        key: None,
        application: "wiki".parse().unwrap(),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item,
        tags: BTreeMap::new(),
        content_type: None,
        address: Some(address.parse().unwrap()),
        idle: 0,
        posture_confirmed_at: None,
    }
}

async fn refused(house: &House, address: &str, item: &str) -> Option<DecisionId> {
    house.admission.ask(question(Who::Anonymous, address, item.to_owned())).await.err().unwrap().id()
}

/// Returns every record, oldest first, after all recording has stopped.
async fn records(house: &House) -> Vec<Row> {
    house.admission.drain();
    house.sink.close().await.unwrap();
    let (sink, store) = Evidence::open(house.evidence(), Options::default()).unwrap();
    let mut rows = store.list(&Query { limit: 10_000, ..Query::default() }).rows;
    rows.sort_by_key(|row| (row.decided.at, row.decided.id));
    sink.close().await.unwrap();
    rows
}

async fn replayed(house: &House) -> Value {
    let begun = house.ok("POST", "/replays", Some(json!({ "since": "2026-11-22T00:00:00Z" }))).await;
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    loop {
        let job = house.ok("GET", &path, None).await;
        if job["state"] != "running" {
            return job["result"].clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_are_one_record_with_their_number_a_sample_and_what_was_cut_and_replay_stays_whole() {
    let house = House::new().await;
    let long = format!("/{}", "x".repeat(3_000));
    let first = refused(&house, "2001:db8::1", "/first").await.unwrap();
    for n in 0..40 {
        house.wait(1);
        // Another path, and another address of the same /64, count as the same client with the same reason.
        let path = if n == 39 { long.clone() } else { format!("/{n}") };
        let told = refused(&house, &format!("2001:db8::{:x}", n + 2), &path).await;
        assert_eq!(told, Some(first), "the record of the first stands for it");
    }
    refused(&house, "192.0.2.7", "/elsewhere").await;
    // After the window, a new record begins.
    house.wait(120);
    assert_ne!(refused(&house, "2001:db8::1", "/later").await, Some(first));
    // Requests of a signed-in person are recorded each time.
    for _ in 0..3 {
        let signed_in = question(Who::Session(ses(1)), "192.0.2.7", "/first".to_owned());
        drop(house.admission.ask(signed_in).await);
    }
    let status = house.ok("GET", "/status", None).await;
    assert_eq!((&status["evidence"]["folded"], &status["evidence"]["dropped"]), (&json!(40), &json!(0)));

    let rows = records(&house).await;
    let (strangers, people): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.decided.session.is_none());
    assert_eq!(people.len(), 3);
    assert_eq!(strangers.len(), 4, "the first, its repeats, that from elsewhere, and the one later");
    let folded: Vec<_> =
        strangers.iter().filter_map(|row| Some((&row.decided, row.decided.folded?))).collect();
    let [(sample, folded)] = folded.as_slice() else { unreachable!("{strangers:?}") };
    assert_eq!((folded.count, folded.over.as_str()), (40, "address"));
    assert_eq!((folded.first, sample.at), (at(1), at(40)));
    let cut = sample.item_cut.unwrap();
    assert_eq!((cut.bytes, sample.item.len()), (3_001, 256 + '…'.len_utf8()));
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, long.as_bytes());
    assert_eq!(cut.sha256, sum.as_ref());
}

fn at(seconds: u64) -> Timestamp {
    crate::common::noon().plus(Duration::from_secs(seconds))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folded_record_is_one_question_and_comes_out_as_it_was_recorded() {
    let house = House::new().await;
    for n in 0..30 {
        refused(&house, "192.0.2.7", &format!("/{}", "y".repeat(n * 100))).await;
        house.send(&Door::Nobody, "GET", "/api/v1/people", None).await;
    }
    house.admission.drain();
    house.sink.close().await.unwrap();
    house.wait(1);
    let report = replayed(&house).await;
    assert_eq!(report["fidelity"], 1.0, "{report}");
    assert_eq!(report["same"], 4, "of two kinds the first and the repeats: {report}");
}

/// A disk that reports a given free space.
#[derive(Debug)]
struct Small(AtomicU64);

impl Disk for Small {
    fn create(&self, path: &Path) -> std::io::Result<Box<dyn DiskFile>> {
        LocalDisk.create(path)
    }

    fn free(&self, _: &Path) -> Option<u64> {
        Some(self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_little_room_strangers_are_folded_harder_and_then_only_counted_and_people_are_recorded() {
    for (free, over, strangers, dropped) in [(150, "application", 2, 0), (50, "everybody", 1, 50)] {
        let disk = Arc::new(Small(AtomicU64::new(free)));
        let options = Options { reserve: 100, disk, ..Options::default() };
        let house = House::keeping(Vec::new(), options).await;
        for n in 0..50 {
            // Each time from another address.
            refused(&house, &format!("192.0.2.{n}"), &format!("/{n}")).await;
            let signed_in = question(Who::Session(ses(1)), "192.0.2.7", format!("/{n}"));
            drop(house.admission.ask(signed_in).await);
        }
        let status = house.ok("GET", "/status", None).await;
        assert_eq!(status["evidence"]["dropped"], dropped, "{status}");
        assert!(
            status["evidence"]["problem"].as_str().unwrap().contains("unauthenticated callers"),
            "{status}"
        );
        let rows = records(&house).await;
        let people = rows.iter().filter(|row| row.decided.session.is_some()).count();
        assert_eq!((people, rows.len() - people), (50, strangers), "{over}");
        let folded: Vec<_> = rows.iter().filter_map(|row| row.decided.folded).collect();
        let told: Vec<_> = folded.iter().map(|folded| (folded.over.as_str(), folded.count)).collect();
        assert_eq!(told, [(over, if free < 100 { 50 } else { 49 })], "no refusal is without a number");
    }
}

/// Measures the bytes of 100,000 refusals of one client, recorded one by one as before, and folded. Run it with
/// `cargo nextest run -p countersign-control --test control strangers --run-ignored only --no-capture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures, and takes a while"]
async fn what_a_hundred_thousand_refusals_cost() {
    const REFUSALS: u64 = 100_000;
    let size = |folder: &Path| -> u64 {
        let mut all = vec![folder.to_owned()];
        let mut sum = 0;
        while let Some(path) = all.pop() {
            for entry in std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap()) {
                if entry.path().is_dir() {
                    all.push(entry.path());
                } else {
                    sum += entry.metadata().unwrap().len();
                }
            }
        }
        sum
    };
    // The client chooses the expensive part: a path of 4,000 bytes that differs each time.
    let mut noise = 1u64;
    let mut path = || {
        let mut text = String::from("/");
        while text.len() < 4_000 {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(&format!("{:016x}", noise ^ (noise >> 31)));
        }
        text
    };
    let house = House::new().await;
    for _ in 0..REFUSALS {
        refused(&house, "192.0.2.7", &path()).await;
    }
    house.admission.drain();
    house.sink.flush().await.unwrap();
    let written = house.sink.state().bytes;
    let rows = records(&house).await;
    let (folded, sample) = (size(&house.evidence()), rows.last().unwrap().decided.clone());

    let folder = tempfile::tempdir().unwrap();
    let (sink, _store) = Evidence::open(folder.path(), Options::default()).unwrap();
    for n in 0..REFUSALS {
        let mut decided =
            countersign_evidence::Decided { folded: None, item_cut: None, item: path(), ..sample.clone() };
        decided.id = DecisionId::new(uuid::Uuid::from_u128(sample.id.bits().as_u128() + u128::from(n) + 1));
        while sink.record(&decided).is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    sink.flush().await.unwrap();
    let written_before = sink.state().bytes;
    sink.close().await.unwrap();
    let before = size(folder.path());
    println!("one by one: {written_before} bytes written, {before} kept: {} each", before / REFUSALS);
    println!(
        "folded:     {written} bytes written, {folded} kept: {:.3} each",
        folded as f64 / REFUSALS as f64
    );
    assert!(folded < before / 1_000);
}
