//! Checkpoints, over a real journal.

use super::*;
use countersign_facts::{Person, PersonFact, PersonKind, RiskFact, Stated};
use countersign_journal::Journal;
use countersign_ledger::Clock;
use countersign_names::{PersonId, Principal, RiskLevel, Timestamp};
use countersign_world::CHECKPOINT_EVERY;
use std::collections::BTreeSet;

fn head() -> Head {
    Head { seq: Seq(0), ..Head::GENESIS }
}

#[test]
fn a_file_is_read_as_it_was_written_and_nothing_else_is() {
    let bytes = frame(head(), &World::empty()).unwrap();
    let start = parse(&bytes[..]).unwrap();
    assert_eq!((start.head, start.digest), (head(), digest_of(&bytes)));
    let text = String::from_utf8(bytes).unwrap();
    let (ours, next) =
        [CHECKPOINT_FORMAT, CHECKPOINT_FORMAT + 1].map(|format| format!("checkpoint {format} ")).into();
    for (wrong, why) in [
        (String::new(), "no first line"),
        (format!("countersign {ours}").repeat(100), "no first line"),
        ("countersign".to_owned() + "\n", "not a checkpoint"),
        (text.replacen(&ours, &next, 1), &format!("format {}", CHECKPOINT_FORMAT + 1)),
        (text.replacen(&format!("{ours}0:"), &format!("{ours}1:"), 1), "entry 0"),
        (text.replacen("0:00", "0:zz", 1), "head of a journal"),
        (text.trim_end_matches('}').to_owned(), "cannot read the world"),
    ] {
        let said = parse(wrong.as_bytes()).unwrap_err();
        assert!(said.contains(why), "{wrong:?}: {said}");
    }
}

#[test]
fn what_can_be_read_is_tried_the_newest_first_and_older_ones_are_forgotten() {
    let data = tempfile::tempdir().unwrap();
    let checkpoints = CheckpointFolder::of(data.path());
    assert_eq!(checkpoints.read().count(), 0, "there is no folder");
    std::fs::create_dir(&checkpoints.folder).unwrap();
    let written = |seq: u64, bytes: &[u8]| std::fs::write(checkpoints.file(seq), bytes).unwrap();
    let bytes = frame(head(), &World::empty()).unwrap();
    let other = [&bytes[..], b" "].concat();
    written(1, &bytes);
    written(9, &other);
    written(10, b"damaged");
    std::fs::write(checkpoints.folder.join("11.new"), b"unfinished").unwrap();
    // A folder, a link, and a file that can be opened and never ends are all ignored.
    std::fs::create_dir(checkpoints.file(12)).unwrap();
    std::os::unix::fs::symlink(checkpoints.file(9), checkpoints.file(13)).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(checkpoints.file(14)).unwrap();
    let digests: Vec<_> = checkpoints.read().map(|checkpoint| checkpoint.digest).collect();
    assert_eq!(digests, [digest_of(&other), digest_of(&bytes)]);
    forget_older(&checkpoints.folder);
    assert_eq!(files(&checkpoints.folder), [checkpoints.file(10), checkpoints.file(9), checkpoints.file(1)]);
    // Something else is in its place: the start uses no checkpoint, and nothing fails.
    std::fs::remove_dir_all(&checkpoints.folder).unwrap();
    std::fs::write(&checkpoints.folder, b"no folder").unwrap();
    assert_eq!(checkpoints.read().count(), 0);
}

/// A ledger over a journal that is long enough for a checkpoint; its last entries are small and many.
struct Long {
    folder: tempfile::TempDir,
    payloads: Vec<Vec<u8>>,
}

impl Long {
    fn new() -> Self {
        let by = Actor::Operator;
        let fact = |seconds: u64, fact| Stated {
            at: Timestamp::from_micros(i64::try_from(seconds).unwrap() * 1_000_000),
            by: by.clone(),
            fact,
        };
        let person = PersonId::new(uuid::Uuid::from_u128(1));
        let about = Person {
            name: "Ada".to_owned(),
            email: "ada@example.test".to_owned(),
            kind: PersonKind::Employee,
            aliases: BTreeSet::new(),
        };
        let mut story = vec![fact(0, Fact::Person(PersonFact::Added { person, about }))];
        story.extend((1..CHECKPOINT_EVERY + 10).map(|n| {
            let level = if n.is_multiple_of(2) { RiskLevel::Low } else { RiskLevel::Medium };
            let principal = Principal::Person(person);
            fact(n, Fact::Risk(RiskFact::Changed { principal, level, reasons: Vec::new() }))
        }));
        let payloads = story.iter().map(|stated| stated.to_bytes().unwrap()).collect();
        Self { folder: tempfile::tempdir().unwrap(), payloads }
    }

