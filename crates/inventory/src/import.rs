//! Staging an import: its records are written and compared while nobody sees them.

use crate::Inventory;
use crate::digest::RowDigest;
use crate::error::InventoryError;
use crate::rows::{InventoryRow, InventoryTable};
use crate::staged::{ImportCounts, RowCounts, StagedImport, superseded};
use crate::tables::{self, BATCH};
use countersign_names::{SourceName, Timestamp};
use countersign_sources::SourceRecord;
use sqlx::Row as _;
use std::collections::HashSet;

/// Number of rows that are looked at in one step when an import looks for what is gone.
const LOOK: i64 = 5_000;

/// An import that is being staged.
///
/// Dropping it leaves rows that no reader sees; the next import of the source takes them back.
pub struct SourceImport {
    inventory: Inventory,
    source: String,
    import: i64,
    base: i64,
    counts: ImportCounts,
    /// Every record so far. A record takes 16 bytes here, whatever it says.
    nodes: HashSet<RowDigest>,
    edges: HashSet<RowDigest>,
    waiting: Vec<InventoryRow>,
}

impl Inventory {
    /// Begins to stage an import of a source, which need not exist yet. It takes the place of an import that waits or was
    /// left half way, whose rows are taken back first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn begin(&self, source: &SourceName) -> Result<SourceImport, InventoryError> {
        const DECLARE: &str =
            "INSERT INTO inventory_sources (source, current_import, next_import, staging, applied_at)
            VALUES ($1, 0, 1, 0, 0) ON CONFLICT (source) DO NOTHING";
        const BEGIN: &str =
            "UPDATE inventory_sources SET staging = next_import, next_import = next_import + 1
            WHERE source = $1 RETURNING staging, current_import";
        let (import, base) = self
            .database
            .write("beginning an import", async |connection| {
                let source = source.as_str();
                sqlx::query(DECLARE).bind(source.to_owned()).execute(&mut *connection).await?;
                let row = sqlx::query(BEGIN).bind(source.to_owned()).fetch_one(connection).await?;
                Ok((row.try_get(0)?, row.try_get(1)?))
            })
            .await?;
        self.take_back(source.as_str(), (base, import)).await?;
        Ok(SourceImport {
            inventory: self.clone(),
            source: source.as_str().to_owned(),
            import,
            base,
            counts: ImportCounts::default(),
            nodes: HashSet::new(),
            edges: HashSet::new(),
            waiting: Vec::with_capacity(BATCH),
        })
    }
}

impl SourceImport {
    /// Returns its number within its source.
    pub const fn number(&self) -> i64 {
        self.import
    }

    /// Returns the import that it is compared with; 0 for the first.
    pub const fn base(&self) -> i64 {
        self.base
    }

