//! The contract's words, read from the command line and shown in tables, without a second spelling of any.

use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error};
use std::fmt::Display;

/// Reads one of the contract's words; what is refused is told the words there are.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    T::deserialize(IntoDeserializer::<Error>::into_deserializer(text)).map_err(|error| error.to_string())
}

/// A word of the contract, as people read it.
pub(crate) fn of<T: Serialize>(word: &T) -> String {
    on_the_wire(word).replace('_', " ")
}

/// A word of the contract, as it is on the wire.
pub(crate) fn on_the_wire<T: Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Names in a row.
pub(crate) fn list<T: Display>(names: &[T]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Names in a row, or what to say when there are none.
pub(crate) fn list_or<T: Display>(names: &[T], none: &str) -> String {
    if names.is_empty() { none.to_owned() } else { list(names) }
}

/// What may be absent.
pub(crate) fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// So many of something.
pub(crate) fn count(number: usize, thing: &str) -> String {
    match number {
        0 => format!("no {thing}"),
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_api::PersonKind;

    #[test]
    fn a_word_has_one_spelling_and_a_refusal_names_them_all() {
        assert_eq!(parse::<PersonKind>("vendor"), Ok(PersonKind::Vendor));
        assert_eq!(of(&PersonKind::Vendor), "vendor");
        let refusal = parse::<PersonKind>("Vendor").unwrap_err();
        assert!(refusal.contains("employee") && refusal.contains("contractor"), "{refusal}");
    }

    #[test]
    fn things_are_counted_in_words() {
        assert_eq!(
            [count(0, "session"), count(1, "session"), count(2, "session")],
            ["no session", "1 session", "2 sessions"]
        );
    }
}
