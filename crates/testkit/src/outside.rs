//! Test data that others wrote, as it lies in `outside/` beside this crate's source.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test without its data stops here")]

use serde_json::Value;
use std::path::PathBuf;

/// The file at this path within `outside/`.
///
/// # Panics
/// When it is not there: it is a part of the repository.
pub fn file(path: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("outside").join(path);
    assert!(file.is_file(), "{} is missing, and is a part of the repository", file.display());
    file
}

/// The JSON in the file at this path within `outside/`.
///
/// # Panics
/// When it is not there or is no JSON.
pub fn json(path: &str) -> Value {
    let text = std::fs::read_to_string(file(path)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
