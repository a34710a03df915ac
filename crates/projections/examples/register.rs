//! The cost of the register: the time of a rebuild, of a comparison and of a page.
//!
//! `cargo run --release -p countersign-projections --example register -- 100000 50000` folds 100,000 facts about 50,000 entries on SQLite
//! and on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise, and prints"
)]

use countersign_database::Database;
use countersign_facts::{Actor, Fact, Stated, TrustEntry, TrustFact, TrustKey, TrustUse};
use countersign_journal::{Journal, PostgresOptions};
use countersign_names::{Action, Cohort, DecisionId, EvidenceItem, Timestamp};
use countersign_projections::Projections;
use countersign_projections::register::{
    REGISTER, RegisterPage, RegisterProjection, TrustFilter, TrustOrder,
};
use countersign_testkit::Postgres;
use countersign_testkit::story::per;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

fn key(n: u64) -> TrustKey {
    let place = |n: u64| usize::try_from(n).unwrap();
    let items = EvidenceItem::ALL.len() as u64;
    let cohorts = Cohort::ALL.len() as u64;
    let resource = n / items / cohorts;
    TrustKey {
        resource: format!("app-{}/part-{resource}", resource % 200).parse().unwrap(),
        action: Action::Read,
        cohort: *Cohort::ALL.get(place(n / items % cohorts)).unwrap(),
        item: *EvidenceItem::ALL.get(place(n % items)).unwrap(),
    }
}

/// Ten entries are found by one fact, as a proof states many; after that each fact names an owner of one.
fn fact(n: u64, entries: u64) -> Fact {
    let finding = entries / 10;
    Fact::Trust(if n < finding {
        let found = (n * 10..n * 10 + 10).map(|n| {
            let at = Timestamp::from_micros(i64::try_from(n).unwrap());
            let (policies, example) =
                (vec!["wiki-users".parse().unwrap()], DecisionId::new(Uuid::from_u128(1)));
            let seen = TrustUse { first: at, last: at, accesses: n % 977, principals: 3, policies, example };
            TrustEntry { key: key(n), seen, brought_back_by: None }
        });
        TrustFact::Found { found: found.collect() }
    } else {
        TrustFact::Owned { keys: vec![key(n * 7 % entries)], owner: per(1) }
    })
}

/// The most memory that this process had since the count was begun, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

async fn measure(name: &str, journal: Journal, database: Database, facts: u64, entries: u64) {
    let mut head = journal.head().await.unwrap();
    for begin in (0..facts).step_by(2000) {
        let stated = (begin..(begin + 2000).min(facts)).map(|n| {
            let stated =
                Stated { at: Timestamp::from_micros(1), by: Actor::Operator, fact: fact(n, entries) };
            stated.to_bytes().unwrap()
        });
        head = journal.append(head, stated.collect()).await.unwrap().last().unwrap().head();
    }
    let all: Vec<Arc<dyn countersign_projections::Projection>> = vec![Arc::new(RegisterProjection)];
    let wait = Duration::from_secs(600);
    let projections = Projections::waiting(database, journal, all, wait).await.unwrap();
    let begun = Instant::now();
    let stop = CancellationToken::new();
    let following = tokio::spawn(projections.clone().follow(stop.clone()));
    projections.up_to(REGISTER, facts).await.unwrap();
    println!("{name}: {facts} facts about {entries} entries folded in {:?}", begun.elapsed());
    // Begin to count the memory anew.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (begun, before) = (Instant::now(), peak_kib());
    let comparison = projections.compare(REGISTER, |_| ()).await.unwrap();
    assert!(comparison.is_equal());
    let (rows, more) = (comparison.rows, peak_kib().saturating_sub(before));
    println!(
        "{name}: {rows} rows compared with the journal in {:?}, with {more} KiB more memory",
        begun.elapsed()
    );
    let mut page = RegisterPage {
        of: TrustFilter::default(),
        standing: None,
        order: TrustOrder::Sensitivity,
        descending: true,
        after: None,
        limit: 100,
    };
    let mut times = Vec::new();
    for _ in 0..400 {
        let begun = Instant::now();
        let some = projections.register_page(facts, &page, Timestamp::from_micros(0)).await.unwrap().value;
        times.push(begun.elapsed());
        page.after = some.last().map(|(key, name, _)| (*key, name.clone()));
    }
    times.sort_unstable();
    let of = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("{name}: a page of 100 of {entries} entries takes {:?} (median), {:?} (99 %)", of(50), of(99));
    stop.cancel();
    following.await.unwrap();
}

#[tokio::main]
async fn main() {
    let number = |n: usize, usual: u64| std::env::args().nth(n).map_or(usual, |text| text.parse().unwrap());
    let (facts, entries) = (number(1, 100_000), number(2, 50_000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    let journal = Journal::open_sqlite(&path).await.unwrap();
    measure("SQLite", journal, Database::open_sqlite(&path).await.unwrap(), facts, entries).await;
    let server = Postgres::start();
    let url = server.fresh_database();
    let journal = Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap();
    let database = Database::open_postgres(&url.into(), 3).await.unwrap();
    measure("PostgreSQL", journal, database, facts, entries).await;
}
