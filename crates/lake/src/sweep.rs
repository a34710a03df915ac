//! Reading everything of a span, oldest day first, to ask all of it again.
//!
//! What is not Parquet yet is taken first and given last: a segment that is rotated in between is then met twice or once,
//! never not at all, and what was taken from the segments is passed over in Parquet.

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

/// A kind whose records are also read by columns, many at a time.
pub trait SweptKind: RecordKind {
    /// Many records, column by column, in the order in which they were recorded.
    type Columns: Default + Debug;

    /// The columns that are read for it. All text but the keys comes by dictionary.
    const COLUMNS: &'static [&'static str];

    /// Reads the columns of a batch.
    ///
    /// # Errors
    /// When a column is missing, or holds what is no value of it.
    fn read_columns(batch: &RecordBatch) -> Read<Self::Columns>;

    /// Adds one record.
    fn push(columns: &mut Self::Columns, record: &Self::Record);

    /// Keeps those of which this is true.
    fn retain(columns: &mut Self::Columns, keep: impl FnMut(KeyOf<Self>, Timestamp) -> bool);

    /// Whether there is none.
    fn is_empty(columns: &Self::Columns) -> bool;
}

/// The records of a span, many at a time. An iterator; what could not be read is told by [`RecordSweep::skipped`].
#[derive(Debug)]
pub struct RecordSweep<K: SweptKind> {
    store: RecordStore<K>,
    query: RecordQuery,
    tail: Option<K::Columns>,
    in_tail: HashSet<KeyOf<K>>,
    days: VecDeque<Day>,
    files: VecDeque<PathBuf>,
    /// Of the same day, those that only others have.
    away: VecDeque<Away>,
    /// The one of them that is being read.
    fetched: Option<Fetched>,
    unfetched: Unfetched,
    units: VecDeque<Unit>,
    /// Those of this day: a partition that somebody compacted may hold the originals too.
    met: HashSet<KeyOf<K>>,
    skipped: Vec<Skipped>,
    expired: Vec<Skipped>,
    /// How many rows are in the files that could not be fetched, and how those are named among what was skipped.
    unfetched_rows: u64,
    unfetched_paths: HashSet<PathBuf>,
    bytes: Bytes,
    _lease: Lease,
}

/// How far a sweep is, by the sizes of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bytes {
    /// Read so far.
    pub read: u64,
    /// In all.
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

    /// What was not read so far. With an entry here, what the sweep gave is a part of what was recorded.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// What has expired of the span, as the configuration says. The rest is whole without it.
    pub fn expired(&self) -> &[Skipped] {
        &self.expired
    }

    /// How many rows there are in what was not read so far; none when nobody can tell. Rows before and after the span are
    /// among them.
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

    /// How far it is.
    pub const fn bytes(&self) -> Bytes {
        self.bytes
    }

    /// Go on to the next file, of the next day if need be; false when there is none.
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
                self.skipped.extend(self.store.stranger(&path));
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
