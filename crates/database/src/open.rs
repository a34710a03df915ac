//! Opening the database that holds the journal, once the journal is open.

use crate::error::DatabaseError;
use crate::{Database, StoreKind, TIME_LIMIT};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{ConnectOptions as _, Executor as _};
use std::path::Path;
use url::Url;

/// SQLite lets one connection write at a time. The others read.
const SQLITE_CONNECTIONS: u32 = 3;

/// SQLite waits five seconds for another connection's lock: less than the time limit, so that its own error names the
/// cause. The query makes a file that is not a database fail here.
const SQLITE_SETTINGS: &str =
    "PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; SELECT count(*) FROM sqlite_master";

/// A process that freezes in the middle of a transaction (a paused machine, SIGSTOP) would keep its locks from every
/// other process for as long as its connection lives. The server ends such a transaction after the time limit, when its
/// client would have given up anyway.
const POSTGRES_SETTINGS: &str =
    "SET application_name = 'countersign tables'; SET idle_in_transaction_session_timeout = '10s'";

/// Losing such a database costs nothing, so it is not flushed. Without a journal nothing of a transaction is held in
/// memory.
const SCRATCH_SETTINGS: &str = "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF";

impl Database {
    /// Opens a new and empty database in a temporary file of SQLite, for rows that need not fit in memory. SQLite removes
    /// the file's name at once, so nothing is left even if the process is killed. The file lies in the folder that
    /// `SQLITE_TMPDIR` or `TMPDIR` names, or else in `/var/tmp`.
    ///
    /// The database is gone with the last handle to it, and after a read or write that exceeded its time limit. It keeps
    /// no journal: after a write that failed its content is undefined, and the caller must give it up.
    ///
    /// # Errors
    /// If SQLite cannot open it.
    pub async fn open_scratch() -> Result<Self, DatabaseError> {
        sqlx::any::install_default_drivers();
        let failed = |error| DatabaseError::store("opening a temporary database", error);
        let options = "sqlite:?mode=rwc".parse::<AnyConnectOptions>().map_err(failed)?;
        // One connection is the whole database, so the pool must never replace it.
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(TIME_LIMIT)
            .after_connect(move |connection, _| {
                Box::pin(async move { connection.execute(SCRATCH_SETTINGS).await.map(|_| ()) })
            })
            .connect_with(options.disable_statement_logging())
            .await
            .map_err(failed)?;
        Ok(Self { pool, store: StoreKind::Sqlite, time_limit: TIME_LIMIT })
    }

    /// Opens the SQLite file of the journal. It must exist: the journal creates it, with its permissions and its
    /// write-ahead log.
    ///
    /// # Errors
    /// If there is no such file, or it is not a database.
    pub async fn open_sqlite(path: &Path) -> Result<Self, DatabaseError> {
        let bad_path = || DatabaseError::Path { path: path.to_owned() };
        let absolute = std::path::absolute(path).map_err(|_| bad_path())?;
        let name = absolute.to_str().ok_or_else(bad_path)?;
        let mut url = Url::parse("sqlite:///").map_err(|_| bad_path())?;
        // `set_path` encodes whatever else a path may not hold.
        url.set_path(&name.replace('%', "%25"));
        url.set_query(Some("mode=rw"));
        Self::connect(url, StoreKind::Sqlite, SQLITE_CONNECTIONS, SQLITE_SETTINGS).await
    }

    /// Opens a PostgreSQL database with at most this number of connections.
    ///
    /// # Errors
    /// If the URL does not parse, or the server is unreachable.
    pub async fn open_postgres(url: &SecretString, connections: u32) -> Result<Self, DatabaseError> {
        let url = Url::parse(url.expose_secret()).map_err(|_| DatabaseError::Url)?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(DatabaseError::Url);
        }
        Self::connect(url, StoreKind::Postgres, connections.max(1), POSTGRES_SETTINGS).await
    }

    async fn connect(
        url: Url,
        store: StoreKind,
        connections: u32,
        settings: &'static str,
    ) -> Result<Self, DatabaseError> {
        sqlx::any::install_default_drivers();
        let failed = |error| DatabaseError::store("connecting", error);
        let options = AnyConnectOptions::from_url(&url).map_err(failed)?.disable_statement_logging();
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(TIME_LIMIT)
            .after_connect(move |connection, _| {
                Box::pin(async move { connection.execute(settings).await.map(|_| ()) })
            })
            .connect_with(options)
            .await
            .map_err(failed)?;
        Ok(Self { pool, store, time_limit: TIME_LIMIT })
    }
}
