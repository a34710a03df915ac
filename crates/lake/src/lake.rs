//! All kinds of records of one process, for code that treats them alike: upkeep, verification, copies.
//!
//! The first kind uses the folder itself. Every other kind has a folder of its own within it, with the kind's name.
//! Each kind anchors its files under its own name: the first kind under the name of the process, every other kind under
//! the process and the kind, such as `edge-1/flows`.

use crate::anchors::Anchors;
use crate::elsewhere::{Away, Elsewhere, Fetched};
use crate::kind::{KindFiles, RecordKind};
use crate::store::{Lent, RecordStore};
use crate::upkeep::{Tending, UpkeepError, Upkept};
use crate::verify::{Going, Unknown, Verified};
use countersign_names::Timestamp;
use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The files of one kind. The calls read files: from async code, call them where blocking is allowed.
pub trait RecordFiles: Debug + Send + Sync + 'static {
    /// Returns the names and layout of the files.
    fn files(&self) -> &'static KindFiles;

    /// Returns the folder of the files.
    fn folder(&self) -> &Path;

    /// Returns the anchors of the files.
    fn account(&self) -> &dyn Anchors;

    /// See [`RecordStore::elsewhere`].
    fn elsewhere(&self) -> Option<&dyn Elsewhere>;

    /// See [`RecordStore::fetch`].
    ///
    /// # Errors
    /// If the file is unavailable, with the reason.
    fn fetch(&self, away: &Away) -> Result<Fetched, String>;

    /// See [`RecordStore::lend`].
    fn lend(&self) -> Lent;

    /// See [`RecordStore::compact`].
    ///
    /// # Errors
    /// Those of that function.
    fn compact(&self, now: Timestamp, dry_run: bool, going: Tending<'_>) -> Result<Upkept, UpkeepError>;

    /// See [`RecordStore::retain`].
    ///
    /// # Errors
    /// Those of that function.
    fn retain(&self, now: Timestamp, dry_run: bool) -> Result<Upkept, UpkeepError>;

    /// Returns whether records of this kind expire.
    fn is_expiring(&self) -> bool;

    /// See [`RecordStore::verify`].
    fn verify(&self, since: Timestamp, going: Going<'_>) -> Option<Verified>;

    /// See [`RecordStore::unanchored`].
    fn unanchored(&self, going: Going<'_>) -> Option<Unknown>;

    /// See [`RecordStore::unanchored_count`].
    fn unanchored_count(&self) -> usize;

    /// See [`RecordStore::open`].
    ///
    /// # Errors
    /// Those of the operating system.
    fn open(&self, path: &str) -> io::Result<File>;

    /// See [`RecordStore::replaced_files`].
    fn replaced_files(&self, path: &str) -> Vec<String>;

    /// See [`RecordStore::has_expired`].
    fn has_expired(&self, path: &str) -> bool;
}

impl<K: RecordKind> RecordFiles for RecordStore<K> {
    fn files(&self) -> &'static KindFiles {
        &K::FILES
    }

    fn folder(&self) -> &Path {
        Self::folder(self)
    }

    fn account(&self) -> &dyn Anchors {
        self.anchors()
    }

    fn elsewhere(&self) -> Option<&dyn Elsewhere> {
        Self::elsewhere(self)
    }

    fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        Self::fetch(self, away)
    }

    fn lend(&self) -> Lent {
        Self::lend(self)
    }

    fn compact(&self, now: Timestamp, dry_run: bool, going: Tending<'_>) -> Result<Upkept, UpkeepError> {
        Self::compact(self, now, dry_run, going)
    }

    fn retain(&self, now: Timestamp, dry_run: bool) -> Result<Upkept, UpkeepError> {
        Self::retain(self, now, dry_run)
    }

    fn is_expiring(&self) -> bool {
        self.keep().is_some()
    }

    fn verify(&self, since: Timestamp, going: Going<'_>) -> Option<Verified> {
        Self::verify(self, since, going)
    }

    fn unanchored(&self, going: Going<'_>) -> Option<Unknown> {
        Self::unanchored(self, going)
    }

    fn unanchored_count(&self) -> usize {
        Self::unanchored_count(self)
    }

    fn open(&self, path: &str) -> io::Result<File> {
        Self::open(self, path)
    }

    fn replaced_files(&self, path: &str) -> Vec<String> {
        Self::replaced_files(self, path)
    }

    fn has_expired(&self, path: &str) -> bool {
        Self::has_expired(self, path)
    }
}

/// All kinds that a process records. Clones share the same stores.
#[derive(Debug, Clone)]
pub struct Lake(Arc<[Arc<dyn RecordFiles>]>);

impl<K: RecordKind> From<RecordStore<K>> for Lake {
    fn from(store: RecordStore<K>) -> Self {
        Self::new(vec![Arc::new(store)])
    }
}

impl Lake {
    /// Creates a lake of these kinds.
    pub fn new(kinds: Vec<Arc<dyn RecordFiles>>) -> Self {
        Self(kinds.into())
    }

