//! Worlds of the past that need not be folded from the first fact, because a checkpoint holds them.

use crate::{Checkpoint, Ledger};
use countersign_world::World;
use std::sync::Arc;

/// Where the checkpoints of earlier worlds can be read.
pub trait EarlierWorlds: Send + Sync {
    /// The checkpoints at or before this sequence, newest first, each read when it is asked for. May block.
    fn newest_first(&self, until: u64) -> Box<dyn Iterator<Item = Checkpoint> + '_>;
}

impl Ledger {
    /// Takes note of where checkpoints can be read. Only the first time counts.
    pub fn keeps_checkpoints(&self, worlds: Arc<dyn EarlierWorlds>) {
        let _already_known = self.0.shared.earlier.set(worlds);
    }

    /// The newest world at or before this sequence that fits, of those that a checkpoint holds whose digest is on record; none when
    /// there is none. May block: checkpoints are files.
    pub fn earlier_world(&self, until: u64, fits: impl Fn(&World) -> bool) -> Option<Arc<World>> {
        let present = self.world();
        let mut checkpoints = self.0.shared.earlier.get()?.newest_first(until);
        let fitting = checkpoints.find(|Checkpoint { world, digest, .. }| {
            world.seq() <= until && present.checkpoint(world.seq()) == Some(*digest) && fits(world)
        })?;
        Some(Arc::new(fitting.world))
    }
}
