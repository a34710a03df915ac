//! Projections: tables beside the journal for listings and look-ups by people.
//!
//! A projection is only a fold of the journal: its rows can be deleted and built again, or folded again and compared, at
//! any time. [`Projections`] keeps each in step with the journal, and reads from it. No decision reads a projection:
//! decisions and gates read the world.
//!
//! The tables are in the journal's database. Rows and position are written in one transaction, which compares the
//! position first, so several processes can maintain the same tables.
//!
//! While tables are rebuilt, a read that needs a later entry than the last folded one waits, and after a time-out fails
//! with the number of missing entries. The old rows are not served meanwhile: they have another shape, or are in doubt.
//!
//! This room must not know policies, the world, the requester, or how an answer is shown.

mod compare;
mod error;
pub mod facts;
mod follow;
mod projection;
mod read;
pub mod register;
pub mod reviews;
mod rows;
mod store;
mod table;
pub mod trends;
pub mod versions;

pub use compare::{RowDifference, TableComparison};
pub use error::ProjectionError;
pub use projection::Projection;
pub use read::{AsOf, ProjectionAnswer, ProjectionState};
pub use rows::{RowSelection, RowSet};
pub use table::{ColumnValue, ProjectedRow, ProjectionTable, TableColumn};

use countersign_database::{Database, DatabaseError};
use countersign_journal::Journal;
use follow::{FollowProgress, ProjectionFollower};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The default time that a read waits for a wanted entry. A fact is usually folded within milliseconds.
pub const USUAL_WAIT: Duration = Duration::from_secs(5);

/// Returns all projections of the product, with the one of the trends as it is given.
pub fn all_projections(trends: trends::TrendsProjection) -> Vec<Arc<dyn Projection>> {
    vec![
        Arc::new(facts::FactsProjection),
        Arc::new(register::RegisterProjection),
        Arc::new(reviews::ReviewsProjection),
        Arc::new(trends),
        Arc::new(versions::VersionsProjection),
    ]
}

/// The projections of one process. Clones are handles to the same.
#[derive(Clone)]
pub struct Projections(Arc<Inner>);

struct Inner {
    database: Database,
    journal: Journal,
    wait: Duration,
    known: BTreeMap<&'static str, KnownProjection>,
}

/// A projection and its progress, as this process knows it.
struct KnownProjection {
    projection: Arc<dyn Projection>,
    progress: Arc<watch::Sender<FollowProgress>>,
    look: Arc<Notify>,
}

impl Projections {
    /// Opens the projections of this journal in this database. Nothing is folded before [`follow`](Self::follow).
    ///
    /// # Errors
    /// If the table of positions cannot be created.
    pub async fn open(
        database: Database,
        journal: Journal,
        projections: Vec<Arc<dyn Projection>>,
    ) -> Result<Self, DatabaseError> {
        Self::waiting(database, journal, projections, USUAL_WAIT).await
    }

    /// Like [`open`](Self::open), with another time that a read waits.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn waiting(
        database: Database,
        journal: Journal,
        projections: Vec<Arc<dyn Projection>>,
        wait: Duration,
    ) -> Result<Self, DatabaseError> {
        let both = || sqlx::migrate!();
        database.migrate("projection_positions", both(), both()).await?;
        let known = projections.into_iter().map(|projection| {
            let progress = Arc::new(watch::Sender::new(FollowProgress::default()));
            (projection.name(), KnownProjection { projection, progress, look: Arc::default() })
        });
        let known = known.collect();
        Ok(Self(Arc::new(Inner { database, journal, wait, known })))
    }

    /// Keeps every projection in step with the journal until `stop`.
    pub async fn follow(self, stop: CancellationToken) {
        let mut following = JoinSet::new();
        for known in self.0.known.values() {
            let (look, stop) = (Arc::clone(&known.look), stop.clone());
            let follower = self.follower(known);
            following.spawn(async move { stop.run_until_cancelled(follower.run(look)).await });
        }
        while let Some(ended) = following.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a projection no longer follows the journal");
            }
        }
    }

    fn follower(&self, known: &KnownProjection) -> ProjectionFollower {
        let sources = (self.0.database.clone(), self.0.journal.clone());
        ProjectionFollower::new(Arc::clone(&known.projection), sources, Arc::clone(&known.progress))
    }

    fn known(&self, name: &str) -> Result<&KnownProjection, ProjectionError> {
        self.0.known.get(name).ok_or_else(|| ProjectionError::Unknown {
            name: name.to_owned(),
            known: self.0.known.keys().copied().collect(),
        })
    }

    /// Returns the names of the projections.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.known.keys().copied()
    }
}

impl std::fmt::Debug for Projections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Projections").field("known", &self.0.known.keys()).finish_non_exhaustive()
    }
}
