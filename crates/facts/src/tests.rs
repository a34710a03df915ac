//! What is no fact is refused, and the error says what is wrong with it.

use super::*;
#[test]
fn what_this_build_does_not_know_is_an_error_and_not_a_guess() {
    for bad in [
        r#"{"at":"2026-11-22T09:00:00.000000Z","by":"operator","fact":"person.praised/1","person":"per_00000000000000000000000000000001"}"#,
        r#"{"at":"2026-11-22T09:00:00.000000Z","by":"operator","fact":"person.restored/1"}"#,
        r#"{"by":"operator","fact":"person.restored/1","person":"per_00000000000000000000000000000001"}"#,
        "{}",
        "",
        "null",
    ] {
        assert!(Stated::from_bytes(bad.as_bytes()).is_err(), "{bad} must not parse");
    }
}

#[test]
fn an_error_says_what_is_wrong_with_the_fact_of_its_subject() {
    let stated = |fact: &str| format!(r#"{{"at":"2026-11-22T09:00:00.000000Z","by":"operator",{fact}}}"#);
    let person = r#""person":"per_00000000000000000000000000000001""#;
    for (fact, why) in [
        (
            format!(r#""fact":"persn.restored/1",{person}"#),
            "unknown variant `persn`, expected one of `person`",
        ),
        (format!(r#""fact":"person.praised/1",{person}"#), "unknown variant `person.praised/1`"),
        (r#""fact":"person.restored/1""#.to_owned(), "missing field `person`"),
        (format!(r#""fact":"person.restored/1",{person},{person}"#), "duplicate field `person`"),
        (format!(r#""fact":"person.restored/1",{person},"fax":1"#), "unknown field `fax`"),
        (person.to_owned(), "missing field `fact`"),
        (format!(r#""fact":1,{person}"#), "missing field `fact`"),
        (
            format!(r#""fact":"person.restored/1","fact":"person.removed/1",{person}"#),
            "duplicate field `fact`",
        ),
        (format!(r#""Fact":"person.restored/1",{person}"#), "missing field `fact`"),
        (format!(r#""fact":"Person.restored/1",{person}"#), "unknown variant `Person`"),
        (format!(r#""fact":"person",{person}"#), "unknown variant `person`"),
    ] {
        let error = Stated::from_bytes(stated(&fact).as_bytes()).unwrap_err().to_string();
        assert!(error.contains(why), "{fact}: {error}");
    }
}
