//! The files of a time span in this folder and elsewhere.

use super::{FileSet, RecordStore};
use crate::covers;
use crate::day::Day;
use crate::disk;
use crate::elsewhere::{Away, Elsewhere, Fetched, Unfetched};
use crate::kind::{RecordKind, RecordTable};
use crate::query::Skipped;
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::PathBuf;

/// The files that hold the records of a span, of all processes.
#[derive(Debug, Clone)]
pub struct Everywhere {
    /// The files of this folder, as [`RecordStore::counted`] returns them, except that a file that is missing here but
    /// copied elsewhere is not a gap.
    pub here: FileSet,
    /// Files of records that are elsewhere, oldest day first.
    pub rows: Vec<Away>,
    /// Files of ends that are elsewhere.
    pub ends: Vec<Away>,
}

impl<K: RecordKind> RecordStore<K> {
    /// Returns the files that hold records from `since` on and before `until`, here and elsewhere. Before reading the
    /// files of a day that are elsewhere, pass them through [`distinct`](Self::distinct).
    ///
    /// This call reads folders: from async code, call it where blocking is allowed.
    pub fn everywhere(&self, since: Timestamp, until: Timestamp) -> Everywhere {
        let (mut rows, mut ends) = (Vec::new(), Vec::new());
        let mut here = self.counting(since, until, &mut |day, table, skipped| {
            let (files, away) = self.files_everywhere(day, table, skipped);
            match table {
                RecordTable::Rows => {
                    let within = |away: &Away| away.file.first < until && since <= away.file.last;
                    rows.extend(away.into_iter().filter(within));
                }
                RecordTable::Ends => ends.extend(away),
            }
            files
        });
        here.skipped.extend(self.gone_elsewhere(since));
        Everywhere { here, rows, ends }
    }

    /// Returns the files of a day that count, here and elsewhere.
    pub(crate) fn files_everywhere(
        &self,
        day: Day,
        table: RecordTable,
        skipped: &mut Vec<Skipped>,
    ) -> (Vec<PathBuf>, Vec<Away>) {
        let Some(elsewhere) = self.elsewhere() else {
            return (self.files(day, table, skipped), Vec::new());
        };
        let (files, lost) = self.present(day, table, skipped);
        let own = |file| Away { process: elsewhere.process().to_owned(), file };
        let mut away: Vec<Away> = lost.into_iter().map(own).collect();
        let mut others = elsewhere.others(&day.folder());
        others.retain(|away| K::FILES.table_of(away.name()) == table && away.file.rows > 0);
        if !others.is_empty() {
            // A process that was renamed has adopted its earlier files, which are also anchored under its former name.
            let here = names_of(files.iter().filter_map(|path| path.file_name()?.to_str()), |name| {
                covers::of(&self.folder().join(day.folder()).join(name))
            });
            others.retain(|away| !here.contains(away.name()));
        }
        away.extend(others);
        (files, away)
    }

    /// Returns notes that records since a time have expired at other processes; like [`gone`](Self::gone).
    pub(crate) fn gone_elsewhere(&self, since: Timestamp) -> Vec<Skipped> {
        let gone = self.elsewhere().map(|elsewhere| elsewhere.gone_before()).unwrap_or_default();
        let asked = |before: Timestamp| since.as_micros() != i64::MIN && Day::of(since) < Day::of(before);
        let said = gone.into_iter().filter(|(_, before)| asked(*before)).map(|(process, before)| {
            let why = format!("its records from before {before} have expired, as its configuration says");
            Skipped { path: PathBuf::from(process), why }
        });
        said.collect()
    }

    /// Returns the days that have files here or elsewhere, newest first.
    pub(crate) fn days_everywhere(&self, skipped: &mut Vec<Skipped>) -> Vec<Day> {
        let mut days: BTreeSet<Day> = self.days(skipped).into_iter().collect();
        let partitions = self.elsewhere().map(|elsewhere| elsewhere.partitions()).unwrap_or_default();
        days.extend(partitions.iter().filter_map(|name| Day::from_folder(name)));
        days.into_iter().rev().collect()
    }

    /// Removes duplicates from the files of one day, so that each record appears once: if a process was renamed, both
    /// names may have anchors for the same records, as original and as compacted files.
    pub fn distinct(&self, mut away: Vec<Away>, unfetched: &mut Unfetched) -> Vec<Away> {
        let processes: BTreeSet<&str> = away.iter().map(|away| away.process.as_str()).collect();
        if processes.len() < 2 {
            return away;
        }
        let mut covered = BTreeSet::new();
        away.retain(|away| {
            if !covers::is_compacted(away.name()) {
                return true;
            }
            match self.fetch(away) {
                Ok(fetched) => {
                    covered.extend(covers::of(fetched.path()));
                    true
                }
                // If the file became available a moment later, the files that it replaces would be read twice.
                Err(why) => {
                    unfetched.note(away, why);
                    false
                }
            }
        });
        let mut met = BTreeSet::new();
        away.retain(|away| !covered.contains(away.name()) && met.insert(away.name().to_owned()));
        away
    }

    /// Fetches a file that is elsewhere.
    ///
    /// # Errors
    /// If it is unavailable, with the reason.
    pub fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        match self.elsewhere() {
            Some(elsewhere) => elsewhere.fetch(away),
            None => Err("no store is configured here that may have it".to_owned()),
        }
    }

    /// Returns the source of copies of files that are not in this folder, if one is configured.
    pub fn elsewhere(&self) -> Option<&dyn Elsewhere> {
        self.shared.elsewhere.as_deref()
    }

    /// Opens a file of this folder, to copy it.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn open(&self, path: &str) -> io::Result<File> {
        disk::open(&self.folder().join(path))
    }

    /// Returns the paths of the files that a file of this folder replaces; empty if it replaces none.
    pub fn replaced_files(&self, path: &str) -> Vec<String> {
        let Some((partition, name)) = path.split_once('/') else { return Vec::new() };
        if !covers::is_compacted(name) {
            return Vec::new();
        }
        let covered = covers::of(&self.folder().join(path));
        covered.into_iter().map(|name| format!("{partition}/{name}")).collect()
    }

    /// Returns whether the whole day of a path has expired.
    pub fn has_expired(&self, path: &str) -> bool {
        let day = path.split_once('/').and_then(|(partition, _)| Day::from_folder(partition));
        day.is_some_and(|day| self.has_gone(day))
    }

    /// Returns whether a path is a valid path of a file of this kind. The path may come from an untrusted source.
    pub fn is_path(path: &str) -> bool {
        K::FILES.is_path(path)
    }
}

/// Returns these names, and the names that the compacted files among them replace.
fn names_of<'a>(
    names: impl Iterator<Item = &'a str>,
    covers: impl Fn(&str) -> BTreeSet<String>,
) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for name in names {
        all.insert(name.to_owned());
        if covers::is_compacted(name) {
            all.extend(covers(name));
        }
    }
    all
}
