//! Reads Parquet partitions: selects row groups by their statistics and their known texts, reads the few columns of the
//! filter, and only then reads whole rows of the matches.

use crate::cells::{BadCell, Cells, moments_of};
use crate::covers;
use crate::day::Day;
use crate::kind::{KeyOf, KindFiles, LakeRecord as _, RecordKind, RecordTable, at_of, key_of, read_row};
use crate::query::RecordQuery;
use crate::seal;
use crate::texts::{KnownTexts, TextColumn, WantedText};
use crate::{digest, disk};
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use countersign_names::Timestamp;
use parking_lot::Mutex;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection,
};
use parquet::file::metadata::{PageIndexPolicy, RowGroupMetaData};
use parquet::file::statistics::Statistics;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Maximum number of cached footers, so that later queries do not read and check the same files again.
const CACHED: usize = 256;

/// Maximum number of cached digests: each takes a few bytes, and reading a file again costs more.
const REMEMBERED: usize = 16_384;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LakeError {
    #[error("it was removed while it was read: it has expired, or somebody removed it")]
    Gone,
    #[error(transparent)]
    Disk(io::Error),
    #[error("it is not Parquet that this version reads: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("it is not Parquet that this version reads: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    #[error(transparent)]
    Cell(#[from] BadCell),
    #[error("it was damaged after it was written: its checksum differs")]
    Damaged,
    #[error("reading it failed in a way that only a damaged file can explain")]
    Panicked,
    #[error("it differs from its anchor in the journal: restore the original from a copy")]
    Altered,
}

impl From<io::Error> for LakeError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Gone } else { Self::Disk(error) }
    }
}

/// Returns the names of the Parquet files in a partition's folder; empty if the folder does not exist.
pub(crate) fn parquet_names(folder: &Path) -> io::Result<BTreeSet<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries?,
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        // This room creates only names that are valid text.
        let name = entry?.file_name().into_string().ok();
        names.extend(name.filter(|name| name.ends_with(".parquet") && !name.starts_with('.')));
    }
    Ok(names)
}

/// Maximum number of rows of the columns of a filter that are in memory at once. Our row groups have no more.
const FILTERED: usize = 65_536;

/// A row group that may hold matching rows.
#[derive(Clone)]
pub(crate) struct Unit {
    pub(crate) path: PathBuf,
    stamp: Stamp,
    footer: ArrowReaderMetadata,
    group: usize,
    /// A lower bound of the times in it.
    pub(crate) oldest: Timestamp,
    /// An upper bound of the times in it.
    pub(crate) newest: Timestamp,
}

impl std::fmt::Debug for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unit").field("path", &self.path).field("group", &self.group).finish_non_exhaustive()
    }
}

/// Detects that a file has changed. An attacker who changes a file can reset its modification time, but not its change
/// time (`ctime`), which the kernel sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

impl Stamp {
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let about = file.metadata()?;
        let changed = (about.ctime(), about.ctime_nsec());
        Ok(Self { device: about.dev(), inode: about.ino(), length: about.len(), changed })
    }
}

/// The partitions of a folder.
#[derive(Debug)]
pub(crate) struct Partitions {
    folder: PathBuf,
    kind: KindFiles,
    footers: Mutex<HashMap<PathBuf, (Stamp, ArrowReaderMetadata)>>,
    digests: Mutex<HashMap<PathBuf, (Stamp, [u8; 32])>>,
    texts: KnownTexts,
}

/// Runs a Parquet reader and converts a panic into an error. The parser was written for trusted files and may index out
/// of bounds on others, which must not crash the caller.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, LakeError>) -> Result<T, LakeError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(LakeError::Panicked))
}

impl Partitions {
    pub(crate) fn new(folder: PathBuf, kind: KindFiles) -> Self {
        let (footers, digests) = (Mutex::default(), Mutex::default());
        Self { folder, kind, footers, digests, texts: KnownTexts::default() }
    }

