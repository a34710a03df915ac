//! Reading back: what the segments hold and what Parquet holds, as one.
//!
//! Segments are read before Parquet. A segment that is rotated in between is then met twice or once, never not at
//! all, and rows with the same id count once.

mod away;
mod counted;
mod engine;
mod genuine;
mod lend;
mod scan;

pub use away::Everywhere;
pub use counted::FileSet;
pub use engine::{completed_batch, completed_columns, decisions_batch, decisions_schema};
pub use lend::Lent;
pub use scan::Scan;
pub(crate) use scan::Source;

use crate::anchors::{Account, Anchors};
use crate::day::Day;
use crate::disk::Disk;
use crate::elsewhere::Elsewhere;
use crate::lake::{Kind, Lake, LakeError, Unit, newest_first};
use crate::lease::Leases;
use crate::query::{Listing, Query, Skipped};
use crate::queue::{Length, Queue};
use crate::record::{Completed, Row};
use crate::rotate::stem_of;
use crate::segment;
use crate::sweep::Sweep;
use crate::tail::Tail;
use countersign_names::{DecisionId, Timestamp};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a reader waits for the writer to put what is queued where it can be read.
const PATIENCE: Duration = Duration::from_secs(2);

/// The records, for reading. Cheap to clone. Its calls read files: from async code call them where blocking is fine.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    folder: PathBuf,
    queue: Arc<Queue>,
    tail: Tail,
    lake: Lake,
    pub(crate) account: Account,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) keep: Option<Duration>,
    elsewhere: Option<Arc<dyn Elsewhere>>,
    /// What of the newest records another process has not written yet, where that one records and this one only reads.
    behind: Vec<Skipped>,
    leases: Leases,
    /// The file that is being made of others, by its path in the folder.
    pub(crate) compacting: Mutex<Option<String>>,
    /// Held by whoever looks after the files.
    pub(crate) tending: Mutex<()>,
}

/// How the files are kept.
pub(crate) struct StoreSettings {
    pub(crate) account: Account,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) keep: Option<Duration>,
    pub(crate) elsewhere: Option<Arc<dyn Elsewhere>>,
    pub(crate) behind: Vec<Skipped>,
}

/// One decision, if it was found, and what could not be read while looking for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionLookup {
    /// The decision.
    pub row: Option<Row>,
    /// What was not read. With an entry here, "not found" is not "does not exist".
    pub skipped: Vec<Skipped>,
}

