//! What was applied of a source: its imports, the origin of a record, and taking all of it away.

use crate::Inventory;
use crate::error::InventoryError;
use crate::read::HOLD;
use crate::staged::ImportCounts;
use countersign_names::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

/// An import that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedImport {
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
    ) -> Result<Vec<AppliedImport>, InventoryError> {
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
            Ok(AppliedImport { import, counts, applied_at, author, max_gone })
        };
        rows.await?.iter().map(read).collect()
    }

    /// Returns since when the source says of a record what it says now; `None` if there is no such record.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn origin(&self, source: &str, key: &str) -> Result<Option<NodeOrigin>, InventoryError> {
        let id = crate::digest::RowDigest::of(&[key]).stored();
        let text = format!(
            "SELECT r.since_import, i.applied_at FROM inventory_nodes r {HOLD}
             LEFT JOIN inventory_imports i ON i.source = r.source AND i.import = r.since_import
             WHERE r.source = $1 AND r.id = $2"
        );
        let row = self.database.read("reading the origin of a record", async |connection| {
            let query = sqlx::query(AssertSqlSafe(text)).bind(source.to_owned()).bind(id);
            let row = query.fetch_optional(connection).await?;
            let columns =
                |row: AnyRow| Ok::<(i64, Option<i64>), sqlx::Error>((row.try_get(0)?, row.try_get(1)?));
            row.map(columns).transpose()
        });
        let applied_at = |at: Option<i64>| at.filter(|at| *at > 0).map(Timestamp::from_micros);
        Ok(row.await?.map(|(import, at)| NodeOrigin { import, applied_at: applied_at(at) }))
    }

    /// Gives up this import of a source, and takes back what it wrote. Returns whether it was being staged or waited.
    ///
    /// # Errors
    /// If the database fails. What was not taken back yet is not seen by readers, and the next import takes it back.
    pub async fn drop_import(&self, source: &str, import: i64) -> Result<bool, InventoryError> {
        const DROP: &str = "UPDATE inventory_sources SET staging = 0 WHERE source = $1 AND staging = $2
            RETURNING current_import";
        let dropped = self.database.write("dropping an import", async |connection| {
            let query = sqlx::query(DROP).bind(source.to_owned()).bind(import);
            let row = query.fetch_optional(connection).await?;
            row.map(|row| row.try_get::<i64, _>(0)).transpose()
        });
        let Some(current) = dropped.await? else { return Ok(false) };
        self.take_back(source, (current, import + 1)).await?;
        Ok(true)
    }

    /// Takes away everything that a source said, unless an import of it began after its next one had this number. Its
    /// numbers go on from there. Readers see nothing of it from the first write on.
    ///
    /// # Errors
    /// If the database fails. What was not taken away yet is taken away when this is called again.
    pub async fn forget(&self, source: &str, next: i64) -> Result<(), InventoryError> {
        const HIDE: &str = "UPDATE inventory_sources SET current_import = 0, staging = 0, applied_at = 0
            WHERE source = $1 AND next_import = $2";
        const IMPORTS: &str = "DELETE FROM inventory_imports WHERE source = $1 AND import < $2";
        let hidden = self.database.write("forgetting a source", async |connection| {
            let hide = sqlx::query(HIDE).bind(source.to_owned()).bind(next);
            if hide.execute(&mut *connection).await?.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query(IMPORTS).bind(source.to_owned()).bind(next).execute(connection).await?;
            Ok(true)
        });
        if hidden.await? {
            self.take_back(source, (0, next)).await?;
        }
        Ok(())
    }
}
