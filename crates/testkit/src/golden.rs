//! The golden journals of `crates/facts/golden`: every fact that was ever written, as it was written.

#![expect(clippy::panic, clippy::expect_used, reason = "a test without the golden journals stops here")]

use countersign_facts::Stated;
use std::path::{Path, PathBuf};

/// The end of a golden journal's name.
pub const ENDING: &str = ".jsonl";

/// Returns the folder of the golden journals.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../facts/golden")
}

/// Returns every golden journal by its name without the digest: `networks`.
///
/// # Panics
/// If a file cannot be read, a line is no fact, or there is no journal.
#[must_use]
pub fn journals() -> Vec<(String, Vec<Stated>)> {
    let entries = std::fs::read_dir(folder()).expect("the folder of the golden journals");
    let mut found: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("a folder can be listed").path();
            let file = path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
            let name = file.split('.').next().unwrap_or(file).to_owned();
            let text = std::fs::read_to_string(&path).expect("a golden journal can be read");
            (name, facts(&text))
        })
        .collect();
    assert!(!found.is_empty(), "the golden journals were not found");
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// Returns the golden journal with this name, without the digest.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn journal(name: &str) -> Vec<Stated> {
    let found = journals().into_iter().find(|(known, _)| known == name);
    found.map(|(_, facts)| facts).unwrap_or_else(|| panic!("no golden journal is called {name}"))
}

/// Reads facts, one per line.
///
/// # Panics
/// If a line is no fact.
#[must_use]
pub fn facts(text: &str) -> Vec<Stated> {
    text.lines().map(|line| Stated::from_bytes(line.as_bytes()).expect("a golden line is a fact")).collect()
}
