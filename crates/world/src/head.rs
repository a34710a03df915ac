//! The operator's acceptance of a journal that lacks a remembered entry.

use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};

/// The last acceptance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadAccepted {
    /// When it was stated.
    pub at: Timestamp,
    /// The sequence of the fact.
    pub seq: u64,
    /// The process that had remembered more.
    pub gate: String,
    /// The reason, as the operator wrote it.
    pub why: String,
}
