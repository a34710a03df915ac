//! Tables beside the journal, in the same SQLite file or PostgreSQL database: rows that may be lost or rebuilt.
//!
//! This room knows how to open, upgrade, read and write such a database within a time limit. It must not know what any
//! table means, and it never touches the journal's own tables, which only `journal` writes.
//!
//! The connections are separate from the journal's, so a slow query never delays an append by taking its connection. On
//! SQLite a write here and an append wait for each other, so a write is one short transaction.
//!
//! One SQL text serves both stores (sqlx's `Any`). Callers use only what both support: columns of type BIGINT, TEXT, DOUBLE
//! PRECISION and BLOB (BYTEA on PostgreSQL), moments as microseconds, parameters as `$1`, `ON CONFLICT … DO UPDATE` and
//! `RETURNING`. A commit on SQLite survives the end of the process, but the newest may be lost when the machine loses
//! power (`synchronous=NORMAL`), which costs an append no flush.

mod error;
mod open;
mod statement;

pub use error::DatabaseError;
pub use sqlx::AnyConnection;
pub use sqlx::migrate::Migrator;
pub use statement::{BoundStatement, bound, insert_rows};

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Connection as _};
use std::time::Duration;
use tokio::time::Instant;

/// How long one read or write may take, the wait for a connection included.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// How long a write of many leaves the lock to others at most.
const LONGEST_TURN: Duration = Duration::from_millis(50);

/// A handle to the tables. Clones share their connections.
#[derive(Clone)]
pub struct Database {
    pool: AnyPool,
    store: StoreKind,
    time_limit: Duration,
}

/// Which of the two stores holds the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// One file, on one machine.
    Sqlite,
    /// A server that several processes share.
    Postgres,
}

impl StoreKind {
    /// Returns the statement that begins a transaction that writes. SQLite takes the lock at once: a transaction that
    /// reads first and then meets another writer could only start again. PostgreSQL uses one isolation level, whatever
    /// the default of the database is.
    const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// Returns the statement that begins a transaction in which every read sees the same rows.
    const fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

impl Database {
    /// Returns the kind of the store.
    #[must_use]
    pub const fn store(&self) -> StoreKind {
        self.store
    }

    /// Returns a handle with another time limit for each read and write. The default is ten seconds.
    #[must_use]
    pub const fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Creates the tables of one room, or upgrades them. The table `<room>_migrations` records the applied migrations, so
    /// that rooms do not depend on each other's. On PostgreSQL several processes may call this at once; a SQLite file has
    /// one process, because the journal holds a lock on it.
    ///
    /// # Errors
    /// [`DatabaseError::Newer`] if a newer build created the tables.
    pub async fn migrate(
        &self,
        room: &'static str,
        sqlite: Migrator,
        postgres: Migrator,
    ) -> Result<(), DatabaseError> {
        let mut migrator = match self.store {
            StoreKind::Sqlite => sqlite,
            StoreKind::Postgres => postgres,
        };
        migrator.dangerous_set_table_name(format!("{room}_migrations"));
        migrator.run(&self.pool).await.map_err(|error| DatabaseError::migrating(room, error))
    }

    /// Reads within the time limit. Every statement of `work` sees the same rows. `doing` completes "while …".
    ///
    /// # Errors
    /// If the store fails or does not answer in time.
    pub async fn read<T>(
        &self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, DatabaseError> {
        self.transact(doing, self.store.begin_read(), work).await
    }

    /// Writes in one transaction within the time limit. It is committed when `work` returns `Ok` and rolled back
    /// otherwise.
    ///
    /// # Errors
    /// If the store fails or does not answer in time. The transaction may then be committed or not, unless the error came
    /// from `work`.
    pub async fn write<T>(
        &self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, DatabaseError> {
        self.transact(doing, self.store.begin_write(), work).await
    }

    /// Writes as [`Self::write`] does, as one of very many writes in a row. On SQLite it then waits for as long as the
    /// transaction took. A connection that waits for the lock there only tries again after up to a tenth of a second: it
    /// would find the lock taken again each time, and an append to the journal would wait for many writes, not for one.
    ///
    /// # Errors
    /// The same as [`Self::write`].
    pub async fn write_in_bulk<T>(
        &self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, DatabaseError> {
        let begun = Instant::now();
        let done = self.write(doing, work).await;
        if self.store == StoreKind::Sqlite {
            tokio::time::sleep(begun.elapsed().min(LONGEST_TURN)).await;
        }
        done
    }

    async fn transact<T>(
        &self,
        doing: &'static str,
        begin: &'static str,
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, DatabaseError> {
        let until = Instant::now() + self.time_limit;
        let failed = |error: sqlx::Error| DatabaseError::store(doing, error);
        let late = |_| DatabaseError::Late { doing };
        let connection = tokio::time::timeout_at(until, self.pool.acquire()).await.map_err(late)?;
        let mut connection: PoolConnection<Any> = connection.map_err(failed)?;
        let transaction = async {
            let mut transaction = connection.begin_with(begin).await?;
            let done = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(done)
        };
        if let Ok(result) = tokio::time::timeout_at(until, transaction).await {
            return result.map_err(failed);
        }
        // The pool would wait for the answer of this connection, and run out once that happened to each.
        connection.close_on_drop();
        Err(DatabaseError::Late { doing })
    }

    /// Closes the connections, after the operations in progress have ended.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
