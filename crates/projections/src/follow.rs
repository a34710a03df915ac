//! Keeps a projection in step with the journal.
//!
//! A batch is read, folded in memory, and written together with the new position. The position is compared first: if
//! another process has moved it, nothing is written, and this process continues from there. So rows and position always
//! agree, even if a process dies at any moment, and no entry is folded twice.

use crate::projection::Projection;
use crate::rows::{RowSelection, RowSet};
use crate::store::{self, ProjectionPosition};
use crate::table::ProjectionTable;
use countersign_database::{AnyConnection, Database, DatabaseError};
use countersign_facts::Stated;
use countersign_journal::{Entry, Head, Journal, ReadError, Seq};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Number of entries read at a time, and approximate number of rows changed per transaction: on SQLite an append waits
/// for it.
const PAGE: u32 = 4096;
const ROWS: usize = 4000;

/// Number of entries without effect on the projection after which the position is saved: each save is a commit.
const NOTED_EVERY: u64 = 4096;

/// How often an idle follower reads its position in the database, and how long it waits after a failure.
const LOOK: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(500);

/// Number of entries after which the log reports the progress, while tables are built.
const LOGGED_EVERY: u64 = 50_000;

/// The progress of a projection, as this process knows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct FollowProgress {
    /// The generation of the tables.
    pub(crate) generation: i64,
    /// The entry up to which the rows are folded.
    pub(crate) reached: u64,
    /// Why it does not advance, if it does not.
    pub(crate) trouble: Option<String>,
}

/// The reasons why a projection could not advance.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Journal(#[from] ReadError),
    #[error("this build does not know the fact of entry {0}: {1}")]
    Unknown(Seq, String),
    #[error("a newer build made its tables (shape {found}, this build knows {known})")]
    Newer { found: u32, known: u32 },
}

/// The follower of the journal for one projection in one process.
pub(crate) struct ProjectionFollower {
    projection: Arc<dyn Projection>,
    database: Database,
    journal: Journal,
    /// The position in the database when it was last read or written.
    position: Option<ProjectionPosition>,
    /// The last entry that was read. It is after the position if the entries in between had no effect on the projection.
    at: Head,
    logged: u64,
    progress: Arc<watch::Sender<FollowProgress>>,
}

/// The result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FollowStep {
    /// There may be more.
    More,
    /// The end of the journal was reached.
    Done,
}

impl ProjectionFollower {
    pub(crate) fn new(
        projection: Arc<dyn Projection>,
        (database, journal): (Database, Journal),
        progress: Arc<watch::Sender<FollowProgress>>,
    ) -> Self {
        Self { projection, database, journal, position: None, at: Head::GENESIS, logged: 0, progress }
    }

