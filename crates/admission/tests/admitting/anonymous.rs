//! Anonymous requests: repeated refusals are one record, and the last disk space is for people who are signed in.

use crate::post::{Post, asking, before, done};
use countersign_admission::{Freshness, RefusalCounts, Request, Who, Why};
use countersign_evidence::{Disk, DiskFile, LocalDisk, Options};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{Action, DecisionId, Principal, Sensitivity};
use countersign_policy::defaults;
use countersign_testkit::story::*;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

/// Bytes that are reserved for the records of people who are signed in.
const RESERVE: u64 = 100;

/// A disk with this number of free bytes.
#[derive(Debug)]
struct Small(u64);

impl Disk for Small {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        LocalDisk.create(path)
    }

    fn free(&self, _: &Path) -> Option<u64> {
        Some(self.0)
    }
}

/// Starts an enforcement point whose wiki everybody may read, on a disk with this number of free bytes.
async fn open_to_all(free: u64) -> Post {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let ledger = Ledger::open(journal, Arc::new(|| at(20)), |_| {}).await.unwrap();
    let options = Options { reserve: RESERVE, disk: Arc::new(Small(free)), ..Options::default() };
    let post = Post::with(
        ledger,
        folder,
        Freshness::default(),
        options,
        Arc::new(AtomicI64::new(at(20).as_micros())),
    );
    post.tell(&before(Sensitivity::Public)).await;
    let mut files = defaults();
    files.insert(
        "applications/wiki.cedar".into(),
        "@id(\"open\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n\
         permit (principal, action == Countersign::Action::\"read\", resource in Countersign::Application::\"wiki\");\n"
            .into(),
    );
    post.publish(files).await;
    post
}

fn stranger() -> Request {
    Request { who: Who::Anonymous, key: None, ..asking(Action::Read) }
}

async fn refused(post: &Post, request: Request) -> DecisionId {
    let refused = post.admission.ask(request).await.err().unwrap();
    assert_eq!(refused.why(), Why::Denied);
    refused.id().unwrap()
}

#[tokio::test]
async fn repeated_refusals_of_strangers_are_one_record_and_those_of_people_are_one_each() {
    let post = Post::begin(Sensitivity::Internal).await;
    let first = refused(&post, stranger()).await;
    let mut people = BTreeSet::new();
    for _ in 0..3 {
        assert_eq!(refused(&post, stranger()).await, first, "the record of the first stands for it");
        people.insert(refused(&post, asking(Action::Administer)).await);
    }
    let recorded = async || -> Vec<_> {
        post.rows().await.iter().map(|row| (row.decided.id, row.decided.folded.map(|it| it.count))).collect()
    };
    let mut single: Vec<_> = people.iter().chain([&first]).map(|id| (*id, None)).collect();
    single.sort();
    assert_eq!((people.len(), recorded().await), (3, single.clone()));
    assert_eq!(post.admission.unauthenticated_refusals(), RefusalCounts { folded: 3, dropped: 0 });
    // Who stops does not wait until the minute is over.
    post.admission.drain();
    let mut all = recorded().await;
    all.retain(|record| !single.contains(record));
    assert_eq!(all.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [Some(3)]);
}

#[tokio::test]
async fn refusals_of_strangers_whose_record_cannot_be_stored_are_counted() {
    let post = Post::begin(Sensitivity::Internal).await;
    for _ in 0..3 {
        refused(&post, stranger()).await;
    }
    post.admission.sink().close().await.unwrap();
    // One whose record would stand for others is not given without it.
    let other = Request { action: Action::Write, ..stranger() };
    assert_eq!(post.admission.ask(other).await.err().unwrap().why(), Why::Unavailable);
    post.admission.drain();
    assert_eq!(post.admission.unauthenticated_refusals(), RefusalCounts { folded: 2, dropped: 2 });
}

#[tokio::test]
async fn strangers_are_let_in_while_there_is_room_for_their_records_and_people_always() {
    for (free, expected) in [(2 * RESERVE, 2), (RESERVE, 2), (RESERVE - 1, 0)] {
        let post = open_to_all(free).await;
        let mut admitted = BTreeSet::new();
        for _ in 0..2 {
            match post.admission.ask(stranger()).await {
                Ok(access) => {
                    admitted.insert(access.id());
                    access.complete(done());
                }
                Err(refused) => {
                    assert_eq!(refused.why(), Why::Unavailable);
                    assert!(refused.detail().unwrap().contains("reserved"), "{refused:?}");
                }
            }
        }
        let person = post.admission.ask(asking(Action::Read)).await.unwrap();
        let mut ids = admitted.clone();
        ids.insert(person.id());
        person.complete(done());
        assert_eq!(admitted.len(), expected, "with {free} bytes");
        let rows = post.rows().await;
        assert_eq!(rows.iter().map(|row| row.decided.id).collect::<BTreeSet<_>>(), ids);
        let strangers = rows.iter().filter(|row| row.decided.principal == Principal::Anonymous).count();
        assert_eq!((rows.len(), strangers), (expected + 1, expected), "each access has its own record");
    }
}
