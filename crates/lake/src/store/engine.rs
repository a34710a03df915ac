//! For an engine that reads Parquet by itself: the rows that are none yet, and what such an engine cannot know of a file,
//! which is whether it is whole and what is told of its records elsewhere.
//!
//! Take the rows first and list the files ([`RecordStore::counted`]) after that: a segment that is rotated in between is then met twice or once, never
//! not at all.

use super::{RecordStore, noted};
use crate::kind::{RecordKind, at_of, key_of};
use crate::partitions::LakeError;
use crate::query::{RecordQuery, Skipped};
use countersign_names::Timestamp;
use std::ops::RangeInclusive;
use std::path::Path;

/// Most rows that are handed over at once.
const BATCH: usize = 4_096;

impl<K: RecordKind> RecordStore<K> {
    /// Hands over the records of a span that are not Parquet yet, oldest first and a bounded number at a time, with
    /// their ends as far as these are not Parquet either. Answers with all ends that are not Parquet, and with
    /// what could not be read.
    ///
    /// # Errors
    /// The taker's own, which ends it.
    pub fn recent<E>(
        &self,
        since: Timestamp,
        until: Timestamp,
        mut take: impl FnMut(Vec<K::Row>) -> Result<(), E>,
    ) -> Result<(Vec<K::End>, Vec<Skipped>), E> {
        let query = RecordQuery { since, until, limit: BATCH, ..RecordQuery::default() };
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
            last = rows.last().map(|row| (at_of::<K>(row), key_of::<K>(row))).or(last);
            let more = rows.len() >= BATCH;
            take(rows)?;
            if !more {
                return Ok((self.shared.tail.ends(), skipped));
            }
        }
    }

    /// The oldest and the newest moment of a file with records, once its checksum was compared; none when it holds none.
    ///
    /// # Errors
    /// When it is not to be read: it is damaged, no Parquet, or gone.
    pub fn span_of(&self, file: &Path) -> Result<Option<RangeInclusive<Timestamp>>, Skipped> {
        let units = self.whole(file, |path| self.units(path, &RecordQuery::default()))?;
        let oldest = units.iter().map(|unit| unit.oldest).min();
        Ok(oldest.zip(units.iter().map(|unit| unit.newest).max()).map(|(oldest, newest)| oldest..=newest))
    }

    /// The ends in a file of ends.
    ///
    /// # Errors
    /// When it is not to be read.
    pub fn ends_in(&self, file: &Path) -> Result<Vec<K::End>, Skipped> {
        self.whole(file, |path| self.genuine(path).and_then(|()| self.shared.partitions.ends::<K>(path)))
    }

    fn whole<T>(&self, file: &Path, read: impl FnOnce(&Path) -> Result<T, LakeError>) -> Result<T, Skipped> {
        let mut skipped = Vec::new();
        let value = noted(read(file), file, &mut skipped);
        let why = || Skipped { path: file.to_owned(), why: "it could not be read".to_owned() };
        value.ok_or_else(|| skipped.pop().unwrap_or_else(why))
    }
}
