//! The folder of checkpoints: the world at a sequence as a file, so that a start folds only what came after.
//!
//! A file is believed if the journal goes on from its entry and, folded from there, holds its digest as a fact. So it
//! needs no signature, and whoever changes one changes nothing but how long a start takes. While a process serves that
//! began with one, everything is folded anew once, slowly, and compared: a build that folds otherwise than the one that
//! wrote the file is found out.

use crate::keys;
use aws_lc_rs::digest::{SHA256, digest};
use countersign_facts::{Actor, Digest, Fact, JournalFact};
use countersign_journal::{Head, Seq};
use countersign_ledger::{Ledger, Start};
use countersign_world::{CHECKPOINT_FORMAT, World};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many files are kept: the last, and one more in case it is damaged.
const KEPT: usize = 2;

/// When a process that began with a checkpoint begins to fold everything anew, and how long it rests after each page:
/// about as long as a page takes, so that half a processor is spent on it at most.
const CHECK: (Duration, Duration) = (Duration::from_secs(60), Duration::from_millis(20));

/// The folder, and what this process began with.
pub struct Checkpoints {
    folder: PathBuf,
    begun: Option<(Head, Digest)>,
    check: (Duration, Duration),
}

/// Why a checkpoint was not written.
#[derive(Debug, thiserror::Error)]
enum NotWritten {
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    World(#[from] countersign_world::CheckpointError),
    #[error(transparent)]
    Journal(#[from] countersign_journal::ReadError),
    #[error("the journal has no entry {0}")]
    NoEntry(u64),
    #[error("the digest could not be put on record: {0}")]
    NotStated(String),
    #[error(
        "another process came to another world at entry {seq}: {theirs} is on record, and this process has {ours}"
    )]
    Differs { seq: u64, theirs: Digest, ours: Digest },
}

impl Checkpoints {
    /// The folder within a data folder, and the newest checkpoint in it that can be read.
    pub fn open(data: &Path) -> (Self, Option<Start>) {
        let folder = data.join("checkpoints");
        let start = newest(&folder);
        let begun = start.as_ref().map(|start| (start.head, start.digest));
        (Self { folder, begun, check: CHECK }, start)
    }

    /// Write down each world that is worth it, and check the one that was begun with, until the process stops.
    pub async fn keep(self: Arc<Self>, ledger: Ledger, stop: CancellationToken) {
        let writing = self.clone().write_each(ledger.clone());
        stop.run_until_cancelled(async { tokio::join!(writing, self.check(&ledger)) }).await;
    }

    async fn write_each(self: Arc<Self>, ledger: Ledger) {
        let mut snapshots = ledger.snapshots();
        loop {
            let snapshot = snapshots.borrow_and_update().clone();
            if let Some(world) = snapshot {
                match self.write(&ledger, world).await {
                    Ok(seq) => tracing::info!(seq, "a checkpoint of the world was written"),
                    Err(error @ NotWritten::Differs { .. }) => ledger.doubt(error.to_string()),
                    Err(error) => {
                        tracing::warn!(%error, "no checkpoint was written: the next start takes longer");
                    }
                }
            }
            if snapshots.changed().await.is_err() {
                return;
            }
        }
    }

