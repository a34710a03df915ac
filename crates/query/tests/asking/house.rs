//! Evidence in a folder and facts in memory, with an engine over both.

use crate::day::Day;
use countersign_evidence::{Decided, Evidence, Options, Row, Sink};
use countersign_facts::Stated;
use countersign_names::Timestamp;
use countersign_sql::{Answer, Entry, Facts, Limits, Program, QueryError, Reading, ReadingWorld, SqlEngine};
use countersign_testkit::story::Line;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Facts in memory, with an optional failure.
#[derive(Debug, Default)]
pub struct FactsInMemory {
    pub entries: Vec<Entry>,
    pub broken_after: Option<u64>,
    /// A world, and the moment after its newest fact.
    pub earlier: Option<(Vec<u8>, Timestamp)>,
}

impl FactsInMemory {
    pub fn of(story: &[Line]) -> Self {
        let stated: Vec<Stated> = story.iter().map(Line::stated).collect();
        let entries = (1..).zip(&stated);
        let entry = |(sequence, fact): (u64, &Stated)| Entry { sequence, payload: fact.to_bytes().unwrap() };
        Self { entries: entries.map(entry).collect(), broken_after: None, earlier: None }
    }
}

impl Facts for FactsInMemory {
    fn read(&self, after: u64, limit: usize) -> Reading {
        let page: Vec<Entry> =
            self.entries.iter().filter(|entry| entry.sequence > after).take(limit).cloned().collect();
        let answer = match self.broken_after {
            Some(last) if after >= last => Err("the journal does not answer".to_owned()),
            _ => Ok(page),
        };
        Box::pin(async move { answer })
    }

    fn earlier_world(&self, before: Timestamp) -> ReadingWorld {
        let world = self.earlier.clone().filter(|(_, after)| *after <= before).map(|(bytes, _)| bytes);
        Box::pin(async move { world })
    }
}

/// Evidence that tests write and query.
pub struct House {
    pub sink: Sink,
    pub engine: SqlEngine,
    pub folder: tempfile::TempDir,
}

/// The SQL engine of this build.
pub fn program() -> Program {
    Program::at(env!("CARGO_BIN_EXE_countersign-query").into())
}

impl House {
    pub fn new() -> Self {
        Self::with(Options::default(), FactsInMemory::default())
    }

    pub fn with(options: Options, facts: FactsInMemory) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (sink, store) = Evidence::open(folder.path(), options).unwrap();
        let engine = SqlEngine::new(program(), store, Arc::new(facts));
        Self { sink, engine, folder }
    }

    /// Converts everything to Parquet, and reopens the same folder.
    pub async fn rotate(self) -> Self {
        self.sink.close().await.unwrap();
        let (sink, store) = Evidence::open(self.folder.path(), Options::default()).unwrap();
        let engine = SqlEngine::new(program(), store, Arc::new(FactsInMemory::default()));
        Self { sink, engine, folder: self.folder }
    }

    /// Records a decision and, if `ended`, its end, if it has one.
    pub fn record(&self, row: &Row, ended: bool) {
        self.sink.record(&row.decided).unwrap();
        if ended {
            self.end(row);
        }
    }

    pub fn end(&self, row: &Row) {
        if let Some(completed) = &row.completed {
            self.sink.complete(completed).unwrap();
        }
    }

    pub async fn ask(&self, sql: &str) -> Answer {
        self.try_ask(sql, Limits::default()).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub async fn try_ask(&self, sql: &str, limits: Limits) -> Result<Answer, QueryError> {
        // A test without its own time-out gets a long one, so that a busy machine does not fail it.
        let usual = limits.time == Limits::default().time;
        let time = if usual { Duration::from_secs(500) } else { limits.time };
        self.engine.ask(sql, Limits { time, ..limits }).await
    }

    /// Returns the only value of a complete answer.
    pub async fn value(&self, sql: &str) -> Value {
        let answer = self.ask(sql).await;
        assert_eq!(answer.skipped, [], "{sql}");
        answer.rows[0][0].clone()
    }

    /// Returns the Parquet files whose names begin with `prefix`, in order.
    pub fn files(&self, prefix: &str) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = walk(self.folder.path())
            .into_iter()
            .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(prefix))
            .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"))
            .collect();
        files.sort();
        files
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// Returns `total` decisions of a day, `days` days after the first.
pub fn rows(seed: u64, total: i64, days: i64) -> Vec<Row> {
    let mut day = Day::new(seed, 30, total, days * 86_400_000_000);
    let row = |(decided, completed): (Decided, _)| Row { decided, completed };
    (0..total).map(|_| row(day.next())).collect()
}
