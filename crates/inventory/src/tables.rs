//! Walks over whole tables, in steps that are short transactions.

use crate::edges::{self, EdgeKey};
use crate::statement::BATCH;
use crate::{Inventory, InventoryError, keys};
use countersign_database::{AnyConnection, StoreKind};
use sqlx::{AssertSqlSafe, Row as _};
use std::fmt::Write as _;

/// The end of a row that holds still: the largest number that takes SQLite four bytes.
pub(crate) const OPEN: i64 = i32::MAX as i64;

/// Where an import writes.
#[derive(Debug, Clone)]
pub(crate) struct StagingPlace {
    /// The name of the source.
    pub(crate) source: String,
    /// The number of the source.
    pub(crate) source_id: i64,
    /// The number of the import within its source.
    pub(crate) import: i64,
    /// The import that it is compared with.
    pub(crate) base: i64,
}

/// The tables that are walked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WalkedTable {
    Keys,
    Nodes,
    Edges,
}

impl WalkedTable {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Keys => "inventory_keys",
            Self::Nodes => "inventory_nodes",
            Self::Edges => "inventory_edges",
        }
    }

    /// Returns the place before the first row of a source, and the last number that one can have.
    pub(crate) fn before_first(self, source_id: i64) -> (Vec<i64>, i64) {
        let (first, last) = keys::range(source_id);
        let mut after = vec![0; self.key().len()];
        after.splice(..1, [first]);
        (after, last)
    }

    /// Returns the columns by which its rows are sorted.
    const fn key(self) -> &'static [&'static str] {
        match self {
            Self::Keys => &["id"],
            Self::Nodes => &["id", "since_import"],
            Self::Edges => &["from_id", "to_id", "relation", "since_import"],
        }
    }
}

/// What is done with each row of a walk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RowChange {
    /// Delete it if an import after the first and before the second number added it; let it hold still if one ended it.
    TakeBack(i64, i64),
    /// Delete it if it ended with this import or an earlier one.
    Forget(i64),
    /// Delete the key if no row has it, unless an import is being staged, which may have looked it up.
    ForgetKeys,
}

/// Rows after one place and up to another one, as part of a statement, with the values of its placeholders.
pub(crate) struct RowRange {
    pub(crate) text: String,
    pub(crate) values: Vec<i64>,
}

impl Inventory {
    /// Changes all rows of a source in a table, in small writes. Returns the number of rows that were changed.
    pub(crate) async fn walk(
        &self,
        source_id: i64,
        table: WalkedTable,
        change: RowChange,
    ) -> Result<u64, InventoryError> {
        let (mut after, last) = table.before_first(source_id);
        let mut changed = 0;
        loop {
            let store = self.database.store();
            let step = self.database.write_in_bulk("going through the inventory", async |connection| {
                // Imports of the source wait, so that none adds an edge whose other end is deleted here.
                let lock = "UPDATE inventory_sources SET staging = staging WHERE id = $1";
                sqlx::query(lock).bind(source_id).execute(&mut *connection).await?;
                let end = end_of_step(connection, table, (&after, last), BATCH).await?;
                let range = RowRange::of(table, &after, end.as_deref(), last);
                let changed = change_rows(connection, store, (source_id, table), (&range, change)).await?;
                Ok((changed, end))
            });
            let (step, end) = step.await?;
            changed += step;
            match end {
                Some(end) => after = end,
                None => return Ok(changed),
            }
        }
    }
}

/// Returns the last row of a step of this number of rows, or `None` if fewer are left.
pub(crate) async fn end_of_step(
    connection: &mut AnyConnection,
    table: WalkedTable,
    (after, last): (&[i64], i64),
    rows: usize,
) -> Result<Option<Vec<i64>>, sqlx::Error> {
    let columns = table.key().join(", ");
    let range = RowRange::of(table, after, None, last);
    let text = format!(
        "SELECT {columns} FROM {} WHERE {} ORDER BY {columns} LIMIT 1 OFFSET {}",
        table.name(),
        range.text,
        rows.saturating_sub(1)
    );
    let mut query = sqlx::query(AssertSqlSafe(text));
    for value in &range.values {
        query = query.bind(*value);
    }
    let row = query.fetch_optional(connection).await?;
    row.map(|row| (0..table.key().len()).map(|column| row.try_get(column)).collect()).transpose()
}

