//! Files that are not in this folder: those that other processes keep, and those that were lost here, as copies that
//! somebody else has.
//!
//! This room knows that there may be such copies and reads them like its own files. Where they are, and that what is handed
//! over is what was anchored, is somebody else's promise: [`Elsewhere`] is all that is asked of them.

use crate::anchors::SealedFile;
use crate::query::Skipped;
use countersign_names::Timestamp;
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that is kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// The process whose evidence it is.
    pub process: String,
    /// What it was when it was anchored.
    pub file: SealedFile,
}

impl Away {
    /// Its name, without its partition.
    pub(crate) fn name(&self) -> &str {
        self.file.path.rsplit('/').next().unwrap_or_default()
    }

    /// Where it is shown to be.
    fn shown(&self) -> PathBuf {
        Path::new(&self.process).join(&self.file.path)
    }
}

/// Whoever has copies of files. Its calls may wait for a network, and are made where blocking is fine.
pub trait Elsewhere: Send + Sync + Debug + 'static {
    /// The name of this process, whose own files there are copies of too.
    fn process(&self) -> &str;

    /// The folder in which fetched files lie.
    fn folder(&self) -> &Path;

    /// The partitions in which other processes keep files.
    fn partitions(&self) -> Vec<String>;

    /// The files that other processes keep in a partition, and that count.
    fn others(&self, partition: &str) -> Vec<Away>;

    /// The other processes of whose records some have expired, with the moment before which they have.
    fn gone_before(&self) -> Vec<(String, Timestamp)>;

    /// A file, in this machine's reach and as it was anchored.
    ///
    /// # Errors
    /// When it cannot be had: why, for the person who looks after the installation.
    fn fetch(&self, away: &Away) -> Result<Fetched, String>;
}

/// A file that was fetched. It stays where it is for as long as this is held.
#[derive(Clone)]
pub struct Fetched {
    path: PathBuf,
    _held: Arc<dyn Any + Send + Sync>,
}

impl Fetched {
    /// The file at a path, which stays while `held` is.
    pub fn new(path: PathBuf, held: Arc<dyn Any + Send + Sync>) -> Self {
        Self { path, _held: held }
    }

    /// Where it is. The folder around it is named for its partition.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Debug for Fetched {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fetched").field(&self.path).finish()
    }
}

/// The files that could not be had. A store that is away is one gap for each process, not one for each of its files.
#[derive(Debug, Default)]
pub struct Unfetched(BTreeMap<(String, String), Gap>);

#[derive(Debug)]
struct Gap {
    path: PathBuf,
    files: u64,
    rows: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Unfetched {
    /// Takes note of one.
    pub fn note(&mut self, away: &Away, why: String) {
        let file = &away.file;
        let empty = || Gap { path: away.shown(), files: 0, rows: 0, first: file.first, last: file.last };
        let gap = self.0.entry((away.process.clone(), why)).or_insert_with(empty);
        (gap.files, gap.rows) = (gap.files + 1, gap.rows + file.rows);
        (gap.first, gap.last) = (gap.first.min(file.first), gap.last.max(file.last));
    }

    /// What was not read, in words.
    pub fn gaps(self) -> Vec<Skipped> {
        let gap = |((process, why), gap): ((String, String), Gap)| {
            let Gap { files, rows, first, last, path } = gap;
            if files == 1 {
                let why = format!("{rows} rows of {process} from {first} to {last} were not read: {why}");
                return Skipped { path, why };
            }
            let why = format!("{rows} rows in {files} files from {first} to {last} were not read: {why}");
            Skipped { path: PathBuf::from(process), why }
        };
        self.0.into_iter().map(gap).collect()
    }
}
