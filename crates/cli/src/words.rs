//! The values of the contract's types on the command line and in tables; they are spelled only in the contract.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use countersign_api::ParameterValue;
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error};
use std::fmt::Display;

/// Parses a value of the contract; the error lists the possible values.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    T::deserialize(IntoDeserializer::<Error>::into_deserializer(text)).map_err(|error| error.to_string())
}

/// Parses one of these values of a query parameter, which the help lists.
pub(crate) fn one_of<T: ParameterValue + Clone + Send + Sync + 'static>(
    values: &'static [&'static str],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(values).try_map(|text| T::parse(&text).map_err(|wrong| wrong.detail))
}

/// Returns a value of the contract for people.
pub(crate) fn of<T: Serialize>(word: &T) -> String {
    on_the_wire(word).replace('_', " ")
}

/// Returns a value of the contract as on the wire.
pub(crate) fn on_the_wire<T: Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Joins names.
pub(crate) fn list<T: Display>(names: &[T]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Joins names, or returns another text if there are none.
pub(crate) fn list_or<T: Display>(names: &[T], none: &str) -> String {
    if names.is_empty() { none.to_owned() } else { list(names) }
}

/// Formats an optional value.
pub(crate) fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// Formats a number and its noun.
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
