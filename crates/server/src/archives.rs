//! Locates the archive files of the journal, and their copies in the store that the installation's processes share.

use crate::config::{Config, ConfigError, Journal as JournalConfig};
use countersign_archive::{ARCHIVE_FOLDER, ArchiveCopies, Archives, WrittenArchive};
use countersign_bucket::{Bucket, BucketError, Expected};
use countersign_control::known_archives;
use countersign_journal::EntryHash;
use countersign_ledger::Ledger;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

/// The folder in the bucket. No process has this name, because a name does not begin with a dot.
const IN_BUCKET: &str = ".journal";

/// The object that identifies the owner of these archive files: the hash of the journal's first entry.
const INSTALLATION: &str = "installation";

/// Maximum length of an archive file in bytes. A longer object is not read to its end.
const LONGEST: u64 = 4 << 30;

/// The archive files of a process.
#[derive(Clone)]
pub struct ProcessArchives {
    pub archives: Arc<Archives>,
}

impl ProcessArchives {
    /// Locates the files of the process with this configuration.
    ///
    /// # Errors
    /// If the store's configuration is invalid. Sends no request.
    pub fn of(config: &Config) -> Result<Self, ConfigError> {
        let bucket = config.evidence.store.as_ref().map(|store| store.bucket()).transpose()?;
        let in_bucket =
            |bucket| Arc::new(BucketCopies { bucket, runtime: Handle::current() }) as Arc<dyn ArchiveCopies>;
        Ok(Self { archives: Arc::new(Archives::new(folder(config), bucket.map(in_bucket))) })
    }

    /// Follows what the journal states about archive files, until the process stops.
    pub async fn follow(self, ledger: Ledger, stop: CancellationToken) {
        let mut moved = ledger.moved();
        let mut known = 0;
        loop {
            let world = ledger.world();
            if world.archived_until() != known {
                known = world.archived_until();
                self.archives.expect(known_archives(&world));
            }
            drop(world);
            if !matches!(stop.run_until_cancelled(moved.changed()).await, Some(Ok(()))) {
                return;
            }
        }
    }
}

/// Returns the folder beside the journal's file, or in the data folder if the journal is in a database.
fn folder(config: &Config) -> PathBuf {
    let beside = match &config.journal {
        JournalConfig::Sqlite { path: Some(path), .. } => path.parent(),
        JournalConfig::Sqlite { path: None, .. } | JournalConfig::Postgres { .. } => None,
    };
    beside.unwrap_or(&config.data).join(ARCHIVE_FOLDER)
}

/// Copies in a bucket.
struct BucketCopies {
    bucket: Bucket,
    runtime: Handle,
}

impl BucketCopies {
    /// Checks that the folder in the bucket belongs to this installation, and claims it if it has no owner. Two
    /// installations that are configured with one bucket by mistake must not replace each other's files, which have the
    /// same names.
    async fn claim(&self, installation: EntryHash) -> Result<(), String> {
        let (path, word) = (in_bucket(INSTALLATION), format!("{installation}\n"));
        match self.bucket.get(&path).await {
            Ok(found) if found == word.as_bytes() => Ok(()),
            Ok(_) => Err(format!(
                "{}/{IN_BUCKET} holds the archive of another installation: give evidence.store.url another prefix",
                self.bucket.address()
            )),
            Err(BucketError::Missing) => {
                self.bucket.put(&path, word.into()).await.map_err(|error| said(&error))
            }
            Err(error) => Err(said(&error)),
        }
    }

    async fn fetch_to(&self, name: &str, path: &Path) -> Result<bool, String> {
        let mut out = File::create(path).map_err(|error| error.to_string())?;
        let mut left = LONGEST;
        let object = in_bucket(name);
        let read = self.bucket.read(&object, LONGEST, |piece| {
            left = left
                .checked_sub(piece.len() as u64)
                .ok_or_else(|| io::Error::other("the object is longer than an archive file"))?;
            out.write_all(piece)
        });
        match read.await {
            Ok(()) => out.sync_all().map(|()| true).map_err(|error| error.to_string()),
            Err(BucketError::Missing) => Ok(false),
            Err(error) => Err(said(&error)),
        }
    }
}

impl ArchiveCopies for BucketCopies {
    fn names(&self) -> Result<Vec<String>, String> {
        let listed = self.runtime.block_on(self.bucket.list(&in_bucket(""))).map_err(|error| said(&error))?;
        let names = listed.iter().filter_map(|object| object.key.rsplit('/').next());
        Ok(names.map(ToOwned::to_owned).collect())
    }

    fn fetch(&self, name: &str, path: &Path) -> Result<bool, String> {
        self.runtime.block_on(self.fetch_to(name, path))
    }

    fn put(&self, written: &WrittenArchive, installation: EntryHash) -> Result<(), String> {
        let file = File::open(&written.path).map_err(|error| error.to_string())?;
        let expected = Expected { bytes: written.bytes, digest: written.digest };
        self.runtime.block_on(async {
            self.claim(installation).await?;
            let path = in_bucket(&written.stretch.file_name());
            self.bucket.put_file(&path, file, expected).await.map_err(|error| said(&error))
        })
    }
}

fn in_bucket(name: &str) -> String {
    format!("{IN_BUCKET}/{name}")
}

fn said(error: &BucketError) -> String {
    format!("{error}; {}", error.remedy())
}
