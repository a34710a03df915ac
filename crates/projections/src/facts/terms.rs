//! The terms by which a fact is found.
//!
//! They are read from the fact as JSON, by the names of its fields: a new kind of fact that uses the usual names is found
//! without a change here. A test goes through a sample of every kind.

use countersign_facts::Stated;
use serde_json::Value;
use std::collections::BTreeSet;

/// Maximum number of characters of a word. A longer one is not in the index.
pub const LONGEST_WORD: usize = 64;

/// The kinds of things that have a name and no id of their own, as [`FactTerm::mention`] writes them before it: `group:staff`.
pub const NAMED_KINDS: &[&str] =
    &["application", "group", "key", "network", "policy", "process", "resource", "source"];

/// What a fact can be found by: a thing that it names, a word that it says, its author, its subject or its kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactTerm(String);

impl FactTerm {
    /// Returns the term of a thing: its id, or its kind and its name, as `group:staff`.
    pub fn mention(thing: &str) -> Self {
        Self::of("m:", thing)
    }

    /// Returns the term of a word, in any case.
    pub fn word(word: &str) -> Self {
        Self::of("w:", &word.to_lowercase())
    }

    /// Returns the term of an author: an id, `operator`, or `system:` and a part of the software.
    pub fn author(author: &str) -> Self {
        Self::of("a:", author)
    }

    /// Returns the term of a subject (`person`) or of a kind (`person.added`).
    pub fn kind(kind: &str) -> Self {
        Self::of("k:", kind)
    }

    /// A row separates term and sequence by a line feed, so a term has none.
    fn of(prefix: &str, text: &str) -> Self {
        Self(format!("{prefix}{}", text.replace('\n', " ")))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the terms of a fact.
pub fn terms(stated: &Stated) -> BTreeSet<FactTerm> {
    let read = ReadFact::of(stated);
    let (subject, _) = read.kind.split_once('.').unwrap_or((&read.kind, ""));
    let mut terms = BTreeSet::from([
        FactTerm::author(&stated.by.to_string()),
        FactTerm::kind(&read.kind),
        FactTerm::kind(subject),
    ]);
    terms.extend(read.mentions.iter().map(|thing| FactTerm::mention(thing)));
    terms.extend(read.words.iter().map(|word| FactTerm::word(word)));
    terms
}

/// Returns the things that a fact names, each once, in the order of the fact: ids, and names with their kind.
pub fn mentions(stated: &Stated) -> Vec<String> {
    ReadFact::of(stated).mentions
}

/// Returns the words of a text, in lower case: those between spaces, and what each consists of.
pub fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for piece in text.to_lowercase().split_whitespace() {
        let whole = piece.trim_matches(|c: char| !c.is_alphanumeric());
        let parts = whole.split(|c: char| !c.is_alphanumeric());
        let both = std::iter::once(whole).chain(parts);
        words.extend(both.filter(|word| is_indexed(word)).map(ToOwned::to_owned));
    }
    words
}

fn is_indexed(word: &str) -> bool {
    !word.is_empty() && word.chars().count() <= LONGEST_WORD && !is_digest(word)
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns whether a text has the form of an id: three letters, and 32 hexadecimal digits.
pub fn is_id(text: &str) -> bool {
    let Some((prefix, digits)) = text.split_once('_') else { return false };
    prefix.len() == 3
        && digits.len() == 32
        && prefix.bytes().all(|byte| byte.is_ascii_lowercase())
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A fact, as far as it can be found.
#[derive(Default)]
struct ReadFact {
    kind: String,
    mentions: Vec<String>,
    words: BTreeSet<String>,
}

impl ReadFact {
    fn of(stated: &Stated) -> Self {
        let mut read = Self::default();
        // Names, numbers and times can always be serialised as JSON.
        let value = serde_json::to_value(&stated.fact).unwrap_or_default();
        let tag = value.get("fact").and_then(Value::as_str).unwrap_or_default();
        tag.split('/').next().unwrap_or_default().clone_into(&mut read.kind);
        read.walk("", &value);
        read
    }

    fn walk(&mut self, field: &str, value: &Value) {
        match value {
            // Texts of policies are long and have their own pages. Keys and passkeys are for machines.
            Value::Object(_) if matches!(field, "jwk" | "passkey" | "posture") => {}
            Value::Object(fields) if field == "files" => {
                fields.keys().for_each(|path| self.words.extend(words(path)));
            }
            Value::Object(fields) => fields.iter().for_each(|(name, value)| self.walk(name, value)),
            Value::Array(values) => values.iter().for_each(|value| self.walk(field, value)),
            Value::String(text) => self.text(field, text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&mut self, field: &str, text: &str) {
        let pieces = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        pieces.filter(|piece| is_id(piece)).for_each(|id| self.mention(id.to_owned()));
        if is_digest(text) {
            return;
        }
        let named = match field {
            "application" | "applications" => Some("application"),
            "group" => Some("group"),
            "kid" => Some("key"),
            "network" => Some("network"),
            "policy" | "policies" => Some("policy"),
            "gate" => Some("process"),
            "resource" | "labels" => Some("resource"),
            "source" => Some("source"),
            _ => None,
        };
        if let Some(kind) = named {
            self.mention(format!("{kind}:{text}"));
        }
        if let ("resource" | "labels", Some((application, _))) = (field, text.split_once('/')) {
            self.mention(format!("application:{application}"));
        }
        let said = matches!(
            field,
            "name"
                | "email"
                | "aliases"
                | "reason"
                | "reasons"
                | "why"
                | "authority"
                | "purpose"
                | "title"
                | "text"
                | "platform"
                | "hosts"
                | "owner"
        );
        if (said || named.is_some()) && !is_id(text) {
            self.words.extend(words(text));
        }
    }

    fn mention(&mut self, thing: String) {
        if !self.mentions.contains(&thing) {
            self.mentions.push(thing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_words_between_spaces_and_their_parts() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(words(text).iter().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
        };
        check("Laptop, stolen!", &["laptop", "stolen"]);
        check("ada@example.org", &["ada", "ada@example.org", "example", "org"]);
        check("«Réf. 4711»", &["4711", "réf"]);
        check(" -- ", &[]);
        check(&"a".repeat(LONGEST_WORD + 1), &[]);
        check(&"ab".repeat(32), &[]);
    }

    #[test]
    fn only_the_form_of_an_id_is_one() {
        let id = format!("per_{}", "0".repeat(32));
        assert!(is_id(&id));
        for not in ["operator", "per_0", &id.to_uppercase(), &format!("{id}0"), &format!("x{id}")] {
            assert!(!is_id(not), "{not}");
        }
    }
}
