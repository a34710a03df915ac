//! A million facts: folded, parsed, and as a start meets them, in the file of a journal.

use super::{as_float, history};
use crate::decision::company;
use crate::gate::peers::{binary, words};
use crate::gate::process::{Process, free_address};
use crate::run::{Bench, Clock, Comparison, Outcome, Sample, Unit, cpu_of};
use countersign_facts::Stated;
use countersign_journal::{Entry, Head, Journal, PostgresOptions};
use countersign_ledger::Ledger;
use countersign_testkit::Postgres;
use countersign_world::World;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Runtime;

/// The product itself, on a journal in SQLite.
const SERVE: &str = "countersign serve";

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
    let data = folder.path().join("data");
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700).create(&data)?;
    let path = data.join("journal.sqlite");
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
        .baseline(SERVE)
        .note("`countersign serve`: the program, from its start until it takes connections")
        .note("in process: open the journal, read, check the hash chain, parse, fold, with the bench's allocator")
        .note("the file is in the page cache, as after a restart of the process")
        .note("\"a million\" is scaled up from 100,000 with --quick");
    let runtime = &runtime;
    comparison.contender(SERVE, |_| serve(folder.path(), &data, count));
    comparison.contender("SQLite, in process", |_| {
        let clock = Clock::start();
        runtime.block_on(async { start(Journal::open_sqlite(&path).await?, clock, count).await })
    });
    match &url {
        Some(url) => comparison.contender("PostgreSQL, in process", |_| {
            let clock = Clock::start();
            let opening = Journal::open_postgres(url.clone().into(), PostgresOptions::default());
            runtime.block_on(async { start(opening.await?, clock, count).await })
        }),
        None => comparison.absent("PostgreSQL, in process", "its server is not installed"),
    }
    bench.compare(vec![comparison]);
    Ok(())
}

/// The product on this data, until it takes connections.
fn serve(folder: &Path, data: &Path, count: usize) -> Outcome<Sample> {
    let (address, path) = (free_address()?, folder.join("countersign.toml"));
    let configuration = format!(
        "name = \"bench\"\ndata = \"{}\"\norigin = \"http://countersign.localhost:{}\"\n\
         [listen]\nhttp = \"{address}\"\n",
        data.display(),
        address.port()
    );
    std::fs::write(&path, configuration)?;
    // A start that folds everything is what is measured here; `cargo bench -p countersign-ledger --bench start` has the other.
    let checkpoints = data.join("checkpoints");
    if checkpoints.exists() {
        std::fs::remove_dir_all(checkpoints)?;
    }
    let (binary, path) = (binary("countersign")?.display().to_string(), path.display().to_string());
    let begun = Instant::now();
    let process =
        Process::start(folder, "cold", None, &words(&[&binary, "serve", "--config", &path]), address)?;
    let wall = begun.elapsed().as_secs_f64();
    let mut sample = Sample::new(cpu_of(&process.tree()), wall, count as u64);
    sample.also("a million", Unit::Seconds, wall * 1e6 / as_float(count as u64));
    Ok(sample)
}

async fn start(journal: Journal, clock: Clock, count: usize) -> Outcome<Sample> {
    let ledger = Ledger::open(journal, Arc::new(company::now), |_| {}).await?;
    let sample = finish(clock, count);
    // The product has stated a few more of its own.
    if ledger.world().seq() < count as u64 {
        return Err(format!("the world has {} facts", ledger.world().seq()).into());
    }
    ledger.journal().close().await;
    Ok(sample)
}
