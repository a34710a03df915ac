//! Key files: created once, readable by this user only.

use countersign_gate_http::{AssertionError, AssertionKey};
use countersign_world::World;
use secrecy::{ExposeSecret, SecretString};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// The system's error.
        source: io::Error,
    },
    /// Other users can read it.
    #[error(
        "other users can read {path}: run `chmod 600 {path}`, and replace the key if somebody may have read \
         it"
    )]
    Open {
        /// The file.
        path: String,
    },
    /// It contains nothing.
    #[error("{path} is empty: write the client secret that the provider gave into it")]
    Empty {
        /// The file.
        path: String,
    },
    /// Its content is not a key.
    #[error("{path} does not contain an assertion key: {source}")]
    NoKey {
        /// The file.
        path: String,
        /// The reason.
        source: AssertionError,
    },
}

/// Creates a folder for this process, closed to other users.
///
/// # Errors
/// If it cannot be created.
pub fn private_folder(path: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Reads the key in `path`; creates and stores a new one if there is none.
///
/// # Errors
/// If the file cannot be used, or other users can read it.
pub fn assertion_key(path: &Path) -> Result<AssertionKey, KeyError> {
    let name = path.display().to_string();
    let failed = |source| KeyError::File { path: name.clone(), source };
    match std::fs::read(path) {
        Ok(bytes) => {
            let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(KeyError::Open { path: name });
            }
            AssertionKey::from_pkcs8(bytes.into()).map_err(|source| KeyError::NoKey { path: name, source })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => another_assertion_key(path),
        Err(error) => Err(failed(error)),
    }
}

/// Reads a secret that somebody else made, without the line end that editors add.
///
/// # Errors
/// If the file cannot be read or is empty, or other users can read it.
pub fn secret_file(path: &Path) -> Result<SecretString, KeyError> {
    let name = path.display().to_string();
    let failed = |source| KeyError::File { path: name.clone(), source };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    if std::fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyError::Open { path: name });
    }
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(KeyError::Empty { path: name }),
        secret => Ok(secret.into()),
    }
}

/// Stores a new key in `path`, and overwrites the previous one.
fn another_assertion_key(path: &Path) -> Result<AssertionKey, KeyError> {
    let name = path.display().to_string();
    let key = AssertionKey::generate().map_err(|source| KeyError::NoKey { path: name.clone(), source })?;
    write_private(path, key.to_pkcs8().expose_secret())
        .map_err(|source| KeyError::File { path: name, source })?;
    Ok(key)
}

/// Reads the key in `path`; creates a new one if there is none, or if that one was rotated or retired.
///
/// # Errors
/// The same as [`assertion_key`].
pub fn unspent_assertion_key(path: &Path, world: &World) -> Result<AssertionKey, KeyError> {
    let key = assertion_key(path)?;
    if world.is_spent_key(key.kid()) { another_assertion_key(path) } else { Ok(key) }
}

/// Writes a file that no other user can read, completely or not at all.
///
/// # Errors
/// If it cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    // The mode above is that of a new file only, and a process that died may have left this one behind.
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept_to_oneself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("assertion.key");
        let made = assertion_key(&path).unwrap();
        assert_eq!(assertion_key(&path).unwrap().kid(), made.kid());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(assertion_key(&path), Err(KeyError::Open { .. })));
        std::fs::write(&path, b"no key").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(assertion_key(&path), Err(KeyError::NoKey { .. })));
    }

    #[test]
    fn a_key_that_cannot_be_read_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("assertion.key");
        std::fs::create_dir(&path).unwrap();
        let error = assertion_key(&path).unwrap_err();
        assert!(matches!(error, KeyError::File { .. }), "{error:?}");
        assert!(error.to_string().starts_with(path.to_str().unwrap()), "{error}");
        assert!(path.is_dir(), "what is there stays");
        let nowhere = folder.path().join("none/assertion.key");
        assert!(matches!(assertion_key(&nowhere), Err(KeyError::File { .. })));
        std::fs::remove_dir(&path).unwrap();
        std::fs::write(&path, b"secret").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let open = assertion_key(&path).unwrap_err().to_string();
        assert!(open.contains("run `chmod 600") && !open.contains("secret"), "{open}");
        assert_eq!(
            std::fs::read(&path).unwrap(),
            b"secret",
            "a key that others could read is not overwritten"
        );
    }

    #[test]
    fn a_file_of_ones_own_is_written_whole_over_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("front.key");
        std::fs::write(&path, b"an older and longer content").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        // What a process that died left behind is no obstacle.
        std::fs::write(folder.path().join("front.new"), b"half of something that is longer").unwrap();
        write_private(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!folder.path().join("front.new").exists());
        assert!(write_private(&folder.path().join("none/front.key"), b"x").is_err());
    }

    #[test]
    fn a_folder_of_ones_own_is_made_with_those_above_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        private_folder(&path).unwrap();
        private_folder(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::write(folder.path().join("file"), b"").unwrap();
        assert!(private_folder(&folder.path().join("file/b")).is_err());
    }

    #[test]
    fn a_client_secret_is_read_from_a_file_that_no_other_user_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("okta.secret");
        let written = |text: &str, mode| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            secret_file(&path)
        };
        assert_eq!(written("s3cret\n", 0o600).unwrap().expose_secret(), "s3cret");
        assert!(matches!(written("s3cret", 0o640), Err(KeyError::Open { .. })));
        assert!(matches!(written("\n", 0o600), Err(KeyError::Empty { .. })));
        assert!(matches!(secret_file(&folder.path().join("none")), Err(KeyError::File { .. })));
    }
}
