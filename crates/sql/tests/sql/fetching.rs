//! The engine's calls about files: it receives those that the server has listed to it, and no other.

use crate::book::Book;
use crate::played::{EngineServer, NoFacts, Step};
use countersign_evidence::Options;
use countersign_lake::{Anchors as _, Away, Elsewhere, Fetched, SealedFile};
use countersign_names::Timestamp;
use countersign_sql::wire::{Call, FilesCall, Question, Reply};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};

const DAY: &str = "dt=2026-11-22";

fn file(name: &str) -> SealedFile {
    SealedFile {
        path: format!("{DAY}/{name}"),
        digest: [3; 32],
        bytes: 40,
        rows: 2,
        first: Timestamp::from_micros(-5),
        last: Timestamp::from_micros(i64::MAX),
        tally: None,
    }
}

fn away(process: &str, name: &str) -> Away {
    Away { process: process.to_owned(), file: file(name) }
}

/// A store that holds what its test says; a file named `panics.parquet` ends the thread that fetches it.
#[derive(Debug, Default)]
struct Store {
    others: Vec<Away>,
    gone: Vec<(String, Timestamp)>,
    fetched: Mutex<Vec<(Away, Weak<()>)>>,
}

impl Elsewhere for Store {
    fn process(&self) -> &str {
        "one"
    }

    fn folder(&self) -> &Path {
        Path::new("/fetched")
    }

    fn partitions(&self) -> Vec<String> {
        vec![DAY.to_owned()]
    }

    fn others(&self, partition: &str) -> Vec<Away> {
        if partition == DAY { self.others.clone() } else { Vec::new() }
    }

    fn gone_before(&self) -> Vec<(String, Timestamp)> {
        self.gone.clone()
    }

    fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        assert!(!away.file.path.ends_with("panics.parquet"), "asked to");
        if away.file.path.ends_with("lost.parquet") {
            return Err("the store does not have it".to_owned());
        }
        let held = Arc::new(());
        self.fetched.lock().unwrap().push((away.clone(), Arc::downgrade(&held)));
        Ok(Fetched::new(PathBuf::from(format!("/fetched/{}", away.process)), held))
    }
}

/// Returns a server that has anchored these files of its own, with this store.
fn server(own: &[SealedFile], store: &Arc<Store>) -> EngineServer {
    let book = Book::default();
    book.anchor(own).unwrap();
    let options = Options { anchors: Arc::new(book), elsewhere: Some(store.clone()), ..Options::default() };
    EngineServer::with(options, Arc::new(NoFacts))
}

fn ask(call: FilesCall) -> Call {
    Call::Files("decisions".to_owned(), call)
}

fn fetch(process: &str, name: &str) -> Call {
    ask(FilesCall::Fetch(process.to_owned(), format!("{DAY}/{name}")))
}

fn known() -> Call {
    ask(FilesCall::Known(DAY.to_owned()))
}

fn others() -> Call {
    ask(FilesCall::Others(DAY.to_owned()))
}

fn reply(noted: &Value) -> Reply {
    serde_json::from_value(noted.clone()).unwrap()
}

