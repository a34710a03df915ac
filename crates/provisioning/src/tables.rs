//! The rows of what was pushed.

use crate::Provisioning;
use countersign_database::DatabaseError;
use countersign_names::{ServiceId, Timestamp};
use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

const COLUMNS: &str = "id, document, revision, created_at, changed_at, external_id";

/// A user or group that a client pushed.
#[derive(Debug, Clone)]
pub(crate) struct ProvisionedRow {
    /// The person's id, or the group's name.
    pub id: String,
    /// The attributes, without members, groups, id and meta.
    pub document: Map<String, Value>,
    /// Counts changes.
    pub revision: i64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub external_id: String,
}

/// Which rows of a client a question is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RowQuery<'a> {
    /// The one with this name.
    UniqueName(&'a str),
    /// Those with this identifier of the client's.
    ExternalId(&'a str),
    /// Some, in the order of their ids, after one.
    After(&'a str, i64),
    /// Some, in the order of their ids, after this number.
    Page { skip: i64, limit: i64 },
}

/// The rows of one client and one type of resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowsOf<'a> {
    pub client: ServiceId,
    pub kind: &'a str,
}

/// Whether a row was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowWrite {
    Done,
    /// It changed, or went, since it was read.
    Changed,
    /// Another row has the name.
    NameTaken,
}

impl Provisioning {
    pub(crate) async fn row(
        &self,
        of: RowsOf<'_>,
        id: &str,
    ) -> Result<Option<ProvisionedRow>, DatabaseError> {
        let text = format!(
            "SELECT {COLUMNS} FROM provisioned_resources WHERE client = $1 AND kind = $2 AND id = $3"
        );
        self.database
            .read("reading what was pushed", async |connection| {
                let query =
                    sqlx::query(AssertSqlSafe(text)).bind(of.client.to_string()).bind(of.kind.to_owned());
                query.bind(id.to_owned()).fetch_optional(connection).await?.as_ref().map(read).transpose()
            })
            .await
    }

    pub(crate) async fn rows(
        &self,
        of: RowsOf<'_>,
        wanted: RowQuery<'_>,
    ) -> Result<Vec<ProvisionedRow>, DatabaseError> {
        let condition = match wanted {
            RowQuery::UniqueName(_) => "AND unique_name = $3 ORDER BY id",
            RowQuery::ExternalId(_) => "AND external_id = $3 ORDER BY id",
            RowQuery::After(..) => "AND id > $3 ORDER BY id LIMIT $4",
            RowQuery::Page { .. } => "ORDER BY id LIMIT $3 OFFSET $4",
        };
        let text = format!(
            "SELECT {COLUMNS} FROM provisioned_resources WHERE client = $1 AND kind = $2 {condition}"
        );
        self.database
            .read("reading what was pushed", async |connection| {
                let query =
                    sqlx::query(AssertSqlSafe(text)).bind(of.client.to_string()).bind(of.kind.to_owned());
                let query = match wanted {
                    RowQuery::UniqueName(text) | RowQuery::ExternalId(text) => query.bind(text.to_owned()),
                    RowQuery::After(id, limit) => query.bind(id.to_owned()).bind(limit),
                    RowQuery::Page { skip, limit } => query.bind(limit).bind(skip),
                };
                query.fetch_all(connection).await?.iter().map(read).collect()
            })
            .await
    }

