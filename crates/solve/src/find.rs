//! Finds the solver, and checks that it works.

use crate::process::{self, Bounds};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The name of the program.
const NAME: &str = "cvc5";

/// Limits for the program when it reports its version.
const INTRODUCTION: Bounds = Bounds { time: Duration::from_secs(10), memory: 1 << 30 };

/// The places to look for a solver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The program that the configuration names.
    pub configured: Option<PathBuf>,
    /// The folders to search if the configuration names none, in the format of the variable `PATH`.
    pub path: Option<OsString>,
}

/// An installed solver that has reported its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solver {
    path: PathBuf,
    version: String,
}

/// The reason why no solver can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSolver {
    /// None is configured, and none is on the path.
    #[error("no solver is installed where this server runs: there is no {NAME} on its PATH")]
    Missing,
    /// The configured or found program does not behave like a solver.
    #[error("{} is not a solver that works here: {why}", path.display())]
    Unusable {
        /// The program.
        path: PathBuf,
        /// Its actual behaviour.
        why: String,
    },
}

impl NoSolver {
    /// Returns advice on how to correct it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Missing => format!(
                "install it on the server (Debian: `apt-get install {NAME}`), or name the program with `solver` in the \
                 server's configuration"
            ),
            Self::Unusable { .. } => {
                format!(
                    "name a working {NAME} with `solver` in the server's configuration, or install the package {NAME}"
                )
            }
        }
    }
}

impl Solver {
    /// Returns the configured solver, or else the first `cvc5` on the path, after it reported its version. Blocks.
    ///
    /// # Errors
    /// If there is none, or the program does not answer as cvc5 does.
    pub fn find(whereabouts: &Whereabouts) -> Result<Self, NoSolver> {
        let Whereabouts { configured, path } = whereabouts;
        let on_path = || path.as_ref().and_then(on);
        let found = configured.clone().or_else(on_path).ok_or(NoSolver::Missing)?;
        let unusable = |why: String| NoSolver::Unusable { path: found.clone(), why };
        let said =
            process::introduce(&found, &INTRODUCTION).map_err(|trouble| unusable(trouble.to_string()))?;
        let version =
            version(&said).ok_or_else(|| unusable("it does not print its version of cvc5".to_owned()))?;
        Ok(Self { version, path: found })
    }

    /// Returns its name and version, such as `cvc5 1.0.3`.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn on(path: &OsString) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(NAME)).find(|candidate| candidate.is_file())
}

/// Reads `This is cvc5 version 1.0.3` or, from later releases, `This is cvc5 version 1.3.1 [git ...]`.
fn version(said: &str) -> Option<String> {
    let (_, rest) = said.lines().next()?.split_once("cvc5 version ")?;
    let number = rest.split_whitespace().next()?;
    let plain = |character: char| character.is_ascii_alphanumeric() || ".-+".contains(character);
    (number.len() <= 32 && number.chars().all(plain)).then(|| format!("{NAME} {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_first_line() {
        let read = |said: &str| version(said);
        assert_eq!(read("This is cvc5 version 1.0.3\ncompiled with").as_deref(), Some("cvc5 1.0.3"));
        assert_eq!(read("This is cvc5 version 1.3.1 [git tag]").as_deref(), Some("cvc5 1.3.1"));
        assert_eq!(read("Z3 version 4.8"), None);
        assert_eq!(read(""), None);
        assert_eq!(read("This is cvc5 version \u{1b}[31m"), None);
    }

    #[test]
    fn where_there_is_none_it_says_so_with_the_remedy() {
        let empty = Whereabouts { configured: None, path: Some("/nonexistent/bin".into()) };
        let missing = Solver::find(&empty).unwrap_err();
        assert_eq!(missing, NoSolver::Missing);
        assert!(missing.remedy().contains("apt-get install cvc5"), "{}", missing.remedy());
        assert_eq!(Solver::find(&Whereabouts::default()).unwrap_err(), NoSolver::Missing);
        let named = Whereabouts { configured: Some("/nonexistent/cvc5".into()), ..empty };
        let named = Solver::find(&named).unwrap_err();
        assert!(
            named.to_string().starts_with("/nonexistent/cvc5 is not a solver that works here"),
            "{named}"
        );
    }
}
