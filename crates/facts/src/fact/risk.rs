//! Facts about risk.

use countersign_names::{Principal, RiskLevel};
use serde::{Deserialize, Serialize};

/// An event about the risk level of a principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum RiskFact {
    /// The risk level of a principal changed.
    #[serde(rename = "risk.changed/1")]
    Changed {
        /// The principal.
        principal: Principal,
        /// The new level.
        level: RiskLevel,
        /// The reasons, one per line, as text for an analyst.
        reasons: Vec<String>,
    },
}

#[cfg(test)]
crate::golden::every_fact! { RiskFact {
    Changed { principal, level, reasons },
} }
