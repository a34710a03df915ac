//! Parquet of ours, read by engines that are not ours and know nothing of us.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test whose engines fail stops here, and one that has none says so"
)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What DuckDB and PyArrow find in a folder of evidence (`validators/engines.py` says what of it). None, said on standard
/// output, where they are not installed; with `CI` in the environment that is a failure, because there nobody reads it.
///
/// # Panics
/// When one of them fails.
pub fn read(folder: &Path) -> Option<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("COUNTERSIGN_VALIDATORS")
        .map_or_else(|| root.join("../../target/validators"), PathBuf::from)
        .join("bin/python");
    if !python.exists() {
        let says = format!("{} is not there: run packages/install.sh test", python.display());
        assert!(std::env::var_os("CI").is_none(), "{says}");
        println!("skipped: {says}");
        return None;
    }
    let ran = Command::new(&python).arg("-I").arg(root.join("validators/engines.py")).arg(folder).output();
    let ran = ran.unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}
