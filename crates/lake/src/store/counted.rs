//! Which files there are to be read: the one place that knows what covers what, what has expired and what is missing.

use super::{RecordStore, noted};
use crate::anchors::SealedFile;
use crate::day::Day;
use crate::kind::{RecordKind, RecordTable};
use crate::lease::Lease;
use crate::partitions::LakeError;
use crate::query::Skipped;
use crate::segment;
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The Parquet files of a span that count, for a reader of one's own. What they hold, with the segments, is everything;
/// each record is in one of them once, or in a segment too while that is being rotated.
///
/// Read the segments first (the newest rows, by [`RecordStore::scan`] or [`RecordStore::list`]) and ask for the files after that:
/// then a segment that is rotated in between is met twice or once, never not at all. Hold this as long as the files are
/// read: until then no compaction takes one of them away.
#[derive(Debug, Clone)]
pub struct FileSet {
    /// Those with records, oldest day first.
    pub rows: Vec<PathBuf>,
    /// Those with ends whose record is in another file, of the days on which the keys of these may have been drawn.
    pub ends: Vec<PathBuf>,
    /// What is not there or was not looked into. With an entry here the files are a part of what was recorded.
    pub skipped: Vec<Skipped>,
    _lease: Lease,
}

/// Gives the files of a day of a table, and notes what is missing of them.
pub(super) type OfDay<'a> = &'a mut dyn FnMut(Day, RecordTable, &mut Vec<Skipped>) -> Vec<PathBuf>;

impl<K: RecordKind> RecordStore<K> {
    /// The files that hold what was recorded from `since` on and before `until`.
    ///
    /// Its call reads folders: from async code call it where blocking is fine.
    pub fn counted(&self, since: Timestamp, until: Timestamp) -> FileSet {
        self.counting(since, until, &mut |day, table, skipped| self.files(day, table, skipped))
    }

    /// As [`counted`](Self::counted), the files of each day as `files` gives them.
    pub(super) fn counting(&self, since: Timestamp, until: Timestamp, files: OfDay<'_>) -> FileSet {
        let lease = self.lease();
        let mut skipped: Vec<Skipped> = self.gone(since).into_iter().collect();
        let first = Day::of(since);
        let last = Day::of(Timestamp::from_micros(until.as_micros().saturating_sub(1)));
        let mut days = self.days_everywhere(&mut skipped);
        days.sort_unstable();
        let (mut rows, mut ends) = (Vec::new(), Vec::new());
        for day in days {
            if (first..=last).contains(&day) {
                rows.extend(files(day, RecordTable::Rows, &mut skipped));
            }
            // A key is drawn just before its moment is read: midnight may lie between. One that tells no time is kept
            // under the first day of all.
            let drawn =
                (first.plus(-1)..=last.plus(1)).contains(&day) || day == Day::of(Timestamp::from_micros(0));
            if drawn {
                ends.extend(files(day, RecordTable::Ends, &mut skipped));
            }
        }
        FileSet { rows, ends, skipped, _lease: lease }
    }

    /// How many files there are that nobody anchored and that are not just being made: those of an older release, say.
    /// Only names are looked at; [`verify`](Self::verify) looks at all of it.
    pub fn strangers(&self) -> usize {
        let mut strangers = 0;
        // Before it is asked what is known: once its segment is not noted any more, a file is anchored.
        let segments = self.segments();
        let making: BTreeSet<&str> = segments.keys().filter_map(|path| segment::stem(path)).collect();
        for day in self.days(&mut Vec::new()) {
            let Some(known) = self.shared.account.known(&day.folder()) else { return 0 };
            let files = RecordTable::ALL.map(|table| self.files(day, table, &mut Vec::new()));
            for path in files.into_iter().flatten() {
                let name =
                    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let shown = format!("{}/{name}", day.folder());
                let known = known.iter().any(|known| known.file.path == shown);
                strangers +=
                    usize::from(!known && !K::FILES.stem_of(&name).is_some_and(|stem| making.contains(stem)));
            }
        }
        strangers
    }

    pub(crate) fn lease(&self) -> Lease {
        self.shared.leases.take()
    }

    /// The days of which there are files, or must be, newest first. Those that have expired are none.
    pub(crate) fn days(&self, skipped: &mut Vec<Skipped>) -> Vec<Day> {
        let found =
            noted(self.shared.partitions.days().map_err(LakeError::from), &self.shared.folder, skipped);
        let mut days: BTreeSet<Day> = found.unwrap_or_default().into_iter().collect();
        days.extend(self.shared.account.partitions().iter().filter_map(|name| Day::from_folder(name)));
        days.into_iter().rev().filter(|day| !self.has_gone(*day)).collect()
    }

    /// The files of a day that count. Those that must be there and are not are noted.
    pub(crate) fn files(&self, day: Day, table: RecordTable, skipped: &mut Vec<Skipped>) -> Vec<PathBuf> {
        let (files, lost) = self.present(day, table, skipped);
        skipped.extend(lost.into_iter().map(|file| {
            let why = "it is missing: it was anchored in the journal, and is not here any more".to_owned();
            Skipped { path: self.shared.folder.join(file.path), why }
        }));
        files
    }

    /// The files of a day that count and are here, and what those are that must be and are not.
    pub(super) fn present(
        &self,
        day: Day,
        table: RecordTable,
        skipped: &mut Vec<Skipped>,
    ) -> (Vec<PathBuf>, Vec<SealedFile>) {
        if self.has_gone(day) {
            return (Vec::new(), Vec::new());
        }
        let partition = day.folder();
        let folder = self.shared.folder.join(&partition);
        let account = self.shared.account.known(&partition);
        let known: Option<BTreeSet<String>> = account.as_ref().map(|known| {
            let names = known.iter().filter_map(|known| known.file.path.split_once('/'));
            names.map(|(_, name)| name.to_owned()).filter(|name| K::FILES.table_of(name) == table).collect()
        });
        let found = self.shared.partitions.files(day, table, known.as_ref()).map_err(LakeError::from);
        let found = noted(found, &folder, skipped).unwrap_or_default();
        // One that is there and does not count is no gap: another stands in its place.
        let is_gone = |file: &SealedFile| {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            K::FILES.table_of(name) == table && !found.contains(name) && !folder.join(name).exists()
        };
        let lost = account.into_iter().flatten().map(|known| known.file).filter(is_gone).collect();
        (found.iter().map(|name| folder.join(name)).collect(), lost)
    }

    /// Whether a day's files have expired.
    pub(crate) fn has_gone(&self, day: Day) -> bool {
        self.shared.account.gone_before().is_some_and(|before| day < Day::of(before))
    }

    /// What is to be said to whoever asks for what happened since a moment: that some of it has expired. To whoever
    /// asks from the beginning of time, all that is kept is all there is.
    pub(crate) fn gone(&self, since: Timestamp) -> Option<Skipped> {
        let before = self.shared.account.gone_before()?;
        let asked = since.as_micros() != i64::MIN && Day::of(since) < Day::of(before);
        let why = format!("what was recorded before {before} has expired, as the configuration says");
        asked.then(|| Skipped { path: self.shared.folder.clone(), why })
    }
}
