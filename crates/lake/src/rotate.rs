//! Converts full segments to Parquet, and removes them only when the Parquet is durable and anchored.
//!
//! A file's name depends only on its segment's name. So if the machine stops between conversion and removal, the second
//! conversion replaces the same file and duplicates nothing.

use crate::anchors::{Anchors, SealedFile};
use crate::columns;
use crate::day::Day;
use crate::disk::{Disk, private_folder, sync_folder};
use crate::frame;
use crate::kind::{KeyOf, LakeRecord as _, Payload, RecordKind, RecordRow as _, RecordTable};
use crate::queue::Queue;
use crate::seal::Sealed;
use crate::segment;
use crate::wire::Unreadable;
use countersign_names::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// Number of rows converted to columns at a time. It bounds the memory of a conversion, and is small enough that the
/// allocator reuses the same memory for the next chunk instead of requesting pages that the kernel must clear first.
const CHUNK: usize = 512;

/// Converts arriving segments until all senders are dropped; retries those that fail.
pub(crate) fn run<K: RecordKind>(rotator: &Rotator<'_>, retry: Duration, full: &Receiver<PathBuf>) {
    let mut segments = Segments::default();
    loop {
        let arrived = if segments.is_empty() {
            full.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            full.recv_timeout(retry)
        };
        let ended = arrived == Err(RecvTimeoutError::Disconnected);
        segments.waiting.extend(arrived);
        segments.waiting.extend(full.try_iter());
        rotator.advance::<K>(&mut segments);
        if ended {
            return;
        }
        if segments.is_empty() {
            rotator.queue.rotation(None);
        }
    }
}

/// Segments in conversion.
#[derive(Default)]
struct Segments {
    /// Segments that are not converted yet, or whose conversion failed.
    waiting: Vec<PathBuf>,
    /// Segments that are converted; they stay until their files are anchored.
    converted: Vec<Converted>,
}

impl Segments {
    const fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.converted.is_empty()
    }
}

/// A segment that was converted to Parquet.
pub(crate) struct Converted {
    segment: PathBuf,
    pub(crate) files: Vec<SealedFile>,
    damaged: bool,
}

/// Converts segments to Parquet.
pub(crate) struct Rotator<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) disk: &'a dyn Disk,
    pub(crate) queue: &'a Queue,
    pub(crate) account: &'a dyn Anchors,
}

impl Rotator<'_> {
    /// Advances all segments as far as possible. While anchoring fails, no further segments are converted: they are
    /// readable as they are, and conversion would only use twice the disk space.
    fn advance<K: RecordKind>(&self, segments: &mut Segments) {
        if !self.settle(&mut segments.converted) {
            return;
        }
        let lengths = self.queue.segments();
        let whole = |path: &PathBuf| lengths.get(path).map_or(0, |length| length.whole());
        segments.waiting.retain(|path| match convert::<K>(self.folder, self.disk, path, whole(path)) {
            Ok(Some(converted)) => {
                segments.converted.push(converted);
                false
            }
            Ok(None) => {
                self.queue.forget_segment(path);
                false
            }
            Err(error) => {
                self.failed(path, &error);
                true
            }
        });
        self.settle(&mut segments.converted);
    }

    /// Anchors all converted files at once, and then removes their segments. Returns whether nothing is left to do.
    fn settle(&self, converted: &mut Vec<Converted>) -> bool {
        let files: Vec<SealedFile> = converted.iter().flat_map(|one| one.files.iter().cloned()).collect();
        if !files.is_empty()
            && let Err(error) = self.account.anchor(&files)
        {
            self.failed(self.folder, &error);
            return false;
        }
        converted.retain(|one| match remove(self.folder, one) {
            Ok(()) => {
                self.queue.forget_segment(&one.segment);
                self.queue.counters.rotated.fetch_add(1, Relaxed);
                false
            }
            Err(error) => {
                self.failed(&one.segment, &error);
                true
            }
        });
        converted.is_empty()
    }

    /// Logs and notes a failure. Nothing is lost: the segments stay and are read as they are.
    fn failed(&self, path: &Path, error: &dyn std::error::Error) {
        let why = error.to_string();
        if self.queue.rotation_failing().as_deref() != Some(why.as_str()) {
            tracing::error!(path = %path.display(), why, "segments could not be rotated; the next attempt follows");
        }
        self.queue.rotation(Some(why.into()));
    }
}

/// Why a segment could not be converted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RotateError {
    #[error(transparent)]
    Disk(#[from] io::Error),
    #[error("cannot write Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("cannot build columns: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
}

/// Converts one segment to Parquet. Its first `whole` bytes are known to be whole frames. Returns `None` if the segment
/// does not exist, because it was converted before.
pub(crate) fn convert<K: RecordKind>(
    folder: &Path,
    disk: &dyn Disk,
    path: &Path,
    whole: u64,
) -> Result<Option<Converted>, RotateError> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    let Some(stem) = segment::stem(path) else { return Ok(None) };
    let mut contents = SegmentContents::<K>::of(&bytes);
    // A machine that stops leaves a torn tail. But if synced bytes are missing, they were removed.
    contents.damaged |= (contents.end as u64) < whole;
    let mut files = Vec::new();
    let schema = columns::rows_schema::<K>();
    for (day, payloads) in std::mem::take(&mut contents.records) {
        let name = format!("{}{stem}", K::FILES.prefix(RecordTable::Rows));
        let mut file = Sealed::create(disk, folder, (day, &name), &K::FILES, Arc::clone(&schema))?;
        for chunk in payloads.chunks(CHUNK) {
            file.write_rows::<K>(&schema, &contents.rows(&bytes, chunk))?;
        }
        files.push(file.finish()?);
    }
    let schema = columns::ends_schema::<K>();
    for (day, ends) in &contents.strays() {
        let name = format!("{}{stem}", K::FILES.prefix(RecordTable::Ends));
        let mut file = Sealed::create(disk, folder, (*day, &name), &K::FILES, Arc::clone(&schema))?;
        file.write(&columns::ends_batch::<K>(&schema, ends)?)?;
        files.push(file.finish()?);
    }
    Ok(Some(Converted { segment: path.to_owned(), files, damaged: contents.damaged }))
}

