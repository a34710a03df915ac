//! Both stores for a test: the SQLite file of a real journal and a database of a real PostgreSQL server.

use countersign_database::Database;
use countersign_journal::Journal;
use countersign_testkit::Postgres;
use std::path::PathBuf;
use tempfile::TempDir;

/// A separate store for one test.
pub(crate) struct TestStore {
    folder: TempDir,
    /// Keeps the SQLite file open, which belongs to the journal.
    pub(crate) journal: Option<Journal>,
    server: Option<(Postgres, String)>,
}

impl TestStore {
    /// Creates a journal's SQLite file.
    pub(crate) async fn sqlite() -> Self {
        let mut store = Self { folder: TempDir::new().unwrap(), journal: None, server: None };
        store.journal = Some(Journal::open_sqlite(store.file()).await.unwrap());
        store
    }

    /// Creates an empty PostgreSQL database on a server of its own.
    pub(crate) fn postgres() -> Self {
        let server = Postgres::start();
        let url = server.fresh_database();
        Self { folder: TempDir::new().unwrap(), journal: None, server: Some((server, url)) }
    }

    /// Creates one of each.
    pub(crate) async fn both() -> [Self; 2] {
        [Self::sqlite().await, Self::postgres()]
    }

    /// Returns the path of the SQLite file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("journal.sqlite")
    }

    /// Returns the PostgreSQL server.
    pub(crate) fn server(&mut self) -> &mut Postgres {
        &mut self.server.as_mut().unwrap().0
    }

    /// Opens the store, as each process does.
    pub(crate) async fn open(&self) -> Database {
        match &self.server {
            None => Database::open_sqlite(&self.file()).await.unwrap(),
            Some((_, url)) => Database::open_postgres(&url.clone().into(), 3).await.unwrap(),
        }
    }
}
