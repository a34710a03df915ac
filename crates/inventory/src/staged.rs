//! Imports that were staged: what they would change, and applying or dropping them.

use crate::Inventory;
use crate::error::InventoryError;
use crate::tables::{RowChange, WalkedTable};
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

/// How an import differs from what the source said before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Accounts, groups and the like.
    pub nodes: RowCounts,
    /// Memberships, entitlements and the like.
    pub edges: RowCounts,
}

/// How rows of one kind differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Number of rows that the source did not have before.
    pub new: u64,
    /// Number of rows that say something else now.
    pub changed: u64,
    /// Number of rows that the source no longer has.
    pub gone: u64,
    /// Number of rows that are as before.
    pub same: u64,
}

impl RowCounts {
    /// Returns the number of rows before the import.
    pub const fn before(self) -> u64 {
        self.changed + self.gone + self.same
    }
}

/// How much of a source may be gone at once before an import is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShrinkLimit {
    /// The largest share of the nodes, in percent.
    pub percent: u8,
}

impl Default for ShrinkLimit {
    /// A fifth: more than an organisation loses between two imports, less than a filter that was set wrongly takes away.
    fn default() -> Self {
        Self { percent: 20 }
    }
}

/// The number of nodes up to which any share may be gone: of five accounts, two are soon gone.
const SMALL: u64 = 20;

impl ShrinkLimit {
    /// Refuses counts that exceed it.
    fn check(self, source: &str, nodes: RowCounts) -> Result<(), InventoryError> {
        let (gone, before) = (nodes.gone, nodes.before());
        if gone <= SMALL || u128::from(gone) * 100 <= u128::from(before) * u128::from(self.percent) {
            return Ok(());
        }
        Err(InventoryError::Shrunk { source_name: source.to_owned(), gone, before, percent: self.percent })
    }
}

/// An import that waits to be applied or dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedImport {
    /// The source.
    pub source: String,
    /// The number of the import within its source.
    pub import: i64,
    /// The import that it was compared with; 0 for the first.
    pub base: i64,
    /// What it would change.
    pub counts: ImportCounts,
    /// When it was staged.
    pub staged_at: Timestamp,
}

