//! The errors of this room.

use countersign_database::DatabaseError;
use countersign_names::ReviewId;

/// Why the tables of access reviews cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// A row cannot be read: a newer build wrote it, or something else changed it.
    #[error(
        "what {review} asked cannot be read ({problem}): restore the tables from a backup, or open it anew"
    )]
    Row {
        /// The campaign.
        review: ReviewId,
        /// What is wrong.
        problem: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
