//! Finding the file that holds an entry, and reading it.

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

/// A file as the journal knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownArchive {
    /// The entries it holds.
    pub stretch: Stretch,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
}

/// Copies of archive files in another place. Each call may block.
pub trait ArchiveCopies: Send + Sync {
    /// The names of the files that are there.
    ///
    /// # Errors
    /// Says why that is not known.
    fn names(&self) -> Result<Vec<String>, String>;

    /// Writes the file of this name to `path`, and says whether there is one.
    ///
    /// # Errors
    /// Says why it could not be had.
    fn fetch(&self, name: &str, path: &Path) -> Result<bool, String>;

    /// Puts a file that was written there, whole or not at all. `installation` is the hash of the first entry of the journal: files of
    /// another journal have the same names, and must not be replaced.
    ///
    /// # Errors
    /// Says why it is not known to be there.
    fn put(&self, written: &WrittenArchive, installation: EntryHash) -> Result<(), String>;
}

/// The archive files of one folder.
pub struct Archives {
    folder: PathBuf,
    copies: Option<Arc<dyn ArchiveCopies>>,
    /// What the journal says, by first entry.
    known: Mutex<BTreeMap<Seq, KnownArchive>>,
    /// Files that were found to be the known ones.
    checked: Mutex<HashMap<PathBuf, FileVersion>>,
    /// The file that was read last, with its last row group.
    opened: Mutex<Option<ArchiveFile>>,
}

impl Archives {
    /// The files in this folder, which need not be there, and copies of them elsewhere, if there are any.
    pub fn new(folder: PathBuf, copies: Option<Arc<dyn ArchiveCopies>>) -> Self {
        let (known, checked, opened) = Default::default();
        Self { folder, copies, known, checked, opened }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether there is another place for copies.
    pub fn has_copies(&self) -> bool {
        self.copies.is_some()
    }

    /// Copies a file that was written to the other place, if there is one. See [`ArchiveCopies::put`].
    ///
    /// # Errors
    /// Says why it is not known to be there.
    pub fn copy_out(&self, written: &WrittenArchive, installation: EntryHash) -> Result<(), String> {
        self.copies.as_ref().map_or(Ok(()), |copies| copies.put(written, installation))
    }

    /// Takes note of the files that the journal knows: from now on, of their stretches only these are read.
    pub fn expect(&self, known: impl IntoIterator<Item = KnownArchive>) {
        self.known.lock().extend(known.into_iter().map(|archive| (archive.stretch.first, archive)));
    }

    /// Checks that each known file is here or elsewhere, and is the one that was written. Says what is wrong with the first that is not.
    ///
    /// # Errors
    /// As [`Archive::page`].
    pub fn verify_known(&self) -> Result<usize, ArchiveError> {
        let known: Vec<_> = self.known.lock().values().copied().collect();
        known.iter().try_for_each(|archive| self.known_file(*archive).map(|_| ()))?;
        Ok(known.len())
    }

    /// The file that holds an entry, and as which version it was seen to be the known one, if the journal knows it; none when there
    /// is none.
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

    /// A file that the journal knows, once it was seen to be the one that was written.
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
                // A wrong copy must not stand where the original is put back, or is fetched from a copy that was mended.
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

    /// Fetches a file from where copies are, and says whether there is one.
    fn fetch(&self, stretch: Stretch, path: &Path) -> Result<bool, ArchiveError> {
        let Some(copies) = &self.copies else { return Ok(false) };
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
        // Somebody may have put another file there since it was looked at.
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
