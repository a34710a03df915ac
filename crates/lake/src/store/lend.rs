//! Lets another process read: it opens the folder read-only, while this process keeps the files in place.

use super::{RecordStore, StoreSettings};
use crate::anchors::Anchors;
use crate::disk::{Disk, DiskFile};
use crate::elsewhere::Elsewhere;
use crate::kind::RecordKind;
use crate::lease::Lease;
use crate::query::Skipped;
use crate::queue::Queue;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A guard that the recording process holds while another process reads: no file is removed, and everything that was
/// recorded before is readable in the files.
#[derive(Debug, Clone)]
pub struct Lent {
    behind: Vec<Skipped>,
    _lease: Lease,
}

impl Lent {
    /// Returns which of the newest records are not in the files, because the disk is slow or failing.
    pub fn behind(&self) -> &[Skipped] {
        &self.behind
    }
}

impl<K: RecordKind> RecordStore<K> {
    /// Lets another process read while the returned guard exists. The caller passes [`behind`](Lent::behind) to that
    /// process, which opens the folder with [`RecordStore::read_only`].
    ///
    /// This call waits for the disk: from async code, call it where blocking is allowed.
    pub fn lend(&self) -> Lent {
        Lent { _lease: self.lease(), behind: self.catch_up() }
    }

    /// Opens the folder of another process that records and has [lent](RecordStore::lend) it. That process provides the
    /// anchored files through `anchors` and `elsewhere`.
    pub fn read_only(
        folder: PathBuf,
        anchors: Arc<dyn Anchors>,
        elsewhere: Option<Arc<dyn Elsewhere>>,
        behind: Vec<Skipped>,
    ) -> Self {
        let queue = Queue::new(0);
        queue.finish();
        let kept =
            StoreSettings { account: anchors, disk: Arc::new(ReadOnly), keep: None, elsewhere, behind };
        Self::new(folder, Arc::new(queue), kept)
    }
}

/// A disk that refuses to create files.
#[derive(Debug)]
struct ReadOnly;

impl Disk for ReadOnly {
    fn create(&self, _: &Path) -> io::Result<Box<dyn DiskFile>> {
        Err(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "this process only reads the evidence"))
    }
}
