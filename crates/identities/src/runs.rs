//! The runs of correlation: begun, ended, and the one whose rows readers see.

use crate::statement::BATCH;
use crate::{IdentityError, IdentityTables};
use countersign_database::{AnyConnection, bound};
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// The tables whose rows belong to a run, each with its key.
const TABLES: [(&str, &str); 3] = [
    ("identity_rows", "run, source, record_key"),
    ("identity_members", "run, source, record_key"),
    ("identity_candidates", "run, identity_source, identity_key, source, record_key"),
];

/// The number of the run whose rows readers see; 0 if there is none.
pub(crate) const CURRENT: &str = "SELECT COALESCE(MAX(run), 0) FROM identity_runs WHERE ended_at > 0";

/// A run that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRun {
    /// Its number. Numbers only rise.
    pub run: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// When its result took effect.
    pub ended_at: Timestamp,
    /// What it read, in the words of the caller.
    pub basis: String,
    /// The numbers of its result.
    pub counts: RunCounts,
}

/// The numbers of a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunCounts {
    /// Number of people and accounts that were read.
    pub nodes: u64,
    /// Number of identities that are people.
    pub people: u64,
    /// Number of identities that are no people.
    pub others: u64,
    /// Number of accounts that belong to an identity.
    pub linked: u64,
    /// Number of accounts that a person should look at.
    pub proposed: u64,
    /// Number of accounts to which several identities lay claim.
    pub disputed: u64,
    /// Number of accounts of which no identity is in question.
    pub orphans: u64,
}

impl IdentityTables {
    /// Returns the run whose rows readers see, if one ended yet.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn last_run(&self) -> Result<Option<EndedRun>, IdentityError> {
        const LAST: &str =
            "SELECT run, started_at, ended_at, basis, counts FROM identity_runs WHERE ended_at > 0
            ORDER BY run DESC LIMIT 1";
        let row = self.database.read("reading the last correlation", async |connection| {
            let row = sqlx::query(LAST).fetch_optional(connection).await?;
            let parts = |row: AnyRow| {
                Ok::<(i64, i64, i64, String, String), sqlx::Error>((
                    row.try_get(0)?,
                    row.try_get(1)?,
                    row.try_get(2)?,
                    row.try_get(3)?,
                    row.try_get(4)?,
                ))
            };
            row.map(parts).transpose()
        });
        let Some((run, started, ended, basis, counts)) = row.await? else { return Ok(None) };
        let counts = serde_json::from_str(&counts).map_err(IdentityError::row)?;
        let (started_at, ended_at) = (Timestamp::from_micros(started), Timestamp::from_micros(ended));
        Ok(Some(EndedRun { run, started_at, ended_at, basis, counts }))
    }

    /// Records that somebody asked for a run.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn ask(&self, now: Timestamp) -> Result<(), IdentityError> {
        const ASK: &str = "INSERT INTO identity_requests (id, asked_at) VALUES (1, $1)
            ON CONFLICT (id) DO UPDATE SET asked_at = excluded.asked_at";
        let asking = self.database.write("asking for a correlation", async |connection| {
            sqlx::query(ASK).bind(now.as_micros()).execute(connection).await.map(drop)
        });
        Ok(asking.await?)
    }

    /// Returns when somebody last asked for a run.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn asked_at(&self) -> Result<Option<Timestamp>, IdentityError> {
        const ASKED: &str = "SELECT asked_at FROM identity_requests WHERE id = 1";
        let asked = self.database.read("reading when a correlation was asked for", async |connection| {
            sqlx::query_scalar::<_, i64>(ASKED).fetch_optional(connection).await
        });
        Ok(asked.await?.map(Timestamp::from_micros))
    }

    /// Begins a run, after taking away what runs left that are not the current one. A run that has begun and not ended
    /// cannot end any more.
    pub(crate) async fn begin(&self, basis: &str, now: Timestamp) -> Result<i64, IdentityError> {
        const FORGET: &str = "DELETE FROM identity_runs WHERE run <> $1";
        const BEGIN: &str = "INSERT INTO identity_runs (run, started_at, ended_at, basis, counts)
            VALUES ($1, $2, 0, $3, '{}')";
        let (current, run) = self
            .database
            .write("beginning a correlation", async |connection| {
                let highest = "SELECT COALESCE(MAX(run), 0) FROM identity_runs";
                let run = 1 + sqlx::query_scalar::<_, i64>(highest).fetch_one(&mut *connection).await?;
                let current = sqlx::query_scalar::<_, i64>(CURRENT).fetch_one(&mut *connection).await?;
                sqlx::query(FORGET).bind(current).execute(&mut *connection).await?;
                let query = sqlx::query(BEGIN).bind(run).bind(now.as_micros()).bind(basis.to_owned());
                query.execute(connection).await?;
                Ok((current, run))
            })
            .await?;
        for (table, key) in TABLES {
            for side in ["run < ?", "run > ?"] {
                self.take_away(table, key, (side, current)).await?;
            }
        }
        Ok(run)
    }

    async fn take_away(
        &self,
        table: &str,
        key: &str,
        (side, current): (&str, i64),
    ) -> Result<(), IdentityError> {
        let text = format!(
            "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {side} LIMIT {BATCH})"
        );
        let store = self.database.store();
        loop {
            let taking = self.database.write_in_bulk("taking away an old correlation", async |connection| {
                bound(store, &text).bind(current).execute(connection).await
            });
            if taking.await?.rows_affected() == 0 {
                return Ok(());
            }
        }
    }

    /// Ends a run: its rows are what readers see from now on.
    pub(crate) async fn end(
        &self,
        run: i64,
        counts: &RunCounts,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        const END: &str =
            "UPDATE identity_runs SET ended_at = $2, counts = $3 WHERE run = $1 AND ended_at = 0";
        let counts = serde_json::to_string(counts).map_err(IdentityError::row)?;
        let ending = self.database.write("ending a correlation", async |connection| {
            sqlx::query(END).bind(run).bind(now.as_micros()).bind(counts).execute(connection).await
        });
        if ending.await?.rows_affected() == 1 { Ok(()) } else { Err(IdentityError::Superseded) }
    }
}

/// Returns the number of the run whose rows readers see.
pub(crate) async fn current(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(CURRENT).fetch_one(connection).await
}
