//! A segment: one file of the write-ahead log, `wal-<microseconds>-<salt>.log`. No name is used twice.

use crate::disk::{Disk, DiskFile, sync_folder};
use crate::frame;
use countersign_names::Timestamp;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

const PREFIX: &str = "wal-";
const SUFFIX: &str = ".log";
/// The suffix of a segment that could not be read completely; it is kept for the administrator.
const DAMAGED: &str = ".damaged";

/// A segment that is being written.
pub(crate) struct Segment {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    salt: u32,
    length: u64,
    synced: u64,
    born: Instant,
}

impl Segment {
    /// Creates a segment, and makes it durable in its folder before anything is written to it. `at` is only used for
    /// the name.
    pub(crate) fn create(disk: &dyn Disk, folder: &Path, magic: &[u8; 8], at: Timestamp) -> io::Result<Self> {
        // Random but not secret: it only has to differ between segments.
        let salt = uuid::Uuid::new_v4().as_fields().0;
        let path = folder.join(format!("{PREFIX}{:020}-{salt:08x}{SUFFIX}", at.as_micros().max(0)));
        let mut file = disk.create(&path)?;
        let prepared = file.write_all(&frame::header(magic, salt)).and_then(|()| file.sync());
        if let Err(error) = prepared.and_then(|()| sync_folder(folder)) {
            drop(file);
            // The segment holds no record, so removing it loses nothing; if it stays, it is read as empty.
            drop(std::fs::remove_file(&path));
            return Err(error);
        }
        let length = frame::HEADER as u64;
        Ok(Self { file, path, salt, length, synced: length, born: Instant::now() })
    }

    /// Completes the checksums of these frames and writes them.
    pub(crate) fn append(&mut self, frames: &mut [u8]) -> io::Result<()> {
        frame::seal(frames, self.salt);
        self.file.write_all(frames)?;
        self.length += frames.len() as u64;
        Ok(())
    }

    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.file.sync()?;
        self.synced = self.length;
        Ok(())
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn born(&self) -> Instant {
        self.born
    }

    /// Ends a segment whose records are all synced. Returns its path; `None` if it held no records and was removed.
    pub(crate) fn close(self) -> Option<PathBuf> {
        if self.length > frame::HEADER as u64 {
            return Some(self.path);
        }
        drop(std::fs::remove_file(&self.path));
        None
    }

    /// Ends a segment after a failed write or sync. The unsynced part is cut off, because the writer will write it
    /// again to another segment. If the cut fails too, readers find those records twice and return them once.
    pub(crate) fn abandon(mut self) -> Option<PathBuf> {
        if let Err(error) = self.file.cut(self.synced).and_then(|()| self.file.sync()) {
            tracing::warn!(segment = %self.path.display(), %error, "could not cut a failed write off a segment");
        }
        self.length = self.synced;
        self.close()
    }
}

/// Returns the part of a segment's name that its Parquet files share; `None` if the path is not a segment.
pub(crate) fn stem(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX).filter(|stem| !stem.is_empty())
}

/// Returns the segments in a folder, oldest first.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if stem(&path).is_some() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the path to which a damaged segment is renamed.
pub(crate) fn damaged_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(DAMAGED);
    name.into()
}

/// Returns when a damaged segment was started, from its name.
pub(crate) fn born(damaged: &Path) -> Option<Timestamp> {
    let name = damaged.file_name()?.to_str()?.strip_prefix(PREFIX)?;
    name.split_once('-')?.0.parse().ok().map(Timestamp::from_micros)
}

/// Returns the damaged segments in a folder.
pub(crate) fn list_damaged(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .to_str()
            .and_then(|text| text.strip_suffix(DAMAGED))
            .is_some_and(|rest| stem(Path::new(rest)).is_some())
        {
            found.push(path);
        }
    }
    Ok(found)
}
