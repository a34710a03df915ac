//! What an identity shows of what its sources say, and where they contradict each other.

use crate::normal::name::ComparedName;
use crate::normal::{employee_number, name::NameAgreement, text::fold};
use crate::{CorrelationRules, SourcedKey};
use countersign_names::Timestamp;
use countersign_sources::{NodeBody, PersonalAttributes, SourceNode};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// An attribute that an identity shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeName {
    /// The full name.
    DisplayName,
    /// The given name.
    GivenName,
    /// The family name.
    FamilyName,
    /// The primary mail address.
    Mail,
    /// The employee number.
    EmployeeNumber,
    /// The kind of employment.
    Employment,
    /// The title or job.
    Title,
    /// The department.
    Department,
    /// The location.
    Location,
    /// The manager.
    Manager,
}

/// A value, and the node that it is taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownAttribute {
    /// The value, as the source wrote it.
    pub value: String,
    /// The node.
    pub node: SourcedKey,
}

/// An attribute about which the nodes of an identity contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeClash {
    /// The attribute.
    pub attribute: AttributeName,
    /// One value of each kind, the one that is shown first.
    pub values: Vec<ShownAttribute>,
}

impl AttributeName {
    /// All attributes.
    pub const ALL: [Self; 10] = [
        Self::DisplayName,
        Self::GivenName,
        Self::FamilyName,
        Self::Mail,
        Self::EmployeeNumber,
        Self::Employment,
        Self::Title,
        Self::Department,
        Self::Location,
        Self::Manager,
    ];

    /// Returns the word that stands for it in tables and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DisplayName => "display_name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Mail => "mail",
            Self::EmployeeNumber => "employee_number",
            Self::Employment => "employment",
            Self::Title => "title",
            Self::Department => "department",
            Self::Location => "location",
            Self::Manager => "manager",
        }
    }

    fn of(self, personal: &PersonalAttributes) -> Option<&String> {
        match self {
            Self::DisplayName => personal.display_name.as_ref(),
            Self::GivenName => personal.given_name.as_ref(),
            Self::FamilyName => personal.family_name.as_ref(),
            Self::Mail => personal.mails.first(),
            Self::EmployeeNumber => personal.employee_number.as_ref(),
            Self::Employment => personal.employment.as_ref(),
            Self::Title => personal.title.as_ref(),
            Self::Department => personal.department.as_ref(),
            Self::Location => personal.location.as_ref(),
            Self::Manager => personal.manager.as_ref(),
        }
    }

    /// Returns whether two values contradict each other. People have several addresses, full names are written in many ways,
    /// and every source refers to managers in its own way, so that those never do.
    fn contradict(self, one: &str, other: &str, rules: &CorrelationRules) -> bool {
        let words = |text: &str| fold(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        match self {
            Self::DisplayName | Self::Mail | Self::Manager => false,
            Self::EmployeeNumber => employee_number(one) != employee_number(other),
            Self::Employment => match (rules.employment(one), rules.employment(other)) {
                (Some(one), Some(other)) => one != other,
                _ => false,
            },
            // Beside a word that fits both, so that only these words are compared.
            Self::GivenName | Self::FamilyName => {
                let name = |word: &str| match self {
                    Self::GivenName => ComparedName::of_fields(word, "same"),
                    _ => ComparedName::of_fields("same", word),
                };
                let (Some(one), Some(other)) = (name(one), name(other)) else { return false };
                let (given, family) = one.compare(&other, &rules.short_forms);
                given.min(family) == NameAgreement::Different
            }
            Self::Title | Self::Department | Self::Location => words(one) != words(other),
        }
    }
}

/// Returns the personal attributes of a person's record or an account.
pub(crate) fn personal(node: &SourceNode) -> Option<&PersonalAttributes> {
    match &node.body {
        NodeBody::Person(person) => Some(&person.personal),
        NodeBody::Account(account) => Some(&account.personal),
        _ => None,
    }
}

/// Returns whether what the node says is past: a record that ended before another one, a disabled account.
fn is_past(node: &SourceNode) -> bool {
    match &node.body {
        NodeBody::Person(person) => person.active == Some(false),
        NodeBody::Account(account) => account.enabled == Some(false),
        _ => true,
    }
}

/// Returns what is shown of the nodes, and what they contradict each other about.
pub(crate) fn shown(
    nodes: &[(&SourcedKey, &SourceNode)],
    rules: &CorrelationRules,
) -> (BTreeMap<AttributeName, ShownAttribute>, Vec<AttributeClash>) {
    let mut shown = BTreeMap::new();
    let mut clashes = Vec::new();
    for attribute in AttributeName::ALL {
        let mut values: Vec<(&SourcedKey, &SourceNode, &String)> = nodes
            .iter()
            .filter_map(|(at, node)| Some((*at, *node, attribute.of(personal(node)?)?)))
            .filter(|(_, _, value)| !value.trim().is_empty())
            .collect();
        values.sort_by_key(|(at, node, _)| (rules.place(attribute, &at.source), rank(node), *at));
        let value = |(at, _, value): &(&SourcedKey, &SourceNode, &String)| ShownAttribute {
            value: (*value).clone(),
            node: (*at).clone(),
        };
        let mut kinds: Vec<&(&SourcedKey, &SourceNode, &String)> = Vec::new();
        for entry in values.iter().filter(|(_, node, _)| !is_past(node)) {
            if kinds.iter().all(|other| attribute.contradict(other.2, entry.2, rules)) {
                kinds.push(entry);
            }
        }
        if kinds.len() > 1 {
            clashes.push(AttributeClash { attribute, values: kinds.into_iter().map(value).collect() });
        }
        shown.extend(values.first().map(|first| (attribute, value(first))));
    }
    (shown, clashes)
}

/// Orders the nodes of one source: what is current before what is past, people before accounts, the newest record first.
fn rank(node: &SourceNode) -> (bool, bool, Reverse<Timestamp>) {
    let (account, since) = match &node.body {
        NodeBody::Person(person) => (false, person.starts_at),
        NodeBody::Account(account) => (true, account.created_at),
        _ => (true, None),
    };
    (is_past(node), account, Reverse(since.unwrap_or(Timestamp::from_micros(i64::MIN))))
}
