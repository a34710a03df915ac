//! Folds a projection again into a temporary database, and compares the result with its tables row by row.
//!
//! The memory holds a batch of the fold, or a page of rows of each side, however many rows there are.

use crate::follow::FoldBatches;
use crate::projection::Projection;
use crate::read::ProjectionAnswer;
use crate::store::{self, ProjectionPosition};
use crate::table::{ColumnValue, ProjectedRow, ProjectionTable};
use crate::{KnownProjection, ProjectionError, Projections};
use aws_lc_rs::digest::{Context, SHA256};
use countersign_database::{Database, StoreKind};
use countersign_facts::Digest;
use countersign_journal::{Head, ReadError};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Number of entries, and of rows, read at a time.
const PAGE: u32 = 4096;
const ROWS: usize = 2000;

/// Maximum number of differences that are listed; all are counted.
const TOLD: usize = 100;

/// Maximum number of attempts, if the projection advances during a comparison.
const ATTEMPTS: usize = 5;

/// The time limit of a read or write of the temporary database. Nobody waits for its locks, only for the disk.
const SCRATCH_LIMIT: Duration = Duration::from_secs(60);

/// The result of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableComparison {
    /// The sequence up to which both sides are folded.
    pub seq: u64,
    /// The number of rows that the fold produces.
    pub rows: u64,
    /// SHA-256 over the rows that the fold produces.
    pub folded: Digest,
    /// SHA-256 over the rows of the tables.
    pub stored: Digest,
    /// The number of rows that differ.
    pub differing: u64,
    /// The first differences.
    pub differences: Vec<RowDifference>,
}

/// A row that differs from the fold of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDifference {
    /// The table.
    pub table: &'static str,
    /// The key of the row.
    pub key: String,
    /// What differs, as text.
    pub what: String,
}

impl TableComparison {
    /// Returns whether the tables equal the fold of the journal.
    pub const fn is_equal(&self) -> bool {
        self.differing == 0
    }
}

impl Projections {
    /// Folds a projection again into a temporary database, and compares the result with its tables. Needs as much
    /// temporary disk space as the rows take. `progress` is called with the last entry that was folded. A comparison that
    /// is dropped stops and leaves nothing behind.
    ///
    /// # Errors
    /// If there is no such projection, if its tables are not created yet, if the journal, the database or the temporary
    /// database fails, or if the tables change during every attempt.
    pub fn compare(
        &self,
        name: &str,
        mut progress: impl FnMut(u64) + Send + 'static,
    ) -> ProjectionAnswer<TableComparison> {
        let (this, name) = (self.clone(), name.to_owned());
        Box::pin(async move { this.compare_with(&name, &mut progress).await })
    }

    async fn compare_with(
        &self,
        name: &str,
        progress: &mut (impl FnMut(u64) + Send),
    ) -> Result<TableComparison, ProjectionError> {
        let known = self.known(name)?;
        let mut refolded = RefoldedTables::new(Arc::clone(&known.projection)).await?;
        for _ in 0..ATTEMPTS {
            let position = self.position(known).await?;
            let shape = known.projection.shape();
            let Some(position) = position.filter(|position| position.shape == shape) else {
                return Err(self.unbuilt(known).await?);
            };
            if position.head.seq < refolded.head.seq {
                refolded = RefoldedTables::new(Arc::clone(&known.projection)).await?;
            }
            self.refold(&mut refolded, position.head, progress).await?;
            let comparison = self.compare_rows(&refolded, &position).await?;
            if self.position(known).await? == Some(position) {
                return Ok(comparison);
            }
        }
        Err(ProjectionError::Moving { name: known.projection.name() })
    }

    /// Returns the error about tables that this build has not created yet: the whole journal is still to be folded.
    async fn unbuilt(&self, known: &KnownProjection) -> Result<ProjectionError, ProjectionError> {
        let behind = self.0.journal.head().await.map_err(ReadError::from)?.seq.0;
        let trouble = known.progress.borrow().trouble.clone();
        Ok(ProjectionError::Behind { name: known.projection.name(), behind, trouble })
    }

