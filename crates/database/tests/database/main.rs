//! The tables on both stores: real files and a real PostgreSQL server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod opening;
mod scratch;
mod store;
mod transactions;

use countersign_database::{Database, DatabaseError, Migrator};
use store::TestStore;

static SQLITE: Migrator = sqlx::migrate!("tests/migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("tests/migrations/postgres");

/// Opens the store with the table `numbers`.
pub(crate) async fn with_numbers(store: &TestStore) -> Database {
    let database = store.open().await;
    migrate(&database).await.unwrap();
    database
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
