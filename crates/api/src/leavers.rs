//! People who left, says a source: who is suspended for it, who is not and why, and what they still have elsewhere.

use crate::words;
use countersign_names::{PersonId, SourceName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The bounds of a source that suspends people who left, unless its declaration says others.
pub const USUAL_LEAVERS: LeaverBounds = LeaverBounds { people: 20, percent: 10 };

/// Maximum number of people whom a preview names, of each kind.
pub const MOST_PREVIEWED: usize = 50;

/// How many people one import of a source may suspend because they left. Both bounds hold; beyond them, nobody is
/// suspended before an administrator confirms it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaverBounds {
    /// The number of people.
    #[schema(minimum = 1)]
    pub people: u32,
    /// The share of the people here whom the source has, in percent; rounded up to a whole person.
    #[schema(minimum = 1, maximum = 100)]
    pub percent: u8,
}

/// What became of the people who left, by the last import that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceLeavers {
    /// The import.
    pub import: u64,
    /// When it was looked at last.
    #[schema(value_type = words::Moment)]
    pub looked_at: Timestamp,
    /// Number of people here whom the source has, or had.
    pub people: u64,
    /// Number of people who are suspended because the source says that they left.
    pub suspended: u64,
    /// Number of people who left or came back, and are left to people because they administer or approve here.
    pub protected: u64,
    /// Why nobody was suspended by this import. Absent if it does not say of too many people that they left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldBack>,
}

/// One import says of more people that they left than it may suspend: it suspends none until an administrator confirms the
/// number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldBack {
    /// The number of people whom the import would suspend, with those whom it suspended already.
    pub people: u32,
    /// The number of people whom it may suspend.
    pub allowed: u32,
}

/// What is the case with a person who left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaverState {
    /// The source suspended the person.
    Suspended,
    /// The source suspended the person, and an administrator restored them since.
    Restored,
    /// The person administers or approves here: people suspend them.
    Protected,
    /// The person is suspended for another reason.
    SuspendedOtherwise,
    /// The person is active: too many people left at once, or the import is not looked at yet.
    Waiting,
}

/// A person here who left, says a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonWhoLeft {
    /// The person.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// The person's mail address.
    pub email: String,
    /// What is the case.
    pub state: LeaverState,
    /// The key of the person's record in the source.
    pub record: String,
    /// When the person left, if the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub ended_at: Option<Timestamp>,
    /// Whether the source no longer has the record.
    pub gone: bool,
    /// The import with which the source suspended the person. Absent if it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<u64>,
    /// The accounts of the person in other sources that are not disabled there.
    pub holds: Vec<HeldAccount>,
}

/// An account of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldAccount {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key in the source.
    pub key: String,
    /// The name in the source.
    pub name: String,
    /// Whether the source says that it can be used. Absent if it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Confirms that an import may suspend this many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmLeavers {
    /// The import: the last one of the source.
    pub import: u64,
    /// The number of people, as the source shows it.
    #[schema(minimum = 1)]
    pub people: u32,
}

/// Whom an import that waits would suspend and restore.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaverPreview {
    /// Number of people whom it would suspend.
    pub leaving: u64,
    /// Some of these people, at most 50.
    pub who_leave: Vec<PreviewedPerson>,
    /// Number of people whose suspension it would end.
    pub returning: u64,
    /// Some of these people, at most 50.
    pub who_return: Vec<PreviewedPerson>,
    /// The people who left or came back, and are left to people because they administer or approve here; at most 50.
    pub protected: Vec<PreviewedPerson>,
    /// Why nobody would be suspended. Absent if it does not say of too many people that they left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldBack>,
}

/// A person in a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewedPerson {
    /// The person.
    #[schema(value_type = words::PersonId)]
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// The person's mail address.
    pub email: String,
}
