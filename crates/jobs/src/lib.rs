//! Jobs that survive a restart, schedules, and the leases by which one process of many does the work.
//!
//! A job or a schedule is a row beside the journal. The process that works on it holds a lease: a name and a moment, set by
//! one statement that compares and sets, and moved on while the work goes on. Each time that somebody takes the work up, its
//! attempt grows by one; a process that lost its lease holds an earlier attempt, so whatever it writes then is refused.
//! What the rows say is a convenience and no evidence: a row that is lost or altered changes no decision and no fact.
//!
//! The clock is an argument. This room must not know what a job does, who may ask for it, or how it is shown.

mod lease;
mod schedules;
mod table;

pub use lease::{JobClaim, LeaseHolder, LeasePace, LeaseState, retry_pause};
pub use schedules::{ScheduleClaim, ScheduleRow, ScheduleTable, next_due};
pub use table::{JobEnding, JobProgress, JobRow, JobTable, NewJobRow, RowState};

use countersign_database::{Database, DatabaseError};

/// Makes the tables of this room, or brings them up to date.
///
/// # Errors
/// As [`Database::migrate`].
pub async fn migrate(database: &Database) -> Result<(), DatabaseError> {
    let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
    database.migrate("jobs", sqlite, postgres).await
}