fn refused(noted: &Value) -> String {
    match reply(noted) {
        Reply::Fetched(Err(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn without_anchors_and_a_store_there_is_nothing_to_list() {
    let server = EngineServer::new();
    let noted = server
        .replies(&[
            known(),
            ask(FilesCall::Partitions),
            ask(FilesCall::GoneBefore),
            ask(FilesCall::OthersPartitions),
            others(),
            ask(FilesCall::OthersGone),
            fetch("one", "a.parquet"),
        ])
        .await;
    let replies: Vec<Reply> = noted[..6].iter().map(reply).collect();
    let none = Vec::new;
    assert_eq!(
        replies,
        [
            Reply::Known(None),
            Reply::Partitions(none()),
            Reply::Moment(None),
            Reply::Partitions(none()),
            Reply::Others(Vec::new()),
            Reply::Gone(Vec::new()),
        ]
    );
    assert_eq!(refused(&noted[6]), "the journal names no such file");
}

#[tokio::test]
async fn what_is_anchored_and_what_others_have_is_listed_as_it_is() {
    let gone = vec![("two".to_owned(), Timestamp::from_micros(-9))];
    let store = Arc::new(Store { others: vec![away("two", "b.parquet")], gone, ..Store::default() });
    let server = server(&[file("a.parquet")], &store);
    let noted = server
        .noted(&[
            Step::Question,
            Step::Call(known()),
            Step::Call(ask(FilesCall::Known("dt=2026-11-23".to_owned()))),
            Step::Call(ask(FilesCall::Partitions)),
            Step::Call(ask(FilesCall::OthersPartitions)),
            Step::Call(others()),
            Step::Call(ask(FilesCall::Others("dt=2026-11-23".to_owned()))),
            Step::Call(ask(FilesCall::OthersGone)),
        ])
        .await;
    let question: Question = serde_json::from_value(noted[0].clone()).unwrap();
    assert_eq!(question.kinds[0].elsewhere, Some((PathBuf::from("/fetched"), "one".to_owned())));
    let Reply::Known(Some(listed)) = reply(&noted[1]) else { panic!("{noted:?}") };
    let listed: Vec<_> = listed.into_iter().map(countersign_lake::KnownFile::from).collect();
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0].file, listed[0].late, listed[0].before), (&file("a.parquet"), false, None));
    assert_eq!(reply(&noted[2]), Reply::Known(Some(Vec::new())));
    assert_eq!(reply(&noted[3]), Reply::Partitions(vec![DAY.to_owned()]));
    assert_eq!(reply(&noted[4]), Reply::Partitions(vec![DAY.to_owned()]));
    let Reply::Others(listed) = reply(&noted[5]) else { panic!("{noted:?}") };
    let listed: Vec<Away> = listed.into_iter().map(Away::from).collect();
    assert_eq!(listed, [away("two", "b.parquet")]);
    assert_eq!(reply(&noted[6]), Reply::Others(Vec::new()));
    assert_eq!(reply(&noted[7]), Reply::Gone(vec![("two".to_owned(), -9)]));
}

#[tokio::test]
async fn a_file_is_fetched_once_it_was_listed_and_held_until_it_is_released() {
    let store = Arc::new(Store { others: vec![away("two", "b.parquet")], ..Store::default() });
    let server = server(&[file("a.parquet")], &store);
    let noted = server
        .replies(&[
            fetch("two", "b.parquet"),
            others(),
            fetch("two", "b.parquet"),
            // The listed file of one process is not that of another, nor one of another name or kind.
            fetch("one", "b.parquet"),
            fetch("two", "c.parquet"),
            fetch("two", "../../etc/passwd"),
            Call::Files("flows".to_owned(), FilesCall::Fetch("two".to_owned(), format!("{DAY}/b.parquet"))),
            // Its own files are copies too, if they were lost here.
            fetch("one", "a.parquet"),
            known(),
            fetch("one", "a.parquet"),
        ])
        .await;
    let unlisted = "the journal names no such file";
    for place in [0, 3, 4, 5, 6, 7] {
        assert_eq!(refused(&noted[place]), unlisted, "call {place}");
    }
    assert_eq!(reply(&noted[2]), Reply::Fetched(Ok((1, PathBuf::from("/fetched/two")))));
    assert_eq!(reply(&noted[9]), Reply::Fetched(Ok((2, PathBuf::from("/fetched/one")))));
    let fetched = store.fetched.lock().unwrap();
    let names: Vec<&Away> = fetched.iter().map(|(away, _)| away).collect();
    assert_eq!(names, [&away("two", "b.parquet"), &away("one", "a.parquet")]);
    assert!(fetched.iter().all(|(_, held)| held.upgrade().is_none()), "the query has ended");
}

/// A file stays in its place for as long as the engine reads it, and no longer.
#[tokio::test]
async fn what_is_released_is_no_longer_held() {
    #[derive(Debug)]
    struct Watching(Arc<Store>, Mutex<Vec<Vec<bool>>>);
    impl countersign_sql::Facts for Watching {
        fn read(&self, _: u64, _: usize) -> countersign_sql::Reading {
            let fetched = self.0.fetched.lock().unwrap();
            let held = fetched.iter().map(|(_, held)| held.upgrade().is_some()).collect();
            self.1.lock().unwrap().push(held);
            Box::pin(async { Ok(Vec::new()) })
        }
    }
    let store = Arc::new(Store {
        others: vec![away("two", "b.parquet"), away("three", "b.parquet")],
        ..Store::default()
    });
    let watching = Arc::new(Watching(store.clone(), Mutex::default()));
    let options = Options { elsewhere: Some(store.clone()), ..Options::default() };
    let server = EngineServer::with(options, watching.clone());
    let look = || Call::Facts { after: 0, limit: 0 };
    let calls = [
        others(),
        fetch("two", "b.parquet"),
        fetch("three", "b.parquet"),
        look(),
        Call::Release(1),
        look(),
        // A number that is released already, or never was one, is none of an error.
        Call::Release(1),
        Call::Release(77),
        look(),
        Call::Release(2),
        look(),
    ];
    server.replies(&calls).await;
    let held = watching.1.lock().unwrap();
    assert_eq!(*held, [vec![true, true], vec![false, true], vec![false, true], vec![false, false]]);
}

#[tokio::test]
async fn a_file_that_cannot_be_fetched_leaves_the_others() {
    let others_ = vec![away("two", "lost.parquet"), away("two", "panics.parquet"), away("two", "b.parquet")];
    let store = Arc::new(Store { others: others_, ..Store::default() });
    let server = server(&[], &store);
    let noted = server
        .replies(&[
            others(),
            fetch("two", "lost.parquet"),
            fetch("two", "panics.parquet"),
            fetch("two", "b.parquet"),
        ])
        .await;
    assert_eq!(refused(&noted[1]), "the store does not have it");
    assert_eq!(refused(&noted[2]), "fetching it broke off");
    // A failure takes no number.
    assert_eq!(reply(&noted[3]), Reply::Fetched(Ok((1, PathBuf::from("/fetched/two")))));
}

#[tokio::test]
async fn a_kind_that_the_lake_does_not_have_lists_nothing() {
    let store = Arc::new(Store { others: vec![away("two", "b.parquet")], ..Store::default() });
    let server = server(&[file("a.parquet")], &store);
    let of_flows = |call| Call::Files("flows".to_owned(), call);
    let noted = server
        .replies(&[
            of_flows(FilesCall::Known(DAY.to_owned())),
            of_flows(FilesCall::Others(DAY.to_owned())),
            of_flows(FilesCall::Partitions),
            of_flows(FilesCall::GoneBefore),
        ])
        .await;
    assert_eq!(noted, [json!({ "Known": null }), json!({ "Others": [] }), json!("Done"), json!("Done")]);
}
