//! How many bytes of a checkpoint each kind of history takes.
//!
//! `cargo run -p countersign-world --example checkpoint_size` folds 10,000 people with a passkey each, then 1,000
//! publications of policies, 1,000 changes of the settings, and the evidence files of 3 processes that keep 400 days.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise, and prints"
)]

use countersign_facts::{
    Digest, EvidenceFact, EvidenceFile, Fact, PoliciesFact, PolicyFile, Settings, SettingsFact,
};
use countersign_names::{ExceptionId, Timestamp};
use countersign_testkit::story::{Line, key, person, tell};
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const PEOPLE: u128 = 10_000;
const PUBLICATIONS: u64 = 1_000;
const CHANGES: u64 = 1_000;
const PROCESSES: u64 = 3;
const DAYS: u64 = 400;
const DAY: i64 = 86_400_000_000;

/// A digest whose digits look random, as those of files do.
fn digest(kind: u64, n: u64) -> Digest {
    let text = format!("{kind} {n}");
    Digest::new(
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref().try_into().unwrap(),
    )
}

fn publication(n: u64) -> Fact {
    let files = BTreeMap::from([("applications/wiki.cedar".to_owned(), PolicyFile(format!("// {n}\n")))]);
    Fact::Policies(PoliciesFact::Published { version: digest(1, n), files })
}

/// A change of three applications and five labels that opens an exception, with a reason of one sentence.
fn change(n: u64) -> Fact {
    let applications = (0..3).map(|of| format!("application-{}", (n + of) % 200).parse().unwrap());
    let labels = (0..5).map(|of| format!("application-{}/part-{of}", n % 200).parse().unwrap());
    let settings = Settings {
        version: digest(2, n),
        why: format!("TICKET-{n}: the owners of these applications asked for it in their review"),
        rehearsal: Some(digest(3, n)),
        policies: None,
        applications: applications.collect(),
        labels: labels.collect(),
        opened: BTreeSet::from([ExceptionId::new(Uuid::from_u128(n.into()))]),
        ended: BTreeSet::new(),
    };
    Fact::Settings(SettingsFact::Applied { settings })
}

/// The one file that remains of a day.
fn anchor(process: u64, day: u64) -> Fact {
    let first = i64::try_from(day).unwrap() * DAY;
    let file = EvidenceFile {
        path: format!("dt=2026-{:03}/decisions-0193a3f2-7c1e-7d8a-b1c2-{day:012}.parquet", day),
        digest: digest(4 + process, day),
        bytes: 48_123_456 + day,
        rows: 1_234_567 + day,
        first: Timestamp::from_micros(first),
        last: Timestamp::from_micros(first + DAY - 1),
        tally: Some(BTreeMap::from([("allowed".to_owned(), 1_234_567 + day), ("denied".to_owned(), day)])),
    };
    Fact::Evidence(EvidenceFact::Anchored { gate: format!("edge-{process}"), files: vec![file], late: false })
}

fn grow(world: &mut World, what: &str, facts: impl Iterator<Item = Fact>) {
    let before = world.to_checkpoint().unwrap().len();
    let lines: Vec<Line> = facts.map(Line::of).collect();
    tell(world, &lines);
    let after = world.to_checkpoint().unwrap().len();
    let added = after - before;
    println!("{what}: {added} bytes for {} facts, {} bytes in all", lines.len(), after);
}

fn main() {
    let mut world = World::empty();
    let people: Vec<Line> = (1..=PEOPLE).flat_map(|n| [person(n), key(n, n)]).collect();
    tell(&mut world, &people);
    println!("people: {} bytes in all", world.to_checkpoint().unwrap().len());
    grow(&mut world, "publications", (0..PUBLICATIONS).map(publication));
    grow(&mut world, "changes of the settings", (0..CHANGES).map(change));
    let anchors = (0..PROCESSES).flat_map(|process| (0..DAYS).map(move |day| anchor(process, day)));
    grow(&mut world, "evidence files", anchors);
}
