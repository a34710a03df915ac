//! The entries of the journal that were moved from its store to archive files.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::Digest;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

/// An archive file of journal entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedEntries {
    /// The first entry.
    pub first: u64,
    /// The last entry.
    pub last: u64,
    /// The hash of the last entry.
    pub hash: Digest,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// The archive files, by their last entry. Each begins right after the end of the one before it.
pub type ArchivesByEnd = OrdMap<u64, ArchivedEntries>;

impl World {
    /// Returns the archive files, oldest entries first. The first begins with entry 1, each other right after the end of
    /// the one before it.
    pub fn archives(&self) -> impl ExactSizeIterator<Item = &ArchivedEntries> {
        self.archives.values()
    }

    /// Returns the last archived entry, or 0 if there is no file.
    pub fn archived_until(&self) -> u64 {
        self.archives.get_max().map_or(0, |(last, _)| *last)
    }

    /// Returns the newest entry, up to `seq`, for which a checkpoint in this build's format is recorded; 0 if there is
    /// none.
    pub fn checkpoint_until(&self, seq: u64) -> u64 {
        let mut on_record = self.checkpoints.range(..=seq).rev().map(|(seq, _)| *seq);
        on_record.find(|seq| self.checkpoint(*seq).is_some()).unwrap_or(0)
    }
}

/// Records an archive file.
pub fn archived(world: &mut World, file: ArchivedEntries) -> Result<(), Contradiction> {
    let next = world.archived_until() + 1;
    if file.first != next {
        let why = format!("the next entry to archive is {next}, but the file begins with {}", file.first);
        return Err(Contradiction::impossible("first", why));
    }
    if file.last < file.first || file.last > world.seq {
        let why = format!(
            "entry {} is beyond the end of the journal, or before the first entry of the file",
            file.last
        );
        return Err(Contradiction::impossible("last", why));
    }
    world.archives.insert(file.last, file);
    Ok(())
}
