//! Facts about sources of identities: directories and systems that say which accounts and groups there are.
//!
//! What a source says is no fact, and is kept in tables. These facts say who declared a source, and who applied which
//! import of it.

use crate::{ChangedRows, IdentitySource};
use countersign_names::SourceName;
use serde::{Deserialize, Serialize};

/// An event about a source of identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum SourceFact {
    /// A source was declared, or declared again: the fact holds the whole declaration.
    #[serde(rename = "source.declared/1")]
    Declared {
        /// The name of the source.
        source: SourceName,
        /// The declaration.
        #[serde(flatten)]
        about: IdentitySource,
    },
    /// A source was withdrawn, with everything that it said.
    #[serde(rename = "source.withdrawn/1")]
    Withdrawn {
        /// The name of the source.
        source: SourceName,
    },
    /// An import of a source was applied.
    #[serde(rename = "source.import_applied/1")]
    ImportApplied {
        /// The name of the source.
        source: SourceName,
        /// The number of the import within its source. Numbers only rise.
        import: u64,
        /// How many accounts, groups and the like it changed.
        nodes: ChangedRows,
        /// How many memberships, entitlements and the like it changed.
        edges: ChangedRows,
        /// The largest share of the accounts and groups that could be gone, in percent.
        max_gone_percent: u8,
    },
}

#[cfg(test)]
crate::golden::every_fact! { SourceFact {
    Declared { source, about },
    Withdrawn { source },
    ImportApplied { source, import, nodes, edges, max_gone_percent },
} }
