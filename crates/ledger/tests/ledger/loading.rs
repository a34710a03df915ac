//! Starts over many pages: the world is the same as with a sequential fold, and the first error is reported.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::Stated;
use countersign_journal::{Head, Journal};
use countersign_ledger::{Ledger, OpenError};
use countersign_testkit::story::*;
use std::sync::Arc;
use std::time::Duration;

/// More than two pages of entries.
const MANY: u128 = 10_000;

fn story() -> Vec<Line> {
    (1..=MANY).map(person).collect()
}

async fn opened(story: &[Line], also: &[(usize, Vec<u8>)]) -> Result<Ledger, OpenError> {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let mut payloads: Vec<_> = story.iter().map(|line| line.stated().to_bytes().unwrap()).collect();
    for (at, payload) in also {
        payloads.splice(at..=at, [payload.clone()]);
    }
    let mut head = Head::GENESIS;
    for some in payloads.chunks(1_000) {
        head = journal.append(head, some.to_vec()).await.unwrap().last().unwrap().head();
    }
    let mut told = 0;
    let ledger = Ledger::open(journal, Arc::new(|| at(100)), |seq| {
        assert!(seq >= told, "progress goes forwards");
        told = seq;
    })
    .await?;
    assert_eq!((u128::from(told), ledger.world().seq()), (MANY, told));
    let part = ledger.refold(5_000, Duration::ZERO).await?;
    assert_eq!(part.seq(), 5_000, "more than a page, and not to the end of one");
    Ok(ledger)
}

#[tokio::test]
async fn the_world_is_what_folding_one_after_the_other_gives() {
    let story = story();
    let ledger = opened(&story, &[]).await.unwrap();
    assert_eq!(sorted(&ledger.world()), sorted(&told(&story)));
}

#[tokio::test]
async fn the_first_entry_that_is_wrong_is_named() {
    let contradiction = person(1).stated().to_bytes().unwrap();
    let unknown = b"{\"fact\":\"person.praised/9\"}".to_vec();
    assert!(Stated::from_bytes(&unknown).is_err());
    let story = story();
    for (also, named, why) in [
        (vec![(6_000, unknown.clone())], "entry 6001 ", "is not a fact"),
        (vec![(6_000, contradiction.clone())], "entry 6001 ", "contradicts"),
        (vec![(6_000, contradiction.clone()), (6_001, unknown.clone())], "entry 6001 ", "contradicts"),
        (vec![(6_000, unknown), (6_001, contradiction)], "entry 6001 ", "is not a fact"),
    ] {
        let error = opened(&story, &also).await.err().unwrap().to_string();
        assert!(error.contains(named) && error.contains(why), "{error}");
    }
}
