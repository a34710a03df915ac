//! The edge: shares observations through a database table that every process writes and reads.
//!
//! There is one row per subject. Each change of a row draws a number, and writers draw numbers one after the other until
//! they commit, so a reader that has read up to a number has missed none below it. From time to time everything is read
//! again, in case the store was restored to an earlier state. One process of all deletes expired rows.
//!
//! While the store is unreachable, every process continues with what it knows: the observations of the others age.

use crate::{MOST_AHEAD, Observation, ObservationKind, Observations};
use countersign_database::{AnyConnection, Database, DatabaseError};
use countersign_names::Timestamp;
use sqlx::Row as _;
use std::fmt::Write as _;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often to exchange observations.
pub const EVERY: Duration = Duration::from_secs(2);

/// How long an urgent exchange waits for more observations to send with it.
const GATHER: Duration = Duration::from_millis(250);

/// Number of exchanges, about ten minutes, after which everything is read again and expired observations are forgotten.
const ANEW_AFTER: u32 = 300;

/// Maximum number of rows per write, because on SQLite a write blocks the journal.
const WRITE_PIECE: usize = 200;

/// Maximum number of rows per read.
const READ_PIECE: usize = 5_000;

/// Maximum number of reads per exchange; the rest is read in the next.
const MOST_PIECES: usize = 200;

/// Maximum number of rows deleted in one transaction.
const DELETE_PIECE: u64 = 2_000;

/// How long the last write may take when the process stops.
const LAST: Duration = Duration::from_secs(3);

/// One process's exchange with the others.
pub struct ObservationExchange {
    observations: Observations,
    database: Database,
    /// The number up to which changes were read.
    cursor: i64,
    exchanges: u32,
}

impl ObservationExchange {
    /// Opens an exchange through `database`, and creates its tables.
    ///
    /// # Errors
    /// If the tables cannot be created.
    pub async fn open(database: Database, observations: Observations) -> Result<Self, DatabaseError> {
        let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
        database.migrate("observations", sqlite, postgres).await?;
        Ok(Self { observations, database, cursor: 0, exchanges: 0 })
    }

    /// Exchanges every few seconds, and sooner if an observation is urgent, until the process stops. Writes new
    /// observations before it returns.
    pub async fn keep(mut self, clock: impl Fn() -> Timestamp + Send + Sync, stop: CancellationToken) {
        loop {
            // The channel's state reports a failure, and the next exchange tries again.
            let _told = stop.run_until_cancelled(self.once(clock())).await;
            let urgent = async {
                self.observations.urgent().await;
                tokio::time::sleep(GATHER).await;
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(EVERY) => {}
                () = urgent => {}
            }
        }
        match tokio::time::timeout(LAST, self.write(clock())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last observations were not shared"),
            Err(_) => {
                tracing::warn!("the last observations were not shared: the store did not answer in time")
            }
        }
    }

    /// Writes new observations, and reads those that others wrote since the last time.
    ///
    /// # Errors
    /// If the store fails. Unwritten observations are written the next time.
    pub async fn once(&mut self, now: Timestamp) -> Result<(), DatabaseError> {
        let channel = &self.observations.0.clone().channel;
        match self.both(now).await {
            Ok(()) => {
                if channel.exchanged(now) {
                    tracing::info!("observations are exchanged between processes again");
                }
                Ok(())
            }
            Err(error) => {
                if channel.failed(error.to_string()) {
                    tracing::warn!(%error, "observations cannot be exchanged between processes: those of other processes become older");
                }
                Err(error)
            }
        }
    }

    async fn both(&mut self, now: Timestamp) -> Result<(), DatabaseError> {
        if self.exchanges % ANEW_AFTER == ANEW_AFTER - 1 {
            self.observations.expire(now);
            self.cursor = 0;
        }
        self.write(now).await?;
        self.read(now).await?;
        self.exchanges = self.exchanges.wrapping_add(1);
        Ok(())
    }

    async fn write(&self, now: Timestamp) -> Result<(), DatabaseError> {
        for unshared in self.observations.unshared(now) {
            for rows in unshared.chunks(WRITE_PIECE) {
                self.database
                    .write("sharing observations", async |connection| insert(connection, rows, now).await)
                    .await?;
                self.observations.shared(rows);
                self.observations.0.channel.count(rows.len(), 0);
            }
        }
        Ok(())
    }

