//! The end of a command: an exit code for scripts, and a message for the user.

use crate::client::ServerProblem;
use countersign_api::Basis;
use std::path::PathBuf;

/// How a command ended, as the exit code of the process. The codes are stable, because scripts read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: success.
    Done,
    /// 1: the server refused, or something failed there or here.
    Failed,
    /// 2: a command line, a file or a value is wrong; nothing was changed.
    Usage,
    /// 3: the named thing does not exist.
    NotFound,
    /// 4: it contradicts the present state, or another command came first.
    Conflict,
    /// 5: the server cannot be reached.
    Unreachable,
    /// 6: a check found a problem.
    CheckFailed,
    /// 7: a verdict is not possible, because evidence is missing.
    Unknown,
}

impl Exit {
    /// Every exit code, the lowest first.
    pub const ALL: &'static [Self] = &[
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::NotFound,
        Self::Conflict,
        Self::Unreachable,
        Self::CheckFailed,
        Self::Unknown,
    ];

    /// Returns the exit code of the process.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::Unreachable => 5,
            Self::CheckFailed => 6,
            Self::Unknown => 7,
        }
    }

    /// Returns the meaning of the code, for the reference.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "success",
            Self::Failed => "the server refused, or something failed there or here",
            Self::Usage => {
                "an invalid command line, file, value or configuration, or a plan beyond --max-newly-denied or --no-newly-allowed; \
                 nothing was changed"
            }
            Self::NotFound => "the named thing does not exist",
            Self::Conflict => "it contradicts the present state, or another command came first",
            Self::Unreachable => "the server cannot be reached",
            Self::CheckFailed => {
                "a check found a problem (application check-upstream, policy check, policy format --check, policy lint, policy test, replay, doctor, journal \
                 verify, evidence verify)"
            }
            Self::Unknown => {
                "the verdict is unknown: evidence is missing or damaged, cannot be evaluated again, or there is none (plan, apply, \
                 rollout start, shadow report, prove, replay); nothing was put in force"
            }
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line, a file or a value is wrong: the problem and the remedy.
    Input { message: String, remedy: String },
    /// A file is wrong; this shows the place.
    Underlined(String),
    /// The command contradicts the present state; found here, not by the server.
    Conflict { message: String, remedy: String },
    /// No process answers at the operator's socket.
    NothingRunning { data: PathBuf, cause: String },
    /// The server at this address does not answer.
    Unreachable { address: String, cause: String },
    /// The server answered with a problem.
    Problem(Box<ServerProblem>),
    /// The named thing does not exist; found here, not by the server.
    NotFound(String),
    /// Something failed here: a file that cannot be written, an answer that cannot be read.
    Failed(String),
    /// A check found a problem, and has printed it.
    CheckFailed,
    /// A verdict is not possible, because evidence is missing: the problem and the remedy.
    Unknown { message: String, remedy: String },
    /// The user answered no.
    Declined,
    /// The reader of the output has closed it.
    ReaderGone,
}

impl Failure {
    pub(crate) fn input(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Input { message: message.into(), remedy: remedy.into() }
    }

    /// Refuses to give a verdict from a report that lacks part of the evidence.
    pub(crate) fn unless_whole(basis: &Basis) -> Result<(), Self> {
        if basis.is_whole() {
            return Ok(());
        }
        Err(Self::unknown(
            basis,
            "`countersign evidence verify` names the damaged files: restore them from a copy",
        ))
    }

    /// Returns what prevents a verdict.
    pub(crate) fn unknown(basis: &Basis, remedy: impl Into<String>) -> Self {
        let first =
            basis.gaps.first().map_or("the server does not name the basis of the report", String::as_str);
        let message = match basis.gaps.len() {
            0 | 1 => format!("the verdict is unknown: {first}"),
            more => format!("the verdict is unknown: {first} (and {} more, above)", more - 1),
        };
        Self::Unknown { message, remedy: remedy.into() }
    }

    /// Returns the failure to read a local file. It names the path, because the user must repair that file.
    pub(crate) fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::input(
            format!("{} cannot be read: {error}", path.display()),
            "name a file that exists and that you may read",
        )
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Input { .. } | Self::Underlined(_) => Exit::Usage,
            Self::Conflict { .. } => Exit::Conflict,
            Self::NothingRunning { .. } | Self::Unreachable { .. } => Exit::Unreachable,
            // A server that was not told that what is unknown is accepted.
            Self::Problem(problem) if problem.field() == Some("accept_unknown") => Exit::Unknown,
            Self::Problem(problem) => exit_of(problem.status),
            Self::NotFound(_) => Exit::NotFound,
            Self::Failed(_) | Self::Declined => Exit::Failed,
            Self::CheckFailed => Exit::CheckFailed,
            Self::Unknown { .. } => Exit::Unknown,
            Self::ReaderGone => Exit::Done,
        }
    }

    /// Returns the kind of problem, as problem documents name it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.exit() {
            Exit::Usage => "about:blank#usage",
            Exit::NotFound => "about:blank#not-found",
            Exit::Conflict => "about:blank#conflict",
            Exit::Unreachable => "about:blank#unreachable",
            Exit::Unknown => "about:blank#unknown",
            Exit::Done | Exit::Failed | Exit::CheckFailed => "about:blank#failed",
        }
    }

    /// Returns the message and the remedy; nothing if everything was already printed.
    pub(crate) fn words(&self) -> Option<(String, Option<String>)> {
        match self {
            Self::Input { message, remedy }
            | Self::Conflict { message, remedy }
            | Self::Unknown { message, remedy } => Some((message.clone(), Some(remedy.clone()))),
            Self::Underlined(shown) => Some((format!("the file is refused\n{}", shown.trim_end()), None)),
            Self::NothingRunning { data, cause } => Some((
                format!("nothing is running in {} ({cause})", data.display()),
                Some(
                    "start it with `countersign up`, name its folder with --data DIR, or name a server \
                     with --server URL --token-file FILE"
                        .to_owned(),
                ),
            )),
            Self::Unreachable { address, cause } => Some((
                format!("{address} does not answer: {cause}"),
                Some("check the address, and that the server is running".to_owned()),
            )),
            Self::Problem(problem) => Some((problem.sentence(), problem.remedy())),
            Self::NotFound(message) | Self::Failed(message) => Some((message.clone(), None)),
            Self::Declined => Some(("nothing was changed".to_owned(), None)),
            Self::CheckFailed | Self::ReaderGone => None,
        }
    }
}

/// Returns the exit code for the status of an answer.
const fn exit_of(status: u16) -> Exit {
    match status {
        400 | 413 | 415 | 422 => Exit::Usage,
        404 => Exit::NotFound,
        409 | 412 => Exit::Conflict,
        _ => Exit::Failed,
    }
}

impl From<std::io::Error> for Failure {
    /// `?` turns errors of our own output into failures; no other stream has this.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::Failed(format!("the output cannot be written: {error}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_ends_with_the_code_that_scripts_expect() {
        for (status, code) in [
            (400, 2),
            (422, 2),
            (413, 2),
            (401, 1),
            (403, 1),
            (404, 3),
            (409, 4),
            (429, 1),
            (500, 1),
            (503, 1),
        ] {
            assert_eq!(exit_of(status).code(), code, "{status}");
        }
    }

    #[test]
    fn codes_are_counted_from_zero_and_never_shared() {
        for (place, exit) in Exit::ALL.iter().enumerate() {
            assert_eq!(usize::from(exit.code()), place);
        }
    }
}
