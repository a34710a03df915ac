//! Who can reach what and who can come to control what, by what the sources of identities say.

use crate::inventory::{EdgeRelation, InventoryKind, RightLevel};
use crate::words;
use countersign_names::{SourceName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Number of items on a page of these answers, unless `limit` says otherwise.
pub const USUAL_ACCESS_PAGE: u32 = 100;

/// Maximum number of items on a page of these answers: each comes with its path.
pub const LARGEST_ACCESS_PAGE: u32 = 1_000;

/// Maximum number of steps of a path that an answer shows.
pub const LONGEST_SHOWN_PATH: usize = 100;

/// What an answer means by access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessMeans {
    /// What the holder of an account may do today: by its rights, and through its groups and roles.
    Reach,
    /// What the holder of an account can come to act as or to change at will, if they mean harm.
    Control,
}

impl AccessMeans {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Control => "control",
        }
    }
}

/// When the graph that answers was read, and as of which imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessAsOf {
    /// When it was read.
    #[schema(value_type = words::Moment)]
    pub read_at: Timestamp,
    /// The sources that it has, each as of one import.
    pub sources: Vec<AccessSource>,
    /// Whether it is being read anew, because an import was applied or a source was withdrawn since.
    pub being_read: bool,
}

/// A source, as of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessSource {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The import.
    pub import: u64,
    /// When that was applied.
    #[schema(value_type = words::Moment)]
    pub applied_at: Timestamp,
}

/// The graph that answers who can reach what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessGraphState {
    /// When it was read, and as of which imports.
    pub as_of: AccessAsOf,
    /// Number of people, accounts, groups, roles, resources and credentials.
    pub nodes: u64,
    /// Number of memberships, rights and other relations.
    pub edges: u64,
    /// Number of bytes that it takes in memory.
    pub bytes: u64,
    /// How long reading it took, in milliseconds.
    pub read_ms: u64,
}

/// A person, account, group, role, resource or credential in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessNode {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// Its key in the source.
    pub key: String,
    /// The name that people know it by.
    pub name: String,
    /// What it is. Absent if the source only mentions it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<InventoryKind>,
    /// Whether it is tier zero: its source says that it has power over the source.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tier_zero: bool,
}

/// One step of a path: a relation that the source states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessStep {
    /// Where it begins.
    pub from: AccessNode,
    /// What it is.
    pub relation: EdgeRelation,
    /// Where it ends.
    pub to: AccessNode,
    /// How much power it gives, if the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RightLevel>,
    /// Whether it holds only under conditions, which are not evaluated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conditional: bool,
    /// What may be done, in the source's words, with commas between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
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
}

/// A path: how one node reaches another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessPath {
    /// Number of steps.
    pub length: u64,
    /// The steps, each from where the one before ended. Only the first 100 of a longer path.
    pub steps: Vec<AccessStep>,
}

/// A node at the other end of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessEnd {
    /// The node.
    pub node: AccessNode,
    /// The highest level, if the source says one. Being in a group is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RightLevel>,
    /// Whether every such path has a condition, which is not evaluated.
    pub conditional: bool,
    /// A path: of reach a strongest one, of control a shortest one.
    pub path: AccessPath,
}

/// Who can reach a node or come to control it, what it can reach, or what it can come to control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessAnswer {
    /// When the graph was read that answers, and as of which imports.
    pub as_of: AccessAsOf,
    /// The node that was asked about.
    pub node: AccessNode,
    /// What is meant by access.
    pub means: AccessMeans,
    /// Number of all items, on every page.
    pub total: u64,
    /// The items of this page: of reach the strongest first, of control the nearest.
    pub items: Vec<AccessEnd>,
    /// The `cursor` of the next page; absent at the end of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What the holder of a compromised account can come to control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CompromiseAnswer {
    /// When the graph was read that answers, and as of which imports.
    pub as_of: AccessAsOf,
    /// The node that was asked about.
    pub node: AccessNode,
    /// Whether tier zero can come under control.
    pub reaches_tier_zero: bool,
    /// To how many resources and the like there are rights, with everything that can come under control.
    pub rights: RightCounts,
    /// Number of all items, on every page.
    pub total: u64,
    /// What can come under control: the nearest first. The items of this page.
    pub items: Vec<AccessEnd>,
    /// The `cursor` of the next page; absent at the end of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// To how many nodes there are rights, each counted by the highest level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RightCounts {
    /// Rights to administer.
    pub administer: u64,
    /// Rights to write.
    pub write: u64,
    /// Rights to read.
    pub read: u64,
    /// Rights whose level the source does not say.
    pub unstated: u64,
}

/// A shortest path between two nodes, or that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PathAnswer {
    /// When the graph was read that answers, and as of which imports.
    pub as_of: AccessAsOf,
    /// Where it begins.
    pub from: AccessNode,
    /// Where it ends. Absent if tier zero was asked about and cannot be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AccessNode>,
    /// What is meant by access.
    pub means: AccessMeans,
    /// A shortest path; absent if there is none. Of no step if both ends are the same, or if the first is tier zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<AccessPath>,
}

/// Tier zero, and who can come to control some of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TierZeroAnswer {
    /// When the graph was read that answers, and as of which imports.
    pub as_of: AccessAsOf,
    /// Number of nodes that are tier zero.
    pub tier_zero_total: u64,
    /// The first 100 of them, by source and key.
    pub tier_zero: Vec<AccessNode>,
    /// Number of accounts that are tier zero or can come to control some of it.
    pub accounts: u64,
    /// Number of all accounts.
    pub of_accounts: u64,
    /// Number of all items, on every page.
    pub total: u64,
    /// Who can come to control some of tier zero, each with a shortest path: the nearest first. The items of this page.
    pub items: Vec<AccessEnd>,
    /// The `cursor` of the next page; absent at the end of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
