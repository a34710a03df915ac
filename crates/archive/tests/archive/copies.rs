//! Files that are missing here and exist elsewhere.

use crate::site::{ArchiveSite, InFolder, all, known};
use countersign_archive::{ArchiveCopies, Archives, KnownArchive, Stretch, WrittenArchive};
use countersign_journal::{Archive as _, ArchiveError, EntryHash, Seq};
use std::fs;
use std::path::Path;
use std::sync::Arc;

#[tokio::test]
async fn a_missing_file_is_fetched_from_its_copy() {
    let site = ArchiveSite::new().await;
    let written = site.write(0, 9_000);
    let journal = site.journal().await;
    journal.prune(written.last, |_| ()).await.unwrap();
    journal.close().await;
    let copies = site.folder.path().join("copies");
    fs::rename(site.archives_folder(), &copies).unwrap();
    for expected in [None, Some(known(&written))] {
        let away = Archives::new(site.archives_folder(), Some(Arc::new(InFolder(copies.clone(), false))));
        away.expect(expected);
        assert!(matches!(away.page(Seq(0), 1, 1), Err(ArchiveError::Away(why)) if why == "no link"));
        let there = Archives::new(site.archives_folder(), Some(Arc::new(InFolder(copies.clone(), true))));
        there.expect(expected);
        assert!(there.page(Seq(9_000), 1, 1).unwrap().is_empty(), "no file has this entry");
        let journal = site.journal().await;
        journal.reads_archive(Arc::new(there));
        assert!(all(&journal, 4_096).await.unwrap() == site.entries);
        journal.close().await;
        fs::remove_dir_all(site.archives_folder()).unwrap();
    }
    // A copy that does not match the digest is not left in place.
    let wrong = KnownArchive { digest: [0; 32], ..known(&written) };
    let there = Archives::new(site.archives_folder(), Some(Arc::new(InFolder(copies.clone(), true))));
    there.expect([wrong]);
    assert!(
        matches!(there.page(Seq(0), 1, 1), Err(ArchiveError::Altered(why)) if why.contains("its digest"))
    );
    assert_eq!(fs::read_dir(site.archives_folder()).unwrap().count(), 0);
    let other = KnownArchive { stretch: Stretch { first: Seq(1), last: Seq(8_000) }, digest: [0; 32] };
    let none = Archives::new(site.archives_folder(), Some(Arc::new(InFolder(copies, true))));
    none.expect([other]);
    assert!(matches!(none.page(Seq(0), 1, 1), Err(ArchiveError::Altered(why)) if why.contains("is missing")));
}

/// Copies of which a fetch takes so long that another reader could begin one too.
struct Slow(InFolder, std::sync::mpsc::SyncSender<()>);

impl ArchiveCopies for Slow {
    fn names(&self) -> Result<Vec<String>, String> {
        self.0.names()
    }

    fn fetch(&self, name: &str, path: &Path) -> Result<bool, String> {
        self.1.send(()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        self.0.fetch(name, path)
    }

    fn put(&self, written: &WrittenArchive, installation: EntryHash) -> Result<(), String> {
        self.0.put(written, installation)
    }
}

#[tokio::test]
async fn two_readers_that_miss_a_file_fetch_it_once() {
    let site = ArchiveSite::new().await;
    let written = site.write(0, 9_000);
    let copies = site.folder.path().join("copies");
    fs::rename(site.archives_folder(), &copies).unwrap();
    let (begun, fetches) = std::sync::mpsc::sync_channel(8);
    let there = Archives::new(site.archives_folder(), Some(Arc::new(Slow(InFolder(copies, true), begun))));
    there.expect([known(&written)]);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| there.page(Seq(0), 1, 1).map(|page| page.len()));
        fetches.recv().unwrap();
        let second = there.page(Seq(0), 1, 1).map(|page| page.len());
        assert_eq!((first.join().unwrap().unwrap(), second.unwrap()), (1, 1));
    });
    assert!(fetches.try_recv().is_err(), "the second reader waited for the first one's file");
}
