//! The process is killed at random moments while it records, converts and compacts. Everything that was acknowledged is
//! found afterwards, exactly once.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::DAY;
use crate::kinds::{FlowRecord, Flows, MIDNIGHT};
use crate::life::scanned;
use countersign_lake::{Options, open};
use countersign_names::Timestamp;
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use uuid::Uuid;

const FOLDER: &str = "COUNTERSIGN_LAKE_CHILD";
const ROUND: &str = "COUNTERSIGN_LAKE_ROUND";
const NOW: Timestamp = Timestamp::from_micros(MIDNIGHT + 30 * DAY);

fn options() -> Options {
    Options { segment_bytes: 16 << 10, retry: Duration::from_millis(2), ..Options::default() }
}

/// Not a test: the process that the parent starts and kills. It prints `ack` after each durable record.
#[test]
#[ignore = "started by the test below"]
fn child() {
    let folder = std::env::var(FOLDER).unwrap();
    let round: i64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (sink, store) = open::<Flows>(folder, options()).unwrap();
        std::thread::spawn(move || {
            loop {
                store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(())).unwrap();
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        println!();
        for number in 0.. {
            let flow = FlowRecord::numbered(number, MIDNIGHT + round * DAY);
            sink.record_durably(&flow).await.unwrap();
            println!("ack {}", flow.id);
            std::io::stdout().flush().unwrap();
        }
    });
}

/// Number of records that a process acknowledges before it is killed, however slow the machine is.
const LEAST: usize = 20;
/// Far more than that takes; only a hanging test reaches it.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts a process and kills it while it records; every fourth also while it starts.
fn run_and_kill(folder: &Path, round: u64) -> Vec<Uuid> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        let ids = lines.filter_map(|line| line.strip_prefix("ack ")?.parse().ok());
        // The parent stops listening once it has heard enough.
        ids.inspect(|_| tell.send(()).unwrap_or(())).collect()
    });
    let least = if round % 4 == 3 { 0 } else { LEAST };
    for _ in 0..least {
        told.recv_timeout(PATIENCE).unwrap();
    }
    std::thread::sleep(Duration::from_millis(round * 37 % 150));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[tokio::test]
async fn killed_at_random_everything_acknowledged_is_found_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = HashSet::new();
    for round in 0..12 {
        acknowledged.extend(run_and_kill(folder.path(), round));
    }
    assert!(acknowledged.len() >= 9 * LEAST, "only {} records were acknowledged", acknowledged.len());
    for _ in 0..2 {
        let (sink, store) = open::<Flows>(folder.path(), options()).unwrap();
        let found: Vec<Uuid> = scanned(&store).into_iter().map(|flow| flow.id).collect();
        let distinct: HashSet<Uuid> = found.iter().copied().collect();
        assert_eq!(distinct.len(), found.len(), "each once");
        assert!(distinct.is_superset(&acknowledged));
        sink.close().await.unwrap();
    }
}
