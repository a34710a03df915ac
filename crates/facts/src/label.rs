//! Why a label was proposed.

use serde::{Deserialize, Serialize};

/// How many values of a sample a recogniser matched, and where. Never a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelEvidence {
    /// The file and column within the target. `None` if the target itself is the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The name of the recogniser.
    pub recogniser: String,
    /// Number of different values that it matched.
    pub matched: u64,
    /// Number of values that were sampled.
    pub sampled: u64,
}
