//! The engine of these tests, which is a process like the real one: the server starts it, limits it, and talks to it over
//! its pipes. It takes the text of the query for the list of what it is to do.

use countersign_evidence::{Evidence, Options, Sink};
use countersign_lake::Lake;
use countersign_sql::wire::{self, Call, FromEngine, Question, Reply, SentAnswer, world_bytes};
use countersign_sql::{Answer, AnswerColumn, Facts, Limits, Program, QueryError, Reading, SqlEngine};
use rustix::process::{Signal, getpgrp, getpid, kill_process};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What the engine does. Whatever it notes is in the one row of its answer, in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Step {
    /// Notes the question.
    Question,
    /// Makes a call, and notes the reply.
    Call(Call),
    /// Notes its limits, variables, working folder, and whether its process group is its own.
    Surroundings,
    /// Calls for the entries after its own process id, so that the server learns it.
    TellProcess,
    /// Writes these bytes as they are.
    Bytes(Vec<u8>),
    /// Writes this to the error output.
    Complain(String),
    /// Adds an entry to the server's log.
    Note(String),
    /// Answers with what was noted.
    Answer,
    /// Answers with an error.
    Refuse(QueryError),
    /// Ends with this status.
    Exit(i32),
    /// Ends as one that has used up its processor time.
    OutOfTime,
    /// Ends as one that the kernel kills because the machine has no memory left.
    Killed,
    /// Crashes.
    Crash,
    /// Does nothing for a long time.
    Hang,
}

#[test]
#[ignore = "the engine that the other tests start"]
fn an_engine() {
    let mut out = OpenOptions::new().write(true).open("/proc/self/fd/3").unwrap();
    let mut from = std::io::stdin().lock();
    let question: Question = wire::read(&mut from).unwrap().unwrap();
    let steps: Vec<Step> = serde_json::from_str(&question.sql).unwrap();
    let mut noted = Vec::new();
    let mut call = |call: Call, out: &mut fs::File| {
        wire::write(out, &FromEngine::Call(call)).unwrap();
        wire::read::<Reply>(&mut from).unwrap().unwrap()
    };
    for step in steps {
        match step {
            Step::Question => noted.push(json!(question)),
            Step::Call(wanted) => noted.push(shown(call(wanted, &mut out))),
            Step::Surroundings => noted.push(surroundings()),
            Step::TellProcess => {
                let after = u64::from(std::process::id());
                call(Call::Facts { after, limit: 1 }, &mut out);
            }
            Step::Bytes(bytes) => out.write_all(&bytes).unwrap(),
            Step::Complain(text) => std::io::stderr().write_all(text.as_bytes()).unwrap(),
            Step::Note(note) => wire::write(&mut out, &FromEngine::Note(note)).unwrap(),
            Step::Answer => {
                let sent = SentAnswer::try_from(answer(noted.clone())).unwrap();
                wire::write(&mut out, &FromEngine::Answer(Ok(sent))).unwrap();
            }
            Step::Refuse(error) => wire::write(&mut out, &FromEngine::Answer(Err(error))).unwrap(),
            Step::Exit(status) => std::process::exit(status),
            Step::OutOfTime => kill_process(getpid(), Signal::XCPU).unwrap(),
            Step::Killed => kill_process(getpid(), Signal::KILL).unwrap(),
            Step::Crash => std::process::abort(),
            Step::Hang => std::thread::sleep(Duration::from_secs(600)),
        }
    }
}

/// The answer of the engine, with one row.
pub fn answer(row: Vec<Value>) -> Answer {
    let column = |n: usize| AnswerColumn { name: format!("step{n}"), kind: "text".to_owned() };
    Answer { columns: (0..row.len()).map(column).collect(), rows: vec![row], ..Answer::default() }
}

/// Of a part of a world only its length and its last byte, since it is long.
fn shown(reply: Reply) -> Value {
    match reply {
        Reply::World(Some(part)) => {
            let bytes = world_bytes(&part).unwrap();
            json!({ "bytes": bytes.len(), "last": bytes.last() })
        }
        reply => json!(reply),
    }
}

fn surroundings() -> Value {
    let variables: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
    json!({
        "limits": fs::read_to_string("/proc/self/limits").unwrap(),
        "arenas": std::env::var("MALLOC_ARENA_MAX").ok(),
        "variables": variables,
        "folder": std::env::current_dir().unwrap(),
        "leads": getpgrp() == getpid(),
    })
}

/// A server with an engine that does what it is asked.
pub struct EngineServer {
    pub engine: SqlEngine,
    pub folder: tempfile::TempDir,
    _sink: Sink,
}

impl EngineServer {
    pub fn new() -> Self {
        Self::with(Options::default(), Arc::new(NoFacts))
    }

    pub fn with(options: Options, facts: Arc<dyn Facts>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (_sink, store) = Evidence::open(folder.path().join("evidence"), options).unwrap();
        let engine = SqlEngine::new(program(folder.path(), "countersign-query"), store, facts);
        Self { engine, folder, _sink }
    }

    /// A server whose engine closes its output, says nothing, and does not end.
    pub fn mute() -> Self {
        let server = Self::new();
        let program = program(server.folder.path(), "mute");
        let engine = SqlEngine::new(program, Lake::new(Vec::new()), Arc::new(NoFacts));
        Self { engine, ..server }
    }

    pub async fn play(&self, steps: &[Step]) -> Result<Answer, QueryError> {
        self.play_within(steps, PATIENT).await
    }

    pub async fn play_within(&self, steps: &[Step], limits: Limits) -> Result<Answer, QueryError> {
        self.engine.ask(&script(steps), limits).await
    }

    /// Plays these steps and then answers; returns what was noted.
    pub async fn noted(&self, steps: &[Step]) -> Vec<Value> {
        let steps = [steps, &[Step::Answer]].concat();
        self.play(&steps).await.unwrap().rows.remove(0)
    }

    pub async fn replies(&self, calls: &[Call]) -> Vec<Value> {
        let steps: Vec<Step> = calls.iter().cloned().map(Step::Call).collect();
        self.noted(&steps).await
    }
}

/// Limits under which a busy machine fails no test.
pub const PATIENT: Limits =
    Limits { rows: 10, time: Duration::from_secs(500), memory: 512 << 20, local: false };

pub fn script(steps: &[Step]) -> String {
    serde_json::to_string(steps).unwrap()
}

/// Links the script under this name, and this binary beside it. No file is written that is then executed, which could
/// fail while another thread starts a process.
pub fn program(folder: &Path, name: &str) -> Program {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql/engine.sh");
    symlink(script, folder.join(name)).unwrap();
    let tests = folder.join("tests");
    if !tests.exists() {
        symlink(std::env::current_exe().unwrap(), tests).unwrap();
    }
    Program::at(folder.join(name))
}

/// An empty journal.
#[derive(Debug)]
pub struct NoFacts;

impl Facts for NoFacts {
    fn read(&self, _: u64, _: usize) -> Reading {
        Box::pin(async { Ok(Vec::new()) })
    }
}
