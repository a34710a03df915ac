//! The cache of downloaded files, of limited size: files never change, so the same file is not downloaded twice.

use countersign_lake::Fetched;
use parking_lot::Mutex;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The downloaded files, in a folder of their own.
pub(crate) struct Cache {
    folder: PathBuf,
    most: u64,
    /// In the order of use; the last used is last.
    kept: Mutex<Vec<CachedFile>>,
}

struct CachedFile {
    digest: [u8; 32],
    path: PathBuf,
    bytes: u64,
    held: Arc<()>,
}

impl Cache {
    /// Creates an empty cache: files that an earlier process downloaded may have been changed since.
    pub(crate) fn open(folder: &Path, most: u64) -> io::Result<Self> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        Ok(Self { folder: folder.to_owned(), most, kept: Mutex::default() })
    }

    /// Returns the folder of downloaded files.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the file with this digest, if it is cached.
    pub(crate) fn get(&self, digest: &[u8; 32]) -> Option<Fetched> {
        let mut kept = self.kept.lock();
        let place = kept.iter().position(|kept| kept.digest == *digest)?;
        let found = kept.remove(place);
        let fetched = Fetched::new(found.path.clone(), Arc::clone(&found.held) as _);
        kept.push(found);
        Some(fetched)
    }

    /// Returns the path for a file with this digest and this path in the evidence. Removes cached files that nobody
    /// reads to make room for it.
    pub(crate) fn place_for(&self, digest: &[u8; 32], path: &str, bytes: u64) -> io::Result<PathBuf> {
        self.make_room(bytes);
        let place = self.folder.join(hex::encode(digest)).join(path);
        if let Some(folder) = place.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        Ok(place)
    }

    /// Adds a downloaded file to the cache.
    pub(crate) fn keep(&self, digest: [u8; 32], path: PathBuf, bytes: u64) -> Fetched {
        let held = Arc::new(());
        let fetched = Fetched::new(path.clone(), Arc::clone(&held) as _);
        self.kept.lock().push(CachedFile { digest, path, bytes, held });
        fetched
    }

    /// Removes the unfinished download of a file.
    pub(crate) fn discard(&self, digest: &[u8; 32]) {
        drop(fs::remove_dir_all(self.folder.join(hex::encode(digest))));
    }

    fn make_room(&self, bytes: u64) {
        let mut kept = self.kept.lock();
        let mut total: u64 = kept.iter().map(|kept| kept.bytes).sum();
        kept.retain(|kept| {
            let stays = total.saturating_add(bytes) <= self.most || Arc::strong_count(&kept.held) > 1;
            if !stays {
                total -= kept.bytes;
                self.discard(&kept.digest);
            }
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_goes_first_and_what_is_read_stays() {
        let folder = std::env::temp_dir().join(format!("countersign-cache-{}", std::process::id()));
        let cache = Cache::open(&folder, 100).unwrap();
        let put = |n: u8, bytes| {
            let path = cache.place_for(&[n; 32], "dt=2026-11-22/decisions-1.parquet", bytes).unwrap();
            fs::write(&path, [n]).unwrap();
            cache.keep([n; 32], path, bytes)
        };
        let there = |n: u8| cache.get(&[n; 32]).is_some_and(|fetched| fetched.path().exists());
        drop(put(1, 40));
        let read = put(2, 40);
        assert!(there(1), "there is room for both");
        drop(put(3, 40));
        assert_eq!((there(1), there(2), there(3)), (false, true, true));
        drop(put(4, 80));
        assert_eq!((there(2), there(3), there(4)), (true, false, true), "one more than there is room for");
        drop(read);
        drop(put(5, 100));
        assert_eq!((there(2), there(4), there(5)), (false, false, true));
        fs::remove_dir_all(folder).unwrap();
    }
}