    /// Returns the days that have a partition, newest first.
    pub(crate) fn days(&self) -> io::Result<Vec<Day>> {
        let mut days = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            days.extend(entry?.file_name().to_str().and_then(Day::from_folder));
        }
        days.sort_unstable_by(|a, b| b.cmp(a));
        Ok(days)
    }

    /// Returns the files of one table in a day's partition that count, given the anchored files. Empty if the partition
    /// does not exist. Files without the suffix `.parquet` are ignored. Parquet files with unknown names are read as
    /// records, because an administrator who rewrote a partition with another engine would leave such names.
    pub(crate) fn files(
        &self,
        day: Day,
        table: RecordTable,
        known: Option<&BTreeSet<String>>,
    ) -> io::Result<BTreeSet<String>> {
        let folder = self.folder.join(day.folder());
        let names =
            parquet_names(&folder)?.into_iter().filter(|name| self.kind.table_of(name) == table).collect();
        Ok(covers::counting(names, known, |name| covers::of(&folder.join(name))))
    }

    fn footer(&self, path: &Path, file: &File) -> Result<ArrowReaderMetadata, LakeError> {
        Ok(self.stamped(path, file)?.1)
    }

    /// Returns the footer of a file, and what tells that the file has changed since.
    fn stamped(&self, path: &Path, file: &File) -> Result<(Stamp, ArrowReaderMetadata), LakeError> {
        let stamp = Stamp::of(file)?;
        if let Some((known, footer)) = self.footers.lock().get(path)
            && *known == stamp
        {
            return Ok((stamp, footer.clone()));
        }
        let options = ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
        let footer = ArrowReaderMetadata::load(file, options)?;
        if !seal::is_whole(file, footer.metadata().file_metadata())? {
            return Err(LakeError::Damaged);
        }
        let mut footers = self.footers.lock();
        if footers.len() >= CACHED {
            footers.clear();
        }
        footers.insert(path.to_owned(), (stamp, footer.clone()));
        Ok((stamp, footer))
    }

    /// Returns the SHA-256 of a file, cached until the file changes.
    pub(crate) fn digest(&self, path: &Path) -> Result<[u8; 32], LakeError> {
        let file = disk::open(path)?;
        let stamp = Stamp::of(&file)?;
        if let Some((known, digest)) = self.digests.lock().get(path)
            && *known == stamp
        {
            return Ok(*digest);
        }
        let read = digest::of(file, &mut |_| ControlFlow::Continue(()))?;
        let digest = read.ok_or(LakeError::Gone)?;
        let mut digests = self.digests.lock();
        if digests.len() >= REMEMBERED {
            digests.clear();
        }
        digests.insert(path.to_owned(), (stamp, digest));
        Ok(digest)
    }

    /// Returns the number of rows of a file, after its checksum was verified.
    pub(crate) fn rows_of(&self, path: &Path) -> Result<u64, LakeError> {
        let footer = self.footer(path, &disk::open(path)?)?;
        Ok(u64::try_from(footer.metadata().file_metadata().num_rows()).unwrap_or(0))
    }

    /// Returns whether a file has exactly these columns, after its checksum was verified.
    pub(crate) fn has_columns(&self, path: &Path, schema: &Schema) -> Result<bool, LakeError> {
        let footer = self.footer(path, &disk::open(path)?)?;
        let same = |(a, b): (&Arc<Field>, &Arc<Field>)| {
            (a.name(), a.data_type(), a.is_nullable()) == (b.name(), b.data_type(), b.is_nullable())
        };
        let fields = footer.schema().fields();
        Ok(fields.len() == schema.fields().len() && fields.iter().zip(schema.fields()).all(same))
    }

    /// Reads a whole file, in its order.
    pub(crate) fn all(&self, path: &Path) -> Result<ParquetRecordBatchReader, LakeError> {
        let file = disk::open(path)?;
        let footer = self.footer(path, &file)?;
        Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, footer).build()?)
    }

    /// Returns the oldest and the newest time in a file, from its statistics.
    pub(crate) fn span_of(&self, path: &Path) -> Result<(Timestamp, Timestamp), LakeError> {
        let footer = self.footer(path, &disk::open(path)?)?;
        let groups = footer.metadata().row_groups().iter();
        let mut spans = groups.filter_map(|group| {
            span(group, self.kind.rows.time).or_else(|| span(group, self.kind.ends?.table.time))
        });
        let first = spans.next().unwrap_or_default();
        let (first, last) = spans.fold(first, |(a, b), (c, d)| (a.min(c), b.max(d)));
        Ok((Timestamp::from_micros(first), Timestamp::from_micros(last)))
    }

    /// Returns all row groups of a file.
    fn groups(&self, path: &Path) -> Result<Vec<Unit>, LakeError> {
        let (stamp, footer) = self.stamped(path, &disk::open(path)?)?;
        let groups = footer.metadata().row_groups().iter().enumerate();
        let units = groups.map(|(group, about)| {
            let (oldest, newest) = moments(about, self.kind.rows.time);
            Unit { path: path.to_owned(), stamp, footer: footer.clone(), group, oldest, newest }
        });
        Ok(units.collect())
    }

    /// Returns the row groups of a file of records that may hold matching rows.
    pub(crate) fn units(&self, path: &Path, query: &RecordQuery) -> Result<Vec<Unit>, LakeError> {
        guarded(|| {
            let mut units = self.groups(path)?;
            let holds = |unit: &Unit, column: &'static str, text: &str| {
                could_hold(unit.footer.metadata().row_group(unit.group), column, text)
                    && self.texts.could_hold(&unit.column(column), &unit.stamp, text)
            };
            units.retain(|unit| {
                unit.newest >= query.since
                    && unit.oldest < query.until
                    && query.texts.iter().all(|(column, text)| holds(unit, column, text))
            });
            Ok(units)
        })
    }

    /// Returns the matching rows of a row group, newest first, at most `limit`.
    pub(crate) fn rows<K: RecordKind>(
        &self,
        unit: &Unit,
        query: &RecordQuery,
        limit: usize,
    ) -> Result<Vec<K::Row>, LakeError> {
        guarded(|| {
            let is_wanted = self.holding(unit, query)?;
            if !is_wanted.contains(&true) {
                return Ok(Vec::new());
            }
            let mut matching = Vec::new();
            let mut rows = is_wanted.iter().enumerate();
            for batch in unit.read(Some(&[K::FILES.rows.time]), None)? {
                for (at, (index, is_wanted)) in moments_of(K::FILES.rows.time, &batch?)?.zip(rows.by_ref()) {
                    if *is_wanted && at >= query.since && at < query.until {
                        matching.push((at, index));
                    }
                }
            }
            // Select the newest: our files are sorted, but files of other engines may not be.
            matching.sort_unstable_by(|a, b| b.cmp(a));
            matching.truncate(limit);
            let mut wanted: Vec<usize> = matching.into_iter().map(|(_, index)| index).collect();
            wanted.sort_unstable();
            let mut rows = unit.rows_at::<K>(&wanted)?;
            rows.sort_by(newest_first::<K>);
            Ok(rows)
        })
    }

    /// Returns for each row of a row group whether it holds the texts of the query, and keeps which texts the row group
    /// has.
    fn holding(&self, unit: &Unit, query: &RecordQuery) -> Result<Vec<bool>, LakeError> {
        let total = unit.row_count();
        let mut rows = vec![true; total];
        if query.texts.is_empty() {
            return Ok(rows);
        }
        let mut wanted: Vec<_> =
            query.texts.iter().map(|(column, text)| WantedText::new(column, text)).collect();
        let columns: Vec<_> = wanted.iter().map(|wanted| wanted.column).collect();
        let mut rest = rows.as_mut_slice();
        for batch in unit.by_dictionary(&[], &columns, total.clamp(1, FILTERED))? {
            let batch = batch?;
            let (here, after) = rest.split_at_mut_checked(batch.num_rows()).ok_or(LakeError::Damaged)?;
            wanted.iter_mut().try_for_each(|wanted| wanted.narrow(&batch, here))?;
            rest = after;
        }
        // Rows that the footer promised and the pages do not have.
        rest.fill(false);
        for WantedText { column, checksums, .. } in wanted {
            self.texts.keep(unit.column(column), unit.stamp, checksums);
        }
        Ok(rows)
    }

    /// Reads these columns of a row group as one batch, with all text except the keys as dictionary arrays; `None` if
    /// it is empty.
    pub(crate) fn columns(&self, unit: &Unit, columns: &[&str]) -> Result<Option<RecordBatch>, LakeError> {
        guarded(|| {
            let mut whole = unit.by_dictionary(&[self.kind.key], columns, unit.row_count().max(1))?;
            Ok(whole.next().transpose()?)
        })
    }

    /// Returns the row of this key, if the file holds it.
    pub(crate) fn find<K: RecordKind>(
        &self,
        path: &Path,
        key: KeyOf<K>,
    ) -> Result<Option<K::Row>, LakeError> {
        guarded(|| {
            for (unit, indexes) in self.indexes::<K>(path, &HashSet::from([key]))? {
                if let Some(row) = unit.rows_at::<K>(&indexes)?.into_iter().next() {
                    return Ok(Some(row));
                }
            }
            Ok(None)
        })
    }

    /// Returns the ends of these records that the file holds.
    pub(crate) fn ends_of<K: RecordKind>(
        &self,
        path: &Path,
        wanted: &HashSet<KeyOf<K>>,
    ) -> Result<Vec<K::End>, LakeError> {
        guarded(|| {
            let mut found = Vec::new();
            for (unit, indexes) in self.indexes::<K>(path, wanted)? {
                unit.read_ends::<K>(Some(&indexes), &mut found)?;
            }
            Ok(found)
        })
    }

    /// Returns all ends of a file.
    pub(crate) fn ends<K: RecordKind>(&self, path: &Path) -> Result<Vec<K::End>, LakeError> {
        guarded(|| {
            let mut found = Vec::new();
            for unit in self.groups(path)? {
                unit.read_ends::<K>(None, &mut found)?;
            }
            Ok(found)
        })
    }

    /// Returns the row groups and row indexes of these keys in a file.
    fn indexes<K: RecordKind>(
        &self,
        path: &Path,
        wanted: &HashSet<KeyOf<K>>,
    ) -> Result<Vec<(Unit, Vec<usize>)>, LakeError> {
        let mut found = Vec::new();
        for unit in self.groups(path)? {
            let about = unit.footer.metadata().row_group(unit.group);
            let texts: HashSet<String> = wanted
                .iter()
                .map(ToString::to_string)
                .filter(|key| could_hold(about, K::FILES.key, key))
                .collect();
            if texts.is_empty() {
                continue;
            }
            let indexes = unit.indexes_of(K::FILES.key, &texts)?;
            if !indexes.is_empty() {
                found.push((unit, indexes));
            }
        }
        Ok(found)
    }
}

