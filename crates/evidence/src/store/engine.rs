//! For an engine that reads Parquet by itself: the rows that are none yet, and what such an engine cannot know of a file,
//! which is whether it is whole and what is told of its decisions elsewhere.
//!
//! Take the rows first and list the files ([`Store::counted`]) after that: a segment that is rotated in between is then met twice or once, never
//! not at all.

use super::{Store, noted};
use crate::columns;
use crate::lake::LakeError;
use crate::query::{Query, Skipped};
use crate::record::{Completed, Row};
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use countersign_names::Timestamp;
use std::ops::RangeInclusive;
use std::path::Path;

/// Most rows that are handed over at once.
const BATCH: usize = 4_096;

impl Store {
    /// Hands over the decisions of a span that are not Parquet yet, oldest first and a bounded number at a time, with what
    /// came of them as far as it is not Parquet either. Answers with all ends of accesses that are not Parquet, and with
    /// what could not be read.
    ///
    /// # Errors
    /// The taker's own, which ends it.
    pub fn recent<E>(
        &self,
        since: Timestamp,
        until: Timestamp,
        mut take: impl FnMut(Vec<Row>) -> Result<(), E>,
    ) -> Result<(Vec<Completed>, Vec<Skipped>), E> {
        let query = Query { since, until, limit: BATCH, ..Query::default() };
        let mut skipped = self.catch_up();
        skipped.extend(self.damaged(since));
        let mut last = None;
        loop {
            let (rows, unread) = self.shared.tail.after(last, &query);
            for gap in unread {
                if !skipped.contains(&gap) {
                    skipped.push(gap);
                }
            }
            last = rows.last().map(|row| (row.decided.at, row.decided.id)).or(last);
            let more = rows.len() >= BATCH;
            take(rows)?;
            if !more {
                return Ok((self.shared.tail.ends(), skipped));
            }
        }
    }

    /// The oldest and the newest moment of a file with decisions, once its checksum was compared; none when it holds none.
    ///
    /// # Errors
    /// When it is not to be read: it is damaged, no Parquet, or gone.
    pub fn span_of(&self, file: &Path) -> Result<Option<RangeInclusive<Timestamp>>, Skipped> {
        let units = self.whole(file, |path| self.units(path, &Query::default()))?;
        let oldest = units.iter().map(|unit| unit.oldest).min();
        Ok(oldest.zip(units.iter().map(|unit| unit.newest).max()).map(|(oldest, newest)| oldest..=newest))
    }

    /// The ends of accesses in a file of completions.
    ///
    /// # Errors
    /// When it is not to be read.
    pub fn ends_in(&self, file: &Path) -> Result<Vec<Completed>, Skipped> {
        self.whole(file, |path| self.genuine(path).and_then(|()| self.shared.lake.ends(path)))
    }

    fn whole<T>(&self, file: &Path, read: impl FnOnce(&Path) -> Result<T, LakeError>) -> Result<T, Skipped> {
        let mut skipped = Vec::new();
        let value = noted(read(file), file, &mut skipped);
        let why = || Skipped { path: file.to_owned(), why: "it could not be read".to_owned() };
        value.ok_or_else(|| skipped.pop().unwrap_or_else(why))
    }
}

/// The columns of files with decisions.
pub fn decisions_schema() -> SchemaRef {
    columns::decisions()
}

/// How many of these columns, the last ones, say what came of a decision.
pub fn completed_columns() -> usize {
    // Those of a completion, but for its id.
    columns::completions().fields().len().saturating_sub(1)
}

/// Rows as these columns.
///
/// # Errors
/// Arrow's; never for rows that a store gave.
pub fn decisions_batch(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    columns::decisions_batch(rows)
}

/// What came of decisions as the last of these columns; nothing where it is not known.
///
/// # Errors
/// Arrow's; never for what a store gave.
pub fn completed_batch(ends: &[Option<&Completed>]) -> Result<RecordBatch, ArrowError> {
    columns::completed_batch(ends)
}
