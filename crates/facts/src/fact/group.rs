//! Facts about groups.

use crate::Member;
use countersign_names::GroupName;
use serde::{Deserialize, Serialize};

/// An event about a group or its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum GroupFact {
    /// A group was added to the inventory.
    #[serde(rename = "group.added/1")]
    Added {
        /// The name of the group.
        group: GroupName,
        /// The purpose of the group.
        purpose: String,
    },
    /// A group was removed, with all memberships. Its name can never be used again.
    #[serde(rename = "group.removed/1")]
    Removed {
        /// The name of the group.
        group: GroupName,
    },
    /// A member was added to a group.
    #[serde(rename = "group.member_added/1")]
    MemberAdded {
        /// The group.
        group: GroupName,
        /// The new member.
        member: Member,
    },
    /// A member was removed from a group.
    #[serde(rename = "group.member_removed/1")]
    MemberRemoved {
        /// The group.
        group: GroupName,
        /// The former member.
        member: Member,
    },
}

#[cfg(test)]
crate::golden::every_fact! { GroupFact {
    Added { group, purpose },
    Removed { group },
    MemberAdded { group, member },
    MemberRemoved { group, member },
} }
