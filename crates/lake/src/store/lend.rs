//! Letting another process read: it opens the folder to read only, while this one keeps the files in place.

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

/// Held by the process that records while another reads: no file that is there goes, and everything that was recorded
/// before is where it can be read.
#[derive(Debug, Clone)]
pub struct Lent {
    behind: Vec<Skipped>,
    _lease: Lease,
}

impl Lent {
    /// What of the newest records is not where it can be read, because the disk is slow or failing.
    pub fn behind(&self) -> &[Skipped] {
        &self.behind
    }
}

impl<K: RecordKind> RecordStore<K> {
    /// Lets another process read, from now on and for as long as this is held. It is told what is
    /// [behind](Lent::behind) and opens the folder with [`RecordStore::read_only`].
    ///
    /// Its call waits for the disk: from async code call it where blocking is fine.
    pub fn lend(&self) -> Lent {
        Lent { _lease: self.lease(), behind: self.catch_up() }
    }

    /// The records in a folder that another process records in and has [lent](RecordStore::lend). That one says, by `anchors` and
    /// `elsewhere`, which files there must be.
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

/// A disk on which nothing is made.
#[derive(Debug)]
struct ReadOnly;

impl Disk for ReadOnly {
    fn create(&self, _: &Path) -> io::Result<Box<dyn DiskFile>> {
        Err(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "this process only reads the evidence"))
    }
}
