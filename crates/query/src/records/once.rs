//! Returns each record exactly once, although it may occur twice: in a segment and in the file converted from it
//! meanwhile, or in a rewritten file and in those that it replaces.
//!
//! Two copies of a record have the same time stamp. So keys are compared only where the time spans of files overlap,
//! and remembered for one day: files of different days share no record.

use super::file::FileError;
use countersign_lake::{KeyOf, RecordKind};
use countersign_names::Timestamp;
use datafusion::arrow::array::{Array as _, AsArray as _, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::common::DataFusionError;
use datafusion::execution::memory_pool::MemoryReservation;
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// The records already returned of one day.
pub(super) struct Once<'a, K: RecordKind> {
    /// Records from segments; these are never taken from files.
    recent: &'a HashSet<KeyOf<K>>,
    met: HashSet<KeyOf<K>>,
    /// The time spans that more than one file covers, in order and disjoint.
    contested: Vec<RangeInclusive<Timestamp>>,
    memory: MemoryReservation,
}

impl<'a, K: RecordKind> Once<'a, K> {
    pub(super) fn new(
        recent: &'a HashSet<KeyOf<K>>,
        files: &[(PathBuf, RangeInclusive<Timestamp>)],
        others: impl Iterator<Item = RangeInclusive<Timestamp>>,
        memory: MemoryReservation,
    ) -> Self {
        let spans = files.iter().map(|(_, span)| span.clone()).chain(others).collect();
        Self { recent, met: HashSet::new(), contested: contested(spans), memory }
    }

    /// Returns whether a file with this time span may contain a record that is also elsewhere.
    pub(super) fn is_contested(&self, span: &RangeInclusive<Timestamp>) -> bool {
        self.contested.iter().any(|time| time.start() <= span.end() && span.start() <= time.end())
    }

    /// Removes the rows that were already returned.
    pub(super) fn keep(&mut self, batch: RecordBatch) -> Result<RecordBatch, FileError> {
        let missing = || FileError::File("it lacks the columns that tell records apart".to_owned());
        let ids = batch
            .column_by_name(K::FILES.key)
            .and_then(|ids| ids.as_string_opt::<i32>())
            .ok_or_else(missing)?;
        let moments = batch.column_by_name(K::FILES.rows.time).ok_or_else(missing)?;
        let moments = moments.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(missing)?;
        let before = self.met.len();
        let mut kept = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            if ids.is_null(row) || moments.is_null(row) {
                return Err(FileError::File("a record of it has no key or no moment".to_owned()));
            }
            let at = Timestamp::from_micros(moments.value(row));
            kept.push(!self.is_contested(&(at..=at)) || self.is_new(ids.value(row))?);
        }
        let more = (self.met.len() - before) * size_of::<KeyOf<K>>() * 2;
        self.memory.try_grow(more).map_err(FileError::Question)?;
        if kept.iter().all(|kept| *kept) {
            return Ok(batch);
        }
        Ok(filter_record_batch(&batch, &BooleanArray::from(kept)).map_err(DataFusionError::from)?)
    }

    fn is_new(&mut self, key: &str) -> Result<bool, FileError> {
        let key: KeyOf<K> =
            key.parse().map_err(|_| FileError::File("a key in it is that of no record".to_owned()))?;
        Ok(!self.recent.contains(&key) && self.met.insert(key))
    }
}

/// Returns the time spans that at least two of `spans` cover, in order and disjoint.
fn contested(mut spans: Vec<RangeInclusive<Timestamp>>) -> Vec<RangeInclusive<Timestamp>> {
    spans.sort_by_key(|span| *span.start());
    let mut contested: Vec<RangeInclusive<Timestamp>> = Vec::new();
    let mut covered: Option<Timestamp> = None;
    for span in spans {
        if let Some(end) = covered.filter(|end| span.start() <= end) {
            let shared = *span.start()..=end.min(*span.end());
            match contested.last_mut() {
                Some(last) if shared.start() <= last.end() => {
                    *last = *last.start()..=(*last.end()).max(*shared.end());
                }
                _ => contested.push(shared),
            }
        }
        covered = Some(covered.map_or(*span.end(), |end| end.max(*span.end())));
    }
    contested
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_times_with_two_files_are_contested() {
        let check = |spans: &[(i64, i64)], expected: &[(i64, i64)]| {
            let range = |(from, to): &(i64, i64)| Timestamp::from_micros(*from)..=Timestamp::from_micros(*to);
            let found = contested(spans.iter().map(range).collect());
            assert_eq!(found, expected.iter().map(range).collect::<Vec<_>>(), "{spans:?}");
        };
        check(&[], &[]);
        check(&[(1, 5)], &[]);
        check(&[(1, 5), (6, 9)], &[]);
        check(&[(6, 9), (1, 6)], &[(6, 6)]);
        check(&[(1, 9), (2, 3), (5, 6)], &[(2, 3), (5, 6)]);
        check(&[(1, 9), (2, 5), (4, 6)], &[(2, 6)]);
        check(&[(1, 9), (1, 9)], &[(1, 9)]);
        check(&[(1, 3), (2, 8), (7, 9)], &[(2, 3), (7, 8)]);
    }
}
