//! Archive files beside a real journal: what is read from them, and which parts of a damaged or foreign file are
//! accepted.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use countersign_archive::{
    ArchiveCopies, ArchiveWriteError, ArchiveWriter, Archives, KnownArchive, Stretch, WrittenArchive,
};
use countersign_journal::{
    Archive as _, ArchiveError, Entry, EntryHash, Head, Journal, ReadError, Seq, VerifyError,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Enough entries for several row groups.
const ENTRIES: u64 = 10_000;

struct Site {
    folder: tempfile::TempDir,
    entries: Vec<Entry>,
}

impl Site {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Self { folder, entries: Vec::new() };
        let journal = site.journal().await;
        let (mut head, mut entries) = (Head::GENESIS, Vec::new());
        let payload =
            |n: u64| format!("{{\"entry\":{n},\"rest\":\"{}\"}}", "x".repeat((n % 50) as usize)).into_bytes();
        for first in (1..=ENTRIES).step_by(1_000) {
            let payloads = (first..first + 1_000).map(payload).collect();
            entries.extend(journal.append(head, payloads).await.unwrap());
            head = entries.last().unwrap().head();
        }
        journal.close().await;
        Self { entries, ..site }
    }

    async fn journal(&self) -> Journal {
        Journal::open_sqlite(self.folder.path().join("journal.sqlite")).await.unwrap()
    }

    fn archives_folder(&self) -> PathBuf {
        self.folder.path().join("archive")
    }

    fn archives(&self) -> Archives {
        Archives::new(self.archives_folder(), None)
    }

    /// Returns the head after this many entries.
    fn head(&self, seq: u64) -> Head {
        seq.checked_sub(1).map_or(Head::GENESIS, |at| self.entries[at as usize].head())
    }

    /// Writes the entries after `after` up to `until`.
    fn write(&self, after: u64, until: u64) -> WrittenArchive {
        let mut writer = ArchiveWriter::begin(&self.archives_folder(), self.head(after)).unwrap();
        for entry in &self.entries[after as usize..until as usize] {
            writer.push(entry.clone()).unwrap();
        }
        writer.finish().unwrap()
    }
}

fn known(written: &WrittenArchive) -> KnownArchive {
    KnownArchive { stretch: written.stretch, digest: written.digest }
}

async fn all(journal: &Journal, limit: u32) -> Result<Vec<Entry>, ReadError> {
    let mut all = Vec::new();
    let mut head = Head::GENESIS;
    loop {
        let page = journal.read_chained(head, limit).await?;
        let Some(last) = page.last() else { return Ok(all) };
        head = last.head();
        all.extend(page);
    }
}

#[tokio::test]
async fn a_journal_of_which_most_is_archived_is_read_and_verified_whole() {
    let site = Site::new().await;
    let (one, two) = (site.write(0, 7_000), site.write(7_000, 9_500));
    assert_eq!((one.last, two.last), (site.head(7_000), site.head(9_500)));
    let journal = site.journal().await;
    assert_eq!(journal.prune(two.last, |_| ()).await.unwrap(), 9_500);
    journal.close().await;

    for expected in [vec![], vec![known(&one), known(&two)]] {
        let journal = site.journal().await;
        let archives = site.archives();
        archives.expect(expected.clone());
        assert_eq!(archives.verify_known().unwrap(), expected.len());
        journal.reads_archive(Arc::new(archives));
        for limit in [1_000, 4_097] {
            assert!(all(&journal, limit).await.unwrap() == site.entries);
        }
        // From the middle of a row group, of the other file, and across the boundary between a file and the store.
        for after in [4_095, 4_096, 4_097, 6_999, 7_000, 9_499, 9_500] {
            let page = journal.read(Seq(after), 3).await.unwrap();
            assert!(!page.is_empty() && page[..] == site.entries[after as usize..][..page.len()], "{after}");
        }
        let found = journal.verify_against(site.head(5_000), |_| ()).await.unwrap();
        assert_eq!((found.head, found.entries), (site.head(ENTRIES), ENTRIES));
        journal.close().await;
    }
}

