//! The journal in a PostgreSQL database, for many machines.
//!
//! An append is **one statement**: it inserts the batch if the head is still the expected one, and notifies. Of two
//! that race, the primary key admits the first; the second waits for it and fails with a duplicate key. An advisory
//! lock around a check and an insert would work as well, but with three more round trips, and with a lock that a frozen
//! client holds; here no lock outlives a statement. An entry is inserted only if its predecessor is committed, so
//! readers never see gaps.

mod listen;

pub(crate) use listen::watch;

use crate::chain::{Batch, Head, Seq, StoredEntry};
use crate::error::{OpenError, StoreError};
use crate::open::{Access, PostgresOptions};
use crate::store::{self, Inserted};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The notification channel. A notification only says that there may be something new; its text is the last sequence
/// number.
pub(crate) const CHANNEL: &str = "countersign_journal";

// The query reads the head as a maximum, because the planner finds a maximum at the end of the index whatever its
// statistics are. With "no row beyond" instead, the planner expects an early match and reads every row to find none.
const INSERT: &str = "\
WITH placed AS (
    INSERT INTO journal_entries (seq, hash, payload)
    SELECT * FROM UNNEST($3::bigint[], $4::bytea[], $5::bytea[])
    WHERE coalesce((SELECT max(seq) FROM journal_entries), 0) = $1
      AND ($1 = 0 OR EXISTS (SELECT 1 FROM journal_entries WHERE seq = $1 AND hash = $2))
    RETURNING seq
)
SELECT pg_notify('countersign_journal', max(seq)::text)::text FROM placed HAVING count(*) > 0";

/// An asynchronous commit would acknowledge entries that a crash can still lose; settings stronger than `on` are kept.
const COMMIT_DURABLY: &str = "SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'";

const CLOCK: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

#[derive(Clone)]
pub(crate) struct PostgresStore {
    pool: PgPool,
    /// The options of the listening connection, which is outside the pool so that it never takes a connection from it.
    connect: Box<PgConnectOptions>,
    timeout: Duration,
    /// Wakes the watch while it waits to reconnect: a store that answers one query is back for all.
    answered: Arc<Notify>,
}

impl PostgresStore {
    pub(crate) async fn open(url: &SecretString, options: &PostgresOptions) -> Result<Self, OpenError> {
        let connect = url
            .expose_secret()
            .parse::<PgConnectOptions>()
            .map_err(|_| OpenError::Url)?
            .application_name("countersign")
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(options.connections.max(1))
            .acquire_timeout(options.timeout)
            .after_connect(|connection, _| {
                Box::pin(async move { sqlx::query(COMMIT_DURABLY).execute(connection).await.map(|_| ()) })
            })
            .connect_with(connect.clone())
            .await
            .map_err(opening)?;
        let store =
            Self { pool, connect: Box::new(connect), timeout: options.timeout, answered: Arc::default() };
        match options.access {
            Access::Append => store.make_ready().await?,
            Access::Read => store.check_present().await?,
        }
        Ok(store)
    }

    async fn make_ready(&self) -> Result<(), OpenError> {
        let (fsync,): (String,) =
            sqlx::query_as("SELECT current_setting('fsync')").fetch_one(&self.pool).await.map_err(opening)?;
        if fsync != "on" {
            let remedy = "set fsync = on in postgresql.conf and restart the server";
            return Err(OpenError::NotDurable { setting: "fsync", found: fsync, remedy });
        }
        let mut migrations = sqlx::migrate!("migrations/postgres");
        migrations.dangerous_set_table_name(store::MIGRATIONS);
        migrations.run(&self.pool).await?;
        Ok(())
    }

    async fn check_present(&self) -> Result<(), OpenError> {
        let (present,): (bool,) = sqlx::query_as("SELECT to_regclass('journal_entries') IS NOT NULL")
            .fetch_one(&self.pool)
            .await
            .map_err(opening)?;
        if present { Ok(()) } else { Err(OpenError::Missing) }
    }

