//! What was applied of a source: its imports, and the origin of a record.

use crate::Inventory;
use crate::digest::RowDigest;
use crate::error::InventoryError;
use crate::staged::ImportCounts;
use countersign_names::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// An import that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedImport {
    /// The number of the import within its source.
    pub import: i64,
    /// What it changed.
    pub counts: ImportCounts,
    /// When it was applied.
    pub applied_at: Timestamp,
    /// For whom, in the words of the one who applied it.
    pub author: String,
    /// The largest share of the nodes that could be gone, in percent.
    pub max_gone: u8,
}

/// Since when a source says of a record what it says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeOrigin {
    /// The import from which on it says so.
    pub import: i64,
    /// When that was applied; `None` if it is not known any more.
    pub applied_at: Option<Timestamp>,
}

impl Inventory {
    /// Returns the imports of a source after this one that were applied, the first of them first.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn applied_after(
        &self,
        source: &str,
        import: i64,
    ) -> Result<Vec<CompletedImport>, InventoryError> {
        const APPLIED: &str = "SELECT import, counts, applied_at, author, max_gone FROM inventory_imports
            WHERE source = $1 AND import > $2 AND applied_at > 0 ORDER BY import";
        let rows = self.database.read("reading applied imports", async |connection| {
            sqlx::query(APPLIED).bind(source.to_owned()).bind(import).fetch_all(connection).await
        });
        let unreadable = |problem: &dyn std::fmt::Display| InventoryError::Row {
            source_name: source.to_owned(),
            problem: problem.to_string(),
        };
        let read = |row: &AnyRow| {
            let columns = || -> Result<(i64, String, i64, String, i64), sqlx::Error> {
                Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?))
            };
            let (import, counts, applied_at, author, max_gone) =
                columns().map_err(|error| unreadable(&error))?;
            let counts = serde_json::from_str(&counts).map_err(|error| unreadable(&error))?;
            let applied_at = Timestamp::from_micros(applied_at);
            let max_gone = u8::try_from(max_gone).map_err(|error| unreadable(&error))?;
            Ok(CompletedImport { import, counts, applied_at, author, max_gone })
        };
        rows.await?.iter().map(read).collect()
    }

    /// Returns since when the source says of a record what it says now; `None` if there is no such record.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn origin(&self, source: &str, key: &str) -> Result<Option<NodeOrigin>, InventoryError> {
        const ORIGIN: &str = "SELECT r.since_import, i.applied_at
            FROM inventory_keys k CROSS JOIN inventory_nodes r CROSS JOIN inventory_sources s
            LEFT JOIN inventory_imports i ON i.source = s.source AND i.import = r.since_import
            WHERE k.digest = $2 AND r.id = k.id AND s.source = $1
            AND r.since_import <= s.current_import AND r.until_import > s.current_import";
        let digest = RowDigest::of(&[source, key]).bytes();
        let row = self.database.read("reading the origin of a record", async |connection| {
            let query = sqlx::query(ORIGIN).bind(source.to_owned()).bind(digest);
            let row = query.fetch_optional(connection).await?;
            let columns =
                |row: AnyRow| Ok::<(i64, Option<i64>), sqlx::Error>((row.try_get(0)?, row.try_get(1)?));
            row.map(columns).transpose()
        });
        let applied_at = |at: Option<i64>| at.filter(|at| *at > 0).map(Timestamp::from_micros);
        Ok(row.await?.map(|(import, at)| NodeOrigin { import, applied_at: applied_at(at) }))
    }
}
