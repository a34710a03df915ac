//! Facts about the journal itself.

use crate::{AcceptedHead, Digest};
use serde::{Deserialize, Serialize};

/// An event about the journal itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum JournalFact {
    /// The operator had a process start whose journal does not hold what was remembered of it outside.
    #[serde(rename = "journal.head_accepted/1")]
    HeadAccepted(AcceptedHead),
    /// A process wrote down the world at a sequence.
    #[serde(rename = "journal.checkpoint_taken/1")]
    CheckpointTaken {
        /// The sequence.
        seq: u64,
        /// The format of the bytes: a build that writes another comes to another digest.
        format: u32,
        /// SHA-256 over the bytes.
        digest: Digest,
    },
    /// The entries of a stretch were copied into an archive file, so that they can leave the journal's store.
    #[serde(rename = "journal.archived/1")]
    Archived {
        /// The first entry.
        first: u64,
        /// The last entry.
        last: u64,
        /// The hash of the last entry.
        hash: Digest,
        /// SHA-256 over the file.
        digest: Digest,
        /// The length of the file.
        bytes: u64,
    },
}
