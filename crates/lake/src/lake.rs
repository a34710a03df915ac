//! All kinds of records that one process keeps, for whoever treats them alike: upkeep, verification, copies.
//!
//! The first kind lies in the folder itself, and every other in a folder of its own within it, named for the kind. Each kind
//! has an account of its own with whoever anchors its files: that of the process, and for every other kind the process and the
//! kind, as `edge-1/flows`.

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

/// The files of one kind. Its calls read files: from async code call them where blocking is fine.
pub trait RecordFiles: Debug + Send + Sync + 'static {
    /// How they are named and laid out.
    fn files(&self) -> &'static KindFiles;

    /// The folder in which they lie.
    fn folder(&self) -> &Path;

    /// Who keeps account of them.
    fn account(&self) -> &dyn Anchors;

    /// As [`RecordStore::elsewhere`].
    fn elsewhere(&self) -> Option<&dyn Elsewhere>;

    /// As [`RecordStore::fetch`].
    ///
    /// # Errors
    /// When it cannot be had: why.
    fn fetch(&self, away: &Away) -> Result<Fetched, String>;

    /// As [`RecordStore::lend`].
    fn lend(&self) -> Lent;

    /// As [`RecordStore::compact`].
    ///
    /// # Errors
    /// As that.
    fn compact(&self, now: Timestamp, dry_run: bool, going: Tending<'_>) -> Result<Upkept, UpkeepError>;

    /// As [`RecordStore::retain`].
    ///
    /// # Errors
    /// As that.
    fn retain(&self, now: Timestamp, dry_run: bool) -> Result<Upkept, UpkeepError>;

    /// Whether there is a time after which records of this kind expire.
    fn is_expiring(&self) -> bool;

    /// As [`RecordStore::verify`].
    fn verify(&self, since: Timestamp, going: Going<'_>) -> Option<Verified>;

    /// As [`RecordStore::unanchored`].
    fn unanchored(&self, going: Going<'_>) -> Option<Unknown>;

    /// As [`RecordStore::strangers`].
    fn strangers(&self) -> usize;

    /// As [`RecordStore::open`].
    ///
    /// # Errors
    /// The system's.
    fn open(&self, path: &str) -> io::Result<File>;

    /// As [`RecordStore::stands_for`].
    fn stands_for(&self, path: &str) -> Vec<String>;

    /// As [`RecordStore::has_expired`].
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

    fn strangers(&self) -> usize {
        Self::strangers(self)
    }

    fn open(&self, path: &str) -> io::Result<File> {
        Self::open(self, path)
    }

    fn stands_for(&self, path: &str) -> Vec<String> {
        Self::stands_for(self, path)
    }

    fn has_expired(&self, path: &str) -> bool {
        Self::has_expired(self, path)
    }
}

/// All kinds that a process keeps. Clones are handles to the same.
#[derive(Debug, Clone)]
pub struct Lake(Arc<[Arc<dyn RecordFiles>]>);

impl<K: RecordKind> From<RecordStore<K>> for Lake {
    fn from(store: RecordStore<K>) -> Self {
        Self::new(vec![Arc::new(store)])
    }
}

impl Lake {
    /// These kinds.
    pub fn new(kinds: Vec<Arc<dyn RecordFiles>>) -> Self {
        Self(kinds.into())
    }

    /// Each of them.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = &dyn RecordFiles> {
        self.0.iter().map(|kind| &**kind)
    }

    /// The kind of this name, if it is one of them.
    pub fn kind(&self, name: &str) -> Option<&dyn RecordFiles> {
        self.kinds().find(|kind| kind.files().name == name)
    }

    /// Whether there is a kind whose records expire.
    pub fn is_expiring(&self) -> bool {
        self.kinds().any(RecordFiles::is_expiring)
    }

    /// Does all the upkeep that is due at `now`, of each kind.
    ///
    /// # Errors
    /// When it could not go on with one. Nothing is lost, and it is done the next time.
    pub fn tend(&self, now: Timestamp, going: Tending<'_>) -> Result<Upkept, UpkeepError> {
        let mut upkept = self.compact(now, false, going)?;
        upkept.add(self.retain(now, false)?);
        Ok(upkept)
    }

    /// Makes the files of each finished day one, of each kind.
    ///
    /// # Errors
    /// As [`RecordStore::compact`]; what was done by then stays done.
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

    /// Removes what is too old, of each kind that has such a time.
    ///
    /// # Errors
    /// As [`RecordStore::retain`]; what was done by then stays done.
    pub fn retain(&self, now: Timestamp, dry_run: bool) -> Result<Upkept, UpkeepError> {
        let mut upkept = Upkept::default();
        for kind in self.kinds().filter(|kind| kind.is_expiring()) {
            upkept.add(kind.retain(now, dry_run)?);
        }
        Ok(upkept)
    }

    /// Verifies the files of each kind. None when it was broken off.
    pub fn verify(&self, since: Timestamp, going: Going<'_>) -> Option<Verified> {
        let mut verified: Option<Verified> = None;
        for (kind, part) in self.parts() {
            // Only the figures: whoever is told how far it is needs no findings yet.
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

    /// How many files of any kind there are that nobody anchored.
    pub fn strangers(&self) -> usize {
        self.kinds().map(RecordFiles::strangers).sum()
    }

    /// A file, by its path among all kinds.
    ///
    /// # Errors
    /// The system's; or that no kind has such files.
    pub fn open(&self, path: &str) -> io::Result<File> {
        let (kind, path) = self.of_path(path).ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, "no kind of record has files of this path")
        })?;
        kind.open(path)
    }

    /// The paths among all kinds of the files in whose place one stands.
    pub fn stands_for(&self, path: &str) -> Vec<String> {
        let Some((kind, path)) = self.of_path(path) else { return Vec::new() };
        kind.stands_for(path).iter().map(|path| kind.files().within(path)).collect()
    }

    /// Whether everything of the day to which a path among all kinds belongs has expired.
    pub fn has_expired(&self, path: &str) -> bool {
        self.of_path(path).is_some_and(|(kind, path)| kind.has_expired(path))
    }

    /// Whether a path is one that files of some kind have, whoever says so.
    pub fn is_path(&self, path: &str) -> bool {
        self.of_path(path).is_some()
    }

    /// The kind to which a path among all kinds belongs, and the path in that kind's folder.
    fn of_path<'a>(&self, path: &'a str) -> Option<(&dyn RecordFiles, &'a str)> {
        let within = |kind: &dyn RecordFiles| {
            let files = kind.files();
            files.strip(path).filter(|path| files.is_path(path))
        };
        self.kinds().find_map(|kind| Some((kind, within(kind)?)))
    }

    /// The kinds, each with the part of the whole that it is.
    fn parts(&self) -> impl Iterator<Item = (&dyn RecordFiles, Part)> {
        let kinds = self.kinds().len();
        self.kinds().enumerate().map(move |(place, kind)| (kind, Part { place, kinds }))
    }
}

/// Which part of a run over all kinds one kind is.
#[derive(Clone, Copy)]
struct Part {
    place: usize,
    kinds: usize,
}

impl Part {
    /// How far the whole run is.
    fn of(self, share: f64) -> f64 {
        (self.place as f64 + share) / self.kinds as f64
    }
}
