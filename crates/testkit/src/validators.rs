//! The Python environment with third-party validators and engines.

use std::path::PathBuf;

/// Returns the path of Python in the folder that `packages/install.sh test` fills, or that `COUNTERSIGN_VALIDATORS`
/// names; `None`, with a [`skip`](crate::skip()), if it is not installed.
///
/// # Panics
/// See [`skip`](crate::skip()).
pub fn python() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("COUNTERSIGN_VALIDATORS")
        .map_or_else(|| root.join("../../target/validators"), PathBuf::from);
    let python = folder.join("bin/python");
    if python.exists() {
        return Some(python);
    }
    crate::skip(&format!("{} is not there: run packages/install.sh test", python.display()));
    None
}
