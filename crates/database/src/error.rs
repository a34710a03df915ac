//! What can go wrong, in words that are safe to show. None repeats a URL, which may hold a password.

use sqlx::migrate::MigrateError;
use std::path::PathBuf;

/// Why the tables could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The path of the SQLite file cannot be written as a URL.
    #[error("{path:?} cannot hold the tables: its name must be UTF-8")]
    Path {
        /// Which.
        path: PathBuf,
    },
    /// The text is not the URL of a PostgreSQL database. It is not repeated, for it may hold a password.
    #[error("the PostgreSQL URL does not parse; it looks like postgres://user:password@host:5432/database")]
    Url,
    /// A newer version of this program made a room's tables.
    #[error("the tables of {room} have version {version}, which this build does not know: use a newer build")]
    Newer {
        /// Whose tables.
        room: &'static str,
        /// The version that is not known.
        version: i64,
    },
    /// A room's tables could not be made or brought up to date.
    #[error("the tables of {room} could not be made or brought up to date: {source}")]
    Tables {
        /// Whose tables.
        room: &'static str,
        /// What the store said.
        source: MigrateError,
    },
    /// The store failed.
    #[error("the database failed while {doing}")]
    Store {
        /// What was under way.
        doing: &'static str,
        /// What the store said, for the log of whoever runs it.
        source: sqlx::Error,
    },
    /// The store did not answer in time.
    #[error("the database did not answer in time while {doing}")]
    Late {
        /// What was under way.
        doing: &'static str,
    },
}

impl DatabaseError {
    pub(crate) const fn store(doing: &'static str, source: sqlx::Error) -> Self {
        Self::Store { doing, source }
    }

    pub(crate) fn migrating(room: &'static str, error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Newer { room, version },
            source => Self::Tables { room, source },
        }
    }
}
