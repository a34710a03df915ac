//! Reads the records of segments and Parquet as one.
//!
//! Segments are read before Parquet. So a segment that is converted in between is read twice or once, never missed.
//! Rows with the same key count once.

mod away;
mod counted;
mod engine;
mod genuine;
mod lend;
mod scan;

pub use away::Everywhere;
pub use counted::FileSet;
pub use lend::Lent;
pub use scan::RecordScan;
pub(crate) use scan::RowGroupReader;

use crate::anchors::{Anchors, SharedAnchors};
use crate::day::Day;
use crate::disk::Disk;
use crate::elsewhere::Elsewhere;
use crate::kind::{KeyOf, LakeRecord as _, RecordKind, RecordRow as _, RecordTable, at_of, key_of};
use crate::lease::Leases;
use crate::partitions::{LakeError, Partitions, Unit, newest_first};
use crate::query::{AsRecordQuery, RecordListing, RecordQuery, Skipped};
use crate::queue::{Length, Queue};
use crate::segment;
use crate::sweep::{RecordSweep, SweptKind};
use crate::tail::Tail;
use countersign_names::Timestamp;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a reader waits for the writer to write the queued records.
const PATIENCE: Duration = Duration::from_secs(2);

/// The reading side. Cheap to clone. The calls read files: from async code, call them where blocking is allowed.
#[derive(Debug)]
pub struct RecordStore<K: RecordKind> {
    shared: Arc<SharedStore<K>>,
}

impl<K: RecordKind> Clone for RecordStore<K> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

#[derive(Debug)]
pub(crate) struct SharedStore<K: RecordKind> {
    folder: PathBuf,
    queue: Arc<Queue>,
    tail: Tail<K>,
    partitions: Partitions,
    pub(crate) account: SharedAnchors,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) keep: Option<Duration>,
    elsewhere: Option<Arc<dyn Elsewhere>>,
    /// The newest records that the recording process has not written yet, if this process only reads its folder.
    behind: Vec<Skipped>,
    leases: Leases,
    /// The path in the folder of the compacted file that is being written.
    pub(crate) compacting: Mutex<Option<String>>,
    /// The lock of upkeep: one run at a time.
    pub(crate) tending: Mutex<()>,
}

/// Settings of a store.
pub(crate) struct StoreSettings {
    pub(crate) account: SharedAnchors,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) keep: Option<Duration>,
    pub(crate) elsewhere: Option<Arc<dyn Elsewhere>>,
    pub(crate) behind: Vec<Skipped>,
}

/// The result of a lookup: the record, if found, and what could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordLookup<R> {
    /// The record, with its end.
    pub row: Option<R>,
    /// What could not be read. If this is not empty, a missing row does not mean that the record does not exist.
    pub skipped: Vec<Skipped>,
}