impl RowRange {
    pub(crate) fn of(table: WalkedTable, after: &[i64], end: Option<&[i64]>, last: i64) -> Self {
        let columns = table.key().join(", ");
        let mut range = Self { text: format!("({columns}) > "), values: Vec::new() };
        range.row(after);
        match end {
            Some(end) => {
                let _ = write!(range.text, " AND ({columns}) <= ");
                range.row(end);
            }
            None => {
                range.values.push(last);
                let first = table.key().first().copied().unwrap_or_default();
                let _ = write!(range.text, " AND {first} <= ${}", range.values.len());
            }
        }
        range
    }

    fn row(&mut self, values: &[i64]) {
        let mut places = Vec::with_capacity(values.len());
        for value in values {
            self.values.push(*value);
            places.push(format!("${}", self.values.len()));
        }
        let _ = write!(self.text, "({})", places.join(", "));
    }
}

async fn change_rows(
    connection: &mut AnyConnection,
    store: StoreKind,
    (source_id, table): (i64, WalkedTable),
    (range, change): (&RowRange, RowChange),
) -> Result<u64, sqlx::Error> {
    match change {
        RowChange::TakeBack(current, import) => {
            let added = format!("since_import > {current} AND since_import < {import}");
            let deleted = delete(connection, store, table, (range, &added)).await?;
            let text = format!(
                "UPDATE {} SET until_import = {OPEN} WHERE {} AND until_import > {current} AND until_import < {import}",
                table.name(),
                range.text
            );
            Ok(deleted + execute(connection, text, range).await?)
        }
        RowChange::Forget(import) => {
            delete(connection, store, table, (range, &format!("until_import <= {import}"))).await
        }
        RowChange::ForgetKeys => {
            let text = format!(
                "DELETE FROM inventory_keys WHERE {}
                 AND NOT EXISTS (SELECT 1 FROM inventory_sources s WHERE s.id = {source_id} AND s.staging <> 0)
                 AND NOT EXISTS (SELECT 1 FROM inventory_nodes n WHERE n.id = inventory_keys.id)
                 AND NOT EXISTS (SELECT 1 FROM inventory_edges e WHERE e.from_id = inventory_keys.id)
                 AND NOT EXISTS (SELECT 1 FROM inventory_edges_to e WHERE e.to_id = inventory_keys.id)",
                range.text
            );
            execute(connection, text, range).await
        }
    }
}

/// Deletes rows, and the other ends of edges that are nowhere any more.
async fn delete(
    connection: &mut AnyConnection,
    store: StoreKind,
    table: WalkedTable,
    (range, only): (&RowRange, &str),
) -> Result<u64, sqlx::Error> {
    let text = format!("DELETE FROM {} WHERE {} AND {only}", table.name(), range.text);
    if table != WalkedTable::Edges {
        return execute(connection, text, range).await;
    }
    let mut query = sqlx::query(AssertSqlSafe(format!("{text} RETURNING from_id, to_id, relation")));
    for value in &range.values {
        query = query.bind(*value);
    }
    let rows = query.fetch_all(&mut *connection).await?;
    let key = |row: &sqlx::any::AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
    let deleted = rows.iter().map(key).collect::<Result<Vec<EdgeKey>, sqlx::Error>>()?;
    edges::delete_other_ends(connection, store, &deleted).await?;
    Ok(u64::try_from(deleted.len()).unwrap_or(u64::MAX))
}

async fn execute(connection: &mut AnyConnection, text: String, range: &RowRange) -> Result<u64, sqlx::Error> {
    let mut query = sqlx::query(AssertSqlSafe(text));
    for value in &range.values {
        query = query.bind(*value);
    }
    Ok(query.execute(connection).await?.rows_affected())
}
