//! Identities: which accounts of which sources belong to one person or one service.
//!
//! What people decide are facts; what the rules conclude from these and from the inventory is computed (ADR 0044), and kept
//! as tables (ADR 0048). No decision about an access reads either.

pub mod correlating;
pub mod decisions;
pub mod pages;
mod shown;

use crate::{Control, Refusal};
use countersign_identities::{IdentityError, IdentityTables};
use std::path::PathBuf;

/// Where identities are kept, and by which rules they are found.
pub struct IdentityKeeping {
    tables: IdentityTables,
    /// The operator's file of rules.
    rules: Option<PathBuf>,
    /// Held by the correlation that runs in this process.
    turn: tokio::sync::Mutex<()>,
}

impl IdentityKeeping {
    pub(crate) const fn tables(&self) -> &IdentityTables {
        &self.tables
    }
}

impl Control {
    /// Sets where identities are kept, and the operator's file of rules, if there is one. Only the first call counts;
    /// without one, nothing is correlated.
    pub fn keeps_identities(&self, tables: IdentityTables, rules: Option<PathBuf>) {
        let turn = tokio::sync::Mutex::default();
        let _already_known = self.0.identities.set(IdentityKeeping { tables, rules, turn });
    }

    pub(crate) fn identity_tables(&self) -> Result<&IdentityTables, Refusal> {
        self.identities().map(|keeping| &keeping.tables)
    }

    pub(crate) fn identities(&self) -> Result<&IdentityKeeping, Refusal> {
        self.0.identities.get().ok_or_else(|| Refusal::unavailable("this process keeps no identities"))
    }
}

impl From<IdentityError> for Refusal {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Superseded => Self::conflict(error.to_string()),
            IdentityError::Row { .. } => Self::unavailable(error.to_string()),
            IdentityError::Database(error) => {
                tracing::warn!(%error, "the tables of identities cannot be used");
                Self::unavailable(format!("the tables of identities do not answer: {error}"))
            }
        }
    }
}
