//! The file that a writer has begun: of this writer alone, and gone if the writer ends without finishing it.

use countersign_journal::Seq;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The beginning of the names. Readers skip names that begin with a dot.
const PREFIX: &str = ".unfinished-";

/// Distinguishes the files of this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Removes the file when dropped: without its footer it is useless. After it was renamed, this removes nothing.
#[derive(Debug)]
pub struct UnfinishedFile(PathBuf);

impl UnfinishedFile {
    /// Creates a file for the entries after `after`. It is locked as long as it is open. Removes the files of writers
    /// whose process ended, which nobody has locked.
    pub fn create(folder: &Path, after: Seq) -> io::Result<(File, Self)> {
        remove_abandoned(folder)?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{PREFIX}{after}-{}-{number}", std::process::id()));
            let file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                // Another machine or an earlier process had the same numbers.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                file => file?,
            };
            let unfinished = Self(path);
            file.lock()?;
            // Another writer may have taken it for abandoned before it was locked.
            if is_at(&file, unfinished.path())? {
                return Ok((file, unfinished));
            }
        }
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for UnfinishedFile {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(found.ino() == file.metadata()?.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn remove_abandoned(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        // A file that is being fetched has the name of an archive file after the prefix.
        if !rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit())) {
            continue;
        }
        let Ok(file) = crate::digest::open(&entry.path()) else { continue };
        if file.try_lock().is_ok() {
            drop(fs::remove_file(entry.path()));
        }
    }
    Ok(())
}