    async fn read(&mut self, now: Timestamp) -> Result<(), DatabaseError> {
        for _ in 0..MOST_PIECES {
            let cursor = self.cursor;
            let (newest, rows) = self
                .database
                .read("reading observations", async |connection| select(connection, cursor).await)
                .await?;
            if newest < cursor {
                // The store was restored to an earlier state.
                self.cursor = 0;
                continue;
            }
            for row in &rows {
                self.cursor = self.cursor.max(row.changed);
                // An expired row stays in the table until a process deletes it.
                if let Some(observation) = &row.observation
                    && observation.at >= observation.kind.expired_at(now)
                {
                    self.observations.merge(observation, now);
                }
            }
            self.observations.0.channel.count(0, rows.len());
            if rows.len() < READ_PIECE {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Deletes expired rows from the table that all processes share, until `stop` is cancelled: one process of them does it.
/// Each process forgets its own by itself.
///
/// # Errors
/// If the store fails.
pub async fn delete_expired(
    database: &Database,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<(), DatabaseError> {
    const DELETE: &str = "DELETE FROM observations WHERE kind = $1 AND observed_at < $2 AND subject IN \
        (SELECT subject FROM observations WHERE kind = $1 AND observed_at < $2 LIMIT 2000)";
    for kind in ObservationKind::ALL {
        let before = kind.expired_at(now).as_micros();
        let delete = async |connection: &mut AnyConnection| {
            sqlx::query(DELETE).bind(kind.number()).bind(before).execute(connection).await
        };
        while !stop.is_cancelled()
            && database.write("deleting old observations", delete).await?.rows_affected() >= DELETE_PIECE
        {
        }
    }
    Ok(())
}

/// A row that was read; without an observation if only a newer version knows its kind.
struct ReadRow {
    changed: i64,
    observation: Option<Observation>,
}

async fn select(connection: &mut AnyConnection, cursor: i64) -> Result<(i64, Vec<ReadRow>), sqlx::Error> {
    const ROWS: &str = "SELECT kind, subject, observed_at, digest, process, changed FROM observations \
        WHERE changed > $1 ORDER BY changed LIMIT 5000";
    let newest: i64 = sqlx::query_scalar("SELECT newest FROM observation_changes WHERE id = 1")
        .fetch_one(&mut *connection)
        .await?;
    if newest <= cursor {
        return Ok((newest, Vec::new()));
    }
    let rows = sqlx::query(ROWS).bind(cursor).fetch_all(connection).await?;
    let rows = rows.iter().map(|row| {
        let subject: Vec<u8> = row.try_get("subject")?;
        let kind = ObservationKind::of_number(row.try_get("kind")?);
        let process: String = row.try_get("process")?;
        let (at, of): (i64, i64) = (row.try_get("observed_at")?, row.try_get("digest")?);
        let observation = kind.zip(Uuid::from_slice(&subject).ok()).map(|(kind, subject)| Observation {
            kind,
            subject,
            at: Timestamp::from_micros(at),
            of,
            by: process.into(),
        });
        Ok(ReadRow { changed: row.try_get("changed")?, observation })
    });
    Ok((newest, rows.collect::<Result<_, sqlx::Error>>()?))
}

async fn insert(
    connection: &mut AnyConnection,
    rows: &[Observation],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    // The process that locks this row is the only writer until it commits.
    let newest: i64 = sqlx::query_scalar(
        "UPDATE observation_changes SET newest = newest + $1 WHERE id = 1 RETURNING newest",
    )
    .bind(count)
    .fetch_one(&mut *connection)
    .await?;
    // Not cached as a prepared statement: there would be one per number of rows.
    let mut query = sqlx::query(sqlx::AssertSqlSafe(insert_text(rows.len()))).persistent(false);
    for (row, changed) in rows.iter().zip(newest - count + 1..) {
        query = query
            .bind(row.kind.number())
            .bind(row.subject.as_bytes().to_vec())
            .bind(row.at.as_micros())
            .bind(row.of)
            .bind(row.by.to_string())
            .bind(changed);
    }
    query.bind(now.plus(MOST_AHEAD).as_micros()).execute(connection).await.map(|_| ())
}

/// Builds the statement that merges a number of rows into the table; the later time of each subject wins, except one that
/// nobody believes because it lies ahead.
fn insert_text(rows: usize) -> String {
    let mut text =
        "INSERT INTO observations (kind, subject, observed_at, digest, process, changed) VALUES ".to_owned();
    for first in (0..rows).map(|row| row * 6 + 1) {
        let comma = if first == 1 { "" } else { ", " };
        let [b, c, d, e, f] = [1, 2, 3, 4, 5].map(|more| first + more);
        // Writing to a string cannot fail.
        let _written = write!(text, "{comma}(${first}, ${b}, ${c}, ${d}, ${e}, ${f})");
    }
    text.push_str(
        " ON CONFLICT (kind, subject) DO UPDATE SET observed_at = excluded.observed_at, digest = excluded.digest, \
         process = excluded.process, changed = excluded.changed \
         WHERE excluded.observed_at > observations.observed_at \
         OR (excluded.observed_at = observations.observed_at AND excluded.digest > observations.digest) \
         OR (excluded.observed_at = observations.observed_at AND excluded.digest = observations.digest \
             AND excluded.process > observations.process)",
    );
    // Writing to a string cannot fail.
    let _written = write!(text, " OR observations.observed_at > ${}", rows * 6 + 1);
    text
}