    pub(crate) async fn count(&self, of: RowsOf<'_>) -> Result<usize, DatabaseError> {
        const COUNT: &str = "SELECT COUNT(*) FROM provisioned_resources WHERE client = $1 AND kind = $2";
        let count: i64 = self
            .database
            .read("counting what was pushed", async |connection| {
                let query = sqlx::query_scalar(COUNT).bind(of.client.to_string()).bind(of.kind.to_owned());
                query.fetch_one(connection).await
            })
            .await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Returns whether another client pushes the same person or group.
    pub(crate) async fn is_of_another(&self, of: RowsOf<'_>, id: &str) -> Result<bool, DatabaseError> {
        const COUNT: &str =
            "SELECT COUNT(*) FROM provisioned_resources WHERE kind = $2 AND id = $3 AND client <> $1";
        let count: i64 = self
            .database
            .read("looking for another client", async |connection| {
                let query = sqlx::query_scalar(COUNT).bind(of.client.to_string()).bind(of.kind.to_owned());
                query.bind(id.to_owned()).fetch_one(connection).await
            })
            .await?;
        Ok(count > 0)
    }

    /// Adds a row, unless the name is taken.
    pub(crate) async fn add_row(
        &self,
        of: RowsOf<'_>,
        row: &ProvisionedRow,
        unique_name: &str,
    ) -> Result<RowWrite, DatabaseError> {
        const ADD: &str = "INSERT INTO provisioned_resources
            (client, kind, id, unique_name, external_id, document, revision, created_at, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
        let document = Value::Object(row.document.clone()).to_string();
        let added = self
            .database
            .write("keeping what was pushed", async |connection| {
                let query = sqlx::query(ADD).bind(of.client.to_string()).bind(of.kind.to_owned());
                let query =
                    query.bind(row.id.clone()).bind(unique_name.to_owned()).bind(row.external_id.clone());
                let query = query.bind(document).bind(row.revision).bind(row.created_at.as_micros());
                query.bind(row.changed_at.as_micros()).execute(connection).await
            })
            .await?;
        Ok(if added.rows_affected() == 1 { RowWrite::Done } else { RowWrite::NameTaken })
    }

    /// Writes a row that was read before, unless it changed since or the name is taken.
    pub(crate) async fn change_row(
        &self,
        of: RowsOf<'_>,
        row: &ProvisionedRow,
        unique_name: &str,
    ) -> Result<RowWrite, DatabaseError> {
        const TAKEN: &str = "SELECT COUNT(*) FROM provisioned_resources
            WHERE client = $1 AND kind = $2 AND unique_name = $3 AND id <> $4";
        const CHANGE: &str = "UPDATE provisioned_resources
            SET unique_name = $4, external_id = $5, document = $6, revision = revision + 1, changed_at = $7
            WHERE client = $1 AND kind = $2 AND id = $3 AND revision = $8";
        let document = Value::Object(row.document.clone()).to_string();
        self.database
            .write("keeping what was pushed", async |connection| {
                let query = sqlx::query_scalar(TAKEN).bind(of.client.to_string()).bind(of.kind.to_owned());
                let query = query.bind(unique_name.to_owned()).bind(row.id.clone());
                let taken: i64 = query.fetch_one(&mut *connection).await?;
                if taken > 0 {
                    return Ok(RowWrite::NameTaken);
                }
                let query = sqlx::query(CHANGE).bind(of.client.to_string()).bind(of.kind.to_owned());
                let query =
                    query.bind(row.id.clone()).bind(unique_name.to_owned()).bind(row.external_id.clone());
                let query = query.bind(document).bind(row.changed_at.as_micros()).bind(row.revision);
                let changed = query.execute(connection).await?.rows_affected();
                Ok(if changed == 1 { RowWrite::Done } else { RowWrite::Changed })
            })
            .await
    }

    /// Removes a row. Returns whether there was one.
    pub(crate) async fn remove_row(&self, of: RowsOf<'_>, id: &str) -> Result<bool, DatabaseError> {
        const REMOVE: &str = "DELETE FROM provisioned_resources WHERE client = $1 AND kind = $2 AND id = $3";
        let removed = self
            .database
            .write("removing what was pushed", async |connection| {
                let query = sqlx::query(REMOVE).bind(of.client.to_string()).bind(of.kind.to_owned());
                query.bind(id.to_owned()).execute(connection).await
            })
            .await?;
        Ok(removed.rows_affected() == 1)
    }
}

fn read(row: &AnyRow) -> Result<ProvisionedRow, sqlx::Error> {
    let text: String = row.try_get(1)?;
    let document = serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(ProvisionedRow {
        id: row.try_get(0)?,
        document,
        revision: row.try_get(2)?,
        created_at: Timestamp::from_micros(row.try_get(3)?),
        changed_at: Timestamp::from_micros(row.try_get(4)?),
        external_id: row.try_get(5)?,
    })
}
