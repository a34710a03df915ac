//! What the engine may call for: facts and worlds, in parts that fit a frame.

use crate::played::{EngineServer, Step};
use countersign_evidence::Options;
use countersign_names::Timestamp;
use countersign_sql::wire::{Call, Reply};
use countersign_sql::{Entry, Facts, Reading, ReadingWorld};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A journal in memory that notes what is read of it.
#[derive(Debug, Default)]
struct Journal {
    entries: Vec<Entry>,
    is_broken: bool,
    world: Option<Vec<u8>>,
    read: Mutex<Vec<(u64, usize)>>,
    worlds: Mutex<Vec<Timestamp>>,
}

impl Facts for Journal {
    fn read(&self, after: u64, limit: usize) -> Reading {
        self.read.lock().unwrap().push((after, limit));
        let page: Vec<Entry> =
            self.entries.iter().filter(|entry| entry.sequence > after).take(limit).cloned().collect();
        let answer = if self.is_broken { Err("the journal does not answer".to_owned()) } else { Ok(page) };
        Box::pin(async move { answer })
    }

    fn earlier_world(&self, before: Timestamp) -> ReadingWorld {
        self.worlds.lock().unwrap().push(before);
        let world = self.world.clone();
        Box::pin(async move { world })
    }
}

fn entry(sequence: u64, payload: &[u8]) -> Entry {
    Entry { sequence, payload: payload.to_vec() }
}

/// Returns the entries that a noted reply holds.
fn entries(noted: &Value) -> Vec<Entry> {
    match serde_json::from_value(noted.clone()).unwrap() {
        Reply::Facts(Ok(sent)) => sent.into_iter().map(|sent| Entry::try_from(sent).unwrap()).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn entries_arrive_in_order_with_every_byte_and_in_pages() {
    let bytes: Vec<u8> = (0..=255).collect();
    let mut kept = vec![entry(3, &bytes), entry(4, b""), entry(9, b"{}")];
    kept.extend((10..2_000).map(|sequence| entry(sequence, b"x")));
    let facts = Arc::new(Journal { entries: kept.clone(), ..Journal::default() });
    let server = EngineServer::with(Options::default(), facts.clone());
    let call = |after, limit| Call::Facts { after, limit };
    let calls = [call(0, 2), call(3, 1_000_000), call(1_999, 5), call(u64::MAX, usize::MAX), call(0, 0)];
    let noted = server.replies(&calls).await;
    assert_eq!(entries(&noted[0]), kept[..2]);
    assert_eq!(entries(&noted[1]), kept[1..1_001], "a page, whatever was asked for");
    assert_eq!((entries(&noted[2]), entries(&noted[3]), entries(&noted[4])), (vec![], vec![], vec![]));
    let read = facts.read.lock().unwrap().clone();
    assert_eq!(read, [(0, 2), (3, 1_000), (1_999, 5), (u64::MAX, 1_000), (0, 0)]);
}

#[tokio::test]
async fn a_journal_that_cannot_be_read_says_why() {
    let facts = Journal { is_broken: true, ..Journal::default() };
    let server = EngineServer::with(Options::default(), Arc::new(facts));
    let noted = server.replies(&[Call::Facts { after: 0, limit: 1 }]).await;
    assert_eq!(noted, [json!({ "Facts": { "Err": "the journal does not answer" } })]);
}

#[tokio::test]
async fn a_world_comes_in_parts_and_is_read_once() {
    const PART: usize = 16 << 20;
    let mut world = vec![7; PART + 5];
    world[PART - 1] = 1;
    let facts = Arc::new(Journal { world: Some(world), ..Journal::default() });
    let server = EngineServer::with(Options::default(), facts.clone());
    let call = |after| Call::EarlierWorld { before: 42, after };
    let (end, beyond) = (PART + 5, 2 * PART);
    let noted = server.replies(&[call(0), call(PART), call(end), call(beyond), call(end - 1)]).await;
    let part = |bytes: usize, last: u8| json!({ "bytes": bytes, "last": last });
    assert_eq!(noted[..2], [part(PART, 1), part(5, 7)]);
    assert_eq!(noted[2..], [json!({ "World": null }), json!({ "World": null }), part(1, 7)]);
    // Every part is of the same world, though another may have been stored meanwhile.
    assert_eq!(*facts.worlds.lock().unwrap(), [Timestamp::from_micros(42)]);
}

#[tokio::test]
async fn where_there_is_no_earlier_world_there_is_no_part_of_one() {
    for world in [None, Some(Vec::new())] {
        let facts = Arc::new(Journal { world, ..Journal::default() });
        let server = EngineServer::with(Options::default(), facts);
        let calls = [0, 1].map(|after| Call::EarlierWorld { before: i64::MIN, after });
        assert_eq!(server.replies(&calls).await, [json!({ "World": null }), json!({ "World": null })]);
    }
    // A source that stores no worlds need not say so.
    let noted = EngineServer::new().replies(&[Call::EarlierWorld { before: 1, after: 0 }]).await;
    assert_eq!(noted, [json!({ "World": null })]);
}

#[tokio::test]
async fn calls_and_notes_may_come_in_any_order() {
    let facts = Arc::new(Journal { entries: vec![entry(1, b"a")], ..Journal::default() });
    let server = EngineServer::with(Options::default(), facts);
    let call = || Step::Call(Call::Facts { after: 0, limit: 9 });
    let note = || Step::Note("odd".to_owned());
    let noted = server.noted(&[note(), call(), note(), note(), call(), Step::Call(Call::Release(1))]).await;
    assert_eq!((entries(&noted[0]), entries(&noted[1])), (vec![entry(1, b"a")], vec![entry(1, b"a")]));
    assert_eq!(noted[2], json!("Done"));
}
