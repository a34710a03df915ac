//! The errors of this room. Their texts are safe to show: none contains a URL, which may hold a password.

use sqlx::migrate::MigrateError;
use std::path::PathBuf;

/// An error while opening, reading or writing the tables.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The path of the SQLite file cannot be written as a URL.
    #[error("{path:?} cannot hold the tables: its name must be UTF-8")]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// The text is not the URL of a PostgreSQL database. The error leaves it out, because it may hold a password.
    #[error("the PostgreSQL URL does not parse; it looks like postgres://user:password@host:5432/database")]
    Url,
    /// A newer version of this program made a room's tables.
    #[error("the tables of {room} have version {version}, which this build does not know: use a newer build")]
    Newer {
        /// The room that owns the tables.
        room: &'static str,
        /// The unknown version.
        version: i64,
    },
    /// A room's tables could not be made or brought up to date.
    #[error("the tables of {room} could not be made or brought up to date: {source}")]
    Tables {
        /// The room that owns the tables.
        room: &'static str,
        /// The error of the store.
        source: MigrateError,
    },
    /// The store failed.
    #[error("the database failed while {doing}")]
    Store {
        /// The operation, to complete "while …".
        doing: &'static str,
        /// The error of the store, for the operator's log.
        source: sqlx::Error,
    },
    /// The store did not answer in time.
    #[error("the database did not answer in time while {doing}")]
    Late {
        /// The operation, to complete "while …".
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
