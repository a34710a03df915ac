//! Writes an archive file.

use crate::unfinished::UnfinishedFile;
use crate::{Stretch, digest};
use arrow_array::{ArrayRef, BinaryArray, FixedSizeBinaryArray, RecordBatch, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use countersign_journal::{Entry, Head};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A row group ends after this many entries, or this many bytes of payload. It is the unit that a reader holds in
/// memory.
const GROUP_ENTRIES: usize = 4_096;
const GROUP_BYTES: usize = 8 << 20;

/// The Zstandard level.
const LEVEL: i32 = 3;

/// The footer keys of the format version, and of the head before the first entry.
const FORMAT: (&str, &str) = ("countersign.archive", "1");
const AFTER: &str = "countersign.after";

/// Why a file was not written. No part of it remains.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveWriteError {
    /// An error of the disk.
    #[error(transparent)]
    Disk(#[from] io::Error),
    /// An error of the Parquet library.
    #[error("the archive file could not be written: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// An error of the Arrow library.
    #[error("the archive file could not be written: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// There are no entries.
    #[error("there is no entry to archive")]
    Empty,
    /// An entry does not continue the chain of the previous one.
    #[error("entry {} does not follow entry {}", .found.seq, .after.seq)]
    OutOfOrder {
        /// The previous entry.
        after: Head,
        /// The given entry.
        found: Head,
    },
}

/// A file that was written and is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenArchive {
    /// The entries in it.
    pub stretch: Stretch,
    /// The head after the last entry.
    pub last: Head,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// Size in bytes.
    pub bytes: u64,
    /// The path of the file.
    pub path: PathBuf,
}

/// Writes one file, entry by entry.
pub struct ArchiveWriter {
    writer: ArrowWriter<File>,
    unfinished: UnfinishedFile,
    folder: PathBuf,
    after: Head,
    last: Head,
    group: Vec<Entry>,
    group_bytes: usize,
}

impl ArchiveWriter {
    /// Starts a file in `folder`, which is created if it is missing, for the entries after `after`. Several writers may
    /// work at the same time, also for the same entries: the file of the one that finishes last stays.
    ///
    /// # Errors
    /// If the folder is not writable.
    pub fn begin(folder: &Path, after: Head) -> Result<Self, ArchiveWriteError> {
        private_folder(folder)?;
        let (file, unfinished) = UnfinishedFile::create(folder, after.seq)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_dictionary_enabled(false)
            .set_max_row_group_row_count(Some(GROUP_ENTRIES))
            .build();
        let writer = ArrowWriter::try_new(file, schema(), Some(properties))?;
        let folder = folder.to_owned();
        Ok(Self { writer, unfinished, folder, after, last: after, group: Vec::new(), group_bytes: 0 })
    }

    /// Adds the next entry.
    ///
    /// # Errors
    /// If it is not the next entry, or the disk fails.
    pub fn push(&mut self, entry: Entry) -> Result<(), ArchiveWriteError> {
        if self.last.hash_next(&entry.payload) != entry.hash || self.last.seq.next() != entry.seq {
            return Err(ArchiveWriteError::OutOfOrder { after: self.last, found: entry.head() });
        }
        self.last = entry.head();
        self.group_bytes += entry.payload.len();
        self.group.push(entry);
        if self.group.len() >= GROUP_ENTRIES || self.group_bytes >= GROUP_BYTES {
            self.end_group()?;
        }
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), ArchiveWriteError> {
        if self.group.is_empty() {
            return Ok(());
        }
        let entries = std::mem::take(&mut self.group);
        self.group_bytes = 0;
        let seqs = UInt64Array::from_iter_values(entries.iter().map(|entry| entry.seq.0));
        let hashes = FixedSizeBinaryArray::try_from_iter(entries.iter().map(|entry| entry.hash.0))?;
        let payloads = BinaryArray::from_iter_values(entries.iter().map(|entry| &entry.payload));
        let columns: Vec<ArrayRef> = vec![Arc::new(seqs), Arc::new(hashes), Arc::new(payloads)];
        self.writer.write(&RecordBatch::try_new(schema(), columns)?)?;
        Ok(self.writer.flush()?)
    }

    /// Finishes the file and gives it its name. When this returns, the file is durable.
    ///
    /// # Errors
    /// If there are no entries, or the disk fails.
    pub fn finish(mut self) -> Result<WrittenArchive, ArchiveWriteError> {
        if self.last == self.after {
            return Err(ArchiveWriteError::Empty);
        }
        self.end_group()?;
        for (key, value) in [(FORMAT.0, FORMAT.1.to_owned()), (AFTER, self.after.to_string())] {
            self.writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        // Its lock shows that it is in use, until it has its name.
        let written = self.writer.into_inner()?;
        written.sync_all()?;
        let stretch = Stretch { first: self.after.seq.next(), last: self.last.seq };
        let path = self.folder.join(stretch.file_name());
        let file = digest::open(self.unfinished.path())?;
        let (digest, bytes) = (digest::of(&file)?, file.metadata()?.len());
        fs::rename(self.unfinished.path(), &path)?;
        drop(written);
        File::open(&self.folder)?.sync_all()?;
        Ok(WrittenArchive { stretch, last: self.last, digest, bytes, path })
    }
}

/// Returns the columns: an entry's sequence number, its hash, and its payload as it was appended.
pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("sequence", DataType::UInt64, false),
        Field::new("hash", DataType::FixedSizeBinary(32), false),
        Field::new("payload", DataType::Binary, false),
    ]))
}

/// Creates a folder that only its owner can access, if it is missing.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
