//! Anchors that an attacker with write access to the journal altered.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::book::Book;
use countersign_lake::{KnownFile, SealedFile};

impl Book {
    /// Alters the anchor of a file.
    pub fn alter(&self, path: &str, change: impl FnOnce(&mut KnownFile)) {
        change(self.files.lock().unwrap().get_mut(path).unwrap());
    }

    /// Forgets the anchor of a file.
    pub fn forget(&self, path: &str) {
        self.files.lock().unwrap().remove(path).unwrap();
    }

    /// Returns all anchored files, by their paths.
    pub fn all(&self) -> Vec<SealedFile> {
        self.files.lock().unwrap().values().map(|known| known.file.clone()).collect()
    }
}
