//! A server with a long journal starts quickly the second time, and is the same server.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Actor, Fact, Person, PersonFact, PersonKind, RiskFact, Stated};
use countersign_journal::{Head, Journal};
use countersign_names::{PersonId, Principal, RiskLevel, Timestamp};
use countersign_server::{Config, Running};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Far more than anything here takes; only a test that would hang meets it.
const PATIENCE: Duration = Duration::from_secs(60);

/// More facts than a checkpoint waits for.
const FACTS: u64 = 50_100;

async fn write_history(data: &Path) {
    let person = PersonId::new(uuid::Uuid::from_u128(1));
    let (name, email) = ("Ada".to_owned(), "ada@example.test".to_owned());
    let about = Person { name, email, kind: PersonKind::Employee, aliases: BTreeSet::new() };
    let facts = (0..FACTS).map(|n| {
        let level = if n.is_multiple_of(2) { RiskLevel::Low } else { RiskLevel::Medium };
        let principal = Principal::Person(person);
        let fact = match n {
            0 => Fact::Person(PersonFact::Added { person, about: about.clone() }),
            _ => Fact::Risk(RiskFact::Changed { principal, level, reasons: Vec::new() }),
        };
        let at = Timestamp::from_micros(1_700_000_000_000_000 + i64::try_from(n).unwrap());
        Stated { at, by: Actor::Operator, fact }.to_bytes().unwrap()
    });
    let journal = Journal::open_sqlite(data.join("journal.sqlite")).await.unwrap();
    let mut head = Head::GENESIS;
    for some in facts.collect::<Vec<_>>().chunks(5_000) {
        head = journal.append(head, some.to_vec()).await.unwrap().last().unwrap().head();
    }
    journal.close().await;
}

async fn started(data: &Path) -> Running {
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    Running::start(config).await.unwrap()
}

fn files(data: &Path) -> usize {
    std::fs::read_dir(data.join("checkpoints")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_start_begins_with_the_checkpoint_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    write_history(data).await;
    let first = started(data).await;
    assert_eq!(first.ledger.begun_at(), None);
    let mut moved = first.ledger.moved();
    let on_record = async {
        while first.ledger.world().checkpoint(50_000).is_none() {
            moved.changed().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, on_record).await.unwrap();
    let people = first.ledger.world().people().count();
    first.stop().await;
    assert_eq!(files(data), 1);

    let second = started(data).await;
    assert_eq!(second.ledger.begun_at(), Some(50_000));
    assert_eq!(second.ledger.world().people().count(), people);
    assert!(second.ledger.world().person_by_email("ada@example.test").is_some());
    assert_eq!(second.ledger.trouble(), None);
    second.stop().await;

    // The folder may be removed at any time.
    std::fs::remove_dir_all(data.join("checkpoints")).unwrap();
    let third = started(data).await;
    assert_eq!((third.ledger.begun_at(), third.ledger.world().people().count()), (None, people));
    third.stop().await;
}
