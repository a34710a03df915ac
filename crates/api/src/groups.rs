//! Groups.

use crate::words;
use countersign_names::GroupName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// Its name.
    #[schema(value_type = words::GroupName)]
    pub name: GroupName,
    /// What it is for.
    pub purpose: String,
    /// Who is in it directly.
    pub members: Vec<Member>,
}

/// Whoever is in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// What kind of member.
    pub kind: MemberKind,
    /// The person's or service account's id, or the group's name.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// The kinds of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// A person.
    Person,
    /// A service account.
    Service,
    /// Another group, and so everybody in it.
    Group,
}

/// A group to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// Its name; the name of a group that was removed is never taken again.
    #[schema(value_type = words::GroupName)]
    pub name: GroupName,
    /// What it is for.
    pub purpose: String,
}
