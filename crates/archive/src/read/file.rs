//! One archive file, read one row group at a time.
//!
//! Nothing in a file is trusted: a name, a number of rows or a page may be forged. Entries must continue the chain,
//! which the journal checks. The Parquet parser was written for trusted files and may panic on others; such panics are
//! converted to errors here.

use crate::digest::{self, FileVersion};
use crate::{Stretch, write};
use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt64Type;
use countersign_journal::{ArchiveError, MAX_PAYLOAD_BYTES, Seq, StoredEntry};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// More rows than a row group of ours has: a file with more was not written by us.
const MOST_ROWS: i64 = 65_536;

/// An open file.
pub struct ArchiveFile {
    path: PathBuf,
    version: FileVersion,
    file: File,
    footer: ArrowReaderMetadata,
    /// The first entry of each row group.
    firsts: Vec<Seq>,
    /// The row group that was read last.
    group: Option<(usize, Vec<StoredEntry>)>,
}

impl ArchiveFile {
    pub fn open(path: &Path, stretch: Stretch) -> Result<Self, ArchiveError> {
        let failed = |error: std::io::Error| ArchiveError::Away(format!("{}: {error}", path.display()));
        let file = digest::open(path).map_err(failed)?;
        let version = FileVersion::of(&file).map_err(failed)?;
        let footer = guarded(path, || Ok(ArrowReaderMetadata::load(&file, Default::default())?))?;
        if footer.schema().fields() != write::schema().fields() {
            return Err(unreadable(path, "its columns are not those of an archive"));
        }
        let (mut firsts, mut next) = (Vec::new(), stretch.first.0);
        for group in footer.metadata().row_groups() {
            let rows = u64::try_from(group.num_rows()).ok().filter(|_| group.num_rows() <= MOST_ROWS);
            let rows = rows.ok_or_else(|| unreadable(path, "a row group says more rows than one has"))?;
            firsts.push(Seq(next));
            next = next.saturating_add(rows);
        }
        Ok(Self { path: path.to_owned(), version, file, footer, firsts, group: None })
    }

    /// Returns whether this is the file that is now at a path.
    pub fn is(&self, path: &Path) -> bool {
        self.path == path
            && digest::open(path)
                .and_then(|file| FileVersion::of(&file))
                .is_ok_and(|version| version == self.version)
    }

    /// Checks that the file has this version, and was not changed since it was opened.
    pub fn check_version(&self, version: FileVersion) -> Result<(), ArchiveError> {
        let now = FileVersion::of(&self.file).ok();
        if version == self.version && now == Some(version) {
            return Ok(());
        }
        Err(unreadable(&self.path, "it was changed while it was read"))
    }

    /// Returns the entries of the row group with this entry, starting from it; empty if there is no such row group.
    pub fn group_from(&mut self, seq: Seq) -> Result<&[StoredEntry], ArchiveError> {
        let after = self.firsts.partition_point(|first| *first <= seq);
        let Some((group, first)) = after.checked_sub(1).and_then(|at| Some((at, *self.firsts.get(at)?)))
        else {
            return Ok(&[]);
        };
        if self.group.as_ref().is_none_or(|(read, _)| *read != group) {
            let entries = self.read(group)?;
            self.check_version(self.version)?;
            self.group = Some((group, entries));
        }
        let within = usize::try_from(seq.0 - first.0).unwrap_or(usize::MAX);
        let entries = self.group.as_ref().and_then(|(_, entries)| entries.get(within..));
        Ok(entries.unwrap_or_default())
    }

    fn read(&self, group: usize) -> Result<Vec<StoredEntry>, ArchiveError> {
        let read = || {
            let file = self.file.try_clone()?;
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.footer.clone());
            let mut entries = Vec::new();
            for batch in builder.with_row_groups(vec![group]).build()? {
                let batch = batch?;
                let [seqs, hashes, payloads] = batch.columns() else {
                    return Err("a column is missing".into());
                };
                let seqs = seqs.as_primitive_opt::<UInt64Type>().ok_or("its sequences are no numbers")?;
                let hashes = hashes.as_fixed_size_binary_opt().ok_or("its hashes are no bytes")?;
                let payloads = payloads.as_binary_opt::<i32>().ok_or("its payloads are no bytes")?;
                for ((seq, hash), payload) in seqs.iter().zip(hashes.iter()).zip(payloads.iter()) {
                    let (Some(seq), Some(hash), Some(payload)) = (seq, hash, payload) else {
                        return Err("a value is missing".into());
                    };
                    if payload.len() > MAX_PAYLOAD_BYTES {
                        return Err(format!("entry {seq} is longer than an entry is").into());
                    }
                    entries.push(StoredEntry {
                        seq: i64::try_from(seq)?,
                        hash: hash.to_vec(),
                        payload: payload.to_vec(),
                    });
                }
            }
            Ok(entries)
        };
        guarded(&self.path, read)
    }
}

type ReadFailure = Box<dyn std::error::Error + Send + Sync>;

fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, ReadFailure>) -> Result<T, ArchiveError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|why| unreadable(path, &why.to_string())),
        Err(_) => Err(unreadable(path, "reading it failed in a way that only a damaged file can explain")),
    }
}

fn unreadable(path: &Path, why: &str) -> ArchiveError {
    let path = path.display();
    ArchiveError::Altered(format!("the archive file {path} cannot be read: {why}; put it back from a copy"))
}
