//! Earlier worlds that need not be folded from the first fact, because a checkpoint holds them.

use crate::{Checkpoint, Ledger};
use countersign_world::World;
use std::sync::Arc;

/// A source of checkpoints of earlier worlds.
pub trait EarlierWorlds: Send + Sync {
    /// Returns the checkpoints at or before this sequence, newest first, each read on demand. May block.
    fn newest_first(&self, until: u64) -> Box<dyn Iterator<Item = Checkpoint> + '_>;
}

impl Ledger {
    /// Registers the source of checkpoints. Only the first call counts.
    pub fn keeps_checkpoints(&self, worlds: Arc<dyn EarlierWorlds>) {
        let _already_known = self.0.shared.earlier.set(worlds);
    }

    /// Returns the newest world at or before this sequence that fits, from a checkpoint whose digest is recorded. Returns
    /// `None` if there is none. May block: checkpoints are files.
    pub fn earlier_world(&self, until: u64, fits: impl Fn(&World) -> bool) -> Option<Arc<World>> {
        let present = self.world();
        let mut checkpoints = self.0.shared.earlier.get()?.newest_first(until);
        let fitting = checkpoints.find(|Checkpoint { world, digest, .. }| {
            world.seq() <= until && present.checkpoint(world.seq()) == Some(*digest) && fits(world)
        })?;
        Some(Arc::new(fitting.world))
    }
}