    /// Applies the time-out: a server that stops answering must not block its callers for ever.
    async fn within<T>(
        &self,
        doing: &'static str,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(self.timeout, work).await {
            Ok(result) => result.map_err(|e| StoreError::new(doing, e)),
            Err(elapsed) => Err(StoreError::new(doing, elapsed)),
        }
    }

    /// As [`PostgresStore::within`], on a connection of the pool. A connection that did not answer in time is closed:
    /// the pool would wait for its answer, and would be exhausted once every connection had timed out.
    async fn ask<T>(
        &self,
        doing: &'static str,
        limit: Duration,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let until = Instant::now() + limit;
        let gave_up = |elapsed| StoreError::new(doing, elapsed);
        let connection = tokio::time::timeout_at(until, self.pool.acquire()).await.map_err(gave_up)?;
        let mut connection = connection.map_err(|e| StoreError::new(doing, e))?;
        match tokio::time::timeout_at(until, work(&mut connection)).await {
            Ok(result) => {
                let answer = result.map_err(|e| StoreError::new(doing, e))?;
                self.answered.notify_waiters();
                Ok(answer)
            }
            Err(elapsed) => {
                connection.close_on_drop();
                Err(gave_up(elapsed))
            }
        }
    }

    pub(crate) async fn insert(&self, batch: &Batch) -> Result<Inserted, StoreError> {
        let after = batch.after();
        // The statement does not compare the hash before the first entry; it must be that of an empty journal.
        if after.seq == Seq::ZERO && after != Head::GENESIS {
            return Ok(Inserted::HeadWas(self.head().await?));
        }
        let entries = batch.entries();
        let seqs: Vec<i64> = entries.iter().map(|entry| store::stored(entry.seq)).collect();
        let hashes: Vec<&[u8]> = entries.iter().map(|entry| entry.hash.0.as_slice()).collect();
        let payloads: Vec<&[u8]> = entries.iter().map(|entry| entry.payload.as_slice()).collect();
        let inserting = async |connection: &mut PgConnection| {
            let insert = sqlx::query(INSERT)
                .bind(store::stored(after.seq))
                .bind(after.hash.0.as_slice())
                .bind(seqs)
                .bind(hashes)
                .bind(payloads);
            match insert.fetch_optional(connection).await {
                Ok(row) => Ok(row.is_some()),
                Err(error) if lost_race(&error) => Ok(false),
                Err(error) => Err(error),
            }
        };
        if self.ask("appending", self.timeout, inserting).await? {
            Ok(Inserted::Yes)
        } else {
            Ok(Inserted::HeadWas(self.head().await?))
        }
    }

    pub(crate) async fn head(&self) -> Result<Head, StoreError> {
        self.head_within(self.timeout).await
    }

    /// Returns the head, with a shorter time-out.
    pub(crate) async fn head_within(&self, limit: Duration) -> Result<Head, StoreError> {
        let asking = async |connection: &mut PgConnection| {
            sqlx::query_as(store::HEAD).fetch_optional(connection).await
        };
        store::head_of(self.ask("reading its head", limit, asking).await?)
    }

    pub(crate) async fn clock(&self) -> Result<i64, StoreError> {
        let asking = async |connection: &mut PgConnection| sqlx::query_as(CLOCK).fetch_one(connection).await;
        let (micros,): (i64,) = self.ask("reading its clock", self.timeout, asking).await?;
        Ok(micros)
    }

    pub(crate) async fn page(
        &self,
        after: Seq,
        limit: u32,
        bytes: usize,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let until = Instant::now() + self.timeout;
        let mut connection = self.within("reading entries", self.pool.acquire()).await?;
        let rows = sqlx::query_as(store::PAGE).bind(store::stored(after)).bind(i64::from(limit));
        let taken = store::take(rows.fetch(&mut *connection), bytes, Some(until)).await;
        if taken.as_ref().map_or(true, |taken| taken.late) {
            connection.close_on_drop();
        }
        taken.map(|taken| taken.page)
    }

    pub(crate) async fn count(&self, until: Seq) -> Result<u64, StoreError> {
        // No time-out: this visits every row, which takes as long as the journal is, and only `verify` uses it.
        let row = sqlx::query_as(store::COUNT).bind(store::stored(until)).fetch_one(&self.pool).await;
        let (rows,): (i64,) = row.map_err(|e| StoreError::new("counting entries", e))?;
        Ok(rows.unsigned_abs())
    }

    pub(crate) async fn set_archived(&self, until: Head) -> Result<(), StoreError> {
        let noting = async |connection: &mut PgConnection| {
            let query = sqlx::query(store::SET_ARCHIVED).bind(store::stored(until.seq));
            query.bind(until.hash.0.as_slice()).execute(connection).await.map(|_| ())
        };
        self.ask("noting what is archived", self.timeout, noting).await
    }

    pub(crate) async fn archived(&self) -> Result<i64, StoreError> {
        let asking = async |connection: &mut PgConnection| {
            sqlx::query_as(store::ARCHIVED).fetch_optional(connection).await
        };
        let row: Option<(i64,)> = self.ask("reading what is archived", self.timeout, asking).await?;
        Ok(row.map_or(0, |(until,)| until))
    }

    pub(crate) async fn delete_some(&self, until: Seq) -> Result<u64, StoreError> {
        let deleting = async |connection: &mut PgConnection| {
            sqlx::query(store::DELETE_SOME).bind(store::stored(until)).execute(connection).await
        };
        Ok(self.ask("deleting archived entries", self.timeout, deleting).await?.rows_affected())
    }

    /// Returns a pool with one connection that listens. Each has its own pool, because a connection that died silently
    /// keeps its slot.
    fn listening(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(self.timeout)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(PgConnectOptions::clone(&self.connect))
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Returns whether another append took the place: a duplicate key, or, if the database's default isolation is stricter
/// than ours, a serialisation failure.
fn lost_race(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| e.is_unique_violation() || e.code().as_deref() == Some("40001"))
}