/// Removes a segment that is converted and anchored.
pub(crate) fn remove(folder: &Path, converted: &Converted) -> io::Result<()> {
    let path = &converted.segment;
    if converted.damaged {
        // Everything readable is in Parquet; the damaged file is kept for the administrator.
        fs::rename(path, segment::damaged_path(path))?;
        tracing::error!(segment = %path.display(), "a segment is damaged; what could be read was kept");
    } else {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => removed?,
        }
    }
    sync_folder(folder)
}

/// A key, and the position of the record's payload.
type Located<K> = (KeyOf<K>, Range<usize>);

/// The contents of a segment: records by day, in the order of time.
struct SegmentContents<K: RecordKind> {
    records: BTreeMap<Day, Vec<Located<K>>>,
    ends: HashMap<KeyOf<K>, K::End>,
    here: HashSet<KeyOf<K>>,
    damaged: bool,
    /// The end of the last whole frame.
    end: usize,
}

impl<K: RecordKind> SegmentContents<K> {
    fn of(bytes: &[u8]) -> Self {
        let mut found = Self {
            records: BTreeMap::new(),
            ends: HashMap::new(),
            here: HashSet::new(),
            damaged: false,
            end: 0,
        };
        let Some(salt) = frame::salt_of(K::FILES.magic, bytes) else {
            // Shorter than a header: the machine stopped while creating the segment, which never held a record.
            found.damaged = bytes.len() >= frame::HEADER;
            return found;
        };
        let frames = bytes.get(frame::HEADER..).unwrap_or_default();
        let scan = frame::scan(frames, salt);
        found.damaged = !scan.damaged.is_empty();
        found.end = frame::HEADER + scan.end;
        let mut order = Vec::with_capacity(scan.payloads.len());
        for payload in scan.payloads {
            let range = payload.start + frame::HEADER..payload.end + frame::HEADER;
            // A whole frame that cannot be decoded: a newer version wrote a layout that this build does not know.
            if found.take(bytes, range, &mut order).is_err() {
                found.damaged = true;
            }
        }
        order.sort_unstable_by_key(|(at, key, _)| (*at, *key));
        for (at, key, range) in order {
            found.records.entry(Day::of(at)).or_default().push((key, range));
        }
        found
    }

    /// Notes one payload. Of a record, which may be long, only the sort fields are decoded here; `row` decodes the rest
    /// later.
    fn take(
        &mut self,
        bytes: &[u8],
        range: Range<usize>,
        order: &mut Vec<(Timestamp, KeyOf<K>, Range<usize>)>,
    ) -> Result<(), Unreadable> {
        let payload = bytes.get(range.clone()).ok_or(Unreadable)?;
        let peek = K::peek(payload)?;
        if peek.is_end {
            if let Payload::End(end) = K::read(payload)? {
                self.ends.insert(end.key(), end);
            }
        } else if self.here.insert(peek.key) {
            order.push((peek.at, peek.key, range));
        }
        Ok(())
    }

    /// Returns the rows of records. An unreadable record counts as damage; its end then has no row here and goes to a
    /// file of ends.
    fn rows(&mut self, bytes: &[u8], records: &[Located<K>]) -> Vec<K::Row> {
        let mut rows = Vec::with_capacity(records.len());
        for (key, range) in records {
            match self.row(bytes, range) {
                Some(row) => rows.push(row),
                None => {
                    self.here.remove(key);
                    self.damaged = true;
                }
            }
        }
        rows
    }

    /// Returns the row of a record; `None` if it cannot be read.
    fn row(&self, bytes: &[u8], range: &Range<usize>) -> Option<K::Row> {
        match K::read(bytes.get(range.clone())?).ok()? {
            Payload::Record(record) => {
                let end = self.ends.get(&record.key()).cloned();
                Some(K::Row::from_parts(*record, end))
            }
            Payload::End(_) => None,
        }
    }

    /// Returns the ends of records that are in earlier segments, by the day on which readers look for them.
    fn strays(&self) -> BTreeMap<Day, Vec<K::End>> {
        let mut strays: BTreeMap<Day, Vec<K::End>> = BTreeMap::new();
        for end in self.ends.values().filter(|end| !self.here.contains(&end.key())) {
            strays.entry(Day::of_end(end.key())).or_default().push(end.clone());
        }
        for ends in strays.values_mut() {
            ends.sort_unstable_by_key(K::End::key);
        }
        strays
    }
}

/// Removes unfinished files of an interrupted conversion.
pub(crate) fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let partition = entry?;
        if partition.file_name().to_str().and_then(Day::from_folder).is_none() {
            continue;
        }
        for entry in fs::read_dir(partition.path())? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(Sealed::UNFINISHED)) {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

/// Returns the partition's folder, and makes it durable if it is new.
pub(crate) fn partition(folder: &Path, day: Day) -> io::Result<PathBuf> {
    let path = folder.join(day.folder());
    if !path.is_dir() {
        private_folder(&path)?;
        sync_folder(folder)?;
    }
    Ok(path)
}
