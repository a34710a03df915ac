//! Verifies that the folder holds what was recorded: compares every file with its anchor, and every frame with its
//! checksum.
//!
//! Meanwhile records are written, segments become Parquet and days are compacted, so a listing may be out of date.
//! Everything that looks wrong is checked again before it is reported, in the order in which a file comes to exist: its
//! segment is noted, the file is there, it is anchored, the segment is removed.

mod late;
mod segments;

pub use late::Unknown;

use crate::day::Day;
use crate::kind::{KindFiles, RecordKind};
use crate::partitions::{guarded, parquet_names};
use crate::store::RecordStore;
use crate::{digest, disk};
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// Maximum number of findings in the report; the rest are counted.
const NAMED: usize = 1_000;

/// A fault of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It differs from its anchor.
    Altered,
    /// It is anchored but missing.
    Missing,
    /// It has no anchor.
    Added,
    /// It was anchored twice with different digests.
    Contested,
    /// Parts of it were changed after they were written.
    Damaged,
    /// The operating system does not allow reading it.
    Unreadable,
}

/// A fault that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The path of the file in the folder.
    pub path: String,
    /// The kind of fault.
    pub fault: Fault,
    /// A description, with the action to take.
    pub why: String,
}

/// The result of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Number of Parquet files that match their anchors.
    pub files: u64,
    /// Number of rows in them.
    pub rows: u64,
    /// Number of segments in which every frame is whole.
    pub segments: u64,
    /// Number of records in them.
    pub records: u64,
    /// Number of files that were anchored some time after they were made: the anchor proves nothing about the time
    /// between.
    pub late: u64,
    /// Number of new files that are not anchored yet; their segments still exist.
    pub waiting: u64,
    /// Number of files that have expired or were compacted, and will be removed soon.
    pub leaving: u64,
    /// The time before which everything has expired.
    pub gone_before: Option<Timestamp>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// Number of findings that are not listed.
    pub more: u64,
}

impl Verified {
    /// Returns whether there are no findings.
    pub const fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    /// Returns the result of one kind, with paths among all kinds.
    pub(crate) fn of(files: &KindFiles, mut found: Self) -> Self {
        for finding in &mut found.findings {
            finding.path = files.within(&finding.path);
        }
        found
    }

    /// Adds the result of another kind.
    pub(crate) fn and(mut self, files: &KindFiles, found: Self) -> Self {
        let other = Self::of(files, found);
        self.count(&other);
        // Everything before a moment has expired only if that is true of each kind.
        self.gone_before = self.gone_before.zip(other.gone_before).map(|(one, other)| one.min(other));
        self.more += other.more;
        for finding in other.findings {
            self.note(finding);
        }
        self
    }

    /// Adds the counts.
    pub(crate) const fn count(&mut self, other: &Self) {
        self.files += other.files;
        self.rows += other.rows;
        self.segments += other.segments;
        self.records += other.records;
        self.late += other.late;
        self.waiting += other.waiting;
        self.leaving += other.leaving;
    }

