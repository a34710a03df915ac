//! What an organisation sets: thresholds, accounts for emergencies, and duties that are kept apart.

use countersign_correlate::{AttributeName, SourcedKey};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;

/// Thresholds and exceptions. [`Self::default`] has the defaults of [`crate::DETECTORS`].
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
    /// Accounts that are kept for emergencies.
    pub emergency: BTreeSet<SourcedKey>,
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
            dormant_group: days(90),
            warning: days(14),
            oldest_api_key: days(90),
            oldest_ssh_key: days(365),
            new_group: days(30),
            fewest_rights: 4,
            same_rights: 80,
            emergency: BTreeSet::new(),
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

/// Two duties that no identity may have at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeparationRule {
    /// Its name.
    pub name: String,
    /// Names of the groups and roles of one duty; a `*` at the end stands for anything.
    pub one: Vec<String>,
    /// Names of the groups and roles of the other duty.
    pub other: Vec<String>,
    /// Why they are kept apart.
    pub reason: String,
}

/// What is wrong with a file of rules of separation, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}; {remedy}")]
pub struct SeparationFileError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeparationFile {
    #[serde(default)]
    separation: Vec<toml::Spanned<SeparationRule>>,
}

impl SeparationRule {
    /// Reads a TOML file with sections `[[separation]]`.
    ///
    /// # Errors
    /// If it has another form, or a rule has no reason, no groups, or one group on both sides.
    pub fn read(text: &str) -> Result<Vec<Self>, SeparationFileError> {
        let line = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        let file: SeparationFile = toml::from_str(text).map_err(|error| SeparationFileError {
            line: error.span().map_or(1, |span| line(span.start)),
            problem: error.message().to_owned(),
            remedy: "write sections [[separation]] with `name`, `one`, `other` and `reason`".to_owned(),
        })?;
        let mut rules = Vec::new();
        for spanned in file.separation {
            let start = spanned.span().start;
            let rule = spanned.into_inner();
            let (problem, remedy) = if rule.one.is_empty() || rule.other.is_empty() {
                ("has no groups on one side", "name groups in `one` and `other`")
            } else if rule.one.iter().any(|name| rule.other.contains(name)) {
                ("has one group on both sides", "whoever is in it would break the rule: name it on one side")
            } else if rule.reason.trim().is_empty() {
                ("has no reason", "say in `reason` why the duties are kept apart")
            } else {
                rules.push(rule);
                continue;
            };
            let problem = format!("rule `{}` {problem}", rule.name);
            return Err(SeparationFileError { line: line(start), problem, remedy: remedy.to_owned() });
        }
        Ok(rules)
    }

    /// Returns whether a list of names has the name.
    pub(crate) fn names(list: &[String], name: &str) -> bool {
        list.iter().any(|listed| match listed.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => listed == name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_separation_is_read_and_its_faults_are_named() {
        let file = |one: &str, reason: &str| {
            format!(
                "\n[[separation]]\nname = \"a\"\none = [{one}]\nother = [\"payments-*\"]\nreason = \"{reason}\"\n"
            )
        };
        let rules = SeparationRule::read(&file("\"orders\"", "fraud")).unwrap();
        assert!(
            SeparationRule::names(&rules[0].other, "payments-7")
                && !SeparationRule::names(&rules[0].one, "orders-1")
        );
        for (text, says) in [
            (file("", "x"), "line 2: rule `a` has no groups on one side"),
            (file("\"payments-*\"", "x"), "line 2: rule `a` has one group on both sides"),
            (file("\"orders\"", " "), "line 2: rule `a` has no reason"),
            ("[[separation]]\nnam = 1\n".to_owned(), "line 2: unknown field `nam`"),
        ] {
            let error = SeparationRule::read(&text).unwrap_err().to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