impl<K: RecordKind> RecordStore<K> {
    pub(crate) fn new(folder: PathBuf, queue: Arc<Queue>, kept: StoreSettings) -> Self {
        let StoreSettings { account, disk, keep, elsewhere, behind } = kept;
        let (tail, partitions) = (Tail::new(folder.clone()), Partitions::new(folder.clone(), K::FILES));
        let (leases, compacting, tending) = (Leases::default(), Mutex::default(), Mutex::default());
        let shared = SharedStore {
            folder,
            queue,
            tail,
            partitions,
            account,
            disk,
            keep,
            elsewhere,
            behind,
            leases,
            compacting,
            tending,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Returns the record of this key, and its end.
    pub fn find(&self, key: KeyOf<K>) -> Option<K::Row> {
        self.look_up(key).row
    }

    /// As [`find`](Self::find), with what could not be read.
    ///
    /// If the key contains a time, only the partitions of that day and of the neighbouring days are searched; otherwise
    /// all are.
    pub fn look_up(&self, key: KeyOf<K>) -> RecordLookup<K::Row> {
        let _lease = self.shared.leases.take();
        let mut skipped = self.catch_up();
        let (mut row, end, unread) = self.shared.tail.find(key);
        skipped.extend(unread);
        if row.is_none() {
            row = self.find_in_partitions(key, &mut skipped);
        }
        if let Some(row) = &mut row
            && row.end().is_none()
        {
            *row.end_mut() = end;
            self.complete(std::slice::from_mut(row), &mut skipped);
        }
        RecordLookup { row, skipped }
    }

    /// Returns the newest matching records, newest first.
    pub fn list(&self, query: &impl AsRecordQuery) -> RecordListing<K::Row> {
        let query = query.as_record_query();
        let limit = query.limit.min(RecordQuery::MOST);
        let query = RecordQuery { limit, ..query };
        let _lease = self.shared.leases.take();
        let mut skipped = self.catch_up();
        skipped.extend(self.damaged(query.since));
        skipped.extend(self.gone(query.since));
        if limit == 0 {
            return RecordListing { rows: Vec::new(), skipped };
        }
        let (rows, unread) = self.shared.tail.list(&query);
        skipped.extend(unread);
        let mut newest = NewestRows::<K> { rows, limit };
        let last = Day::of(Timestamp::from_micros(query.until.as_micros().saturating_sub(1)));
        for day in self.days(&mut skipped) {
            if day > last {
                continue;
            }
            if day < Day::of(query.since) || newest.worst().is_some_and(|worst| Day::of(worst) > day) {
                break;
            }
            self.list_day(day, &query, &mut newest, &mut skipped);
        }
        self.complete(&mut newest.rows, &mut skipped);
        RecordListing { rows: newest.rows, skipped }
    }

    pub(crate) fn tail(&self) -> &Tail<K> {
        &self.shared.tail
    }

    pub(crate) fn shared(&self) -> &SharedStore<K> {
        &self.shared
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// Returns the anchors of the files.
    pub fn anchors(&self) -> &dyn Anchors {
        self.account()
    }

    pub(crate) fn account(&self) -> &dyn Anchors {
        &*self.shared.account
    }

    pub(crate) fn leases(&self) -> &Leases {
        &self.shared.leases
    }

    /// Returns the segments of this process, with their minimum lengths.
    pub(crate) fn segments(&self) -> BTreeMap<PathBuf, Length> {
        self.shared.queue.segments()
    }

    /// Returns whether a file is being made from a segment of this process, or from other files.
    pub(crate) fn is_being_made(&self, path: &str, name: &str) -> bool {
        let stem = K::FILES.stem_of(name);
        self.segments().keys().any(|segment| stem.is_some() && segment::stem(segment) == stem)
            || self.is_being_compacted(path)
    }

    pub(crate) fn is_being_compacted(&self, path: &str) -> bool {
        self.shared.compacting.lock().as_deref() == Some(path)
    }

    pub(crate) fn partitions(&self) -> &Partitions {
        &self.shared.partitions
    }

    fn list_day(
        &self,
        day: Day,
        query: &RecordQuery,
        newest: &mut NewestRows<K>,
        skipped: &mut Vec<Skipped>,
    ) {
        let mut units: Vec<Unit> = Vec::new();
        for path in self.files(day, RecordTable::Rows, skipped) {
            units.extend(noted(self.units(&path, query), &path, skipped).unwrap_or_default());
        }
        units.sort_by_key(|unit| std::cmp::Reverse(unit.newest));
        for unit in units {
            if newest.worst().is_some_and(|worst| worst > unit.newest) {
                break;
            }
            let rows = self.shared.partitions.rows::<K>(&unit, query, query.limit);
            newest.add(noted(rows, &unit.path, skipped).unwrap_or_default());
        }
    }

    fn find_in_partitions(&self, key: KeyOf<K>, skipped: &mut Vec<Skipped>) -> Option<K::Row> {
        let days = match Day::of_key(key) {
            Some(day) if self.has_gone(day) => {
                skipped.extend(self.gone(Timestamp::from_micros(i64::MIN + 1)));
                return None;
            }
            // The key is generated just before or after the time is read, so midnight may lie between.
            Some(day) => vec![day, day.plus(1), day.plus(-1)],
            None => self.days(skipped),
        };
        for day in days {
            for path in self.files(day, RecordTable::Rows, skipped) {
                let found = self.genuine(&path).and_then(|()| self.shared.partitions.find::<K>(&path, key));
                let found = noted(found, &path, skipped).flatten();
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// Joins the ends of records whose rows do not include them.
    fn complete(&self, rows: &mut [K::Row], skipped: &mut Vec<Skipped>) {
        if K::FILES.ends.is_none() {
            return;
        }
        let open: Vec<KeyOf<K>> = rows.iter().filter(|row| row.end().is_none()).map(key_of::<K>).collect();
        let mut known: HashMap<KeyOf<K>, K::End> = HashMap::new();
        known.extend(self.shared.tail.ends_of(&open).into_iter().map(|end| (end.key(), end)));
        let mut by_day: HashMap<Day, HashSet<KeyOf<K>>> = HashMap::new();
        for key in open.iter().filter(|key| !known.contains_key(key)) {
            by_day.entry(Day::of_end(*key)).or_default().insert(*key);
        }
        for (day, wanted) in by_day {
            for path in self.files(day, RecordTable::Ends, skipped) {
                let found =
                    self.genuine(&path).and_then(|()| self.shared.partitions.ends_of::<K>(&path, &wanted));
                let found = noted(found, &path, skipped);
                known.extend(found.unwrap_or_default().into_iter().map(|end| (end.key(), end)));
            }
        }
        for row in rows.iter_mut().filter(|row| row.end().is_none()) {
            let end = known.remove(&key_of::<K>(row));
            *row.end_mut() = end;
        }
    }

    pub(crate) fn catch_up(&self) -> Vec<Skipped> {
        if !self.shared.behind.is_empty() {
            return self.shared.behind.clone();
        }
        if self.shared.queue.written(PATIENCE) {
            return Vec::new();
        }
        let why = "the newest records are still in memory: the disk is slow or failing".to_owned();
        vec![Skipped { path: self.shared.folder.clone(), why }]
    }

    /// Returns the damaged segments that may hold records from `since` on.
    pub(crate) fn damaged(&self, since: Timestamp) -> Vec<Skipped> {
        let mut paths = segment::list_damaged(&self.shared.folder).unwrap_or_default();
        // A segment is converted after an hour at the latest; a day is generous.
        paths.retain(|path| segment::born(path).is_none_or(|born| Day::of(born).plus(1) >= Day::of(since)));
        let why = "parts of this segment could not be read; what could be was kept";
        let damaged = paths.into_iter().map(|path| Skipped { path, why: why.to_owned() });
        damaged.chain(self.cut_segments()).collect()
    }
}

/// Returns the value; on an error notes it in `skipped` and returns `None`.
pub(crate) fn noted<T>(result: Result<T, LakeError>, path: &Path, skipped: &mut Vec<Skipped>) -> Option<T> {
    result.map_err(|error| skipped.push(Skipped { path: path.to_owned(), why: error.to_string() })).ok()
}

/// The newest rows found so far.
struct NewestRows<K: RecordKind> {
    rows: Vec<K::Row>,
    limit: usize,
}

impl<K: RecordKind> NewestRows<K> {
    /// Returns the time of the oldest row, if the limit is reached: older rows cannot be in the result.
    fn worst(&self) -> Option<Timestamp> {
        if self.rows.len() < self.limit { None } else { self.rows.last().map(at_of::<K>) }
    }

    fn add(&mut self, rows: Vec<K::Row>) {
        self.rows.extend(rows);
        // Of two rows with one key, the one with the end sorts first and is kept.
        self.rows.sort_by(|a, b| newest_first::<K>(a, b).then(b.end().is_some().cmp(&a.end().is_some())));
        self.rows.dedup_by_key(|row| key_of::<K>(row));
        self.rows.truncate(self.limit);
    }
}

impl<K: SweptKind> RecordStore<K> {
    /// Returns every record of a span by columns, oldest day first.
    pub fn sweep(&self, since: Timestamp, until: Timestamp) -> RecordSweep<K> {
        RecordSweep::new(self.clone(), since, until)
    }
}
