//! Facts about sources of identities: directories and systems that say which accounts and groups there are.
//!
//! What a source says is no fact, and is kept in tables. These facts say who declared a source, and who applied which
//! import of it.

use crate::{ChangedRows, IdentitySource};
use countersign_names::{PersonId, SourceName};
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
    /// A source says that a person left, and the person was suspended for it: by the fact before this one.
    #[serde(rename = "source.person_left/1")]
    PersonLeft {
        /// The name of the source.
        source: SourceName,
        /// The import that says so.
        import: u64,
        /// The person.
        person: PersonId,
        /// The key of the person's record in the source.
        record: String,
    },
    /// A source has a person again whom it suspended.
    #[serde(rename = "source.person_returned/1")]
    PersonReturned {
        /// The name of the source.
        source: SourceName,
        /// The import that says so.
        import: u64,
        /// The person.
        person: PersonId,
        /// The key of the person's record in the source.
        record: String,
    },
    /// An administrator confirmed that an import may suspend this many people, beyond what the declaration allows.
    #[serde(rename = "source.leavers_confirmed/1")]
    LeaversConfirmed {
        /// The name of the source.
        source: SourceName,
        /// The import.
        import: u64,
        /// The number of people, with those whom it suspended already.
        people: u32,
    },
}

#[cfg(test)]
crate::golden::every_fact! { SourceFact {
    Declared { source, about },
    Withdrawn { source },
    ImportApplied { source, import, nodes, edges, max_gone_percent },
    PersonLeft { source, import, person, record },
    PersonReturned { source, import, person, record },
    LeaversConfirmed { source, import, people },
} }
