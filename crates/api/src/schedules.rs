//! What is done every so often, by one process of those that could.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A schedule, and how it went last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// Its name; with the name of a process behind `@` when each process does it for itself.
    #[schema(example = "jobs.history")]
    pub name: String,
    /// How often it is due, in seconds.
    pub every_seconds: u64,
    /// When it is due next.
    #[schema(value_type = words::Moment)]
    pub due_at: Timestamp,
    /// For how many seconds it has been due without anybody doing it; none while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_seconds: Option<u64>,
    /// The process that works on it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Until when that process holds it, unless it extends its lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub lease_until: Option<Timestamp>,
    /// When it began last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub last_started_at: Option<Timestamp>,
    /// When it ended last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub last_ended_at: Option<Timestamp>,
    /// Why it failed, if it failed the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// How often it failed in a row.
    pub failures: u64,
}
