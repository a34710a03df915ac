//! Why a projection was not read, compared or built.

use countersign_database::DatabaseError;
use countersign_journal::ReadError;

/// Why a projection was not read, compared or built.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// There is no such projection.
    #[error("there is no projection {name:?}: there are {}", .known.join(", "))]
    Unknown {
        /// The name that was given.
        name: String,
        /// Those that there are.
        known: Vec<&'static str>,
    },
    /// It did not come far enough within the time that a read waits.
    #[error("the projection {name} is behind by {behind} facts{}", .trouble.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
    Behind {
        /// Which.
        name: &'static str,
        /// How many entries of the journal are not folded yet.
        behind: u64,
        /// Why it does not go on, if it does not.
        trouble: Option<String>,
    },
    /// It moved on each time that it was compared.
    #[error("the projection {name} changed each time that it was compared")]
    Moving {
        /// Which.
        name: &'static str,
    },
    /// A fact of the journal is not known to this build.
    #[error("the journal cannot be folded: {0}")]
    Unfoldable(String),
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] ReadError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
