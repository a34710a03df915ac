//! An item: one access of one identity, as it was when it was asked about.

use countersign_names::{PersonId, Timestamp};
use countersign_sources::{NodeKind, PrivilegeLevel, Relation};
use serde::{Deserialize, Serialize};

/// An access that somebody is asked to keep or to revoke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewItem {
    /// Its number in the campaign, from 1.
    pub number: u32,
    /// Whose access it is.
    pub subject: ItemSubject,
    /// What the access is.
    pub access: ItemAccess,
    /// When it was used, as far as a source or this installation knows, the newest first.
    pub uses: Vec<ItemUse>,
    /// Who was asked.
    pub assignment: ItemAssignment,
}

/// Whose access it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSubject {
    /// The name of the identity, or of the account if it belongs to none.
    pub name: String,
    /// The identity, as source and key; `None` if the account belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The people of this installation whose access it is. None of them reviews it.
    pub people: Vec<PersonId>,
    /// Whether they are contractors, vendors or the like.
    pub is_external: bool,
}

/// What the access is: an account and what was granted to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAccess {
    /// The source; `None` for a group of this installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The key of the account, or of the nested group, that has the access.
    pub account: String,
    /// Its name.
    pub account_name: String,
    /// Whether it can be used; `None` if the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// How the account has it.
    pub relation: Relation,
    /// The key of the group, role or resource.
    pub target: String,
    /// Its name.
    pub target_name: String,
    /// What it is; `None` if the source only mentions it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_kind: Option<NodeKind>,
    /// What it is for, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it lets the account do, the most powerful first, and not all of it.
    pub leads_to: Vec<LedTo>,
    /// Number of things that it leads to.
    pub leads_to_in_all: u32,
    /// The most power that it gives; `None` if the reader of the source cannot tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<PrivilegeLevel>,
    /// Whether it gives power over a system.
    pub privileged: bool,
    /// The place in the source that grants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<String>,
    /// Who authorised it, if the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised_by: Option<String>,
    /// Since when, if the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// Something that an access leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedTo {
    /// The name of the resource, or of what can be controlled.
    pub name: String,
    /// What may be done with it, in the source's words.
    pub rights: Vec<String>,
    /// How much power that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<PrivilegeLevel>,
}

/// Evidence of use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemUse {
    /// When it was used last.
    pub at: Timestamp,
    /// What was used: the account, a credential, the role, a session here.
    pub what: String,
}

/// Who was asked, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAssignment {
    /// The reviewer; `None` if there is nobody who may review it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<PersonId>,
    /// As what.
    pub assigned_as: AssignedAs,
    /// Why it is not whom the campaign asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// As what somebody reviews an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedAs {
    /// The owner of what is reached.
    Owner,
    /// The manager of who has the access.
    Manager,
    /// The person whom the campaign names.
    Named,
    /// The campaign's fallback.
    Fallback,
    /// The person to whom the campaign escalates.
    Escalation,
    /// Whom an administrator chose later.
    Chosen,
    /// Nobody may review it.
    Nobody,
}

impl AssignedAs {
    /// Returns the word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Named => "named",
            Self::Fallback => "fallback",
            Self::Escalation => "escalation",
            Self::Chosen => "chosen",
            Self::Nobody => "nobody",
        }
    }
}
