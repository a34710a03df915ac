//! What sources say about identities, as tables beside the journal: imported whole or not at all, and read by page.
//!
//! An import is staged first: its rows are written, compared with what the source said before, and counted, while readers
//! see nothing of them. Then it is applied by one small write, or dropped. A process that is killed at any point leaves
//! what was before, or the whole import. What an import writes is proportional to what changed.
//!
//! The rows are a projection of the sources: they can be imported again at any time, and no decision reads them. What
//! people decide about them are facts.
//!
//! The clock is an argument. This room must not know formats of sources, facts, the world, who asks, or how an answer is
//! shown.

mod applied;
mod digest;
mod edges;
mod error;
mod forget;
mod graph;
mod import;
mod keys;
mod linked;
mod nodes;
mod read;
mod samples;
mod staged;
mod staged_people;
mod statement;
mod tables;
mod whole;

pub use applied::{CompletedImport, NodeOrigin};
pub use error::InventoryError;
pub use graph::{GraphLoadError, GraphSource, InventoryGraph, UnbuiltGraph};
pub use import::SourceImport;
pub use linked::{EdgePage, LinkedEdge};
pub use read::{EdgeEnd, NodePage, NodeQuery, SourceState, StoredEdge, StoredNode};
pub use samples::{ImportSamples, RowSamples, SampledRow};
pub use staged::{ImportCounts, RowCounts, ShrinkLimit, StagedImport};
pub use staged_people::StagedPeople;
pub use whole::SourceContent;

use countersign_database::{Database, DatabaseError};

/// The tables of the inventory. Clones share their connections.
#[derive(Clone)]
pub struct Inventory {
    database: Database,
    most_edges: usize,
}

impl Inventory {
    /// Creates or upgrades the tables, and uses them.
    ///
    /// # Errors
    /// The same as [`Database::migrate`].
    pub async fn open(database: Database) -> Result<Self, DatabaseError> {
        let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
        database.migrate("inventory", sqlite, postgres).await?;
        Ok(Self { database, most_edges: edges::MOST_EDGES })
    }

    /// Returns a handle whose imports hold at most this number of edges in memory before they compare them. The default is
    /// four million. The edges of a larger import are compared in several passes over what the table has.
    #[must_use]
    pub const fn with_edges_in_memory(mut self, most: usize) -> Self {
        self.most_edges = most;
        self
    }
}
