//! Reads files that exist only in the bucket: downloads the whole file, and accepts it if its digest is the one in the
//! journal.

use crate::place::is_plain;
use crate::{Copies, told};
use aws_lc_rs::digest;
use countersign_bucket::BucketError;
use countersign_facts::EvidenceFile;
use countersign_lake::{Away, Fetched, KindFiles, SealedFile};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long an unreachable store is not tried again, so that a query over a thousand files waits only once.
const AWAY: Duration = Duration::from_secs(10);

impl Copies {
    /// Returns a file of this kind, downloaded to this machine.
    pub(crate) fn fetch_of(&self, kind: &KindFiles, away: &Away) -> Result<Fetched, String> {
        if !is_plain(&away.process) || !kind.is_path(&away.file.path) {
            return Err("a process of this name has no place in a store".to_owned());
        }
        let _one = self.0.fetching.lock();
        if let Some(fetched) = self.0.cache.get(&away.file.digest) {
            return Ok(fetched);
        }
        if let Some((at, why)) = &*self.0.away.lock()
            && at.elapsed() < AWAY
        {
            return Err(why.clone());
        }
        let path = Self::path(&away.process, &kind.within(&away.file.path));
        self.0.runtime.block_on(self.download(away, &path)).map_err(|error| {
            self.0.cache.discard(&away.file.digest);
            let why = match &error {
                BucketError::Differs => format!(
                    "the store's copy differs from the anchor; `countersign evidence verify --store` at {} says more",
                    away.process
                ),
                error => told(error),
            };
            if error.is_stores() {
                *self.0.away.lock() = Some((Instant::now(), why.clone()));
            }
            why
        })
    }
}

impl Copies {
    async fn download(&self, away: &Away, path: &str) -> Result<Fetched, BucketError> {
        let file = &away.file;
        let disk = |error: io::Error| BucketError::Disk { why: error.to_string() };
        let place = self.0.cache.place_for(&file.digest, &file.path, file.bytes).map_err(disk)?;
        self.download_to(&place, away, path).await?;
        *self.0.away.lock() = None;
        Ok(self.0.cache.keep(file.digest, place, file.bytes))
    }

    async fn download_to(&self, place: &Path, away: &Away, path: &str) -> Result<(), BucketError> {
        let disk = |error: io::Error| BucketError::Disk { why: error.to_string() };
        let unfinished = place.with_extension("unfinished");
        let mut out = File::create(&unfinished).map_err(disk)?;
        let mut sum = Sum::of(away.file.bytes);
        let read = self.0.bucket.read(path, away.file.bytes, |piece| {
            sum.add(piece)?;
            out.write_all(piece)
        });
        // An object that is longer than the anchored file stops the download.
        let read = read.await;
        if sum.is_over {
            return Err(BucketError::Differs);
        }
        read?;
        if sum.finish() != Some(away.file.digest) {
            return Err(BucketError::Differs);
        }
        fs::rename(&unfinished, place).map_err(disk)
    }
}

/// The digest of data from an untrusted source, limited to the expected length.
pub(crate) struct Sum {
    context: digest::Context,
    left: u64,
    pub(crate) is_over: bool,
}

impl Sum {
    pub(crate) fn of(bytes: u64) -> Self {
        Self { context: digest::Context::new(&digest::SHA256), left: bytes, is_over: false }
    }

    pub(crate) fn add(&mut self, piece: &[u8]) -> io::Result<()> {
        match self.left.checked_sub(piece.len() as u64) {
            Some(left) => self.left = left,
            None => {
                self.is_over = true;
                return Err(io::Error::other("it is longer than the anchored file"));
            }
        }
        self.context.update(piece);
        Ok(())
    }

    /// Returns the digest; `None` if the data is shorter than expected.
    pub(crate) fn finish(self) -> Option<[u8; 32]> {
        let digest = self.context.finish();
        (self.left == 0).then(|| digest.as_ref().try_into().ok()).flatten()
    }
}

pub(crate) fn sealed(file: &EvidenceFile) -> SealedFile {
    SealedFile {
        path: file.path.clone(),
        digest: *file.digest.as_bytes(),
        bytes: file.bytes,
        rows: file.rows,
        first: file.first,
        last: file.last,
        tally: file.tally.clone(),
    }
}
