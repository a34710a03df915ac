//! Verifies that the bucket holds what it must: compares every copy of this process with its anchor, reading it to its
//! last byte.

use crate::head::HEAD;
use crate::place::WORD;
use crate::read::Sum;
use crate::{Copies, told};
use countersign_bucket::BucketError;
use countersign_facts::EvidenceFile;
use countersign_lake::{Fault, Finding, Lake};
use countersign_names::Timestamp;
use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;

/// Maximum number of findings in the report; the rest are counted.
const NAMED: usize = 1_000;

/// The result of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Number of copies that match their anchors.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Number of files that wait to be copied.
    pub waiting: u64,
    /// Number of copies that are no longer needed, and will be removed soon.
    pub leaving: u64,
    /// The findings, by path in the bucket.
    pub findings: Vec<Finding>,
    /// Number of findings that are not listed.
    pub more: u64,
}

/// A callback with the counts so far and the progress from 0 to 1. It returns whether to continue.
pub type Going<'a> = &'a mut dyn FnMut(&Compared, f64) -> ControlFlow<()>;

/// Why the verification ended early.
enum VerificationEnd {
    Stopped,
    Failed(BucketError),
}

impl From<BucketError> for VerificationEnd {
    fn from(error: BucketError) -> Self {
        Self::Failed(error)
    }
}

impl Copies {
    /// Compares the copies of the days from `since` on with their anchors; `None` if `going` stopped it.
    ///
    /// A store that does not answer is a finding as well. Blocks the calling thread, which must not be one of the
    /// runtime's.
    pub fn verify(&self, lake: &Lake, since: Timestamp, going: Going<'_>) -> Option<Compared> {
        let mut comparing =
            Comparing { copies: self, lake, found: Compared::default(), read: 0, total: 0, going };
        match self.0.runtime.block_on(comparing.run(since)) {
            Ok(()) => Some(comparing.found),
            Err(VerificationEnd::Stopped) => None,
            Err(VerificationEnd::Failed(error)) => {
                comparing.finding("", Fault::Unreadable, told(&error));
                Some(comparing.found)
            }
        }
    }
}

struct Comparing<'a> {
    copies: &'a Copies,
    lake: &'a Lake,
    found: Compared,
    read: u64,
    total: u64,
    going: Going<'a>,
}

impl Comparing<'_> {
    async fn run(&mut self, since: Timestamp) -> Result<(), VerificationEnd> {
        // Read before the bucket is listed: files that are copied after this may be missing from the listing.
        let waiting = self.copies.0.tour.lock().there.clone().unwrap_or_default();
        let mut expected = self.copies.expected();
        expected.retain(|_, file| since <= file.last);
        let folder = format!("{}/", self.copies.0.gate);
        let listed = self.copies.0.bucket.list(&folder).await?;
        let mut there: BTreeMap<String, u64> = BTreeMap::new();
        for listed in listed {
            let Some(path) = listed.key.strip_prefix(&folder) else { continue };
            if self.lake.is_path(path) {
                there.insert(path.to_owned(), listed.bytes);
            } else if path != WORD && path != HEAD {
                let why = "no process creates objects with this name: remove it";
                self.finding(&printable(path), Fault::Added, why);
            }
        }
        self.total = expected.values().map(|file| file.bytes).sum();
        self.surplus(&there).await;
        for file in expected.values() {
            match there.get(&file.path) {
                Some(_) => self.file(file).await?,
                None if waiting.contains_key(&file.path) => self.missing(file),
                None => self.found.waiting += 1,
            }
            self.tell()?;
        }
        Ok(())
    }

    /// Checks the objects that should not exist.
    async fn surplus(&mut self, there: &BTreeMap<String, u64>) {
        // Read again: files may have been compacted or anchored since.
        let expected = self.copies.expected();
        let surplus: Vec<&String> = there.keys().filter(|path| !expected.contains_key(*path)).collect();
        let covered = self.copies.covered(self.lake, &expected, there, &surplus).await;
        for path in surplus {
            if covered.contains(path) || self.lake.has_expired(path) {
                self.found.leaving += 1;
            } else {
                let why = "it has no anchor: find out who put it there, and remove it";
                self.finding(path, Fault::Added, why);
            }
        }
    }

    async fn file(&mut self, file: &EvidenceFile) -> Result<(), VerificationEnd> {
        let mut sum = Sum::of(file.bytes);
        let path = Copies::path(&self.copies.0.gate, &file.path);
        let (mut stopped, before) = (false, self.read);
        let (found, going, total) = (&self.found, &mut self.going, self.total);
        let mut read = before;
        let reading = self.copies.0.bucket.read(&path, file.bytes, |piece| {
            read += piece.len() as u64;
            stopped = going(found, share(read, total)).is_break();
            if stopped { Err(io::Error::other("stopped")) } else { sum.add(piece) }
        });
        let reading = reading.await;
        self.read = before + file.bytes;
        match reading {
            _ if stopped => return Err(VerificationEnd::Stopped),
            _ if sum.is_over => self.altered(file),
            Ok(()) if sum.finish() == Some(*file.digest.as_bytes()) => {
                (self.found.files, self.found.bytes) = (self.found.files + 1, self.found.bytes + file.bytes);
            }
            Ok(()) => self.altered(file),
            Err(BucketError::Missing) => self.missing(file),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn altered(&mut self, file: &EvidenceFile) {
        let why = format!(
            "it differs from its anchor, {} bytes with {} rows: remove it, and the process copies the file again",
            file.bytes, file.rows
        );
        self.finding(&file.path, Fault::Altered, why);
    }

    fn missing(&mut self, file: &EvidenceFile) {
        // A file that was compacted or has expired meanwhile is not missing.
        if self.copies.expected().contains_key(&file.path) {
            let why = "it was copied and is gone; the process copies it again within the hour";
            self.finding(&file.path, Fault::Missing, why);
        }
    }

    fn finding(&mut self, path: &str, fault: Fault, why: impl Into<String>) {
        if self.found.findings.len() < NAMED {
            let path = format!("{}/{}/{path}", self.copies.0.bucket.address(), self.copies.0.gate);
            self.found.findings.push(Finding { path, fault, why: why.into() });
        } else {
            self.found.more += 1;
        }
    }

    fn tell(&mut self) -> Result<(), VerificationEnd> {
        match (self.going)(&self.found, share(self.read, self.total)) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(VerificationEnd::Stopped),
        }
    }
}

fn share(read: u64, total: u64) -> f64 {
    read as f64 / total.max(read).max(1) as f64
}

/// Replaces control characters in an untrusted name, so that it cannot manipulate a terminal.
fn printable(name: &str) -> String {
    name.chars().take(200).map(|c| if c.is_control() { '?' } else { c }).collect()
}
