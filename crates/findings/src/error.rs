//! The errors of this room.

use countersign_database::DatabaseError;

/// Why something could not be done with findings. What was found before is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum FindingError {
    /// Another run was replaced meanwhile.
    #[error(
        "another look at the inventory ended meanwhile, so the result of this one is not used: look again"
    )]
    Superseded,
    /// A row cannot be read: a newer build wrote it, or something else changed it.
    #[error("a row of the findings cannot be read ({problem}): look again with `countersign finding look`")]
    Row {
        /// What is wrong with it.
        problem: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Returns the error of a row that cannot be read.
pub(crate) fn unreadable(problem: &dyn std::fmt::Display) -> FindingError {
    FindingError::Row { problem: problem.to_string() }
}
