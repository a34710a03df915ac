//! Reading what only the bucket has: fetched whole, and believed when its digest is the one in the journal.

use crate::place::is_plain;
use crate::{Copies, told};
use aws_lc_rs::digest;
use countersign_bucket::BucketError;
use countersign_evidence::{Away, Elsewhere, Fetched, SealedFile, Store};
use countersign_facts::EvidenceFile;
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// For how long a store that was away is not asked again, so that a question over a thousand files waits once.
const AWAY: Duration = Duration::from_secs(10);

impl Elsewhere for Copies {
    fn process(&self) -> &str {
        &self.0.gate
    }

    fn folder(&self) -> &Path {
        self.0.cache.folder()
    }

    fn partitions(&self) -> Vec<String> {
        let world = self.0.ledger.world();
        let others = world.evidence_of_all().filter(|(gate, _)| **gate != self.0.gate);
        let files = others.flat_map(|(_, kept)| kept.files());
        let partitions = files.filter_map(|known| known.file.path.split_once('/'));
        let partitions: BTreeSet<&str> = partitions.map(|(partition, _)| partition).collect();
        partitions.into_iter().map(str::to_owned).collect()
    }

    fn others(&self, partition: &str) -> Vec<Away> {
        let world = self.0.ledger.world();
        let others = world.evidence_of_all().filter(|(gate, _)| **gate != self.0.gate);
        let away = others.flat_map(|(gate, kept)| {
            let files = kept.partition(partition).map(|known| sealed(&known.file));
            files.map(|file| Away { process: gate.clone(), file }).collect::<Vec<_>>()
        });
        away.collect()
    }

    fn gone_before(&self) -> Vec<(String, Timestamp)> {
        let world = self.0.ledger.world();
        let others = world.evidence_of_all().filter(|(gate, _)| **gate != self.0.gate);
        others.filter_map(|(gate, kept)| Some((gate.clone(), kept.gone_before()?))).collect()
    }

    fn fetch(&self, away: &Away) -> Result<Fetched, String> {
        if !is_plain(&away.process) || !Store::is_path(&away.file.path) {
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
        self.0.runtime.block_on(self.download(away)).map_err(|error| {
            self.0.cache.discard(&away.file.digest);
            let why = match &error {
                BucketError::Differs => format!(
                    "what the store has is not what was anchored; `countersign evidence verify --store` at {} says more",
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
    async fn download(&self, away: &Away) -> Result<Fetched, BucketError> {
        let file = &away.file;
        let disk = |error: io::Error| BucketError::Disk { why: error.to_string() };
        let place = self.0.cache.place_for(&file.digest, &file.path, file.bytes).map_err(disk)?;
        self.download_to(&place, away).await?;
        *self.0.away.lock() = None;
        Ok(self.0.cache.keep(file.digest, place, file.bytes))
    }

    async fn download_to(&self, place: &Path, away: &Away) -> Result<(), BucketError> {
        let disk = |error: io::Error| BucketError::Disk { why: error.to_string() };
        let unfinished = place.with_extension("unfinished");
        let mut out = File::create(&unfinished).map_err(disk)?;
        let mut sum = Sum::of(away.file.bytes);
        let path = Self::path(&away.process, &away.file.path);
        let read = self.0.bucket.read(&path, away.file.bytes, |piece| {
            sum.add(piece)?;
            out.write_all(piece)
        });
        // A longer object than was anchored ends the reading by itself.
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

/// The digest of what comes from a stranger, who may not send more than was said.
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
                return Err(io::Error::other("it is longer than what was anchored"));
            }
        }
        self.context.update(piece);
        Ok(())
    }

    /// The digest; none when it is shorter than was said.
    pub(crate) fn finish(self) -> Option<[u8; 32]> {
        let digest = self.context.finish();
        (self.left == 0).then(|| digest.as_ref().try_into().ok()).flatten()
    }
}

fn sealed(file: &EvidenceFile) -> SealedFile {
    SealedFile {
        path: file.path.clone(),
        digest: *file.digest.as_bytes(),
        bytes: file.bytes,
        rows: file.rows,
        first: file.first,
        last: file.last,
    }
}
