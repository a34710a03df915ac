//! The files of the built console.

use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;
#[cfg(debug_assertions)]
use std::path::Path;

/// Names another folder than `console/dist`, for a debug build only.
#[cfg(debug_assertions)]
const FOLDER: &str = "COUNTERSIGN_CONSOLE_DIST";

/// The folder that `make console` writes.
#[derive(RustEmbed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct ConsoleFiles;

/// A file as it was built.
#[derive(Debug, Clone)]
pub struct BuiltFile {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// Returns the file of this name, relative to the folder; `None` if there is none. A name with a part that could leave
/// the folder has no file.
pub fn find(name: &str) -> Option<BuiltFile> {
    let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
    if !name.split('/').all(is_plain) {
        return None;
    }
    let file = read(name)?;
    Some(BuiltFile { sha256: file.metadata.sha256_hash(), bytes: file.data })
}

/// Reads a file of the console. In a debug build the folder may be another one, so that a test can begin with a console
/// that is not built yet.
#[cfg(debug_assertions)]
fn read(name: &str) -> Option<EmbeddedFile> {
    match std::env::var_os(FOLDER) {
        Some(folder) => rust_embed::utils::read_file_from_fs(&Path::new(&folder).join(name)).ok(),
        None => ConsoleFiles::get(name),
    }
}

#[cfg(not(debug_assertions))]
fn read(name: &str) -> Option<EmbeddedFile> {
    ConsoleFiles::get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leaves_the_folder_has_no_file() {
        for name in
            ["../package.json", "assets/../../package.json", "/etc/passwd", "", ".hidden", "a//b", "..\\a"]
        {
            assert!(find(name).is_none(), "{name}");
        }
    }
}
