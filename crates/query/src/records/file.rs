//! Reads one file of records with the engine's own reader.

use super::reading::Reading;
use countersign_lake::RecordKind;
use datafusion::arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::object_store::{ObjectMeta, path::Path as Location};
use datafusion::physical_plan::ExecutionPlan as _;
use futures_util::{FutureExt as _, StreamExt as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// The reason why a file was not read to its end.
pub(super) enum FileError {
    /// The file is at fault: skip it and report this.
    File(String),
    /// The query is at fault, and ends.
    Question(DataFusionError),
}

impl From<DataFusionError> for FileError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Question(error),
            root => Self::File(format!("it cannot be read: {}", root.strip_backtrace())),
        }
    }
}

/// Opens a file: the selected columns, plus, if its time is contested, those that distinguish records.
pub(super) fn open<K: RecordKind>(
    reading: &Reading<K>,
    path: &Path,
    contested: bool,
    context: &Arc<TaskContext>,
) -> Result<SendableRecordBatchStream, FileError> {
    let unreadable = |why: String| FileError::File(format!("it cannot be read: {why}"));
    let about = path.metadata().map_err(|error| unreadable(error.to_string()))?;
    let location = Location::from_absolute_path(path).map_err(|error| unreadable(error.to_string()))?;
    let mut columns = reading.wanted.columns.clone();
    let named = |name: &str| reading.all.index_of(name).into_iter();
    if contested {
        columns.extend(named(K::FILES.rows.time));
    }
    if contested || reading.wanted.has_ends() {
        columns.extend(named(K::FILES.key));
    }
    if reading.wanted.has_ends() {
        columns.extend(reading.wanted.ends..reading.all.fields().len());
    }
    columns.sort_unstable();
    columns.dedup();

    let mut source = ParquetSource::new(Arc::clone(&reading.all)).with_enable_page_index(true);
    if let Some(predicate) = &reading.predicate {
        source = source.with_predicate(Arc::clone(predicate));
    }
    let object = ObjectMeta {
        location,
        last_modified: Default::default(),
        size: about.len(),
        e_tag: None,
        version: None,
    };
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file(PartitionedFile::new_from_meta(object))
            .with_projection_indices(Some(columns))?
            .build();
        DataSourceExec::from_data_source(config).execute(0, Arc::clone(context))
    }));
    Ok(opened.map_err(|_| unwound())??)
}

/// Reads the next rows; `None` at the end.
///
/// The Parquet parser was written for trusted files and may index out of bounds on others, so this catches its panics.
pub(super) async fn next(rows: &mut SendableRecordBatchStream) -> Result<Option<RecordBatch>, FileError> {
    match AssertUnwindSafe(rows.next()).catch_unwind().await {
        Ok(batch) => Ok(batch.transpose()?),
        Err(_) => Err(unwound()),
    }
}

fn unwound() -> FileError {
    FileError::File("reading it failed in a way that only a damaged file can explain".to_owned())
}
