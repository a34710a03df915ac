//! Compacts the files of a finished day into one file with the same records in the same order, each once.

use super::merge::{Merge, MergedEnds};
use super::{SETTLED, Tending, UpkeepError, Upkept, removed};
use crate::anchors::{KnownFile, SealedFile};
use crate::columns;
use crate::covers;
use crate::day::Day;
use crate::digest;
use crate::kind::{RecordKind, RecordTable};
use crate::partitions::{LakeError, guarded};
use crate::query::Skipped;
use crate::rotate::RotateError;
use crate::seal::Sealed;
use crate::segment;
use crate::store::RecordStore;
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Maximum number of files compacted at a time, because each may be open. A day with more takes several rounds.
const MOST: usize = 256;

/// Why the files of one day were left alone.
#[derive(Debug, thiserror::Error)]
enum LeftAlone {
    #[error("it differs from its anchor; `countersign evidence verify` says more")]
    Altered,
    #[error("its columns are not those of this release")]
    OtherColumns,
    #[error("the file made of {before} rows would have had {after}")]
    Differs { before: u64, after: u64 },
    #[error(transparent)]
    Unreadable(#[from] LakeError),
    #[error(transparent)]
    Unwritable(#[from] RotateError),
}

/// Why a compaction ended early: because of one file of one day, or altogether.
enum CompactionEnd {
    Left(String, LeftAlone),
    Stopped(UpkeepError),
}

impl From<UpkeepError> for CompactionEnd {
    fn from(error: UpkeepError) -> Self {
        Self::Stopped(error)
    }
}

impl<K: RecordKind> RecordStore<K> {
    /// Compacts the files of each day that ended some time before `now`; with `dry_run`, only returns which.
    ///
    /// # Errors
    /// If it could not continue: the caller stopped it, or a step could not be anchored.
    pub fn compact(&self, now: Timestamp, dry_run: bool, going: Tending<'_>) -> Result<Upkept, UpkeepError> {
        let Some(_tending) = self.shared().tending.try_lock() else { return Err(UpkeepError::Busy) };
        self.settle()?;
        let settled = i64::try_from(SETTLED.as_micros()).unwrap_or(i64::MAX);
        let today = Day::of(Timestamp::from_micros(now.as_micros().saturating_sub(settled)));
        let mut upkept = Upkept::default();
        let mut days = self.days(&mut upkept.skipped);
        days.retain(|day| *day < today);
        days.sort_unstable();
        let mut run = Run { store: self, dry_run, upkept, rows: 0, share: 0.0, going };
        let each = 1.0 / (days.len() as f64 * 2.0).max(1.0);
        for day in days {
            for table in RecordTable::ALL {
                run.day(day, table)?;
                run.share += each;
            }
        }
        self.sweep_away()?;
        Ok(run.upkept)
    }
}

struct Run<'a, K: RecordKind> {
    store: &'a RecordStore<K>,
    dry_run: bool,
    upkept: Upkept,
    rows: u64,
    share: f64,
    going: Tending<'a>,
}

impl<K: RecordKind> Run<'_, K> {
    fn tell(&mut self) -> Result<(), UpkeepError> {
        match (self.going)(self.rows, self.share) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(UpkeepError::Stopped),
        }
    }

    fn day(&mut self, day: Day, table: RecordTable) -> Result<(), UpkeepError> {
        loop {
            let files = self.candidates(day, table);
            if files.len() < 2 {
                return Ok(());
            }
            let turn: Vec<SealedFile> = files.iter().take(MOST).cloned().collect();
            if self.dry_run {
                return self.noted(day, &files, None);
            }
            match self.make_one(day, table, &turn) {
                Ok(made) => self.noted(day, &turn, Some(made.bytes))?,
                Err(CompactionEnd::Stopped(error)) => return Err(error),
                Err(CompactionEnd::Left(path, why)) => {
                    tracing::error!(path, %why, "the evidence of a day was not compacted");
                    let path = self.store.folder().join(path);
                    self.upkept.skipped.push(Skipped { path, why: why.to_string() });
                    return Ok(());
                }
            }
        }
    }

    fn noted(&mut self, day: Day, files: &[SealedFile], after: Option<u64>) -> Result<(), UpkeepError> {
        let noted = self.upkept.day(day);
        noted.files += files.len() as u64;
        noted.rows += files.iter().map(|file| file.rows).sum::<u64>();
        noted.bytes += files.iter().map(|file| file.bytes).sum::<u64>();
        noted.bytes_after = match after {
            Some(after) => Some(noted.bytes_after.unwrap_or(0) + after),
            None => noted.bytes_after,
        };
        self.tell()
    }

    /// Returns the files of a day that can be compacted. Files without anchors are left alone because their origin is
    /// unknown. So are files that were anchored twice, because the verification would not find them any more.
    fn candidates(&mut self, day: Day, table: RecordTable) -> Vec<SealedFile> {
        let mut unread = Vec::new();
        let counted = self.store.files(day, table, &mut unread);
        let known = self.store.account().known(&day.folder());
        // While its segment exists, a file may be made again, so it must not be part of another file yet.
        let segments = self.store.segments();
        let segments: BTreeSet<&str> = segments.keys().filter_map(|path| segment::stem(path)).collect();
        let mut files = Vec::new();
        for path in counted {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if K::FILES.stem_of(&name).is_some_and(|stem| segments.contains(stem)) {
                continue;
            }
            let shown = format!("{}/{name}", day.folder());
            match &known {
                Some(known) => files.extend(
                    known
                        .iter()
                        .filter(|known: &&KnownFile| known.file.path == shown && known.before.is_none())
                        .map(|known| known.file.clone()),
                ),
                None => match guarded(|| self.store.sealed(&shown)) {
                    Ok(file) => files.push(file),
                    Err(error) => unread.push(Skipped { path, why: error.to_string() }),
                },
            }
        }
        self.upkept.skipped.extend(unread);
        files
    }

    fn make_one(
        &mut self,
        day: Day,
        table: RecordTable,
        files: &[SealedFile],
    ) -> Result<SealedFile, CompactionEnd> {
        // Check before, so that no work is wasted, and after, so that a file that is altered meanwhile is not adopted.
        self.check(files)?;
        let covered = self.covered(files);
        let name = covers::name(K::FILES.prefix(table).trim_end_matches('-'), &covered);
        let path = format!("{}/{name}.parquet", day.folder());
        *self.store.shared().compacting.lock() = Some(path.clone());
        let made = self.write((day, table), &name, &covered, files).and_then(|made| {
            let discard = |ended| {
                drop(removed(fs::remove_file(self.store.folder().join(&made.path))));
                ended
            };
            self.check(files).map_err(discard)?;
            Ok(made)
        });
        let made = match made {
            Ok(made) => made,
            Err(ended) => {
                *self.store.shared().compacting.lock() = None;
                return Err(ended);
            }
        };
        let replaced: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
        // If this fails, it is unknown whether the anchor was stored. The new file stays: it counts if the anchor
        // exists, and is otherwise made again with the same bytes.
        self.store.account().replace(&made, &replaced).map_err(UpkeepError::from)?;
        *self.store.shared().compacting.lock() = None;
        self.store.leases().retire(replaced.iter().map(|path| self.store.folder().join(path)).collect());
        self.store.sweep_away().map_err(UpkeepError::from)?;
        Ok(made)
    }

    /// Returns the names of the files that the new one replaces: the sources, and the files that the sources replace.
    fn covered(&self, files: &[SealedFile]) -> BTreeSet<String> {
        let mut covered = BTreeSet::new();
        for file in files {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            covered.insert(name.to_owned());
            if covers::is_compacted(name) {
                covered.extend(covers::of(&self.store.folder().join(&file.path)));
            }
        }
        covered
    }

    /// Checks that the files match their anchors.
    fn check(&mut self, files: &[SealedFile]) -> Result<(), CompactionEnd> {
        for file in files {
            let left = |why| CompactionEnd::Left(file.path.clone(), why);
            let (rows, share) = (self.rows, self.share);
            let opened = File::open(self.store.folder().join(&file.path));
            let opened = opened.map_err(|error| left(LakeError::from(error).into()))?;
            let digest = digest::of(opened, &mut |_| (self.going)(rows, share));
            match digest.map_err(|error| left(LakeError::from(error).into()))? {
                None => return Err(UpkeepError::Stopped.into()),
                Some(digest) if digest != file.digest => return Err(left(LeftAlone::Altered)),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn write(
        &mut self,
        (day, table): (Day, RecordTable),
        name: &str,
        covered: &BTreeSet<String>,
        files: &[SealedFile],
    ) -> Result<SealedFile, CompactionEnd> {
        let schema = match table {
            RecordTable::Rows => columns::rows_schema::<K>(),
            RecordTable::Ends => columns::ends_schema::<K>(),
        };
        for file in files {
            let path = self.store.folder().join(&file.path);
            let same = guarded(|| self.store.partitions().has_columns(&path, &schema));
            if !same.map_err(|error| CompactionEnd::Left(file.path.clone(), error.into()))? {
                return Err(CompactionEnd::Left(file.path.clone(), LeftAlone::OtherColumns));
            }
        }
        let partition = day.folder();
        let left = |why: LeftAlone| CompactionEnd::Left(partition.clone(), why);
        let disk = &*self.store.shared().disk;
        let unwritable = |error: RotateError| left(error.into());
        let mut sealed =
            Sealed::create(disk, self.store.folder(), (day, name), &K::FILES, Arc::clone(&schema))
                .map_err(unwritable)?;
        sealed.stand_for(covered);
        let paths = files.iter().map(|file| self.store.folder().join(&file.path)).collect();
        let doubled = match table {
            RecordTable::Rows => {
                let mut merge =
                    Merge::<K>::open(self.store.partitions(), paths).map_err(|error| left(error.into()))?;
                loop {
                    let rows = merge.rows().map_err(|error| left(error.into()))?;
                    if rows.is_empty() {
                        break merge.doubled();
                    }
                    sealed.write_rows::<K>(&schema, &rows).map_err(unwritable)?;
                    self.rows += rows.len() as u64;
                    self.tell()?;
                }
            }
            RecordTable::Ends => {
                let mut ends = MergedEnds::<K>::open(self.store.partitions(), paths)
                    .map_err(|error| left(error.into()))?;
                while let Some(batch) = ends.batch(&schema).map_err(|error| left(error.into()))? {
                    sealed.write(&batch).map_err(unwritable)?;
                    self.rows += batch.num_rows() as u64;
                    self.tell()?;
                }
                ends.doubled()
            }
        };
        let before = files.iter().map(|file| file.rows).sum::<u64>();
        if sealed.rows() + doubled != before {
            return Err(left(LeftAlone::Differs { before, after: sealed.rows() + doubled }));
        }
        sealed.finish().map_err(unwritable)
    }
}
