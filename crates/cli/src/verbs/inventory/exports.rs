//! The files of an export: found before anything is sent, and opened one after the other.

use crate::exit::Failure;
use countersign_names::Timestamp;
use countersign_sources::CsvMapping;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Maximum number of files of one export.
const MOST_FILES: usize = 100_000;

/// The files of one export, and what else its reader needs to know.
pub(super) struct ExportFiles {
    /// The files, in the order of their paths.
    pub(super) files: Vec<ExportFile>,
    /// What the columns of a list mean.
    pub(super) mapping: Option<CsvMapping>,
    /// The name of what was exported: a cluster, an organisation, a server.
    pub(super) name: String,
}

/// A file of an export.
pub(super) struct ExportFile {
    path: PathBuf,
    /// Its path below the folder that was given, with slashes; its name if it was given itself.
    pub(super) below: String,
    /// The name of the folder that was given, if one was.
    pub(super) folder: Option<String>,
}

impl ExportFiles {
    /// Finds the files at these paths: each a file, or a folder with everything in it.
    ///
    /// # Errors
    /// If one cannot be read, or there are none or too many.
    pub(super) fn find(paths: &[PathBuf], mapping: Option<&Path>, name: String) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for path in paths {
            let is_folder =
                std::fs::metadata(path).map_err(|error| Failure::unreadable(path, &error))?.is_dir();
            let own_name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if is_folder {
                let folder = path
                    .canonicalize()
                    .ok()
                    .and_then(|whole| whole.file_name().map(|name| name.to_string_lossy().into_owned()));
                walk(path, "", &folder.unwrap_or_else(own_name), &mut files)?;
            } else {
                files.push(ExportFile { path: path.clone(), below: own_name(), folder: None });
            }
        }
        let mapping = mapping.map(read_mapping).transpose()?;
        Ok(Self { files, mapping, name })
    }
}

/// Adds what is in a folder, in the order of names. What is no file (a link, a pipe) is left out: it is no part of an
/// export, and reading it could go anywhere or never end.
fn walk(folder: &Path, below: &str, given: &str, files: &mut Vec<ExportFile>) -> Result<(), Failure> {
    let unreadable = |error: io::Error| Failure::unreadable(folder, &error);
    let mut entries =
        std::fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let below = if below.is_empty() { name } else { format!("{below}/{name}") };
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            walk(&entry.path(), &below, given, files)?;
        } else if kind.is_file() {
            files.push(ExportFile { path: entry.path(), below, folder: Some(given.to_owned()) });
        }
        if files.len() > MOST_FILES {
            let message = format!("{} has more than {MOST_FILES} files", folder.display());
            return Err(Failure::input(message, "give the folder of the export alone"));
        }
    }
    Ok(())
}

fn read_mapping(path: &Path) -> Result<CsvMapping, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    CsvMapping::from_toml(&text).map_err(|error| {
        Failure::input(
            format!("{}: {error}", path.display()),
            "docs/sources.md describes a mapping; nothing was changed",
        )
    })
}

impl ExportFile {
    /// Returns its path, for messages.
    pub(super) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Returns when it was changed last, if the system says so.
    pub(super) fn changed_at(&self) -> Option<Timestamp> {
        let changed = std::fs::metadata(&self.path).and_then(|about| about.modified()).ok()?;
        let micros = changed.duration_since(UNIX_EPOCH).ok()?.as_micros();
        i64::try_from(micros).ok().map(Timestamp::from_micros)
    }

    /// Returns its bytes. It is opened when the first is read, so that few are open at a time.
    pub(super) fn input(&self) -> ExportInput {
        ExportInput { path: self.path.clone(), opened: None }
    }
}

/// The bytes of a file that is opened when the first is read.
pub(super) struct ExportInput {
    path: PathBuf,
    opened: Option<BufReader<File>>,
}

impl ExportInput {
    fn opened(&mut self) -> io::Result<&mut BufReader<File>> {
        let path = &self.path;
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let file = match self.opened.take() {
            Some(file) => file,
            None => BufReader::new(File::open(path).map_err(named)?),
        };
        Ok(self.opened.insert(file))
    }
}

impl Read for ExportInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.opened()?.read(buffer)
    }
}

impl BufRead for ExportInput {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.opened()?.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Some(file) = &mut self.opened {
            file.consume(amount);
        }
    }
}
