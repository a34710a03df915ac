//! Reads our Parquet files with other engines, which do not know our code.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose engines fail stops here, and one that has none says so"
)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns what DuckDB and PyArrow read from a folder of evidence (`validators/engines.py` defines it); `None`, with a
/// [`skip`](crate::skip()), if they are not installed.
///
/// # Panics
/// If one of them fails.
pub fn read(folder: &Path) -> Option<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = crate::python()?;
    let ran = Command::new(&python).arg("-I").arg(root.join("validators/engines.py")).arg(folder).output();
    let ran = ran.unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}
