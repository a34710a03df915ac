//! Finds the file that holds an entry, and reads it.

mod file;

use crate::{Stretch, WrittenArchive, digest};
use countersign_journal::{Archive, ArchiveError, EntryHash, Seq, StoredEntry};
use digest::FileVersion;
use file::ArchiveFile;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that the journal lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownArchive {
    /// The entries in it.
    pub stretch: Stretch,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
}

/// Copies of archive files in another place. Each call may block.
pub trait ArchiveCopies: Send + Sync {
    /// Returns the names of the copies.
    ///
    /// # Errors
    /// If the listing is unavailable, with the reason.
    fn names(&self) -> Result<Vec<String>, String>;

    /// Writes the file of this name to `path`, and returns whether it exists.
    ///
    /// # Errors
    /// If it is unavailable, with the reason.
    fn fetch(&self, name: &str, path: &Path) -> Result<bool, String>;

    /// Copies a written file, whole or not at all. `installation` is the hash of the first entry of the journal: the
    /// files of another journal have the same names, and must not be replaced.
    ///
    /// # Errors
    /// If it is unknown whether the copy was stored, with the reason.
    fn put(&self, written: &WrittenArchive, installation: EntryHash) -> Result<(), String>;
}

/// The archive files of one folder.
pub struct Archives {
    folder: PathBuf,
    copies: Option<Arc<dyn ArchiveCopies>>,
    /// The files that the journal lists, by first entry.
    known: Mutex<BTreeMap<Seq, KnownArchive>>,
    /// Files that were compared with the journal and matched.
    checked: Mutex<HashMap<PathBuf, FileVersion>>,
    /// The file that was read last, with its last row group.
    opened: Mutex<Option<ArchiveFile>>,
    /// Held while a file is fetched.
    fetching: Mutex<()>,
}

impl Archives {
    /// Creates a reader of this folder, which may not exist, and of copies elsewhere, if there are any.
    pub fn new(folder: PathBuf, copies: Option<Arc<dyn ArchiveCopies>>) -> Self {
        let (known, checked, opened, fetching) = Default::default();
        Self { folder, copies, known, checked, opened, fetching }
    }

    /// Returns the folder of the files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns whether there is another place for copies.
    pub fn has_copies(&self) -> bool {
        self.copies.is_some()
    }

    /// Copies a written file to the other place, if there is one. See [`ArchiveCopies::put`].
    ///
    /// # Errors
    /// If it is unknown whether the copy was stored, with the reason.
    pub fn copy_out(&self, written: &WrittenArchive, installation: EntryHash) -> Result<(), String> {
        self.copies.as_ref().map_or(Ok(()), |copies| copies.put(written, installation))
    }

    /// Adds files that the journal lists: from now on, only these are read for their ranges.
    pub fn expect(&self, known: impl IntoIterator<Item = KnownArchive>) {
        self.known.lock().extend(known.into_iter().map(|archive| (archive.stretch.first, archive)));
    }

    /// Checks that each listed file exists here or elsewhere and matches its digest; returns their number. Stops at the
    /// first that does not.
    ///
    /// # Errors
    /// See [`Archive::page`].
    pub fn verify_known(&self) -> Result<usize, ArchiveError> {
        let known: Vec<_> = self.known.lock().values().copied().collect();
        known.iter().try_for_each(|archive| self.known_file(*archive).map(|_| ()))?;
        Ok(known.len())
    }

