//! Reads all records in the order of time, a bounded number of rows at a time.
//!
//! [`RecordStore::list`](super::RecordStore::list) returns the newest rows for a person to read. A scan is for callers
//! that need everything, perhaps a year. It holds a bounded number of rows per file in memory, and opens only files
//! whose time spans overlap.

use super::{RecordStore, noted};
use crate::cells::{Cells, need};
use crate::day::Day;
use crate::kind::{KeyOf, RecordKind, RecordRow as _, RecordTable, at_of, key_of, read_row};
use crate::lease::Lease;
use crate::partitions::{LakeError, Unit, guarded};
use crate::query::{RecordListing, RecordQuery, Skipped};
use countersign_names::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::path::PathBuf;

/// Maximum number of rows in one listing.
const BATCH: usize = 2_048;
/// Number of rows read at a time from a row group that is not sorted.
const PICKED: usize = 4_096;

/// The position of a row in the order of a scan. Keys break ties, as in our own files.
type Position<K> = (Timestamp, KeyOf<K>);

/// An iterator over every record of a span, oldest first, in listings of bounded size. Records that are written while
/// it runs may be included.
///
/// The calls read files: from async code, call them where blocking is allowed.
pub struct RecordScan<K: RecordKind> {
    store: RecordStore<K>,
    query: RecordQuery,
    begun: bool,
    /// The time of the last returned row, and the keys of all returned rows of that time.
    last: Option<Timestamp>,
    given: HashSet<KeyOf<K>>,
    /// Rows of segments, whether there were more at the last read, and the last row that was taken.
    tail: VecDeque<K::Row>,
    more: bool,
    taken: Option<Position<K>>,
    /// Partitions whose files are not listed yet.
    days: BTreeSet<Day>,
    /// Files that are listed.
    met: HashSet<PathBuf>,
    /// Row groups of those files that are not opened yet.
    units: Vec<Unit>,
    open: Vec<RowGroupReader<K>>,
    /// Gaps that were reported, so that each is reported once.
    said: HashSet<(PathBuf, String)>,
    _lease: Lease,
}

impl<K: RecordKind> std::fmt::Debug for RecordScan<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordScan")
            .field("query", &self.query)
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}

impl<K: RecordKind> RecordStore<K> {
    /// Returns every record from `since` on and before `until`, oldest first, with its end.
    pub fn scan(&self, since: Timestamp, until: Timestamp) -> RecordScan<K> {
        RecordScan {
            store: self.clone(),
            query: RecordQuery { since, until, limit: BATCH, ..RecordQuery::default() },
            begun: false,
            last: None,
            given: HashSet::new(),
            tail: VecDeque::new(),
            more: true,
            taken: None,
            days: BTreeSet::new(),
            met: HashSet::new(),
            units: Vec::new(),
            open: Vec::new(),
            said: HashSet::new(),
            _lease: self.lease(),
        }
    }
}

impl<K: RecordKind> Iterator for RecordScan<K> {
    type Item = RecordListing<K::Row>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut skipped = Vec::new();
        if !self.begun {
            self.begun = true;
            skipped.extend(self.store.catch_up());
            skipped.extend(self.store.damaged(self.query.since));
            skipped.extend(self.store.gone(self.query.since));
        }
        let mut rows: Vec<K::Row> = Vec::new();
        while rows.len() < BATCH {
            if self.tail.is_empty() && self.more {
                self.look(&mut skipped);
            }
            self.open_what_may_come(&mut skipped);
            let Some(mut row) = self.pop(&mut skipped) else { break };
            let (at, key) = position::<K>(&row);
            match self.last.map_or(Ordering::Greater, |last| at.cmp(&last)) {
                // It was returned before its segment was converted.
                Ordering::Less => continue,
                Ordering::Equal => {}
                Ordering::Greater => {
                    self.last = Some(at);
                    self.given.clear();
                }
            }
            if self.given.insert(key) {
                rows.push(row);
            } else if let Some(same) = rows.iter_mut().rfind(|same| key_of::<K>(same) == key) {
                // The same record in another file: only one of them may have the end.
                let end = same.end_mut().take().or_else(|| row.end_mut().take());
                *same.end_mut() = end;
            }
        }
        self.store.complete(&mut rows, &mut skipped);
        skipped.retain(|gap| self.said.insert((gap.path.clone(), gap.why.clone())));
        (!rows.is_empty() || !skipped.is_empty()).then_some(RecordListing { rows, skipped })
    }
}

fn position<K: RecordKind>(row: &K::Row) -> Position<K> {
    (at_of::<K>(row), key_of::<K>(row))
}

impl<K: RecordKind> RecordScan<K> {
    /// Reads the next rows of segments, and lists the partitions only after that: so a segment that is converted in
    /// between is read twice or once, never missed.
    fn look(&mut self, skipped: &mut Vec<Skipped>) {
        let (rows, unread) = self.store.shared.tail.after(self.taken, &self.query);
        skipped.extend(unread);
        self.more = rows.len() >= BATCH;
        self.tail = rows.into();
        let since = self.last.unwrap_or(self.query.since);
        let until = Timestamp::from_micros(self.query.until.as_micros().saturating_sub(1));
        let wanted = Day::of(since)..=Day::of(until);
        self.days = self.store.days(skipped).into_iter().filter(|day| wanted.contains(day)).collect();
    }

