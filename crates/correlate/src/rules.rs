//! The rules, as they are applied. A file of rules is read and checked in `rules/file.rs`.

mod file;

pub use file::RuleFileError;

use crate::identity::IdentityKind;
use crate::normal::login::Affixes;
use crate::normal::mail::MailDomains;
use crate::normal::name::ShortForms;
use crate::{AttributeName, profile::LoginKinds};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The rules by which accounts are correlated. [`Self::default`] are those that ship; [`Self::read`] reads a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrelationRules {
    pub(crate) largest_block: usize,
    /// From which total on an account is linked.
    pub(crate) certain: i64,
    /// From which total on a candidate is shown.
    pub(crate) review: i64,
    /// By how much the best of several certain candidates must lead.
    pub(crate) lead: i64,
    /// In the order of their tiers.
    pub(crate) rules: Vec<MatchRule>,
    pub(crate) contradictions: Vec<ContradictionRule>,
    pub(crate) employment: BTreeMap<String, IdentityKind>,
    pub(crate) mail: MailDomains,
    pub(crate) second_accounts: Affixes,
    pub(crate) kinds: LoginKinds,
    pub(crate) short_forms: ShortForms,
    pub(crate) sources: BTreeMap<String, SourceRules>,
    /// The sources whose values are shown first, by attribute.
    pub(crate) precedence: BTreeMap<AttributeName, Vec<String>>,
}

/// What is declared about a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SourceRules {
    /// Its place among the declared sources: what earlier ones say is shown.
    pub(crate) rank: usize,
    /// Whether its people are people even if only accounts describe them.
    pub(crate) authoritative: bool,
    /// Where its logins come from: sources of one namespace give one login to one person.
    pub(crate) namespace: Option<String>,
    /// The kinds of employment of which an account without a person becomes a person.
    pub(crate) founds: BTreeSet<IdentityKind>,
}

/// A rule that speaks for a candidate. Points are thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatchRule {
    pub(crate) name: String,
    pub(crate) tier: u8,
    pub(crate) all: Vec<NodeComparison>,
    /// `all` as bits, to be compared at once.
    pub(crate) mask: u32,
    /// Confidence by weight by scale.
    pub(crate) points: i64,
    /// The rules that do not count beside it, as bits by their places.
    pub(crate) subsumes: u64,
}

/// A rule that speaks against a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContradictionRule {
    pub(crate) name: String,
    pub(crate) when: NodeComparison,
    /// `None` if nothing outweighs it.
    pub(crate) subtract: Option<i64>,
}

/// What is compared between an account and the nodes of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeComparison {
    /// The employee numbers are the same.
    EmployeeNumber,
    /// Both have employee numbers, and they differ by more than one digit.
    EmployeeNumberDiffers,
    /// Both have employee numbers, and one digit differs, is missing, or changed places with its neighbour.
    EmployeeNumberMistyped,
    /// They share a mail address.
    Mail,
    /// Both have addresses in own domains, and share none.
    OwnMailDiffers,
    /// The login is the local part of an address in an own domain, and its source is in a namespace.
    OwnMailName,
    /// The logins are the same, without the signs of second accounts.
    Login,
    /// The logins are the same, and their sources share a namespace.
    NamespaceLogin,
    /// The local part of an address in an own domain is made of the identity's name.
    OwnMailMadeOfName,
    /// The login is made of the identity's name.
    LoginMadeOfName,
    /// The given names are the same, or one is a short form of the other.
    GivenName,
    /// As `given_name`, or one is an initial or mistyped.
    GivenNameLike,
    /// The family names are the same.
    FamilyName,
    /// As `family_name`, or one is mistyped or half of a double name.
    FamilyNameLike,
    /// The given names differ, and the family names do not.
    GivenNameDiffers,
    /// The family names differ, and the given names do not.
    FamilyNameDiffers,
    /// Both names differ.
    NamesDiffer,
    /// No other identity has a name like it, and the identity has no account in the source yet. It is found out last, when
    /// everybody is known.
    OnlyBearer,
    /// The departments are the same.
    Department,
    /// The locations are the same.
    Location,
    /// The titles are the same.
    Title,
    /// The kinds of employment differ.
    EmploymentDiffers,
    /// The account was created more than a month after the person left.
    CreatedAfterEnd,
}

impl NodeComparison {
    /// Returns the bit that stands for it.
    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// Returns whether it speaks against a candidate.
    pub const fn contradicts(self) -> bool {
        matches!(
            self,
            Self::EmployeeNumberDiffers
                | Self::EmployeeNumberMistyped
                | Self::OwnMailDiffers
                | Self::GivenNameDiffers
                | Self::FamilyNameDiffers
                | Self::NamesDiffer
                | Self::EmploymentDiffers
                | Self::CreatedAfterEnd
        )
    }
}

impl CorrelationRules {
    /// Declares a source that the file does not name, after those that it names; and that a source is authoritative, whether
    /// the file names it or not.
    pub fn declare(&mut self, name: &str, authoritative: bool) {
        let rank = self.sources.values().map(|source| source.rank + 1).max().unwrap_or_default();
        let source = self
            .sources
            .entry(name.to_owned())
            .or_insert_with(|| SourceRules { rank, ..SourceRules::default() });
        source.authoritative |= authoritative;
    }

    /// Returns the text of the rules that ship.
    pub const fn shipped() -> &'static str {
        file::SHIPPED
    }

    /// Returns what is declared about a source.
    pub(crate) fn source(&self, name: &str) -> Option<&SourceRules> {
        self.sources.get(name)
    }

    /// Returns the kind of person that a word of a source for an employment means.
    pub(crate) fn employment(&self, word: &str) -> Option<IdentityKind> {
        self.employment.get(word.trim().to_lowercase().as_str()).copied()
    }

    /// Returns the place of a source for an attribute: lower places are shown first.
    pub(crate) fn place(&self, attribute: AttributeName, source: &str) -> usize {
        let listed =
            self.precedence.get(&attribute).and_then(|list| list.iter().position(|name| name == source));
        listed.unwrap_or_else(|| 1000 + self.source(source).map_or(1000, |rules| rules.rank))
    }
}