    fn note(&mut self, finding: Finding) {
        if self.findings.len() < NAMED {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    fn found(&mut self, path: &str, fault: Fault, why: impl Into<String>) {
        self.note(Finding { path: path.to_owned(), fault, why: why.into() });
    }
}

/// A callback with the counts so far and the progress from 0 to 1. It returns whether to continue.
pub type Going<'a> = &'a mut dyn FnMut(&Verified, f64) -> ControlFlow<()>;

impl<K: RecordKind> RecordStore<K> {
    /// Verifies every segment, and every file of the days from `since` on; `None` if `going` stopped it.
    ///
    /// This call reads files: from async code, call it where blocking is allowed.
    pub fn verify(&self, since: Timestamp, going: Going<'_>) -> Option<Verified> {
        let _lease = self.lease();
        // Records in memory are not verified. If the disk fails, the segments are verified as they are.
        drop(self.catch_up());
        let found = Verified { gone_before: self.account().gone_before(), ..Verified::default() };
        let mut verifier = Verifier { store: self, found, read: 0, total: 0, going };
        verifier.run(Day::of(since)).is_continue().then_some(verifier.found)
    }
}

struct Verifier<'a, K: RecordKind> {
    store: &'a RecordStore<K>,
    found: Verified,
    read: u64,
    total: u64,
    going: Going<'a>,
}

impl<K: RecordKind> Verifier<'_, K> {
    fn run(&mut self, since: Day) -> ControlFlow<()> {
        let partitions = self.partitions(since);
        for (partition, names) in &partitions {
            let sizes = names.iter().map(|name| size(&self.store.folder().join(partition).join(name)));
            self.total += sizes.sum::<u64>();
        }
        self.segments()?;
        self.files_outside_partitions();
        for (partition, names) in partitions {
            for name in names {
                self.file(&partition, &name)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Returns the partitions, with the names of the files that exist or are anchored in them.
    fn partitions(&mut self, since: Day) -> Vec<(String, BTreeSet<String>)> {
        let mut days: BTreeSet<Day> = match self.store.partitions().days() {
            Ok(days) => days.into_iter().collect(),
            Err(error) => {
                self.found.found("", Fault::Unreadable, error.to_string());
                BTreeSet::new()
            }
        };
        let known = self.store.account().partitions();
        days.extend(known.iter().filter_map(|name| Day::from_folder(name)));
        let mut partitions = Vec::new();
        for day in days.into_iter().filter(|day| *day >= since) {
            let partition = day.folder();
            let mut names = parquet_names(&self.store.folder().join(&partition)).unwrap_or_else(|error| {
                self.found.found(&partition, Fault::Unreadable, error.to_string());
                BTreeSet::new()
            });
            let known = self.store.account().known(&partition).unwrap_or_default();
            let known = known.iter().filter_map(|known| known.file.path.split_once('/'));
            names.extend(known.map(|(_, name)| name.to_owned()));
            partitions.push((partition, names));
        }
        partitions
    }

    /// Reports Parquet files outside the partitions: another engine that reads the folder may include them.
    fn files_outside_partitions(&mut self) {
        let mut outside = Vec::new();
        let mut look = |folder: &Path, before: &str| {
            let names = parquet_names(folder).unwrap_or_default();
            outside.extend(names.into_iter().map(|name| format!("{before}{name}")));
        };
        look(self.store.folder(), "");
        for entry in fs::read_dir(self.store.folder()).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if Day::from_folder(&name).is_none() && entry.path().is_dir() {
                look(&entry.path(), &format!("{name}/"));
            }
        }
        for path in outside {
            self.found.found(&path, Fault::Added, "this process creates no files in this place: remove it");
        }
    }

    fn file(&mut self, partition: &str, name: &str) -> ControlFlow<()> {
        let path = format!("{partition}/{name}");
        // This order matters: by the time when its segment is no longer noted, the file is anchored.
        let making = self.store.is_being_made(&path, name);
        let digest = match self.digest(&path)? {
            Ok(digest) => digest,
            Err(error) => {
                self.found.found(&path, Fault::Unreadable, error.to_string());
                return ControlFlow::Continue(());
            }
        };
        let account = self.store.account();
        let Some(known) = account.known(partition) else {
            self.by_its_seal(&path, digest.is_some());
            return ControlFlow::Continue(());
        };
        let known = known.into_iter().find(|known| known.file.path == path);
        match (known, digest) {
            (Some(known), Some(digest)) if known.file.digest == digest => {
                self.found.files += 1;
                self.found.rows += known.file.rows;
                self.found.late += u64::from(known.late);
                if known.before.is_some() {
                    let why =
                        "it was anchored twice, with different content: compare it with a copy of your own";
                    self.found.found(&path, Fault::Contested, why);
                }
            }
            (Some(known), Some(_)) => {
                let why = format!(
                    "it differs from its anchor, {} bytes with {} rows: restore the original from a copy",
                    known.file.bytes, known.file.rows
                );
                self.found.found(&path, Fault::Altered, why);
            }
            (Some(known), None) => {
                // The file may have been created, or removed as intended, since the folder was listed.
                if !self.is_here(&path) && self.is_known(partition, &path) {
                    let why = format!("{} rows are lost with it: restore it from a copy", known.file.rows);
                    self.found.found(&path, Fault::Missing, why);
                }
            }
            (None, Some(_)) => self.unknown(partition, &path, making),
            (None, None) => {}
        }
        self.tell()
    }

    /// Classifies an existing file that has no anchor.
    fn unknown(&mut self, partition: &str, path: &str, making: bool) {
        let full = self.store.folder().join(path);
        let expired = Day::from_folder(partition).is_some_and(|day| self.store.has_gone(day));
        if making {
            self.found.waiting += 1;
        } else if expired || self.store.leases().is_retired(&full) || self.is_covered(partition, path) {
            self.found.leaving += 1;
        } else if full.exists() {
            let why = "it has no anchor: remove it, or anchor it with `countersign evidence anchor`";
            self.found.found(path, Fault::Added, why);
        }
    }

    /// Verifies a file by its own checksum, if there are no anchors. The checksum finds damage, not malice.
    fn by_its_seal(&mut self, path: &str, here: bool) {
        if !here {
            return;
        }
        match guarded(|| self.store.partitions().rows_of(&self.store.folder().join(path))) {
            Ok(rows) => {
                self.found.files += 1;
                self.found.rows += rows;
            }
            Err(error) => self.found.found(path, Fault::Damaged, error.to_string()),
        }
    }

    /// Returns whether another file replaces it: it was compacted, and will be removed soon.
    fn is_covered(&self, partition: &str, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        let folder = self.store.folder().join(partition);
        let known = self.store.account().known(partition).unwrap_or_default();
        known.iter().filter(|known| crate::covers::is_compacted(&known.file.path)).any(|known| {
            let covering = known.file.path.rsplit('/').next().unwrap_or_default();
            crate::covers::of(&folder.join(covering)).contains(name)
        })
    }

    fn is_here(&self, path: &str) -> bool {
        self.store.folder().join(path).exists()
    }

    fn is_known(&self, partition: &str, path: &str) -> bool {
        let known = self.store.account().known(partition).unwrap_or_default();
        known.iter().any(|known| known.file.path == path)
    }

    /// Computes the digest of a file; `None` if the file does not exist.
    fn digest(&mut self, path: &str) -> ControlFlow<(), io::Result<Option<[u8; 32]>>> {
        let file = match disk::open(&self.store.folder().join(path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return ControlFlow::Continue(Ok(None));
            }
            Err(error) => return ControlFlow::Continue(Err(error)),
            Ok(file) => file,
        };
        let mut going = |bytes| {
            self.read += bytes;
            (self.going)(&self.found, share(self.read, self.total))
        };
        match digest::of(file, &mut going) {
            Ok(None) => ControlFlow::Break(()),
            read => ControlFlow::Continue(read),
        }
    }

    fn tell(&mut self) -> ControlFlow<()> {
        (self.going)(&self.found, share(self.read, self.total))
    }
}

fn share(read: u64, total: u64) -> f64 {
    read as f64 / total.max(read).max(1) as f64
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |about| about.len())
}
