//! The process is killed at random moments. Everything that was acknowledged as durable is found afterwards, exactly
//! once.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{Day, Dice};
use countersign_evidence::{Evidence, Options, Query};
use countersign_names::DecisionId;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const FOLDER: &str = "COUNTERSIGN_EVIDENCE_CHILD";

/// Small segments, so that rounds are also killed during conversions.
fn options() -> Options {
    Options { segment_bytes: 96 << 10, ..Options::default() }
}

/// Not a test: the process that the parent starts and kills. It prints `asked` before and `ack` after each durable
/// record.
#[test]
#[ignore = "started by the test below"]
fn child() {
    let folder = std::env::var(FOLDER).unwrap();
    let seed: u64 = std::env::var("COUNTERSIGN_EVIDENCE_SEED").unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (sink, _store) = Evidence::open(folder, options()).unwrap();
        let mut day = Day::new(seed, 50, 100_000, 0);
        println!();
        loop {
            let some: Vec<_> = (0..32).map(|_| day.next()).collect();
            let waiting: Vec<_> = some.iter().map(|(decided, _)| sink.record_durably(decided)).collect();
            for ((decided, completed), answer) in some.iter().zip(waiting) {
                answer.await.unwrap();
                if let Some(completed) = completed {
                    sink.complete(completed).unwrap();
                }
                println!("ack {}", decided.id);
            }
            std::io::stdout().flush().unwrap();
        }
    });
}

/// Far more than anything here takes; only a hanging test reaches it.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts a process, and kills it some time after it has acknowledged `least` records, however slow the machine is.
fn run_and_kill(folder: &Path, seed: u64, least: usize, after: Duration) -> HashSet<DecisionId> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env("COUNTERSIGN_EVIDENCE_SEED", seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        // The last line may be cut when the child was killed: then it is not an id, and nothing was acknowledged.
        let ids = lines.filter_map(|line| line.strip_prefix("ack ")?.parse().ok());
        // The parent stops listening once it has heard enough.
        ids.inspect(|_| tell.send(()).unwrap_or(())).collect()
    });
    for _ in 0..least {
        told.recv_timeout(PATIENCE).unwrap();
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[tokio::test]
async fn killed_at_random_everything_acknowledged_is_found_exactly_once() {
    let long = std::env::var("COUNTERSIGN_LONG").is_ok_and(|value| value == "1");
    let rounds = if long { 100 } else { 30 };
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(20_261_122);
    let mut acknowledged = HashSet::new();
    for round in 0..rounds {
        // One of three may be killed while it starts.
        let least = if round % 3 == 0 { 0 } else { 32 };
        let after = Duration::from_millis(dice.below(180));
        acknowledged.extend(run_and_kill(folder.path(), 1_000 + round, least, after));
    }
    assert!(acknowledged.len() > 500, "only {} records were acknowledged", acknowledged.len());

    let (sink, store) = Evidence::open(folder.path(), options()).unwrap();
    check_all(&store, &acknowledged);
    sink.close().await.unwrap();
    assert!(sink.state().rotated > 0, "what the last round left must have been rotated");

    // Again from Parquet alone, counting rows in the files themselves, because the reader hides duplicates.
    let mut files: HashMap<String, u32> = HashMap::new();
    for entry in std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap().to_owned();
        if entry.is_dir() {
            count_ids(&entry, &mut files);
        } else {
            assert_eq!(name, "lock", "nothing but Parquet is left");
        }
    }
    for id in &acknowledged {
        assert_eq!(files.get(&id.to_string()), Some(&1), "{id}");
    }
    let (sink, store) = Evidence::open(folder.path(), options()).unwrap();
    check_all(&store, &acknowledged);
    sink.close().await.unwrap();
}

fn check_all(store: &countersign_evidence::Store, acknowledged: &HashSet<DecisionId>) {
    for id in acknowledged.iter().step_by(1 + acknowledged.len() / 300) {
        assert_eq!(store.find(*id).unwrap().decided.id, *id);
    }
    let mut seen: HashMap<DecisionId, u32> = HashMap::new();
    let mut query = Query { limit: Query::MOST, ..Query::default() };
    loop {
        let listing = store.list(&query);
        assert_eq!(listing.skipped, []);
        for row in &listing.rows {
            *seen.entry(row.decided.id).or_default() += 1;
        }
        match listing.rows.last() {
            Some(last) if listing.rows.len() == Query::MOST => query.until = last.decided.at,
            _ => break,
        }
    }
    for id in acknowledged {
        assert_eq!(seen.get(id), Some(&1), "{id}");
    }
}

fn count_ids(partition: &Path, found: &mut HashMap<String, u32>) {
    use arrow_array::cast::AsArray;
    for path in std::fs::read_dir(partition).unwrap().map(|entry| entry.unwrap().path()) {
        if !path.file_name().unwrap().to_str().unwrap().starts_with("decisions-") {
            continue;
        }
        let file = std::fs::File::open(path).unwrap();
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(file, 1_024).unwrap();
        for batch in reader {
            for id in batch.unwrap()["id"].as_string::<i32>().iter() {
                *found.entry(id.unwrap().to_owned()).or_default() += 1;
            }
        }
    }
}
