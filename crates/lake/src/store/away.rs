//! The files of a span wherever they are: those in this folder, and what only others have.

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

/// What holds the records of a span, all processes' together.
#[derive(Debug, Clone)]
pub struct Everywhere {
    /// The files of this folder, as [`RecordStore::counted`] gives them; what is missing here and copied elsewhere is no gap.
    pub here: FileSet,
    /// Files with records that are elsewhere, oldest day first.
    pub rows: Vec<Away>,
    /// Files elsewhere with ends of records.
    pub ends: Vec<Away>,
}

impl<K: RecordKind> RecordStore<K> {
    /// The files that hold what was recorded from `since` on and before `until`, here and elsewhere. Take those of a day
    /// that are elsewhere through [`distinct`](Self::distinct) before they are read.
    ///
    /// Its call reads folders: from async code call it where blocking is fine.
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

    /// The files of a day that count, here and elsewhere.
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
            // A process that was given another name took in its files of before, which are another's by now.
            let here = names_of(files.iter().filter_map(|path| path.file_name()?.to_str()), |name| {
                covers::of(&self.folder().join(day.folder()).join(name))
            });
            others.retain(|away| !here.contains(away.name()));
        }
        away.extend(others);
        (files, away)
    }

    /// What is to be said to whoever asks for what happened since a moment: as [`gone`](Self::gone), of other processes.
    pub(crate) fn gone_elsewhere(&self, since: Timestamp) -> Vec<Skipped> {
        let gone = self.elsewhere().map(|elsewhere| elsewhere.gone_before()).unwrap_or_default();
        let asked = |before: Timestamp| since.as_micros() != i64::MIN && Day::of(since) < Day::of(before);
        let said = gone.into_iter().filter(|(_, before)| asked(*before)).map(|(process, before)| {
            let why = format!("what it recorded before {before} has expired, as its configuration says");
            Skipped { path: PathBuf::from(process), why }
        });
        said.collect()
    }

    /// The days of which there are files anywhere, newest first.
    pub(crate) fn days_everywhere(&self, skipped: &mut Vec<Skipped>) -> Vec<Day> {
        let mut days: BTreeSet<Day> = self.days(skipped).into_iter().collect();
        let partitions = self.elsewhere().map(|elsewhere| elsewhere.partitions()).unwrap_or_default();
        days.extend(partitions.iter().filter_map(|name| Day::from_folder(name)));
        days.into_iter().rev().collect()
    }

    /// Of the files of one day, those that hold each record once: two processes of which one is the other under a new name
    /// may both keep account of the same, as it was and compacted.
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
                // Should it be there a moment later, what it stands for would be met twice.
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

    /// A file that is elsewhere, in reach.
    ///
    /// # Errors
    /// When it cannot be had: why.
    pub fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        match self.elsewhere() {
            Some(elsewhere) => elsewhere.fetch(away),
            None => Err("no store is configured here that may have it".to_owned()),
        }
    }

    /// Who has copies of files that are not in this folder, if anybody.
    pub fn elsewhere(&self) -> Option<&dyn Elsewhere> {
        self.shared.elsewhere.as_deref()
    }

    /// One of this folder's files, to be copied.
    ///
    /// # Errors
    /// The system's.
    pub fn open(&self, path: &str) -> io::Result<File> {
        disk::open(&self.folder().join(path))
    }

    /// The paths of the files in whose place one of this folder's stands; none when it stands for itself.
    pub fn stands_for(&self, path: &str) -> Vec<String> {
        let Some((partition, name)) = path.split_once('/') else { return Vec::new() };
        if !covers::is_compacted(name) {
            return Vec::new();
        }
        let covered = covers::of(&self.folder().join(path));
        covered.into_iter().map(|name| format!("{partition}/{name}")).collect()
    }

    /// Whether everything of the day to which a path belongs has expired.
    pub fn has_expired(&self, path: &str) -> bool {
        let day = path.split_once('/').and_then(|(partition, _)| Day::from_folder(partition));
        day.is_some_and(|day| self.has_gone(day))
    }

    /// Whether a path is one that files of this kind have, whoever says so.
    pub fn is_path(path: &str) -> bool {
        K::FILES.is_path(path)
    }
}

/// These names, and those in whose place the compacted ones of them stand.
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
