//! What would mend findings, written down for a person in the words of the source: LDIF, command lines or SQL.
//!
//! Only what is safe to write down is written: to disable an account, to take a membership away, to delete a credential. The
//! rest is a comment that says why. **Names are what strangers wrote**: each is quoted for its language, and one that has
//! control characters, or characters that change the direction of text, is not written at all. Nothing here is applied.

mod aws;
mod kubectl;
mod ldif;
mod quoting;
mod sql;

use crate::stored::StoredFinding;
use countersign_hygiene::{HygieneDetector, HygieneSeverity};
use countersign_names::Timestamp;
use countersign_sources::SourceNode;
use quoting::in_comment;

pub use quoting::{is_writable, shell_word, sql_identifier};

/// The language of a change set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeLanguage {
    /// Change records of an LDAP directory (RFC 2849).
    Ldif,
    /// Lines of the AWS command line.
    Aws,
    /// SQL of PostgreSQL.
    Sql,
    /// Lines of kubectl and jq.
    Kubectl,
}

impl ChangeLanguage {
    /// Returns the language for sources of this format, if there is one.
    pub fn of_format(format: &str) -> Option<Self> {
        match format {
            "ldif" | "ldap" => Some(Self::Ldif),
            "aws-iam" => Some(Self::Aws),
            "postgres" => Some(Self::Sql),
            "kubernetes" => Some(Self::Kubectl),
            _ => None,
        }
    }

    /// Returns the end of the name of a file in this language.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Ldif => "ldif",
            Self::Aws | Self::Kubectl => "sh",
            Self::Sql => "sql",
        }
    }

    const fn comment(self) -> &'static str {
        match self {
            Self::Ldif | Self::Aws | Self::Kubectl => "# ",
            Self::Sql => "-- ",
        }
    }

    const fn begin(self) -> &'static str {
        match self {
            Self::Ldif => "version: 1\n",
            Self::Aws | Self::Kubectl => "set -eu\n",
            Self::Sql => "BEGIN;\n",
        }
    }

    const fn end(self) -> &'static str {
        match self {
            Self::Sql => "COMMIT;\n",
            Self::Ldif | Self::Aws | Self::Kubectl => "",
        }
    }

    fn write(self, change: &SafeChange<'_>) -> Result<String, Unwritten> {
        match self {
            Self::Ldif => ldif::write(change),
            Self::Aws => aws::write(change),
            Self::Sql => sql::write(change),
            Self::Kubectl => kubectl::write(change),
        }
    }
}

/// Why something is not written down, in words.
type Unwritten = &'static str;

const STRANGE: Unwritten = "a name has control characters or characters that change the direction of text";

/// A finding, and what its source says of its subjects now.
#[derive(Debug, Clone)]
pub struct ChangeableFinding<'a> {
    /// The finding.
    pub finding: &'a StoredFinding,
    /// The first subject; `None` if the source does not have it any more.
    pub subject: Option<&'a SourceNode>,
    /// The group of a standing privilege, if the first subject is a direct member of it.
    pub group: Option<&'a SourceNode>,
    /// The account that has the first subject, which is a credential.
    pub owner: Option<&'a SourceNode>,
}

/// A change that a person can apply and take back.
#[derive(Debug)]
enum SafeChange<'a> {
    Disable(&'a SourceNode),
    Leave { account: &'a SourceNode, group: &'a SourceNode },
    Delete { credential: &'a SourceNode, owner: &'a SourceNode },
}

/// A change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    /// The text.
    pub text: String,
    /// Number of findings whose change is written.
    pub written: usize,
    /// Number of findings for which there is only a comment.
    pub unwritten: usize,
}

/// Writes the change set of one source.
pub fn change_set(
    language: ChangeLanguage,
    (source, now): (&str, Timestamp),
    findings: &[ChangeableFinding<'_>],
) -> ChangeSet {
    let mut set = ChangeSet::begin(language, &format!("would mend findings in {source}, as of {now}"));
    for changeable in findings {
        let found = &changeable.finding.found;
        let name = found.subjects.first().map(|subject| subject.name.as_str()).unwrap_or_default();
        let about = format!("{}: {name} ({})", found.detector, found.id);
        set.add(language, (&about, &found.fix), safe_change(changeable));
    }
    set.text.push_str(language.end());
    set
}

/// A membership that is to be taken away, and what its source says of the two ends now.
#[derive(Debug, Clone)]
pub struct RevokedMembership<'a> {
    /// What it is about, in words.
    pub about: String,
    /// What a person does if it is not written down.
    pub fix: String,
    /// The account and the group, or why the membership is not written down.
    pub ends: Result<(&'a SourceNode, &'a SourceNode), &'static str>,
}

/// Writes the change set of one source that takes memberships away. `heading` completes "Changes that ...".
pub fn membership_changes(
    language: ChangeLanguage,
    heading: &str,
    memberships: &[RevokedMembership<'_>],
) -> ChangeSet {
    let mut set = ChangeSet::begin(language, heading);
    for revoked in memberships {
        let change = revoked.ends.map(|(account, group)| SafeChange::Leave { account, group });
        set.add(language, (&revoked.about, &revoked.fix), change);
    }
    set.text.push_str(language.end());
    set
}

impl ChangeSet {
    fn begin(language: ChangeLanguage, heading: &str) -> Self {
        let mut text = String::new();
        for line in [
            format!("Changes that {heading}."),
            "Nothing was applied. Read each change before you apply it; import the source again afterwards."
                .to_owned(),
        ] {
            text.push_str(&format!("{}{}\n", language.comment(), in_comment(&line)));
        }
        text.push_str(language.begin());
        Self { text, written: 0, unwritten: 0 }
    }

    fn add(
        &mut self,
        language: ChangeLanguage,
        (about, fix): (&str, &str),
        change: Result<SafeChange<'_>, Unwritten>,
    ) {
        let comment = language.comment();
        self.text.push_str(&format!("\n{comment}{}\n", in_comment(about)));
        match change.and_then(|change| language.write(&change)) {
            Ok(text) => {
                self.written += 1;
                self.text.push_str(&text);
            }
            Err(why) => {
                self.unwritten += 1;
                let fix = format!("not written, because {why}. {fix}");
                self.text.push_str(&format!("{comment}{}\n", in_comment(&fix)));
            }
        }
    }
}

/// Returns what may be written down for a finding.
fn safe_change<'a>(changeable: &ChangeableFinding<'a>) -> Result<SafeChange<'a>, Unwritten> {
    let found = &changeable.finding.found;
    if found.severity == HygieneSeverity::Notice {
        return Err("it is a notice, and nothing is wrong yet");
    }
    let subject = changeable.subject.ok_or("the source does not have it any more")?;
    let of = |detector: HygieneDetector| detector.row().name == found.detector;
    let disables =
        [HygieneDetector::OrphanedAccount, HygieneDetector::UnusedAccount, HygieneDetector::AccountOfLeaver];
    if disables.into_iter().any(of) {
        return Ok(SafeChange::Disable(subject));
    }
    if of(HygieneDetector::StandingPrivilege) {
        let group = changeable.group.ok_or("the account is not a direct member of the group")?;
        return Ok(SafeChange::Leave { account: subject, group });
    }
    if of(HygieneDetector::UnusedCredential) {
        let owner = changeable.owner.ok_or("it is not known which account has it")?;
        return Ok(SafeChange::Delete { credential: subject, owner });
    }
    Err("a person has to choose what to do")
}
