//! The ends of an engine's process that are no answer, and what is told of each.

use crate::played::{EngineServer, NoFacts, PATIENT, Step, answer, script};
use countersign_evidence::{Evidence, Options};
use countersign_lake::Lake;
use countersign_sql::wire::{FromEngine, LONGEST_FRAME, SentAnswer};
use countersign_sql::{Facts, Limits, MOST_AT_ONCE, Program, QueryError, Reading, SqlEngine};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[tokio::test]
async fn each_end_without_an_answer_has_its_error() {
    let server = EngineServer::new();
    let says = |text: &str| Step::Complain(text.to_owned());
    let (memory, time) = (QueryError::Memory(PATIENT.memory), QueryError::Time(PATIENT.time));
    for (steps, expected) in [
        (vec![], QueryError::Broken),
        (vec![Step::Exit(0)], QueryError::Broken),
        (vec![says("thread 'main' panicked"), Step::Exit(101)], QueryError::Broken),
        (vec![Step::Crash], QueryError::Broken),
        (vec![Step::OutOfTime], time.clone()),
        // The kernel ends it when the machine runs out of memory, and its allocator when it reaches its own limit.
        (vec![Step::Killed], memory.clone()),
        (vec![says("memory allocation of 123 bytes failed"), Step::Crash], memory.clone()),
        (vec![says("spawn: Cannot allocate memory"), Step::Exit(1)], memory.clone()),
        (vec![says("Os { code: 11 }: (os error 11)"), Step::Exit(1)], memory.clone()),
        (vec![says("mmap (os error 12)"), Step::Exit(1)], memory.clone()),
        (vec![says("the disk (os error 5)"), Step::Exit(1)], QueryError::Broken),
        // Its own time-out is told by the engine, and is not confused by what it complains about.
        (vec![says("os error 12"), Step::OutOfTime], time),
        // An internal error that it still reports is one of memory if it complains about that.
        (vec![Step::Refuse(QueryError::Broken), Step::Exit(1)], QueryError::Broken),
        (vec![says("os error 12"), Step::Refuse(QueryError::Broken), Step::Exit(1)], memory),
    ] {
        assert_eq!(server.play(&steps).await, Err(expected), "{steps:?}");
    }
}

