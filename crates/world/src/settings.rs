//! The joint changes of applications, labels and exceptions, so that each can be reverted as one.

use countersign_facts::{Digest, Settings};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// All joint changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Applied {
    by_seq: OrdMap<u64, Arc<Settings>>,
    by_version: OrdMap<Digest, u64>,
}

impl Applied {
    pub(crate) fn add(&mut self, seq: u64, settings: &Settings) {
        self.by_version.insert(settings.version, seq);
        self.by_seq.insert(seq, Arc::new(settings.clone()));
    }

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = (u64, &Arc<Settings>)> {
        self.by_seq.iter().map(|(seq, settings)| (*seq, settings))
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = (&Digest, u64)> {
        self.by_version.iter().map(|(version, seq)| (version, *seq))
    }
}
