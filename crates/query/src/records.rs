//! The table of one kind of record: the Parquet files of relevant days and the records that are not Parquet yet, each
//! exactly once.
//!
//! The engine's own reader reads the files, so it skips what file statistics exclude, and columns that the query does
//! not use. This module opens the files one by one: it reports and skips a damaged or missing file, for which the
//! engine alone would abort the query.

mod ends;
mod file;
mod once;
mod reading;

use crate::gaps::Gaps;
use crate::window;
use async_trait::async_trait;
use countersign_lake::columns::{end_columns, rows_schema};
use countersign_lake::{RecordKind, RecordStore};
use countersign_names::Timestamp;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::StreamingTableExec;
use reading::Reading;
use std::ops::Range;
use std::sync::Arc;

/// The table.
#[derive(Debug)]
pub(crate) struct RecordsTable<K: RecordKind> {
    store: RecordStore<K>,
    local: bool,
    gaps: Gaps,
    schema: SchemaRef,
}

/// The columns that a query needs.
#[derive(Debug, Clone)]
pub(crate) struct ColumnSelection {
    /// The selected columns, as indexes into all columns.
    pub(crate) columns: Vec<usize>,
    /// The schema of the selected columns.
    pub(crate) schema: SchemaRef,
    /// The index of the first column of ends.
    pub(crate) ends: usize,
}

impl ColumnSelection {
    /// Returns whether the query selects columns of ends.
    pub(crate) fn has_ends(&self) -> bool {
        self.columns.iter().any(|column| *column >= self.ends)
    }
}

impl<K: RecordKind> RecordsTable<K> {
    pub(crate) fn new(store: RecordStore<K>, local: bool, gaps: Gaps) -> Self {
        Self { store, local, gaps, schema: rows_schema::<K>() }
    }

    /// Returns the index of the first column of ends. The row in a file may lack the end, so conditions on these
    /// columns must not be evaluated on the file.
    fn ends(&self) -> usize {
        self.schema.fields().len().saturating_sub(end_columns::<K>())
    }

    fn is_of_record(&self, condition: &Expr) -> bool {
        let of_record = |name: &str| self.schema.index_of(name).is_ok_and(|place| place < self.ends());
        condition.column_refs().iter().all(|column| of_record(&column.name))
    }
}

#[async_trait]
impl<K: RecordKind> TableProvider for RecordsTable<K> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let taken = |condition: &&Expr| match self.is_of_record(condition) && !condition.is_volatile() {
            true => TableProviderFilterPushDown::Inexact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(taken).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let schema = Arc::new(self.schema.project(&columns)?);
        let predicate = match conjunction(filters.iter().cloned()) {
            Some(all) => {
                let named = DFSchema::try_from(self.schema.as_ref().clone())?;
                Some(state.create_physical_expr(all, &named)?)
            }
            None => None,
        };
        let reading = Reading {
            store: self.store.clone(),
            gaps: self.gaps.clone(),
            time: moments(filters, K::FILES.rows.time),
            local: self.local,
            wanted: ColumnSelection { columns, schema: Arc::clone(&schema), ends: self.ends() },
            all: Arc::clone(&self.schema),
            predicate,
        };
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(reading)], None, [], false, None)?))
    }
}

/// Returns the time span that the conditions leave.
fn moments(filters: &[Expr], time: &str) -> Range<Timestamp> {
    let bounds = window::bounds(filters, time);
    let moment = |micros: i128| {
        let most = i128::from(Timestamp::MAX.as_micros());
        Timestamp::from_micros(i64::try_from(micros.clamp(i128::from(i64::MIN), most)).unwrap_or(i64::MIN))
    };
    moment(*bounds.start())..moment(bounds.end().saturating_add(1))
}
