//! The tables on both stores: real files and a real PostgreSQL server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod opening;
mod transactions;

use countersign_database::{Database, DatabaseError, Migrator};
use countersign_journal::Journal;
use countersign_testkit::Postgres;
use std::path::PathBuf;
use tempfile::TempDir;

static SQLITE: Migrator = sqlx::migrate!("tests/migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("tests/migrations/postgres");

/// A store of its own for one test.
pub(crate) struct Store {
    folder: TempDir,
    /// Keeps the file of SQLite, which is the journal's.
    journal: Option<Journal>,
    server: Option<(Postgres, String)>,
}

impl Store {
    /// A journal's SQLite file and an empty PostgreSQL database.
    pub(crate) async fn both() -> [Self; 2] {
        let server = Postgres::start();
        let url = server.fresh_database();
        let postgres = Self { folder: TempDir::new().unwrap(), journal: None, server: Some((server, url)) };
        let mut sqlite = Self { folder: TempDir::new().unwrap(), journal: None, server: None };
        sqlite.journal = Some(Journal::open_sqlite(sqlite.file()).await.unwrap());
        [sqlite, postgres]
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("journal.sqlite")
    }

    pub(crate) async fn open(&self) -> Database {
        match &self.server {
            None => Database::open_sqlite(&self.file()).await.unwrap(),
            Some((_, url)) => Database::open_postgres(&url.clone().into(), 3).await.unwrap(),
        }
    }

    /// With the table `numbers`.
    pub(crate) async fn with_numbers(&self) -> Database {
        let database = self.open().await;
        migrate(&database).await.unwrap();
        database
    }
}

pub(crate) async fn migrate(database: &Database) -> Result<(), DatabaseError> {
    let copy =
        |migrator: &Migrator| Migrator { migrations: migrator.migrations.clone(), ..Migrator::DEFAULT };
    database.migrate("numbers", copy(&SQLITE), copy(&POSTGRES)).await
}

pub(crate) async fn set(database: &Database, name: &str, value: i64) -> Result<(), DatabaseError> {
    let set = "INSERT INTO numbers (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > numbers.value";
    database
        .write("setting a number", async |connection| {
            sqlx::query(set).bind(name).bind(value).execute(connection).await.map(|_| ())
        })
        .await
}

pub(crate) async fn get(database: &Database, name: &str) -> Option<i64> {
    let row: Option<(i64,)> = database
        .read("reading a number", async |connection| {
            sqlx::query_as("SELECT value FROM numbers WHERE name = $1")
                .bind(name)
                .fetch_optional(connection)
                .await
        })
        .await
        .unwrap();
    row.map(|(value,)| value)
}
