//! The statements that write records. None knows what a record means.

use crate::digest::RowDigest;
use crate::rows::{InventoryRow, InventoryTable};
use countersign_database::AnyConnection;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;
use std::fmt::Write as _;

/// The end of a row that holds still.
pub(crate) const OPEN: i64 = i64::MAX;

/// Maximum number of rows of one transaction: a tenth of a second at most, for which an append of the journal waits.
pub(crate) const BATCH: usize = 500;

/// Maximum number of rows that one statement adds or names. SQLite looks up the name of each parameter (`$7`) among all of
/// the statement's, so twice as many rows in one statement take four times as long.
const STATEMENT: usize = 50;

/// Returns the digests of the rows that hold still, by their identity.
pub(crate) async fn digests(
    connection: &mut AnyConnection,
    source: &str,
    table: InventoryTable,
    ids: &[String],
) -> Result<HashMap<String, String>, sqlx::Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(STATEMENT) {
        let text = format!(
            "SELECT id, digest FROM {} WHERE source = $1 AND until_import = $2 AND id IN ({})",
            table.name(),
            placeholders(3, ids.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(text)).bind(source.to_owned()).bind(OPEN);
        for id in ids {
            query = query.bind(id.clone());
        }
        for row in query.fetch_all(&mut *connection).await? {
            found.insert(row.try_get(0)?, row.try_get(1)?);
        }
    }
    Ok(found)
}

/// Ends rows that hold still with an import.
pub(crate) async fn end(
    connection: &mut AnyConnection,
    source: &str,
    (table, import): (InventoryTable, i64),
    ids: &[String],
) -> Result<(), sqlx::Error> {
    for ids in ids.chunks(STATEMENT) {
        let text = format!(
            "UPDATE {} SET until_import = $2 WHERE source = $1 AND until_import = $3 AND since_import < $2 AND id IN ({})",
            table.name(),
            placeholders(4, ids.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(text)).bind(source.to_owned()).bind(import).bind(OPEN);
        for id in ids {
            query = query.bind(id.clone());
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Adds rows that hold from an import on.
pub(crate) async fn add(
    connection: &mut AnyConnection,
    source: &str,
    (table, import): (InventoryTable, i64),
    rows: &[&InventoryRow],
) -> Result<(), sqlx::Error> {
    let columns = table.columns();
    let width = 5 + columns.len();
    for rows in rows.chunks(STATEMENT) {
        let mut text = format!(
            "INSERT INTO {} (source, id, since_import, until_import, digest, {}) VALUES ",
            table.name(),
            columns.join(", ")
        );
        for row in 0..rows.len() {
            let comma = if row == 0 { "" } else { ", " };
            let _ = write!(text, "{comma}({})", placeholders(row * width + 1, width));
        }
        let mut query = sqlx::query(AssertSqlSafe(text));
        for row in rows {
            query = query.bind(source.to_owned()).bind(row.id.stored()).bind(import).bind(OPEN);
            query = query.bind(row.digest.stored());
            for value in &row.values {
                query = query.bind(value.clone());
            }
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Returns the identities of the rows that held before an import and hold still, in order, after one of them.
pub(crate) async fn open_before(
    connection: &mut AnyConnection,
    source: &str,
    (table, import): (InventoryTable, i64),
    (after, limit): (&str, i64),
) -> Result<Vec<(String, Option<RowDigest>)>, sqlx::Error> {
    let text = format!(
        "SELECT id FROM {} WHERE source = $1 AND until_import = $2 AND since_import < $3 AND id > $4
         ORDER BY id LIMIT $5",
        table.name()
    );
    let query = sqlx::query_scalar(AssertSqlSafe(text)).bind(source.to_owned()).bind(OPEN).bind(import);
    let ids: Vec<String> = query.bind(after.to_owned()).bind(limit).fetch_all(connection).await?;
    Ok(ids
        .into_iter()
        .map(|id| {
            let digest = RowDigest::read(&id);
            (id, digest)
        })
        .collect())
}

/// Takes back some of what imports after `current` and before `import` wrote. Returns the number of rows that were
/// changed: 0 once nothing is left.
pub(crate) async fn take_back(
    connection: &mut AnyConnection,
    source: &str,
    table: InventoryTable,
    (current, import): (i64, i64),
) -> Result<u64, sqlx::Error> {
    let name = table.name();
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let added = format!(
        "DELETE FROM {name} WHERE source = $1 AND since_import > $2 AND since_import < $3 AND id IN
         (SELECT id FROM {name} WHERE source = $1 AND since_import > $2 AND since_import < $3 LIMIT $4)"
    );
    let query =
        sqlx::query(AssertSqlSafe(added)).bind(source.to_owned()).bind(current).bind(import).bind(limit);
    let deleted = query.execute(&mut *connection).await?.rows_affected();
    let ended = format!(
        "UPDATE {name} SET until_import = $5 WHERE source = $1 AND until_import > $2 AND until_import < $3 AND id IN
         (SELECT id FROM {name} WHERE source = $1 AND until_import > $2 AND until_import < $3 LIMIT $4)"
    );
    let query =
        sqlx::query(AssertSqlSafe(ended)).bind(source.to_owned()).bind(current).bind(import).bind(limit);
    Ok(deleted + query.bind(OPEN).execute(connection).await?.rows_affected())
}

/// Returns this number of placeholders, from this one on.
fn placeholders(first: usize, count: usize) -> String {
    let mut text = String::new();
    for number in first..first + count {
        let comma = if number == first { "" } else { ", " };
        let _ = write!(text, "{comma}${number}");
    }
    text
}
