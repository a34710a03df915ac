//! Reads segments that are not Parquet yet. An index of each segment is cached and grows with the file, so that a query
//! does not read the segment again from its beginning.

use crate::disk;
use crate::frame;
use crate::kind::{KeyOf, LakeRecord as _, Payload, RecordKind, RecordRow as _, key_of};
use crate::query::{RecordQuery, Skipped};
use crate::queue::Length;
use crate::segment;
use crate::wire::Unreadable;
use countersign_names::Timestamp;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy)]
struct RecordPlace<Key> {
    at: Timestamp,
    key: Key,
    /// The position of the payload.
    offset: u64,
    length: usize,
    salt: u32,
}

/// The index of one segment.
#[derive(Debug)]
struct SegmentIndex<K: RecordKind> {
    salt: Option<u32>,
    /// How far the segment was read: the end of the last whole frame.
    end: u64,
    records: Vec<RecordPlace<KeyOf<K>>>,
    ends: HashMap<KeyOf<K>, K::End>,
    why_partial: Option<String>,
}

impl<K: RecordKind> Default for SegmentIndex<K> {
    fn default() -> Self {
        Self { salt: None, end: 0, records: Vec::new(), ends: HashMap::new(), why_partial: None }
    }
}

impl<K: RecordKind> SegmentIndex<K> {
    /// Reads what was appended since the last call.
    fn grow(&mut self, file: &File) -> io::Result<()> {
        let length = file.metadata()?.len();
        if length < self.end {
            *self = Self::default();
        }
        if self.salt.is_none() {
            let mut header = [0; frame::HEADER];
            if length < header.len() as u64 {
                return Ok(());
            }
            file.read_exact_at(&mut header, 0)?;
            self.salt = frame::salt_of(K::FILES.magic, &header);
            self.end = frame::HEADER as u64;
        }
        let Some(salt) = self.salt else {
            self.why_partial = Some("its first bytes are not those of a segment".to_owned());
            return Ok(());
        };
        let mut bytes = vec![0; usize::try_from(length - self.end).unwrap_or(0)];
        file.read_exact_at(&mut bytes, self.end)?;
        let scan = frame::scan(&bytes, salt);
        if !scan.damaged.is_empty() {
            self.why_partial = Some(format!("{} stretches of it are damaged", scan.damaged.len()));
        }
        for payload in scan.payloads {
            let offset = self.end + payload.start as u64;
            let Some(payload) = bytes.get(payload) else { continue };
            if self.note(payload, offset, salt).is_err() {
                self.why_partial =
                    Some("it holds records of a version that this one does not read".to_owned());
            }
        }
        self.end += scan.end as u64;
        Ok(())
    }

    fn note(&mut self, payload: &[u8], offset: u64, salt: u32) -> Result<(), Unreadable> {
        let seen = K::peek(payload)?;
        if !seen.is_end {
            self.records.push(RecordPlace {
                at: seen.at,
                key: seen.key,
                offset,
                length: payload.len(),
                salt,
            });
        } else if let Payload::End(end) = K::read(payload)? {
            self.ends.insert(end.key(), end);
        }
        Ok(())
    }
}

/// The segments of a folder.
#[derive(Debug)]
pub(crate) struct Tail<K: RecordKind> {
    folder: PathBuf,
    indexes: Mutex<HashMap<PathBuf, SegmentIndex<K>>>,
}

