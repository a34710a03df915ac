//! JSON in which no object repeats a name.
//!
//! RFC 8259 leaves open which of two values with one name counts, and parsers differ: what one program checked may
//! differ from what another acts on. So wherever JSON decides something, a repeated name is refused at any depth. serde
//! refuses it only for the fields of a structure: `serde_json::Value` and maps silently keep the last value.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::fmt;

/// Why a text is not usable JSON.
#[derive(Debug)]
pub enum JsonFault {
    /// The text is not JSON.
    Malformed(serde_json::Error),
    /// An object repeats this name, which is given with the path to it (`resource.properties.owner`).
    Repeated(String),
}

/// Parses one JSON value in which no object repeats a name.
pub fn read(text: &[u8]) -> Result<Value, JsonFault> {
    let repeated = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Unique { at: &JsonPlace::Root, repeated: &repeated }.deserialize(&mut reader);
    let whole = value.and_then(|value| reader.end().map(|()| value));
    whole.map_err(|error| repeated.into_inner().map_or(JsonFault::Malformed(error), JsonFault::Repeated))
}

/// A place in a JSON text, as the chain of its parents. It is formatted only for an error.
enum JsonPlace<'a> {
    Root,
    Member(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl fmt::Display for JsonPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(JsonPlace::Root, name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, place) => write!(f, "{parent}[{place}]"),
        }
    }
}

/// Parses a value, and distinguishes a repeated name from other errors.
struct Unique<'a> {
    at: &'a JsonPlace<'a>,
    repeated: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Unique<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(Unique {
            at: &JsonPlace::Item(self.at, read.len()),
            repeated: self.repeated,
        })? {
            read.push(item);
        }
        Ok(read.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        // Compared after its escapes are decoded: `"a"` and `"\u0061"` are one name.
        while let Some(name) = members.next_key::<String>()? {
            let at = JsonPlace::Member(self.at, &name);
            if read.contains_key(&name) {
                *self.repeated.borrow_mut() = Some(at.to_string());
                return Err(A::Error::custom("a name is given twice"));
            }
            let value = members.next_value_seed(Unique { at: &at, repeated: self.repeated })?;
            read.insert(name, value);
        }
        Ok(read.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_repeated_is_found_at_any_depth() {
        let check = |text: &str, path: Option<&str>| {
            let found = match read(text.as_bytes()) {
                Ok(value) => {
                    assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
                    None
                }
                Err(JsonFault::Repeated(path)) => Some(path),
                Err(JsonFault::Malformed(error)) => panic!("{text}: {error}"),
            };
            assert_eq!(found.as_deref(), path, "{text}");
        };
        check(r#"{"a": 1, "b": {"a": [1, -2, 3.5, 18446744073709551615, null, true, "x"]}, "A": 2}"#, None);
        check("[]", None);
        check(r#"[{"a": 1}, {"a": 1}]"#, None);
        check(r#"{"a": 1, "a": 1}"#, Some("a"));
        check(r#"{"a": 1, "\u0061": 2}"#, Some("a"));
        check(r#"{"a": 1, "b": 2, "a": null}"#, Some("a"));
        check(r#"{"a": {"b": 1, "c": 2, "b": 3}}"#, Some("a.b"));
        check(r#"{"a": [0, {"b": {}, "b": []}]}"#, Some("a[1].b"));
        check(r#"[[{"": 1, "": 2}]]"#, Some("[0][0]."));
        // The text ends here, but the name is repeated before the end is noticed.
        check(r#"{"a": 1, "a""#, Some("a"));
    }

    #[test]
    fn what_is_not_one_json_value_is_malformed() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for text in
            ["", "{", "{} {}", "{\"a\": 1,}", "nul", "1e999", "{\"a\": \"\\ud800\"}", "\u{feff}{}", &deep]
        {
            assert!(matches!(read(text.as_bytes()), Err(JsonFault::Malformed(_))), "{text}");
        }
    }
}
