//! The world at a sequence as bytes, so that a start need not fold the facts before it.
//!
//! The same facts give the same bytes in every process, because fields are ordered and maps are sorted. A fact can
//! therefore hold the digest of these bytes. A process that has the bytes and this fact knows that every process computed
//! the same world.

use crate::contradiction::Contradiction;
use crate::{World, guarded};
use countersign_facts::Digest;
use imbl::OrdMap;
use std::sync::Arc;

/// The number of facts between two checkpoints.
pub const CHECKPOINT_EVERY: u64 = 50_000;

/// The format version. Raised whenever the bytes of a world or the result of a fold change; older checkpoints are then
/// not used, and the facts are folded again.
pub const CHECKPOINT_FORMAT: u32 = 4;

/// The digest of every recorded checkpoint, by sequence and format.
pub type Checkpoints = OrdMap<u64, OrdMap<u32, Digest>>;

/// The bytes are not a world of this build.
#[derive(Debug, thiserror::Error)]
#[error("this build cannot read the world in the checkpoint: {0}")]
pub struct CheckpointError(#[from] serde_json::Error);

impl World {
    /// Serialises this world.
    ///
    /// # Errors
    /// If a value cannot be serialised, which would be a defect of this room.
    pub fn to_checkpoint(&self) -> Result<Vec<u8>, CheckpointError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Reads a world from the bytes of [`World::to_checkpoint`].
    ///
    /// # Errors
    /// If the bytes are not a world. The caller must check their digest.
    pub fn from_checkpoint(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let mut world: Self = serde_json::from_slice(bytes)?;
        if let Some(policies) = &world.policies {
            world.guarded = Arc::new(guarded::Guarded::of(&policies.files));
        }
        Ok(world)
    }

    /// Returns the recorded digest of the checkpoint at this sequence, in this build's format.
    pub fn checkpoint(&self, seq: u64) -> Option<Digest> {
        self.checkpoints.get(&seq)?.get(&CHECKPOINT_FORMAT).copied()
    }

    /// Takes the snapshot of the world at the last checkpoint sequence, if one was passed since the last call.
    pub fn take_snapshot(&mut self) -> Option<Arc<Self>> {
        self.snapshot.take()
    }
}

/// Records a checkpoint.
pub fn taken(world: &mut World, seq: u64, format: u32, digest: Digest) -> Result<(), Contradiction> {
    if seq > world.seq {
        return Err(Contradiction::impossible("seq", format!("the journal has no entry {seq} yet")));
    }
    let of_seq = world.checkpoints.entry(seq).or_default();
    if of_seq.insert(format, digest).is_some() {
        return Err(Contradiction::taken(
            "seq",
            format!("the journal already records a checkpoint at entry {seq}"),
        ));
    }
    Ok(())
}
