//! Opens a journal, and defines the options of each store.

use crate::error::OpenError;
use crate::follow::{POLL, Signals};
use crate::postgres::{self, PostgresStore};
use crate::sqlite::SqliteStore;
use crate::store::Store;
use crate::{Inner, Journal};
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The access of a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Append and read; creates the schema if it is missing.
    #[default]
    Append,
    /// Read only; changes nothing, not even the schema.
    Read,
}

/// Options of a PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// Maximum number of connections, in addition to the listening one.
    pub connections: u32,
    /// Time-out of one operation, including the wait for a connection.
    pub timeout: Duration,
    /// Whether to append.
    pub access: Access,
}

impl Default for PostgresOptions {
    /// Eight connections, a time-out of ten seconds, access for appending.
    fn default() -> Self {
        Self { connections: 8, timeout: Duration::from_secs(10), access: Access::Append }
    }
}

impl Journal {
    /// Opens the journal in this file for appending, and creates it if it is missing. The folder must exist.
    ///
    /// # Errors
    /// [`OpenError::InUse`] while another handle (of this or another process) has it open for appending.
    pub async fn open_sqlite(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let store = SqliteStore::open(path.as_ref()).await?;
        let signals = Signals::new(store.head().await?.seq);
        Ok(Self::assemble(Store::Sqlite(store), signals, Access::Append, None))
    }

    /// Opens the journal in this file for reading, beside the process that appends to it: to verify or export it. Its
    /// followers poll every two seconds, because nothing notifies them.
    ///
    /// # Errors
    /// [`OpenError::Missing`] if there is none.
    pub async fn open_sqlite_readonly(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let store = SqliteStore::open_readonly(path.as_ref()).await?;
        let signals = Signals::new(store.head().await?.seq);
        let watcher = tokio::spawn(look_on(store.watched(), signals.clone())).abort_handle();
        Ok(Self::assemble(Store::Sqlite(store), signals, Access::Read, Some(watcher)))
    }

    /// Opens the journal in this PostgreSQL database. Any number of processes can have it open.
    ///
    /// # Errors
    /// If the server is unreachable, is configured so that it can lose acknowledged entries, or holds a newer schema.
    pub async fn open_postgres(url: SecretString, options: PostgresOptions) -> Result<Self, OpenError> {
        let store = PostgresStore::open(&url, &options).await?;
        let signals = Signals::new(store.head().await?.seq);
        let watcher = tokio::spawn(postgres::watch(store.clone(), signals.clone())).abort_handle();
        Ok(Self::assemble(Store::Postgres(store), signals, options.access, Some(watcher)))
    }

    fn assemble(
        store: Store,
        signals: Signals,
        access: Access,
        watcher: Option<tokio::task::AbortHandle>,
    ) -> Self {
        let (archive, store_begins) = Default::default();
        Self(Arc::new(Inner { store, signals, access, archive, store_begins, watcher }))
    }
}

/// Keeps the signals of a file that another process writes up to date by polling.
async fn look_on(store: SqliteStore, signals: Signals) {
    loop {
        match store.head().await {
            Ok(head) => {
                signals.connected_at(head.seq);
                signals.appended(head.seq);
            }
            Err(error) => {
                if signals.lost() {
                    tracing::warn!(%error, "the journal cannot be read");
                }
            }
        }
        tokio::time::sleep(POLL).await;
    }
}
