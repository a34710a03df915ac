//! A million facts: folded, parsed, and as a start meets them, in the file of a journal.

use super::{as_float, history};
use crate::decision::company;
use crate::run::{Bench, Clock, Comparison, Outcome, Sample, Unit};
use countersign_facts::Stated;
use countersign_journal::{Entry, Head, Journal, PostgresOptions};
use countersign_ledger::Ledger;
use countersign_testkit::Postgres;
use countersign_world::World;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Measure folds and starts.
pub fn measure(bench: &mut Bench) -> Outcome {
    if !bench.wants("store/fold") && !bench.wants("store/cold") {
        return Ok(());
    }
    let count = if bench.quick() { 100_000 } else { 1_000_000 };
    bench.say(&format!("store: {count} facts"));
    let facts = history::facts(count)?;
    let payloads = facts.iter().map(Stated::to_bytes).collect::<Result<Vec<_>, _>>()?;
    let bytes: usize = payloads.iter().map(Vec::len).sum();
    bench.note(format!("a fact of the history has {} bytes on average", bytes / count));
    if bench.wants("store/fold") {
        bench.compare(vec![fold(&facts, &payloads)]);
    }
    drop(facts);
    if bench.wants("store/cold") {
        cold(bench, payloads)?;
    }
    Ok(())
}

/// The time for as many, and what that is for a million.
fn finish(clock: Clock, count: usize) -> Sample {
    let mut sample = clock.stop(count as u64);
    let million = sample.wall_seconds * 1e6 / as_float(sample.operations);
    sample.also("a million", Unit::Seconds, million);
    sample
}

fn fold<'a>(facts: &'a [Stated], payloads: &'a [Vec<u8>]) -> Comparison<'a> {
    let mut comparison = Comparison::new("store/fold", "A million facts in memory, on one thread")
        .baseline("fold")
        .note("\"a million\" is scaled up from 100,000 with --quick");
    comparison.contender("fold", move |_| {
        let (clock, mut world) = (Clock::start(), World::empty());
        for stated in facts {
            world.replay(stated).map_err(|contradiction| contradiction.to_string())?;
        }
        Ok(finish(clock, facts.len()))
    });
    comparison.contender("parse", move |_| {
        let clock = Clock::start();
        for payload in payloads {
            std::hint::black_box(Stated::from_bytes(payload)?);
        }
        Ok(finish(clock, payloads.len()))
    });
    comparison.contender("parse the general way", move |_| {
        let clock = Clock::start();
        for payload in payloads {
            std::hint::black_box(serde_json::from_slice::<Stated>(payload)?);
        }
        Ok(finish(clock, payloads.len()))
    });
    comparison
}

async fn fill(journal: &Journal, payloads: &[Vec<u8>]) -> Outcome {
    let mut head = Head::GENESIS;
    for some in payloads.chunks(5_000) {
        head = journal.append(head, some.to_vec()).await?.last().map_or(head, Entry::head);
    }
    Ok(())
}

fn cold(bench: &mut Bench, payloads: Vec<Vec<u8>>) -> Outcome {
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("journal.sqlite");
    bench.say("store: writing them into journals");
    let count = payloads.len();
    let server = Postgres::installed().then(Postgres::start);
    let url = server.as_ref().map(Postgres::fresh_database);
    runtime.block_on(async {
        let journal = Journal::open_sqlite(&path).await?;
        fill(&journal, &payloads).await?;
        journal.close().await;
        if let Some(url) = &url {
            let journal = Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await?;
            fill(&journal, &payloads).await?;
            journal.close().await;
        }
        Outcome::Ok(())
    })?;
    drop(payloads);
    bench.note(format!("the SQLite file of {count} facts has {} MiB", std::fs::metadata(&path)?.len() >> 20));

    let mut comparison = Comparison::new("store/cold", "A cold start: from the journal to the world")
        .baseline("SQLite")
        .note("open the journal, read, check the hash chain, parse, fold: what `countersign serve` waits for")
        .note("the file is in the page cache, as after a restart of the process")
        .note("\"a million\" is scaled up from 100,000 with --quick");
    let runtime = &runtime;
    comparison.contender("SQLite", |_| {
        let clock = Clock::start();
        runtime.block_on(async { start(Journal::open_sqlite(&path).await?, clock, count).await })
    });
    match &url {
        Some(url) => comparison.contender("PostgreSQL", |_| {
            let clock = Clock::start();
            let opening = Journal::open_postgres(url.clone().into(), PostgresOptions::default());
            runtime.block_on(async { start(opening.await?, clock, count).await })
        }),
        None => comparison.absent("PostgreSQL", "its server is not installed"),
    }
    bench.compare(vec![comparison]);
    Ok(())
}

async fn start(journal: Journal, clock: Clock, count: usize) -> Outcome<Sample> {
    let ledger = Ledger::open(journal, Arc::new(company::now), |_| {}).await?;
    let sample = finish(clock, count);
    if ledger.world().seq() != count as u64 {
        return Err(format!("the world has {} facts", ledger.world().seq()).into());
    }
    ledger.journal().close().await;
    Ok(sample)
}
