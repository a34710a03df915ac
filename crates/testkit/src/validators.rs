//! The Python in which other people's validators and engines are installed.

use std::path::PathBuf;

/// Where it is: the folder that `packages/install.sh test` fills, or the one that `COUNTERSIGN_VALIDATORS` names. None,
/// with a [`skip`](crate::skip), where it is not installed.
///
/// # Panics
/// As [`skip`](crate::skip).
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
