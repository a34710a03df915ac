//! Opens a folder for recording.

use crate::disk::{self, DiskSpace};
use crate::kind::RecordKind;
use crate::options::Options;
use crate::queue::{Length, Queue};
use crate::rotate::{self, Rotator};
use crate::segment;
use crate::sink::RecordSink;
use crate::store::{RecordStore, StoreSettings};
use crate::writer::Writer;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use tokio::sync::watch;

/// An error while opening the folder.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the folder open.
    #[error("{} is in use by another process: stop that process, or give this one its own folder", .0.display())]
    InUse(PathBuf),
    /// The folder is not usable.
    #[error("{} cannot be used for evidence: {source}; it must be a folder that this user may write", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// Opens the records of a kind in `folder`. The folder is created if it is missing, and other users lose access to it.
/// Segments of an earlier process are converted to Parquet in the background, and are readable meanwhile.
///
/// # Errors
/// If another process has the folder open, or the folder is not usable.
pub fn open<K: RecordKind>(
    folder: impl AsRef<Path>,
    options: Options,
) -> Result<(RecordSink<K>, RecordStore<K>), OpenError> {
    let folder = folder.as_ref().to_owned();
    let failed = |source| OpenError::Folder { folder: folder.clone(), source };
    disk::private_folder(&folder).map_err(failed)?;
    let lock = lock(&folder)?;
    rotate::remove_unfinished(&folder).map_err(failed)?;
    let left = segment::list(&folder).map_err(failed)?;

    let queue = Arc::new(Queue::new(options.backlog_bytes));
    queue.set_space(DiskSpace::of(options.disk.free(&folder), options.reserve));
    let account = Arc::clone(&options.anchors);
    let kept = StoreSettings {
        account: Arc::clone(&account),
        disk: Arc::clone(&options.disk),
        keep: options.keep,
        elsewhere: options.elsewhere.clone(),
        behind: Vec::new(),
    };
    let store = RecordStore::new(folder.clone(), Arc::clone(&queue), kept);
    store.settle().map_err(failed)?;
    let (ended, ending) = watch::channel(None);
    let (full, arriving) = mpsc::channel();
    for path in left {
        queue.note_segment(&path, Length::Found(path.metadata().map_or(0, |about| about.len())));
        drop(full.send(path));
    }
    let rotator = {
        let (folder, disk, queue) = (folder.clone(), Arc::clone(&options.disk), Arc::clone(&queue));
        let (account, retry) = (Arc::clone(&account), options.retry * 10);
        let run = move || {
            let rotator = Rotator { folder: &folder, disk: &*disk, queue: &queue, account: &*account };
            rotate::run::<K>(&rotator, retry, &arriving);
        };
        thread::Builder::new().name(format!("{}-rotate", K::FILES.name)).spawn(run).map_err(failed)?
    };
    let writer = Writer::new(Arc::clone(&queue), (folder.clone(), K::FILES), options, full);
    let shared = Arc::clone(&queue);
    let run = move || {
        let result = writer.run();
        shared.finish();
        // The writer was the last sender of segments, so the rotator ends once it has tried all of them.
        drop(rotator.join());
        drop(lock);
        ended.send_replace(Some(result.map_err(Into::into)));
    };
    thread::Builder::new().name(format!("{}-write", K::FILES.name)).spawn(run).map_err(failed)?;
    Ok((RecordSink::new(queue, ending), store))
}

/// Locks the folder: two writers in one folder would convert and remove each other's segments.
fn lock(folder: &Path) -> Result<File, OpenError> {
    let failed = |source| OpenError::Folder { folder: folder.to_owned(), source };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(folder.join("lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
