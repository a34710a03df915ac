//! What was fetched, for as long as there is room: files never change, so the same one is not fetched again.

use countersign_lake::Fetched;
use parking_lot::Mutex;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Fetched files, in a folder of their own.
pub(crate) struct Cache {
    folder: PathBuf,
    most: u64,
    /// Those used last come last.
    kept: Mutex<Vec<CachedFile>>,
}

struct CachedFile {
    digest: [u8; 32],
    path: PathBuf,
    bytes: u64,
    held: Arc<()>,
}

impl Cache {
    /// An empty one: what an earlier process fetched may have been changed since.
    pub(crate) fn open(folder: &Path, most: u64) -> io::Result<Self> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        Ok(Self { folder: folder.to_owned(), most, kept: Mutex::default() })
    }

    /// Where fetched files lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file with this digest, if it is there.
    pub(crate) fn get(&self, digest: &[u8; 32]) -> Option<Fetched> {
        let mut kept = self.kept.lock();
        let place = kept.iter().position(|kept| kept.digest == *digest)?;
        let found = kept.remove(place);
        let fetched = Fetched::new(found.path.clone(), Arc::clone(&found.held) as _);
        kept.push(found);
        Some(fetched)
    }

    /// Where a file with this digest is to lie, of this path in the evidence; room is made for it, as far as nobody reads
    /// what is there.
    pub(crate) fn place_for(&self, digest: &[u8; 32], path: &str, bytes: u64) -> io::Result<PathBuf> {
        self.make_room(bytes);
        let place = self.folder.join(hex::encode(digest)).join(path);
        if let Some(folder) = place.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        Ok(place)
    }

    /// Takes note of a file that is there now.
    pub(crate) fn keep(&self, digest: [u8; 32], path: PathBuf, bytes: u64) -> Fetched {
        let held = Arc::new(());
        let fetched = Fetched::new(path.clone(), Arc::clone(&held) as _);
        self.kept.lock().push(CachedFile { digest, path, bytes, held });
        fetched
    }

    /// Removes what lies where a file was to come.
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
