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
    /// The purpose.
    pub purpose: String,
    /// The direct members.
    pub members: Vec<Member>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The kind of member.
    pub kind: MemberKind,
    /// The person's or service account's id, or the group's name.
    pub id: String,
    /// The member's name for people.
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
    /// Another group, and so all of its members.
    Group,
}

/// A group to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// Its name. The name of a removed group is never used again.
    #[schema(value_type = words::GroupName)]
    pub name: GroupName,
    /// The purpose.
    pub purpose: String,
}
