//! The operator's word that a journal is believed although it does not hold what was remembered of it.

use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};

/// What was accepted last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadAccepted {
    /// When.
    pub at: Timestamp,
    /// The place of the fact in the journal.
    pub seq: u64,
    /// The process that had remembered more.
    pub gate: String,
    /// Why, in the operator's words.
    pub why: String,
}
