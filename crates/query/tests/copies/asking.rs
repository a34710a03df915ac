//! What a process can be asked in SQL.

use crate::process::Process;
use countersign_sql::{Answer, Facts, Limits, Program, Reading, SqlEngine};
use std::sync::Arc;

/// The journal contains nothing that these queries read.
#[derive(Debug)]
struct Nothing;

impl Facts for Nothing {
    fn read(&self, _: u64, _: usize) -> Reading {
        Box::pin(async { Ok(Vec::new()) })
    }
}

impl Process {
    pub(crate) async fn ask(&self, sql: &str, local: bool) -> Answer {
        let program = Program::at(env!("CARGO_BIN_EXE_countersign-query").into());
        let engine = SqlEngine::new(program, self.store.clone(), Arc::new(Nothing));
        let limits = Limits { time: Limits::LONGEST, local, ..Limits::default() };
        engine.ask(sql, limits).await.unwrap()
    }

    /// Returns the number of decisions, of distinct ones, and of those with a known end, and the gaps.
    pub(crate) async fn counted(&self, local: bool) -> (u64, u64, u64, Vec<String>) {
        let sql = "SELECT count(*), count(DISTINCT id), count(completed_at) FROM decisions";
        let answer = self.ask(sql, local).await;
        let number = |column: usize| answer.rows[0][column].as_u64().unwrap();
        let gaps = answer.skipped.iter().map(|gap| format!("{}: {}", gap.path.display(), gap.why));
        (number(0), number(1), number(2), gaps.collect())
    }
}
