//! Files of settings: read, checked, and written as they are in force.

use super::{EmergencyAccounts, ExemptingGroups, HygieneSettings, SeparationRule, days};
use crate::finding::HygieneSeverity;
use countersign_correlate::AttributeName;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;

/// Maximum number of entries of each list.
const MOST_ENTRIES: usize = 1_000;

/// The longest time that can be set, in days.
const LONGEST_DAYS: u64 = 3_650;

/// What is wrong with a file of settings, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}; {remedy}")]
pub struct SettingsFileError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    #[serde(default)]
    days: BTreeMap<String, Spanned<u64>>,
    #[serde(default)]
    limits: BTreeMap<String, Spanned<u64>>,
    agreeing: Option<BTreeSet<AttributeName>>,
    #[serde(default)]
    emergency: Vec<Spanned<EmergencyAccounts>>,
    #[serde(default)]
    exempt_from_multi_factor: Vec<Spanned<ExemptingGroups>>,
    #[serde(default)]
    separation: Vec<Spanned<SeparationRule>>,
}

type DaysField = (&'static str, fn(&mut HygieneSettings) -> &mut Duration);

const DAYS: [DaysField; 10] = [
    ("unused_person", |settings| &mut settings.unused_person),
    ("unused_other", |settings| &mut settings.unused_other),
    ("unused_emergency", |settings| &mut settings.unused_emergency),
    ("unused_credential", |settings| &mut settings.unused_credential),
    ("unused_right", |settings| &mut settings.unused_right),
    ("dormant_group", |settings| &mut settings.dormant_group),
    ("warning", |settings| &mut settings.warning),
    ("oldest_api_key", |settings| &mut settings.oldest_api_key),
    ("oldest_ssh_key", |settings| &mut settings.oldest_ssh_key),
    ("new_group", |settings| &mut settings.new_group),
];

type LimitField = (&'static str, Range<u64>, fn(&mut HygieneSettings) -> &mut usize);

const LIMITS: [LimitField; 5] = [
    ("fewest_rights", 1..1_001, |settings| &mut settings.fewest_rights),
    ("same_rights", 50..101, |settings| &mut settings.same_rights),
    ("computers_at_once", 2..10_001, |settings| &mut settings.computers_at_once),
    ("multi_factor_asked", 50..101, |settings| &mut settings.multi_factor_asked),
    ("many_resources", 1..1_000_001, |settings| &mut settings.many_resources),
];

/// Where a file is wrong, as a place in its text.
struct FileFault {
    at: usize,
    problem: String,
    remedy: String,
}

impl FileFault {
    fn new(at: usize, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { at, problem: problem.into(), remedy: remedy.into() }
    }
}

impl HygieneSettings {
    /// Reads a TOML file. What it does not set is as in [`Self::default`].
    ///
    /// # Errors
    /// If it has another form, sets something that there is not, or a value is out of its range.
    pub fn read(text: &str) -> Result<Self, SettingsFileError> {
        let line = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        let file: SettingsFile = toml::from_str(text).map_err(|error| SettingsFileError {
            line: error.span().map_or(1, |span| line(span.start)),
            problem: error.message().to_owned(),
            remedy: "`countersign finding settings` prints a file of the right form".to_owned(),
        })?;
        Self::checked(file).map_err(|FileFault { at, problem, remedy }| SettingsFileError {
            line: line(at),
            problem,
            remedy,
        })
    }

    fn checked(file: SettingsFile) -> Result<Self, FileFault> {
        let mut settings = Self::default();
        let mut warned = None;
        for (name, value) in file.days {
            let at = value.span().start;
            let Some((name, field)) = DAYS.iter().find(|(known, _)| *known == name) else {
                let names: Vec<&str> = DAYS.iter().map(|(name, _)| *name).collect();
                return Err(unknown(at, "days", &name, &names));
            };
            let least = u64::from(*name != "warning");
            let value = within(at, name, value.into_inner(), &(least..LONGEST_DAYS + 1))?;
            *field(&mut settings) = days(value);
            if *name == "warning" {
                warned = Some(at);
            }
        }
        for (name, value) in file.limits {
            let at = value.span().start;
            let Some((name, range, field)) = LIMITS.iter().find(|(known, ..)| *known == name) else {
                let names: Vec<&str> = LIMITS.iter().map(|(name, ..)| *name).collect();
                return Err(unknown(at, "limits", &name, &names));
            };
            let value = within(at, name, value.into_inner(), range)?;
            *field(&mut settings) = usize::try_from(value).unwrap_or(usize::MAX);
        }
        let shortest = [settings.unused_person, settings.unused_other, settings.unused_credential];
        if let Some(at) = warned.filter(|_| shortest.iter().any(|limit| *limit <= settings.warning)) {
            return Err(FileFault::new(
                at,
                "`warning` is as long as a time that it warns of",
                "make it shorter than each `unused_` time",
            ));
        }
        settings.agreeing = file.agreeing.unwrap_or(settings.agreeing);
        settings.emergency = entries(file.emergency, "emergency", |entry, _| {
            stated("account", &entry.account)?;
            if entry.account.trim_matches('*').is_empty() {
                return Err(("its `account` is every account", "name a key, or a name with more than a `*`"));
            }
            stated("reason", &entry.reason)
        })?;
        settings.exempting =
            entries(file.exempt_from_multi_factor, "exempt_from_multi_factor", |entry, _| {
                stated("group", &entry.group)
            })?;
        settings.separation = entries(file.separation, "separation", separated)?;
        Ok(settings)
    }

    /// Writes the settings as a file that [`Self::read`] reads.
    pub fn written(&self) -> String {
        let mut settings = self.clone();
        let mut text = String::from("[days]\n");
        let mut line = |line: String| text.push_str(&line);
        for (name, field) in DAYS {
            line(format!("{name} = {}\n", field(&mut settings).as_secs() / 86_400));
        }
        line("\n[limits]\n".to_owned());
        for (name, _, field) in LIMITS {
            line(format!("{name} = {}\n", field(&mut settings)));
        }
        let attributes =
            self.agreeing.iter().map(|name| quoted(name.as_str())).collect::<Vec<_>>().join(", ");
        // What stands before the first section belongs to none.
        let mut written = format!("agreeing = [{attributes}]\n\n{text}");
        for entry in &self.emergency {
            section(&mut written, "emergency", &entry.source);
            field(&mut written, "account", &quoted(&entry.account));
            field(&mut written, "reason", &quoted(&entry.reason));
        }
        for entry in &self.exempting {
            section(&mut written, "exempt_from_multi_factor", &entry.source);
            field(&mut written, "group", &quoted(&entry.group));
        }
        for rule in &self.separation {
            section(&mut written, "separation", &None);
            field(&mut written, "name", &quoted(&rule.name));
            field(&mut written, "one", &list(&rule.one));
            field(&mut written, "other", &list(&rule.other));
            field(&mut written, "reason", &quoted(&rule.reason));
            field(&mut written, "owner", &quoted(&rule.owner));
            field(&mut written, "severity", &quoted(rule.severity.as_str()));
        }
        written
    }
}

fn section(text: &mut String, name: &str, source: &Option<String>) {
    let _never_fails = write!(text, "\n[[{name}]]\n");
    if let Some(source) = source {
        field(text, "source", &quoted(source));
    }
}

fn field(text: &mut String, name: &str, value: &str) {
    let _never_fails = writeln!(text, "{name} = {value}");
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

fn unknown(at: usize, section: &str, name: &str, names: &[&str]) -> FileFault {
    FileFault::new(at, format!("[{section}] has no `{name}`"), format!("use one of: {}", names.join(", ")))
}

fn within(at: usize, name: &str, value: u64, range: &Range<u64>) -> Result<u64, FileFault> {
    if range.contains(&value) {
        return Ok(value);
    }
    let remedy = format!("use a number from {} to {}", range.start, range.end.saturating_sub(1));
    Err(FileFault::new(at, format!("`{name}` is {value}"), remedy))
}

type EntryFault = (&'static str, &'static str);

/// Checks the entries of a list, each with those before it.
fn entries<T>(
    list: Vec<Spanned<T>>,
    name: &str,
    check: impl Fn(&T, &[T]) -> Result<(), EntryFault>,
) -> Result<Vec<T>, FileFault> {
    let mut checked = Vec::with_capacity(list.len());
    for entry in list {
        let at = entry.span().start;
        if checked.len() == MOST_ENTRIES {
            let problem = format!("there are more than {MOST_ENTRIES} entries [[{name}]]");
            return Err(FileFault::new(at, problem, "name several at once with a `*`"));
        }
        let entry = entry.into_inner();
        check(&entry, &checked)
            .map_err(|(problem, remedy)| FileFault::new(at, format!("[[{name}]]: {problem}"), remedy))?;
        checked.push(entry);
    }
    Ok(checked)
}

fn stated(name: &'static str, text: &str) -> Result<(), EntryFault> {
    if !text.trim().is_empty() {
        return Ok(());
    }
    Err(match name {
        "account" => ("its `account` is empty", "name a key, or a name"),
        "group" => ("its `group` is empty", "name a key, or a name"),
        "owner" => ("its `owner` is empty", "name who answers for the rule"),
        _ => ("its `reason` is empty", "say why"),
    })
}

fn separated(rule: &SeparationRule, before: &[SeparationRule]) -> Result<(), EntryFault> {
    if rule.name.trim().is_empty() {
        return Err(("its `name` is empty", "name it: findings show the name"));
    }
    if before.iter().any(|other| other.name == rule.name) {
        return Err(("another rule has the same `name`", "give each rule a name of its own"));
    }
    let named = |list: &[String]| !list.is_empty() && list.iter().all(|name| !name.trim().is_empty());
    if !named(&rule.one) || !named(&rule.other) {
        return Err((
            "it has no groups on one side, or one without a name",
            "name groups in `one` and `other`",
        ));
    }
    if rule.one.iter().any(|name| rule.other.iter().any(|other| name.eq_ignore_ascii_case(other))) {
        return Err((
            "it has one group on both sides",
            "whoever is in it would break the rule: name it on one side",
        ));
    }
    if rule.severity == HygieneSeverity::Notice {
        return Err(("its `severity` is a notice", "use low, medium, high or critical"));
    }
    stated("reason", &rule.reason)?;
    stated("owner", &rule.owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
agreeing = ["department"]

[days]
unused_person = 60
warning = 7

[limits]
many_resources = 20

[[emergency]]
source = "people"
account = "breakglass-*"
reason = "If the provider is down"

[[exempt_from_multi_factor]]
group = "No \"MFA\""

[[separation]]
name = "orders and payments"
one = ["orders-*", "INSERT on orders"]
other = ["payments-*"]
reason = "Whoever orders must not pay."
owner = "Finance"
severity = "critical"
"#;

    #[test]
    fn a_file_is_read_and_written_as_it_is_in_force() {
        let settings = HygieneSettings::read(FILE).unwrap();
        assert_eq!((settings.unused_person, settings.warning), (days(60), days(7)));
        assert_eq!(settings.unused_other, HygieneSettings::default().unused_other);
        assert_eq!(settings.separation[0].severity, HygieneSeverity::Critical);
        for settings in [settings, HygieneSettings::default()] {
            assert_eq!(HygieneSettings::read(&settings.written()).unwrap(), settings);
        }
        assert_eq!(HygieneSettings::read("").unwrap(), HygieneSettings::default());
    }

    #[test]
    fn a_fault_has_its_line_and_a_remedy() {
        for (from, to, says) in [
            (
                "unused_person = 60",
                "unused_people = 60",
                "line 5: [days] has no `unused_people`; use one of: unused_person,",
            ),
            (
                "unused_person = 60",
                "unused_person = 0",
                "line 5: `unused_person` is 0; use a number from 1 to 3650",
            ),
            ("unused_person = 60", "unused_person = \"60d\"", "line 5: invalid type: string"),
            (
                "warning = 7",
                "warning = 60",
                "line 6: `warning` is as long as a time that it warns of; make it shorter",
            ),
            ("many_resources", "resources", "line 9: [limits] has no `resources`"),
            ("breakglass-*", "*", "line 11: [[emergency]]: its `account` is every account"),
            (
                "\"If the provider is down\"",
                "\" \"",
                "line 11: [[emergency]]: its `reason` is empty; say why",
            ),
            (
                "[\"orders-*\", \"INSERT on orders\"]",
                "[]",
                "line 19: [[separation]]: it has no groups on one side",
            ),
            ("[\"payments-*\"]", "[\"ORDERS-*\"]", "line 19: [[separation]]: it has one group on both sides"),
            ("\"Finance\"", "\"\"", "line 19: [[separation]]: its `owner` is empty"),
            ("\"critical\"", "\"notice\"", "line 19: [[separation]]: its `severity` is a notice"),
            ("severity", "severe", "line 25: unknown field `severe`"),
            ("[\"department\"]", "[\"salary\"]", "line 2: unknown variant `salary`"),
        ] {
            let error = HygieneSettings::read(&FILE.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.starts_with(says), "{error}\nand not {says}");
        }
        let twice = format!("{FILE}{}", &FILE[FILE.find("[[separation]]").unwrap()..]);
        let error = HygieneSettings::read(&twice).unwrap_err().to_string();
        assert!(error.starts_with("line 26: [[separation]]: another rule has the same `name`"), "{error}");
    }
}
