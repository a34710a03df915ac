//! Adds the ends of records whose rows lack them, because the end came when the record was already in a file.

use super::reading::{Reading, blocking};
use countersign_lake::columns::joined_ends_batch;
use countersign_lake::{Away, KeyOf, LakeRecord as _, RecordKind, Skipped, Unfetched};
use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, BooleanArray, RecordBatch};
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

type EndsByKey<K> = HashMap<KeyOf<K>, <K as RecordKind>::End>;

/// The known ends, a few days at a time.
pub(super) struct EndLookup<K: RecordKind> {
    /// From segments.
    recent: EndsByKey<K>,
    /// The files with ends, by the day of the records' keys.
    files: BTreeMap<Date, Vec<PathBuf>>,
    /// The files of them that only others have.
    away: BTreeMap<Date, Vec<Away>>,
    unfetched: Unfetched,
    /// The contents of the files of these days.
    read: BTreeMap<Date, EndsByKey<K>>,
    memory: MemoryReservation,
}

impl<K: RecordKind> EndLookup<K> {
    pub(super) fn new(recent: Vec<K::End>, memory: MemoryReservation) -> Result<Self> {
        memory.try_grow(size::<K>(recent.len()))?;
        let recent = recent.into_iter().map(|end| (end.key(), end)).collect();
        let (files, away, read) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { recent, files, away, unfetched: Unfetched::default(), read, memory })
    }

    /// Adds files with ends.
    pub(super) fn are_in(&mut self, files: Vec<PathBuf>) {
        for file in files {
            if let Some(day) = day_of(&file) {
                self.files.entry(day).or_default().push(file);
            }
        }
    }

    /// Adds files with ends that only others have.
    pub(super) fn are_away(&mut self, files: Vec<Away>) {
        for away in files {
            if let Some(day) = day_of(Path::new(&away.file.path)) {
                self.away.entry(day).or_default().push(away);
            }
        }
    }

    /// Returns the gaps: files that could not be fetched.
    pub(super) fn gaps(self) -> Vec<Skipped> {
        self.unfetched.gaps()
    }

    /// Adds the ends to the rows of this file, if the query selects them.
    pub(super) async fn join(
        &mut self,
        batch: RecordBatch,
        reading: &Reading<K>,
        file: &Path,
    ) -> Result<RecordBatch> {
        let schema = batch.schema();
        let Some(table) = K::FILES.ends.map(|ends| ends.table) else { return Ok(batch) };
        let (Ok(first), Some(ids)) = (schema.index_of(table.time), batch.column_by_name(K::FILES.key)) else {
            return Ok(batch);
        };
        let (Some(ended), Some(ids)) = (batch.columns().get(first), ids.as_string_opt::<i32>()) else {
            return Ok(batch);
        };
        if !reading.wanted.has_ends() || ended.null_count() == 0 {
            return Ok(batch);
        }
        self.read_around(file, reading).await?;
        let ends: Vec<Option<&K::End>> = (0..batch.num_rows())
            .map(|row| (ended.is_null(row)).then(|| self.of(ids.value(row))).flatten())
            .collect();
        if ends.iter().all(Option::is_none) {
            return Ok(batch);
        }
        let joined = BooleanArray::from_iter(ends.iter().map(|end| Some(end.is_some())));
        let told = joined_ends_batch::<K>(&ends)?;
        let column = |(field, own): (&Arc<_>, &ArrayRef)| -> Result<ArrayRef> {
            let field: &Arc<datafusion::arrow::datatypes::Field> = field;
            match told.column_by_name(field.name()) {
                Some(told) => Ok(zip(&joined, told, own)?),
                None => Ok(Arc::clone(own)),
            }
        };
        let columns = schema.fields().iter().zip(batch.columns()).map(column).collect::<Result<Vec<_>>>()?;
        Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?)
    }

    fn of(&self, key: &str) -> Option<&K::End> {
        let key: KeyOf<K> = key.parse().ok()?;
        self.recent.get(&key).or_else(|| self.read.values().find_map(|known| known.get(&key)))
    }

    /// Reads the possible ends of a file's records, and forgets those of earlier files.
    async fn read_around(&mut self, file: &Path, reading: &Reading<K>) -> Result<()> {
        let Some(day) = day_of(file) else { return Ok(()) };
        // A key is generated just before its time stamp, so midnight may be in between. Keys without a time are stored
        // under the first day of the epoch.
        let first = jiff::civil::date(1970, 1, 1);
        let near = [day.yesterday().unwrap_or(day), day, day.tomorrow().unwrap_or(day), first];
        let gone: Vec<Date> = self.read.keys().filter(|read| !near.contains(read)).copied().collect();
        for day in gone {
            let forgotten = self.read.remove(&day).unwrap_or_default();
            self.memory.shrink(size::<K>(forgotten.len()).min(self.memory.size()));
        }
        for day in near {
            if self.read.contains_key(&day) {
                continue;
            }
            let mut known = EndsByKey::<K>::new();
            let mut paths = self.files.get(&day).cloned().unwrap_or_default();
            let mut held = Vec::new();
            for away in self.away.get(&day).into_iter().flatten() {
                match reading.fetch(away).await? {
                    Ok(fetched) => {
                        paths.push(fetched.path().to_owned());
                        held.push(fetched);
                    }
                    Err(why) => self.unfetched.note(away, why),
                }
            }
            for path in paths {
                let store = reading.store.clone();
                match blocking(move || store.ends_in(&path)).await? {
                    Ok(ends) => {
                        self.memory.try_grow(size::<K>(ends.len()))?;
                        known.extend(ends.into_iter().map(|end| (end.key(), end)));
                    }
                    Err(gap) => reading.note(gap),
                }
            }
            self.read.insert(day, known);
        }
        Ok(())
    }
}

/// Estimates the memory of this many ends in bytes.
const fn size<K: RecordKind>(ends: usize) -> usize {
    ends * size_of::<(KeyOf<K>, K::End)>() * 2
}

/// Returns the day of the partition that contains a file.
fn day_of(file: &Path) -> Option<Date> {
    file.parent()?.file_name()?.to_str()?.strip_prefix("dt=")?.parse().ok()
}