    async fn write(&self, ledger: &Ledger, world: Arc<World>) -> Result<u64, NotWritten> {
        let seq = world.seq();
        let entry = ledger.journal().read(Seq(seq.saturating_sub(1)), 1).await?;
        let head = entry.first().ok_or(NotWritten::NoEntry(seq))?.head();
        let folder = self.folder.clone();
        let written = tokio::task::spawn_blocking(move || {
            let bytes = frame(head, &world)?;
            let ours = digest_of(&bytes);
            keys::private_folder(&folder)?;
            keys::write_private(&folder.join(format!("{seq:020}.checkpoint")), &bytes)?;
            Ok::<_, NotWritten>(ours)
        });
        let ours = written.await.map_err(io::Error::other)??;
        self.put_on_record(ledger, seq, ours).await?;
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || forget_older(&folder)).await.map_err(io::Error::other)?;
        Ok(seq)
    }

    /// State the digest, unless another process did; that one must be the same.
    async fn put_on_record(&self, ledger: &Ledger, seq: u64, ours: Digest) -> Result<(), NotWritten> {
        let fact = JournalFact::CheckpointTaken { seq, format: CHECKPOINT_FORMAT, digest: ours };
        let actor = Actor::System("checkpoints".to_owned());
        let stated = ledger.command(actor, move |world, _| {
            let facts =
                if world.checkpoint(seq).is_some() { vec![] } else { vec![Fact::Journal(fact.clone())] };
            Ok::<_, countersign_ledger::Never>((facts, world.checkpoint(seq)))
        });
        match stated.await {
            Ok(Some(theirs)) if theirs != ours => Err(NotWritten::Differs { seq, theirs, ours }),
            Ok(_) => Ok(()),
            Err(error) => Err(NotWritten::NotStated(error.to_string())),
        }
    }

    /// Fold everything anew up to the checkpoint that was begun with, and compare.
    async fn check(&self, ledger: &Ledger) {
        let (Some((head, expected)), Some(seq)) = (self.begun, ledger.begun_at()) else { return };
        let (wait, pause) = self.check;
        tokio::time::sleep(wait).await;
        let found = match ledger.refold(seq, pause).await {
            Ok(world) => {
                tokio::task::spawn_blocking(move || frame(head, &world).map(|bytes| digest_of(&bytes))).await
            }
            Err(error) => {
                return tracing::warn!(%error, "the journal could not be folded anew to check the checkpoint");
            }
        };
        match found {
            Ok(Ok(found)) if found == expected => {
                tracing::info!(seq, "the checkpoint is what its facts add up to")
            }
            Ok(Ok(_)) => {
                let path = self.folder.join(format!("{seq:020}.checkpoint"));
                let removed = std::fs::remove_file(&path).is_ok();
                let remedy = if removed {
                    "start this process again"
                } else {
                    "remove the folder `checkpoints`, and start again"
                };
                ledger.doubt(format!(
                    "the checkpoint at entry {seq}, with which this process began, is not what the facts up to there add up to: {remedy}"
                ));
            }
            Ok(Err(error)) => tracing::warn!(%error, "the checkpoint could not be checked"),
            Err(error) => tracing::warn!(%error, "the checkpoint could not be checked"),
        }
    }
}

/// What stands before a world in its file, with the entry that it is of.
const TITLE: &str = "countersign checkpoint";

/// The bytes of a file: a line that says what it is, and the world.
fn frame(head: Head, world: &World) -> Result<Vec<u8>, NotWritten> {
    let mut bytes = format!("{TITLE} {CHECKPOINT_FORMAT} {head}\n").into_bytes();
    bytes.extend(world.to_checkpoint()?);
    Ok(bytes)
}

fn digest_of(bytes: &[u8]) -> Digest {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    Digest::new(out)
}

/// The files of a folder, the newest first; none when there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut files: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "checkpoint")).collect();
    files.sort_unstable_by(|one, other| other.cmp(one));
    files
}

fn newest(folder: &Path) -> Option<Start> {
    files(folder).into_iter().find_map(|path| match read(&path) {
        Ok(start) => Some(start),
        Err(why) => {
            tracing::warn!(path = %path.display(), why, "a checkpoint is not used");
            None
        }
    })
}

fn read(path: &Path) -> Result<Start, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<Start, String> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or("it has no first line")?;
    let (line, rest) = bytes.split_at(end);
    let line = std::str::from_utf8(line).map_err(|error| error.to_string())?;
    let title =
        line.strip_prefix(TITLE).and_then(|rest| rest.strip_prefix(' ')).ok_or("it is no checkpoint")?;
    let (format, head) = title.split_once(' ').ok_or("it is no checkpoint")?;
    if format != CHECKPOINT_FORMAT.to_string() {
        return Err(format!("it has format {format}, and this build writes {CHECKPOINT_FORMAT}"));
    }
    let head: Head = head.parse().map_err(|error| format!("{error}"))?;
    let world = World::from_checkpoint(rest).map_err(|error| error.to_string())?;
    if world.seq() != head.seq.0 {
        return Err(format!("its world is of entry {}, and its first line says {}", world.seq(), head.seq));
    }
    Ok(Start { world, head, digest: digest_of(bytes) })
}

fn forget_older(folder: &Path) {
    for path in files(folder).into_iter().skip(KEPT) {
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(path = %path.display(), %error, "an old checkpoint was not removed");
        }
    }
}

#[cfg(test)]
mod tests;
