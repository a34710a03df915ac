//! The cost of recording, looking up and merging observations.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::missing_docs_in_private_items,
    reason = "a benchmark stops where it cannot go on"
)]

use countersign_names::{SessionId, Timestamp};
use countersign_observations::{Observation, ObservationKind, Observations};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use uuid::Uuid;

const MANY: u128 = 100_000;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn rows() -> Vec<Observation> {
    (0..MANY)
        .map(|n| Observation {
            kind: ObservationKind::SessionUse,
            subject: Uuid::from_u128(n),
            at: at(i64::try_from(n).unwrap()),
            of: 0,
            by: "gate-2".into(),
        })
        .collect()
}

/// Returns the resident memory of this process in kilobytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn observing(criterion: &mut Criterion) {
    let rows = rows();
    let now = at(1_000_000_000);
    let known = Observations::new("gate-1");
    let before = resident();
    rows.iter().for_each(|row| known.merge(row, now));
    println!("memory of 100,000 subjects: {} kB", resident().saturating_sub(before));
    let mut group = criterion.benchmark_group("observations");
    group.throughput(Throughput::Elements(1));
    let mut n = 0u128;
    group.bench_function("note one of 100,000 sessions", |bencher| {
        bencher.iter(|| {
            n = (n + 7919) % MANY;
            known.session_used(SessionId::new(Uuid::from_u128(n)), black_box(now));
        });
    });
    group.bench_function("look one of 100,000 sessions up", |bencher| {
        bencher.iter(|| {
            n = (n + 7919) % MANY;
            black_box(known.session_used_at(SessionId::new(Uuid::from_u128(n))))
        });
    });
    group.throughput(Throughput::Elements(100_000));
    group.sample_size(20);
    group.bench_function("merge 100,000 rows into none", |bencher| {
        bencher.iter_batched(
            || Observations::new("gate-1"),
            |empty| {
                rows.iter().for_each(|row| empty.merge(row, now));
                empty
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("merge 100,000 rows into as many", |bencher| {
        bencher.iter(|| rows.iter().for_each(|row| known.merge(row, now)));
    });
    group.bench_function("look for what 100,000 sessions have unshared", |bencher| {
        bencher.iter(|| known.unshared(now).map(|piece| piece.len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, observing);
criterion_main!(benches);
