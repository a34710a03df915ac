//! Deleting what sources said long ago, and everything that one of them said.

use crate::tables::{RowChange, WalkedTable};
use crate::{Inventory, InventoryError};
use countersign_names::Timestamp;
use sqlx::Row as _;

/// A source of which something can be forgotten.
struct OutdatedSource {
    source: String,
    source_id: i64,
    /// The last import that was applied before the moment.
    import: i64,
}

impl Inventory {
    /// Deletes what sources no longer said at this moment: the rows that ended with an import that was applied before it,
    /// and what is on record of that import and earlier ones. Returns the number of nodes and edges that were deleted.
    ///
    /// It writes in small steps and may end at any point; what is left is deleted the next time. A source of which no
    /// further import became old enough costs one look.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_before(&self, moment: Timestamp) -> Result<u64, InventoryError> {
        const OUTDATED: &str = "SELECT s.source, s.id, MAX(i.import) FROM inventory_sources s
            JOIN inventory_imports i ON i.source = s.source AND i.applied_at > 0 AND i.applied_at < $1
            GROUP BY s.source, s.id, s.forgotten HAVING MAX(i.import) > s.forgotten ORDER BY s.source";
        let sources = self.database.read("looking for what can be forgotten", async |connection| {
            let rows = sqlx::query(OUTDATED).bind(moment.as_micros()).fetch_all(connection).await?;
            let outdated = |row: &sqlx::any::AnyRow| {
                let (source, source_id) = (row.try_get(0)?, row.try_get(1)?);
                Ok(OutdatedSource { source, source_id, import: row.try_get(2)? })
            };
            rows.iter().map(outdated).collect::<Result<Vec<_>, sqlx::Error>>()
        });
        let mut deleted = 0;
        for OutdatedSource { source, source_id, import } in sources.await? {
            for table in [WalkedTable::Nodes, WalkedTable::Edges] {
                deleted += self.walk(source_id, table, RowChange::Forget(import)).await?;
            }
            self.walk(source_id, WalkedTable::Keys, RowChange::ForgetKeys).await?;
            self.note_forgotten(&source, import).await?;
        }
        Ok(deleted)
    }

    /// Deletes everything that a source said, unless an import of it began after its next one had this number. Its
    /// numbers go on from there. Readers see nothing of it from the first write on.
    ///
    /// # Errors
    /// If the database fails. What was not deleted yet is deleted when this is called again, or by the next import.
    pub async fn forget_source(&self, source: &str, next: i64) -> Result<(), InventoryError> {
        const HIDE: &str = "UPDATE inventory_sources
            SET current_import = 0, staging = 0, applied_at = 0, leftovers = 1
            WHERE source = $1 AND next_import = $2 RETURNING id";
        const IMPORTS: &str = "DELETE FROM inventory_imports WHERE source = $1 AND import < $2";
        let hidden = self.database.write("forgetting a source", async |connection| {
            let hide = sqlx::query(HIDE).bind(source.to_owned()).bind(next);
            let Some(row) = hide.fetch_optional(&mut *connection).await? else { return Ok(None) };
            sqlx::query(IMPORTS).bind(source.to_owned()).bind(next).execute(connection).await?;
            row.try_get(0).map(Some)
        });
        let Some(source_id) = hidden.await? else { return Ok(()) };
        self.take_back(source_id, (0, next)).await?;
        self.walk(source_id, WalkedTable::Keys, RowChange::ForgetKeys).await?;
        self.note_taken_back(source_id, next).await
    }

    async fn note_forgotten(&self, source: &str, import: i64) -> Result<(), InventoryError> {
        const NOTE: &str = "UPDATE inventory_sources SET forgotten = $2 WHERE source = $1 AND forgotten < $2";
        const IMPORTS: &str = "DELETE FROM inventory_imports WHERE source = $1 AND import <= $2
            AND import <> (SELECT s.current_import FROM inventory_sources s WHERE s.source = $1)";
        let noted = self.database.write("noting what was forgotten", async |connection| {
            sqlx::query(NOTE).bind(source.to_owned()).bind(import).execute(&mut *connection).await?;
            sqlx::query(IMPORTS).bind(source.to_owned()).bind(import).execute(connection).await
        });
        noted.await?;
        Ok(())
    }
}
