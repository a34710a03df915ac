//! Removes expired records, whole days at a time, after the expiry is anchored.

use super::{UpkeepError, Upkept, removed};
use crate::anchors::SealedFile;
use crate::day::Day;
use crate::digest;
use crate::disk::sync_folder;
use crate::kind::RecordKind;
use crate::partitions::parquet_names;
use crate::query::Skipped;
use crate::store::RecordStore;
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::ops::ControlFlow;

impl<K: RecordKind> RecordStore<K> {
    /// Removes the days that ended, at `now`, longer ago than the retention time; with `dry_run`, only returns which. A
    /// reader that needs one of their files reports that the file is gone.
    ///
    /// # Errors
    /// If the expiry could not be anchored; then nothing is removed.
    pub fn retain(&self, now: Timestamp, dry_run: bool) -> Result<Upkept, UpkeepError> {
        let mut upkept = Upkept::default();
        let Some(keep) = self.keep() else { return Ok(upkept) };
        let Some(_tending) = self.shared().tending.try_lock() else { return Err(UpkeepError::Busy) };
        let keep = i64::try_from(keep.as_micros()).unwrap_or(i64::MAX);
        let first = Day::of(Timestamp::from_micros(now.as_micros().saturating_sub(keep)));
        if self.account().gone_before().is_some_and(|gone| Day::of(gone) > first) {
            return Ok(upkept);
        }
        let mut going: Vec<SealedFile> = Vec::new();
        for day in self.days_before(first)? {
            for file in self.all_of(day, &mut upkept.skipped)? {
                let noted = upkept.day(day);
                noted.files += 1;
                (noted.rows, noted.bytes) = (noted.rows + file.rows, noted.bytes + file.bytes);
                going.push(file);
            }
        }
        if dry_run || going.is_empty() {
            return Ok(upkept);
        }
        self.account().expire(first.start(), &going)?;
        let mut partitions = BTreeSet::new();
        for file in &going {
            removed(fs::remove_file(self.folder().join(&file.path)))?;
            partitions.extend(file.path.split_once('/').map(|(partition, _)| partition));
        }
        for partition in partitions {
            // Fails, as intended, if the folder holds files of other programs.
            drop(fs::remove_dir(self.folder().join(partition)));
        }
        sync_folder(self.folder())?;
        Ok(upkept)
    }

    fn days_before(&self, first: Day) -> Result<BTreeSet<Day>, UpkeepError> {
        let mut days: BTreeSet<Day> = self.partitions().days()?.into_iter().collect();
        days.extend(self.account().partitions().iter().filter_map(|name| Day::from_folder(name)));
        days.retain(|day| *day < first);
        Ok(days)
    }

    /// Returns every file of a day, anchored or not. A file that cannot be read has no digest, and is removed all the
    /// same.
    fn all_of(&self, day: Day, skipped: &mut Vec<Skipped>) -> Result<Vec<SealedFile>, UpkeepError> {
        let partition = day.folder();
        let known = self.account().known(&partition).unwrap_or_default();
        let mut files: Vec<SealedFile> = known.into_iter().map(|known| known.file).collect();
        for name in parquet_names(&self.folder().join(&partition))? {
            let path = format!("{partition}/{name}");
            if files.iter().any(|file| file.path == path) {
                continue;
            }
            let full = self.folder().join(&path);
            let read = File::open(&full).and_then(|file| {
                let bytes = file.metadata()?.len();
                Ok((bytes, digest::of(file, &mut |_| ControlFlow::Continue(()))?.unwrap_or_default()))
            });
            let (bytes, digest) = read.unwrap_or_else(|error| {
                skipped.push(Skipped { path: full.clone(), why: format!("it goes unread: {error}") });
                (0, [0; 32])
            });
            let (first, last) = (day.start(), day.start());
            files.push(SealedFile { path, digest, bytes, rows: 0, first, last, tally: None });
        }
        Ok(files)
    }
}