impl Unit {
    fn row_count(&self) -> usize {
        usize::try_from(self.footer.metadata().row_group(self.group).num_rows()).unwrap_or(0)
    }

    fn column(&self, name: &'static str) -> TextColumn {
        (self.path.clone(), self.group, name)
    }

    /// Reads these columns of the row group in batches of so many rows, with all text except that of `plain` as
    /// dictionary arrays.
    fn by_dictionary(
        &self,
        plain: &[&str],
        columns: &[&str],
        rows: usize,
    ) -> Result<ParquetRecordBatchReader, LakeError> {
        let about = Arc::clone(self.footer.metadata());
        let schema = Arc::new(by_dictionary(self.footer.schema(), plain));
        let footer = ArrowReaderMetadata::try_new(about, ArrowReaderOptions::new().with_schema(schema))?;
        let unit = Self { footer, ..self.clone() };
        Ok(unit.reader(Some(columns), None)?.with_batch_size(rows).build()?)
    }

    /// Reads the row group: these columns of it or all, these rows of it (in ascending order) or all.
    pub(crate) fn read(
        &self,
        columns: Option<&[&str]>,
        rows: Option<&[usize]>,
    ) -> Result<ParquetRecordBatchReader, LakeError> {
        Ok(self.reader(columns, rows)?.build()?)
    }

