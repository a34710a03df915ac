//! Asking: a thread of its own for each question, and an end to it.

use crate::answer::{Answer, Values, columns, size};
use crate::decisions::Decisions;
use crate::error::QueryError;
use crate::facts::{Facts, FactsTable};
use crate::gaps::Gaps;
use crate::limits::{LONGEST_ANSWER, Limits, MOST_AT_ONCE};
use crate::sessions::Sessions;
use crate::sql;
use countersign_evidence::Store;
use datafusion::arrow::util::display::FormatOptions;
use datafusion::common::DataFusionError;
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::StreamExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

/// The stack of a question's thread. A question of the most words, which is one operator after the other, goes as deep as
/// it has operators; the memory is taken as far as it is used.
const STACK: usize = 128 << 20;
/// Rows that the engine moves at once.
const BATCH: usize = 4_096;
/// What a thread has to notice that its time is up, before whoever waits stops waiting.
const GRACE: Duration = Duration::from_secs(2);
/// Functions that are not there: with each, a few letters ask for as much memory as one likes, in one piece, of which the
/// limit would learn too late.
const ABSENT: &[&str] = &[
    "repeat",
    "lpad",
    "rpad",
    "range",
    "generate_series",
    "array_repeat",
    "list_repeat",
    "array_resize",
    "list_resize",
    // Where files lie is the machine's business.
    "input_file_name",
];

/// Answers questions. Clones are handles to the same.
#[derive(Debug, Clone)]
pub struct Engine {
    store: Store,
    facts: Arc<dyn Facts>,
    slots: Arc<Semaphore>,
}

impl Engine {
    /// An engine over this evidence and these facts.
    pub fn new(store: Store, facts: Arc<dyn Facts>) -> Self {
        Self { store, facts, slots: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }

    /// Answers a question. Dropped before that, it ends the question.
    ///
    /// # Errors
    /// When it is not answered: why, for whoever asked.
    pub async fn ask(&self, sql: &str, limits: Limits) -> Result<Answer, QueryError> {
        let slot = Arc::clone(&self.slots).try_acquire_owned().map_err(|_| QueryError::Busy)?;
        let question = Question {
            store: self.store.clone(),
            facts: Arc::clone(&self.facts),
            sql: sql.to_owned(),
            limits,
            stop: CancellationToken::new(),
        };
        let _stopping = question.stop.clone().drop_guard();
        let (tell, told) = oneshot::channel();
        let run = move || question.run(slot, tell);
        thread::Builder::new().name("query".to_owned()).stack_size(STACK).spawn(run).map_err(|error| {
            tracing::error!(%error, "a query got no thread");
            QueryError::Broken
        })?;
        match tokio::time::timeout(limits.time.saturating_add(GRACE), told).await {
            Ok(answer) => answer.unwrap_or(Err(QueryError::Broken)),
            // It computes without taking a breath. Its thread ends when it does take one, and only then makes room.
            Err(_) => Err(QueryError::Time(limits.time)),
        }
    }
}

/// One question on its thread.
struct Question {
    store: Store,
    facts: Arc<dyn Facts>,
    sql: String,
    limits: Limits,
    stop: CancellationToken,
}

impl Question {
    fn run(self, slot: OwnedSemaphorePermit, tell: oneshot::Sender<Result<Answer, QueryError>>) {
        let answer = catch_unwind(AssertUnwindSafe(|| self.answer())).unwrap_or_else(|_| {
            tracing::error!("a query panicked");
            Err(QueryError::Broken)
        });
        // Room is made before it is said, so that whoever has an answer can ask again.
        drop(slot);
        let _ = tell.send(answer);
    }

    fn answer(&self) -> Result<Answer, QueryError> {
        let statement = sql::read(&self.sql)?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
                tracing::error!(%error, "a query got no runtime");
                QueryError::Broken
            })?;
        let answer = runtime.block_on(async {
            tokio::select! {
                biased;
                // Nobody is there to be told.
                () = self.stop.cancelled() => Err(QueryError::Busy),
                answer = tokio::time::timeout(self.limits.time, self.execute(statement)) => {
                    answer.unwrap_or(Err(QueryError::Time(self.limits.time)))
                }
            }
        });
        // What still reads a file in the background ends by itself.
        runtime.shutdown_background();
        answer
    }

    async fn execute(&self, statement: datafusion::sql::parser::Statement) -> Result<Answer, QueryError> {
        let gaps = Gaps::default();
        let refused = |error: DataFusionError| match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => QueryError::Memory(self.limits.memory),
            _ => sql::refused(&error),
        };
        let context = SessionContext::new_with_state(self.state().map_err(refused)?);
        let tables: [(&str, Arc<dyn datafusion::catalog::TableProvider>); 3] = [
            ("decisions", Arc::new(Decisions::new(self.store.clone(), self.limits.local, gaps.clone()))),
            ("sessions", Arc::new(Sessions::new(Arc::clone(&self.facts), gaps.clone()))),
            ("facts", Arc::new(FactsTable::new(Arc::clone(&self.facts), gaps.clone()))),
        ];
        for (name, table) in tables {
            context.register_table(name, table).map_err(refused)?;
        }
        let plan = sql::plan(&context.state(), statement).await?;
        let plan = bounded(plan, self.limits.rows).map_err(refused)?;
        let frame = context.execute_logical_plan(plan).await.map_err(refused)?;
        let mut batches = frame.execute_stream().await.map_err(refused)?;
        let mut answer = Answer { columns: columns(&batches.schema()), ..Answer::default() };
        let format = FormatOptions::default();
        let mut bytes = 0;
        'reading: while let Some(batch) = batches.next().await {
            let batch = batch.map_err(refused)?;
            let values = Values::new(&batch, &format).map_err(|error| refused(error.into()))?;
            for row in 0..batch.num_rows() {
                let row = values.row(row).map_err(|error| refused(error.into()))?;
                bytes += row.iter().map(size).sum::<usize>();
                if answer.rows.len() >= self.limits.rows || bytes > LONGEST_ANSWER {
                    answer.truncated = true;
                    break 'reading;
                }
                answer.rows.push(row);
            }
        }
        drop(batches);
        answer.skipped = gaps.take();
        Ok(answer)
    }

    /// What the engine may use, and nothing else: no files by name, no formats, no disk.
    fn state(&self) -> Result<SessionState, DataFusionError> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(self.limits.memory)))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
            .build_arc()?;
        // One thread: the machine is the gate's, and a plan of one partition is also the one that takes least memory.
        let config = SessionConfig::new()
            .with_target_partitions(1)
            .with_batch_size(BATCH)
            .with_information_schema(false);
        let mut scalars = SessionStateDefaults::default_scalar_functions();
        scalars.retain(|function| {
            let named = |name: &str| ABSENT.contains(&name);
            !named(function.name()) && !function.aliases().iter().any(|alias| named(alias))
        });
        Ok(SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_expr_planners(SessionStateDefaults::default_expr_planners())
            .with_scalar_functions(scalars)
            .with_aggregate_functions(SessionStateDefaults::default_aggregate_functions())
            .with_window_functions(SessionStateDefaults::default_window_functions())
            .build())
    }
}

/// The same, of no more rows than are shown, and one more that tells there were more: what is sorted is then not sorted
/// to its end.
fn bounded(plan: LogicalPlan, rows: usize) -> Result<LogicalPlan, DataFusionError> {
    match plan {
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_) => Ok(plan),
        plan => LogicalPlanBuilder::from(plan).limit(0, Some(rows.saturating_add(1)))?.build(),
    }
}
