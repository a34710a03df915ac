//! The edge to the file system, as narrow as it can be, so that a test can be a disk that is full.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Where files are created. Renaming, removing and reading need no room and go to the file system directly.
pub trait Disk: Send + Sync + std::fmt::Debug + 'static {
    /// An empty file at this path, readable by its owner only; a file that was there is emptied.
    ///
    /// # Errors
    /// Those of the file system.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// The number of bytes that may still be written where `folder` is; `None` if it is not known.
    fn free(&self, folder: &Path) -> Option<u64> {
        let _ = folder;
        None
    }
}

/// How much disk space there is for records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DiskSpace {
    /// Enough for every record.
    #[default]
    Enough,
    /// Less than twice the reserve: refusals of strangers are folded over all addresses.
    Low,
    /// Only the reserve for people who are signed in: refusals of strangers are only counted.
    Reserved,
}

impl DiskSpace {
    /// Classifies the free bytes, given the bytes of the reserve.
    pub(crate) const fn of(free: Option<u64>, reserve: u64) -> Self {
        match free {
            Some(free) if free < reserve => Self::Reserved,
            Some(free) if free < reserve.saturating_mul(2) => Self::Low,
            _ => Self::Enough,
        }
    }
}

/// A file that is being written.
pub trait DiskFile: Write + Send {
    /// Returns when everything written so far is on the medium.
    ///
    /// # Errors
    /// Those of the file system. After one, what was written since the last success may be lost, even if a later
    /// call succeeds: Linux reports a failed write-back once.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file to so many bytes.
    ///
    /// # Errors
    /// Those of the file system.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// The file system of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        Ok(Box::new(options.open(path)?))
    }

    fn free(&self, folder: &Path) -> Option<u64> {
        let about = rustix::fs::statvfs(folder).ok()?;
        Some(about.f_bavail.saturating_mul(about.f_frsize))
    }
}

/// Opens a file to read. A pipe or a device in its place is refused at once: reading one may never end.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
}

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

/// A folder that only its owner may enter, made when it is missing and closed to others when it is not.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Returns when the names in the folder are on the medium: a file whose name is not does not exist after a crash.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
