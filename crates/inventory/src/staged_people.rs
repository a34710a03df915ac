//! The people and accounts that an import which waits would change.

use crate::Inventory;
use crate::error::InventoryError;
use crate::read::unreadable;
use crate::samples::LOOK;
use crate::staged::StagedImport;
use crate::tables::{RowRange, WalkedTable, end_of_step};
use countersign_sources::NodeBody;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, BTreeSet};

/// The people and accounts that an import would change, by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StagedPeople {
    /// What the source says of those that are new, or that it describes in another way.
    pub said: BTreeMap<String, NodeBody>,
    /// Those that it no longer has.
    pub gone: BTreeSet<String>,
}

impl Inventory {
    /// Returns the people and accounts that an import which waits would change.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn staged_people(&self, staged: &StagedImport) -> Result<StagedPeople, InventoryError> {
        let mut people = StagedPeople::default();
        let Some(source_id) = self.source_id(&staged.source).await? else { return Ok(people) };
        let table = WalkedTable::Nodes;
        let (mut after, last) = table.before_first(source_id);
        loop {
            let (place, import) = (&after, staged.import);
            let step = self.database.read("reading the people of an import", async |connection| {
                let end = end_of_step(connection, table, (place, last), LOOK).await?;
                let range = RowRange::of(table, place, end.as_deref(), last);
                let query = sqlx::query(AssertSqlSafe(changed_people(&range, import)));
                let query = range.values.iter().fold(query, |query, value| query.bind(*value));
                Ok((query.fetch_all(connection).await?, end))
            });
            let (rows, end) = step.await?;
            for row in rows {
                let unread = |error: &dyn std::fmt::Display| unreadable(&staged.source, error);
                let key: String = row.try_get(0).map_err(|error| unread(&error))?;
                let since: i64 = row.try_get(1).map_err(|error| unread(&error))?;
                if since == import {
                    let body: String = row.try_get(2).map_err(|error| unread(&error))?;
                    let body = serde_json::from_str(&body).map_err(|error| unread(&error))?;
                    people.said.insert(key, body);
                } else {
                    people.gone.insert(key);
                }
            }
            match end {
                Some(end) => after = end,
                None => break,
            }
        }
        // A row that is described in another way ends and begins.
        let said = &people.said;
        people.gone.retain(|key| !said.contains_key(key));
        Ok(people)
    }
}

/// Returns the statement that reads the rows of a range that an import begins or ends. The order of the tables is the order
/// in which SQLite reads them.
fn changed_people(range: &RowRange, import: i64) -> String {
    let range = &range.text;
    format!(
        "SELECT k.record_key, r.since_import, r.body FROM (SELECT * FROM inventory_nodes WHERE {range}) r
         CROSS JOIN inventory_keys k WHERE k.id = r.id AND r.kind IN ('person', 'account')
         AND (r.since_import = {import} OR r.until_import = {import})"
    )
}
