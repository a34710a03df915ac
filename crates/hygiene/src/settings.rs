//! What an organisation sets: thresholds, accounts for emergencies, exemptions, and duties that are kept apart.

mod file;

use crate::finding::HygieneSeverity;
use countersign_correlate::{AttributeName, SourcedKey};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;

pub use file::SettingsFileError;

/// Thresholds and exceptions. [`Self::default`] has the defaults of [`crate::DETECTORS`]; [`Self::read`] reads a file of the
/// operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HygieneSettings {
    /// After which time without use an account of a person is unused.
    pub unused_person: Duration,
    /// The same, of an account of anything else, or of which that is not known.
    pub unused_other: Duration,
    /// The same, of an account that is kept for emergencies: by then it should have been tested.
    pub unused_emergency: Duration,
    /// After which time without use a credential is unused.
    pub unused_credential: Duration,
    /// After which time without use a right is unused.
    pub unused_right: Duration,
    /// After which time without use a group or role is dormant.
    pub dormant_group: Duration,
    /// How long before that there is a notice.
    pub warning: Duration,
    /// How old a key for an interface may be.
    pub oldest_api_key: Duration,
    /// How old a key for SSH may be.
    pub oldest_ssh_key: Duration,
    /// How long a group or role may be empty, or have one member, after it was created.
    pub new_group: Duration,
    /// The fewest rights of roles that are compared.
    pub fewest_rights: usize,
    /// From which share of common rights on two roles are nearly the same, in percent.
    pub same_rights: usize,
    /// From how many computers with a session at once on an account is shared.
    pub computers_at_once: usize,
    /// Which share of the accounts of a source has a second factor where the source asks for one, in percent.
    pub multi_factor_asked: usize,
    /// From how many resources on an account reaches many.
    pub many_resources: usize,
    /// Accounts that are kept for emergencies.
    pub emergency: Vec<EmergencyAccounts>,
    /// Groups whose members are not asked for a second factor.
    pub exempting: Vec<ExemptingGroups>,
    /// Attributes about which sources must not contradict each other.
    pub agreeing: BTreeSet<AttributeName>,
    /// Duties that are kept apart.
    pub separation: Vec<SeparationRule>,
}

const fn days(days: u64) -> Duration {
    Duration::from_secs(days * 86_400)
}

impl Default for HygieneSettings {
    fn default() -> Self {
        Self {
            unused_person: days(90),
            unused_other: days(180),
            unused_emergency: days(365),
            unused_credential: days(90),
            unused_right: days(90),
            dormant_group: days(90),
            warning: days(14),
            oldest_api_key: days(90),
            oldest_ssh_key: days(365),
            new_group: days(30),
            fewest_rights: 4,
            same_rights: 80,
            computers_at_once: 5,
            multi_factor_asked: 90,
            many_resources: 100,
            emergency: Vec::new(),
            exempting: Vec::new(),
            agreeing: [
                AttributeName::Department,
                AttributeName::Location,
                AttributeName::Title,
                AttributeName::Employment,
            ]
            .into(),
            separation: Vec::new(),
        }
    }
}

/// Accounts that are kept for emergencies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyAccounts {
    /// The source; `None` for every source.
    #[serde(default)]
    pub source: Option<String>,
    /// The key, or the name; in a name a `*` stands for anything.
    pub account: String,
    /// Why they are kept.
    pub reason: String,
}

impl EmergencyAccounts {
    /// Returns whether the account with this name is one of them.
    pub(crate) fn has(&self, at: &SourcedKey, name: &str) -> bool {
        self.source.as_ref().is_none_or(|source| *source == at.source)
            && (at.key.as_str() == self.account || is_named(&self.account, name))
    }
}

/// Groups whose members are not asked for a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptingGroups {
    /// The source; `None` for every source.
    #[serde(default)]
    pub source: Option<String>,
    /// The key, or the name; in a name a `*` stands for anything.
    pub group: String,
}

impl ExemptingGroups {
    /// Returns whether the group with this name is one of them.
    pub(crate) fn has(&self, at: &SourcedKey, name: &str) -> bool {
        self.source.as_ref().is_none_or(|source| *source == at.source)
            && (at.key.as_str() == self.group || is_named(&self.group, name))
    }
}

/// Two duties that no identity may have at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeparationRule {
    /// Its name.
    pub name: String,
    /// The groups, roles and rights of one duty: names, in which a `*` stands for anything. `RIGHT on RESOURCE` is a right.
    pub one: Vec<String>,
    /// Those of the other duty.
    pub other: Vec<String>,
    /// Why they are kept apart.
    pub reason: String,
    /// Who answers for the rule.
    pub owner: String,
    /// How bad it is to have both.
    #[serde(default = "high")]
    pub severity: HygieneSeverity,
}

const fn high() -> HygieneSeverity {
    HygieneSeverity::High
}

/// Returns whether a pattern has the name. A `*` stands for anything; directories do not tell upper and lower case apart.
pub(crate) fn is_named(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(place) = rest.find(part) else { return false };
        rest = rest.get(place + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// Returns whether a pattern has a right over a resource.
pub(crate) fn is_right(pattern: &str, right: &str, resource: &str) -> bool {
    pattern
        .split_once(" on ")
        .is_some_and(|(rights, resources)| is_named(rights, right) && is_named(resources, resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_case_for_nothing() {
        for (pattern, name, expected) in [
            ("orders", "Orders", true),
            ("orders", "orders-1", false),
            ("orders-*", "ORDERS-1", true),
            ("*-orders", "de-orders", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
        ] {
            assert_eq!(is_named(pattern, name), expected, "{pattern} {name}");
        }
        assert!(is_right("s3:Put* on arn:aws:s3:::orders*", "s3:PutObject", "arn:aws:s3:::orders-1"));
        assert!(!is_right("s3:Put* on arn:aws:s3:::orders*", "s3:GetObject", "arn:aws:s3:::orders-1"));
        assert!(!is_right("s3:Put*", "s3:PutObject", "x"));
    }
}
