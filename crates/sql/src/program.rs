//! Locates the SQL engine: a program beside the running one.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The program's name.
const NAME: &str = "countersign-query";

/// The location of the SQL engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    path: PathBuf,
}

/// The reason why the SQL engine cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// It is still being built.
    #[error("the SQL engine is being built")]
    BeingBuilt,
    /// It is not installed.
    #[error("the SQL engine is not installed: there is no {}", .0.display())]
    NotInstalled(PathBuf),
}

impl Program {
    /// Uses the program at this path.
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Uses the program beside another one, where builds and packages install it.
    pub fn beside(program: &Path) -> Self {
        Self::at(program.with_file_name(NAME))
    }

    /// Returns the path if the program exists.
    ///
    /// # Errors
    /// Why it does not exist.
    pub(crate) fn find(&self) -> Result<&Path, Missing> {
        if self.path.is_file() {
            return Ok(&self.path);
        }
        Err(if self.is_being_built() {
            Missing::BeingBuilt
        } else {
            Missing::NotInstalled(self.path.clone())
        })
    }

    /// Returns whether a build is running. The build holds the lock of a file beside the program (`flock`), so an
    /// aborted build does not count.
    fn is_being_built(&self) -> bool {
        let marker = self.path.with_extension("building");
        File::open(marker)
            .is_ok_and(|marker| matches!(marker.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_missing_being_built_or_there() {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::beside(&folder.path().join("countersign"));
        let path = folder.path().join(NAME);
        assert_eq!(program.find(), Err(Missing::NotInstalled(path.clone())));
        let marker = File::create(folder.path().join("countersign-query.building")).unwrap();
        assert_eq!(program.find(), Err(Missing::NotInstalled(path.clone())), "nobody builds it any more");
        marker.lock().unwrap();
        assert_eq!(program.find(), Err(Missing::BeingBuilt));
        File::create(&path).unwrap();
        assert_eq!(program.find(), Ok(path.as_path()));
    }
}
