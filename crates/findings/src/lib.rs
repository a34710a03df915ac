//! Findings of the inventory: what the detectors of `hygiene` found, as tables beside the journal.
//!
//! [`look`] correlates and detects, and gives [`NewFinding`]s. A run of [`FindingTables::replace`] writes them: a finding is
//! recognised by its detector, its subjects and its cause, so it has a first and a last time that it was seen, and is open,
//! accepted, fixed or returned. A run is replaced as a whole: readers see all of one or all of the next.
//!
//! [`change_set`] writes down, for a person, what would mend findings, in the words of the source. Nothing here applies it.
//!
//! The rows are a projection: a look writes them anew, and no decision reads them. What people accept are facts,
//! which the caller repeats here ([`FindingAcceptance`]). The clock is an argument. This room must not know facts, the world,
//! where sources are kept, who asks, or how an answer is shown.

mod acceptances;
mod causes;
pub mod change_set;
mod csv;
mod error;
mod identity;
mod list;
mod look;
mod ocsf;
mod replace;
mod severity;
mod stored;

pub use acceptances::FindingAcceptance;
pub use causes::{CausePage, FoundCause};
pub use csv::{csv_cell, findings_as_csv};
pub use error::FindingError;
pub use list::{FindingOrder, FindingPage, FindingQuery, FindingSelection};
pub use look::{LookedAt, look};
pub use ocsf::finding_as_ocsf;
pub use replace::{FindingCounts, FindingRun};
pub use severity::severity_word;
pub use stored::{EvidenceRow, FindingStanding, NewFinding, StoredFinding, SubjectRow};

use countersign_database::{Database, DatabaseError};

/// The tables of findings. Clones share their connections.
#[derive(Clone)]
pub struct FindingTables {
    database: Database,
}

impl FindingTables {
    /// Creates or upgrades the tables, and uses them.
    ///
    /// # Errors
    /// The same as [`Database::migrate`].
    pub async fn open(database: Database) -> Result<Self, DatabaseError> {
        let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
        database.migrate("findings", sqlite, postgres).await?;
        Ok(Self { database })
    }
}
