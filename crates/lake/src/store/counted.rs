//! Decides which files count: the only place that knows which files are replaced, expired or missing.

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

/// The Parquet files of a span that count, for another reader. Together with the segments they hold every record. Each
/// record is in one of them once, or also in a segment while that segment is converted.
///
/// Read the segments first (the newest rows, by [`RecordStore::scan`] or [`RecordStore::list`]) and list the files
/// after that. Then a segment that is converted in between is read twice or once, never missed. Hold this value while
/// reading the files: until it is dropped, no compaction removes any of them.
#[derive(Debug, Clone)]
pub struct FileSet {
    /// Files of records, oldest day first.
    pub rows: Vec<PathBuf>,
    /// Files of ends whose records are in other files, of the days on which the keys of the span may have been
    /// generated.
    pub ends: Vec<PathBuf>,
    /// What is missing or could not be read. If this is not empty, the files hold only a part of the records.
    pub skipped: Vec<Skipped>,
    _lease: Lease,
}

/// A function that returns the files of a table on a day, and notes which are missing.
pub(super) type OfDay<'a> = &'a mut dyn FnMut(Day, RecordTable, &mut Vec<Skipped>) -> Vec<PathBuf>;

impl<K: RecordKind> RecordStore<K> {
    /// Returns the files that hold records from `since` on and before `until`.
    ///
    /// This call reads folders: from async code, call it where blocking is allowed.
    pub fn counted(&self, since: Timestamp, until: Timestamp) -> FileSet {
        self.counting(since, until, &mut |day, table, skipped| self.files(day, table, skipped))
    }

    /// As [`counted`](Self::counted), with `files` returning the files of each day.
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
            // A key is generated just before its time is read, so midnight may lie between. Ends of keys without a time
            // are stored under the epoch's first day.
            let drawn =
                (first.plus(-1)..=last.plus(1)).contains(&day) || day == Day::of(Timestamp::from_micros(0));
            if drawn {
                ends.extend(files(day, RecordTable::Ends, &mut skipped));
            }
        }
        FileSet { rows, ends, skipped, _lease: lease }
    }

    /// Returns the number of files that have no anchor and are not being made, such as files of an older release. It
    /// checks names only; [`verify`](Self::verify) checks the content.
    pub fn unanchored_count(&self) -> usize {
        let mut count = 0;
        // Read the segments before the anchors: by the time when its segment is no longer noted, a file is anchored.
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
                count +=
                    usize::from(!known && !K::FILES.stem_of(&name).is_some_and(|stem| making.contains(stem)));
            }
        }
        count
    }

    pub(crate) fn lease(&self) -> Lease {
        self.shared.leases.take()
    }

    /// Returns the days that have files or anchors, newest first, without those that have expired.
    pub(crate) fn days(&self, skipped: &mut Vec<Skipped>) -> Vec<Day> {
        let found =
            noted(self.shared.partitions.days().map_err(LakeError::from), &self.shared.folder, skipped);
        let mut days: BTreeSet<Day> = found.unwrap_or_default().into_iter().collect();
        days.extend(self.shared.account.partitions().iter().filter_map(|name| Day::from_folder(name)));
        days.into_iter().rev().filter(|day| !self.has_gone(*day)).collect()
    }

    /// Returns the files of a day that count, and notes anchored files that are missing.
    pub(crate) fn files(&self, day: Day, table: RecordTable, skipped: &mut Vec<Skipped>) -> Vec<PathBuf> {
        let (files, lost) = self.present(day, table, skipped);
        skipped.extend(lost.into_iter().map(|file| {
            let why = "it is missing: the journal has its anchor, and the file is gone".to_owned();
            Skipped { path: self.shared.folder.join(file.path), why }
        }));
        files
    }

    /// Returns the files of a day that count and exist, and the anchored files that are missing.
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
        // A file that exists and does not count is not missing: another file replaces it.
        let is_gone = |file: &SealedFile| {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            K::FILES.table_of(name) == table && !found.contains(name) && !folder.join(name).exists()
        };
        let lost = account.into_iter().flatten().map(|known| known.file).filter(is_gone).collect();
        (found.iter().map(|name| folder.join(name)).collect(), lost)
    }

    /// Returns whether a day's files have expired.
    pub(crate) fn has_gone(&self, day: Day) -> bool {
        self.shared.account.gone_before().is_some_and(|before| day < Day::of(before))
    }

    /// Returns a note that records since a time have expired, if some have. A query from the beginning of time gets no
    /// note, because it asks for everything that is retained.
    pub(crate) fn gone(&self, since: Timestamp) -> Option<Skipped> {
        let before = self.shared.account.gone_before()?;
        let asked = since.as_micros() != i64::MIN && Day::of(since) < Day::of(before);
        let why = format!("records from before {before} have expired, as the configuration says");
        asked.then(|| Skipped { path: self.shared.folder.clone(), why })
    }
}
