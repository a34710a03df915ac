//! Reads from a projection, once it has reached a wanted entry.

use crate::follow::{FollowProgress, make_anew};
use crate::store::{self, ProjectionPosition};
use crate::{KnownProjection, ProjectionError, Projections};
use countersign_database::AnyConnection;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::Instant;

/// How long a read waits before it reads the position again, which another process may have moved.
const PAUSE: Duration = Duration::from_millis(20);

/// An answer, with the sequence up to which it is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf<T> {
    /// The sequence.
    pub seq: u64,
    /// The answer.
    pub value: T,
}

/// A query in progress.
pub(crate) type RowsAnswer<'c, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'c>>;

/// A read in progress. The type is named, so that it can be awaited in any task.
pub type ProjectionAnswer<T> = Pin<Box<dyn Future<Output = Result<T, ProjectionError>> + Send>>;

/// The state of a projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectionState {
    /// Its name.
    pub name: &'static str,
    /// The version of its table shapes in this build.
    pub shape: u32,
    /// How often its tables were rebuilt.
    pub generation: u64,
    /// The sequence up to which its rows are folded.
    pub reached: u64,
    /// The number of its rows.
    pub rows: u64,
    /// Why it does not advance, if it does not.
    pub trouble: Option<String>,
}

impl Projections {
    /// Reads from a projection once it has reached the entry of sequence `wanted`, so that callers can read their own
    /// writes. `query` may run more than once.
    ///
    /// # Errors
    /// [`ProjectionError::Behind`] if the projection does not reach it within the waiting time of a read.
    pub(crate) async fn read<T>(
        &self,
        name: &str,
        wanted: u64,
        query: impl for<'c> Fn(&'c mut AnyConnection) -> RowsAnswer<'c, T> + Sync,
    ) -> Result<AsOf<T>, ProjectionError> {
        let known = self.known(name)?;
        let name = known.projection.name();
        let until = Instant::now() + self.0.wait;
        let mut moved = known.progress.subscribe();
        loop {
            let progress = moved.borrow_and_update().clone();
            let reading = self.0.database.read("reading a projection", async |connection| {
                let position = store::position(connection, name).await?;
                match position.and_then(|position| reached(&position, &progress, known)) {
                    Some(seq) if seq >= wanted => Ok(Ok(AsOf { seq, value: query(connection).await? })),
                    other => Ok(Err((other.unwrap_or_default(), position))),
                }
            });
            let (seq, position) = match reading.await? {
                Ok(answer) => return Ok(answer),
                Err(short) => short,
            };
            if Instant::now() >= until {
                let trouble = progress.trouble;
                return Err(ProjectionError::Behind { name, behind: wanted.saturating_sub(seq), trouble });
            }
            if position.is_some_and(|position| position.generation != progress.generation) {
                known.look.notify_one();
            }
            // The follower of another process may move it.
            let _told = tokio::time::timeout(PAUSE, moved.changed()).await;
        }
    }

    /// Waits until a projection has reached the entry of sequence `wanted`, and returns its progress.
    ///
    /// # Errors
    /// [`ProjectionError::Behind`] if the projection does not reach it within the waiting time of a read.
    pub fn up_to(&self, name: &str, wanted: u64) -> ProjectionAnswer<u64> {
        let (this, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            this.read(&name, wanted, |_| Box::pin(async { Ok(()) })).await.map(|answer| answer.seq)
        })
    }

    /// Returns the state of each projection.
    ///
    /// # Errors
    /// If the database fails.
    pub fn states(&self) -> ProjectionAnswer<Vec<ProjectionState>> {
        let this = self.clone();
        Box::pin(async move { this.count_rows().await })
    }

    async fn count_rows(&self) -> Result<Vec<ProjectionState>, ProjectionError> {
        let mut states = Vec::new();
        for known in self.0.known.values() {
            let (projection, progress) = (&*known.projection, known.progress.borrow().clone());
            let position = self.position(known).await?;
            let reached = position.and_then(|position| reached(&position, &progress, known));
            let counted = self.0.database.read("counting the rows of a projection", async |connection| {
                let mut rows = 0;
                for table in projection.tables() {
                    rows += store::count(connection, table).await?;
                }
                Ok(rows)
            });
            // Before the tables are created there is nothing to count, and tables of another shape may be others.
            let rows = if reached.is_some() { counted.await? } else { 0 };
            states.push(ProjectionState {
                name: projection.name(),
                shape: projection.shape(),
                generation: position.map_or(0, |position| position.generation.unsigned_abs()),
                reached: reached.unwrap_or(0),
                rows,
                trouble: progress.trouble,
            });
        }
        Ok(states)
    }

    /// Rebuilds the tables of a projection: they are emptied, and folded from the journal again. Does nothing if another
    /// process was faster.
    ///
    /// # Errors
    /// If there is no such projection, or the database fails.
    pub fn rebuild(&self, name: &str) -> ProjectionAnswer<()> {
        let (this, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            let known = this.known(&name)?;
            if let Some(position) = this.position(known).await? {
                make_anew(&this.0.database, &*known.projection, &position).await?;
            }
            known.look.notify_one();
            Ok(())
        })
    }

    pub(crate) async fn position(
        &self,
        known: &KnownProjection,
    ) -> Result<Option<ProjectionPosition>, ProjectionError> {
        let name = known.projection.name();
        let read = self.0.database.read("reading the position of a projection", async |connection| {
            store::position(connection, name).await
        });
        Ok(read.await?)
    }
}

/// Returns the sequence up to which the rows at this position are folded. It is after the position if this process has
/// seen that the next entries have no effect on them. Returns `None` if the rows have another shape: they are not read.
fn reached(position: &ProjectionPosition, progress: &FollowProgress, known: &KnownProjection) -> Option<u64> {
    if position.shape != known.projection.shape() {
        None
    } else if position.generation == progress.generation {
        Some(position.seq().max(progress.reached))
    } else {
        Some(position.seq())
    }
}
