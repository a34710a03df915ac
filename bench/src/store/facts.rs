//! Acknowledged durable facts a second, through the ledger: each writer waits for its fact before it states the next.

use super::history;
use crate::decision::company;
use crate::run::sample::histogram;
use crate::run::{Bench, Clock, Comparison, Outcome, Sample, Turn};
use countersign_facts::Actor;
use countersign_journal::{Head, Journal, PostgresOptions};
use countersign_ledger::Ledger;
use countersign_testkit::Postgres;
use hdrhistogram::Histogram;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const WRITERS: [usize; 3] = [1, 16, 64];

/// Measure durable facts.
pub fn measure(bench: &mut Bench) -> Outcome {
    if !bench.wants("store/facts") {
        return Ok(());
    }
    bench.say("store: opening journals");
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let sqlite = runtime
        .block_on(async { open(Journal::open_sqlite(folder.path().join("journal.sqlite")).await?).await })?;
    let bare = runtime.block_on(Journal::open_sqlite(folder.path().join("bare.sqlite")))?;
    let server = Postgres::installed().then(Postgres::start);
    let postgres = server.as_ref().map(|server| {
        bench.peer(
            "PostgreSQL",
            &server.run_sql(&server.fresh_database(), "SHOW server_version"),
            "PostgreSQL",
        );
        let opening = Journal::open_postgres(server.fresh_database().into(), PostgresOptions::default());
        runtime.block_on(async { open(opening.await?).await })
    });
    let postgres = postgres.transpose()?;

    let mut comparison = Comparison::new("store/facts", "Durable facts through the ledger")
        .baseline("SQLite, 64 writers")
        .note("a writer waits until its fact is durable and in the world, then states the next")
        .note("fsync is on in both stores; PostgreSQL's own processor time is not in CPU/op")
        .note("\"journal alone\" appends 64 ready payloads a step: the floor under 64 writers");
    let runtime = &runtime;
    for writers in WRITERS {
        let ledger = sqlite.clone();
        comparison
            .contender(name("SQLite", writers), move |turn| runtime.block_on(write(&ledger, writers, turn)));
    }
    comparison.contender("SQLite, journal alone", |turn| runtime.block_on(append(&bare, turn)));
    for writers in WRITERS {
        match &postgres {
            Some(ledger) => {
                let ledger = ledger.clone();
                let slice = move |turn| runtime.block_on(write(&ledger, writers, turn));
                comparison.contender(name("PostgreSQL", writers), slice);
            }
            None => comparison.absent(name("PostgreSQL", writers), "its server is not installed"),
        }
    }
    bench.compare(vec![comparison]);
    runtime.block_on(async {
        sqlite.journal().close().await;
        bare.close().await;
        if let Some(ledger) = &postgres {
            ledger.journal().close().await;
        }
    });
    Ok(())
}

fn name(store: &str, writers: usize) -> String {
    let plural = if writers == 1 { "writer" } else { "writers" };
    format!("{store}, {writers} {plural}")
}

async fn open(journal: Journal) -> Outcome<Ledger> {
    let ledger = Ledger::open(journal, Arc::new(company::now), |_| {}).await?;
    let people = company::facts()?.into_iter().map(|stated| stated.fact);
    for some in people.collect::<Vec<_>>().chunks(5_000) {
        ledger.state(Actor::Operator, some.to_vec()).await?;
    }
    Ok(ledger)
}

fn span(turn: Turn) -> Duration {
    Duration::from_millis(if turn.quick { 300 } else { 2_000 })
}

async fn write(ledger: &Ledger, writers: usize, turn: Turn) -> Outcome<Sample> {
    let until = Instant::now() + span(turn);
    let clock = Clock::start();
    let all: Vec<_> =
        (0..writers).map(|writer| tokio::spawn(one_writer(ledger.clone(), writer, until))).collect();
    let mut latencies = histogram();
    for one in all {
        latencies.add(one.await??)?;
    }
    let mut sample = clock.stop(latencies.len());
    *sample.latency("") = latencies;
    Ok(sample)
}

async fn one_writer(ledger: Ledger, writer: usize, until: Instant) -> Outcome<Histogram<u64>> {
    let mut latencies = histogram();
    while Instant::now() < until {
        let begun = Instant::now();
        ledger.state(Actor::Operator, vec![history::report(writer, company::now())]).await?;
        latencies.record(u64::try_from(begun.elapsed().as_nanos())?)?;
    }
    Ok(latencies)
}

async fn append(journal: &Journal, turn: Turn) -> Outcome<Sample> {
    let until = Instant::now() + span(turn);
    let mut head = journal.head().await?;
    let payload = history::stated(company::now(), history::report(0, company::now())).to_bytes()?;
    let clock = Clock::start();
    let mut appended = 0;
    let mut latencies = histogram();
    while Instant::now() < until {
        let begun = Instant::now();
        let entries = journal.append(head, vec![payload.clone(); 64]).await?;
        head = entries.last().map_or(Head::GENESIS, countersign_journal::Entry::head);
        appended += 64;
        latencies.record(u64::try_from(begun.elapsed().as_nanos())?)?;
    }
    let mut sample = clock.stop(appended);
    *sample.latency("") = latencies;
    Ok(sample)
}