    /// Returns whether the source named this record before in this import.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub fn contains(&self, record: &SourceRecord) -> Result<bool, InventoryError> {
        let unwritable = |problem| InventoryError::Row { source_name: self.source.clone(), problem };
        let row = InventoryRow::of(record).map_err(unwritable)?;
        Ok(match row.table {
            InventoryTable::Nodes => self.nodes.contains(&row.id),
            InventoryTable::Edges => self.edges.contains(&row.id),
        })
    }

    /// Returns the counts so far; what is gone is known at the end only.
    pub const fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// Adds a record.
    ///
    /// # Errors
    /// [`InventoryError::Twice`] if the source named it before, [`InventoryError::Superseded`] if another import of the
    /// source began meanwhile, or if the database fails.
    pub async fn add(&mut self, record: &SourceRecord) -> Result<(), InventoryError> {
        let unwritable = |problem| InventoryError::Row { source_name: self.source.clone(), problem };
        let row = InventoryRow::of(record).map_err(unwritable)?;
        if !self.known(row.table).insert(row.id) {
            return Err(InventoryError::Twice { what: row.what });
        }
        self.waiting.push(row);
        if self.waiting.len() >= BATCH {
            self.write().await?;
        }
        Ok(())
    }

    const fn known(&mut self, table: InventoryTable) -> &mut HashSet<RowDigest> {
        match table {
            InventoryTable::Nodes => &mut self.nodes,
            InventoryTable::Edges => &mut self.edges,
        }
    }

    /// Ends the input: finds what the source no longer has, and leaves the import to be applied.
    ///
    /// # Errors
    /// [`InventoryError::Superseded`] if another import of the source began meanwhile, or if the database fails.
    pub async fn finish(mut self, now: Timestamp) -> Result<StagedImport, InventoryError> {
        self.write().await?;
        for table in InventoryTable::BOTH {
            self.end_what_is_gone(table).await?;
        }
        let Self { inventory, source, import, base, counts, .. } = self;
        let unwritable = |error: serde_json::Error| InventoryError::Row {
            source_name: source.clone(),
            problem: error.to_string(),
        };
        let text = serde_json::to_string(&counts).map_err(unwritable)?;
        const NOTE: &str =
            "INSERT INTO inventory_imports (source, import, base, counts, staged_at, applied_at)
            SELECT source, $2, $3, $4, $5, 0 FROM inventory_sources
            WHERE source = $1 AND staging = $2 AND current_import = $3";
        let noted = inventory.database.write("noting a staged import", async |connection| {
            let query = sqlx::query(NOTE).bind(source.clone()).bind(import).bind(base).bind(text);
            query.bind(now.as_micros()).execute(connection).await
        });
        if noted.await?.rows_affected() == 0 {
            return Err(superseded(&source));
        }
        Ok(StagedImport { source, import, base, counts, staged_at: now })
    }

    /// Writes the records that wait: nothing for those that are as before.
    async fn write(&mut self) -> Result<(), InventoryError> {
        let waiting = std::mem::take(&mut self.waiting);
        for table in InventoryTable::BOTH {
            let rows: Vec<&InventoryRow> = waiting.iter().filter(|row| row.table == table).collect();
            if rows.is_empty() {
                continue;
            }
            let written = self.write_rows(table, &rows).await?;
            let counts = match table {
                InventoryTable::Nodes => &mut self.counts.nodes,
                InventoryTable::Edges => &mut self.counts.edges,
            };
            counts.new += written.new;
            counts.changed += written.changed;
            counts.same += written.same;
        }
        Ok(())
    }

    async fn write_rows(
        &self,
        table: InventoryTable,
        rows: &[&InventoryRow],
    ) -> Result<RowCounts, InventoryError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.stored()).collect();
        let before = self.inventory.database.read("comparing an import", async |connection| {
            tables::digests(connection, &self.source, table, &ids).await
        });
        let before = before.await?;
        let mut counts = RowCounts::default();
        let (mut ended, mut added) = (Vec::new(), Vec::new());
        for (row, id) in rows.iter().zip(ids) {
            match before.get(&id) {
                Some(digest) if *digest == row.digest.stored() => counts.same += 1,
                Some(_) => {
                    counts.changed += 1;
                    ended.push(id);
                    added.push(*row);
                }
                None => {
                    counts.new += 1;
                    added.push(*row);
                }
            }
        }
        let to = (table, self.import);
        self.guarded("staging an import", async |connection| {
            if !ended.is_empty() {
                tables::end(connection, &self.source, to, &ended).await?;
            }
            if !added.is_empty() {
                tables::add(connection, &self.source, to, &added).await?;
            }
            Ok(())
        })
        .await?;
        Ok(counts)
    }

    /// Ends the rows that the source had before and did not name now.
    async fn end_what_is_gone(&mut self, table: InventoryTable) -> Result<(), InventoryError> {
        let mut after = String::new();
        loop {
            let found = self.inventory.database.read("looking for what is gone", async |connection| {
                tables::open_before(connection, &self.source, (table, self.import), (&after, LOOK)).await
            });
            let found = found.await?;
            let Some((last, _)) = found.last() else { return Ok(()) };
            after.clone_from(last);
            let known = self.known(table);
            let is_gone = |digest: Option<RowDigest>| digest.is_none_or(|digest| !known.contains(&digest));
            let gone: Vec<String> =
                found.into_iter().filter(|(_, digest)| is_gone(*digest)).map(|(id, _)| id).collect();
            for ids in gone.chunks(BATCH) {
                self.guarded("ending what is gone", async |connection| {
                    tables::end(connection, &self.source, (table, self.import), ids).await
                })
                .await?;
            }
            let counts = match table {
                InventoryTable::Nodes => &mut self.counts.nodes,
                InventoryTable::Edges => &mut self.counts.edges,
            };
            counts.gone += u64::try_from(gone.len()).unwrap_or(u64::MAX);
        }
    }

    /// Writes only while this is the import that is being staged: the row of the source is locked until the end.
    async fn guarded(
        &self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut countersign_database::AnyConnection) -> Result<(), sqlx::Error>,
    ) -> Result<(), InventoryError> {
        const GUARD: &str = "UPDATE inventory_sources SET staging = staging
            WHERE source = $1 AND staging = $2 AND current_import = $3";
        let done = self.inventory.database.write(doing, async |connection| {
            let guard = sqlx::query(GUARD).bind(self.source.clone()).bind(self.import).bind(self.base);
            if guard.execute(&mut *connection).await?.rows_affected() == 0 {
                return Ok(false);
            }
            work(connection).await.map(|()| true)
        });
        if done.await? { Ok(()) } else { Err(superseded(&self.source)) }
    }
}
