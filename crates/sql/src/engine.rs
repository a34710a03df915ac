//! Runs queries, each in a process of its own with a time-out.

use crate::answer::Answer;
use crate::error::QueryError;
use crate::facts::Facts;
use crate::limits::{Limits, MOST_AT_ONCE};
use crate::process::{Ending, Process};
use crate::program::Program;
use crate::serve::QuerySource;
use crate::wire::{FromEngine, Question, SentKind, VERSION};
use countersign_lake::{Lake, Lent};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Extra time for the process to start and to report its own time-out, before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// Runs queries, each in a process that ends with it. Clones are handles to the same engine.
#[derive(Debug, Clone)]
pub struct SqlEngine {
    program: Program,
    lake: Lake,
    facts: Arc<dyn Facts>,
    slots: Arc<Semaphore>,
}

impl SqlEngine {
    /// Creates an engine with this program, these kinds of records and these facts.
    pub fn new(program: Program, lake: impl Into<Lake>, facts: Arc<dyn Facts>) -> Self {
        let lake = lake.into();
        Self { program, lake, facts, slots: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }

    /// Runs a query. Dropping the future kills the query's process.
    ///
    /// # Errors
    /// If the query is not answered, with the reason for the user.
    pub async fn ask(&self, sql: &str, limits: Limits) -> Result<Answer, QueryError> {
        let _slot = Arc::clone(&self.slots).try_acquire_owned().map_err(|_| QueryError::Busy)?;
        let program = self.program.find()?;
        let lake = self.lake.clone();
        // Held until the answer arrives, so that no lent file is removed before.
        let lend = move || lake.kinds().map(|kind| kind.lend()).collect::<Vec<Lent>>();
        let lent = tokio::task::spawn_blocking(lend).await.map_err(|_| QueryError::Broken)?;
        let kinds = self.lake.kinds().zip(&lent).map(|(kind, lent)| SentKind::new(kind, lent));
        let question = Question {
            version: VERSION.to_owned(),
            sql: sql.to_owned(),
            rows: limits.rows,
            time_millis: u64::try_from(limits.time.as_millis()).unwrap_or(u64::MAX),
            memory: limits.memory,
            local: limits.local,
            kinds: kinds.collect(),
        };
        let mut process = Process::start(program, limits.time.saturating_add(GRACE), limits.memory)
            .map_err(|error| broken("the SQL engine cannot be started", &error))?;
        let source = QuerySource::new(self.lake.clone(), Arc::clone(&self.facts));
        let answering = async {
            match converse(&mut process, &question, source).await {
                Some(answer) => answer,
                None => Err(why(process.end().await, &limits)),
            }
        };
        match tokio::time::timeout(limits.time.saturating_add(GRACE), answering).await {
            Ok(answer) => answer,
            // The process computes without yielding, or does not end.
            Err(_) => {
                process.kill().await;
                Err(QueryError::Time(limits.time))
            }
        }
    }
}

/// Serves the calls of the process until it returns its answer; `None` if it ends without one, or reports an internal
/// error: how it ends says why.
async fn converse(
    process: &mut Process,
    question: &Question,
    mut source: QuerySource,
) -> Option<Result<Answer, QueryError>> {
    process.say(question).await.ok()?;
    loop {
        match process.hear().await {
            Ok(Some(FromEngine::Note(note))) => tracing::warn!("{note}"),
            Ok(Some(FromEngine::Call(call))) => {
                let reply = source.reply(call).await;
                process.say(&reply).await.ok()?;
            }
            Ok(Some(FromEngine::Answer(Ok(answer)))) => {
                let answer = Answer::try_from(answer);
                return Some(
                    answer.map_err(|error| broken("the SQL engine's answer cannot be read", &error)),
                );
            }
            Ok(Some(FromEngine::Answer(Err(QueryError::Broken))) | None) => return None,
            Ok(Some(FromEngine::Answer(Err(error)))) => return Some(Err(error)),
            Err(error) => {
                process.kill().await;
                return Some(Err(broken("what the SQL engine says cannot be read", &error)));
            }
        }
    }
}

fn broken(what: &str, error: &impl std::fmt::Display) -> QueryError {
    tracing::error!(%error, "{what}");
    QueryError::Broken
}

/// Explains why a process ended without an answer.
fn why(ending: Ending, limits: &Limits) -> QueryError {
    match ending {
        Ending::OutOfMemory => QueryError::Memory(limits.memory),
        Ending::OutOfTime => QueryError::Time(limits.time),
        Ending::Other { status, complaint } => {
            tracing::error!(status, complaint, "the SQL engine ended without an answer");
            QueryError::Broken
        }
    }
}
