//! Which entries of the journal left its store, and for which files.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::Digest;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

/// A file that holds entries of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedEntries {
    /// The first entry.
    pub first: u64,
    /// The last entry.
    pub last: u64,
    /// The hash of the last entry.
    pub hash: Digest,
    /// SHA-256 over the file.
    pub digest: Digest,
    /// The length of the file.
    pub bytes: u64,
}

/// The files, by their last entry: each goes on where the one before it ends.
pub type ArchivesByEnd = OrdMap<u64, ArchivedEntries>;

impl World {
    /// The files that hold entries of the journal, the oldest entries first. The first file begins with entry 1, and each other goes on
    /// where the one before it ends.
    pub fn archives(&self) -> impl ExactSizeIterator<Item = &ArchivedEntries> {
        self.archives.values()
    }

    /// The last entry that a file holds; 0 when there is no file.
    pub fn archived_until(&self) -> u64 {
        self.archives.get_max().map_or(0, |(last, _)| *last)
    }

    /// The newest entry at or before one that has a checkpoint on record, in this build's format; 0 when none has.
    pub fn checkpoint_until(&self, seq: u64) -> u64 {
        let mut on_record = self.checkpoints.range(..=seq).rev().map(|(seq, _)| *seq);
        on_record.find(|seq| self.checkpoint(*seq).is_some()).unwrap_or(0)
    }
}

/// Takes note of a file.
pub fn archived(world: &mut World, file: ArchivedEntries) -> Result<(), Contradiction> {
    let next = world.archived_until() + 1;
    if file.first != next {
        let why = format!("the next entry to be archived is {next}, and this begins with {}", file.first);
        return Err(Contradiction::impossible("first", why));
    }
    if file.last < file.first || file.last > world.seq {
        let why = format!("{} is not reached yet, or comes before the first", file.last);
        return Err(Contradiction::impossible("last", why));
    }
    world.archives.insert(file.last, file);
    Ok(())
}
