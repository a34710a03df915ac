//! Reads all records of a time span: segments first, then the files, day by day.

use super::ColumnSelection;
use super::ends::EndLookup;
use super::file::{self, FileError};
use super::once::Once;
use crate::gaps::Gaps;
use countersign_lake::columns::rows_batch;
use countersign_lake::{
    Away, Everywhere, Fetched, FileSet, KeyOf, LakeRecord as _, RecordKind, RecordRow as _, RecordStore,
    Skipped, Unfetched,
};
use countersign_names::Timestamp;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::PartitionStream;
use std::collections::{BTreeMap, HashSet};
use std::ops::{ControlFlow, Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// The scan of a table: its source, and what to read.
#[derive(Debug, Clone)]
pub(super) struct Reading<K: RecordKind> {
    pub(super) store: RecordStore<K>,
    pub(super) gaps: Gaps,
    pub(super) time: Range<Timestamp>,
    /// Whether to read only this process's folder.
    pub(super) local: bool,
    pub(super) wanted: ColumnSelection,
    /// All columns of the table.
    pub(super) all: SchemaRef,
    /// The condition on records. It is evaluated only on the statistics of files, never on rows.
    pub(super) predicate: Option<Arc<dyn PhysicalExpr>>,
}

/// The channel for batches. If its receiver is closed, reading ends.
type BatchSender = Sender<Result<RecordBatch>>;

/// The records that are not in Parquet files yet.
struct RecentRecords<K: RecordKind> {
    batches: Vec<RecordBatch>,
    keys: HashSet<KeyOf<K>>,
    /// The time span of the rows.
    span: Option<RangeInclusive<Timestamp>>,
}

impl<K: RecordKind> PartitionStream for Reading<K> {
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

impl<K: RecordKind> Reading<K> {
    async fn run(self, context: Arc<TaskContext>, out: BatchSender) -> Result<()> {
        let memory = MemoryConsumer::new(K::FILES.name).register(context.memory_pool());
        let (recent, mut ends, memory) = self.recent(memory).await?;
        // After its lists are moved out, the rest of this value still protects the files from compaction.
        let everywhere = {
            let (store, time, local) = (self.store.clone(), self.time.clone(), self.local);
            blocking(move || match local {
                true => here_only(store.counted(time.start, time.end)),
                false => store.everywhere(time.start, time.end),
            })
            .await?
        };
        let Everywhere { here, rows, ends: ends_away } = everywhere;
        self.gaps.note(here.skipped);
        ends.are_in(here.ends);
        ends.are_away(ends_away);
        for day in by_folder(here.rows) {
            let mut spans = Vec::new();
            for path in day {
                spans.extend(self.span(path).await?);
            }
            let others = recent.span.iter().cloned();
            let mut once = Once::new(&recent.keys, &spans, others, memory.new_empty());
            for (path, span) in &spans {
                let file = (path.as_path(), span);
                if self.file(file, &mut once, &mut ends, &context, &out).await?.is_break() {
                    return Ok(());
                }
            }
        }
        let mut unfetched = Unfetched::default();
        for day in by_partition(rows) {
            let (files, missed) = self.distinct(day, unfetched).await?;
            unfetched = missed;
            for files in by_process(files) {
                let spans: Vec<_> = files.iter().map(|away| (PathBuf::new(), span_of(away))).collect();
                let others = recent.span.iter().cloned();
                let mut once = Once::new(&recent.keys, &spans, others, memory.new_empty());
                for away in files {
                    let fetched = match self.fetch(&away).await? {
                        Ok(fetched) => fetched,
                        Err(why) => {
                            unfetched.note(&away, why);
                            continue;
                        }
                    };
                    let Some((path, _)) = self.span(fetched.path().to_owned()).await? else { continue };
                    let (file, span) = (path.as_path(), span_of(&away));
                    if self.file((file, &span), &mut once, &mut ends, &context, &out).await?.is_break() {
                        return Ok(());
                    }
                }
            }
        }
        self.gaps.note(unfetched.gaps());
        self.gaps.note(ends.gaps());
        for batch in recent.batches {
            if out.send(Ok(batch)).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Sends the rows of one file; breaks if the receiver is closed.
    async fn file(
        &self,
        (path, span): (&Path, &RangeInclusive<Timestamp>),
        once: &mut Once<'_, K>,
        ends: &mut EndLookup<K>,
        context: &Arc<TaskContext>,
        out: &BatchSender,
    ) -> Result<ControlFlow<()>> {
        let contested = once.is_contested(span);
        let mut rows = match file::open(self, path, contested, context) {
            Ok(rows) => rows,
            Err(error) => return self.passed_over(path, error),
        };
        loop {
            let batch = match file::next(&mut rows).await {
                Ok(Some(batch)) => batch,
                Ok(None) => return Ok(ControlFlow::Continue(())),
                Err(error) => return self.passed_over(path, error),
            };
            let batch = if contested { once.keep(batch) } else { Ok(batch) };
            let batch = match batch {
                Ok(batch) => ends.join(batch, self, path).await?,
                Err(error) => return self.passed_over(path, error),
            };
            let batch = match self.shaped(&batch) {
                Ok(batch) => batch,
                Err(error) => return self.passed_over(path, error.into()),
            };
            if out.send(Ok(batch)).await.is_err() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }

    /// Fetches the file.
    pub(super) async fn fetch(&self, away: &Away) -> Result<std::result::Result<Fetched, String>> {
        let (store, away) = (self.store.clone(), away.clone());
        blocking(move || store.fetch(&away)).await
    }

    async fn distinct(&self, day: Vec<Away>, mut missed: Unfetched) -> Result<(Vec<Away>, Unfetched)> {
        let store = self.store.clone();
        blocking(move || {
            let files = store.distinct(day, &mut missed);
            (files, missed)
        })
        .await
    }

    /// Takes the selected columns of the records that are not in Parquet files yet.
    async fn recent(
        &self,
        memory: MemoryReservation,
    ) -> Result<(RecentRecords<K>, EndLookup<K>, MemoryReservation)> {
        let (store, time, wanted) = (self.store.clone(), self.time.clone(), self.wanted.clone());
        let taken = blocking(move || {
            let (mut batches, mut keys, mut span) = (Vec::new(), HashSet::new(), None);
            let taken = store.recent(time.start, time.end, |rows| {
                let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(()) };
                let from =
                    span.as_ref().map_or(first.record().at(), |span: &RangeInclusive<_>| *span.start());
                span = Some(from..=last.record().at());
                keys.extend(rows.iter().map(|row| row.record().key()));
                let batch = rows_batch::<K>(&rows)?.project(&wanted.columns)?;
                memory.try_grow(batch.get_array_memory_size() + rows.len() * size_of::<KeyOf<K>>() * 2)?;
                batches.push(batch);
                Ok::<_, DataFusionError>(())
            });
            let (ends, skipped) = taken?;
            Ok::<_, DataFusionError>((RecentRecords { batches, keys, span }, ends, skipped, memory))
        });
        let (recent, ends, skipped, memory) = taken.await??;
        self.gaps.note(skipped);
        Ok((recent, EndLookup::new(ends, memory.new_empty())?, memory))
    }

    /// Returns the file and its time span, if it is intact and overlaps the requested time.
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

    /// Skips a damaged file and records the gap; fails on errors of the query.
    fn passed_over(&self, path: &Path, error: FileError) -> Result<ControlFlow<()>> {
        match error {
            FileError::Question(error) => Err(error),
            FileError::File(why) => {
                self.gaps.note([Skipped { path: path.to_owned(), why }]);
                Ok(ControlFlow::Continue(()))
            }
        }
    }

    pub(super) fn note(&self, gap: Skipped) {
        self.gaps.note([gap]);
    }

    /// Returns the selected columns, in order.
    fn shaped(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let names = self.wanted.schema.fields().iter().map(|field| batch.schema().index_of(field.name()));
        let places = names.collect::<Result<Vec<_>, _>>()?;
        // Take the columns alone, because a file may have its own schema metadata.
        let columns = places.iter().map(|place| Arc::clone(batch.column(*place))).collect();
        let options =
            datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.wanted.schema), columns, &options)?)
    }
}

/// Runs an operation that may block on a thread for it.
pub(super) async fn blocking<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let ran = tokio::task::spawn_blocking(run).await;
    ran.map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))
}

/// Groups files that are listed folder by folder.
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

/// Groups files by day.
fn by_partition(files: Vec<Away>) -> Vec<Vec<Away>> {
    let mut days: BTreeMap<String, Vec<Away>> = BTreeMap::new();
    for away in files {
        let day = away.file.path.split('/').next().unwrap_or_default().to_owned();
        days.entry(day).or_default().push(away);
    }
    days.into_values().collect()
}

/// Groups files by process: no two processes write the same record.
fn by_process(files: Vec<Away>) -> Vec<Vec<Away>> {
    let mut processes: BTreeMap<String, Vec<Away>> = BTreeMap::new();
    for away in files {
        processes.entry(away.process.clone()).or_default().push(away);
    }
    processes.into_values().collect()
}

const fn span_of(away: &Away) -> RangeInclusive<Timestamp> {
    away.file.first..=away.file.last
}

const fn here_only(here: FileSet) -> Everywhere {
    Everywhere { here, rows: Vec::new(), ends: Vec::new() }
}
