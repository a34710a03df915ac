//! Parquet files with a checksum that detects damage.
//!
//! The Parquet library writes no checksums of pages, and a flipped bit in a page can read as another value. So the
//! footer's key-value metadata has `countersign.seal`, `<bytes>:<crc32>`, over the bytes before the footer's indexes.
//! Other engines ignore it. A file without it, such as one that another engine compacted, is read unchecked.

use crate::anchors::SealedFile;
use crate::columns;
use crate::covers;
use crate::day::Day;
use crate::digest::Sha256;
use crate::disk::{Disk, DiskFile, sync_folder};
use crate::kind::{KindFiles, LakeRecord as _, RecordKind, RecordRow as _};
use crate::rotate::{RotateError, partition};
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{RecordBatch, cast::AsArray};
use arrow_schema::SchemaRef;
use countersign_names::Timestamp;
use parking_lot::Mutex;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::{FileMetaData, KeyValue};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const KEY: &str = "countersign.seal";
/// The Zstandard level. A higher level doubles the gate's processor time for it and hardly reduces the size.
const LEVEL: i32 = 3;
/// Rows per row group: enough for dictionaries to pay off, few enough to read one for a single record.
const GROUP: usize = 65_536;

/// A file that is being written under a temporary name.
pub(crate) struct Sealed {
    writer: ArrowWriter<Summed>,
    file: SharedFile,
    unfinished: Unfinished,
    path: PathBuf,
    partition: PathBuf,
    files: KindFiles,
    about: SealedFile,
    tally: BTreeMap<&'static str, u64>,
}

/// Removes the temporary file when dropped: without its footer the file is useless, and a full disk needs the space.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After `finish` the file has another name, and this removes nothing.
        drop(fs::remove_file(&self.0));
    }
}

type SharedFile = Arc<Mutex<Box<dyn DiskFile>>>;

/// Computes checksum and digest of everything that is written to the file. The file stays accessible for the final
/// sync.
struct Summed {
    file: SharedFile,
    sum: crc32fast::Hasher,
    digest: Sha256,
    bytes: u64,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.lock().write(bytes)?;
        let taken = bytes.get(..written).unwrap_or_default();
        self.sum.update(taken);
        self.digest.update(taken);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.lock().flush()
    }
}

impl Sealed {
    /// The prefix of unfinished files; other engines and our reader skip names that begin with a dot.
    pub(crate) const UNFINISHED: &str = ".unfinished-";

    pub(crate) fn create(
        disk: &dyn Disk,
        folder: &Path,
        (day, name): (Day, &str),
        files: &KindFiles,
        schema: SchemaRef,
    ) -> Result<Self, RotateError> {
        let partition = partition(folder, day)?;
        let unfinished = Unfinished(partition.join(format!("{}{name}", Self::UNFINISHED)));
        let path = partition.join(format!("{name}.parquet"));
        let file: SharedFile = Arc::new(Mutex::new(disk.create(&unfinished.0)?));
        let sum = crc32fast::Hasher::new();
        let summed = Summed { file: Arc::clone(&file), sum, digest: Sha256::default(), bytes: 0 };
        let writer = ArrowWriter::try_new(summed, schema, Some(properties(files)?))?;
        let about = SealedFile {
            path: format!("{}/{name}.parquet", day.folder()),
            digest: [0; 32],
            bytes: 0,
            rows: 0,
            first: Timestamp::MAX,
            last: Timestamp::from_micros(i64::MIN),
            tally: None,
        };
        let tally = BTreeMap::new();
        Ok(Self { writer, file, unfinished, path, partition, files: *files, about, tally })
    }

    /// Writes records, and counts each under its word.
    pub(crate) fn write_rows<K: RecordKind>(
        &mut self,
        schema: &SchemaRef,
        rows: &[K::Row],
    ) -> Result<(), RotateError> {
        for word in rows.iter().filter_map(|row| row.record().tally()) {
            *self.tally.entry(word).or_default() += 1;
        }
        self.write(&columns::rows_batch_of::<K>(schema, rows)?)
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), RotateError> {
        self.about.rows += batch.num_rows() as u64;
        if let Some((first, last)) = moments(batch, &self.files) {
            (self.about.first, self.about.last) = (self.about.first.min(first), self.about.last.max(last));
        }
        Ok(self.writer.write(batch)?)
    }

