//! Facts about the journal itself.

use crate::{AcceptedClock, AcceptedHead, Digest};
use serde::{Deserialize, Serialize};

/// An event about the journal itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum JournalFact {
    /// The operator accepted, at the start of a process, a journal that lacks an entry remembered outside of it.
    #[serde(rename = "journal.head_accepted/1")]
    HeadAccepted(AcceptedHead),
    /// A process wrote a checkpoint: the world at a sequence.
    #[serde(rename = "journal.checkpoint_taken/1")]
    CheckpointTaken {
        /// The sequence.
        seq: u64,
        /// The version of the format. Builds that write different formats produce different digests.
        format: u32,
        /// SHA-256 of the bytes.
        digest: Digest,
    },
    /// A range of entries was copied into an archive file, so that they can be removed from the journal's store.
    #[serde(rename = "journal.archived/1")]
    Archived {
        /// The first entry.
        first: u64,
        /// The last entry.
        last: u64,
        /// The hash of the last entry.
        hash: Digest,
        /// SHA-256 of the file.
        digest: Digest,
        /// The size of the file in bytes.
        bytes: u64,
    },
    /// The operator set the time of the journal back to the time of this fact. Whatever had ended by the moment that was
    /// held has ended for good.
    #[serde(rename = "journal.clock_accepted/1")]
    ClockAccepted(AcceptedClock),
    /// The operator accepted, for one more machine, a clock that was accepted before. Only that machine forgets the
    /// later time.
    #[serde(rename = "journal.clock_confirmed/1")]
    ClockConfirmed(AcceptedClock),
}

#[cfg(test)]
crate::golden::every_fact! { JournalFact {
    HeadAccepted(accepted),
    CheckpointTaken { seq, format, digest },
    Archived { first, last, hash, digest, bytes },
    ClockAccepted(accepted),
    ClockConfirmed(accepted),
} }
