//! The interface to files that are not in this folder: files of other processes, and copies of files that were lost
//! here.
//!
//! This room knows that such copies may exist, and reads them like its own files. The implementation of [`Elsewhere`]
//! finds them and guarantees that a fetched file matches its anchor.

use crate::anchors::SealedFile;
use crate::query::Skipped;
use countersign_names::Timestamp;
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that is stored elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// The process that recorded it.
    pub process: String,
    /// The file as it was when it was anchored.
    pub file: SealedFile,
}

impl Away {
    /// Returns the file name, without the partition.
    pub(crate) fn name(&self) -> &str {
        self.file.path.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the path that messages show.
    fn shown(&self) -> PathBuf {
        Path::new(&self.process).join(&self.file.path)
    }
}

/// A source of copies. The calls may wait for a network, and are made where blocking is allowed.
pub trait Elsewhere: Send + Sync + Debug + 'static {
    /// Returns the name of this process; the source may also have copies of this process's files.
    fn process(&self) -> &str;

    /// Returns the folder of fetched files.
    fn folder(&self) -> &Path;

    /// Returns the partitions in which other processes have files.
    fn partitions(&self) -> Vec<String>;

    /// Returns the files of other processes in a partition that count.
    fn others(&self, partition: &str) -> Vec<Away>;

    /// Returns the other processes of which some records have expired, with the time before which everything has.
    fn gone_before(&self) -> Vec<(String, Timestamp)>;

    /// Fetches a file to this machine, and verifies that it matches its anchor.
    ///
    /// # Errors
    /// If it is unavailable: the reason, for the administrator.
    fn fetch(&self, away: &Away) -> Result<Fetched, String>;
}

/// A fetched file. The file stays in place while this value exists.
#[derive(Clone)]
pub struct Fetched {
    path: PathBuf,
    _held: Arc<dyn Any + Send + Sync>,
}

impl Fetched {
    /// Wraps the file at a path. The file stays in place while `held` exists.
    pub fn new(path: PathBuf, held: Arc<dyn Any + Send + Sync>) -> Self {
        Self { path, _held: held }
    }

    /// Returns the path. The name of the parent folder is the partition.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Debug for Fetched {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fetched").field(&self.path).finish()
    }
}

/// The files that could not be fetched. An unreachable store is one gap per process, not one per file.
#[derive(Debug, Default)]
pub struct Unfetched(BTreeMap<(String, String), UnfetchedFiles>);

#[derive(Debug)]
struct UnfetchedFiles {
    path: PathBuf,
    files: u64,
    rows: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Unfetched {
    /// Notes a file that could not be fetched.
    pub fn note(&mut self, away: &Away, why: String) {
        let file = &away.file;
        let empty =
            || UnfetchedFiles { path: away.shown(), files: 0, rows: 0, first: file.first, last: file.last };
        let gap = self.0.entry((away.process.clone(), why)).or_insert_with(empty);
        (gap.files, gap.rows) = (gap.files + 1, gap.rows + file.rows);
        (gap.first, gap.last) = (gap.first.min(file.first), gap.last.max(file.last));
    }

    /// Returns the gaps, described in words.
    pub fn gaps(self) -> Vec<Skipped> {
        let gap = |((process, why), gap): ((String, String), UnfetchedFiles)| {
            let UnfetchedFiles { files, rows, first, last, path } = gap;
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
