//! The errors of this room.

use countersign_database::DatabaseError;

/// Why something could not be done with the tables of identities. Readers see what they saw before.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Another run began meanwhile.
    #[error("another correlation began meanwhile")]
    Superseded,
    /// A row cannot be read or written: another build wrote it, or something else changed it.
    #[error("a row of the identities is damaged ({problem}): run `countersign identity correlate`")]
    Row {
        /// What is wrong with it.
        problem: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl IdentityError {
    pub(crate) fn row(problem: impl std::fmt::Display) -> Self {
        Self::Row { problem: problem.to_string() }
    }
}
