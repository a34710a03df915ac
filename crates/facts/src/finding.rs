//! How bad a finding was when it was accepted.

use serde::{Deserialize, Serialize};

/// How bad a finding is, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptedSeverity {
    /// It will be a finding soon.
    Notice,
    /// It should be mended at some time.
    Low,
    /// It should be mended.
    Medium,
    /// It should be mended now.
    High,
    /// It should be mended now, and gives power over a system.
    Critical,
}
