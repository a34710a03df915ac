//! Writing an archive file.

use crate::{Stretch, digest};
use arrow_array::{ArrayRef, BinaryArray, FixedSizeBinaryArray, RecordBatch, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use countersign_journal::{Entry, Head};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A row group ends once it has so many entries, or so many bytes of payload: it is what a reader holds in memory at a time.
const GROUP_ENTRIES: usize = 4_096;
const GROUP_BYTES: usize = 8 << 20;

/// How hard Zstandard tries.
const LEVEL: i32 = 3;

/// Under these keys the file says what it is, and after which entry it goes on.
const FORMAT: (&str, &str) = ("countersign.archive", "1");
const AFTER: &str = "countersign.after";

/// Why a file was not written. Nothing of it is left then.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveWriteError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] io::Error),
    /// The library.
    #[error("the archive file could not be written: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The library.
    #[error("the archive file could not be written: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// No entry was given.
    #[error("there is no entry to archive")]
    Empty,
    /// An entry does not go on where the last one ended.
    #[error("entry {} does not follow entry {}", .found.seq, .after.seq)]
    OutOfOrder {
        /// The entry before.
        after: Head,
        /// The one given.
        found: Head,
    },
}

/// A file that was written, and is on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenArchive {
    /// The entries it holds.
    pub stretch: Stretch,
    /// The last of them.
    pub last: Head,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// Its length in bytes.
    pub bytes: u64,
    /// Where it is.
    pub path: PathBuf,
}

/// Writes one file, entry by entry.
pub struct ArchiveWriter {
    writer: ArrowWriter<File>,
    unfinished: HalfWritten,
    folder: PathBuf,
    after: Head,
    last: Head,
    group: Vec<Entry>,
    group_bytes: usize,
}

/// A file under its temporary name; without its end it is of no use to anybody.
struct HalfWritten(PathBuf);

impl Drop for HalfWritten {
    fn drop(&mut self) {
        // Finished, it has another name and is not here any more.
        drop(fs::remove_file(&self.0));
    }
}

impl ArchiveWriter {
    /// Begins a file in `folder`, which is made when it is missing, for the entries after `after`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn begin(folder: &Path, after: Head) -> Result<Self, ArchiveWriteError> {
        private_folder(folder)?;
        let unfinished = HalfWritten(folder.join(format!(".unfinished-{}", after.seq)));
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished.0)?;
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
    /// When it is not the next, or the disk fails.
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

    /// Ends the file and gives it its name. When this returns, the file is on the disk.
    ///
    /// # Errors
    /// When there is no entry, or the disk fails.
    pub fn finish(mut self) -> Result<WrittenArchive, ArchiveWriteError> {
        if self.last == self.after {
            return Err(ArchiveWriteError::Empty);
        }
        self.end_group()?;
        for (key, value) in [(FORMAT.0, FORMAT.1.to_owned()), (AFTER, self.after.to_string())] {
            self.writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        self.writer.into_inner()?.sync_all()?;
        let stretch = Stretch { first: self.after.seq.next(), last: self.last.seq };
        let path = self.folder.join(stretch.file_name());
        let file = digest::open(&self.unfinished.0)?;
        let (digest, bytes) = (digest::of(&file)?, file.metadata()?.len());
        fs::rename(&self.unfinished.0, &path)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(WrittenArchive { stretch, last: self.last, digest, bytes, path })
    }
}

/// The columns: an entry's place, its hash, and its payload as it was appended.
pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("sequence", DataType::UInt64, false),
        Field::new("hash", DataType::FixedSizeBinary(32), false),
        Field::new("payload", DataType::Binary, false),
    ]))
}

/// A folder that only its owner may enter, made when it is missing.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