    /// Runs for ever. `look` is notified when the position should be read again.
    pub(crate) async fn run(mut self, look: Arc<Notify>) {
        let mut follower = self.journal.follow();
        loop {
            match self.advance().await {
                Ok(FollowStep::More) => {}
                Ok(FollowStep::Done) => {
                    tokio::select! {
                        _ = follower.wait(self.at.seq) => {}
                        () = look.notified() => self.position = None,
                        () = tokio::time::sleep(LOOK) => self.position = None,
                    }
                }
                Err(error) => {
                    self.complain(&error);
                    // It may be unknown whether the last write was committed, and a table may be missing.
                    self.position = None;
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    fn complain(&self, error: &FollowError) {
        let trouble = error.to_string();
        let changed = self.progress.send_if_modified(|progress| {
            let changed = progress.trouble.as_ref() != Some(&trouble);
            progress.trouble = Some(trouble.clone());
            changed
        });
        if changed {
            let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            tracing::warn!(
                projection = self.projection.name(),
                error = trouble,
                source,
                "a projection cannot follow the journal"
            );
        }
    }

    /// Folds the next entries.
    pub(crate) async fn advance(&mut self) -> Result<FollowStep, FollowError> {
        let position = match self.position {
            Some(position) => position,
            None => self.look().await?,
        };
        let page = self.journal.read_chained(self.at, PAGE).await?;
        let Some(last) = page.last() else {
            self.reached(position.generation);
            return Ok(FollowStep::Done);
        };
        let last = last.head();
        let mut pieces = FoldBatches::of(&*self.projection, &page)?;
        while let Some(piece) = pieces.next() {
            if !self.write(position.generation, &piece).await? {
                return Ok(FollowStep::More);
            }
        }
        self.at = last;
        self.note().await?;
        self.log(last);
        self.reached(position.generation);
        Ok(FollowStep::More)
    }

    /// Reads the position, and rebuilds the tables if they are not what this build folds from this journal.
    async fn look(&mut self) -> Result<ProjectionPosition, FollowError> {
        let (name, tables) = (self.projection.name(), self.projection.tables());
        let known = self.database.read("reading the position of a projection", async |connection| {
            store::position(connection, name).await
        });
        let Some(found) = known.await? else {
            let begun = self.database.write("creating the position of a projection", async |connection| {
                store::begin(connection, name).await
            });
            begun.await?;
            return Box::pin(self.look()).await;
        };
        if found.shape > self.projection.shape() {
            return Err(FollowError::Newer { found: found.shape, known: self.projection.shape() });
        }
        let why = if found.shape != self.projection.shape() {
            Some("their shape is different")
        } else if self.is_missing(tables).await? {
            Some("one of them is missing")
        } else if !self.is_in_the_journal(found.head).await? {
            Some("they come from another journal")
        } else {
            None
        };
        if let Some(why) = why {
            tracing::info!(projection = name, why, "this process rebuilds the tables of a projection");
            make_anew(&self.database, &*self.projection, &found).await?;
            // If that did not help, this fails instead of a rebuild in a loop.
            self.database.read("reading new tables", async |c| store::probe(c, tables).await).await?;
            return Box::pin(self.look()).await;
        }
        let before = self.progress.borrow().generation;
        if found.generation != before || found.head.seq > self.at.seq || self.at.seq == Seq::ZERO {
            self.at = found.head;
            self.logged = self.at.seq.0;
        }
        self.position = Some(found);
        Ok(found)
    }

    /// Returns whether the database reports a missing table or column.
    async fn is_missing(&self, tables: &'static [ProjectionTable]) -> Result<bool, DatabaseError> {
        match self.database.read("reading tables", async |c| store::probe(c, tables).await).await {
            Ok(()) => Ok(false),
            Err(DatabaseError::Store { source: sqlx::Error::Database(said), .. }) if says_missing(&*said) => {
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    async fn is_in_the_journal(&self, head: Head) -> Result<bool, FollowError> {
        if head == Head::GENESIS {
            return Ok(true);
        }
        if head.seq > self.journal.head().await.map_err(ReadError::from)?.seq {
            return Ok(false);
        }
        let before = Seq(head.seq.0.saturating_sub(1));
        let entry = self.journal.read(before, 1).await?;
        Ok(entry.first().map(Entry::head) == Some(head))
    }

    /// Folds and writes one batch. Returns whether it was written: not if another process was faster.
    async fn write(&mut self, generation: i64, piece: &FoldBatch<'_>) -> Result<bool, FollowError> {
        let Some(from) = self.position else { return Ok(false) };
        let (name, tables) = (self.projection.name(), self.projection.tables());
        let mut rows = self
            .database
            .read("reading rows of a projection", async |connection| {
                piece.load(connection, &*self.projection).await
            })
            .await?;
        for (seq, stated) in &piece.facts {
            self.projection.fold(&mut rows, *seq, stated);
        }
        let written = self
            .database
            .write("writing rows of a projection", async |connection| {
                if !store::move_on(connection, name, &from, piece.head).await? {
                    return Ok(false);
                }
                store::write(connection, tables, &rows).await.map(|()| true)
            })
            .await;
        if matches!(written, Ok(true)) {
            self.position = Some(ProjectionPosition { head: piece.head, ..from });
            self.at = piece.head;
            self.reached(generation);
        } else {
            self.position = None;
        }
        Ok(written?)
    }

    /// Saves the position after many entries that had no effect on the projection.
    async fn note(&mut self) -> Result<(), FollowError> {
        let Some(from) = self.position else { return Ok(()) };
        if self.at.seq.0.saturating_sub(from.seq()) < NOTED_EVERY {
            return Ok(());
        }
        let (name, at) = (self.projection.name(), self.at);
        let moved = self.database.write("recording the position of a projection", async |connection| {
            store::move_on(connection, name, &from, at).await
        });
        self.position = moved.await?.then_some(ProjectionPosition { head: at, ..from });
        Ok(())
    }

    fn reached(&self, generation: i64) {
        let reached = self.at.seq.0;
        self.progress.send_if_modified(|progress| {
            let changed = progress.reached != reached
                || progress.generation != generation
                || progress.trouble.is_some();
            *progress = FollowProgress { generation, reached, trouble: None };
            changed
        });
    }

    fn log(&mut self, at: Head) {
        if at.seq.0 >= self.logged + LOGGED_EVERY {
            self.logged = at.seq.0;
            tracing::info!(
                projection = self.projection.name(),
                facts = at.seq.0,
                "building the tables of a projection"
            );
        }
    }
}

/// Returns whether a table or column is missing. PostgreSQL has codes for that; SQLite has only the text.
fn says_missing(said: &dyn sqlx::error::DatabaseError) -> bool {
    let code = said.code().is_some_and(|code| matches!(&*code, "42P01" | "42703"));
    code || said.message().starts_with("no such table") || said.message().starts_with("no such column")
}

/// Rebuilds the tables of a projection, unless another process did so since `from` was read.
pub(crate) async fn make_anew(
    database: &Database,
    projection: &dyn Projection,
    from: &ProjectionPosition,
) -> Result<bool, DatabaseError> {
    let store = database.store();
    database
        .write("rebuilding the tables of a projection", async |connection| {
            store::make_anew(connection, (projection, store), from).await
        })
        .await
}

/// The facts of some entries that affect a projection, to be written together.
pub(crate) struct FoldBatch<'a> {
    pub(crate) facts: Vec<(u64, &'a Stated)>,
    pub(crate) selections: Vec<RowSelection>,
    /// The entry that the position moves to.
    head: Head,
}

impl FoldBatch<'_> {
    /// Loads the rows that the facts read, and those that these lead to.
    pub(crate) async fn load(
        &self,
        connection: &mut AnyConnection,
        projection: &dyn Projection,
    ) -> Result<RowSet, sqlx::Error> {
        let mut rows = RowSet::new(projection.tables());
        store::load(connection, &mut rows, &self.selections).await?;
        let further = self.facts.iter().flat_map(|(_, stated)| projection.reads_further(&rows, stated));
        let further: Vec<RowSelection> = further.collect();
        store::load(connection, &mut rows, &further).await?;
        Ok(rows)
    }
}

/// The entries of a page that affect a projection, taken batch by batch.
pub(crate) struct FoldBatches {
    facts: Vec<(Head, Stated, Vec<RowSelection>)>,
    begun: usize,
}

impl FoldBatches {
    pub(crate) fn of(projection: &dyn Projection, page: &[Entry]) -> Result<Self, FollowError> {
        let mut facts = Vec::new();
        for entry in page {
            let stated = parse(entry)?;
            let selections = projection.reads(&stated);
            if !selections.is_empty() {
                facts.push((entry.head(), stated, selections));
            }
        }
        Ok(Self { facts, begun: 0 })
    }

    pub(crate) fn next(&mut self) -> Option<FoldBatch<'_>> {
        let rest = self.facts.get(self.begun..).filter(|rest| !rest.is_empty())?;
        let mut piece = FoldBatch { facts: Vec::new(), selections: Vec::new(), head: Head::GENESIS };
        let mut rows = 0;
        for (head, stated, selections) in rest {
            piece.facts.push((head.seq.0, stated));
            piece.head = *head;
            rows += selections.iter().map(size).sum::<usize>();
            piece.selections.extend(selections.iter().cloned());
            if rows >= ROWS {
                break;
            }
        }
        self.begun += piece.facts.len();
        Some(piece)
    }
}

fn size(selection: &RowSelection) -> usize {
    match selection {
        RowSelection::Keys(_, keys) => keys.len(),
        RowSelection::New(_, rows) => *rows,
        // Unknown before the read: an application may have some hundred rows, a resource has a few.
        RowSelection::Having(..) => 20,
        // Such a fact ends the batch.
        RowSelection::All(_) => ROWS,
    }
}

fn parse(entry: &Entry) -> Result<Stated, FollowError> {
    Stated::from_bytes(&entry.payload).map_err(|error| FollowError::Unknown(entry.seq, error.to_string()))
}