#[tokio::test]
async fn a_file_that_is_not_the_one_that_was_written_is_not_read() {
    let site = Site::new().await;
    let written = site.write(0, 9_000);
    let journal = site.journal().await;
    journal.prune(written.last, |_| ()).await.unwrap();
    let archives = Arc::new(site.archives());
    archives.expect([known(&written)]);
    journal.reads_archive(archives.clone());
    assert!(all(&journal, 4_096).await.unwrap() == site.entries);

    let whole = fs::read(&written.path).unwrap();
    // Another, valid chain: an attacker who can write files but not facts.
    let forged = {
        let mut writer = ArchiveWriter::begin(&site.archives_folder(), Head::GENESIS).unwrap();
        let mut head = Head::GENESIS;
        for _ in 0..9_000 {
            let entry = head.entry(b"forged".to_vec());
            head = entry.head();
            writer.push(entry).unwrap();
        }
        fs::read(writer.finish().unwrap().path).unwrap()
    };
    let flipped = {
        let mut bytes = whole.clone();
        bytes[1_000] ^= 1;
        bytes
    };
    let cases = [
        ("forged", forged),
        ("flipped", flipped),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("empty", vec![]),
    ];
    for (what, bytes) in cases {
        fs::write(&written.path, bytes).unwrap();
        let Err(VerifyError::Broken(broken)) = journal.verify(|_| ()).await else { panic!("{what}") };
        assert!(broken.to_string().contains("its digest is not the one in the journal"), "{what}: {broken}");
        assert!(journal.read(Seq(0), 1).await.is_err(), "{what}");
        // A reader that does not know the digest detects it by the chain, or cannot read it.
        let unaware = site.archives();
        let read: Result<Vec<_>, ArchiveError> = unaware.page(Seq(0), 10, 1_000);
        let believed = read.is_ok_and(|page| {
            page.iter().zip(&site.entries).all(|(read, entry)| read.payload == entry.payload)
        });
        assert!(!believed || what == "flipped", "{what}");
    }
    fs::remove_file(&written.path).unwrap();
    let gone = journal.verify(|_| ()).await.unwrap_err().to_string();
    assert!(
        gone.contains("is missing, which holds the entries 1 to 9000: put it back from a copy"),
        "{gone}"
    );
    // Reading a pipe without a writer would never end.
    assert!(std::process::Command::new("mkfifo").arg(&written.path).status().unwrap().success());
    assert!(journal.read(Seq(0), 1).await.is_err());
    fs::remove_file(&written.path).unwrap();
    fs::write(&written.path, whole).unwrap();
    assert!(all(&journal, 4_096).await.unwrap() == site.entries, "the original is back");
}

/// Damage anywhere neither ends a process nor passes for another entry.
#[tokio::test]
async fn no_damage_passes_for_an_entry() {
    let site = Site::new().await;
    let written = site.write(0, 9_000);
    let journal = site.journal().await;
    journal.prune(written.last, |_| ()).await.unwrap();
    journal.close().await;
    let whole = fs::read(&written.path).unwrap();
    // The footer, which holds lengths and positions, and positions all over the file.
    let footer = whole.len() - 400..whole.len();
    let spread = (0..200).map(|step| step * whole.len() / 200);
    let (mut refused, mut read) = (0, 0);
    for at in footer.chain(spread) {
        let mut bytes = whole.clone();
        bytes[at] = bytes[at].wrapping_add(1 + (at % 251) as u8);
        fs::write(&written.path, bytes).unwrap();
        let archives = site.archives();
        for after in [0, 8_000] {
            let mut head = site.head(after);
            match archives.page(Seq(after), 4_096, usize::MAX) {
                Err(_) => refused += 1,
                Ok(page) => {
                    // The journal's own check of each entry.
                    let chained = page.into_iter().map_while(|stored| {
                        let entry = stored.chained_after(head).ok()?;
                        head = entry.head();
                        Some(entry)
                    });
                    let chained: Vec<_> = chained.collect();
                    read += chained.len();
                    assert!(chained[..] == site.entries[after as usize..][..chained.len()], "{at}");
                }
            }
        }
    }
    assert!(refused > 0 && read > 0, "damage of the footer is noticed, and what is not damaged is read");
}

#[test]
fn only_the_next_entry_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let first = Head::GENESIS.entry(b"one".to_vec());
    let mut writer = ArchiveWriter::begin(folder.path(), Head::GENESIS).unwrap();
    let skipped = first.head().entry(b"two".to_vec());
    assert!(matches!(writer.push(skipped), Err(ArchiveWriteError::OutOfOrder { .. })));
    let forged = Entry { payload: b"three".to_vec(), ..first };
    assert!(matches!(writer.push(forged), Err(ArchiveWriteError::OutOfOrder { .. })));
    assert!(matches!(writer.finish(), Err(ArchiveWriteError::Empty)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing of it is left");
}

/// Copies in another folder, which can be unreachable.
struct InFolder(PathBuf, bool);

impl ArchiveCopies for InFolder {
    fn names(&self) -> Result<Vec<String>, String> {
        if !self.1 {
            return Err("no link".to_owned());
        }
        let names =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        Ok(names.collect())
    }

    fn fetch(&self, name: &str, path: &Path) -> Result<bool, String> {
        if !self.1 {
            return Err("no link".to_owned());
        }
        Ok(fs::copy(self.0.join(name), path).is_ok())
    }

    fn put(&self, written: &WrittenArchive, _: EntryHash) -> Result<(), String> {
        fs::copy(&written.path, self.0.join(written.stretch.file_name()))
            .map(drop)
            .map_err(|error| error.to_string())
    }
}

#[tokio::test]
async fn a_missing_file_is_fetched_from_its_copy() {
    let site = Site::new().await;
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
    let site = Site::new().await;
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
