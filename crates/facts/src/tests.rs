//! Every version ever written must parse for ever, with its original meaning.

use super::*;
use std::path::PathBuf;

pub fn samples() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_sample_parses_and_is_written_back_unchanged() {
    for (name, text) in samples() {
        let stated = Stated::from_bytes(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let before: serde_json::Value = serde_json::from_str(&text).unwrap();
        let after: serde_json::Value = serde_json::from_slice(&stated.to_bytes().unwrap()).unwrap();
        assert_eq!(before, after, "{name}");
        // The file is named for the tag, so that a version cannot lose its sample unnoticed.
        assert_eq!(before["fact"].as_str().unwrap().replace('/', "."), name);
    }
}

#[test]
fn every_fact_has_a_sample() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/fact");
    let sources = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let source: String = sources.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let tags: Vec<String> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("#[serde(rename = \"")?.strip_suffix("\")]"))
        .map(|tag| tag.replace('/', "."))
        .collect();
    assert!(tags.len() > 30, "the tags were not found in the source");
    let names: Vec<String> = samples().into_iter().map(|(name, _)| name).collect();
    for tag in tags {
        assert!(names.contains(&tag), "samples/{tag}.json is missing");
    }
}

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
