//! Sources of identities, and what an import of one changed.

use countersign_names::{PersonId, SourceFormat, SourceName};
use serde::{Deserialize, Serialize};

/// A source of identities, as it was declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentitySource {
    /// The format of its exports, or `other`.
    pub format: SourceFormat,
    /// The title that people see.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// The person who is responsible for it.
    pub owner: PersonId,
    /// Whether it says who belongs to the organisation, as personnel records do.
    pub authoritative: bool,
    /// How often it is to be imported, in seconds. `None` if nobody expects it at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_every_seconds: Option<u64>,
    /// How many people one of its imports may suspend because they left. `None` if it suspends nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leavers: Option<LeaverLimit>,
}

/// How many people one import of a source may suspend: both bounds hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaverLimit {
    /// The number of people.
    pub people: u32,
    /// The share of the people here whom the source has, in percent. It is rounded up to a whole person.
    pub percent: u8,
}

/// How many rows of a source an import changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedRows {
    /// Number of rows that the source did not have before.
    pub new: u64,
    /// Number of rows that say something else now.
    pub changed: u64,
    /// Number of rows that the source no longer has.
    pub gone: u64,
}

/// A person or an account as a source has it: it keeps this name from import to import.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityNode {
    /// The source.
    pub source: SourceName,
    /// The key in it.
    pub key: String,
}

impl std::fmt::Display for IdentityNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.source, self.key)
    }
}
