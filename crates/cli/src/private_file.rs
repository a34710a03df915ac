//! Files for secrets.

use crate::exit::Failure;
use std::path::Path;

/// Creates a new file that only its owner can read. It never overwrites a file, which may be another secret.
pub(crate) fn create_private(path: &Path) -> Result<std::fs::File, Failure> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| {
        Failure::input(
            format!("{} cannot be created: {error}", path.display()),
            "name a file that does not exist yet",
        )
    })
}