fn opening(error: sqlx::Error) -> OpenError {
    OpenError::Store(StoreError::new("connecting to PostgreSQL", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_append_costs_the_same_however_long_the_journal_is() {
        let server = countersign_testkit::Postgres::start();
        let url = server.fresh_database().into();
        let pool = PostgresStore::open(&url, &PostgresOptions::default()).await.unwrap().pool;
        let mut connection = pool.acquire().await.unwrap();
        let entries = "INSERT INTO journal_entries (seq, hash, payload)
            SELECT n, decode(repeat('00', 32), 'hex'), 'x' FROM generate_series(1, 20000) AS n";
        let prepare = format!("PREPARE append AS {INSERT}");
        for statement in [entries, "SET plan_cache_mode = force_generic_plan", &prepare] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *connection).await.unwrap();
        }
        // Before and after the server has analysed the table.
        for analyse in ["SELECT 1", "ANALYZE journal_entries"] {
            sqlx::raw_sql(analyse).execute(&mut *connection).await.unwrap();
            let explain = r"EXPLAIN EXECUTE append(20000, '\x00', '{20001}', '{\\x00}', '{\\x00}')";
            let plan: Vec<(String,)> = sqlx::query_as(explain).fetch_all(&mut *connection).await.unwrap();
            let plan: String = plan.into_iter().map(|(line,)| line + "\n").collect();
            assert!(plan.contains("Index"), "{plan}");
            assert!(!plan.contains("Seq Scan on journal_entries"), "{plan}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_session_commits_durably_whatever_the_database_says() {
        let server = countersign_testkit::Postgres::start();
        for (configured, expected) in
            [("off", "on"), ("on", "on"), ("local", "local"), ("remote_apply", "remote_apply")]
        {
            let url = server.fresh_database();
            let (_, database) = url.rsplit_once('/').unwrap();
            server.run_sql(&url, &format!("ALTER DATABASE {database} SET synchronous_commit = {configured}"));
            let store = PostgresStore::open(&url.into(), &PostgresOptions::default()).await.unwrap();
            let (used,): (String,) = sqlx::query_as("SELECT current_setting('synchronous_commit')")
                .fetch_one(&store.pool)
                .await
                .unwrap();
            assert_eq!(used, expected, "where the database says {configured}");
        }
    }
}
