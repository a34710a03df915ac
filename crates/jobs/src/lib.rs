//! Jobs that survive a restart, schedules, and the leases that let exactly one of many processes do the work.
//!
//! A job or a schedule is a row beside the journal. The process that works on it holds a lease: an owner and an end
//! time, set by one compare-and-set statement and extended while the work continues. Each time a process takes the work
//! up, the attempt number grows by one. A process that lost its lease has an earlier attempt number, so its later
//! writes are refused. The rows are a convenience and not evidence: a lost or altered row changes no decision and no
//! fact.
//!
//! The clock is an argument. This room must not know what a job does, who may request it, or how it is shown.

mod lease;
mod runner;
mod schedules;
mod states;
mod table;

pub use lease::{JobClaim, LeaseHolder, LeasePace, LeaseState};
pub use runner::{
    DeclaredSchedule, RuntimeTime, ScheduleOutcome, ScheduleRun, ScheduleRunner, ScheduleStore, ScheduleTime,
    ScheduledWork,
};
pub use schedules::{ScheduleClaim, ScheduleDue, ScheduleRow, ScheduleTable};
pub use states::{RunOutcome, ScheduleStates, ScheduleTrouble};
pub use table::{JobEnding, JobProgress, JobRow, JobTable, NewJobRow, RowState, TakenJob};

use countersign_database::{Database, DatabaseError};

/// Creates or upgrades the tables of this room.
///
/// # Errors
/// The same as [`Database::migrate`].
pub async fn migrate(database: &Database) -> Result<(), DatabaseError> {
    let both = || sqlx::migrate!();
    database.migrate("jobs", both(), both()).await
}
