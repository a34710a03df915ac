//! Third-party test data, in `outside/` beside this crate's source.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test without its data stops here")]

use serde_json::Value;
use std::path::PathBuf;

/// Returns the path of a file within `outside/`.
///
/// # Panics
/// If it does not exist: it is part of the repository.
pub fn file(path: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("outside").join(path);
    assert!(file.is_file(), "{} is missing, and is a part of the repository", file.display());
    file
}

/// Parses the JSON file at this path within `outside/`.
///
/// # Panics
/// If it does not exist or is not JSON.
pub fn json(path: &str) -> Value {
    let text = std::fs::read_to_string(file(path)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
