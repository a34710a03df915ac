//! A journal, and archive files beside it.

use countersign_archive::{ArchiveCopies, ArchiveWriter, Archives, KnownArchive, WrittenArchive};
use countersign_journal::{Entry, EntryHash, Head, Journal, ReadError};
use std::fs;
use std::path::{Path, PathBuf};

/// Enough entries for several row groups.
pub const ENTRIES: u64 = 10_000;

pub struct ArchiveSite {
    pub folder: tempfile::TempDir,
    pub entries: Vec<Entry>,
}

impl ArchiveSite {
    pub async fn new() -> Self {
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

    pub async fn journal(&self) -> Journal {
        Journal::open_sqlite(self.folder.path().join("journal.sqlite")).await.unwrap()
    }

    pub fn archives_folder(&self) -> PathBuf {
        self.folder.path().join("archive")
    }

    pub fn archives(&self) -> Archives {
        Archives::new(self.archives_folder(), None)
    }

    /// Returns the head after this many entries.
    pub fn head(&self, seq: u64) -> Head {
        seq.checked_sub(1).map_or(Head::GENESIS, |at| self.entries[at as usize].head())
    }

    /// Writes the entries after `after` up to `until`.
    pub fn write(&self, after: u64, until: u64) -> WrittenArchive {
        let mut writer = ArchiveWriter::begin(&self.archives_folder(), self.head(after)).unwrap();
        for entry in &self.entries[after as usize..until as usize] {
            writer.push(entry.clone()).unwrap();
        }
        writer.finish().unwrap()
    }
}

pub fn known(written: &WrittenArchive) -> KnownArchive {
    KnownArchive { stretch: written.stretch, digest: written.digest }
}

pub async fn all(journal: &Journal, limit: u32) -> Result<Vec<Entry>, ReadError> {
    let mut all = Vec::new();
    let mut head = Head::GENESIS;
    loop {
        let page = journal.read_chained(head, limit).await?;
        let Some(last) = page.last() else { return Ok(all) };
        head = last.head();
        all.extend(page);
    }
}

/// Copies in another folder, which can be unreachable.
pub struct InFolder(pub PathBuf, pub bool);

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
