//! Errors, grouped by what the caller can do about them.

use crate::chain::{BatchError, Head};
use crate::verify::Broken;
use std::path::PathBuf;

/// The store failed or did not answer. The text can be shown to users; the source is for the administrator's log.
#[derive(Debug, thiserror::Error)]
#[error("the journal's store failed while {doing}")]
pub struct StoreError {
    doing: &'static str,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl StoreError {
    pub(crate) fn new(
        doing: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { doing, source: source.into() }
    }
}

/// Why nothing was appended, or why that is unknown.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The head has changed since the caller read it: nothing was appended.
    #[error("the journal has moved on to entry {}: read the new entries and decide again", head.seq)]
    Conflict {
        /// The current head.
        head: Head,
    },
    /// The batch is invalid: nothing was appended.
    #[error(transparent)]
    Refused(#[from] BatchError),
    /// This handle was opened for reading: nothing was appended.
    #[error("the journal was opened for reading only")]
    ReadOnly,
    /// The store failed, and it is unknown whether the entries were appended.
    #[error("{0}; read the head to know whether the entries were appended")]
    Store(#[from] StoreError),
}

/// Why entries could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store failed or did not answer: try again later.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stored data is not a valid journal: trying again will not help.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file, or the lock file beside it, could not be opened.
    #[error("cannot open {path:?}: {source}; the folder must exist and be writable for this user")]
    File {
        /// The path.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// Another process appends to this file.
    #[error(
        "{path:?} is in use by another process; stop it first, or use PostgreSQL, which several processes can share"
    )]
    InUse {
        /// The journal's file.
        path: PathBuf,
    },
    /// The text is not the URL of a PostgreSQL database. It is not shown, because it may contain a password.
    #[error("the PostgreSQL URL does not parse; it looks like postgres://user:password@host:5432/database")]
    Url,
    /// There is no journal to read.
    #[error("there is no journal there: it is made when it is first opened for appending")]
    Missing,
    /// The store could lose acknowledged entries.
    #[error("the store would lose acknowledged entries in a crash: {setting} is {found:?}; {remedy}")]
    NotDurable {
        /// The name of the setting.
        setting: &'static str,
        /// Its value.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A newer version of this program wrote the schema.
    #[error("the journal's schema has version {version}, which this build does not know: use a newer build")]
    Newer {
        /// The unknown version.
        version: i64,
    },
    /// The schema could not be migrated.
    #[error("the journal's schema could not be made or brought up to date: {source}")]
    Schema {
        /// The error of the store.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store could not be reached or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::migrate::MigrateError> for OpenError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => Self::Newer { version },
            sqlx::migrate::MigrateError::Execute(source) => {
                Self::Store(StoreError::new("bringing its schema up to date", source))
            }
            other => Self::Schema { source: other.into() },
        }
    }
}
