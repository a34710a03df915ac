//! A file system that is really full: one mebibyte, in a mount namespace of its own. The test is skipped where the
//! system does not allow such namespaces, as in most containers. In CI a skipped test fails: user namespaces must be
//! allowed there.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use crate::book::Book;
use crate::common::{Day, MIDNIGHT};
use countersign_evidence::{Evidence, Options};
use countersign_names::Timestamp;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const FOLDER: &str = "COUNTERSIGN_SMALL_DISK";
const NOW: Timestamp = Timestamp::from_micros(MIDNIGHT + 5 * 86_400_000_000);

/// Runs a command with a file system of this size mounted on `folder`, invisible to other processes.
fn within(folder: &Path, command: &str) -> Command {
    let mut unshared = Command::new("unshare");
    let script = format!("mount -t tmpfs -o size=1m tmpfs \"${FOLDER}\" && exec {command}");
    unshared.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]).env(FOLDER, folder);
    unshared
}

#[test]
fn on_a_disk_that_is_really_full_nothing_is_lost_and_it_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let allowed = within(folder.path(), "true").stderr(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        countersign_testkit::skip(
            "no file system can be mounted in a namespace of our own: allow user namespaces",
        );
        return;
    }
    let child = "\"$0\" --exact small_disk::child --ignored --nocapture --test-threads=1";
    let child = child.replace("$0", std::env::current_exe().unwrap().to_str().unwrap());
    let output = within(folder.path(), &child).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Not a test by itself: fills the file system that the test above mounts for it.
#[test]
#[ignore = "started by the test above"]
fn child() {
    let folder = PathBuf::from(std::env::var(FOLDER).unwrap());
    let filler = folder.join("filler");
    std::fs::write(&filler, vec![0; 512 << 10]).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(filled(&folder.join("evidence"), &filler));
}

async fn filled(folder: &Path, filler: &Path) {
    let book = Arc::new(Book::default());
    let options = Options {
        anchors: Arc::clone(&book) as _,
        segment_bytes: 48 << 10,
        backlog_bytes: 64 << 10,
        retry: Duration::from_millis(2),
        ..Options::default()
    };
    let (sink, store) = Evidence::open(folder, options).unwrap();
    let mut day = Day::new(5, 50, 100_000, 0);
    let mut kept = Vec::new();
    let refused = loop {
        let (decided, _) = day.next();
        match sink.record_durably(&decided).await {
            Ok(()) => kept.push(decided.id),
            Err(refused) => break refused,
        }
        assert!(kept.len() < 100_000, "the disk is never full");
    };
    assert!(refused.to_string().contains("No space left"), "{refused}");
    // A compaction loses nothing, whether it has enough space or not, and also if it cannot be anchored.
    drop(store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(())));
    book.set_away(true);
    drop(store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(())));
    book.set_away(false);

    std::fs::remove_file(filler).unwrap();
    let mut again = 0;
    for _ in 0..4_000 {
        let (decided, _) = day.next();
        match sink.record_durably(&decided).await {
            Ok(()) => {
                kept.push(decided.id);
                again += 1;
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
        if again == 20 {
            break;
        }
    }
    assert_eq!(again, 20, "it goes on when there is room");
    sink.close().await.unwrap();
    store.compact(NOW, false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let ever = Timestamp::from_micros(i64::MIN);
    let verified = store.verify(ever, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert!(verified.is_whole(), "{:?}", verified.findings);
    let mut found: HashMap<_, u32> = HashMap::new();
    for listing in store.scan(ever, Timestamp::MAX) {
        assert_eq!(listing.skipped, []);
        listing.rows.iter().for_each(|row| *found.entry(row.decided.id).or_default() += 1);
    }
    for id in &kept {
        assert_eq!(found.get(id), Some(&1), "{id}");
    }
    if book.paths().is_empty() {
        panic!("nothing became Parquet");
    }
}