    /// Folds the entries up to this head.
    async fn refold(
        &self,
        refolded: &mut RefoldedTables,
        until: Head,
        progress: &mut (impl FnMut(u64) + Send),
    ) -> Result<(), ProjectionError> {
        while refolded.head.seq < until.seq {
            let left = u32::try_from(until.seq.0 - refolded.head.seq.0).unwrap_or(PAGE).min(PAGE);
            let page = self.0.journal.read_chained(refolded.head, left).await?;
            let Some(last) = page.last() else {
                let ends =
                    format!("the projection contains entry {}, but the journal ends before it", until.seq);
                return Err(ProjectionError::Unfoldable(ends));
            };
            let batches = FoldBatches::of(&*refolded.projection, &page);
            refolded.fold(batches.map_err(|error| ProjectionError::Unfoldable(error.to_string()))?).await?;
            refolded.head = last.head();
            progress(refolded.head.seq.0);
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn compare_rows(
        &self,
        refolded: &RefoldedTables,
        position: &ProjectionPosition,
    ) -> Result<TableComparison, ProjectionError> {
        let mut comparing = ComparisonRun::default();
        for table in refolded.projection.tables() {
            comparing.begin(table);
            let mut after = None;
            loop {
                let mut folded = page_after(&refolded.database, table, after.as_ref()).await?;
                let mut stored = page_after(&self.0.database, table, after.as_ref()).await?;
                let end = ends_at(&folded, &stored);
                if let Some(end) = &end {
                    for page in [&mut folded, &mut stored] {
                        page.retain(|key, _| key <= end);
                    }
                }
                comparing.page(table, &folded, &stored);
                match end {
                    Some(end) => after = Some(end),
                    None => break,
                }
            }
        }
        Ok(comparing.end(position.seq()))
    }
}

/// A page of rows, by key.
type RowPage = BTreeMap<ColumnValue, ProjectedRow>;

async fn page_after(
    database: &Database,
    table: &ProjectionTable,
    after: Option<&ColumnValue>,
) -> Result<RowPage, ProjectionError> {
    let rows = database.read("reading rows of a projection", async |connection| {
        store::rows_after(connection, table, after, ROWS).await
    });
    Ok(rows.await?.into_iter().filter_map(|row| Some((row.first()?.clone(), row))).collect())
}

/// Returns the last key up to which both pages hold every row; `None` if neither has a next page.
fn ends_at(one: &RowPage, other: &RowPage) -> Option<ColumnValue> {
    let full = [one, other].into_iter().filter(|page| page.len() >= ROWS);
    full.filter_map(|page| page.last_key_value()).map(|(key, _)| key).min().cloned()
}

/// The tables of a projection, folded again into a temporary database.
struct RefoldedTables {
    projection: Arc<dyn Projection>,
    database: Database,
    /// The last entry that was folded.
    head: Head,
}

impl RefoldedTables {
    async fn new(projection: Arc<dyn Projection>) -> Result<Self, ProjectionError> {
        let database = Database::open_scratch().await?.with_time_limit(SCRATCH_LIMIT);
        let tables = projection.tables();
        let made = database.write("making temporary tables", async |connection| {
            store::make(connection, tables, StoreKind::Sqlite).await
        });
        made.await?;
        Ok(Self { projection, database, head: Head::GENESIS })
    }

    async fn fold(&self, mut batches: FoldBatches) -> Result<(), ProjectionError> {
        let tables = self.projection.tables();
        while let Some(batch) = batches.next() {
            let folded = self.database.write("folding rows again", async |connection| {
                let mut rows = batch.load(connection, &*self.projection).await?;
                for (seq, stated) in &batch.facts {
                    self.projection.fold(&mut rows, *seq, stated);
                }
                store::write(connection, tables, &rows).await
            });
            folded.await?;
        }
        Ok(())
    }
}

/// A comparison in progress.
struct ComparisonRun {
    folded: Context,
    stored: Context,
    rows: u64,
    differing: u64,
    differences: Vec<RowDifference>,
}

impl Default for ComparisonRun {
    fn default() -> Self {
        let (folded, stored) = (Context::new(&SHA256), Context::new(&SHA256));
        Self { folded, stored, rows: 0, differing: 0, differences: Vec::new() }
    }
}

impl ComparisonRun {
    fn begin(&mut self, table: &ProjectionTable) {
        for context in [&mut self.folded, &mut self.stored] {
            context.update(table.name.as_bytes());
            context.update(b"\n");
        }
    }

    /// Compares the rows of a table between two keys, of which both sides hold all.
    fn page(&mut self, table: &ProjectionTable, expected: &RowPage, stored: &RowPage) {
        expected.values().for_each(|row| update(&mut self.folded, row));
        stored.values().for_each(|row| update(&mut self.stored, row));
        self.rows += expected.len() as u64;
        for (key, row) in expected {
            match stored.get(key) {
                None => self.differs(table, key, "the row is missing".to_owned()),
                Some(stored) if stored != row => self.differs(table, key, altered(table, row, stored)),
                Some(_) => {}
            }
        }
        for key in stored.keys().filter(|key| !expected.contains_key(*key)) {
            self.differs(table, key, "the journal has no such row".to_owned());
        }
    }

    fn differs(&mut self, table: &ProjectionTable, key: &ColumnValue, what: String) {
        self.differing += 1;
        if self.differences.len() < TOLD {
            let key = key.as_text().map_or_else(|| key.to_string(), |text| text.replace('\n', " "));
            self.differences.push(RowDifference { table: table.name, key, what });
        }
    }

    fn end(self, seq: u64) -> TableComparison {
        let digest = |context: Context| {
            let bytes = <[u8; 32]>::try_from(context.finish().as_ref()).unwrap_or_default();
            Digest::new(bytes)
        };
        TableComparison {
            seq,
            rows: self.rows,
            folded: digest(self.folded),
            stored: digest(self.stored),
            differing: self.differing,
            differences: self.differences,
        }
    }
}

fn update(context: &mut Context, row: &ProjectedRow) {
    // Numbers and texts can always be serialised as JSON.
    context.update(&serde_json::to_vec(row).unwrap_or_default());
    context.update(b"\n");
}

/// Returns the columns that differ, with both values.
fn altered(table: &ProjectionTable, folded: &ProjectedRow, stored: &ProjectedRow) -> String {
    let columns = table.columns.iter().zip(folded.iter().zip(stored));
    let different = columns.filter(|(_, (folded, stored))| folded != stored);
    let told: Vec<_> = different
        .map(|(column, (folded, stored))| {
            format!("{} is {stored}, but the journal says {folded}", column.name())
        })
        .collect();
    told.join("; ")
}
