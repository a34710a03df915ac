//! What an access review asks about, and whom.

use countersign_names::{PersonId, SourceName, Timestamp};
use serde::{Deserialize, Serialize};

/// Which accesses a campaign asks about. All that is given must match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewScope {
    /// Only accesses in this source. Without it, those of every source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceName>,
    /// Only memberships in groups of this installation.
    pub here: bool,
    /// Only accesses through this group: its name here, or its key or name in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Only privileged accesses.
    pub privileged: bool,
    /// Only accesses of people who are not employed: contractors, vendors and the like.
    pub contractors: bool,
}

/// Who reviews an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewersRule {
    /// The owner of what is reached, or else of its source.
    Owner,
    /// The manager of who has the access.
    Manager,
    /// This person.
    Person(PersonId),
}

/// To whom undecided items go before the due date, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewEscalation {
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub to: PersonId,
}

/// What happens at the due date to an item that nobody decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndecidedRule {
    /// Nothing: the report says that nobody decided it.
    Nothing,
    /// It is revoked.
    Revoke,
}

/// What was decided about an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewVerdict {
    /// It stays.
    Keep,
    /// It is taken away.
    Revoke,
}
