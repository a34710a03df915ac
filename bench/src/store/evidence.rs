//! Records: how many become durable, what one costs the request that makes it, and how small they end up.

use super::as_float;
use super::day::Day;
use crate::run::sample::histogram;
use crate::run::{Bench, Clock, Comparison, Outcome, Sample, Unit};
use countersign_evidence::{Completed, Decided, Evidence, Full, Options, Sink};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// A decision, and what came of it where it was allowed.
type Record = (Decided, Option<Completed>);

/// Measure the evidence.
pub fn measure(bench: &mut Bench) -> Outcome {
    if !["store/evidence", "store/record", "store/lake"].iter().any(|id| bench.wants(id)) {
        return Ok(());
    }
    bench.say("store: a day of records");
    let count = if bench.quick() { 100_000 } else { 1_000_000 };
    let mut day = Day::new(1, 10_000, count, 0);
    let records: Vec<Record> = (0..count).map(|_| day.next()).collect();
    let some = records.get(..records.len() / 4).unwrap_or_default();
    bench.compare(vec![sustained(some), cost(some), lake(&records)]);
    Ok(())
}

fn runtime() -> Outcome<Runtime> {
    Ok(Builder::new_current_thread().enable_time().build()?)
}

fn open(folder: &Path) -> Outcome<Sink> {
    Ok(Evidence::open(folder, Options::default())?.0)
}

/// As a gate would, but for that it would refuse: wait when the backlog is full.
fn retry_while_full(mut record: impl FnMut() -> Result<(), Full>) -> Outcome {
    while let Err(full) = record() {
        if full == Full::Closed {
            return Err(full.into());
        }
        sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn until_durable(records: &[Record]) -> Outcome<Sample> {
    let (runtime, folder) = (runtime()?, tempfile::tempdir()?);
    let sink = open(folder.path())?;
    let clock = Clock::start();
    for (decided, _) in records {
        retry_while_full(|| sink.record(decided))?;
    }
    runtime.block_on(sink.flush())?;
    let sample = clock.stop(records.len() as u64);
    runtime.block_on(sink.close())?;
    Ok(sample)
}

/// The same with this thread, and those that it begins, on one core alone.
fn on_one_core<T: Send>(work: impl FnOnce() -> Outcome<T> + Send) -> Outcome<T> {
    std::thread::scope(|scope| {
        let pinned = scope.spawn(|| {
            let allowed = sched_getaffinity(None)?;
            let first = (0..CpuSet::MAX_CPU).find(|cpu| allowed.is_set(*cpu)).ok_or("no core is ours")?;
            let mut one = CpuSet::new();
            one.set(first);
            sched_setaffinity(None, &one)?;
            work()
        });
        pinned.join().unwrap_or_else(|_| Err("the pinned thread panicked".into()))
    })
}

fn durably(records: &[Record]) -> Outcome<Sample> {
    let (runtime, folder) = (runtime()?, tempfile::tempdir()?);
    let sink = open(folder.path())?;
    let clock = Clock::start();
    let mut latencies = histogram();
    for together in records.chunks(64) {
        let begun = Instant::now();
        let waiting: Vec<_> = together.iter().map(|(decided, _)| sink.record_durably(decided)).collect();
        for one in waiting {
            runtime.block_on(one)?;
        }
        latencies.record_n(u64::try_from(begun.elapsed().as_nanos())?, together.len() as u64)?;
    }
    let mut sample = clock.stop(records.len() as u64);
    *sample.latency("") = latencies;
    runtime.block_on(sink.close())?;
    Ok(sample)
}

fn sustained<'a>(records: &'a [Record]) -> Comparison<'a> {
    let mut comparison = Comparison::new("store/evidence", "Records into the evidence until all are durable")
        .baseline("record until durable, one core")
        .note("one caller records as fast as records are taken; the clock stops when the last is synced")
        .note(
            "\"one core\": the caller, the writer and the rotation to Parquet are bound to one core together",
        )
        .note("\"64 waiting\": privileged accesses, each waits for its record; the latency is theirs");
    comparison.contender("record until durable, one core", move |_| on_one_core(|| until_durable(records)));
    comparison.contender("record until durable, all cores", move |_| until_durable(records));
    let few = records.get(..records.len() / 8).unwrap_or_default();
    comparison.contender("record_durably, 64 waiting", move |_| durably(few));
    comparison
}

fn cost<'a>(records: &'a [Record]) -> Comparison<'a> {
    let mut comparison = Comparison::new("store/record", "What recording costs the request")
        .note("the time within `Sink::record`, with pauses so that nothing waits for the disk; the clock's own in it");
    comparison.contender("Sink::record", move |_| {
        let (runtime, folder) = (runtime()?, tempfile::tempdir()?);
        let sink = open(folder.path())?;
        let mut latencies = histogram();
        let few = records.get(..records.len() / 8).unwrap_or_default();
        let clock = Clock::start();
        for together in few.chunks(64) {
            for (decided, _) in together {
                let begun = Instant::now();
                sink.record(decided)?;
                latencies.record(u64::try_from(begun.elapsed().as_nanos())?)?;
            }
            sleep(Duration::from_micros(500));
        }
        let mut sample = clock.stop(few.len() as u64);
        *sample.latency("") = latencies;
        runtime.block_on(sink.close())?;
        Ok(sample)
    });
    comparison
}

fn lake(records: &[Record]) -> Comparison<'_> {
    let mut comparison = Comparison::new("store/lake", "Records on disk, once rotated to Parquet")
        .cold()
        .note("10,000 people; a decision and, where it was allowed, its completion each count as a record")
        .note("bytes/request: all Parquet files over the number of decisions, completions carried along");
    comparison.contender("rotated to Parquet", move |_| {
        let (runtime, folder) = (runtime()?, tempfile::tempdir()?);
        let sink = open(folder.path())?;
        let clock = Clock::start();
        for (decided, completed) in records {
            retry_while_full(|| sink.record(decided))?;
            if let Some(completed) = completed {
                retry_while_full(|| sink.complete(completed))?;
            }
        }
        runtime.block_on(sink.close())?;
        let all = sink.state().recorded;
        let mut sample = clock.stop(all);
        let bytes = parquet_bytes(folder.path())?;
        sample.also("bytes/record", Unit::Bytes, as_float(bytes) / as_float(all));
        sample.also("bytes/request", Unit::Bytes, as_float(bytes) / as_float(records.len() as u64));
        Ok(sample)
    });
    comparison
}

fn parquet_bytes(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            bytes += parquet_bytes(&entry.path())?;
        } else if entry.path().extension().is_some_and(|extension| extension == "parquet") {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
