//! Logins: what they are without the signs of a second account, and whether they are made of a name.

use super::text::fold;

/// What administrators put before and after the login of a second account, in small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Affixes {
    pub(crate) prefixes: Vec<String>,
    pub(crate) suffixes: Vec<String>,
}

/// A login as it is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ComparedLogin {
    /// Letters and digits, without domain and affixes.
    pub(crate) stem: String,
    /// Whether it had the sign of a second account.
    pub(crate) second: bool,
}

impl Affixes {
    /// Returns the login as it is compared. `None` if nothing is left of it.
    pub(crate) fn compared(&self, text: &str) -> Option<ComparedLogin> {
        let text = text.trim().to_lowercase();
        let text = text.rsplit_once('\\').map_or(text.as_str(), |(_, name)| name);
        let text = text.split_once('@').map_or(text, |(name, _)| name);
        let bare = self
            .prefixes
            .iter()
            .filter_map(|prefix| text.strip_prefix(prefix.as_str()))
            .chain(self.suffixes.iter().filter_map(|suffix| text.strip_suffix(suffix.as_str())))
            .find(|bare| compact(bare).len() >= 2);
        let stem = compact(bare.unwrap_or(text));
        (!stem.is_empty()).then_some(ComparedLogin { stem, second: bare.is_some() })
    }
}

/// Returns the letters and digits of a text, folded.
pub(crate) fn compact(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Returns whether a login is made of a given and a family name, each in folded letters: `jdoe`, `johndoe`, `doej`, `johnd`,
/// `doejohn`, with or without digits after it. A given or a family name alone says too little.
pub(crate) fn is_made_of(stem: &str, given: &str, family: &str) -> bool {
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let (Some(g), Some(f)) = (given.chars().next(), family.chars().next()) else { return false };
    let starts = |whole: &str, part: &str| part.len() >= 3 && whole.starts_with(part);
    if stem.len() < 4 {
        return false;
    }
    let rest_after = |letter: char| stem.strip_prefix(letter);
    // An initial and the family name, which may be cut off, as logins of eight letters are.
    rest_after(g).is_some_and(|rest| rest == family || (stem.len() >= 8 && starts(family, rest)))
        || stem.strip_suffix(g).is_some_and(|rest| rest == family)
        || stem.strip_suffix(f).is_some_and(|rest| rest == given)
        || stem.strip_prefix(given).is_some_and(|rest| rest == family)
        || stem.strip_prefix(family).is_some_and(|rest| rest == given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affixes() -> Affixes {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Affixes { prefixes: list(&["adm-", "a_"]), suffixes: list(&["-admin", ".adm"]) }
    }

    #[test]
    fn a_second_account_has_the_stem_of_the_first() {
        for (text, stem, second) in [
            ("jdoe", "jdoe", false),
            ("adm-jdoe", "jdoe", true),
            ("JDoe-Admin", "jdoe", true),
            ("jdoe.adm", "jdoe", true),
            ("a_jdoe", "jdoe", true),
            ("CORP\\jdoe", "jdoe", false),
            ("john.doe@corp.example", "johndoe", false),
            ("adm-", "adm", false),
        ] {
            let compared = affixes().compared(text).unwrap();
            assert_eq!((compared.stem.as_str(), compared.second), (stem, second), "{text}");
        }
        assert_eq!(affixes().compared("--"), None);
    }

    #[test]
    fn logins_are_made_of_names() {
        for (stem, made) in [
            ("jdoe", true),
            ("jdoe2", true),
            ("johndoe", true),
            ("doej", true),
            ("johnd", true),
            ("doejohn", true),
            ("john", false),
            ("doe", false),
            ("jdow", false),
            ("jo", false),
            ("mdoe", false),
        ] {
            assert_eq!(is_made_of(stem, "john", "doe"), made, "{stem}");
        }
        assert!(is_made_of("kpapadop", "katerina", "papadopoulos"));
        assert!(!is_made_of("kpa", "katerina", "papadopoulos"));
    }
}
