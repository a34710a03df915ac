//! Reading all of a span: segments first, then the files there are, day by day.

use super::Wanted;
use super::ends::Ends;
use super::file::{self, FileError};
use super::once::Once;
use crate::gaps::Gaps;
use countersign_evidence::{Skipped, Store, decisions_batch};
use countersign_names::{DecisionId, Timestamp};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::PartitionStream;
use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// What is read, and how much of it.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) store: Store,
    pub(super) gaps: Gaps,
    pub(super) time: Range<Timestamp>,
    pub(super) wanted: Wanted,
    /// All columns that there are.
    pub(super) all: SchemaRef,
    /// What must hold of a decision; asked of the statistics of files, never of rows.
    pub(super) predicate: Option<Arc<dyn PhysicalExpr>>,
}

/// Where batches go. Nobody listening is the end of it.
type Out = Sender<Result<RecordBatch>>;

/// What is not Parquet yet.
struct Recent {
    batches: Vec<RecordBatch>,
    ids: HashSet<DecisionId>,
    /// The time that the rows span.
    span: Option<RangeInclusive<Timestamp>>,
}

impl PartitionStream for Reading {
    fn schema(&self) -> &SchemaRef {
        &self.wanted.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut stream = RecordBatchReceiverStream::builder(Arc::clone(&self.wanted.schema), 2);
        let (reading, out) = (self.clone(), stream.tx());
        stream.spawn(async move { reading.run(context, out).await });
        stream.build()
    }
}

impl Reading {
    async fn run(self, context: Arc<TaskContext>, out: Out) -> Result<()> {
        let memory = MemoryConsumer::new("decisions").register(context.memory_pool());
        let (recent, mut ends, memory) = self.recent(memory).await?;
        // What is left of this once its lists are taken keeps the files from being compacted away.
        let files = {
            let (store, time) = (self.store.clone(), self.time.clone());
            blocking(move || store.counted(time.start, time.end)).await?
        };
        self.gaps.note(files.skipped);
        ends.are_in(files.completions);
        for day in by_folder(files.decisions) {
            let mut spans = Vec::new();
            for path in day {
                spans.extend(self.span(path).await?);
            }
            let others = recent.span.iter().cloned();
            let mut once = Once::new(&recent.ids, &spans, others, memory.new_empty());
            for (path, span) in &spans {
                let contested = once.is_contested(span);
                let mut rows = match file::open(&self, path, contested, &context) {
                    Ok(rows) => rows,
                    Err(error) => {
                        self.passed_over(path, error)?;
                        continue;
                    }
                };
                loop {
                    let batch = match file::next(&mut rows).await {
                        Ok(Some(batch)) => batch,
                        Ok(None) => break,
                        Err(error) => {
                            self.passed_over(path, error)?;
                            break;
                        }
                    };
                    let batch = if contested { once.keep(batch) } else { Ok(batch) };
                    let batch = match batch {
                        Ok(batch) => ends.join(batch, &self, path).await?,
                        Err(error) => {
                            self.passed_over(path, error)?;
                            break;
                        }
                    };
                    let batch = match self.shaped(&batch) {
                        Ok(batch) => batch,
                        Err(error) => {
                            self.passed_over(path, error.into())?;
                            break;
                        }
                    };
                    if out.send(Ok(batch)).await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
        for batch in recent.batches {
            if out.send(Ok(batch)).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Takes what is not Parquet yet, in the columns that are wanted.
    async fn recent(&self, memory: MemoryReservation) -> Result<(Recent, Ends, MemoryReservation)> {
        let (store, time, wanted) = (self.store.clone(), self.time.clone(), self.wanted.clone());
        let taken = blocking(move || {
            let (mut batches, mut ids, mut span) = (Vec::new(), HashSet::new(), None);
            let taken = store.recent(time.start, time.end, |rows| {
                let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(()) };
                let from = span.as_ref().map_or(first.decided.at, |span: &RangeInclusive<_>| *span.start());
                span = Some(from..=last.decided.at);
                ids.extend(rows.iter().map(|row| row.decided.id));
                let batch = decisions_batch(&rows)?.project(&wanted.columns)?;
                memory.try_grow(batch.get_array_memory_size() + rows.len() * size_of::<DecisionId>() * 2)?;
                batches.push(batch);
                Ok::<_, DataFusionError>(())
            });
            let (ends, skipped) = taken?;
            Ok::<_, DataFusionError>((Recent { batches, ids, span }, ends, skipped, memory))
        });
        let (recent, ends, skipped, memory) = taken.await??;
        self.gaps.note(skipped);
        Ok((recent, Ends::new(ends, memory.new_empty())?, memory))
    }

    /// The file, when it is whole and holds something of the time.
    async fn span(&self, path: PathBuf) -> Result<Option<(PathBuf, RangeInclusive<Timestamp>)>> {
        let (store, asked) = (self.store.clone(), path.clone());
        Ok(match blocking(move || store.span_of(&asked)).await? {
            Ok(span) => {
                let span =
                    span.filter(|span| *span.end() >= self.time.start && *span.start() < self.time.end);
                span.map(|span| (path, span))
            }
            Err(gap) => {
                self.gaps.note([gap]);
                None
            }
        })
    }

    /// Only what is wrong with the file is passed over.
    fn passed_over(&self, path: &Path, error: FileError) -> Result<()> {
        match error {
            FileError::Question(error) => Err(error),
            FileError::File(why) => {
                self.gaps.note([Skipped { path: path.to_owned(), why }]);
                Ok(())
            }
        }
    }

    pub(super) fn note(&self, gap: Skipped) {
        self.gaps.note([gap]);
    }

    /// The columns that are wanted, in their order.
    fn shaped(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let names = self.wanted.schema.fields().iter().map(|field| batch.schema().index_of(field.name()));
        let places = names.collect::<Result<Vec<_>, _>>()?;
        // Columns by themselves, since what a file calls them besides is its own.
        let columns = places.iter().map(|place| Arc::clone(batch.column(*place))).collect();
        let options =
            datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.wanted.schema), columns, &options)?)
    }
}

/// Does what may block where that is fine.
pub(super) async fn blocking<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let ran = tokio::task::spawn_blocking(run).await;
    ran.map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))
}

/// Files that are listed folder by folder, each folder's by themselves.
fn by_folder(files: Vec<PathBuf>) -> Vec<Vec<PathBuf>> {
    let mut folders: Vec<Vec<PathBuf>> = Vec::new();
    for file in files {
        match folders.last_mut() {
            Some(last) if last.first().and_then(|first| first.parent()) == file.parent() => last.push(file),
            _ => folders.push(vec![file]),
        }
    }
    folders
}
