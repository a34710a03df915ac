//! Samples of what an import that waits would change.

use crate::Inventory;
use crate::error::InventoryError;
use crate::rows::InventoryTable;
use crate::staged::{RowCounts, StagedImport};
use sqlx::{AssertSqlSafe, Row as _};

/// Samples of what an import would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSamples {
    /// Accounts, groups and the like.
    pub nodes: RowSamples,
    /// Memberships, entitlements and the like.
    pub edges: RowSamples,
}

/// Samples of rows of one kind, each as its columns say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSamples {
    /// Some of the rows that the source did not have before.
    pub new: Vec<SampledRow>,
    /// Some of the rows that say something else now.
    pub changed: Vec<SampledRow>,
    /// Some of the rows that the source no longer has.
    pub gone: Vec<SampledRow>,
}

/// Three texts of a row: of a node its kind, name and key; of an edge the key that has it, the relation and the other key.
pub type SampledRow = [String; 3];

/// What became of a row.
#[derive(Debug, Clone, Copy)]
enum RowChange {
    New,
    Changed,
    Gone,
}

impl RowChange {
    /// Returns the condition on a row `r` of import `$2`, given whether another row of the same identity exists.
    const fn condition(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::New => ("since_import", "NOT EXISTS", "until_import"),
            Self::Changed => ("since_import", "EXISTS", "until_import"),
            Self::Gone => ("until_import", "NOT EXISTS", "since_import"),
        }
    }
}

impl Inventory {
    /// Returns samples of what an import that waits would change: at most `limit` of each kind of change, sorted.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn samples(&self, staged: &StagedImport, limit: u32) -> Result<ImportSamples, InventoryError> {
        let (nodes, edges) = (staged.counts.nodes, staged.counts.edges);
        Ok(ImportSamples {
            nodes: self.samples_of(staged, (InventoryTable::Nodes, nodes), limit).await?,
            edges: self.samples_of(staged, (InventoryTable::Edges, edges), limit).await?,
        })
    }

    async fn samples_of(
        &self,
        staged: &StagedImport,
        (table, counts): (InventoryTable, RowCounts),
        limit: u32,
    ) -> Result<RowSamples, InventoryError> {
        let some = async |change: RowChange, count: u64| {
            // Looking for what is not there would read every row that the import touched.
            if count == 0 { Ok(Vec::new()) } else { self.sampled(staged, (table, change), limit).await }
        };
        Ok(RowSamples {
            new: some(RowChange::New, counts.new).await?,
            changed: some(RowChange::Changed, counts.changed).await?,
            gone: some(RowChange::Gone, counts.gone).await?,
        })
    }

    async fn sampled(
        &self,
        staged: &StagedImport,
        (table, change): (InventoryTable, RowChange),
        limit: u32,
    ) -> Result<Vec<SampledRow>, InventoryError> {
        let columns = match table {
            InventoryTable::Nodes => "r.kind, r.name, r.record_key",
            InventoryTable::Edges => "r.from_key, r.relation, r.to_key",
        };
        let (of_import, exists, other) = change.condition();
        let name = table.name();
        let text = format!(
            "SELECT {columns} FROM {name} r WHERE r.source = $1 AND r.{of_import} = $2 AND {exists}
             (SELECT 1 FROM {name} o WHERE o.source = r.source AND o.id = r.id AND o.{other} = $2) LIMIT {limit}"
        );
        let rows = self.database.read("reading samples of an import", async |connection| {
            let query = sqlx::query(AssertSqlSafe(text)).bind(staged.source.clone()).bind(staged.import);
            let rows = query.fetch_all(connection).await?;
            rows.iter().map(|row| Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?])).collect()
        });
        let mut rows: Vec<SampledRow> = rows.await?;
        rows.sort_unstable();
        Ok(rows)
    }
}
