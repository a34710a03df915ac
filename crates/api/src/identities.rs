//! Identities: which accounts of which sources belong to one person or one service, and what people decided about it.

use crate::words;
use countersign_names::{LinkDecisionId, SourceName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InventoryIdentityKind {
    /// A person who is employed.
    Employee,
    /// A person who works by contract.
    Contractor,
    /// A person of a supplier.
    Vendor,
    /// A person; no source says how they work for the organisation.
    Person,
    /// A service.
    Service,
    /// A pipeline, a bot, a script.
    Automation,
    /// A machine as such.
    Machine,
    /// An old application with an account of its own.
    Legacy,
}

/// Whether an account belongs to an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InventoryAccountState {
    /// It belongs to one.
    Linked,
    /// A person should look at one or more candidates.
    Proposed,
    /// Several identities have a certain claim.
    Disputed,
    /// No identity is in question.
    Orphan,
}

/// What every identity that is no person should have, and what no source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityLack {
    /// Who answers for it.
    Owner,
    /// What it is for.
    Purpose,
}

/// A record of a person, or an account: the name by which it is known in all imports of its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeReference {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key in the source.
    #[schema(min_length = 1, max_length = 1024)]
    pub key: String,
}

/// An identity. Its source and key are those of its first record, or of its first account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InventoryIdentity {
    /// The source of the node that it is named by.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key of that node.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// What it is.
    pub kind: InventoryIdentityKind,
    /// Whether a record of a person, or an account of an authoritative source, describes it.
    pub recorded: bool,
    /// Number of its accounts.
    pub accounts: u64,
    /// Number of attributes about which its sources contradict each other.
    pub contradictions: u64,
    /// Who answers for it, as the source says it or by name; of a person, absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The owner's identity or account, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_node: Option<NodeReference>,
    /// What it is for; of a person, absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it lacks. An owner is lacking too if the source names one whom no source knows.
    pub lacks: Vec<IdentityLack>,
}

/// Everything about an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KnownInventoryIdentity {
    /// The identity.
    #[serde(flatten)]
    pub identity: InventoryIdentity,
    /// The values that are shown, each with the node that it is taken from.
    pub attributes: Vec<IdentityAttribute>,
    /// The attributes about which its sources contradict each other, each with one value of each kind. The first is shown.
    pub contradicting: Vec<ContradictingAttribute>,
    /// The records of the person.
    pub records: Vec<NamedRecord>,
    /// Its accounts.
    pub linked: Vec<CorrelatedAccount>,
    /// The accounts that may belong to it, and about which a person should decide.
    pub in_question: Vec<CorrelatedAccount>,
}

/// A record of a person with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedRecord {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key in the source.
    pub key: String,
    /// Its name in the source.
    pub name: String,
}

/// A value of an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityAttribute {
    /// The attribute: `display_name`, `mail`, `department` and the like.
    pub attribute: String,
    /// The value, as the source has it.
    pub value: String,
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key of the node in the source.
    pub key: String,
}

/// An attribute about which sources contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContradictingAttribute {
    /// The attribute.
    pub attribute: String,
    /// One value of each kind.
    pub values: Vec<IdentityAttribute>,
}

/// An account, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CorrelatedAccount {
    /// The source.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key in the source.
    pub key: String,
    /// Its name in the source.
    pub name: String,
    /// Whether it belongs to an identity.
    pub state: InventoryAccountState,
    /// The identity that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<NodeReference>,
    /// Why it belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<LinkGround>,
    /// The decision by which it belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::LinkDecisionId>)]
    pub decision: Option<LinkDecisionId>,
    /// The rules by which it belongs to it.
    pub evidence: Vec<RuleEvidence>,
    /// The identities in question, the best one first.
    pub candidates: Vec<IdentityCandidate>,
}

/// Why an account belongs to its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkGround {
    /// The identity is known by it.
    Itself,
    /// By rules.
    Rules,
    /// By the decision of a person.
    Decision,
}

/// An identity that an account may belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityCandidate {
    /// The source of the node that it is named by.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key of that node.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The sum of the points, in thousandths.
    pub total: i64,
    /// What speaks for it and against it.
    pub evidence: Vec<RuleEvidence>,
}

/// A rule that applied, with the values side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleEvidence {
    /// The name of the rule.
    pub rule: String,
    /// Its points, in thousandths; below zero if it speaks against.
    pub points: i64,
    /// What was compared.
    pub compared: Vec<ComparedPair>,
}

/// Two values that were compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComparedPair {
    /// What was compared, in the words of the file of rules: `mail`, `family_name_like`.
    pub comparison: String,
    /// The value of the account.
    pub account: String,
    /// The value of the identity.
    pub identity: String,
    /// The source of the node that has the identity's value.
    #[schema(value_type = words::SourceName)]
    pub source: SourceName,
    /// The key of that node.
    pub key: String,
}

/// What a person decides about two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityRuling {
    /// The first, an account, belongs to the identity of the second.
    Linked,
    /// They belong to different identities.
    Separated,
    /// Their identities are one.
    Merged,
}

/// A decision to be taken about identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIdentityDecision {
    /// What is decided.
    pub ruling: IdentityRuling,
    /// The account that is linked, or one of two nodes.
    pub one: NodeReference,
    /// A node of the identity that the account belongs to, or the other node.
    pub other: NodeReference,
    /// The reason; the journal keeps it.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A decision about identities that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordedIdentityDecision {
    /// What it is known by, so that it can be undone.
    #[schema(value_type = words::LinkDecisionId)]
    pub id: LinkDecisionId,
    /// What was decided.
    pub ruling: IdentityRuling,
    /// The account that is linked, or one of two nodes.
    pub one: NodeReference,
    /// A node of the identity that the account belongs to, or the other node.
    pub other: NodeReference,
    /// The reason.
    pub reason: String,
    /// When it was taken.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// Who took it: an id, or `operator`.
    pub by: String,
    /// The name of that person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
}

/// Where correlation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CorrelationState {
    /// Whether the last result is of what the sources, the decisions and the rules say now.
    pub current: bool,
    /// Whether a requested run has not begun yet.
    pub requested: bool,
    /// Whether a process works on it.
    pub running: bool,
    /// Why the last run failed, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The last result. Absent before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<CorrelationResult>,
}

/// The numbers of a result of correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CorrelationResult {
    /// When the run began.
    #[schema(value_type = words::Moment)]
    pub started_at: Timestamp,
    /// When its result took effect.
    #[schema(value_type = words::Moment)]
    pub ended_at: Timestamp,
    /// Number of records of people and accounts that it read.
    pub nodes: u64,
    /// Number of identities that are people.
    pub people: u64,
    /// Number of identities that are no people.
    pub others: u64,
    /// Number of accounts that belong to an identity.
    pub linked: u64,
    /// Number of accounts that a person should look at.
    pub proposed: u64,
    /// Number of accounts to which several identities lay claim.
    pub disputed: u64,
    /// Number of accounts of which no identity is in question.
    pub orphans: u64,
}

/// The rules by which accounts are correlated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CorrelationRuleText {
    /// Whether the operator declared a file. What it does not have is as shipped.
    pub declared: bool,
    /// The text of the operator's file, or of the shipped one.
    pub text: String,
    /// What is wrong with it. While something is, no correlation runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
