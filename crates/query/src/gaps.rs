//! Collects what a query could not read.

use countersign_lake::Skipped;
use parking_lot::Mutex;
use std::sync::Arc;

/// The list of gaps. Clones are handles to the same list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gaps(Arc<Mutex<Vec<Skipped>>>);

impl Gaps {
    /// Adds gaps, each only once.
    pub(crate) fn note(&self, skipped: impl IntoIterator<Item = Skipped>) {
        let mut noted = self.0.lock();
        for gap in skipped {
            if !noted.contains(&gap) {
                noted.push(gap);
            }
        }
    }

    pub(crate) fn take(&self) -> Vec<Skipped> {
        std::mem::take(&mut *self.0.lock())
    }
}
