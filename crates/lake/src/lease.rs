//! Leases: which readers may still read files that a compaction has replaced.
//!
//! A compacted file replaces its originals at once, and the originals are removed when no reader uses them. A reader
//! takes a lease before it lists the files. To remove files, upkeep starts a new lease: readers that take it list the
//! new file, and when all holders of the old lease are gone, the originals can be removed.

use parking_lot::Mutex;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

/// A guard that a reader holds while it reads: the files that it listed are not removed.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    _held: Arc<()>,
}

/// The leases of a folder.
#[derive(Debug, Default)]
pub(crate) struct Leases {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    current: Arc<()>,
    /// Files to remove when all holders of the lease are gone. In order, because the holder of an older lease may also
    /// have listed newer files.
    waiting: VecDeque<(Arc<()>, Vec<PathBuf>)>,
}

impl Leases {
    /// Takes the current lease.
    pub(crate) fn take(&self) -> Lease {
        Lease { _held: Arc::clone(&self.inner.lock().current) }
    }

    /// Schedules files for removal when no reader uses them. Readers that take a lease from now on do not list them.
    pub(crate) fn retire(&self, files: Vec<PathBuf>) {
        let mut inner = self.inner.lock();
        let before = std::mem::take(&mut inner.current);
        inner.waiting.push_back((before, files));
    }

    /// Returns the files that no reader uses, to be removed now.
    pub(crate) fn released(&self) -> Vec<PathBuf> {
        let mut inner = self.inner.lock();
        let mut released = Vec::new();
        while inner.waiting.front().is_some_and(|(lease, _)| Arc::strong_count(lease) == 1) {
            released.extend(inner.waiting.pop_front().into_iter().flat_map(|(_, files)| files));
        }
        released
    }

    /// Returns whether this file is scheduled for removal.
    pub(crate) fn is_retired(&self, path: &PathBuf) -> bool {
        self.inner.lock().waiting.iter().any(|(_, files)| files.contains(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_when_all_who_may_know_it_are_gone() {
        let leases = Leases::default();
        let file = |name: &str| vec![PathBuf::from(name)];
        let oldest = leases.take();
        leases.retire(file("a"));
        let later = leases.take();
        leases.retire(file("b"));
        let _now = leases.take();
        assert_eq!(leases.released(), Vec::<PathBuf>::new());
        drop(later);
        assert_eq!(leases.released(), Vec::<PathBuf>::new(), "who reads the oldest may have met both");
        assert!(leases.is_retired(&PathBuf::from("b")));
        drop(oldest);
        assert_eq!(leases.released(), [file("a"), file("b")].concat());
        assert_eq!(leases.released(), Vec::<PathBuf>::new());
    }
}
