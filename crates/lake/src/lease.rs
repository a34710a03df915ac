//! Who still reads files that others are to take the place of.
//!
//! A compacted file takes the place of its originals at once, and they are removed when nobody reads them any more.
//! Whoever reads takes a lease before it looks which files there are. To remove, one turns the lease over: those who
//! come after it see the new file, and when those who came before it are gone, the originals may go.

use parking_lot::Mutex;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

/// Held while files are read: those that were found stay as long.
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
    /// Files to remove when those who hold the lease are gone. In order: an older lease may know what a younger does.
    waiting: VecDeque<(Arc<()>, Vec<PathBuf>)>,
}

impl Leases {
    /// A lease, from now on.
    pub(crate) fn take(&self) -> Lease {
        Lease { _held: Arc::clone(&self.inner.lock().current) }
    }

    /// These are to be removed when nobody reads them any more: nobody who asks from now on is told of them.
    pub(crate) fn retire(&self, files: Vec<PathBuf>) {
        let mut inner = self.inner.lock();
        let before = std::mem::take(&mut inner.current);
        inner.waiting.push_back((before, files));
    }

    /// The files that nobody reads any more, to be removed now.
    pub(crate) fn released(&self) -> Vec<PathBuf> {
        let mut inner = self.inner.lock();
        let mut released = Vec::new();
        while inner.waiting.front().is_some_and(|(lease, _)| Arc::strong_count(lease) == 1) {
            released.extend(inner.waiting.pop_front().into_iter().flat_map(|(_, files)| files));
        }
        released
    }

    /// Whether this file waits for its readers already.
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
