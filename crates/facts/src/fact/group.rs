//! Facts about groups.

use crate::Member;
use countersign_names::GroupName;
use serde::{Deserialize, Serialize};

/// An event about a group, or who is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum GroupFact {
    /// A group came into the inventory.
    #[serde(rename = "group.added/1")]
    Added {
        /// Its name.
        group: GroupName,
        /// What it is for.
        purpose: String,
    },
    /// A group went; nobody is in it any more, and its name is never taken again.
    #[serde(rename = "group.removed/1")]
    Removed {
        /// Its name.
        group: GroupName,
    },
    /// Somebody, or another group, is now in a group.
    #[serde(rename = "group.member_added/1")]
    MemberAdded {
        /// The group.
        group: GroupName,
        /// Who is in it now.
        member: Member,
    },
    /// Somebody, or another group, is no longer in a group.
    #[serde(rename = "group.member_removed/1")]
    MemberRemoved {
        /// The group.
        group: GroupName,
        /// Who is not in it any more.
        member: Member,
    },
}
