//! The tables on both stores: real files and a real PostgreSQL server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod leases;
mod schedules;

use countersign_database::Database;
use countersign_jobs::{LeaseHolder, LeasePace, NewJobRow};
use countersign_journal::Journal;
use countersign_names::{JobId, Timestamp};
use countersign_testkit::Postgres;
use tempfile::TempDir;
use uuid::Uuid;

/// A separate store for one test.
pub(crate) struct Store {
    pub(crate) database: Database,
    _folder: TempDir,
    /// Keeps the SQLite file open, which belongs to the journal.
    _journal: Option<Journal>,
    server: Option<(Postgres, String)>,
}

impl Store {
    /// Creates a journal's SQLite file and an empty PostgreSQL database, with the tables.
    pub(crate) async fn both() -> [Self; 2] {
        let server = Postgres::start();
        let url = server.fresh_database();
        let database = Database::open_postgres(&url.clone().into(), 3).await.unwrap();
        let folder = TempDir::new().unwrap();
        let postgres = Self { database, _folder: folder, _journal: None, server: Some((server, url)) };
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("journal.sqlite");
        let journal = Journal::open_sqlite(file.clone()).await.unwrap();
        let database = Database::open_sqlite(&file).await.unwrap();
        let sqlite = Self { database, _folder: folder, _journal: Some(journal), server: None };
        for store in [&sqlite, &postgres] {
            countersign_jobs::migrate(&store.database).await.unwrap();
        }
        [sqlite, postgres]
    }

    /// Opens the store as another process would; on SQLite, which has one process, returns the same handle.
    pub(crate) async fn again(&self) -> Database {
        match &self.server {
            Some((_, url)) => Database::open_postgres(&url.clone().into(), 3).await.unwrap(),
            None => self.database.clone(),
        }
    }
}

pub(crate) fn holder(process: &str, start: &str) -> LeaseHolder {
    LeaseHolder { process: process.to_owned(), start: start.to_owned(), pace: LeasePace::default() }
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

pub(crate) fn job(number: u128) -> NewJobRow {
    NewJobRow {
        id: JobId::new(Uuid::from_u128(number)),
        kind: "replay".to_owned(),
        asked_by: "operator".to_owned(),
        parameters: Some("{}".to_owned()),
        since: at(1),
        until: at(2),
    }
}
