//! The world at a sequence as bytes, so that a start need not fold what came before.
//!
//! The same facts give the same bytes in every process, because fields have an order and maps are sorted. A fact can
//! therefore hold the digest of these bytes, and a process that has the bytes and that fact knows that every process came
//! to the same world.

use crate::contradiction::Contradiction;
use crate::{World, guarded};
use countersign_facts::Digest;
use imbl::OrdMap;
use std::sync::Arc;

/// A world is worth a checkpoint after each so many facts.
pub const CHECKPOINT_EVERY: u64 = 50_000;

/// Raised whenever the bytes of a world change, or what a fold comes to: an older checkpoint is then folded anew.
pub const CHECKPOINT_FORMAT: u32 = 3;

/// The digest of every checkpoint on record, by sequence and format.
pub type Checkpoints = OrdMap<u64, OrdMap<u32, Digest>>;

/// Bytes that are no world of this build's.
#[derive(Debug, thiserror::Error)]
#[error("not a world of this build: {0}")]
pub struct CheckpointError(#[from] serde_json::Error);

impl World {
    /// This world as bytes.
    ///
    /// # Errors
    /// When something in it has no written form, which would be a mistake of this room.
    pub fn to_checkpoint(&self) -> Result<Vec<u8>, CheckpointError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// A world from [`World::to_checkpoint`]'s bytes.
    ///
    /// # Errors
    /// When these bytes are not a world. That it is the right one is for the caller to know.
    pub fn from_checkpoint(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let mut world: Self = serde_json::from_slice(bytes)?;
        if let Some(policies) = &world.policies {
            world.guarded = Arc::new(guarded::Guarded::of(&policies.files));
        }
        Ok(world)
    }

    /// The digest that is on record of the checkpoint at this sequence, in this build's format.
    pub fn checkpoint(&self, seq: u64) -> Option<Digest> {
        self.checkpoints.get(&seq)?.get(&CHECKPOINT_FORMAT).copied()
    }

    /// The world at the last sequence that was worth a checkpoint, if that was passed since this was last taken.
    pub fn take_snapshot(&mut self) -> Option<Arc<Self>> {
        self.snapshot.take()
    }
}

/// Take note of a checkpoint on record.
pub fn taken(world: &mut World, seq: u64, format: u32, digest: Digest) -> Result<(), Contradiction> {
    if seq > world.seq {
        return Err(Contradiction::impossible("seq", format!("{seq} is not reached yet")));
    }
    let of_seq = world.checkpoints.entry(seq).or_default();
    if of_seq.insert(format, digest).is_some() {
        return Err(Contradiction::taken("seq", format!("the checkpoint at {seq} is on record already")));
    }
    Ok(())
}
