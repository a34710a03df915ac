//! Which accounts belong to whom, as tables beside the journal: the result of correlation, replaced as a whole, and read by
//! page.
//!
//! A run writes its rows beside those of the run before, in small writes, and takes effect by one change of one row. A
//! reader sees all of one run. A process that is killed at any point leaves what was before.
//!
//! The rows are computed from what sources say and what people decided, and can be computed again at any time. No decision
//! about an access reads them.
//!
//! The clock is an argument. This room must not know how correlation works, formats of sources, facts, the world, who
//! asks, or how an answer is shown.

mod employments;
mod error;
mod member;
mod query;
mod rows;
mod runs;
mod statement;
mod stored;
mod write;

pub use employments::{KnownEmployment, SettledImport};
pub use error::IdentityError;
pub use member::{CorrelatedMember, MemberPage, MemberQuery, MemberState, NamedCandidate};
pub use query::{IdentityDetail, IdentityGap, IdentityPage, IdentityQuery};
pub use runs::{EndedRun, RunCounts};
pub use stored::StoredIdentity;

use countersign_database::{Database, DatabaseError};

/// The tables of identities. Clones share their connections.
#[derive(Clone)]
pub struct IdentityTables {
    database: Database,
}

impl IdentityTables {
    /// Creates or upgrades the tables, and uses them.
    ///
    /// # Errors
    /// The same as [`Database::migrate`].
    pub async fn open(database: Database) -> Result<Self, DatabaseError> {
        let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
        database.migrate("identities", sqlite, postgres).await?;
        Ok(Self { database })
    }
}
