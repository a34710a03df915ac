//! Facts about risk.

use countersign_names::{Principal, RiskLevel};
use serde::{Deserialize, Serialize};

/// An event about the risk level of a principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum RiskFact {
    /// How risky a principal looks changed.
    #[serde(rename = "risk.changed/1")]
    Changed {
        /// Who.
        principal: Principal,
        /// The level from now on.
        level: RiskLevel,
        /// Why, a reason a line, in words that can be shown to an analyst.
        reasons: Vec<String>,
    },
}
