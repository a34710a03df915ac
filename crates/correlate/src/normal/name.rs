//! Names of people: read from one or two fields, and compared word by word.

use super::text::{fold, skeleton};
use std::collections::BTreeMap;

/// The words of a name, each as the folded word and its skeleton.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ComparedName {
    pub(crate) given: Vec<NameWord>,
    pub(crate) family: Vec<NameWord>,
    /// Whether the source gave the full name only, so that which word is which was guessed.
    pub(crate) guessed: bool,
}

/// A word of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameWord {
    pub(crate) folded: String,
    pub(crate) skeleton: String,
}

/// How far two names agree, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameAgreement {
    /// They are other names.
    Different,
    /// One is the initial of the other, one letter differs, or they share one word of several.
    Alike,
    /// They are the same but for spelling, or one is a short form of the other.
    Same,
}

/// Words that stand in a name and are none.
const NOT_NAMES: [&str; 14] = [
    "admin",
    "administrator",
    "adm",
    "privileged",
    "external",
    "extern",
    "ext",
    "contractor",
    "dr",
    "prof",
    "mr",
    "mrs",
    "ms",
    "account",
];
/// Words before a family name that are left out as often as not.
const PARTICLES: [&str; 14] =
    ["von", "van", "der", "den", "de", "la", "del", "di", "da", "zu", "af", "al", "el", "bin"];

/// Short forms of given names: the groups that each skeleton belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShortForms(BTreeMap<String, Vec<usize>>);

impl ShortForms {
    /// Reads groups of names that stand for each other.
    pub(crate) fn new<'a>(groups: impl IntoIterator<Item = &'a Vec<String>>) -> Self {
        let mut forms: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, group) in groups.into_iter().enumerate() {
            for name in group {
                forms.entry(skeleton(&fold(name))).or_default().push(number);
            }
        }
        Self(forms)
    }

    /// Returns the numbers of the groups that a name belongs to, by its skeleton.
    pub(crate) fn groups(&self, skeleton: &str) -> &[usize] {
        self.0.get(skeleton).map(Vec::as_slice).unwrap_or_default()
    }

    fn stand_for_each_other(&self, one: &str, other: &str) -> bool {
        match (self.0.get(one), self.0.get(other)) {
            (Some(one), Some(other)) => one.iter().any(|group| other.contains(group)),
            _ => false,
        }
    }
}

impl ComparedName {
    /// Reads the name from separate fields.
    pub(crate) fn of_fields(given: &str, family: &str) -> Option<Self> {
        let (given, family) = (words(given), words(family));
        (!given.is_empty() && !family.is_empty()).then_some(Self { given, family, guessed: false })
    }

    /// Reads a full name: `Given Family`, `Family, Given`, or the first field of a GECOS entry.
    pub(crate) fn of_full(text: &str) -> Option<Self> {
        let text = text.split(['(', '[']).next().unwrap_or(text);
        let text = text.split(" - ").next().unwrap_or(text);
        // One word, however many hyphens it has, is no full name.
        if !text.trim().contains(|c: char| c.is_whitespace() || c == ',') {
            return None;
        }
        let (before, after) = text.split_once(',').unwrap_or((text, ""));
        let after = after.split(',').next().unwrap_or(after);
        if after.chars().any(char::is_alphabetic) {
            let (given, family) = (words(after), words(before));
            if !given.is_empty() && !family.is_empty() {
                return Some(Self { given, family, guessed: true });
            }
        }
        let mut given = words(before);
        // Where the family name is in capitals (John DOE) it is the last word too, which is all that is guessed here.
        let family = given.pop()?;
        (!given.is_empty()).then_some(Self { given, family: vec![family], guessed: true })
    }

    /// Returns all words.
    pub(crate) fn words(&self) -> impl Iterator<Item = &NameWord> {
        self.given.iter().chain(&self.family)
    }

    /// Compares the names: how far the given names agree, and the family names.
    pub(crate) fn compare(&self, other: &Self, forms: &ShortForms) -> (NameAgreement, NameAgreement) {
        let straight = (given(&self.given, &other.given, forms), family(&self.family, &other.family, false));
        let swapped = (given(&self.family, &other.given, forms), family(&self.given, &other.family, false));
        let mut best = if rank(swapped) > rank(straight) { swapped } else { straight };
        // Which words of a full name are the family name is not known: any of them may be.
        for (full, fields) in [(self, other), (other, self)] {
            if full.guessed {
                let all: Vec<NameWord> = full.words().cloned().collect();
                let loose = (given(&all, &fields.given, forms), family(&all, &fields.family, true));
                if full.words().count() >= fields.words().count().min(2) && rank(loose) > rank(best) {
                    best = loose;
                }
            }
        }
        best
    }
}

const fn rank((given, family): (NameAgreement, NameAgreement)) -> u8 {
    given as u8 + family as u8
}

/// Splits a name into its words, without what is no name.
fn words(text: &str) -> Vec<NameWord> {
    let folded = fold(text);
    let word = |word: &str| NameWord { folded: word.to_owned(), skeleton: skeleton(word) };
    let all = folded.split_whitespace().filter(|word| !NOT_NAMES.contains(word));
    all.filter(|word| !word.chars().all(|c| c.is_ascii_digit())).map(word).collect()
}