    /// Returns the number of rows so far.
    pub(crate) const fn rows(&self) -> u64 {
        self.about.rows
    }

    /// Sets the names of the files that this one replaces.
    pub(crate) fn stand_for(&mut self, covered: &BTreeSet<String>) {
        let names: Vec<&str> = covered.iter().map(String::as_str).collect();
        self.writer.append_key_value_metadata(KeyValue::new(covers::KEY.to_owned(), names.join("\n")));
    }

    /// Makes the file durable under its final name.
    pub(crate) fn finish(mut self) -> Result<SealedFile, RotateError> {
        self.writer.flush()?;
        self.writer.sync()?;
        let summed = self.writer.inner();
        let seal = format!("{}:{:08x}", summed.bytes, summed.sum.clone().finalize());
        self.writer.append_key_value_metadata(KeyValue::new(KEY.to_owned(), seal));
        let summed = self.writer.into_inner()?;
        self.file.lock().sync()?;
        fs::rename(&self.unfinished.0, &self.path)?;
        sync_folder(&self.partition)?;
        let mut about = SealedFile { digest: summed.digest.finish(), bytes: summed.bytes, ..self.about };
        if !self.tally.is_empty() {
            let counted = self.tally.into_iter().map(|(word, rows)| (word.to_owned(), rows));
            about.tally = Some(counted.collect());
        }
        if about.rows == 0 {
            (about.first, about.last) = (Timestamp::from_micros(0), Timestamp::from_micros(0));
        }
        Ok(about)
    }
}

/// Returns the oldest and the newest time of a batch of records or ends.
fn moments(batch: &RecordBatch, files: &KindFiles) -> Option<(Timestamp, Timestamp)> {
    let of_ends = || batch.column_by_name(files.ends?.table.time);
    let column = batch.column_by_name(files.rows.time).or_else(of_ends)?;
    let moments = column.as_primitive_opt::<TimestampMicrosecondType>()?;
    let moments = || moments.iter().flatten().map(Timestamp::from_micros);
    moments().min().zip(moments().max())
}

fn properties(files: &KindFiles) -> Result<WriterProperties, RotateError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_data_page_row_count_limit(8_192)
        .set_max_row_group_row_count(Some(GROUP));
    // Unique values gain nothing from a dictionary. Sorted by time, they differ little from row to row.
    let packed = files.packed.iter().map(|column| (*column, Encoding::DELTA_BINARY_PACKED));
    for (column, encoding) in packed.chain([(files.key, Encoding::DELTA_BYTE_ARRAY)]) {
        let path = ColumnPath::from(column);
        properties =
            properties.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, encoding);
    }
    Ok(properties.build())
}

/// Returns whether the file matches its seal; true if it has none.
pub(crate) fn is_whole(file: &File, metadata: &FileMetaData) -> io::Result<bool> {
    let Some(seal) = seal_of(metadata) else { return Ok(true) };
    let Some((bytes, sum)) = seal.split_once(':') else { return Ok(false) };
    let (Ok(mut left), Ok(sum)) = (bytes.parse::<u64>(), u32::from_str_radix(sum, 16)) else {
        return Ok(false);
    };
    let mut reader = io::BufReader::with_capacity(1 << 16, file.try_clone()?);
    io::Seek::seek(&mut reader, io::SeekFrom::Start(0))?;
    let mut found = crc32fast::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    while left > 0 {
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let got = reader.read(buffer.get_mut(..want).unwrap_or_default())?;
        if got == 0 {
            return Ok(false);
        }
        found.update(buffer.get(..got).unwrap_or_default());
        left -= got as u64;
    }
    Ok(found.finalize() == sum)
}

fn seal_of(metadata: &FileMetaData) -> Option<&str> {
    let pairs = metadata.key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == KEY)?.value.as_deref()
}
