//! Reading segments that are not Parquet yet. An index of each is kept and grows with the file, so that a question
//! does not read a segment again from its beginning.

use crate::codec::{self, Entry};
use crate::disk;
use crate::frame;
use crate::query::{Query, Skipped};
use crate::queue::Length;
use crate::record::{Completed, Row};
use crate::segment;
use countersign_names::{DecisionId, Timestamp};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy)]
struct Place {
    at: Timestamp,
    id: DecisionId,
    /// Where the payload is.
    offset: u64,
    length: usize,
    salt: u32,
}

/// What is known of one segment.
#[derive(Debug, Default)]
struct Index {
    salt: Option<u32>,
    /// How far it was read: the end of the last whole frame.
    end: u64,
    decisions: Vec<Place>,
    completions: HashMap<DecisionId, Completed>,
    why_partial: Option<String>,
}

impl Index {
    /// Reads what was appended since.
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
            self.salt = frame::salt_of(&header);
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

    fn note(&mut self, payload: &[u8], offset: u64, salt: u32) -> Result<(), codec::Unreadable> {
        let seen = codec::peek(payload)?;
        if !seen.completion {
            self.decisions.push(Place { at: seen.at, id: seen.id, offset, length: payload.len(), salt });
        } else if let Entry::Completed(completed) = codec::read(payload)? {
            self.completions.insert(completed.id, completed);
        }
        Ok(())
    }
}

/// The segments of a folder.
#[derive(Debug)]
pub(crate) struct Tail {
    folder: PathBuf,
    indexes: Mutex<HashMap<PathBuf, Index>>,
}

impl Tail {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, indexes: Mutex::default() }
    }

    /// Brings the indexes up to date, with what they do not cover.
    fn refresh(&self, indexes: &mut HashMap<PathBuf, Index>) -> Vec<Skipped> {
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
                // Rotated since the folder was listed: its rows are Parquet now, which is read after this.
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

    /// The decision and its completion, as far as the segments hold them.
    pub(crate) fn find(&self, id: DecisionId) -> (Option<Row>, Option<Completed>, Vec<Skipped>) {
        let mut indexes = self.indexes.lock();
        let mut skipped = self.refresh(&mut indexes);
        let completed = indexes.values().find_map(|index| index.completions.get(&id).cloned());
        let places = indexes.iter().filter_map(|(path, index)| {
            index.decisions.iter().find(|place| place.id == id).map(|place| (path, *place))
        });
        for (path, place) in places {
            match read(path, &place) {
                Ok(row) => return (row, completed, skipped),
                Err(why) => skipped.extend(why.map(|why| Skipped { path: path.clone(), why })),
            }
        }
        (None, completed, skipped)
    }

    /// The newest rows that are wanted, newest first, at most `query.limit`, without their completions.
    pub(crate) fn list(&self, query: &Query) -> (Vec<Row>, Vec<Skipped>) {
        let mut indexes = self.indexes.lock();
        let mut skipped = self.refresh(&mut indexes);
        let mut places: Vec<_> = within(&indexes, query).collect();
        places.sort_unstable_by_key(|(_, place)| std::cmp::Reverse((place.at, place.id)));
        (read_in_order(places, query, &mut skipped), skipped)
    }

    /// The oldest rows that are wanted and come after `last`, oldest first, at most `query.limit`. Fewer mean that there
    /// are no more. They have their completions as far as the segments hold them: these must come from the same look,
    /// since what one segment holds of both is one row once it is Parquet, and nowhere a completion of its own.
    pub(crate) fn after(
        &self,
        last: Option<(Timestamp, DecisionId)>,
        query: &Query,
    ) -> (Vec<Row>, Vec<Skipped>) {
        let mut indexes = self.indexes.lock();
        let mut skipped = self.refresh(&mut indexes);
        let later = |place: &Place| last.is_none_or(|last| (place.at, place.id) > last);
        let mut places: Vec<_> = within(&indexes, query).filter(|(_, place)| later(place)).collect();
        places.sort_unstable_by_key(|(_, place)| (place.at, place.id));
        let mut rows = read_in_order(places, query, &mut skipped);
        for row in &mut rows {
            let mut known = indexes.values().filter_map(|index| index.completions.get(&row.decided.id));
            row.completed = known.next().cloned();
        }
        (rows, skipped)
    }

    /// Those segments of which less can be read than was synced by this process.
    pub(crate) fn broken(&self, lengths: &BTreeMap<PathBuf, Length>) -> Vec<PathBuf> {
        let mut indexes = self.indexes.lock();
        // What else is wrong with them, whoever reads them next is told.
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

    /// All completions that the segments hold.
    pub(crate) fn ends(&self) -> Vec<Completed> {
        self.indexes.lock().values().flat_map(|index| index.completions.values().cloned()).collect()
    }

    /// The completions of these decisions that the segments hold.
    pub(crate) fn completions(&self, wanted: &[DecisionId]) -> Vec<Completed> {
        let indexes = self.indexes.lock();
        let found = |id| indexes.values().find_map(|index| index.completions.get(id).cloned());
        wanted.iter().filter_map(found).collect()
    }
}

/// The places of the decisions of the time that is wanted.
fn within<'a>(
    indexes: &'a HashMap<PathBuf, Index>,
    query: &'a Query,
) -> impl Iterator<Item = (&'a PathBuf, Place)> {
    let places =
        indexes.iter().flat_map(|(path, index)| index.decisions.iter().map(move |place| (path, *place)));
    places.filter(|(_, place)| place.at >= query.since && place.at < query.until)
}

/// Reads the records at these places that are wanted, in this order, each id once, at most `query.limit`.
fn read_in_order(mut places: Vec<(&PathBuf, Place)>, query: &Query, skipped: &mut Vec<Skipped>) -> Vec<Row> {
    places.dedup_by_key(|(_, place)| place.id);
    let mut rows = Vec::new();
    for (path, place) in places {
        if rows.len() >= query.limit {
            break;
        }
        match read(path, &place) {
            Ok(row) => rows.extend(row.filter(|row| query.wants(row))),
            Err(why) => skipped.extend(why.map(|why| Skipped { path: path.clone(), why })),
        }
    }
    rows
}

/// Reads one record. The error is empty when the segment has gone, which means that it was rotated.
fn read(path: &Path, place: &Place) -> Result<Option<Row>, Option<String>> {
    let file = match disk::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(None),
        opened => opened.map_err(|error| Some(error.to_string()))?,
    };
    // With its prefix, so that the checksum is compared again: the disk may have changed its mind since.
    let mut bytes = vec![0; frame::PREFIX + place.length];
    let start = place.offset - frame::PREFIX as u64;
    file.read_exact_at(&mut bytes, start).map_err(|error| Some(error.to_string()))?;
    let payload = frame::whole_frame(&bytes, 0, place.salt).and_then(|range| bytes.get(range));
    match payload.map(codec::read) {
        Some(Ok(Entry::Decided(decided))) => Ok(Some(Row { decided: *decided, completed: None })),
        Some(Ok(Entry::Completed(_))) => Ok(None),
        Some(Err(error)) => Err(Some(error.to_string())),
        None => Err(Some("a record of it was damaged after it was written".to_owned())),
    }
}
