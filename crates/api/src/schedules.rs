//! Schedules: recurring work that one process of many does.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A schedule, and its last result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// Its name. If each process does the work for itself, `@` and the name of the process follow.
    #[schema(example = "jobs.history")]
    pub name: String,
    /// The interval in seconds.
    pub every_seconds: u64,
    /// When it is due next.
    #[schema(value_type = words::Moment)]
    pub due_at: Timestamp,
    /// For how many seconds it has been overdue. Absent if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_seconds: Option<u64>,
    /// The process that works on it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The end of that process's lease, unless the process extends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub lease_until: Option<Timestamp>,
    /// When it last started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub last_started_at: Option<Timestamp>,
    /// When it last ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub last_ended_at: Option<Timestamp>,
    /// Why the last run failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// Number of consecutive failures.
    pub failures: u64,
    /// What is wrong with it: its last run failed, nobody has done it for more than its interval, or a run goes on for
    /// longer than that. None: nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// What to do about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}
