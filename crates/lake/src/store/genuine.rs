//! Checks that files and segments are what was written: files by their anchors, segments by their minimum lengths.

use super::RecordStore;
use crate::kind::RecordKind;
use crate::partitions::{LakeError, Unit};
use crate::query::{RecordQuery, Skipped};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Number of checks of a segment that seems cut, because it may just have been converted.
const LOOKS: u32 = 40;
/// The pause between these checks.
const PAUSE: Duration = Duration::from_millis(25);

impl<K: RecordKind> RecordStore<K> {
    /// Returns the row groups of a file of records, after the file was compared with its anchor.
    pub(crate) fn units(&self, path: &Path, query: &RecordQuery) -> Result<Vec<Unit>, LakeError> {
        self.genuine(path)?;
        self.shared.partitions.units(path, query)
    }

    /// Compares a file of this folder with its anchor. If an attacker replaced a file by a copy of another, the copy
    /// would be valid Parquet with rows of another time, and without this check a query would skip it as if nothing had
    /// been recorded.
    pub(crate) fn genuine(&self, path: &Path) -> Result<(), LakeError> {
        let Some(anchor) = self.anchor_of(path) else { return Ok(()) };
        if self.shared.partitions.digest(path)? == anchor.digest { Ok(()) } else { Err(LakeError::Altered) }
    }

    /// Returns the anchor of a file of this folder; `None` if it has none.
    pub(crate) fn anchor_of(&self, path: &Path) -> Option<crate::SealedFile> {
        let shown = path.strip_prefix(&self.shared.folder).ok()?.to_str()?;
        self.shared.account.file(shown).map(|known| known.file)
    }

    /// Returns why a file of this folder is doubtful as evidence: there are anchors, but none for this file.
    pub(crate) fn unanchored_file(&self, path: &Path) -> Option<Skipped> {
        let shown = path.strip_prefix(&self.shared.folder).ok()?.to_str()?;
        let (partition, name) = shown.split_once('/')?;
        // This order matters: by the time when its segment is no longer noted, the file is anchored.
        let making = self.is_being_made(shown, name);
        let known = self.shared.account.known(partition)?;
        let anchored = known.iter().any(|known| known.file.path == shown);
        // Another file may have replaced it since the folder was listed.
        let covers = |other: &str| self.replaced_files(other).iter().any(|covered| covered == shown);
        let leaving =
            self.leases().is_retired(&path.to_owned()) || known.iter().any(|known| covers(&known.file.path));
        let why = "it has no anchor: remove it, or anchor it with `countersign evidence anchor`";
        (!making && !anchored && !leaving).then(|| Skipped { path: path.to_owned(), why: why.to_owned() })
    }

    /// Returns the segments that are missing, or shorter than they were, although they are not Parquet yet.
    pub(crate) fn cut_segments(&self) -> Vec<Skipped> {
        let is_cut = |path: &PathBuf| {
            // The minimum is read before the file, which only grows.
            let least = self.segments().get(path).map_or(0, |length| length.bytes());
            path.metadata().map_or(0, |about| about.len()) < least
        };
        let lengths = self.segments();
        let broken = self.tail().broken(&lengths);
        let mut cut: Vec<_> = lengths.into_keys().filter(&is_cut).collect();
        for _ in 0..LOOKS {
            cut.retain(&is_cut);
            if cut.is_empty() {
                break;
            }
            thread::sleep(PAUSE);
        }
        cut.extend(broken.into_iter().filter(|path| self.segments().contains_key(path)));
        let why = "records that were written to it are gone, or cannot be read, and were not Parquet yet";
        cut.into_iter().map(|path| Skipped { path, why: why.to_owned() }).collect()
    }
}
