//! Samples of what an import that waits would change.

use crate::Inventory;
use crate::error::InventoryError;
use crate::read::{relation, unreadable};
use crate::staged::{RowCounts, StagedImport};
use crate::tables::{RowRange, WalkedTable, end_of_step};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

/// Number of rows that are looked at in one step.
pub(crate) const LOOK: usize = 100_000;

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
enum SampledChange {
    New,
    Changed,
    Gone,
}

impl SampledChange {
    /// Returns the condition on a row `r` of an import, given whether another row of the same identity exists.
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
    /// No index finds the rows of an import. The rows of the source are gone through in steps, until there are enough.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn samples(&self, staged: &StagedImport, limit: u32) -> Result<ImportSamples, InventoryError> {
        let (nodes, edges) = (staged.counts.nodes, staged.counts.edges);
        Ok(ImportSamples {
            nodes: self.samples_of(staged, (WalkedTable::Nodes, nodes), limit).await?,
            edges: self.samples_of(staged, (WalkedTable::Edges, edges), limit).await?,
        })
    }

    async fn samples_of(
        &self,
        staged: &StagedImport,
        (table, counts): (WalkedTable, RowCounts),
        limit: u32,
    ) -> Result<RowSamples, InventoryError> {
        let most = |count: u64| usize::try_from(count.min(limit.into())).unwrap_or(usize::MAX);
        let mut samples = RowSamples::default();
        let mut wanted = [
            (SampledChange::New, most(counts.new), &mut samples.new),
            (SampledChange::Changed, most(counts.changed), &mut samples.changed),
            (SampledChange::Gone, most(counts.gone), &mut samples.gone),
        ];
        let Some(source_id) = self.source_id(&staged.source).await? else { return Ok(samples) };
        let (mut after, last) = table.before_first(source_id);
        while wanted.iter().any(|(_, most, found)| found.len() < *most) {
            let end = self.database.read("reading samples of an import", async |connection| {
                end_of_step(connection, table, (&after, last), LOOK).await
            });
            let end = end.await?;
            let range = RowRange::of(table, &after, end.as_deref(), last);
            for (change, most, found) in &mut wanted {
                let rest = *most - found.len();
                if rest > 0 {
                    found.extend(self.sampled(staged, (table, *change), &range, rest).await?);
                }
            }
            match end {
                Some(end) => after = end,
                None => break,
            }
        }
        for (_, _, found) in &mut wanted {
            found.sort_unstable();
        }
        Ok(samples)
    }

    pub(crate) async fn source_id(&self, source: &str) -> Result<Option<i64>, InventoryError> {
        const ID: &str = "SELECT id FROM inventory_sources WHERE source = $1";
        let id = self.database.read("looking up a source", async |connection| {
            sqlx::query_scalar(ID).bind(source.to_owned()).fetch_optional(connection).await
        });
        Ok(id.await?)
    }

    /// Returns at most `most` rows of a range with this change.
    async fn sampled(
        &self,
        staged: &StagedImport,
        (table, change): (WalkedTable, SampledChange),
        range: &RowRange,
        most: usize,
    ) -> Result<Vec<SampledRow>, InventoryError> {
        let text = sampling(table, change, range, (staged.import, most));
        let rows = self.database.read("reading samples of an import", async |connection| {
            let query = sqlx::query(AssertSqlSafe(text));
            let query = range.values.iter().fold(query, |query, value| query.bind(*value));
            query.fetch_all(connection).await
        });
        rows.await?.iter().map(|row| sampled_row(&staged.source, table, row)).collect()
    }
}

/// Returns the statement that reads samples of a range. The order of the tables is the order in which SQLite reads them.
fn sampling(
    table: WalkedTable,
    change: SampledChange,
    range: &RowRange,
    (import, most): (i64, usize),
) -> String {
    let (columns, keys, same) = match table {
        WalkedTable::Edges => (
            "f.record_key, t.record_key, r.relation",
            "CROSS JOIN inventory_keys f CROSS JOIN inventory_keys t WHERE f.id = r.from_id AND t.id = r.to_id",
            "o.from_id = r.from_id AND o.to_id = r.to_id AND o.relation = r.relation",
        ),
        WalkedTable::Keys | WalkedTable::Nodes => {
            ("r.kind, r.name, k.record_key", "CROSS JOIN inventory_keys k WHERE k.id = r.id", "o.id = r.id")
        }
    };
    let (of_import, exists, other) = change.condition();
    let (name, range) = (table.name(), &range.text);
    format!(
        "SELECT {columns} FROM (SELECT * FROM {name} WHERE {range}) r {keys} AND r.{of_import} = {import}
         AND {exists} (SELECT 1 FROM {name} o WHERE {same} AND o.{other} = {import}) LIMIT {most}"
    )
}

fn sampled_row(source: &str, table: WalkedTable, row: &AnyRow) -> Result<SampledRow, InventoryError> {
    let column = |at: usize| row.try_get::<String, _>(at).map_err(|error| unreadable(source, &error));
    if table == WalkedTable::Edges {
        let code = row.try_get(2).map_err(|error| unreadable(source, &error))?;
        return Ok([column(0)?, relation(source, code)?.as_str().to_owned(), column(1)?]);
    }
    Ok([column(0)?, column(1)?, column(2)?])
}
