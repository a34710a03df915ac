//! A history that is longer than a checkpoint waits for.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Actor, Fact, Person, PersonFact, PersonKind, RiskFact, Stated};
use countersign_journal::{Head, Journal};
use countersign_names::{PersonId, Principal, RiskLevel, Timestamp};
use std::collections::BTreeSet;

/// More facts than a checkpoint waits for.
const FACTS: u64 = 50_100;

/// Writes facts of November and December 2023, one a second, to an empty journal, and closes it. The first adds Ada.
pub async fn write_history(journal: Journal) {
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
        let at = Timestamp::from_micros(1_700_000_000_000_000 + i64::try_from(n).unwrap() * 1_000_000);
        Stated { at, by: Actor::Operator, fact }.to_bytes().unwrap()
    });
    let mut head = Head::GENESIS;
    for some in facts.collect::<Vec<_>>().chunks(5_000) {
        head = journal.append(head, some.to_vec()).await.unwrap().last().unwrap().head();
    }
    journal.close().await;
}
