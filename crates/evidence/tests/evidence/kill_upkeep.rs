//! The process is killed at random moments while it records, converts, anchors and compacts. Everything that was
//! acknowledged is found afterwards exactly once, in files that match their anchors.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

use crate::common::{Day, Dice, MIDNIGHT};
use crate::ledger::Ledger;
use countersign_evidence::{Evidence, Options, UpkeepError};
use countersign_names::Timestamp;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const FOLDER: &str = "COUNTERSIGN_EVIDENCE_CHILD";
const SEED: &str = "COUNTERSIGN_EVIDENCE_SEED";
const DAY: i64 = 86_400_000_000;

/// All days have ended, including the one that is being recorded.
const NOW: Timestamp = Timestamp::from_micros(MIDNIGHT + 10 * DAY);

fn options(folder: &Path) -> Options {
    let anchors = Arc::new(Ledger::open(&folder.join("ledger")));
    Options { anchors, segment_bytes: 32 << 10, retry: Duration::from_millis(2), ..Options::default() }
}

/// Not a test: the process that the parent starts and kills. It prints `ack` after each durable record.
#[test]
#[ignore = "started by the test below"]
fn child() {
    let folder = std::path::PathBuf::from(std::env::var(FOLDER).unwrap());
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (sink, store) = Evidence::open(folder.join("evidence"), options(&folder)).unwrap();
        std::thread::spawn(move || {
            loop {
                let compacted = store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(()));
                assert_eq!(compacted.unwrap().skipped, []);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let mut day = Day::new(seed, 50, 100_000, (seed % 3) as i64 * DAY);
        let mut ends = std::collections::VecDeque::new();
        println!();
        loop {
            let some: Vec<_> = (0..32).map(|_| day.next()).collect();
            let waiting: Vec<_> = some.iter().map(|(decided, _)| sink.record_durably(decided)).collect();
            for ((decided, completed), answer) in some.iter().zip(waiting) {
                answer.await.unwrap();
                ends.extend(completed.clone());
                println!("ack {}", decided.id);
            }
            while ends.len() > 200 {
                sink.complete(&ends.pop_front().unwrap()).unwrap();
            }
            std::io::stdout().flush().unwrap();
            // If compacting is slower than recording, the work would grow, and no day would ever be finished.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
}

/// Far more than anything here takes; only a hanging test reaches it.
const PATIENCE: Duration = Duration::from_secs(120);

fn run_and_kill(folder: &Path, seed: u64, after: Duration) -> HashSet<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill_upkeep::child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let (begun, beginning) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        let ids = lines.filter_map(|line| line.strip_prefix("ack ").map(str::to_owned));
        let ids = ids.inspect(|_| {
            let _ = begun.send(());
        });
        // The last line may be cut when the child was killed: then nothing was acknowledged.
        ids.filter(|id| id.len() == "dec_".len() + 32).collect()
    });
    // However slow the machine is, the child is killed while it records, not while it starts.
    beginning.recv_timeout(PATIENCE).expect("the child records nothing");
    std::thread::sleep(after);
    assert!(child.try_wait().unwrap().is_none(), "the child ended by itself: something in it failed");
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// Opens and closes what is left, and counts every record in the files that count.
async fn check(folder: &Path, acknowledged: &HashSet<String>) {
    let (sink, store) = Evidence::open(folder.join("evidence"), options(folder)).unwrap();
    sink.close().await.unwrap();
    let ever = Timestamp::from_micros(i64::MIN);
    let verified = store.verify(ever, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert!(verified.is_whole(), "{:?}", verified.findings);
    assert_eq!((verified.waiting, verified.segments), (0, 0));
    let counted = store.counted(ever, Timestamp::MAX);
    assert_eq!(counted.skipped, []);
    let mut found: HashMap<String, u32> = HashMap::new();
    counted.rows.iter().for_each(|path| count(path, &mut found));
    for id in acknowledged {
        assert_eq!(found.get(id), Some(&1), "{id}");
    }
    assert!(found.values().all(|times| *times == 1), "a record that nobody waited for is there twice");
    let mut ends: HashMap<String, u32> = HashMap::new();
    counted.ends.iter().for_each(|path| count(path, &mut ends));
    assert!(ends.values().all(|times| *times == 1), "an end is there twice");
}

fn count(path: &Path, found: &mut HashMap<String, u32>) {
    use arrow_array::cast::AsArray;
    let file = std::fs::File::open(path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(file, 1_024).unwrap();
    for batch in reader {
        for id in batch.unwrap()["id"].as_string::<i32>().iter() {
            *found.entry(id.unwrap().to_owned()).or_default() += 1;
        }
    }
}

#[tokio::test]
async fn killed_amid_rotation_and_compaction_everything_acknowledged_is_there_exactly_once() {
    let long = std::env::var("COUNTERSIGN_LONG").is_ok_and(|value| value == "1");
    let rounds = if long { 50 } else { 8 };
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(20_261_123);
    let mut acknowledged = HashSet::new();
    let mut round = 0;
    let compactions = || Ledger::open(&folder.path().join("ledger")).replacements();
    // On a slow machine, run more and longer rounds until a round has covered all the work.
    while round < rounds || (round < 4 * rounds && (compactions() == 0 || acknowledged.len() < 200)) {
        let longer = 1 + 4 * (round / rounds);
        let after = Duration::from_millis((20 + dice.below(300)) * longer);
        acknowledged.extend(run_and_kill(folder.path(), 1_000 + round, after));
        if round % 4 == 3 {
            check(folder.path(), &acknowledged).await;
        }
        round += 1;
    }
    check(folder.path(), &acknowledged).await;
    assert!(compactions() > 0, "nothing was compacted while the processes lived");

    let (sink, store) = Evidence::open(folder.path().join("evidence"), options(folder.path())).unwrap();
    let compacted: Result<_, UpkeepError> = store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(()));
    compacted.unwrap();
    let counted = store.counted(Timestamp::from_micros(i64::MIN), Timestamp::MAX);
    assert!(counted.rows.len() <= 3, "one a day: {:?}", counted.rows);
    sink.close().await.unwrap();
    check(folder.path(), &acknowledged).await;
}