    /// Iterates over the kinds.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = &dyn RecordFiles> {
        self.0.iter().map(|kind| &**kind)
    }

    /// Returns the kind of this name, if the lake has it.
    pub fn kind(&self, name: &str) -> Option<&dyn RecordFiles> {
        self.kinds().find(|kind| kind.files().name == name)
    }

    /// Returns whether the records of any kind expire.
    pub fn is_expiring(&self) -> bool {
        self.kinds().any(RecordFiles::is_expiring)
    }

    /// Does all upkeep that is due at `now`, for every kind.
    ///
    /// # Errors
    /// If the upkeep of one kind failed. Nothing is lost, and the next run continues.
    pub fn tend(&self, now: Timestamp, going: Tending<'_>) -> Result<Upkept, UpkeepError> {
        let mut upkept = self.compact(now, false, going)?;
        upkept.add(self.retain(now, false)?);
        Ok(upkept)
    }

    /// Compacts the files of each finished day into one, for every kind.
    ///
    /// # Errors
    /// Those of [`RecordStore::compact`]. Days that were compacted before the error stay compacted.
    pub fn compact(&self, now: Timestamp, dry_run: bool, going: Tending<'_>) -> Result<Upkept, UpkeepError> {
        let (mut upkept, mut before) = (Upkept::default(), 0);
        for (kind, part) in self.parts() {
            let mut rows = 0;
            let done = kind.compact(now, dry_run, &mut |written, share| {
                rows = written;
                going(before + written, part.of(share))
            });
            upkept.add(done?);
            before += rows;
        }
        Ok(upkept)
    }

    /// Removes expired days, for every kind that has a retention time.
    ///
    /// # Errors
    /// Those of [`RecordStore::retain`]. Days that were removed before the error stay removed.
    pub fn retain(&self, now: Timestamp, dry_run: bool) -> Result<Upkept, UpkeepError> {
        let mut upkept = Upkept::default();
        for kind in self.kinds().filter(|kind| kind.is_expiring()) {
            upkept.add(kind.retain(now, dry_run)?);
        }
        Ok(upkept)
    }

    /// Verifies the files of every kind; `None` if `going` stopped the run.
    pub fn verify(&self, since: Timestamp, going: Going<'_>) -> Option<Verified> {
        let mut verified: Option<Verified> = None;
        for (kind, part) in self.parts() {
            // The progress report needs only the counts, not the findings.
            let mut before = Verified::default();
            verified.iter().for_each(|verified| before.count(verified));
            let found = kind.verify(since, &mut |found, share| {
                let mut all = before.clone();
                all.count(found);
                going(&all, part.of(share))
            })?;
            verified = Some(match verified {
                Some(verified) => verified.and(kind.files(), found),
                None => Verified::of(kind.files(), found),
            });
        }
        Some(verified.unwrap_or_default())
    }

    /// Returns the number of files of all kinds that have no anchor.
    pub fn unanchored_count(&self) -> usize {
        self.kinds().map(RecordFiles::unanchored_count).sum()
    }

    /// Opens a file by its path among all kinds.
    ///
    /// # Errors
    /// Those of the operating system, or that no kind has files with such a path.
    pub fn open(&self, path: &str) -> io::Result<File> {
        let (kind, path) = self.of_path(path).ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, "no kind of record has files of this path")
        })?;
        kind.open(path)
    }

    /// Returns the paths among all kinds of the files that this file replaces.
    pub fn replaced_files(&self, path: &str) -> Vec<String> {
        let Some((kind, path)) = self.of_path(path) else { return Vec::new() };
        kind.replaced_files(path).iter().map(|path| kind.files().within(path)).collect()
    }

    /// Returns whether the whole day of a path among all kinds has expired.
    pub fn has_expired(&self, path: &str) -> bool {
        self.of_path(path).is_some_and(|(kind, path)| kind.has_expired(path))
    }

    /// Returns whether some kind has files with such a path. The path may come from an untrusted source.
    pub fn is_path(&self, path: &str) -> bool {
        self.of_path(path).is_some()
    }

    /// Returns the kind to which a path among all kinds belongs, and the path in that kind's folder.
    fn of_path<'a>(&self, path: &'a str) -> Option<(&dyn RecordFiles, &'a str)> {
        let within = |kind: &dyn RecordFiles| {
            let files = kind.files();
            files.strip(path).filter(|path| files.is_path(path))
        };
        self.kinds().find_map(|kind| Some((kind, within(kind)?)))
    }

    /// Iterates over the kinds, each with its part of the whole run.
    fn parts(&self) -> impl Iterator<Item = (&dyn RecordFiles, KindShare)> {
        let kinds = self.kinds().len();
        self.kinds().enumerate().map(move |(place, kind)| (kind, KindShare { place, kinds }))
    }
}

/// The part of one kind in a run over all kinds.
#[derive(Clone, Copy)]
struct KindShare {
    place: usize,
    kinds: usize,
}

impl KindShare {
    /// Returns the progress of the whole run, from 0 to 1, given the progress of this part.
    fn of(self, share: f64) -> f64 {
        (self.place as f64 + share) / self.kinds as f64
    }
}
