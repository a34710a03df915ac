//! JSON in which no object says the same name twice.
//!
//! RFC 8259 leaves open which of two values with one name counts, and readers differ: what one program checked need not be what
//! another acts on. So wherever JSON decides something, a name that is repeated is refused, at any depth.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

/// Why a text is not JSON that can be acted on.
#[derive(Debug, thiserror::Error)]
pub enum JsonFault {
    /// It is not JSON.
    #[error("{0}")]
    Malformed(serde_json::Error),
    /// An object in it says this name twice; the name with the path to it (`resource.properties.owner`).
    #[error("{0} is given twice")]
    Repeated(String),
}

/// Checks that `text` is one JSON value, and that no object in it says the same name twice.
///
/// # Errors
/// When it is not.
pub fn check_unique_names(text: &[u8]) -> Result<(), JsonFault> {
    let repeated = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = Unique { at: &Place::Root, repeated: &repeated }.deserialize(&mut reader);
    match (read.and_then(|()| reader.end()), repeated.into_inner()) {
        (Err(_), Some(path)) => Err(JsonFault::Repeated(path)),
        (Err(error), None) => Err(JsonFault::Malformed(error)),
        (Ok(()), _) => Ok(()),
    }
}

/// A place in a JSON text, as the chain of what encloses it: it is written out only when something is wrong there.
enum Place<'a> {
    Root,
    Member(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Place::Root, name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, place) => write!(f, "{parent}[{place}]"),
        }
    }
}

/// Reads a value and keeps nothing of it.
struct Unique<'a> {
    at: &'a Place<'a>,
    repeated: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Unique<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut place = 0;
        while items
            .next_element_seed(Unique { at: &Place::Item(self.at, place), repeated: self.repeated })?
            .is_some()
        {
            place += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        // As a text, with its escapes undone: `"a"` and `"\u0061"` are one name.
        while let Some(name) = members.next_key::<String>()? {
            let at = Place::Member(self.at, &name);
            if names.contains(&name) {
                *self.repeated.borrow_mut() = Some(at.to_string());
                return Err(A::Error::custom("a name is given twice"));
            }
            members.next_value_seed(Unique { at: &at, repeated: self.repeated })?;
            names.insert(name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_repeated_is_found_at_any_depth() {
        let check = |text: &str, path: Option<&str>| {
            let found = match check_unique_names(text.as_bytes()) {
                Ok(()) => None,
                Err(JsonFault::Repeated(path)) => Some(path),
                Err(JsonFault::Malformed(error)) => panic!("{text}: {error}"),
            };
            assert_eq!(found.as_deref(), path, "{text}");
        };
        check(r#"{"a": 1, "b": {"a": [1, -2, 3.5, null, true, "x"]}, "A": 2}"#, None);
        check("[]", None);
        check(r#"[{"a": 1}, {"a": 1}]"#, None);
        check(r#"{"a": 1, "a": 1}"#, Some("a"));
        check(r#"{"a": 1, "\u0061": 2}"#, Some("a"));
        check(r#"{"a": 1, "b": 2, "a": null}"#, Some("a"));
        check(r#"{"a": {"b": 1, "c": 2, "b": 3}}"#, Some("a.b"));
        check(r#"{"a": [0, {"b": {}, "b": []}]}"#, Some("a[1].b"));
        check(r#"[[{"": 1, "": 2}]]"#, Some("[0][0]."));
    }

    #[test]
    fn what_is_not_one_json_value_is_malformed() {
        for text in
            ["", "{", "{} {}", "{\"a\": 1,}", "nul", "1e999", "{\"a\": \"\\ud800\"}", "{\"a\": 1, \"a\""]
        {
            assert!(
                matches!(
                    check_unique_names(text.as_bytes()),
                    Err(JsonFault::Malformed(_) | JsonFault::Repeated(_))
                ),
                "{text}"
            );
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(matches!(check_unique_names(deep.as_bytes()), Err(JsonFault::Malformed(_))));
    }
}
