//! How long a start takes after a million and after ten million facts: from a checkpoint, and folding everything.
//!
//! 20,000 people with one passkey each, whose sessions start and end; the last thousand facts are after the checkpoint.
//!
//! ```sh
//! cargo bench -p countersign-ledger --bench start                      # a million, a minute
//! FACTS=1000000,10000000 cargo bench -p countersign-ledger --bench start  # ten minutes, 6 GB in the folder of TMPDIR
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise, and says what it found"
)]

use aws_lc_rs::digest::{SHA256, digest};
use countersign_facts::{
    Actor, CredentialFact, Digest, EndReason, Fact, JournalFact, Person, PersonFact, PersonKind, Session,
    SessionFact, Stated,
};
use countersign_journal::{Entry, Head, Journal};
use countersign_ledger::{Checkpoint, Clock, Ledger};
use countersign_names::{Assurance, CredentialId, PersonId, SessionId, Timestamp};
use countersign_world::{CHECKPOINT_EVERY, CHECKPOINT_FORMAT, World};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

const PEOPLE: u64 = 20_000;

/// Number of facts after the checkpoint.
const TAIL: u64 = 1_000;

/// Number of starts of each kind, of which the median counts.
const ROUNDS: usize = 5;

fn sha256(bytes: &[u8]) -> Digest {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    Digest::new(out)
}

fn moment(seconds: u64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + i64::try_from(seconds).unwrap() * 1_000_000)
}

fn person(n: u64) -> PersonId {
    PersonId::new(Uuid::from_u128(u128::from(n) + 1))
}

fn credential(n: u64) -> CredentialId {
    CredentialId::new(Uuid::from_u128(u128::from(n) + 1))
}

/// Returns the fact at this position of the history.
fn fact(place: u64) -> Fact {
    if place < PEOPLE {
        let email = format!("person{place}@example.test");
        let about = Person {
            name: format!("Person {place}"),
            email,
            kind: PersonKind::Employee,
            aliases: BTreeSet::new(),
        };
        return Fact::Person(PersonFact::Added { person: person(place), about });
    }
    let after = place - PEOPLE;
    if after < PEOPLE {
        return Fact::Credential(CredentialFact::Registered {
            credential: credential(after),
            person: person(after),
            name: "Laptop".to_owned(),
            invitation: None,
            assurance: Assurance::Aal2,
            passkey: serde_json::json!({"cred": {"counter": 0, "key": "x".repeat(300)}}),
        });
    }
    let (turn, ends) = ((after - PEOPLE) / 2, (after - PEOPLE) % 2 == 1);
    let session = SessionId::new(Uuid::from_u128(u128::from(turn) + 1));
    if ends {
        return Fact::Session(SessionFact::Ended { session, reason: EndReason::SignedOut });
    }
    let who = turn % PEOPLE;
    Fact::Session(SessionFact::Started {
        session,
        about: Session {
            person: person(who),
            credential: credential(who),
            assurance: Assurance::Aal2,
            secret: sha256(&turn.to_be_bytes()),
            address: None,
            expires_at: moment(place + 40_000),
        },
    })
}

/// Writes a journal with this number of facts, and the checkpoint near its end.
async fn write(folder: &Path, facts: u64) {
    let journal = Journal::open_sqlite(folder.join("journal.sqlite")).await.unwrap();
    let (mut world, mut head, mut at) = (World::empty(), Head::GENESIS, Head::GENESIS);
    let last = facts / CHECKPOINT_EVERY * CHECKPOINT_EVERY;
    let mut place = 0;
    let mut page = Vec::new();
    while world.seq() < last + TAIL {
        let fact = if world.seq() == last + 1 {
            let bytes = world.take_snapshot().unwrap().to_checkpoint().unwrap();
            std::fs::write(folder.join("checkpoint"), &bytes).unwrap();
            Fact::Journal(JournalFact::CheckpointTaken {
                seq: last,
                format: CHECKPOINT_FORMAT,
                digest: sha256(&bytes),
            })
        } else {
            place += 1;
            fact(place - 1)
        };
        let stated = Stated { at: moment(place), by: Actor::Operator, fact };
        world.replay(&stated).unwrap();
        page.push(stated.to_bytes().unwrap());
        if page.len() == 5_000 || world.seq() == last || world.seq() == last + TAIL {
            head = journal
                .append(head, std::mem::take(&mut page))
                .await
                .unwrap()
                .last()
                .map_or(head, Entry::head);
        }
        if world.seq() == last {
            at = head;
        }
    }
    std::fs::write(folder.join("head"), at.to_string()).unwrap();
    journal.close().await;
}

/// Starts a ledger from the files, and measures how long it takes.
async fn start(folder: &Path, from_checkpoint: bool) -> Duration {
    let begun = Instant::now();
    let start = from_checkpoint.then(|| {
        let bytes = std::fs::read(folder.join("checkpoint")).unwrap();
        let head = std::fs::read_to_string(folder.join("head")).unwrap().parse().unwrap();
        Checkpoint { world: World::from_checkpoint(&bytes).unwrap(), head, digest: sha256(&bytes) }
    });
    let journal = Journal::open_sqlite(folder.join("journal.sqlite")).await.unwrap();
    let clock: Clock = Arc::new(|| moment(100_000_000));
    let ledger = Ledger::open_by(journal, clock.into(), start, |_| {}).await.unwrap();
    let took = begun.elapsed();
    assert_eq!(ledger.begun_at().is_some(), from_checkpoint);
    ledger.journal().close().await;
    drop(ledger);
    tokio::time::sleep(Duration::from_millis(100)).await;
    took
}

fn main() {
    let counts = std::env::var("FACTS").unwrap_or_else(|_| "1000000".to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for facts in counts.split(',').map(|count| count.trim().parse::<u64>().unwrap()) {
        let folder = tempfile::tempdir().unwrap();
        runtime.block_on(write(folder.path(), facts));
        let size = std::fs::metadata(folder.path().join("checkpoint")).unwrap().len();
        println!("{facts} facts; the checkpoint has {} MiB", size >> 20);
        for (what, from_checkpoint) in [("from a checkpoint", true), ("folding everything", false)] {
            let rounds = if from_checkpoint { ROUNDS } else { 1 };
            let mut took: Vec<_> =
                (0..rounds).map(|_| runtime.block_on(start(folder.path(), from_checkpoint))).collect();
            took.sort_unstable();
            println!("  {what}: {took:.2?}, the middle one {:.2?}", took.get(took.len() / 2).unwrap());
        }
    }
}
