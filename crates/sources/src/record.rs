//! The one form into which every source is read: nodes (accounts, groups, ...) and the edges between them.

use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Maximum length of a key, a name or any other text of a record, in bytes.
pub const LONGEST_TEXT: usize = 1024;

/// The identifier that a source itself gives to one of its records, and never reuses if the source can help it: a GUID, a
/// UUID, an ARN, a distinguished name. Unique within its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceKey(String);

impl SourceKey {
    /// Returns the key, or `None` if the text is empty, longer than [`LONGEST_TEXT`], or has a control character.
    pub fn new(text: &str) -> Option<Self> {
        let valid = !text.is_empty() && text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control);
        valid.then(|| Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One statement of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceRecord {
    /// Something that the source knows.
    Node(Box<SourceNode>),
    /// A relation between two things that it knows.
    Edge(SourceEdge),
}

/// Something that a source knows: an account, a group, ....
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceNode {
    /// Its key in the source.
    pub key: SourceKey,
    /// The name that people know it by: a login, the name of a group, the title of a resource.
    pub name: String,
    /// What it is.
    pub body: NodeBody,
}

/// What a node is, with everything that the source says about it. An absent field means that the source did not say, and
/// nothing is concluded from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NodeBody {
    /// A person, as an authoritative source of people (personnel records) describes one.
    Person(PersonRecord),
    /// An account: something that can sign in or be called.
    Account(AccountRecord),
    /// A group of accounts and groups.
    Group(GroupRecord),
    /// A role that accounts and groups can take on.
    Role(GroupRecord),
    /// Something that can be reached.
    Resource(ResourceRecord),
    /// A credential of an account.
    Credential(CredentialRecord),
}

impl NodeBody {
    /// Returns the kind.
    pub const fn kind(&self) -> NodeKind {
        match self {
            Self::Person(_) => NodeKind::Person,
            Self::Account(_) => NodeKind::Account,
            Self::Group(_) => NodeKind::Group,
            Self::Role(_) => NodeKind::Role,
            Self::Resource(_) => NodeKind::Resource,
            Self::Credential(_) => NodeKind::Credential,
        }
    }
}

/// The kind of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A person.
    Person,
    /// An account.
    Account,
    /// A group.
    Group,
    /// A role.
    Role,
    /// A resource.
    Resource,
    /// A credential.
    Credential,
}

impl NodeKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Person, Self::Account, Self::Group, Self::Role, Self::Resource, Self::Credential];

    /// Returns the word that stands for it in tables and on the wire.
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

/// The attributes of a person that accounts are correlated by. Shared by people and accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonalAttributes {
    /// The full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The mail addresses, the primary one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<String>,
    /// The employee number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    /// The kind of employment, in the source's own words: employee, contractor, vendor, ....
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment: Option<String>,
    /// The title or job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The manager, by the source's reference: a key, or whatever the source writes there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
}

/// A person in an authoritative source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonRecord {
    /// The attributes that accounts are correlated by.
    #[serde(flatten)]
    pub personal: PersonalAttributes,
    /// When the person starts or started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// When the person leaves or left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Whether the source says that the person is active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountRecord {
    /// The attributes of its person, as far as the source says.
    #[serde(flatten)]
    pub personal: PersonalAttributes,
    /// Who or what uses it, if the source says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_by: Option<AccountUse>,
    /// Further names by which it signs in: a user principal name, a distinguished name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What the account is for, in the source's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its owner, by the source's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whether it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// When it was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it was used last. The source may be late by as much as it says in its guide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// When its password was set last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_set_at: Option<Timestamp>,
    /// Whether the password never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_never_expires: Option<bool>,
    /// When it stops working by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Whether it signs in with more than one factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_factor: Option<bool>,
}

/// Who or what uses an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountUse {
    /// A person.
    Person,
    /// A service, an automation or another program.
    Service,
    /// A machine as such.
    Machine,
}

/// A group or a role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupRecord {
    /// What it is for, in the source's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its owner, by the source's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it was used last, as a role is taken on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// Whether the source itself grants power over the source to its members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
}

/// Something that can be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceRecord {
    /// What kind of thing it is, in the source's words: a bucket, a database, a host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Its owner, by the source's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A credential. Never its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRecord {
    /// What it is.
    pub class: CredentialClass,
    /// Whether it can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// When it was created or changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it was used last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// When it stops working by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// What a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialClass {
    /// A password.
    Password,
    /// A static key or token for an interface.
    ApiKey,
    /// A public key for SSH.
    SshKey,
    /// An X.509 certificate.
    Certificate,
    /// A second factor.
    SecondFactor,
}

/// A relation between two nodes of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEdge {
    /// The key of the node that has it.
    pub from: SourceKey,
    /// What it is.
    pub relation: Relation,
    /// The key of the other node.
    pub to: SourceKey,
    /// What else the source says about it.
    pub body: EdgeBody,
}

/// A relation, read from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// An account or group is a member of a group, or has a role.
    MemberOf,
    /// An account, group or role may do something with a resource: an entitlement.
    May,
    /// An account, group or role can take control of the other node: reset its password, change its members, assume it.
    Controls,
    /// An account has a credential.
    Has,
}

impl Relation {
    /// All relations.
    pub const ALL: [Self; 4] = [Self::MemberOf, Self::May, Self::Controls, Self::Has];

    /// Returns the word that stands for it in tables and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MemberOf => "member_of",
            Self::May => "may",
            Self::Controls => "controls",
            Self::Has => "has",
        }
    }
}

/// What a source says about a relation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct EdgeBody {
    /// What may be done, in the source's words: an action, a right, a role of a database.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rights: Vec<String>,
    /// How much power that is, if the reader of the source can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<PrivilegeLevel>,
    /// Whether it holds only under conditions, which the reader does not evaluate. If some of its rights do and others do
    /// not: whether those of its level do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub conditional: bool,
    /// The place in the source that says so: a policy, a line, an access control entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<String>,
    /// Who authorised it, if the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorised_by: Option<String>,
    /// Since when, if the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When it was used last, if the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// How much power a right gives over a resource, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivilegeLevel {
    /// Sees what is there.
    Read,
    /// Changes what is there.
    Write,
    /// Changes who may do what, or how the resource works.
    Administer,
}
