//! Facts about the journal itself.

use crate::AcceptedHead;
use serde::{Deserialize, Serialize};

/// An event about the journal itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum JournalFact {
    /// The operator had a process start whose journal does not hold what was remembered of it outside.
    #[serde(rename = "journal.head_accepted/1")]
    HeadAccepted(AcceptedHead),
}