impl Inventory {
    /// Returns the import of a source that waits.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn staged(&self, source: &str) -> Result<Option<StagedImport>, InventoryError> {
        const STAGED: &str = "SELECT i.import, i.base, i.counts, i.staged_at FROM inventory_imports i
            JOIN inventory_sources s ON s.source = i.source AND s.staging = i.import AND s.current_import = i.base
            WHERE i.source = $1 AND i.applied_at = 0";
        let row = self
            .database
            .read("reading a staged import", async |connection| {
                let row = sqlx::query(STAGED).bind(source.to_owned()).fetch_optional(connection).await?;
                let parts = |row: &sqlx::any::AnyRow| {
                    let counts: String = row.try_get(2)?;
                    Ok::<_, sqlx::Error>((row.try_get(0)?, row.try_get(1)?, counts, row.try_get(3)?))
                };
                row.as_ref().map(parts).transpose()
            })
            .await?;
        let Some((import, base, counts, staged_at)) = row else { return Ok(None) };
        let unreadable = |error: serde_json::Error| InventoryError::Row {
            source_name: source.to_owned(),
            problem: error.to_string(),
        };
        let counts = serde_json::from_str(&counts).map_err(unreadable)?;
        let staged_at = Timestamp::from_micros(staged_at);
        Ok(Some(StagedImport { source: source.to_owned(), import, base, counts, staged_at }))
    }

    /// Lets an import take effect, at once and as a whole.
    ///
    /// # Errors
    /// [`InventoryError::Shrunk`] if more is gone than the limit allows; the import then still waits.
    /// [`InventoryError::Superseded`] if another one began or was applied meanwhile.
    pub async fn apply(
        &self,
        staged: &StagedImport,
        limit: ShrinkLimit,
        now: Timestamp,
    ) -> Result<(), InventoryError> {
        self.apply_for(staged, limit, "", now).await
    }

    /// As [`apply`](Self::apply), and stores with the import for whom it was applied, in the caller's own words.
    ///
    /// # Errors
    /// The same as [`apply`](Self::apply).
    pub async fn apply_for(
        &self,
        staged: &StagedImport,
        limit: ShrinkLimit,
        author: &str,
        now: Timestamp,
    ) -> Result<(), InventoryError> {
        const MOVE: &str = "UPDATE inventory_sources SET current_import = $2, staging = 0, applied_at = $4,
            leftovers = 0
            WHERE source = $1 AND staging = $2 AND current_import = $3";
        const NOTE: &str = "UPDATE inventory_imports SET applied_at = $3, author = $4, max_gone = $5
            WHERE source = $1 AND import = $2";
        limit.check(&staged.source, staged.counts.nodes)?;
        let moved = self
            .database
            .write("applying an import", async |connection| {
                let query =
                    sqlx::query(MOVE).bind(staged.source.clone()).bind(staged.import).bind(staged.base);
                let moved = query.bind(now.as_micros()).execute(&mut *connection).await?.rows_affected() == 1;
                if moved {
                    let note = sqlx::query(NOTE).bind(staged.source.clone()).bind(staged.import);
                    let note = note.bind(now.as_micros()).bind(author.to_owned());
                    note.bind(i64::from(limit.percent)).execute(connection).await?;
                }
                Ok(moved)
            })
            .await?;
        if moved { Ok(()) } else { Err(superseded(&staged.source)) }
    }

    /// Gives up the import of a source that waits or was left half way, and takes back what it wrote. Returns whether
    /// there was one.
    ///
    /// # Errors
    /// If the database fails. What was not taken back yet is not seen by readers, and the next import takes it back.
    pub async fn drop_staged(&self, source: &str) -> Result<bool, InventoryError> {
        self.drop_if_staging(source, None).await
    }

    /// Gives up this import of a source, and takes back what it wrote. Returns whether it was being staged or waited.
    ///
    /// # Errors
    /// If the database fails. What was not taken back yet is not seen by readers, and the next import takes it back.
    pub async fn drop_import(&self, source: &str, import: i64) -> Result<bool, InventoryError> {
        self.drop_if_staging(source, Some(import)).await
    }

    /// Drops this import of a source, or whichever is being staged or waits.
    async fn drop_if_staging(&self, source: &str, import: Option<i64>) -> Result<bool, InventoryError> {
        const DROP: &str = "UPDATE inventory_sources SET staging = 0
            WHERE source = $1 AND staging <> 0 AND ($2 = 0 OR staging = $2)
            RETURNING id, current_import, next_import";
        let dropped = self
            .database
            .write("dropping an import", async |connection| {
                let query = sqlx::query(DROP).bind(source.to_owned()).bind(import.unwrap_or_default());
                let row = query.fetch_optional(connection).await?;
                row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).transpose()
            })
            .await?;
        let Some((id, current, next)) = dropped else { return Ok(false) };
        self.take_back(id, (current, next)).await?;
        self.note_taken_back(id, next).await?;
        Ok(true)
    }

    /// Takes back what the imports after the first and before the second number wrote, in small writes.
    pub(crate) async fn take_back(&self, source_id: i64, between: (i64, i64)) -> Result<(), InventoryError> {
        for table in [WalkedTable::Nodes, WalkedTable::Edges] {
            self.walk(source_id, table, RowChange::TakeBack(between.0, between.1)).await?;
        }
        Ok(())
    }

    /// Notes that nothing is left of imports after the current one, unless another one began after the next had this number.
    pub(crate) async fn note_taken_back(&self, source_id: i64, next: i64) -> Result<(), InventoryError> {
        const CLEAN: &str = "UPDATE inventory_sources SET leftovers = 0
            WHERE id = $1 AND staging = 0 AND next_import = $2";
        let clean = self.database.write("noting that an import was taken back", async |connection| {
            sqlx::query(CLEAN).bind(source_id).bind(next).execute(connection).await
        });
        clean.await?;
        Ok(())
    }
}

pub(crate) fn superseded(source: &str) -> InventoryError {
    InventoryError::Superseded { source_name: source.to_owned() }
}