    fn reader(
        &self,
        columns: Option<&[&str]>,
        rows: Option<&[usize]>,
    ) -> Result<ParquetRecordBatchReaderBuilder<File>, LakeError> {
        let file = disk::open(&self.path)?;
        let mut reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.footer.clone())
            .with_row_groups(vec![self.group]);
        if let Some(columns) = columns {
            let mask = ProjectionMask::columns(reader.parquet_schema(), columns.iter().copied());
            reader = reader.with_projection(mask);
        }
        if let Some(rows) = rows {
            let total = self.row_count();
            let ranges = rows.iter().filter(|row| **row < total).map(|row| *row..row + 1);
            reader = reader.with_row_selection(RowSelection::from_consecutive_ranges(ranges, total));
        }
        Ok(reader)
    }

    pub(crate) fn rows_at<K: RecordKind>(&self, indexes: &[usize]) -> Result<Vec<K::Row>, LakeError> {
        let mut rows = Vec::with_capacity(indexes.len());
        if indexes.is_empty() {
            return Ok(rows);
        }
        for batch in self.read(None, Some(indexes))? {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                rows.push(read_row::<K>(Cells::new(&batch, row))?);
            }
        }
        Ok(rows)
    }

    fn read_ends<K: RecordKind>(
        &self,
        rows: Option<&[usize]>,
        found: &mut Vec<K::End>,
    ) -> Result<(), LakeError> {
        for batch in self.read(None, rows)? {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                found.push(K::End::read(Cells::new(&batch, row))?);
            }
        }
        Ok(())
    }

    fn indexes_of(&self, column: &'static str, keys: &HashSet<String>) -> Result<Vec<usize>, LakeError> {
        let mut found = Vec::new();
        let mut index = 0;
        for batch in self.read(Some(&[column]), None)? {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                if Cells::new(&batch, row).text(column)?.is_some_and(|key| keys.contains(key)) {
                    found.push(index);
                }
                index += 1;
            }
        }
        Ok(found)
    }
}

