//! A process that appends is killed with SIGKILL at random points. No entry that it acknowledged may be lost, and the
//! chain must verify. 100 rounds on SQLite; 5 on PostgreSQL, or 100 there too with `COUNTERSIGN_LONG=1`.
//!
//! This does not simulate a loss of power: the kernel survives and writes its buffers. The flushes that `open` checks
//! for protect against that.
//!
//! The child is this test binary, started with the one ignored test; its environment says what it does.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

use countersign_journal::{AppendError, Entry, Head, Journal, OpenError, PostgresOptions, Seq};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

const PLACE: &str = "COUNTERSIGN_JOURNAL_CHILD";

async fn open(place: &str) -> Result<Journal, OpenError> {
    if place.starts_with("postgres:") {
        Journal::open_postgres(place.to_owned().into(), PostgresOptions::default()).await
    } else {
        Journal::open_sqlite(place).await
    }
}

/// Returns the payload of a place, which a reader can compute without other information.
fn payload(seq: u64) -> Vec<u8> {
    let length = usize::try_from(seq.wrapping_mul(2_654_435_761) % 3000).unwrap();
    seq.to_be_bytes().into_iter().cycle().take(8 + length).collect()
}

/// A small random number generator: the points of the kills must be spread, not secret.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Appends for ever, in batches of 1 to 8, and prints each head once `append` has returned.
#[tokio::test]
#[ignore = "the child of the tests below; does nothing useful alone"]
async fn child() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let journal = open(&place).await.unwrap();
    let mut head = journal.head().await.unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "\nready {head}").unwrap();
    loop {
        let count = 1 + head.seq.0 % 8;
        let payloads = (1..=count).map(|i| payload(head.seq.0 + i)).collect();
        match journal.append(head, payloads).await {
            Ok(entries) => head = entries.last().unwrap().head(),
            // A statement of a killed predecessor may still have been running in the server.
            Err(AppendError::Conflict { head: moved }) => head = moved,
            Err(other) => panic!("{other}"),
        }
        writeln!(out, "acknowledged {head}").unwrap();
        out.flush().unwrap();
    }
}

/// Starts a child, kills it after a while, and returns the last head that it acknowledged.
fn run_and_kill(place: &str, after: Duration) -> Head {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(PLACE, place)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (ready, wait_ready) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut last = None;
        for line in lines {
            let line = line.unwrap();
            match line.split_once(' ') {
                // The kill may cut the last line; then it is not a head, and was not acknowledged.
                Some(("acknowledged", head)) => last = head.parse::<Head>().ok().or(last),
                Some(("ready", head)) => {
                    last = head.parse().ok();
                    ready.send(()).unwrap();
                }
                _ => {}
            }
        }
        last
    });
    let began = wait_ready.recv_timeout(Duration::from_secs(60));
    std::thread::sleep(after);
    child.kill().unwrap();
    let status = child.wait().unwrap();
    began.expect("the child began to append");
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&status),
        Some(9),
        "killed, not ended: {status}"
    );
    reader.join().unwrap().expect("the child said where it began")
}

async fn read_after(journal: &Journal, head: Head) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let page = journal.read_chained(entries.last().map_or(head, Entry::head), 1000).await.unwrap();
        if page.is_empty() {
            return entries;
        }
        entries.extend(page);
    }
}

/// Kills this many times; returns how many entries were acknowledged in total.
async fn survive(place: &str, rounds: u64) -> u64 {
    let mut dice = Dice(rounds ^ 0x5eed);
    let mut known = Head::GENESIS;
    for round in 0..rounds {
        let after = Duration::from_micros(dice.below(40_000));
        let acknowledged = run_and_kill(place, after);
        let journal = open(place).await.unwrap();
        let mut passed = known == acknowledged;
        for entry in read_after(&journal, known).await {
            assert_eq!(entry.payload, payload(entry.seq.0), "round {round}, entry {}", entry.seq);
            known = entry.head();
            passed |= known == acknowledged;
        }
        assert!(passed, "round {round}: {acknowledged} was acknowledged, but the journal ends at {known}");
        if round % 10 == 9 || round + 1 == rounds {
            journal.verify_against(acknowledged, |_| ()).await.unwrap();
        }
        journal.close().await;
    }
    known.seq.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_appender_loses_nothing_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("journal.db");
    let entries = survive(place.to_str().unwrap(), 100).await;
    assert!(entries > 100, "the children appended something: {entries}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_appender_loses_nothing_on_postgres() {
    let server = countersign_testkit::Postgres::start();
    let rounds = if std::env::var_os("COUNTERSIGN_LONG").is_some() { 100 } else { 5 };
    let entries = survive(&server.fresh_database(), rounds).await;
    assert!(entries > rounds, "the children appended something: {entries}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crashed_server_loses_nothing() {
    let mut server = countersign_testkit::Postgres::start();
    let url = server.fresh_database();
    let journal = open(&url).await.unwrap();
    let mut head = Head::GENESIS;
    for _ in 0..3 {
        for _ in 0..20 {
            let next = payload(head.seq.0 + 1);
            head = journal.append(head, vec![next]).await.unwrap()[0].head();
        }
        server.crash();
        server.start_again();
        // Connections from before the crash fail when they are used.
        while journal.head().await.ok() != Some(head) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let verified = journal.verify_against(head, |_| ()).await.unwrap();
    assert_eq!(verified.head.seq, Seq(60));
}
