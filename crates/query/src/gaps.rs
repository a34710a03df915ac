//! What was not read, gathered while a question runs.

use countersign_lake::Skipped;
use parking_lot::Mutex;
use std::sync::Arc;

/// What was not read; clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gaps(Arc<Mutex<Vec<Skipped>>>);

impl Gaps {
    /// Each is said once, however often a question comes by it.
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
