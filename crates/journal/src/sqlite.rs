//! The journal in one SQLite file, for one machine.
//!
//! One connection writes and a few read. The file `<name>.lock` beside it is locked while a process has the journal
//! open for appending. SQLite itself would admit a second process, but the followers of the first would not be
//! notified, and a world that silently stops changing is worse than an error at the start.

use crate::chain::{Batch, Entry, Head, Seq, StoredEntry};
use crate::error::{OpenError, StoreError};
use crate::store::{self, Inserted};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Number of read connections beside the writer. Reads are the fold at the start and the followers after it: few at a
/// time.
const READERS: u32 = 4;

/// How many rows SQLite's thread reads ahead: with sqlx's default of 50, a start spent its time on wake-ups.
const ROWS_AHEAD: usize = 1024;

/// How long a connection waits for another's lock. Only a checkpoint or a backup can hold one for long.
const BUSY: Duration = Duration::from_secs(5);

pub(crate) struct SqliteStore {
    reads: SqlitePool,
    /// `None` if opened for reading.
    writer: Option<SqliteWriter>,
}

struct SqliteWriter {
    pool: SqlitePool,
    /// The locked file; the lock lasts as long as this value.
    lock: File,
    /// Statements that insert this many rows, longest first: a round trip through SQLite's thread costs more than a
    /// row.
    inserts: [(usize, Arc<str>); 3],
}

impl SqliteStore {
    pub(crate) async fn open(path: &Path) -> Result<Self, OpenError> {
        let lock = take_lock(path)?;
        // Created here and not by SQLite, so that only its owner can read it; SQLite gives its other files the same
        // mode.
        open_private(path)?;
        let options = options(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .optimize_on_close(false, None);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_with(options)
            .await
            .map_err(opening)?;
        check_durable(&pool).await?;
        let mut migrations = sqlx::migrate!("migrations/sqlite");
        migrations.dangerous_set_table_name(store::MIGRATIONS);
        migrations.run(&pool).await?;
        let inserts = [64, 8, 1].map(|rows| (rows, insert_statement(rows)));
        Ok(Self { reads: readers(path).await?, writer: Some(SqliteWriter { pool, lock, inserts }) })
    }

    pub(crate) async fn open_readonly(path: &Path) -> Result<Self, OpenError> {
        File::open(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => OpenError::Missing,
            _ => OpenError::File { path: path.to_owned(), source },
        })?;
        let reads = readers(path).await?;
        let (tables,): (i64,) = sqlx::query_as(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'journal_entries'",
        )
        .fetch_one(&reads)
        .await
        .map_err(opening)?;
        if tables == 0 {
            return Err(OpenError::Missing);
        }
        Ok(Self { reads, writer: None })
    }

    /// Returns a handle with the same readers and no writer, for the polling task.
    pub(crate) fn watched(&self) -> Self {
        Self { reads: self.reads.clone(), writer: None }
    }

    pub(crate) async fn insert(&self, batch: &Batch) -> Result<Inserted, StoreError> {
        let failed = |e: sqlx::Error| StoreError::new("appending", e);
        let Some(writer) = &self.writer else {
            return Err(StoreError::new("appending", "it was opened for reading"));
        };
        let mut transaction = writer.pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        let row = sqlx::query_as(store::HEAD).fetch_optional(&mut *transaction).await.map_err(failed)?;
        let head = store::head_of(row)?;
        if head != batch.after() {
            return Ok(Inserted::HeadWas(head));
        }
        let mut rest = batch.entries();
        for (rows, statement) in &writer.inserts {
            while let Some((now, later)) = rest.split_at_checked(*rows) {
                bind(statement, now).execute(&mut *transaction).await.map_err(failed)?;
                rest = later;
            }
        }
        transaction.commit().await.map_err(failed)?;
        Ok(Inserted::Yes)
    }

    pub(crate) async fn head(&self) -> Result<Head, StoreError> {
        let row = sqlx::query_as(store::HEAD).fetch_optional(&self.reads).await;
        store::head_of(row.map_err(|e| StoreError::new("reading its head", e))?)
    }

    pub(crate) async fn page(
        &self,
        after: Seq,
        limit: u32,
        bytes: usize,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let rows = sqlx::query_as(store::PAGE).bind(store::stored(after)).bind(i64::from(limit));
        Ok(store::take(rows.fetch(&self.reads), bytes, None).await?.page)
    }