#[tokio::test]
async fn what_is_no_message_is_an_internal_error_and_not_one_of_memory() {
    let server = EngineServer::new();
    let frame = |body: &[u8]| {
        let mut bytes = u32::try_from(body.len()).unwrap().to_le_bytes().to_vec();
        bytes.extend(body);
        bytes
    };
    let longest = u32::try_from(LONGEST_FRAME).unwrap();
    for (bytes, what) in [
        (frame(b""), "nothing"),
        (frame(b"{"), "no JSON"),
        (frame(b"\xff\xfe"), "no text"),
        (frame(b"{\"Shout\":1}"), "no message of this protocol"),
        (frame(b"{\"Call\":{\"Release\":-1}}"), "a number that is none"),
        (frame(b"{\"Answer\":{\"Ok\":{\"columns\":[],\"rows\":[]}}}"), "an answer that lacks a field"),
        ((longest + 1).to_le_bytes().to_vec(), "longer than it may be"),
        (vec![255; 4], "as long as a length can be"),
    ] {
        // It goes on, so that it is the server that ends it.
        let answered = server.play(&[Step::Bytes(bytes), Step::Hang]).await;
        assert_eq!(answered, Err(QueryError::Broken), "{what}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_anywhere_is_no_answer() {
    let server = EngineServer::new();
    let whole = answer(vec!["word".into()]);
    let mut bytes = Vec::new();
    let sent = SentAnswer::try_from(whole.clone()).unwrap();
    countersign_sql::wire::write(&mut bytes, &FromEngine::Answer(Ok(sent))).unwrap();
    for cut in 0..bytes.len() {
        let answered = server.play(&[Step::Bytes(bytes[..cut].to_vec())]).await;
        assert_eq!(answered, Err(QueryError::Broken), "cut after {cut} of {} bytes", bytes.len());
    }
    assert_eq!(server.play(&[Step::Bytes(bytes)]).await, Ok(whole));
}

#[tokio::test]
async fn more_complaints_than_are_kept_block_nothing() {
    let server = EngineServer::new();
    // More than a pipe holds, with what matters in the part that is kept.
    let complaint = format!("memory allocation of 9 bytes failed{}", "x".repeat(1 << 20));
    let answered = server.play(&[Step::Complain(complaint.clone()), Step::Exit(1)]).await;
    assert_eq!(answered, Err(QueryError::Memory(PATIENT.memory)));
    let answered = server.play(&[Step::Complain(complaint), Step::Answer]).await;
    assert_eq!(answered, Ok(answer(Vec::new())), "who answers may complain");
    let late = format!("{}memory allocation of 9 bytes failed", "x".repeat(1 << 20));
    assert_eq!(server.play(&[Step::Complain(late), Step::Exit(1)]).await, Err(QueryError::Broken));
}

#[tokio::test]
async fn a_process_that_says_nothing_is_ended_when_its_time_is_over() {
    let limits = Limits { time: Duration::from_millis(10), ..PATIENT };
    let (facts, mut processes) = Learning::new();
    let server = EngineServer::with(Options::default(), facts);
    // On a busy machine, the time may be over before the process has said anything at all.
    let process = loop {
        let answered = server.play_within(&[Step::TellProcess, Step::Hang], limits).await;
        assert_eq!(answered, Err(QueryError::Time(limits.time)));
        if let Ok(process) = processes.try_recv() {
            break process;
        }
    };
    ended(process).await;
}

/// The time counts for the end of the process too: one that closes its output and stays would hold its slot for ever.
#[tokio::test]
async fn a_process_that_closes_its_output_and_stays_is_ended_too() {
    let limits = Limits { time: Duration::from_millis(10), ..PATIENT };
    let (mute, server) = (EngineServer::mute(), EngineServer::new());
    let steps = [Step::Refuse(QueryError::Broken), Step::Hang];
    let both = async { tokio::join!(mute.play_within(&[], limits), server.play_within(&steps, limits)) };
    // Without the server's limit it would take as long as the process stays.
    let (silent, refusing) = tokio::time::timeout(Duration::from_secs(300), both).await.unwrap();
    assert_eq!((silent, refusing), (Err(QueryError::Time(limits.time)), Err(QueryError::Time(limits.time))));
}

#[tokio::test]
async fn a_few_queries_run_at_once_and_one_that_nobody_waits_for_ends() {
    let (facts, mut processes) = Learning::new();
    let server = EngineServer::with(Options::default(), facts);
    let hang = script(&[Step::TellProcess, Step::Hang]);
    let mut waiting = Vec::new();
    for _ in 0..MOST_AT_ONCE {
        let (engine, hang) = (server.engine.clone(), hang.clone());
        waiting.push(tokio::spawn(async move { engine.ask(&hang, PATIENT).await }));
    }
    let mut running = Vec::new();
    for _ in 0..MOST_AT_ONCE {
        running.push(processes.recv().await.unwrap());
    }
    // A handle is the same engine, with the same slots.
    for engine in [&server.engine, &server.engine.clone()] {
        assert_eq!(engine.ask(&script(&[Step::Answer]), PATIENT).await, Err(QueryError::Busy));
    }
    // One slot becomes free with its query, and only that one.
    waiting.remove(0).abort();
    let answered = loop {
        match server.play(&[Step::Answer]).await {
            Err(QueryError::Busy) => tokio::task::yield_now().await,
            answered => break answered,
        }
    };
    assert_eq!(answered, Ok(answer(Vec::new())));
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    for process in running {
        ended(process).await;
    }
}

#[tokio::test]
async fn a_slot_is_free_after_every_end() {
    let server = EngineServer::new();
    for steps in [vec![Step::Crash], vec![Step::Bytes(vec![255; 4])], vec![Step::Exit(3)], vec![Step::Answer]]
    {
        for _ in 0..=MOST_AT_ONCE {
            assert_ne!(server.play(&steps).await, Err(QueryError::Busy), "{steps:?}");
        }
    }
}

#[tokio::test]
async fn a_program_that_cannot_be_started_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("countersign-query");
    let (_sink, store) = Evidence::open(folder.path().join("evidence"), Options::default()).unwrap();
    let lake = Lake::from(store);
    let ask = async || {
        let program = Program::beside(&folder.path().join("countersign"));
        SqlEngine::new(program, lake.clone(), Arc::new(NoFacts)).ask("SELECT 1", PATIENT).await.unwrap_err()
    };
    assert_eq!(ask().await, QueryError::NotInstalled(path.display().to_string()));
    // The build holds the lock of this file for as long as it runs.
    let marker = File::create(folder.path().join("countersign-query.building")).unwrap();
    assert_eq!(
        ask().await,
        QueryError::NotInstalled(path.display().to_string()),
        "a build that was given up"
    );
    marker.lock().unwrap();
    assert_eq!(ask().await, QueryError::BeingBuilt);
    std::fs::create_dir(&path).unwrap();
    assert_eq!(ask().await, QueryError::BeingBuilt, "a folder is no program");
    std::fs::remove_dir(&path).unwrap();
    // It may not be executed.
    File::create(&path).unwrap();
    assert_eq!(ask().await, QueryError::Broken);
}

/// Facts that are never read; the server learns the ids of its engine's processes instead.
#[derive(Debug)]
struct Learning(UnboundedSender<u64>);

impl Learning {
    fn new() -> (Arc<Self>, UnboundedReceiver<u64>) {
        let (learnt, processes) = unbounded_channel();
        (Arc::new(Self(learnt)), processes)
    }
}

impl Facts for Learning {
    fn read(&self, process: u64, _: usize) -> Reading {
        self.0.send(process).unwrap();
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// Waits until a process has ended.
async fn ended(process: u64) {
    let place: PathBuf = Path::new("/proc").join(process.to_string()).join("stat");
    for _ in 0..6_000 {
        let Ok(stat) = std::fs::read_to_string(&place) else { return };
        if stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("process {process} is still there");
}