    fn data(&self) -> &Path {
        self.folder.path()
    }

    async fn journal(&self) -> Journal {
        Journal::open_sqlite(self.data().join("journal.sqlite")).await.unwrap()
    }

    async fn write(&self) {
        let journal = self.journal().await;
        let mut head = Head::GENESIS;
        for some in self.payloads.chunks(5_000) {
            head = journal.append(head, some.to_vec()).await.unwrap().last().unwrap().head();
        }
        journal.close().await;
    }

    /// A process that keeps checkpoints, and the checkpoint from which it started. `check`: whether it verifies that
    /// one.
    async fn start(&self, check: bool) -> (Ledger, CancellationToken, tokio::task::JoinHandle<()>) {
        let mut checkpoints = CheckpointFolder::of(self.data());
        let found = checkpoints.read();
        let wait = if check { Duration::ZERO } else { Duration::from_secs(600) };
        checkpoints.check = (wait, Duration::ZERO);
        let clock: Clock = Arc::new(|| Timestamp::from_micros(1_000_000_000_000));
        let ledger = Ledger::open_by(self.journal().await, clock.into(), found, |_| {}).await.unwrap();
        let stop = CancellationToken::new();
        let keeping = tokio::spawn(Arc::new(checkpoints).keep(ledger.clone(), stop.clone()));
        (ledger, stop, keeping)
    }