/// Returns the schema with all text except that of `plain` as dictionary arrays, as Parquet stores repeated text.
fn by_dictionary(schema: &Schema, plain: &[&str]) -> Schema {
    fn by_dictionary(field: &Field, plain: &[&str]) -> Field {
        let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let kind = match field.data_type() {
            DataType::Utf8 if !plain.contains(&field.name().as_str()) => text(),
            DataType::List(items) => DataType::List(Arc::new(by_dictionary(items, plain))),
            other => other.clone(),
        };
        field.clone().with_data_type(kind)
    }
    let fields = schema.fields().iter().map(|field| by_dictionary(field, plain));
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
}

/// The order of every listing. Keys break ties, so that every listing has the same order.
pub(crate) fn newest_first<K: RecordKind>(a: &K::Row, b: &K::Row) -> std::cmp::Ordering {
    (at_of::<K>(b), key_of::<K>(b)).cmp(&(at_of::<K>(a), key_of::<K>(a)))
}

fn statistics<'a>(group: &'a RowGroupMetaData, column: &str) -> Option<&'a Statistics> {
    group.columns().iter().find(|chunk| chunk.column_path().string() == column)?.statistics()
}

/// Returns the oldest and the newest time in a row group; all of time if it has no statistics.
fn moments(group: &RowGroupMetaData, time: &str) -> (Timestamp, Timestamp) {
    let (oldest, newest) = span(group, time).unwrap_or((i64::MIN, i64::MAX));
    (Timestamp::from_micros(oldest), Timestamp::from_micros(newest))
}

/// Returns the minimum and maximum of a time column, if the row group has statistics for it.
fn span(group: &RowGroupMetaData, column: &str) -> Option<(i64, i64)> {
    match statistics(group, column)? {
        Statistics::Int64(moments) => moments.min_opt().copied().zip(moments.max_opt().copied()),
        _ => None,
    }
}

/// Returns whether the column may hold this text, according to its minimum and maximum.
fn could_hold(group: &RowGroupMetaData, column: &str, text: &str) -> bool {
    let Some(Statistics::ByteArray(bounds)) = statistics(group, column) else { return true };
    let below = bounds.min_opt().is_some_and(|least| text.as_bytes() < least.data());
    let above = bounds.max_opt().is_some_and(|greatest| text.as_bytes() > greatest.data());
    !(below || above)
}
