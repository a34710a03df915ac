//! The operator's word that a journal is believed, as facts state it.

use serde::{Deserialize, Serialize};

/// A head of the journal that is believed although another was remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedHead {
    /// The process that had remembered it.
    pub gate: String,
    /// The head that was remembered, as `12:` and its hash; none when what was remembered could not be read.
    pub remembered: Option<String>,
    /// The head that was found, and is believed.
    pub found: String,
    /// Why, in the operator's words.
    pub why: String,
}
