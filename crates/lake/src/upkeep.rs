//! Looking after what is kept: many small files of a finished day become one, and what is too old goes.
//!
//! Each step is stated before the next removes anything, so that a process that is killed anywhere leaves every record
//! once: the order is new file, statement, removal. What a killed process left is put in order at the next start.

mod compact;
mod merge;
mod retain;

use crate::covers;
use crate::day::Day;
use crate::disk::sync_folder;
use crate::kind::RecordKind;
use crate::partitions::parquet_names;
use crate::query::Skipped;
use crate::store::RecordStore;
use countersign_names::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

/// How long after a day its files are made one: what was decided at its end is Parquet by then.
const SETTLED: Duration = Duration::from_secs(2 * 3_600);

/// What was done to one day, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpkeptDay {
    /// Files of it that were made one, or removed.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The bytes of what they became, where they became something.
    pub bytes_after: Option<u64>,
}

/// What was done, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upkept {
    /// By the day, as in `2026-11-22`.
    pub days: BTreeMap<String, UpkeptDay>,
    /// What was left alone, and why.
    pub skipped: Vec<Skipped>,
}

impl Upkept {
    /// What was done to another kind's files, too.
    pub(crate) fn add(&mut self, other: Self) {
        for (day, done) in other.days {
            let day = self.days.entry(day).or_default();
            (day.files, day.rows, day.bytes) =
                (day.files + done.files, day.rows + done.rows, day.bytes + done.bytes);
            day.bytes_after = match (day.bytes_after, done.bytes_after) {
                (Some(one), Some(other)) => Some(one + other),
                (one, other) => one.or(other),
            };
        }
        self.skipped.extend(other.skipped);
    }

    fn day(&mut self, day: Day) -> &mut UpkeptDay {
        self.days.entry(day.folder().split_off("dt=".len())).or_default()
    }
}

/// Why upkeep did not go on.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// It goes on elsewhere in this process.
    #[error("the evidence is being looked after already: wait until that is done")]
    Busy,
    /// It was broken off; what was done by then stays done.
    #[error("it was broken off")]
    Stopped,
    /// What was to be done could not be stated, so it was not done.
    #[error(transparent)]
    NotAnchored(#[from] crate::anchors::NotAnchored),
    /// The file system.
    #[error("the folder of the evidence: {0}")]
    Disk(#[from] io::Error),
}

/// Told how far it is, from 0 to 1, with the rows that were written; asked whether to go on.
pub type Tending<'a> = &'a mut dyn FnMut(u64, f64) -> ControlFlow<()>;

impl<K: RecordKind> RecordStore<K> {
    /// Does all the upkeep that is due at `now`.
    ///
    /// # Errors
    /// When it could not go on. Nothing is lost, and it is done the next time.
    pub fn tend(&self, now: Timestamp, going: Tending<'_>) -> Result<Upkept, UpkeepError> {
        let mut upkept = self.compact(now, false, going)?;
        if self.keep().is_some() {
            upkept.add(self.retain(now, false)?);
        }
        Ok(upkept)
    }

    /// For how long records are kept; none: for ever.
    pub fn keep(&self) -> Option<Duration> {
        self.shared().keep
    }

    /// Puts in order what a process left that ended amid a compaction, and removes what nobody reads any more.
    pub(crate) fn settle(&self) -> io::Result<()> {
        for day in self.partitions().days()? {
            self.settle_day(day)?;
        }
        self.sweep_away()
    }

    fn settle_day(&self, day: Day) -> io::Result<()> {
        let partition = day.folder();
        let folder = self.folder().join(&partition);
        let names = parquet_names(&folder)?;
        if names.len() < 2 || !names.iter().any(|name| covers::is_compacted(name)) {
            return Ok(());
        }
        let known: Option<BTreeSet<String>> = self.account().known(&partition).map(|known| {
            let names = known.iter().filter_map(|known| known.file.path.split_once('/'));
            names.map(|(_, name)| name.to_owned()).collect()
        });
        let is_known = |name: &String| known.as_ref().is_none_or(|known| known.contains(name));
        for name in names.iter().filter(|name| covers::is_compacted(name)) {
            let covered = covers::of(&folder.join(name));
            let here: Vec<&String> = covered.intersection(&names).collect();
            if is_known(name) {
                // Whatever is known itself is nobody's to remove, whatever a footer says.
                let gone = here.into_iter().filter(|name| known.is_none() || !is_known(name));
                let gone: Vec<PathBuf> = gone.map(|name| folder.join(name)).collect();
                let gone: Vec<PathBuf> =
                    gone.into_iter().filter(|path| !self.leases().is_retired(path)).collect();
                if !gone.is_empty() {
                    self.leases().retire(gone);
                }
            } else if here.iter().any(|name| is_known(name))
                && !self.is_being_compacted(&format!("{partition}/{name}"))
            {
                // It never came to count, and all that is in it is in the others.
                fs::remove_file(folder.join(name))?;
            }
        }
        Ok(())
    }

    /// Removes the files that were replaced and that nobody reads any more.
    pub(crate) fn sweep_away(&self) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        for path in self.leases().released() {
            removed(fs::remove_file(&path))?;
            folders.extend(path.parent().map(ToOwned::to_owned));
        }
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }
}

/// What is not there need not be removed.
fn removed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
