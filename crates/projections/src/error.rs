//! The errors of reading, comparing and building a projection.

use countersign_database::DatabaseError;
use countersign_journal::ReadError;

/// The reasons why a projection could not be read, compared or built.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// There is no such projection.
    #[error("there is no projection {name:?}: the projections are {}", .known.join(", "))]
    Unknown {
        /// The requested name.
        name: String,
        /// The names of all projections.
        known: Vec<&'static str>,
    },
    /// The projection did not reach the wanted entry within the waiting time of a read.
    #[error("the projection {name} is {behind} facts behind the journal{}", .trouble.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
    Behind {
        /// The name of the projection.
        name: &'static str,
        /// The number of entries of the journal that are not folded yet.
        behind: u64,
        /// Why it does not advance, if it does not.
        trouble: Option<String>,
    },
    /// The projection advanced during every attempt to compare it.
    #[error("the projection {name} changed during each comparison")]
    Moving {
        /// The name of the projection.
        name: &'static str,
    },
    /// A row of its tables is not one that its fold makes.
    #[error(
        "a row of the projection {name} was altered: `countersign projection rebuild {name} --dry-run` shows \
         which, and without --dry-run it rebuilds the tables"
    )]
    Altered {
        /// The name of the projection.
        name: &'static str,
    },
    /// A fact of the journal is not known to this build.
    #[error("this build cannot fold the journal: {0}")]
    Unfoldable(String),
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] ReadError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
