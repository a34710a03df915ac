//! What sources say about identities: nodes (people, accounts, groups, roles, resources, credentials) and the edges
//! between them.

use crate::words;
use countersign_names::{SourceName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a node of the inventory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InventoryKind {
    /// A person, in personnel records.
    Person,
    /// An account: something that can sign in or be called.
    Account,
    /// A group of accounts and groups.
    Group,
    /// A role that accounts and groups can take on.
    Role,
    /// Something that can be reached.
    Resource,
    /// A credential of an account. Never its secret.
    Credential,
}

impl InventoryKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Person, Self::Account, Self::Group, Self::Role, Self::Resource, Self::Credential];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Account => "account",
            Self::Group => "group",
            Self::Role => "role",
            Self::Resource => "resource",
            Self::Credential => "credential",
        }
    }
}

/// A relation between two nodes of one source, read from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EdgeRelation {
    /// An account or group is a member of a group, or has a role.
    MemberOf,
    /// An account, group or role may do something with a resource: an entitlement.
    May,
    /// An account, group or role can take control of the other node.
    Controls,
    /// An account has a credential.
    Has,
}

impl EdgeRelation {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MemberOf => "member_of",
            Self::May => "may",
            Self::Controls => "controls",
            Self::Has => "has",
        }
    }
}

/// The end of an edge at which a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeEnd {
    /// The node has the edge: its own memberships and entitlements.
    From,
    /// The edge leads to the node: its members, and who may reach it.
    To,
}

/// Who or what uses an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsedBy {
    /// A person.
    Person,
    /// A service, an automation or another program.
    Service,
    /// A machine as such.
    Machine,
}

/// How much power a right gives over a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RightLevel {
    /// Sees what is there.
    Read,
    /// Changes what is there.
    Write,
    /// Changes who may do what, or how the resource works.
    Administer,
}

/// A node that a source describes. Each text has at most 1,024 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedNode {
    /// The key that the source itself gives to it, unique within the source.
    #[schema(min_length = 1)]
    pub key: String,
    /// The name that people know it by.
    pub name: String,
    /// What it is.
    pub kind: InventoryKind,
    /// What the source says about it.
    #[serde(default)]
    pub attributes: NodeAttributes,
}

/// What a source says about a node. What is absent was not said. Which of them a node can have depends on its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeAttributes {
    /// Of a person or an account: the full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Of a person or an account: the given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Of a person or an account: the family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Of a person or an account: the mail addresses, the primary one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<String>,
    /// Of a person or an account: the employee number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    /// Of a person or an account: the kind of employment, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employment: Option<String>,
    /// Of a person or an account: the title or job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Of a person or an account: the department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Of a person or an account: the location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Of a person or an account: the manager, by the source's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// Of a person: when they start or started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub starts_at: Option<Timestamp>,
    /// Of a person: when they leave or left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub ends_at: Option<Timestamp>,
    /// Of a person: whether the source says that they are active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Of an account: who or what uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<UsedBy>,
    /// Of an account: further names by which it signs in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Of an account, a group or a role: what it is for, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Of an account, a group, a role or a resource: its owner, by the source's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Of an account or a credential: whether it can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Of an account, a group, a role or a credential: when it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub created_at: Option<Timestamp>,
    /// Of an account, a group, a role or a credential: when it was used last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub last_used_at: Option<Timestamp>,
    /// Of an account: when its password was set last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub password_set_at: Option<Timestamp>,
    /// Of an account: whether its password never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_never_expires: Option<bool>,
    /// Of an account or a credential: when it stops working by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// Of an account: whether it signs in with more than one factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multi_factor: Option<bool>,
    /// Of a group or a role: whether the source itself gives its members power over the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// Of a resource: what kind of thing it is, in the source's words. Of a credential, which needs it: `password`,
    /// `api_key`, `ssh_key`, `certificate` or `second_factor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// An edge that a source describes. Each text has at most 1,024 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedEdge {
    /// The key of the node that has it.
    #[schema(min_length = 1)]
    pub from: String,
    /// What it is.
    pub relation: EdgeRelation,
    /// The key of the other node.
    #[schema(min_length = 1)]
    pub to: String,
    /// What else the source says about it.
    #[serde(default)]
    pub attributes: EdgeAttributes,
}

/// What a source says about an edge. What is absent was not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeAttributes {
    /// What may be done, in the source's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rights: Vec<String>,
    /// How much power that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RightLevel>,
    /// Whether it holds only under conditions, which are not evaluated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conditional: bool,
    /// The place in the source that says so: a policy, a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<String>,
    /// Who authorised it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised_by: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// When it was used last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub last_used_at: Option<Timestamp>,
}

/// A node of the inventory, as its source describes it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InventoryNode {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// Its key in the source.
    pub key: String,
    /// The name that people know it by.
    pub name: String,
    /// What it is.
    pub kind: InventoryKind,
    /// What the source says about it.
    pub attributes: NodeAttributes,
}

/// A node of the inventory, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KnownNode {
    /// The node.
    pub node: InventoryNode,
    /// The title of its source.
    pub source_title: String,
    /// The import of the source that holds.
    pub import: u64,
    /// When that was applied.
    #[schema(value_type = words::Moment)]
    pub imported_at: Timestamp,
    /// The import from which on the source says what it says now.
    pub since_import: u64,
    /// When that was applied. Absent if it is not known any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
}

/// An edge of a node of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InventoryEdge {
    /// The key of the node that has it.
    pub from: String,
    /// What it is.
    pub relation: EdgeRelation,
    /// The key of the other node.
    pub to: String,
    /// What the node at the other end is. Absent if the source only mentions it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_kind: Option<InventoryKind>,
    /// The name of the node at the other end. Absent if the source only mentions it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_name: Option<String>,
    /// What else the source says about it.
    pub attributes: EdgeAttributes,
}