impl Store {
    pub(crate) fn new(folder: PathBuf, queue: Arc<Queue>, kept: StoreSettings) -> Self {
        let StoreSettings { account, disk, keep, elsewhere, behind } = kept;
        let (tail, lake) = (Tail::new(folder.clone()), Lake::new(folder.clone()));
        let (leases, compacting, tending) = (Leases::default(), Mutex::default(), Mutex::default());
        let shared = Shared {
            folder,
            queue,
            tail,
            lake,
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

    /// The decision with this id, and what came of it.
    pub fn find(&self, id: DecisionId) -> Option<Row> {
        self.look_up(id).row
    }

    /// As [`find`](Self::find), and says what could not be read.
    ///
    /// An id that is a UUID v7 tells its day, so the partitions of that day and of the days beside it are looked
    /// into; any other id is looked for everywhere.
    pub fn look_up(&self, id: DecisionId) -> DecisionLookup {
        let _lease = self.shared.leases.take();
        let mut skipped = self.catch_up();
        let (mut row, completed, unread) = self.shared.tail.find(id);
        skipped.extend(unread);
        if row.is_none() {
            row = self.find_in_lake(id, &mut skipped);
        }
        if let Some(row) = &mut row
            && row.completed.is_none()
        {
            row.completed = completed;
            self.complete(std::slice::from_mut(row), &mut skipped);
        }
        DecisionLookup { row, skipped }
    }

    /// The newest decisions that the query wants, newest first.
    pub fn list(&self, query: &Query) -> Listing {
        let limit = query.limit.min(Query::MOST);
        let query = Query { limit, ..query.clone() };
        let _lease = self.shared.leases.take();
        let mut skipped = self.catch_up();
        skipped.extend(self.damaged(query.since));
        skipped.extend(self.gone(query.since));
        if limit == 0 {
            return Listing { rows: Vec::new(), skipped };
        }
        let (rows, unread) = self.shared.tail.list(&query);
        skipped.extend(unread);
        let mut newest = Newest { rows, limit };
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
        Listing { rows: newest.rows, skipped }
    }

    /// Every access of a span, oldest day first, to be asked again.
    pub fn sweep(&self, since: Timestamp, until: Timestamp) -> Sweep {
        Sweep::new(self.clone(), since, until)
    }

    pub(crate) fn tail(&self) -> &Tail {
        &self.shared.tail
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// Who keeps account of the files that there must be.
    pub fn anchors(&self) -> &dyn Anchors {
        self.account()
    }

    pub(crate) fn account(&self) -> &dyn Anchors {
        &*self.shared.account
    }

    pub(crate) fn leases(&self) -> &Leases {
        &self.shared.leases
    }

    /// The segments that are ours, with how long each is at least.
    pub(crate) fn segments(&self) -> BTreeMap<PathBuf, Length> {
        self.shared.queue.segments()
    }

    /// Whether a file is being made of a segment of ours, or of other files.
    pub(crate) fn is_being_made(&self, path: &str, name: &str) -> bool {
        let stem = stem_of(name);
        self.segments().keys().any(|segment| stem.is_some() && segment::stem(segment) == stem)
            || self.is_being_compacted(path)
    }

    pub(crate) fn is_being_compacted(&self, path: &str) -> bool {
        self.shared.compacting.lock().as_deref() == Some(path)
    }

    pub(crate) fn lake(&self) -> &Lake {
        &self.shared.lake
    }

    fn list_day(&self, day: Day, query: &Query, newest: &mut Newest, skipped: &mut Vec<Skipped>) {
        let mut units: Vec<Unit> = Vec::new();
        for path in self.files(day, Kind::Decisions, skipped) {
            units.extend(noted(self.units(&path, query), &path, skipped).unwrap_or_default());
        }
        units.sort_by_key(|unit| std::cmp::Reverse(unit.newest));
        for unit in units {
            if newest.worst().is_some_and(|worst| worst > unit.newest) {
                break;
            }
            let rows = self.shared.lake.rows(&unit, query, query.limit);
            newest.add(noted(rows, &unit.path, skipped).unwrap_or_default());
        }
    }

    fn find_in_lake(&self, id: DecisionId, skipped: &mut Vec<Skipped>) -> Option<Row> {
        let days = match Day::of_id(id) {
            Some(day) if self.has_gone(day) => {
                skipped.extend(self.gone(Timestamp::from_micros(i64::MIN + 1)));
                return None;
            }
            // The id is drawn just before the moment is read, or just after: midnight may lie between.
            Some(day) => vec![day, day.plus(1), day.plus(-1)],
            None => self.days(skipped),
        };
        for day in days {
            for path in self.files(day, Kind::Decisions, skipped) {
                let found = self.genuine(&path).and_then(|()| self.shared.lake.find(&path, id));
                let found = noted(found, &path, skipped).flatten();
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// Joins what came of the decisions where their rows do not say it.
    fn complete(&self, rows: &mut [Row], skipped: &mut Vec<Skipped>) {
        let open: Vec<DecisionId> =
            rows.iter().filter(|row| row.completed.is_none()).map(|row| row.decided.id).collect();
        let mut known: HashMap<DecisionId, Completed> = HashMap::new();
        known.extend(
            self.shared.tail.completions(&open).into_iter().map(|completed| (completed.id, completed)),
        );
        let mut by_day: HashMap<Day, HashSet<DecisionId>> = HashMap::new();
        for id in open.iter().filter(|id| !known.contains_key(id)) {
            by_day.entry(Day::of_completion(*id)).or_default().insert(*id);
        }
        for (day, wanted) in by_day {
            for path in self.files(day, Kind::Completions, skipped) {
                let found = self.genuine(&path).and_then(|()| self.shared.lake.completions(&path, &wanted));
                let found = noted(found, &path, skipped);
                known
                    .extend(found.unwrap_or_default().into_iter().map(|completed| (completed.id, completed)));
            }
        }
        for row in rows.iter_mut().filter(|row| row.completed.is_none()) {
            row.completed = known.remove(&row.decided.id);
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

    /// The segments that are damaged and may hold records from `since` on.
    pub(crate) fn damaged(&self, since: Timestamp) -> Vec<Skipped> {
        let mut paths = segment::list_damaged(&self.shared.folder).unwrap_or_default();
        // A segment is full or old after an hour; a day is generous.
        paths.retain(|path| segment::born(path).is_none_or(|born| Day::of(born).plus(1) >= Day::of(since)));
        let why = "parts of this segment could not be read; what could be was kept";
        let damaged = paths.into_iter().map(|path| Skipped { path, why: why.to_owned() });
        damaged.chain(self.cut_segments()).collect()
    }
}

/// The value, or a note of why there is none.
pub(crate) fn noted<T>(result: Result<T, LakeError>, path: &Path, skipped: &mut Vec<Skipped>) -> Option<T> {
    result.map_err(|error| skipped.push(Skipped { path: path.to_owned(), why: error.to_string() })).ok()
}

/// The newest rows so far.
struct Newest {
    rows: Vec<Row>,
    limit: usize,
}

impl Newest {
    /// The moment that a row must not be older than to belong; none while there is room.
    fn worst(&self) -> Option<Timestamp> {
        if self.rows.len() < self.limit { None } else { self.rows.last().map(|row| row.decided.at) }
    }

    fn add(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
        // Of two with one id, the one that knows its end comes first and stays.
        self.rows.sort_by(|a, b| newest_first(a, b).then(b.completed.is_some().cmp(&a.completed.is_some())));
        self.rows.dedup_by_key(|row| row.decided.id);
        self.rows.truncate(self.limit);
    }
}
