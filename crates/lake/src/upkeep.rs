//! Upkeep: compacts the many small files of a finished day into one, and removes expired days.
//!
//! Each step is anchored before anything is removed, so that a process that is killed at any point leaves every record
//! exactly once. The order is: new file, anchor, removal. The next start cleans up after a killed process.

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

/// How long after a day ends its files are compacted: by then its last records are Parquet.
const SETTLED: Duration = Duration::from_secs(2 * 3_600);

/// What upkeep did to one day, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpkeptDay {
    /// Number of files that were compacted or removed.
    pub files: u64,
    /// Number of rows in them.
    pub rows: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// The size in bytes of the compacted files, if there are any.
    pub bytes_after: Option<u64>,
}

/// What upkeep did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upkept {
    /// The days, as in `2026-11-22`.
    pub days: BTreeMap<String, UpkeptDay>,
    /// What was left alone, with the reason.
    pub skipped: Vec<Skipped>,
}

impl Upkept {
    /// Adds the result of another kind.
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

/// Why upkeep stopped.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// Another upkeep run is active in this process.
    #[error("upkeep of the evidence is in progress already: wait until it has finished")]
    Busy,
    /// The caller stopped it; finished steps stay done.
    #[error("it was stopped before it finished")]
    Stopped,
    /// A step could not be anchored, so it was not done.
    #[error(transparent)]
    NotAnchored(#[from] crate::anchors::NotAnchored),
    /// An error of the file system.
    #[error("the folder of the evidence: {0}")]
    Disk(#[from] io::Error),
}

/// A callback with the number of written rows and the progress from 0 to 1. It returns whether to continue.
pub type Tending<'a> = &'a mut dyn FnMut(u64, f64) -> ControlFlow<()>;

impl<K: RecordKind> RecordStore<K> {
    /// Does all upkeep that is due at `now`.
    ///
    /// # Errors
    /// If it could not continue. Nothing is lost, and the next run continues.
    pub fn tend(&self, now: Timestamp, going: Tending<'_>) -> Result<Upkept, UpkeepError> {
        let mut upkept = self.compact(now, false, going)?;
        if self.keep().is_some() {
            upkept.add(self.retain(now, false)?);
        }
        Ok(upkept)
    }

    /// Returns how long records are retained; `None` means for ever.
    pub fn keep(&self) -> Option<Duration> {
        self.shared().keep
    }

    /// Cleans up after a process that ended during a compaction, and removes replaced files that have no readers.
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
                // An anchored file is never removed here, whatever a footer lists.
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
                // The compacted file never counted, and the originals hold all its records.
                fs::remove_file(folder.join(name))?;
            }
        }
        Ok(())
    }

    /// Removes replaced files that have no readers.
    pub(crate) fn sweep_away(&self) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        for path in self.leases().released() {
            removed(fs::remove_file(&path))?;
            folders.extend(path.parent().map(ToOwned::to_owned));
        }
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }
}

/// Treats a missing file as removed.
fn removed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