    /// Opens every file that may hold a row older than those at hand.
    fn open_what_may_come(&mut self, skipped: &mut Vec<Skipped>) {
        loop {
            let heads = self.open.iter().filter_map(|source| source.rows.front()).chain(self.tail.front());
            let next = heads.map(at_of::<K>).min();
            let may_come = |at: Timestamp| next.is_none_or(|next| at <= next);
            if let Some(day) = self.days.first().copied()
                && next.is_none_or(|next| day <= Day::of(next))
            {
                self.days.remove(&day);
                self.list(day, skipped);
            } else if let Some(place) = self.units.iter().position(|unit| may_come(unit.oldest)) {
                let unit = self.units.swap_remove(place);
                let path = unit.path.clone();
                let source = guarded(|| RowGroupReader::open(unit, &self.query, self.last));
                self.open.extend(noted(source, &path, skipped).flatten());
            } else {
                return;
            }
        }
    }

    /// Lists the row groups of a partition's files.
    fn list(&mut self, day: Day, skipped: &mut Vec<Skipped>) {
        for path in self.store.files(day, RecordTable::Rows, skipped) {
            if self.met.contains(&path) {
                continue;
            }
            let units = noted(self.store.units(&path, &self.query), &path, skipped);
            let after = |unit: &Unit| self.last.is_none_or(|at| unit.newest >= at);
            self.units.extend(units.unwrap_or_default().into_iter().filter(after));
            self.met.insert(path);
        }
    }

    /// Takes the oldest row at hand.
    fn pop(&mut self, skipped: &mut Vec<Skipped>) -> Option<K::Row> {
        let heads = self.open.iter().enumerate();
        let heads = heads.filter_map(|(place, source)| Some((position::<K>(source.rows.front()?), place)));
        let oldest = heads.min();
        let of_tail = self.tail.front().map(position::<K>);
        let place = match (oldest, of_tail) {
            (Some((position, place)), tail) if tail.is_none_or(|tail| position < tail) => place,
            _ => {
                self.taken = of_tail.or(self.taken);
                return self.tail.pop_front();
            }
        };
        let source = self.open.get_mut(place)?;
        let row = source.rows.pop_front();
        if source.rows.is_empty() {
            let read = guarded(|| source.fill());
            let path = source.path.clone();
            if noted(read, &path, skipped).is_none() || self.open.get(place)?.rows.is_empty() {
                self.open.swap_remove(place);
            }
        }
        row
    }
}

/// Reads one row group, row by row.
pub(crate) struct RowGroupReader<K: RecordKind> {
    path: PathBuf,
    /// Rows that were read and not returned; empty only if there are no more.
    rows: VecDeque<K::Row>,
    rest: Rest,
}

/// The unread part of a row group.
enum Rest {
    /// Rows in the order of the file, which is sorted. Our files are.
    Sorted(ParquetRecordBatchReader),
    /// Indexes of the rows, oldest first, for a file that another engine wrote unsorted.
    Unsorted(Unit, VecDeque<usize>),
}

impl<K: RecordKind> RowGroupReader<K> {
    /// Selects the matching rows by their times alone, and reads the first of them; `None` if there are none.
    pub(crate) fn open(
        unit: Unit,
        query: &RecordQuery,
        last: Option<Timestamp>,
    ) -> Result<Option<Self>, LakeError> {
        let since = last.map_or(query.since, |at| at.max(query.since));
        let mut wanted: Vec<(Timestamp, usize)> = Vec::new();
        let mut index = 0;
        for batch in unit.read(Some(&[K::FILES.rows.time]), None)? {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                let at = need(K::FILES.rows.time, Cells::new(&batch, row).moment(K::FILES.rows.time)?)?;
                if at >= since && at < query.until {
                    wanted.push((at, index));
                }
                index += 1;
            }
        }
        if wanted.is_empty() {
            return Ok(None);
        }
        let sorted = wanted.is_sorted();
        wanted.sort_unstable();
        let order: VecDeque<usize> = wanted.into_iter().map(|(_, index)| index).collect();
        let path = unit.path.clone();
        let rest = match sorted {
            true => Rest::Sorted(unit.read(None, Some(&Vec::from(order)))?),
            false => Rest::Unsorted(unit, order),
        };
        let mut source = Self { path, rows: VecDeque::new(), rest };
        source.fill()?;
        Ok((!source.rows.is_empty()).then_some(source))
    }

    /// Returns the next row.
    pub(crate) fn peek(&self) -> Option<&K::Row> {
        self.rows.front()
    }

    /// Takes the next row, and reads more if it was the last at hand.
    pub(crate) fn take(&mut self) -> Result<Option<K::Row>, LakeError> {
        let row = self.rows.pop_front();
        if self.rows.is_empty() {
            self.fill()?;
        }
        Ok(row)
    }

    /// Reads the next rows; leaves none if there are no more.
    fn fill(&mut self) -> Result<(), LakeError> {
        let mut rows = Vec::new();
        match &mut self.rest {
            Rest::Sorted(reader) => {
                while rows.is_empty() {
                    let Some(batch) = reader.next() else { return Ok(()) };
                    let batch = batch?;
                    for row in 0..batch.num_rows() {
                        rows.push(read_row::<K>(Cells::new(&batch, row))?);
                    }
                }
            }
            Rest::Unsorted(unit, order) => {
                let mut picked: Vec<usize> = order.drain(..order.len().min(PICKED)).collect();
                picked.sort_unstable();
                rows = unit.rows_at::<K>(&picked)?;
            }
        }
        // Our files are sorted by time and key; a file that another engine sorted by time alone works as well.
        rows.sort_by_key(position::<K>);
        self.rows = rows.into();
        Ok(())
    }
}
