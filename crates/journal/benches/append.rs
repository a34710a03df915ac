//! The cost of a durable append, by store and by the number of entries that share the flush.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

use countersign_journal::{Journal, PostgresOptions};
use countersign_testkit::Postgres;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;

/// About the size of a fact.
const PAYLOAD: usize = 300;

fn append(c: &mut Criterion, store: &str, runtime: &Runtime, journal: &Journal) {
    let mut group = c.benchmark_group(format!("append/{store}"));
    for batch in [1, 16, 64] {
        group.throughput(Throughput::Elements(batch));
        group.bench_function(BenchmarkId::from_parameter(batch), |b| {
            let mut head = runtime.block_on(journal.head()).unwrap();
            b.iter_batched(
                || vec![vec![b'x'; PAYLOAD]; batch.try_into().unwrap()],
                |payloads| {
                    head = runtime.block_on(journal.append(head, payloads)).unwrap().last().unwrap().head();
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn durable_appends(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sqlite = runtime.block_on(Journal::open_sqlite(folder.path().join("journal.db"))).unwrap();
    append(c, "sqlite", &runtime, &sqlite);
    runtime.block_on(sqlite.close());

    if Postgres::installed() {
        let server = Postgres::start();
        let opening = Journal::open_postgres(server.fresh_database().into(), PostgresOptions::default());
        let postgres = runtime.block_on(opening).unwrap();
        append(c, "postgres", &runtime, &postgres);
        runtime.block_on(postgres.close());
    }
}

criterion_group!(benches, durable_appends);
criterion_main!(benches);
