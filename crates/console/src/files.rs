//! The files of the built console.

use rust_embed::RustEmbed;
use std::borrow::Cow;

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
    let file = ConsoleFiles::get(name)?;
    Some(BuiltFile { sha256: file.metadata.sha256_hash(), bytes: file.data })
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
