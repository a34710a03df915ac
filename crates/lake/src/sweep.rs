//! Reads all records of a time span column by column, oldest day first, for example to replay them.
//!
//! The segments are read first and returned last. So a segment that is converted to Parquet in between is read twice or
//! once, never missed. Records that were read from segments are skipped in Parquet.

use crate::cells::Read;
use crate::day::Day;
use crate::elsewhere::{Away, Fetched, Unfetched};
use crate::kind::{KeyOf, RecordKind, RecordRow as _, RecordTable, key_of};
use crate::lease::Lease;
use crate::partitions::{Unit, guarded};
use crate::query::{RecordQuery, Skipped};
use crate::store::{RecordStore, noted};
use arrow_array::RecordBatch;
use countersign_names::Timestamp;
use std::collections::{HashSet, VecDeque};
use std::fmt::Debug;
use std::path::{Path, PathBuf};

/// A kind whose records can also be read by columns, many at a time.
pub trait SweptKind: RecordKind {
    /// Many records, column by column, in the order of recording.
    type Columns: Default + Debug;

    /// The columns to read. All text except the keys comes as dictionary arrays.
    const COLUMNS: &'static [&'static str];

    /// Reads the columns of a batch.
    ///
    /// # Errors
    /// If a column is missing or holds an invalid value.
    fn read_columns(batch: &RecordBatch) -> Read<Self::Columns>;

    /// Adds one record.
    fn push(columns: &mut Self::Columns, record: &Self::Record);

    /// Keeps only the records for which `keep` returns true.
    fn retain(columns: &mut Self::Columns, keep: impl FnMut(KeyOf<Self>, Timestamp) -> bool);

    /// Returns whether there are no records.
    fn is_empty(columns: &Self::Columns) -> bool;
}

/// An iterator over the records of a time span, many at a time. [`RecordSweep::skipped`] returns what could not be
/// read.
#[derive(Debug)]
pub struct RecordSweep<K: SweptKind> {
    store: RecordStore<K>,
    query: RecordQuery,
    tail: Option<K::Columns>,
    in_tail: HashSet<KeyOf<K>>,
    days: VecDeque<Day>,
    files: VecDeque<PathBuf>,
    /// Files of the same day that exist only elsewhere.
    away: VecDeque<Away>,
    /// The fetched file that is being read.
    fetched: Option<Fetched>,
    unfetched: Unfetched,
    units: VecDeque<Unit>,
    /// Keys of this day that were returned: a partition that was compacted by another engine may still hold the
    /// originals.
    met: HashSet<KeyOf<K>>,
    skipped: Vec<Skipped>,
    expired: Vec<Skipped>,
    /// Number of rows in files that could not be fetched, and the paths under which `skipped` lists these files.
    unfetched_rows: u64,
    unfetched_paths: HashSet<PathBuf>,
    bytes: Bytes,
    _lease: Lease,
}

/// Progress of a sweep, by the sizes of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bytes {
    /// Bytes read so far.
    pub read: u64,
    /// Total number of bytes.
    pub total: u64,
}

impl<K: SweptKind> RecordSweep<K> {
    pub(crate) fn new(store: RecordStore<K>, since: Timestamp, until: Timestamp) -> Self {
        let query = RecordQuery { since, until, limit: usize::MAX, ..RecordQuery::default() };
        let lease = store.lease();
        let mut skipped = store.catch_up();
        skipped.extend(store.damaged(since));
        let mut expired: Vec<Skipped> = store.gone(since).into_iter().collect();
        expired.extend(store.gone_elsewhere(since));
        let (rows, unread) = store.tail().list(&query);
        skipped.extend(unread);
        let in_tail = rows.iter().map(key_of::<K>).collect();
        let mut tail = K::Columns::default();
        rows.iter().rev().for_each(|row| K::push(&mut tail, row.record()));
        let last = Day::of(Timestamp::from_micros(until.as_micros().saturating_sub(1)));
        let mut days: Vec<Day> = store.days_everywhere(&mut skipped);
        days.retain(|day| (Day::of(since)..=last).contains(day));
        days.sort_unstable();
        let sizes = days.iter().map(|day| {
            let (files, away) = store.files_everywhere(*day, RecordTable::Rows, &mut Vec::new());
            let away = away.iter().filter(|away| query.spans(away));
            files.iter().map(|path| size(path)).sum::<u64>() + away.map(|away| away.file.bytes).sum::<u64>()
        });
        let bytes = Bytes { read: 0, total: sizes.sum() };
        Self {
            store,
            query,
            tail: Some(tail).filter(|tail| !K::is_empty(tail)),
            in_tail,
            days: days.into(),
            files: VecDeque::new(),
            away: VecDeque::new(),
            fetched: None,
            unfetched: Unfetched::default(),
            units: VecDeque::new(),
            met: HashSet::new(),
            skipped,
            expired,
            unfetched_rows: 0,
            unfetched_paths: HashSet::new(),
            bytes,
            _lease: lease,
        }
    }

