//! The errors of this room.

use countersign_database::DatabaseError;

/// Why something could not be done with the inventory. Nothing that was applied before is changed.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// The source says two things about one record.
    #[error("the source names {what} twice: make its key unique, or leave one of the two out")]
    Twice {
        /// The record.
        what: String,
    },
    /// Another import of the same source began meanwhile, or this one was dropped.
    #[error("another import of `{source_name}` began meanwhile: import again")]
    Superseded {
        /// The source.
        source_name: String,
    },
    /// So much is gone that it looks like a mistake.
    #[error(
        "{gone} of {before} accounts and groups of `{source_name}` would be gone, more than {percent} %: if the source \
         really shrank, apply the import with a higher limit"
    )]
    Shrunk {
        /// The source.
        source_name: String,
        /// Number of nodes that are gone.
        gone: u64,
        /// Number of nodes before.
        before: u64,
        /// The limit.
        percent: u8,
    },
    /// A row cannot be read: a newer build wrote it, or something else changed it.
    #[error("a row of the inventory cannot be read ({problem}): import the source `{source_name}` again")]
    Row {
        /// The source.
        source_name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
