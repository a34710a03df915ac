//! Merges several files: returns their rows in order, each once, with a bounded number in memory.

use crate::cells::Cells;
use crate::columns;
use crate::kind::{LakeRecord as _, RecordKind, RecordRow as _, at_of, key_of};
use crate::partitions::{LakeError, Partitions, Unit, guarded};
use crate::query::RecordQuery;
use crate::store::RowGroupReader;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use std::collections::VecDeque;
use std::path::PathBuf;

/// Number of rows read at a time and converted to columns, as in rotation.
const CHUNK: usize = 512;

/// The records of several files, oldest first. Only row groups whose time spans overlap are open.
pub(super) struct Merge<K: RecordKind> {
    query: RecordQuery,
    /// Sorted newest first, so that the next is the last element.
    units: Vec<Unit>,
    open: Vec<RowGroupReader<K>>,
    /// The last row, held back until the next row is known to have another key.
    held: Option<K::Row>,
    doubled: u64,
}

impl<K: RecordKind> Merge<K> {
    pub(super) fn open(partitions: &Partitions, paths: Vec<PathBuf>) -> Result<Self, LakeError> {
        let query = RecordQuery { limit: usize::MAX, ..RecordQuery::default() };
        let mut units = Vec::new();
        for path in paths {
            units.extend(partitions.units(&path, &query)?);
        }
        units.sort_by_key(|unit| std::cmp::Reverse(unit.oldest));
        Ok(Self { query, units, open: Vec::new(), held: None, doubled: 0 })
    }

    /// Returns the number of duplicate records that were left out.
    pub(super) const fn doubled(&self) -> u64 {
        self.doubled
    }

    /// Returns the next rows; none if there are no more.
    pub(super) fn rows(&mut self) -> Result<Vec<K::Row>, LakeError> {
        let mut rows = Vec::with_capacity(CHUNK);
        while rows.len() < CHUNK {
            match self.next()? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }

    /// Returns the next record. Duplicates are adjacent, because all files are sorted by time and key.
    fn next(&mut self) -> Result<Option<K::Row>, LakeError> {
        loop {
            let next = self.pop()?;
            match (&mut self.held, next) {
                (Some(held), Some(mut next)) if key_of::<K>(held) == key_of::<K>(&next) => {
                    let end = held.end_mut().take().or_else(|| next.end_mut().take());
                    *held.end_mut() = end;
                    self.doubled += 1;
                }
                (held, next) => {
                    let done = next.is_none();
                    let ready = std::mem::replace(held, next);
                    if ready.is_some() || done {
                        return Ok(ready);
                    }
                }
            }
        }
    }

    fn pop(&mut self) -> Result<Option<K::Row>, LakeError> {
        loop {
            let oldest = self.open.iter().enumerate().filter_map(|(place, source)| {
                source.peek().map(|row| ((at_of::<K>(row), key_of::<K>(row)), place))
            });
            let oldest = oldest.min();
            let opens = match (&oldest, self.units.last()) {
                (Some(((at, _), _)), Some(unit)) => unit.oldest <= *at,
                (None, unit) => unit.is_some(),
                (Some(_), None) => false,
            };
            if opens && let Some(unit) = self.units.pop() {
                self.open.extend(guarded(|| RowGroupReader::open(unit, &self.query, None))?);
                continue;
            }
            let Some((_, place)) = oldest else { return Ok(None) };
            let Some(source) = self.open.get_mut(place) else { return Ok(None) };
            let row = guarded(|| source.take())?;
            if source.peek().is_none() {
                self.open.swap_remove(place);
            }
            return Ok(row);
        }
    }
}

/// The ends of several files, by their keys.
pub(super) struct MergedEnds<K: RecordKind> {
    open: Vec<(ParquetRecordBatchReader, VecDeque<K::End>)>,
    held: Option<K::End>,
    doubled: u64,
}

impl<K: RecordKind> MergedEnds<K> {
    pub(super) fn open(partitions: &Partitions, paths: Vec<PathBuf>) -> Result<Self, LakeError> {
        let mut open = Vec::with_capacity(paths.len());
        for path in paths {
            let mut one = (guarded(|| partitions.all(&path))?, VecDeque::new());
            fill::<K>(&mut one)?;
            open.push(one);
        }
        Ok(Self { open, held: None, doubled: 0 })
    }

    /// Returns the number of duplicate ends that were left out.
    pub(super) const fn doubled(&self) -> u64 {
        self.doubled
    }

    /// Returns the next ends, as columns; `None` if there are no more.
    pub(super) fn batch(&mut self, schema: &SchemaRef) -> Result<Option<RecordBatch>, LakeError> {
        let mut ends = Vec::with_capacity(CHUNK);
        while ends.len() < CHUNK {
            let next = self.pop()?;
            match (&self.held, next) {
                (Some(held), Some(next)) if held.key() == next.key() => self.doubled += 1,
                (_, next) => {
                    let done = next.is_none();
                    ends.extend(std::mem::replace(&mut self.held, next));
                    if done {
                        break;
                    }
                }
            }
        }
        if ends.is_empty() { Ok(None) } else { Ok(Some(columns::ends_batch::<K>(schema, &ends)?)) }
    }

    fn pop(&mut self) -> Result<Option<K::End>, LakeError> {
        let heads = self.open.iter().enumerate();
        let least = heads.filter_map(|(place, (_, ends))| ends.front().map(|end| (end.key(), place))).min();
        let Some((_, place)) = least else { return Ok(None) };
        let Some(one) = self.open.get_mut(place) else { return Ok(None) };
        let end = one.1.pop_front();
        if one.1.is_empty() {
            fill::<K>(one)?;
        }
        Ok(end)
    }
}

/// Reads the next ends of a file that has none at hand.
fn fill<K: RecordKind>(
    (reader, ends): &mut (ParquetRecordBatchReader, VecDeque<K::End>),
) -> Result<(), LakeError> {
    guarded(|| {
        while ends.is_empty() {
            let Some(batch) = reader.next() else { return Ok(()) };
            let batch = batch?;
            for row in 0..batch.num_rows() {
                ends.push_back(K::End::read(Cells::new(&batch, row))?);
            }
        }
        Ok(())
    })
}