    /// Returns the file that holds an entry, with its checked version if the journal lists it; `None` if there is no
    /// such file.
    fn file_with(&self, seq: Seq) -> Result<Option<(PathBuf, Stretch, Option<FileVersion>)>, ArchiveError> {
        let known = self.known.lock().range(..=seq).next_back().map(|(_, archive)| *archive);
        if let Some(known) = known.filter(|archive| archive.stretch.holds(seq)) {
            let (path, version) = self.known_file(known)?;
            return Ok(Some((path, known.stretch, Some(version))));
        }
        let holding = |names: Vec<String>| {
            names.iter().filter_map(|name| Stretch::of_file(name)).find(|stretch| stretch.holds(seq))
        };
        if let Some(stretch) = holding(self.names().map_err(|error| away(&self.folder, &error))?) {
            return Ok(Some((self.folder.join(stretch.file_name()), stretch, None)));
        }
        let Some(copies) = &self.copies else { return Ok(None) };
        let Some(stretch) = holding(copies.names().map_err(ArchiveError::Away)?) else { return Ok(None) };
        let path = self.folder.join(stretch.file_name());
        Ok(self.fetch(stretch, &path)?.then_some((path, stretch, None)))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry?.file_name().into_string().ok());
        }
        Ok(names)
    }

    /// Returns a file that the journal lists, after comparing its digest.
    fn known_file(&self, known: KnownArchive) -> Result<(PathBuf, FileVersion), ArchiveError> {
        let path = self.folder.join(known.stretch.file_name());
        let missing = !path.exists();
        if missing && !self.fetch(known.stretch, &path)? {
            return Err(ArchiveError::Altered(format!(
                "the archive file {} is missing, which holds the entries {} to {}: put it back from a copy",
                path.display(),
                known.stretch.first,
                known.stretch.last,
            )));
        }
        let failed = |error: io::Error| away(&path, &error);
        let file = digest::open(&path).map_err(failed)?;
        let version = FileVersion::of(&file).map_err(failed)?;
        if self.checked.lock().get(&path) == Some(&version) {
            return Ok((path, version));
        }
        if digest::of(&file).map_err(failed)? != known.digest {
            if missing {
                // A wrong copy must not remain: an administrator puts the original back here, or it is downloaded again
                // after the copy was repaired.
                drop(fs::remove_file(&path));
            }
            return Err(ArchiveError::Altered(format!(
                "the archive file {} is not the one that was written: its digest is not the one in the journal; put the original \
                 back from a copy",
                path.display()
            )));
        }
        self.checked.lock().insert(path.clone(), version);
        Ok((path, version))
    }

    /// Downloads a file from the copies, and returns whether it exists there. Of two readers that miss the same file,
    /// the second one waits for the first one's.
    fn fetch(&self, stretch: Stretch, path: &Path) -> Result<bool, ArchiveError> {
        let Some(copies) = &self.copies else { return Ok(false) };
        let _one_at_a_time = self.fetching.lock();
        if path.exists() {
            return Ok(true);
        }
        crate::write::private_folder(&self.folder).map_err(|error| away(&self.folder, &error))?;
        let name = stretch.file_name();
        let unfinished = self.folder.join(format!(".unfinished-{name}"));
        let fetched = copies.fetch(&name, &unfinished);
        if !matches!(fetched, Ok(true)) {
            drop(fs::remove_file(&unfinished));
        }
        if !fetched.map_err(ArchiveError::Away)? {
            return Ok(false);
        }
        tracing::info!(file = name, "an archive file of the journal was fetched from its copy");
        fs::rename(&unfinished, path).map_err(|error| away(path, &error)).map(|()| true)
    }
}

impl Archive for Archives {
    fn page(&self, after: Seq, limit: u32, bytes: usize) -> Result<Vec<StoredEntry>, ArchiveError> {
        let wanted = after.next();
        let Some((path, stretch, version)) = self.file_with(wanted)? else { return Ok(Vec::new()) };
        let mut opened = self.opened.lock();
        if !opened.as_ref().is_some_and(|file| file.is(&path)) {
            *opened = Some(ArchiveFile::open(&path, stretch)?);
        }
        // The file may have been replaced since it was checked.
        if let (Some(file), Some(version)) = (opened.as_ref(), version) {
            file.check_version(version)?;
        }
        let Some(file) = opened.as_mut() else { return Ok(Vec::new()) };
        let (mut held, mut page) = (0, Vec::new());
        for entry in file.group_from(wanted)?.iter().take(usize::try_from(limit).unwrap_or(usize::MAX)) {
            held += entry.payload.len();
            page.push(entry.clone());
            if held >= bytes {
                break;
            }
        }
        Ok(page)
    }
}

fn away(path: &Path, error: &io::Error) -> ArchiveError {
    ArchiveError::Away(format!("{}: {error}", path.display()))
}