    pub(crate) async fn count(&self, until: Seq) -> Result<u64, StoreError> {
        let row = sqlx::query_as(store::COUNT).bind(store::stored(until)).fetch_one(&self.reads).await;
        let (rows,): (i64,) = row.map_err(|e| StoreError::new("counting entries", e))?;
        Ok(rows.unsigned_abs())
    }

    pub(crate) async fn set_archived(&self, until: Head) -> Result<(), StoreError> {
        let query =
            sqlx::query(store::SET_ARCHIVED).bind(store::stored(until.seq)).bind(until.hash.0.to_vec());
        let noted = query.execute(self.writing("noting what is archived")?).await;
        noted.map(|_| ()).map_err(|e| StoreError::new("noting what is archived", e))
    }

    pub(crate) async fn archived(&self) -> Result<i64, StoreError> {
        let row = sqlx::query_as(store::ARCHIVED).fetch_optional(&self.reads).await;
        let row: Option<(i64,)> = row.map_err(|e| StoreError::new("reading what is archived", e))?;
        Ok(row.map_or(0, |(until,)| until))
    }

    pub(crate) async fn delete_some(&self, until: Seq) -> Result<u64, StoreError> {
        let query = sqlx::query(store::DELETE_SOME).bind(store::stored(until));
        let deleted = query.execute(self.writing("deleting archived entries")?).await;
        Ok(deleted.map_err(|e| StoreError::new("deleting archived entries", e))?.rows_affected())
    }

    fn writing(&self, doing: &'static str) -> Result<&SqlitePool, StoreError> {
        let writer = self.writer.as_ref();
        writer.map(|writer| &writer.pool).ok_or_else(|| StoreError::new(doing, "it was opened for reading"))
    }

    pub(crate) async fn close(&self) {
        self.reads.close().await;
        if let Some(writer) = &self.writer {
            writer.pool.close().await;
            if let Err(error) = writer.lock.unlock() {
                tracing::warn!(%error, "the journal's lock file was not let go; it will be when the process ends");
            }
        }
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(BUSY).disable_statement_logging()
}

async fn readers(path: &Path) -> Result<SqlitePool, OpenError> {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options(path).read_only(true).row_buffer_size(ROWS_AHEAD))
        .await
        .map_err(opening)
}

fn opening(error: sqlx::Error) -> OpenError {
    OpenError::Store(StoreError::new("opening the SQLite file", error))
}

fn take_lock(path: &Path) -> Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let lock = open_private(&lock_path)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(OpenError::File { path: lock_path, source }),
    }
}

fn open_private(path: &Path) -> Result<File, OpenError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|source| OpenError::File { path: path.to_owned(), source })
}

/// Checks the settings by reading them back, because SQLite silently ignores a pragma that it cannot fulfil.
async fn check_durable(pool: &SqlitePool) -> Result<(), OpenError> {
    let (mode,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(pool).await.map_err(opening)?;
    let (flushes,): (i64,) = sqlx::query_as("PRAGMA synchronous").fetch_one(pool).await.map_err(opening)?;
    if mode != "wal" {
        let remedy = "keep the journal on a local file system, not on a network share";
        return Err(OpenError::NotDurable { setting: "journal_mode", found: mode, remedy });
    }
    if flushes != 2 {
        let remedy = "it must be 2 (FULL)";
        return Err(OpenError::NotDurable { setting: "synchronous", found: flushes.to_string(), remedy });
    }
    Ok(())
}

fn insert_statement(rows: usize) -> Arc<str> {
    let values: Vec<_> =
        (0..rows).map(|row| format!("(${}, ${}, ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3)).collect();
    format!("INSERT INTO journal_entries (seq, hash, payload) VALUES {}", values.join(", ")).into()
}

type SqliteQuery = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bind(statement: &Arc<str>, entries: &[Entry]) -> SqliteQuery {
    // Safe: `insert_statement` builds the text from numbers only.
    entries.iter().fold(sqlx::query(AssertSqlSafe(Arc::clone(statement))), |query, entry| {
        query.bind(store::stored(entry.seq)).bind(entry.hash.0.to_vec()).bind(entry.payload.clone())
    })
}