    async fn end(&self, (ledger, stop, keeping): (Ledger, CancellationToken, tokio::task::JoinHandle<()>)) {
        stop.cancel();
        keeping.await.unwrap();
        ledger.journal().close().await;
        // The lock of the file is released with the last handle.
        drop(ledger);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    fn file(&self) -> PathBuf {
        self.data().join(format!("checkpoints/{CHECKPOINT_EVERY:020}.checkpoint"))
    }
}

async fn until(what: impl Fn() -> bool) {
    let waiting = async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_goes_on_from_a_checkpoint_that_the_journal_vouches_for_and_from_no_other() {
    let long = Long::new();
    long.write().await;
    let first = long.start(false).await;
    assert_eq!(first.0.begun_at(), None, "there was none");
    let ledger = first.0.clone();
    until(|| ledger.world().checkpoint(CHECKPOINT_EVERY).is_some()).await;
    let folded = ledger.world().to_checkpoint().unwrap();
    drop(ledger);
    long.end(first).await;

    let second = long.start(true).await;
    assert_eq!(second.0.begun_at(), Some(CHECKPOINT_EVERY));
    assert!(second.0.world().to_checkpoint().unwrap() == folded, "it is the same world");
    // A process that knows the fact already does not state it again.
    assert_eq!(second.0.world().seq(), CHECKPOINT_EVERY + 11);
    long.end(second).await;

    // An attacker who can write files, but not facts, forges a world.
    let bytes = std::fs::read(long.file()).unwrap();
    let forged = String::from_utf8(bytes.clone()).unwrap().replace("ada@example.test", "eve@example.test");
    std::fs::write(long.file(), forged).unwrap();
    let third = long.start(false).await;
    assert_eq!(third.0.begun_at(), None);
    assert!(third.0.world().to_checkpoint().unwrap() == folded, "everything was folded");
    // The file was written again.
    until(|| std::fs::read(long.file()).unwrap() == bytes).await;
    long.end(third).await;

    // A journal that was rewritten with a different end does not continue from it.
    std::fs::remove_file(long.data().join("journal.sqlite")).unwrap();
    let mut other = Long { payloads: long.payloads.clone(), ..long };
    other.payloads.swap(3, 5);
    other.write().await;
    let fourth = other.start(false).await;
    assert_eq!(fourth.0.begun_at(), None);
    other.end(fourth).await;
}

/// Simulates a build that folds differently from the one that wrote the file: the digest is on record.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_is_not_what_its_facts_add_up_to_is_found_out_and_removed() {
    let long = Long::new();
    long.write().await;
    let first = long.start(false).await;
    let ledger = first.0.clone();
    until(|| ledger.world().checkpoint(CHECKPOINT_EVERY).is_some()).await;
    drop(ledger);
    long.end(first).await;
    let fine = long.start(true).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((fine.0.begun_at(), fine.0.trouble()), (Some(CHECKPOINT_EVERY), None));
    long.end(fine).await;

    // The journal vouches for a different world than that of its facts.
    let text = String::from_utf8(std::fs::read(long.file()).unwrap()).unwrap();
    let wrong = text.replace("ada@example.test", "eve@example.test");
    std::fs::remove_file(long.data().join("journal.sqlite")).unwrap();
    let fact = JournalFact::CheckpointTaken {
        seq: CHECKPOINT_EVERY,
        format: CHECKPOINT_FORMAT,
        digest: digest_of(wrong.as_bytes()),
    };
    let by = Actor::System("checkpoints".to_owned());
    let at = Timestamp::from_micros(999_999_000_000);
    let mut other = Long { payloads: long.payloads.clone(), ..long };
    other.payloads.push(Stated { at, by, fact: Fact::Journal(fact) }.to_bytes().unwrap());
    other.write().await;
    std::fs::write(other.file(), wrong).unwrap();
    let started = other.start(true).await;
    assert_eq!(started.0.begun_at(), Some(CHECKPOINT_EVERY));
    let ledger = started.0.clone();
    until(|| ledger.trouble().is_some()).await;
    assert!(ledger.trouble().unwrap().contains("does not agree with its facts"));
    assert!(!other.file().exists(), "the next start folds everything");
    drop(ledger);
    other.end(started).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_comes_to_another_world_than_what_is_on_record_says_so() {
    let long = Long::new();
    long.write().await;
    let (ledger, stop, keeping) = long.start(false).await;
    until(|| ledger.world().checkpoint(CHECKPOINT_EVERY).is_some()).await;
    let checkpoints = CheckpointFolder::of(long.data());
    let another = Digest::new([7; 32]);
    let refused = checkpoints.put_on_record(&ledger, CHECKPOINT_EVERY, another).await.unwrap_err();
    assert!(matches!(refused, NotWritten::Differs { seq: CHECKPOINT_EVERY, .. }), "{refused}");
    long.end((ledger, stop, keeping)).await;
}

#[test]
fn the_older_the_checkpoints_the_farther_they_are_apart() {
    let mut kept: Vec<u64> = Vec::new();
    for taken in 1..=1_000 {
        kept.insert(0, taken * CHECKPOINT_EVERY);
        let dispensable = dispensable(&kept);
        kept.retain(|seq| !dispensable.contains(seq));
        assert!(kept.len() <= 12, "{kept:?}");
        // However far back a reader goes, it folds at most twice as much, and two checkpoints.
        for moment in (CHECKPOINT_EVERY..=taken * CHECKPOINT_EVERY).step_by(10_000) {
            let begun = kept.iter().find(|seq| **seq <= moment).copied().unwrap_or(0);
            let back = taken * CHECKPOINT_EVERY - moment;
            assert!(moment - begun <= 2 * back + 2 * CHECKPOINT_EVERY, "{taken} {moment} {begun} {kept:?}");
        }
    }
}

/// Readers of the past start only from a world that is on record.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_the_past_begins_with_a_checkpoint_that_is_on_record() {
    let long = Long::new();
    long.write().await;
    let running = long.start(false).await;
    let ledger = running.0.clone();
    assert!(ledger.earlier_world(u64::MAX, |_| true).is_none(), "nobody said where they are");
    until(|| ledger.world().checkpoint(CHECKPOINT_EVERY).is_some()).await;
    ledger.keeps_checkpoints(Arc::new(CheckpointFolder::of(long.data())));
    let found = ledger.earlier_world(CHECKPOINT_EVERY, |_| true).unwrap();
    assert_eq!(found.seq(), CHECKPOINT_EVERY);
    assert!(ledger.earlier_world(CHECKPOINT_EVERY - 1, |_| true).is_none(), "it is too new");
    assert!(ledger.earlier_world(u64::MAX, |world| world.newest().is_none()).is_none(), "it does not fit");
    let forged = String::from_utf8(std::fs::read(long.file()).unwrap()).unwrap();
    std::fs::write(long.file(), forged.replace("ada@example.test", "eve@example.test")).unwrap();
    assert!(ledger.earlier_world(u64::MAX, |_| true).is_none(), "its digest is not on record");
    drop(ledger);
    long.end(running).await;
}
