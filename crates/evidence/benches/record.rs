//! Records per second, from the view of one caller and including the disk; and reading them back.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

#[path = "../tests/evidence/common/mod.rs"]
mod common;

use common::Day;
use countersign_evidence::{Decided, Evidence, Options, Store};
use countersign_names::Timestamp;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::{Duration, Instant};

fn decisions() -> Vec<Decided> {
    let mut day = Day::new(1, 1_000, 200_000, 0);
    (0..4_096).map(|_| day.next().0).collect()
}

/// One thread records as fast as the sink accepts; the measurement ends when all records are durable.
fn sustained(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let decisions = decisions();
    let mut group = c.benchmark_group("evidence");
    group.throughput(Throughput::Elements(1)).sample_size(10).measurement_time(Duration::from_secs(8));
    group.bench_function("record, until durable", |b| {
        b.iter_custom(|count| {
            let folder = tempfile::tempdir().unwrap();
            let (sink, _store) = Evidence::open(folder.path(), Options::default()).unwrap();
            let started = Instant::now();
            for decided in decisions.iter().cycle().take(count as usize) {
                while sink.record(black_box(decided)).is_err() {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            runtime.block_on(sink.flush()).unwrap();
            let taken = started.elapsed();
            runtime.block_on(sink.close()).unwrap();
            taken
        });
    });
    group.bench_function("record_durably, 64 at a time", |b| {
        b.iter_custom(|count| {
            let folder = tempfile::tempdir().unwrap();
            let (sink, _store) = Evidence::open(folder.path(), Options::default()).unwrap();
            let started = Instant::now();
            let mut left = count as usize;
            while left > 0 {
                let some = left.min(64);
                let waiting: Vec<_> =
                    decisions.iter().take(some).map(|decided| sink.record_durably(decided)).collect();
                runtime.block_on(async {
                    for answer in waiting {
                        answer.await.unwrap();
                    }
                });
                left -= some;
            }
            let taken = started.elapsed();
            runtime.block_on(sink.close()).unwrap();
            taken
        });
    });
    group.finish();
}

/// Number of rows that are read back.
const ROWS: u64 = 50_000;

/// Returns evidence in Parquet, for reading.
fn parquet(folder: &std::path::Path) -> Store {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (sink, store) = Evidence::open(folder, Options::default()).unwrap();
    let mut day = Day::new(1, 1_000, ROWS as i64, 0);
    for _ in 0..ROWS {
        let (decided, completed) = day.next();
        while sink.record(&decided).is_err() {
            std::thread::sleep(Duration::from_millis(1));
        }
        while completed.as_ref().is_some_and(|completed| sink.complete(completed).is_err()) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    runtime.block_on(sink.close()).unwrap();
    store
}

/// Reads everything back: as rows, and column by column.
fn read_back(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let store = parquet(folder.path());
    let (since, until) = (Timestamp::from_micros(i64::MIN), Timestamp::MAX);
    let mut group = c.benchmark_group("evidence");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10).measurement_time(Duration::from_secs(8));
    group.bench_function("scan", |b| {
        b.iter(|| {
            let rows: usize = store.scan(since, until).map(|listing| listing.rows.len()).sum();
            assert_eq!(rows as u64, ROWS);
        });
    });
    group.bench_function("sweep", |b| {
        b.iter(|| {
            let rows: usize = store.sweep(since, until).map(|accesses| accesses.len()).sum();
            assert_eq!(rows as u64, ROWS);
        });
    });
    group.finish();
}

criterion_group!(benches, sustained, read_back);
criterion_main!(benches);
