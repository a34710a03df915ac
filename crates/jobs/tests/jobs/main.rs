//! The tables on both stores: real files and a real PostgreSQL server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod killed;
mod leases;
mod schedules;
#[path = "../../../database/tests/database/store.rs"]
#[expect(dead_code, reason = "the tests of the database use all of it")]
mod store;

use countersign_database::Database;
use countersign_jobs::{LeaseHolder, LeasePace, NewJobRow};
use countersign_names::{JobId, Timestamp};
use store::TestStore;
use uuid::Uuid;

/// Opens the store as one more process, with the tables of jobs and schedules.
pub(crate) async fn opened(store: &TestStore) -> Database {
    let database = store.open().await;
    countersign_jobs::migrate(&database).await.unwrap();
    database
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
