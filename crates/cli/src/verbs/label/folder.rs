//! The files of a folder. Symbolic links are not followed.

use super::scan::{ScanFindings, join, showable};
use crate::console::Console;
use crate::exit::Failure;
use crate::words;
use countersign_labels::scan_file;
use countersign_names::LabelTarget;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Maximum number of files.
const MOST_FILES: usize = 10_000;

/// Number of bytes that are read from the beginning of each file.
const MOST_BYTES: u64 = 1 << 20;

/// How deep folders are entered.
const DEEPEST: usize = 32;

/// Number of files between two reports of progress.
const EVERY: usize = 20;

/// Why a file was not read, as the end of a sentence, and how often.
type UnreadFiles = BTreeMap<String, usize>;

/// Reads the files of a folder, and joins what they suggest to one proposal for each label.
pub(super) fn scan(
    console: &mut Console,
    folder: &Path,
    target: &LabelTarget,
) -> Result<ScanFindings, Failure> {
    if !folder.is_dir() {
        return Err(Failure::input(
            format!("{} is not a folder", folder.display()),
            "give the path of a folder that can be read",
        ));
    }
    let (mut files, mut unread) = (Vec::new(), UnreadFiles::new());
    collect(folder, 0, &mut files, &mut unread);
    let (mut proposals, mut read, mut cut) = (Vec::new(), 0_usize, 0_usize);
    for (number, path) in files.iter().enumerate() {
        if number % EVERY == 0 {
            console.progress(&format!("{number} of {} files", files.len()));
        }
        let (bytes, whole) = match content(path) {
            Ok(content) => content,
            Err(error) => {
                count(&mut unread, error.kind().to_string());
                continue;
            }
        };
        cut += usize::from(!whole);
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
        match scan_file(&name, &bytes) {
            Ok(columns) => {
                read += 1;
                let shown = showable(&name).unwrap_or_else(|| format!("file {}", number + 1));
                for column in columns {
                    let place = place_of(&column.name, &shown);
                    join(&mut proposals, target, Some(&place), column.sample.proposals());
                }
            }
            Err(why) => count(&mut unread, why.to_string()),
        }
    }
    let mut said: Vec<String> = unread
        .into_iter()
        .map(|(why, files)| format!("Not read, {}: {why}.", words::count(files, "file")))
        .collect();
    if cut > 0 {
        said.push(format!("Of {} only the first MiB was read.", words::count(cut, "file")));
    }
    Ok(ScanFindings { proposals, looked_at: format!("Read {}", words::count(read, "file")), unread: said })
}

/// Returns where a column is: its file, and its name if it has one that can be shown.
fn place_of(column: &str, file: &str) -> String {
    let named = (!column.is_empty()).then(|| showable(&format!("{file}: {column}"))).flatten();
    named.unwrap_or_else(|| file.to_owned())
}

fn count(unread: &mut UnreadFiles, why: String) {
    *unread.entry(why).or_default() += 1;
}

/// Collects the files below a folder, in the order of their names.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>, unread: &mut UnreadFiles) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return count(unread, format!("its folder cannot be read, {}", error.kind())),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        match std::fs::symlink_metadata(&path).map(|about| about.file_type()) {
            Ok(kind) if kind.is_symlink() => count(unread, "it is a symbolic link".to_owned()),
            Ok(kind) if kind.is_dir() && depth < DEEPEST => collect(&path, depth + 1, files, unread),
            Ok(kind) if kind.is_dir() => count(unread, format!("it is more than {DEEPEST} folders deep")),
            Ok(kind) if kind.is_file() && files.len() < MOST_FILES => files.push(path),
            Ok(kind) if kind.is_file() => count(unread, format!("there are more than {MOST_FILES}")),
            Ok(_) => count(unread, "it is a device, a pipe or a socket".to_owned()),
            Err(error) => count(unread, error.kind().to_string()),
        }
    }
}

/// Reads the beginning of a file; returns whether that is the whole.
fn content(path: &Path) -> std::io::Result<(Vec<u8>, bool)> {
    // A file that became a link or a pipe since it was listed is neither followed nor waited for.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).map_err(std::io::Error::other)?;
    let file: File = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
    let whole = bytes.len() <= most;
    bytes.truncate(most);
    Ok((bytes, whole))
}