fn given(one: &[NameWord], other: &[NameWord], forms: &ShortForms) -> NameAgreement {
    let mut best = NameAgreement::Different;
    for a in one {
        for b in other {
            let agreement = if a.skeleton == b.skeleton && a.skeleton.len() > 1
                || forms.stand_for_each_other(&a.skeleton, &b.skeleton)
            {
                NameAgreement::Same
            } else if is_initial(&a.folded, &b.folded) || is_initial(&b.folded, &a.folded) || mistyped(a, b) {
                NameAgreement::Alike
            } else {
                NameAgreement::Different
            };
            best = best.max(agreement);
        }
    }
    best
}

/// Compares family names. With `within`, `one` may have other words too, since it is a full name.
fn family(one: &[NameWord], other: &[NameWord], within: bool) -> NameAgreement {
    let telling = |words: &[NameWord]| -> Vec<NameWord> {
        let telling: Vec<_> =
            words.iter().filter(|word| !PARTICLES.contains(&word.folded.as_str())).cloned().collect();
        if telling.is_empty() { words.to_vec() } else { telling }
    };
    let (one, other) = (telling(one), telling(other));
    let same = |a: &NameWord, words: &[NameWord]| {
        words.iter().any(|b| a.skeleton == b.skeleton && a.skeleton.len() > 1)
    };
    let found = other.iter().filter(|word| same(word, &one)).count();
    let whole = found == other.len() && (within || one.iter().all(|word| same(word, &other)));
    if whole && found > 0 {
        NameAgreement::Same
    } else if found > 0 || one.iter().any(|a| other.iter().any(|b| mistyped(a, b))) {
        NameAgreement::Alike
    } else {
        NameAgreement::Different
    }
}

fn is_initial(short: &str, long: &str) -> bool {
    short.chars().count() == 1 && long.starts_with(short)
}

/// Returns whether the words differ by one letter, or by two that changed places.
fn mistyped(one: &NameWord, other: &NameWord) -> bool {
    let near =
        |one: &str, other: &str| one.len().min(other.len()) >= 4 && strsim::osa_distance(one, other) <= 1;
    near(&one.skeleton, &other.skeleton) || near(&one.folded, &other.folded)
}

#[cfg(test)]
mod tests {
    use super::NameAgreement::{Alike, Different, Same};
    use super::*;

    fn check(one: &str, other: (&str, &str), expected: (NameAgreement, NameAgreement)) {
        let forms = ShortForms::new(&[vec!["william".to_owned(), "bill".to_owned()]]);
        let one = ComparedName::of_full(one).unwrap();
        let other = ComparedName::of_fields(other.0, other.1).unwrap();
        assert_eq!(one.compare(&other, &forms), expected, "{one:?} {other:?}");
        assert_eq!(other.compare(&one, &forms), expected, "the other way round: {one:?} {other:?}");
    }

    #[test]
    fn full_names_are_compared_with_fields() {
        check("William Doe", ("William", "Doe"), (Same, Same));
        check("Doe, William", ("William", "Doe"), (Same, Same));
        check("William DOE", ("William", "Doe"), (Same, Same));
        check("Doe William", ("William", "Doe"), (Same, Same));
        check("Bill Doe (Admin)", ("William", "Doe"), (Same, Same));
        check("Bill Doe - privileged", ("William", "Doe"), (Same, Same));
        check("Bill Doe,,,", ("William", "Doe"), (Same, Same));
        check("W. Doe", ("William", "Doe"), (Alike, Same));
        check("William J. Doe", ("William", "Doe"), (Same, Same));
        check("Wiliam Dowe", ("William", "Down"), (Same, Alike));
        check("Wlliam Doe", ("William", "Doe"), (Alike, Same));
        check("Juergen Mueller", ("Jürgen", "Müller"), (Same, Same));
        check("Anna Berg", ("Anna", "von der Berg"), (Same, Same));
        check("Anna Muster-Berg", ("Anna", "Muster-Berg"), (Same, Same));
        check("Mary Doe", ("William", "Doe"), (Different, Same));
        check("Mary Poe", ("William", "Doe"), (Different, Different));
    }

    #[test]
    fn a_second_family_name_is_not_quite_the_same() {
        let forms = ShortForms::default();
        let before = ComparedName::of_fields("Anna", "Muster").unwrap();
        let after = ComparedName::of_fields("Anna", "Muster-Berg").unwrap();
        assert_eq!(before.compare(&after, &forms), (Same, Alike));
        let swapped = ComparedName::of_fields("Muster", "Anna").unwrap();
        assert_eq!(before.compare(&swapped, &forms), (Same, Same));
    }

    #[test]
    fn what_is_no_full_name_is_none() {
        for text in ["", "Admin", "William", "Ji-woo", "jdoe-corp", "12 34", "(x)"] {
            assert_eq!(ComparedName::of_full(text), None, "{text}");
        }
    }
}