    /// Returns what could not be read so far. If this is not empty, the sweep is incomplete.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Returns what has expired in the span, as configured. Expired records do not make the sweep incomplete.
    pub fn expired(&self) -> &[Skipped] {
        &self.expired
    }

    /// Returns the number of rows that could not be read so far; `None` if it is unknown. It includes rows of the same
    /// files that are outside the span.
    pub fn skipped_rows(&self) -> Option<u64> {
        let paths: HashSet<&Path> = self
            .skipped
            .iter()
            .map(|gap| gap.path.as_path())
            .filter(|path| !self.unfetched_paths.contains(*path))
            .collect();
        let rows = paths.into_iter().map(|path| self.store.anchor_of(path).map(|file| file.rows));
        rows.sum::<Option<u64>>().map(|rows| rows + self.unfetched_rows)
    }

    /// Returns the progress.
    pub const fn bytes(&self) -> Bytes {
        self.bytes
    }

    /// Moves to the next file, of the next day if necessary; returns false if there are no more.
    fn next_file(&mut self) -> bool {
        while self.files.is_empty() && self.away.is_empty() {
            let Some(day) = self.days.pop_front() else { return false };
            self.met.clear();
            let (files, away) = self.store.files_everywhere(day, RecordTable::Rows, &mut self.skipped);
            self.files = files.into();
            self.away = away.into_iter().filter(|away| self.query.spans(away)).collect();
        }
        self.fetched = None;
        let path = match self.files.pop_front() {
            Some(path) => {
                self.bytes.read += size(&path);
                self.skipped.extend(self.store.unanchored_file(&path));
                path
            }
            None => match self.next_away() {
                Some(fetched) => fetched.path().to_owned(),
                None => return true,
            },
        };
        let units = self.store.units(&path, &self.query);
        self.units = noted(units, &path, &mut self.skipped).unwrap_or_default().into();
        true
    }

    fn next_away(&mut self) -> Option<Fetched> {
        let away = self.away.pop_front()?;
        self.bytes.read += away.file.bytes;
        match self.store.fetch(&away) {
            Ok(fetched) => self.fetched = Some(fetched),
            Err(why) => {
                self.unfetched_rows += away.file.rows;
                self.unfetched.note(&away, why);
            }
        }
        self.fetched.clone()
    }
}

fn size(path: &std::path::Path) -> u64 {
    path.metadata().map_or(0, |about| about.len())
}

impl<K: SweptKind> Iterator for RecordSweep<K> {
    type Item = K::Columns;

    fn next(&mut self) -> Option<K::Columns> {
        loop {
            while let Some(unit) = self.units.pop_front() {
                let read = self.store.partitions().columns(&unit, K::COLUMNS).and_then(|batch| {
                    let columns = batch.map(|batch| guarded(|| Ok(K::read_columns(&batch)?)));
                    columns.unwrap_or_else(|| Ok(K::Columns::default()))
                });
                let Some(mut columns) = noted(read, &unit.path, &mut self.skipped) else { continue };
                let (since, until) = (self.query.since, self.query.until);
                let (in_tail, met) = (&self.in_tail, &mut self.met);
                K::retain(&mut columns, |key, at| {
                    since <= at && at < until && !in_tail.contains(&key) && met.insert(key)
                });
                if !K::is_empty(&columns) {
                    return Some(columns);
                }
            }
            if !self.next_file() {
                let gaps = std::mem::take(&mut self.unfetched).gaps();
                self.unfetched_paths.extend(gaps.iter().map(|gap| gap.path.clone()));
                self.skipped.extend(gaps);
                return self.tail.take();
            }
        }
    }
}
