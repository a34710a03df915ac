//! Support for other engines that read the Parquet files themselves: the rows that are not Parquet yet, and what such
//! an engine cannot know about a file: whether it is whole, and the ends of its records that are stored elsewhere.
//!
//! Take the rows first and list the files ([`RecordStore::counted`]) after that. Then a segment that is converted in
//! between is read twice or once, never missed.

use super::{RecordStore, noted};
use crate::kind::{RecordKind, at_of, key_of};
use crate::partitions::LakeError;
use crate::query::{RecordQuery, Skipped};
use countersign_names::Timestamp;
use std::ops::RangeInclusive;
use std::path::Path;

/// Maximum number of rows per call of `take`.
const BATCH: usize = 4_096;

impl<K: RecordKind> RecordStore<K> {
    /// Passes the records of a span that are not Parquet yet to `take`, oldest first, in batches of bounded size, with
    /// their ends if these are not Parquet either. Returns all ends that are not Parquet, and what could not be read.
    ///
    /// # Errors
    /// The error of `take`, which stops the run.
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

    /// Returns the oldest and the newest time of a file of records, after its checksum was verified; `None` if it holds
    /// no records.
    ///
    /// # Errors
    /// If it cannot be read: it is damaged, not Parquet, or removed.
    pub fn span_of(&self, file: &Path) -> Result<Option<RangeInclusive<Timestamp>>, Skipped> {
        let units = self.whole(file, |path| self.units(path, &RecordQuery::default()))?;
        let oldest = units.iter().map(|unit| unit.oldest).min();
        Ok(oldest.zip(units.iter().map(|unit| unit.newest).max()).map(|(oldest, newest)| oldest..=newest))
    }

    /// Returns the ends in a file of ends.
    ///
    /// # Errors
    /// If it cannot be read.
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
