//! The narrow interface to the file system, so that tests can simulate a full disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Creates files. Renaming, removing and reading need no free space and use the file system directly.
pub trait Disk: Send + Sync + std::fmt::Debug + 'static {
    /// Creates an empty file at this path, readable by its owner only; an existing file is truncated.
    ///
    /// # Errors
    /// Those of the file system.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Returns the number of bytes that can still be written in `folder`; `None` if it is unknown.
    fn free(&self, folder: &Path) -> Option<u64> {
        let _ = folder;
        None
    }
}

/// The class of free disk space for records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DiskSpace {
    /// Enough for every record.
    #[default]
    Enough,
    /// Less than twice the reserve: refusals of unauthenticated requests are aggregated over all addresses.
    Low,
    /// Less than the reserve, which is for people who are signed in: refusals of unauthenticated requests are only
    /// counted.
    Reserved,
}

impl DiskSpace {
    /// Classifies the free bytes, given the size of the reserve.
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
    /// Returns when everything written so far is durable on the medium.
    ///
    /// # Errors
    /// Those of the file system. After an error, everything written since the last success may be lost, even if a later
    /// call succeeds: Linux reports a failed write-back only once.
    fn sync(&mut self) -> io::Result<()>;

    /// Truncates the file to this length.
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

/// Opens a file for reading. Refuses a pipe or a device in its place at once, because reading one may never end.
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

/// Creates a folder that only its owner can access, or removes the access of others from an existing one.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Returns when the folder's entries are durable: without this, a file may not exist after a crash.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
