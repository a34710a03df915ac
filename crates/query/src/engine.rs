//! Runs one query, on a thread with a sufficient stack.

use crate::answer::{Values, columns, size};
use crate::facts::FactsTable;
use crate::gaps::Gaps;
use crate::kinds::KindTable;
use crate::sessions::SessionsTable;
use crate::sql;
use countersign_sql::{Answer, Facts, LONGEST_ANSWER, Limits, QueryError};
use datafusion::arrow::util::display::FormatOptions;
use datafusion::catalog::TableProvider;
use datafusion::common::DataFusionError;
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::StreamExt as _;
use std::sync::Arc;
use std::thread;

/// Stack size in bytes of the query's thread. A query of the maximum number of words, a chain of operators, recurses
/// once per operator. Unused stack takes no memory.
const STACK: usize = 128 << 20;
/// Rows per batch.
const BATCH: usize = 4_096;
/// Functions that are removed: a short call of any of them can allocate any amount of memory at once, before the memory
/// limit notices.
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
    // The paths of files are not the user's business.
    "input_file_name",
];

/// Runs a query.
pub(crate) fn run(
    kinds: Vec<Box<dyn KindTable>>,
    facts: Arc<dyn Facts>,
    sql: &str,
    limits: Limits,
) -> Result<Answer, QueryError> {
    let question = RunningQuestion { kinds, facts, sql: sql.to_owned(), limits };
    let run = move || question.answer();
    let thread = thread::Builder::new().name("query".to_owned()).stack_size(STACK).spawn(run);
    let thread = thread.map_err(|error| {
        tracing::error!(%error, "a query got no thread");
        QueryError::Broken
    })?;
    thread.join().unwrap_or_else(|_| {
        tracing::error!("a query panicked");
        Err(QueryError::Broken)
    })
}

/// A query on its thread.
struct RunningQuestion {
    kinds: Vec<Box<dyn KindTable>>,
    facts: Arc<dyn Facts>,
    sql: String,
    limits: Limits,
}

impl RunningQuestion {
    fn answer(&self) -> Result<Answer, QueryError> {
        let statement = sql::read(&self.sql)?;
        // Timers only, no sockets: the process may not open any.
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(|error| {
                tracing::error!(%error, "a query got no runtime");
                QueryError::Broken
            })?;
        let answer = runtime.block_on(async {
            let answer = tokio::time::timeout(self.limits.time, self.execute(statement));
            answer.await.unwrap_or(Err(QueryError::Time(self.limits.time)))
        });
        // Background reads of files end with the process.
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
        let of_kinds =
            self.kinds.iter().map(|kind| (kind.name(), kind.table(self.limits.local, gaps.clone())));
        let others: [(&str, Arc<dyn TableProvider>); 2] = [
            ("sessions", Arc::new(SessionsTable::new(Arc::clone(&self.facts), gaps.clone()))),
            ("facts", Arc::new(FactsTable::new(Arc::clone(&self.facts), gaps.clone()))),
        ];
        let mut known = Vec::new();
        for (name, table) in of_kinds.chain(others) {
            context.register_table(name, table).map_err(refused)?;
            known.push(name);
        }
        let plan = sql::plan(&context.state(), statement, &known).await?;
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

    /// Configures the engine with what it needs and nothing else: no files by name, no formats, no disk.
    fn state(&self) -> Result<SessionState, DataFusionError> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(self.limits.memory)))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
            .build_arc()?;
        // One thread: the gate needs the machine, and a plan with one partition also uses the least memory.
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

/// Limits the plan to the maximum number of rows and one more, which shows that there were more. Sorting can then stop
/// early.
fn bounded(plan: LogicalPlan, rows: usize) -> Result<LogicalPlan, DataFusionError> {
    match plan {
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_) => Ok(plan),
        plan => LogicalPlanBuilder::from(plan).limit(0, Some(rows.saturating_add(1)))?.build(),
    }
}
