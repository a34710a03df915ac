//! Folds a projection again in memory, and compares the result with its tables row by row.

use crate::follow::parse;
use crate::read::ProjectionAnswer;
use crate::rows::RowSet;
use crate::store::{self, ProjectionPosition};
use crate::table::{ColumnValue, ProjectedRow, ProjectionTable};
use crate::{KnownProjection, ProjectionError, Projections};
use aws_lc_rs::digest::{Context, SHA256};
use countersign_facts::Digest;
use countersign_journal::Head;
use std::collections::BTreeMap;

/// Number of entries, and of rows, read at a time.
const PAGE: u32 = 4096;
const ROWS: usize = 2000;

/// Maximum number of differences that are listed; all are counted.
const TOLD: usize = 100;

/// Maximum number of attempts, if the projection advances during a comparison.
const ATTEMPTS: usize = 5;

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
    /// Folds a projection again in memory, and compares the result with its tables. Needs as much memory as the rows
    /// take. `progress` is called with the last entry that was folded.
    ///
    /// # Errors
    /// If there is no such projection, if the journal or the database cannot be read, or if the tables change during
    /// every attempt.
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
        let tables = known.projection.tables();
        let (mut rows, mut head) = (RowSet::new(tables), Head::GENESIS);
        for _ in 0..ATTEMPTS {
            let Some(position) = self.position(known).await? else { continue };
            if position.head.seq < head.seq {
                (rows, head) = (RowSet::new(tables), Head::GENESIS);
            }
            head = self.refold(known, &mut rows, (head, position.head), progress).await?;
            let comparison = self.compare_rows(&rows, tables, &position).await?;
            if self.position(known).await? == Some(position) {
                return Ok(comparison);
            }
        }
        Err(ProjectionError::Moving { name: known.projection.name() })
    }

    /// Folds the entries between two heads, and returns the second.
    async fn refold(
        &self,
        known: &KnownProjection,
        rows: &mut RowSet,
        (mut head, until): (Head, Head),
        progress: &mut (impl FnMut(u64) + Send),
    ) -> Result<Head, ProjectionError> {
        while head.seq < until.seq {
            let left = u32::try_from(until.seq.0 - head.seq.0).unwrap_or(PAGE).min(PAGE);
            let page = self.0.journal.read_chained(head, left).await?;
            let Some(last) = page.last() else {
                let ends = format!("the journal ends before entry {}, which the projection holds", until.seq);
                return Err(ProjectionError::Unfoldable(ends));
            };
            head = last.head();
            for entry in &page {
                let stated = parse(entry).map_err(|error| ProjectionError::Unfoldable(error.to_string()))?;
                if !known.projection.reads(&stated).is_empty() {
                    known.projection.fold(rows, entry.seq.0, &stated);
                }
            }
            rows.settle();
            progress(head.seq.0);
            tokio::task::yield_now().await;
        }
        Ok(head)
    }

    async fn compare_rows(
        &self,
        rows: &RowSet,
        tables: &'static [ProjectionTable],
        position: &ProjectionPosition,
    ) -> Result<TableComparison, ProjectionError> {
        let mut comparing = ComparisonRun::default();
        for (place, table) in tables.iter().enumerate() {
            let Some(folded) = rows.of(place) else { continue };
            comparing.begin(table);
            let (mut after, mut met) = (None, 0);
            loop {
                let page = self
                    .0
                    .database
                    .read("reading rows of a projection", async |connection| {
                        store::rows_after(connection, table, after.as_ref(), ROWS).await
                    })
                    .await?;
                let last = page.last().and_then(|row| row.first().cloned());
                met += comparing.page(table, folded, after.as_ref(), &page, last.as_ref());
                match last {
                    Some(last) => after = Some(last),
                    None => break,
                }
            }
            tracing::debug!(table = table.name, rows = met, "compared with the journal");
        }
        Ok(comparing.end(position.seq()))
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

    /// Compares a page of a table: the keys after `after` up to `last`, or all further keys if `last` is `None`.
    fn page(
        &mut self,
        table: &ProjectionTable,
        folded: &BTreeMap<ColumnValue, ProjectedRow>,
        after: Option<&ColumnValue>,
        stored: &[ProjectedRow],
        last: Option<&ColumnValue>,
    ) -> usize {
        use std::ops::Bound;
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let to = last.map_or(Bound::Unbounded, Bound::Included);
        let expected: BTreeMap<&ColumnValue, &ProjectedRow> = match (after, last) {
            // `range` panics if its end is before its start; the keys of a page ascend.
            (Some(after), Some(last)) if last <= after => BTreeMap::new(),
            _ => folded.range::<ColumnValue, _>((from, to)).collect(),
        };
        let stored: BTreeMap<&ColumnValue, &ProjectedRow> =
            stored.iter().filter_map(|row| row.first().map(|key| (key, row))).collect();
        expected.values().for_each(|row| update(&mut self.folded, row));
        stored.values().for_each(|row| update(&mut self.stored, row));
        self.rows += expected.len() as u64;
        for (key, row) in &expected {
            match stored.get(key) {
                None => self.differs(table, key, "it is missing".to_owned()),
                Some(stored) if stored != row => self.differs(table, key, altered(table, row, stored)),
                Some(_) => {}
            }
        }
        for key in stored.keys().filter(|key| !expected.contains_key(*key)) {
            self.differs(table, key, "the journal has no such row".to_owned());
        }
        stored.len()
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
        .map(|(column, (folded, stored))| format!("{} is {stored}, the journal says {folded}", column.name()))
        .collect();
    told.join("; ")
}