impl<K: RecordKind> Tail<K> {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, indexes: Mutex::default() }
    }

    /// Updates the indexes, and returns what they do not cover.
    fn refresh(&self, indexes: &mut HashMap<PathBuf, SegmentIndex<K>>) -> Vec<Skipped> {
        let paths = match segment::list(&self.folder) {
            Ok(paths) => paths,
            Err(error) => return vec![Skipped { path: self.folder.clone(), why: error.to_string() }],
        };
        indexes.retain(|path, _| paths.contains(path));
        let mut skipped = Vec::new();
        for path in paths {
            let index = indexes.entry(path.clone()).or_default();
            let why = match disk::open(&path).and_then(|file| index.grow(&file)) {
                Ok(()) => index.why_partial.clone(),
                // Converted since the folder was listed: its rows are in Parquet now, which is read after this.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    indexes.remove(&path);
                    None
                }
                Err(error) => Some(error.to_string()),
            };
            skipped.extend(why.map(|why| Skipped { path, why }));
        }
        skipped
    }

    /// Returns the record and its end, as far as the segments hold them.
    pub(crate) fn find(&self, key: KeyOf<K>) -> (Option<K::Row>, Option<K::End>, Vec<Skipped>) {
        let mut indexes = self.indexes.lock();
        let mut skipped = self.refresh(&mut indexes);
        let end = indexes.values().find_map(|index| index.ends.get(&key).cloned());
        let places = indexes.iter().filter_map(|(path, index)| {
            index.records.iter().find(|place| place.key == key).map(|place| (path, *place))
        });
        for (path, place) in places {
            match read::<K>(path, &place) {
                Ok(row) => return (row, end, skipped),
                Err(why) => skipped.extend(why.map(|why| Skipped { path: path.clone(), why })),
            }
        }
        (None, end, skipped)
    }

    /// Returns the newest matching rows, newest first, at most `query.limit`, without their ends.
    pub(crate) fn list(&self, query: &RecordQuery) -> (Vec<K::Row>, Vec<Skipped>) {
        let mut indexes = self.indexes.lock();
        let mut skipped = self.refresh(&mut indexes);
        let mut places: Vec<_> = within(&indexes, query).collect();
        places.sort_unstable_by_key(|(_, place)| std::cmp::Reverse((place.at, place.key)));
        (read_in_order::<K>(places, query, &mut skipped), skipped)
    }

    /// Returns the oldest matching rows after `last`, oldest first, at most `query.limit`; fewer mean that there are no
    /// more. They include their ends as far as the segments hold them. Rows and ends must come from the same read: if a
    /// segment holds both, they become one row in Parquet, and the end gets no row of its own.
    pub(crate) fn after(
        &self,
        last: Option<(Timestamp, KeyOf<K>)>,
        query: &RecordQuery,
    ) -> (Vec<K::Row>, Vec<Skipped>) {
        let mut indexes = self.indexes.lock();
        let mut skipped = self.refresh(&mut indexes);
        let later = |place: &RecordPlace<KeyOf<K>>| last.is_none_or(|last| (place.at, place.key) > last);
        let mut places: Vec<_> = within(&indexes, query).filter(|(_, place)| later(place)).collect();
        places.sort_unstable_by_key(|(_, place)| (place.at, place.key));
        let mut rows = read_in_order::<K>(places, query, &mut skipped);
        for row in &mut rows {
            let mut known = indexes.values().filter_map(|index| index.ends.get(&key_of::<K>(row)));
            let end = known.next().cloned();
            *row.end_mut() = end;
        }
        (rows, skipped)
    }

    /// Returns the segments of which less can be read than this process has synced.
    pub(crate) fn broken(&self, lengths: &BTreeMap<PathBuf, Length>) -> Vec<PathBuf> {
        let mut indexes = self.indexes.lock();
        // Other faults are reported to the next reader of these segments.
        drop(self.refresh(&mut indexes));
        let is_broken = |path: &PathBuf, length: Length| {
            indexes.get(path).is_some_and(|index| index.end < length.whole())
        };
        lengths
            .iter()
            .filter(|(path, length)| is_broken(path, **length))
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// Returns all ends that the segments hold.
    pub(crate) fn ends(&self) -> Vec<K::End> {
        self.indexes.lock().values().flat_map(|index| index.ends.values().cloned()).collect()
    }

    /// Returns the ends of these records that the segments hold.
    pub(crate) fn ends_of(&self, wanted: &[KeyOf<K>]) -> Vec<K::End> {
        let indexes = self.indexes.lock();
        let found = |key| indexes.values().find_map(|index| index.ends.get(key).cloned());
        wanted.iter().filter_map(found).collect()
    }
}

/// Returns the positions of the records in the time span.
fn within<'a, K: RecordKind>(
    indexes: &'a HashMap<PathBuf, SegmentIndex<K>>,
    query: &'a RecordQuery,
) -> impl Iterator<Item = (&'a PathBuf, RecordPlace<KeyOf<K>>)> {
    let places =
        indexes.iter().flat_map(|(path, index)| index.records.iter().map(move |place| (path, *place)));
    places.filter(|(_, place)| place.at >= query.since && place.at < query.until)
}

/// Reads the matching records at these positions, in this order, each key once, at most `query.limit`.
fn read_in_order<K: RecordKind>(
    mut places: Vec<(&PathBuf, RecordPlace<KeyOf<K>>)>,
    query: &RecordQuery,
    skipped: &mut Vec<Skipped>,
) -> Vec<K::Row> {
    places.dedup_by_key(|(_, place)| place.key);
    let mut rows = Vec::new();
    for (path, place) in places {
        if rows.len() >= query.limit {
            break;
        }
        match read::<K>(path, &place) {
            Ok(row) => rows.extend(row.filter(|row| query.wants(row.record()))),
            Err(why) => skipped.extend(why.map(|why| Skipped { path: path.clone(), why })),
        }
    }
    rows
}

/// Reads one record. The error is `None` if the segment is gone, which means that it was converted.
fn read<K: RecordKind>(path: &Path, place: &RecordPlace<KeyOf<K>>) -> Result<Option<K::Row>, Option<String>> {
    let file = match disk::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(None),
        opened => opened.map_err(|error| Some(error.to_string()))?,
    };
    // Read with the prefix to verify the checksum again: the disk may have changed since the first read.
    let mut bytes = vec![0; frame::PREFIX + place.length];
    let start = place.offset - frame::PREFIX as u64;
    file.read_exact_at(&mut bytes, start).map_err(|error| Some(error.to_string()))?;
    let payload = frame::whole_frame(&bytes, 0, place.salt).and_then(|range| bytes.get(range));
    match payload.map(K::read) {
        Some(Ok(Payload::Record(record))) => Ok(Some(K::Row::from_parts(*record, None))),
        Some(Ok(Payload::End(_))) => Ok(None),
        Some(Err(error)) => Err(Some(error.to_string())),
        None => Err(Some("a record of it was damaged after it was written".to_owned())),
    }
}
