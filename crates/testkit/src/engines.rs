//! Parquet of ours, read by engines that are not ours and know nothing of us.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose engines fail stops here, and one that has none says so"
)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What DuckDB and PyArrow find in a folder of evidence (`validators/engines.py` says what of it). None, with a
/// [`skip`](crate::skip), where they are not installed.
///
/// # Panics
/// When one of them fails.
pub fn read(folder: &Path) -> Option<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = crate::python()?;
    let ran = Command::new(&python).arg("-I").arg(root.join("validators/engines.py")).arg(folder).output();
    let ran = ran.unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}
