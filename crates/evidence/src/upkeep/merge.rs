//! Several files as one: their rows in order, each once, a bounded number of them in memory.

use crate::cells::Cells;
use crate::columns;
use crate::lake::{Lake, LakeError, Unit, guarded};
use crate::query::Query;
use crate::record::{Completed, Row};
use crate::store::Source;
use arrow_array::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use std::collections::VecDeque;
use std::path::PathBuf;

/// Rows turned into columns at a time, as rotation does.
const CHUNK: usize = 512;

/// The decisions of several files, oldest first. Of their row groups only those are open whose times overlap.
pub(super) struct Merge {
    query: Query,
    /// The youngest first, so that the next is the last.
    units: Vec<Unit>,
    open: Vec<Source>,
    /// The last row, held back until it is known that the next is another.
    held: Option<Row>,
    doubled: u64,
}

impl Merge {
    pub(super) fn open(lake: &Lake, paths: Vec<PathBuf>) -> Result<Self, LakeError> {
        let query = Query { limit: usize::MAX, ..Query::default() };
        let mut units = Vec::new();
        for path in paths {
            units.extend(lake.units(&path, &query)?);
        }
        units.sort_by_key(|unit| std::cmp::Reverse(unit.oldest));
        Ok(Self { query, units, open: Vec::new(), held: None, doubled: 0 })
    }

    /// Records that were met again and left out.
    pub(super) const fn doubled(&self) -> u64 {
        self.doubled
    }

    /// The next rows, as columns; none when there are no more.
    pub(super) fn batch(&mut self) -> Result<Option<RecordBatch>, LakeError> {
        let mut rows = Vec::with_capacity(CHUNK);
        while rows.len() < CHUNK {
            match self.next()? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        if rows.is_empty() { Ok(None) } else { Ok(Some(columns::decisions_batch(&rows)?)) }
    }

    /// The next record. One that is in two files is next to itself, since both are sorted by moment and id.
    fn next(&mut self) -> Result<Option<Row>, LakeError> {
        loop {
            let next = self.pop()?;
            match (&mut self.held, next) {
                (Some(held), Some(next)) if held.decided.id == next.decided.id => {
                    held.completed = held.completed.take().or(next.completed);
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

    fn pop(&mut self) -> Result<Option<Row>, LakeError> {
        loop {
            let oldest = self.open.iter().enumerate().filter_map(|(place, source)| {
                source.peek().map(|row| ((row.decided.at, row.decided.id), place))
            });
            let oldest = oldest.min();
            let opens = match (&oldest, self.units.last()) {
                (Some(((at, _), _)), Some(unit)) => unit.oldest <= *at,
                (None, unit) => unit.is_some(),
                (Some(_), None) => false,
            };
            if opens && let Some(unit) = self.units.pop() {
                self.open.extend(guarded(|| Source::open(unit, &self.query, None))?);
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

/// The ends of accesses of several files, by the ids of their decisions.
pub(super) struct MergedCompletions {
    open: Vec<(ParquetRecordBatchReader, VecDeque<Completed>)>,
    held: Option<Completed>,
    doubled: u64,
}

impl MergedCompletions {
    pub(super) fn open(lake: &Lake, paths: Vec<PathBuf>) -> Result<Self, LakeError> {
        let mut open = Vec::with_capacity(paths.len());
        for path in paths {
            let mut one = (guarded(|| lake.all(&path))?, VecDeque::new());
            fill(&mut one)?;
            open.push(one);
        }
        Ok(Self { open, held: None, doubled: 0 })
    }

    /// Records that were met again and left out.
    pub(super) const fn doubled(&self) -> u64 {
        self.doubled
    }

    /// The next rows, as columns; none when there are no more.
    pub(super) fn batch(&mut self) -> Result<Option<RecordBatch>, LakeError> {
        let mut ends = Vec::with_capacity(CHUNK);
        while ends.len() < CHUNK {
            let next = self.pop()?;
            match (&self.held, next) {
                (Some(held), Some(next)) if held.id == next.id => self.doubled += 1,
                (_, next) => {
                    let done = next.is_none();
                    ends.extend(std::mem::replace(&mut self.held, next));
                    if done {
                        break;
                    }
                }
            }
        }
        if ends.is_empty() { Ok(None) } else { Ok(Some(columns::completions_batch(&ends)?)) }
    }

    fn pop(&mut self) -> Result<Option<Completed>, LakeError> {
        let heads = self.open.iter().enumerate();
        let least = heads.filter_map(|(place, (_, ends))| ends.front().map(|end| (end.id, place))).min();
        let Some((_, place)) = least else { return Ok(None) };
        let Some(one) = self.open.get_mut(place) else { return Ok(None) };
        let end = one.1.pop_front();
        if one.1.is_empty() {
            fill(one)?;
        }
        Ok(end)
    }
}

/// Reads the next ends of a file that has none at hand.
fn fill((reader, ends): &mut (ParquetRecordBatchReader, VecDeque<Completed>)) -> Result<(), LakeError> {
    guarded(|| {
        while ends.is_empty() {
            let Some(batch) = reader.next() else { return Ok(()) };
            let batch = batch?;
            for row in 0..batch.num_rows() {
                ends.push_back(Cells::new(&batch, row).completed()?);
            }
        }
        Ok(())
    })
}
