//! What correlation gives.

use crate::NodeComparison;
use crate::attributes::{AttributeClash, AttributeName, ShownAttribute};
use countersign_sources::SourceKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A node of one of several sources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcedKey {
    /// The name of the source.
    pub source: String,
    /// The key of the node in it.
    pub key: SourceKey,
}

impl SourcedKey {
    /// Creates it.
    pub fn new(source: &str, key: SourceKey) -> Self {
        Self { source: source.to_owned(), key }
    }
}

impl fmt::Display for SourcedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.key)
    }
}

/// What an identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
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

impl IdentityKind {
    /// Returns the word that stands for it in tables and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Contractor => "contractor",
            Self::Vendor => "vendor",
            Self::Person => "person",
            Self::Service => "service",
            Self::Automation => "automation",
            Self::Machine => "machine",
            Self::Legacy => "legacy",
        }
    }

    /// Returns whether it is a person.
    pub const fn is_person(self) -> bool {
        matches!(self, Self::Employee | Self::Contractor | Self::Vendor | Self::Person)
    }
}

/// Everything that correlation found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorrelatedIdentities {
    /// The identities, by their ids.
    pub identities: BTreeMap<SourcedKey, CorrelatedIdentity>,
    /// The state of each account.
    pub accounts: BTreeMap<SourcedKey, AccountState>,
    /// People of whom two records may exist.
    pub duplicates: Vec<PossibleDuplicate>,
    /// Decisions that a newer one contradicts, by their ids.
    pub overridden: Vec<String>,
    /// The identity of each node that belongs to one.
    pub(crate) of_node: BTreeMap<SourcedKey, SourcedKey>,
}

impl CorrelatedIdentities {
    /// Returns the identity that a person's record or an account belongs to.
    pub fn identity_of(&self, node: &SourcedKey) -> Option<&CorrelatedIdentity> {
        self.of_node.get(node).and_then(|id| self.identities.get(id))
    }
}

/// A person, service or machine, with what the sources say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrelatedIdentity {
    /// The node that it is named by: the first record of the person, or the first account if there is none.
    pub id: SourcedKey,
    /// What it is.
    pub kind: IdentityKind,
    /// Whether a record of a person, or an account of an authoritative source, describes it.
    pub recorded: bool,
    /// Its nodes, in order.
    pub nodes: Vec<SourcedKey>,
    /// The values that are shown, by attribute, each with the source that it is taken from.
    pub shown: BTreeMap<AttributeName, ShownAttribute>,
    /// The attributes about which its sources contradict each other.
    pub clashes: Vec<AttributeClash>,
    /// Who answers for it; of a person, that is the person.
    pub owner: IdentityOwner,
    /// What it is for, of what is no person.
    pub purpose: Option<String>,
}

/// Who answers for an identity that is no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityOwner {
    /// The identity is a person.
    Itself,
    /// A person whom the sources know.
    Known(SourcedKey),
    /// An account of which it is not known whose it is.
    Account(SourcedKey),
    /// A login that several people have.
    Several(String),
    /// A text that names nobody whom the sources know.
    Unresolved(String),
    /// No source names anybody.
    Missing,
}

/// Whether an account belongs to an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountState {
    /// It does.
    Linked {
        /// The identity.
        identity: SourcedKey,
        /// Why.
        basis: LinkBasis,
    },
    /// A person should look at one or more candidates, none of which is certain. The best comes first.
    Proposed(Vec<AccountCandidate>),
    /// Several identities lay claim to it.
    Disputed(Vec<AccountCandidate>),
    /// No identity is in question.
    Orphan,
}

/// Why an account belongs to its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkBasis {
    /// It is what the identity is known by.
    Itself,
    /// By rules.
    Rules(Vec<MatchEvidence>),
    /// By the decision of a person, which has this id.
    Decision(String),
}

/// An identity that an account may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCandidate {
    /// The identity.
    pub identity: SourcedKey,
    /// The total, in thousandths.
    pub total: i64,
    /// What speaks for it and against it.
    pub evidence: Vec<MatchEvidence>,
}

/// A rule that applied, with the values side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchEvidence {
    /// The name of the rule.
    pub rule: String,
    /// Its points, in thousandths; below zero if it speaks against.
    pub points: i64,
    /// What was compared.
    pub compared: Vec<ComparedValues>,
}

/// Two values that were compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedValues {
    /// What was compared.
    pub comparison: NodeComparison,
    /// The value of the account.
    pub account: String,
    /// The node of the identity that has the other value.
    pub node: SourcedKey,
    /// The value of that node.
    pub identity: String,
}

/// Two identities that may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleDuplicate {
    /// A record of a person.
    pub one: SourcedKey,
    /// Another one.
    pub other: SourcedKey,
    /// The total, in thousandths.
    pub total: i64,
    /// What speaks for it and against it.
    pub evidence: Vec<MatchEvidence>,
}
