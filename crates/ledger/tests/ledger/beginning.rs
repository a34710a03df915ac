//! Starts that continue from a checkpoint, if the journal vouches for it.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Digest, Fact, JournalFact};
use countersign_journal::{Head, Journal};
use countersign_ledger::{Checkpoint, Clock, EarlierWorlds, Ledger};
use countersign_testkit::story::*;
use countersign_world::{CHECKPOINT_FORMAT, World};
use std::sync::Arc;
use std::time::Duration;

/// Number of entries before the checkpoint.
const BEFORE: u128 = 20;

struct Site {
    _folder: tempfile::TempDir,
    journal: Journal,
    /// The world at entry [`BEFORE`], and the entry.
    start: Checkpoint,
}

/// Writes a journal that adds a person after the entry, and records this digest for the world at the entry.
async fn written(on_record: Digest) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let story: Vec<_> = (1..=BEFORE).map(person).collect();
    let bytes = |lines: &[Line]| lines.iter().map(|line| line.stated().to_bytes().unwrap()).collect();
    let entries = journal.append(Head::GENESIS, bytes(&story)).await.unwrap();
    let head = entries.last().unwrap().head();
    let seq = head.seq.0;
    let taken = JournalFact::CheckpointTaken { seq, format: CHECKPOINT_FORMAT, digest: on_record };
    let after = [person(BEFORE + 1), Line::of(Fact::Journal(taken))];
    journal.append(head, bytes(&after)).await.unwrap();
    Site { _folder: folder, journal, start: Checkpoint { world: told(&story), head, digest: digest(1) } }
}

async fn opened(site: &Site, start: Checkpoint) -> Ledger {
    let clock: Clock = Arc::new(|| at(100));
    Ledger::open_by(site.journal.clone(), clock.into(), Some(start), |_| {}).await.unwrap()
}

#[tokio::test]
async fn what_the_journal_vouches_for_is_begun_with_and_nothing_else_is() {
    let vouched = written(digest(1)).await;
    let ledger = opened(&vouched, vouched.start.clone()).await;
    assert_eq!(ledger.begun_at(), Some(u64::try_from(BEFORE).unwrap()));
    assert_eq!(ledger.world().people().count(), 21);

    let another_digest = written(digest(2)).await;
    let start = |change: fn(&mut Checkpoint)| {
        let mut start = vouched.start.clone();
        change(&mut start);
        start
    };
    let cases = [
        ("another digest is on record", &another_digest, vouched.start.clone()),
        ("the entry is another", &vouched, start(|start| start.head.hash.0 = [7; 32])),
        ("the world is of another entry", &vouched, start(|start| start.world = told(&[person(1)]))),
        ("the file is another", &vouched, start(|start| start.digest = digest(3))),
    ];
    for (what, site, start) in cases {
        let ledger = opened(site, start).await;
        assert_eq!((ledger.begun_at(), ledger.world().people().count()), (None, 21), "{what}");
    }
}

#[tokio::test]
async fn of_several_the_first_that_is_vouched_for_is_begun_with() {
    let site = written(digest(1)).await;
    let newer = Checkpoint { digest: digest(9), ..site.start.clone() };
    let clock: Clock = Arc::new(|| at(100));
    let tried = [newer, site.start.clone()];
    let ledger = Ledger::open_by(site.journal.clone(), clock.into(), tried, |_| {}).await.unwrap();
    assert_eq!(ledger.begun_at(), Some(u64::try_from(BEFORE).unwrap()));
    assert_eq!(ledger.world().people().count(), 21);
}

#[tokio::test]
async fn everything_is_folded_anew_up_to_an_entry() {
    let site = written(digest(1)).await;
    let ledger = opened(&site, site.start.clone()).await;
    for seq in [1, 5, 20] {
        let world = ledger.refold(seq, Duration::ZERO).await.unwrap();
        assert_eq!((world.seq(), world.people().count() as u64), (seq, seq));
    }
    let beyond = ledger.refold(23, Duration::ZERO).await.unwrap_err().to_string();
    assert!(beyond.contains("ends before entry 23"), "{beyond}");
}

#[tokio::test]
async fn a_doubt_is_said_until_the_next_start() {
    let site = written(digest(1)).await;
    let ledger = opened(&site, site.start.clone()).await;
    assert_eq!((ledger.doubted(), ledger.trouble()), (None, None));
    ledger.doubt("it differs".to_owned());
    let said = Some("it differs".to_owned());
    assert_eq!((ledger.doubted(), ledger.trouble()), (said.clone(), said));
    ledger.state(countersign_facts::Actor::Operator, vec![person(30).stated().fact]).await.unwrap();
}

/// Checkpoints, which it returns however new they are.
struct StoredCheckpoints(Vec<Checkpoint>);

impl EarlierWorlds for StoredCheckpoints {
    fn newest_first(&self, _: u64) -> Box<dyn Iterator<Item = Checkpoint> + '_> {
        Box::new(self.0.iter().cloned())
    }
}

#[tokio::test]
async fn an_earlier_world_is_one_that_the_journal_vouches_for_and_that_fits() {
    let site = written(digest(1)).await;
    let ledger = opened(&site, site.start.clone()).await;
    let earlier = |until: u64, fits: fn(&World) -> bool| ledger.earlier_world(until, fits).map(|it| it.seq());
    let before = u64::try_from(BEFORE).unwrap();
    assert_eq!(earlier(u64::MAX, |_| true), None, "nobody keeps any");
    let strange = Checkpoint { world: told(&[person(1)]), digest: digest(2), ..site.start.clone() };
    let forged = Checkpoint { digest: digest(2), ..site.start.clone() };
    ledger.keeps_checkpoints(Arc::new(StoredCheckpoints(vec![strange, forged, site.start.clone()])));
    assert_eq!(earlier(before, |_| true), Some(before));
    assert_eq!(earlier(u64::MAX, |_| true), Some(before));
    assert_eq!(earlier(before - 1, |_| true), None, "it is too new");
    assert_eq!(earlier(before, |world| world.newest().is_none()), None, "it does not fit");
    ledger.keeps_checkpoints(Arc::new(StoredCheckpoints(Vec::new())));
    assert_eq!(earlier(before, |_| true), Some(before), "the first that was registered stays");
}
