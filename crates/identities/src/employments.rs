//! Until when authoritative sources have people, and what became of those who left.

use crate::statement::BATCH;
use crate::{IdentityError, IdentityTables};
use countersign_correlate::{Employment, SourcedKey};
use countersign_database::{bound, insert_rows};
use countersign_names::Timestamp;
use sqlx::Row as _;
use std::collections::{BTreeMap, BTreeSet};

/// What an authoritative source says, or said last, about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEmployment {
    /// What it says. The end of a record that is gone is when that was noticed.
    pub said: Employment,
    /// Whether the source no longer has the record.
    pub gone: bool,
}

/// What became of the people who left, by an import of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledImport {
    /// The import.
    pub import: i64,
    /// When it was looked at last.
    pub at: Timestamp,
    /// The numbers, in the words of the caller.
    pub body: String,
}

const ROWS: (&str, usize, &str) = (
    "identity_employments (source, record_key, ends_at, gone, body)",
    5,
    "ON CONFLICT (source, record_key) DO UPDATE SET ends_at = excluded.ends_at, gone = excluded.gone,
     body = excluded.body",
);

impl IdentityTables {
    /// Returns what all authoritative sources say about people.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn employments(&self) -> Result<Vec<KnownEmployment>, IdentityError> {
        const PAGE: &str = "SELECT source, record_key, gone, body FROM identity_employments
            WHERE (source, record_key) > ($1, $2) ORDER BY source, record_key LIMIT $3";
        let mut all: Vec<KnownEmployment> = Vec::new();
        loop {
            let (source, key) = all.last().map_or_else(Default::default, |last| {
                (last.said.record.source.clone(), last.said.record.key.to_string())
            });
            let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
            let rows = self.database.read("reading who belongs to the organisation", async |connection| {
                let rows = sqlx::query(PAGE).bind(source).bind(key).bind(limit).fetch_all(connection).await?;
                let parts = |row: &sqlx::any::AnyRow| Ok((row.try_get(2)?, row.try_get(3)?));
                rows.iter().map(parts).collect::<Result<Vec<(i64, String)>, sqlx::Error>>()
            });
            let rows = rows.await?;
            if rows.is_empty() {
                return Ok(all);
            }
            for (gone, body) in rows {
                let said = serde_json::from_str(&body).map_err(IdentityError::row)?;
                all.push(KnownEmployment { said, gone: gone != 0 });
            }
        }
    }

    /// Returns what the correlation had read that wrote the employments.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn employment_basis(&self) -> Result<Option<String>, IdentityError> {
        const BASIS: &str = "SELECT basis FROM identity_employment_basis WHERE id = 1";
        let basis = self.database.read("reading what is known of employments", async |connection| {
            sqlx::query_scalar(BASIS).fetch_optional(connection).await
        });
        Ok(basis.await?)
    }

    /// Replaces what the authoritative sources say. What they no longer have is kept as gone; what is there and tells of
    /// nobody any more is taken away, and so is what other sources said.
    ///
    /// # Errors
    /// If the database fails. The basis is then as before, so the caller does the same again.
    pub async fn replace_employments(
        &self,
        basis: &str,
        said: Vec<Employment>,
        (authoritative, is_there): (&BTreeSet<String>, impl Fn(&SourcedKey) -> bool),
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut next: BTreeMap<SourcedKey, KnownEmployment> = said
            .into_iter()
            .map(|said| (said.record.clone(), KnownEmployment { said, gone: false }))
            .collect();
        let mut over = Vec::new();
        for known in self.employments().await? {
            let at = known.said.record.clone();
            if let Some(same) = next.get(&at) {
                if *same == known {
                    next.remove(&at);
                }
            } else if is_there(&at) || !authoritative.contains(&at.source) {
                over.push(at);
            } else if !known.gone {
                let ends_at = known.said.ends_at.min(now);
                let said = Employment { ends_at, ..known.said };
                next.insert(at, KnownEmployment { said, gone: true });
            }
        }
        let rows: Vec<KnownEmployment> = next.into_values().collect();
        for part in rows.chunks(BATCH) {
            self.add_employments(part).await?;
        }
        for part in over.chunks(BATCH) {
            self.forget_employments(part).await?;
        }
        const NOTE: &str = "INSERT INTO identity_employment_basis (id, basis) VALUES (1, $1)
            ON CONFLICT (id) DO UPDATE SET basis = excluded.basis";
        let noting = self.database.write("noting what is known of employments", async |connection| {
            sqlx::query(NOTE).bind(basis.to_owned()).execute(connection).await.map(drop)
        });
        Ok(noting.await?)
    }

    async fn add_employments(&self, rows: &[KnownEmployment]) -> Result<(), IdentityError> {
        let store = self.database.store();
        let bodies = rows.iter().map(|row| serde_json::to_string(&row.said).map_err(IdentityError::row));
        let bodies = bodies.collect::<Result<Vec<_>, _>>()?;
        let rows: Vec<_> = rows.iter().zip(bodies).collect();
        let adding =
            self.database.write_in_bulk("writing who belongs to the organisation", async |connection| {
                insert_rows(connection, store, ROWS, &rows, |query, (row, body)| {
                    let record = &row.said.record;
                    let query = query.bind(record.source.clone()).bind(record.key.as_str().to_owned());
                    query.bind(row.said.ends_at.as_micros()).bind(i64::from(row.gone)).bind(body.clone())
                })
                .await
            });
        Ok(adding.await?)
    }

    async fn forget_employments(&self, records: &[SourcedKey]) -> Result<(), IdentityError> {
        const FORGET: &str = "DELETE FROM identity_employments WHERE source = ? AND record_key = ?";
        let store = self.database.store();
        let forgetting = self.database.write_in_bulk("forgetting employments", async |connection| {
            for at in records {
                let query = bound(store, FORGET).bind(at.source.clone()).bind(at.key.as_str().to_owned());
                query.execute(&mut *connection).await?;
            }
            Ok(())
        });
        Ok(forgetting.await?)
    }

    /// Notes what became of the people who left, by an import of a source.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_settled(&self, source: &str, settled: &SettledImport) -> Result<(), IdentityError> {
        const NOTE: &str = "INSERT INTO identity_settlements (source, import, settled_at, body)
            VALUES ($1, $2, $3, $4) ON CONFLICT (source) DO UPDATE
            SET import = excluded.import, settled_at = excluded.settled_at, body = excluded.body";
        let noting = self.database.write("noting what became of leavers", async |connection| {
            let query = sqlx::query(NOTE).bind(source.to_owned()).bind(settled.import);
            query.bind(settled.at.as_micros()).bind(settled.body.clone()).execute(connection).await.map(drop)
        });
        Ok(noting.await?)
    }

    /// Returns what became of the people who left, by the last import that was looked at.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn settled(&self, source: &str) -> Result<Option<SettledImport>, IdentityError> {
        const SETTLED: &str = "SELECT import, settled_at, body FROM identity_settlements WHERE source = $1";
        let settled = self.database.read("reading what became of leavers", async |connection| {
            let row = sqlx::query(SETTLED).bind(source.to_owned()).fetch_optional(connection).await?;
            let parts = |row: sqlx::any::AnyRow| {
                let at = Timestamp::from_micros(row.try_get(1)?);
                Ok(SettledImport { import: row.try_get(0)?, at, body: row.try_get(2)? })
            };
            row.map(parts).transpose()
        });
        Ok(settled.await?)
    }
}
