//! Records a synthetic working day and prints the costs: bytes per record, and the time of queries.
//!
//! `cargo run --release --example day -- 500000` (default 200,000 decisions, 1,000 people).
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example that shows figures, and stops at the first surprise"
)]

#[path = "../tests/evidence/common/mod.rs"]
mod common;

use common::{Day, MIDNIGHT};
use countersign_evidence::{Effect, Evidence, Options, Query};
use countersign_names::Timestamp;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::collections::BTreeMap;
use std::fs::File;
use std::time::{Duration, Instant};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let total: i64 = std::env::args().nth(1).map_or(200_000, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = Evidence::open(folder.path(), Options::default()).unwrap();
    let mut day = Day::new(1, 1_000, total, 0);
    let (mut some, mut someone) = (Vec::new(), None);
    let started = Instant::now();
    for index in 0..total {
        let (decided, completed) = day.next();
        if index % 1_000 == 0 {
            some.push(decided.id);
            someone = Some(decided.principal);
        }
        while sink.record(&decided).is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if let Some(completed) = completed {
            while sink.complete(&completed).is_err() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    }
    sink.flush().await.unwrap();
    println!("recorded {total} decisions in {:?} (generating them included)", started.elapsed());
    let state = sink.state();
    println!("write-ahead: {:.0} bytes a decision with its completion", state.bytes as f64 / total as f64);
    let asked = Instant::now();
    let open = store.list(&Query::default());
    println!("list of 100 with a segment still open: {:?}, {} rows", asked.elapsed(), open.rows.len());
    let closed = Instant::now();
    sink.close().await.unwrap();
    println!("closed and rotated in {:?}", closed.elapsed());

    sizes(folder.path(), total);
    let queries = [
        ("newest 100", Query::default()),
        ("newest 100 denials", Query { effect: Some(Effect::Deny), ..Query::default() }),
        ("newest 100 of a person", Query { principal: someone, ..Query::default() }),
        (
            "100 before noon",
            Query { until: Timestamp::from_micros(MIDNIGHT + 43_200_000_000), ..Query::default() },
        ),
    ];
    for round in ["first", "again"] {
        for (what, query) in &queries {
            let asked = Instant::now();
            let rows = store.list(query).rows.len();
            println!("{round}: {what}: {:?}, {rows} rows", asked.elapsed());
        }
    }
    let asked = Instant::now();
    let found = some.iter().filter(|id| store.find(**id).is_some()).count();
    println!("find: {:?} each, {found} of {} found", asked.elapsed() / some.len() as u32, some.len());
}

fn sizes(folder: &std::path::Path, total: i64) {
    let mut columns: BTreeMap<String, i64> = BTreeMap::new();
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if !entry.is_dir() {
            continue;
        }
        for path in std::fs::read_dir(entry).unwrap().map(|entry| entry.unwrap().path()) {
            bytes += path.metadata().unwrap().len();
            let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
            for chunk in reader.metadata().row_groups().iter().flat_map(|group| group.columns()) {
                *columns.entry(chunk.column_path().string()).or_default() += chunk.compressed_size();
            }
        }
    }
    println!("Parquet: {:.1} bytes a decision with its completion", bytes as f64 / total as f64);
    let mut columns: Vec<_> = columns.into_iter().collect();
    columns.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    for (column, size) in columns.iter().take(16) {
        println!("  {column}: {:.2}", *size as f64 / total as f64);
    }
}
