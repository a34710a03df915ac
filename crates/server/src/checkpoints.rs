//! The folder of checkpoints: the world at a sequence as a file, so that a start folds only later entries.
//!
//! A start trusts a file if the journal continues from its entry and contains its digest as a later fact. So a file
//! needs no signature: an attacker who changes one changes only how long a start takes. A process that started from a
//! checkpoint folds everything again once while it serves, slowly, and compares. This finds a build that folds
//! differently from the build that wrote the file.

use crate::keys;
use aws_lc_rs::digest::{SHA256, digest};
use countersign_facts::{Actor, Digest, Fact, JournalFact};
use countersign_journal::{Head, Seq};
use countersign_ledger::{Checkpoint, EarlierWorlds, Ledger};
use countersign_world::{CHECKPOINT_EVERY, CHECKPOINT_FORMAT, World};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many of the newest files are always kept: the last, and one more in case it is damaged.
const NEWEST: usize = 2;

/// When a process that started from a checkpoint begins to fold everything again, and how long it pauses after each
/// page: about as long as a page takes, so that it uses at most half a processor.
const CHECK: (Duration, Duration) = (Duration::from_secs(60), Duration::from_millis(20));

/// The folder of checkpoints.
pub struct CheckpointFolder {
    folder: PathBuf,
    check: (Duration, Duration),
}

/// Why a checkpoint was not written or not checked.
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
    #[error("this process cannot fold the journal again: {0}")]
    NotFolded(String),
    #[error("this process cannot record the digest in the journal: {0}")]
    NotStated(String),
    #[error(
        "another process folded entry {seq} to a different world: the journal records the digest {theirs}, \
         and this process has {ours}"
    )]
    Differs { seq: u64, theirs: Digest, ours: Digest },
}

impl CheckpointFolder {
    /// Locates the folder within a data folder.
    pub fn of(data: &Path) -> Self {
        Self { folder: data.join("checkpoints"), check: CHECK }
    }

    /// Reads the checkpoints that this build understands, newest first, each one lazily.
    pub fn read(&self) -> impl Iterator<Item = Checkpoint> + Send + use<> {
        self.read_until(u64::MAX)
    }

    /// The same as [`CheckpointFolder::read`], for those at or before this sequence.
    fn read_until(&self, until: u64) -> impl Iterator<Item = Checkpoint> + Send + use<> {
        let files =
            files(&self.folder).into_iter().filter(move |path| seq_of(path).is_some_and(|seq| seq <= until));
        files.filter_map(|path| match read(&path) {
            Ok(checkpoint) => Some(checkpoint),
            Err(why) => {
                tracing::warn!(path = %path.display(), why, "this process ignores a checkpoint");
                None
            }
        })
    }

    /// Writes a checkpoint whenever enough has changed, and checks the one that the process started from, until the
    /// process stops.
    pub async fn keep(self: Arc<Self>, ledger: Ledger, stop: CancellationToken) {
        let writing = self.clone().write_each(ledger.clone());
        stop.run_until_cancelled(async { tokio::join!(writing, self.check(&ledger)) }).await;
    }

    async fn write_each(self: Arc<Self>, ledger: Ledger) {
        let mut snapshots = ledger.snapshots();
        loop {
            if let Some(world) = ledger.take_snapshot() {
                match self.write(&ledger, world).await {
                    Ok(seq) => tracing::info!(seq, "this process wrote a checkpoint of the world"),
                    Err(error @ NotWritten::Differs { .. }) => ledger.doubt(error.to_string()),
                    Err(error) => {
                        tracing::warn!(
                            %error,
                            "this process cannot write a checkpoint: its next start takes longer"
                        );
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
        let head = head_at(ledger, seq).await?;
        let (folder, file) = (self.folder.clone(), self.file(seq));
        let written = tokio::task::spawn_blocking(move || {
            let bytes = frame(head, &world)?;
            let ours = digest_of(&bytes);
            keys::private_folder(&folder)?;
            keys::write_private(&file, &bytes)?;
            Ok::<_, NotWritten>(ours)
        });
        let ours = written.await.map_err(io::Error::other)??;
        self.put_on_record(ledger, seq, ours).await?;
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || forget_older(&folder)).await.map_err(io::Error::other)?;
        Ok(seq)
    }

    /// States the digest as a fact, unless another process did; then the two must be equal.
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

    /// Folds everything again up to the checkpoint that the process started from, and compares.
    async fn check(&self, ledger: &Ledger) {
        let Some(seq) = ledger.begun_at() else { return };
        let (wait, pause) = self.check;
        tokio::time::sleep(wait).await;
        // The journal vouched for the checkpoint at the start, so its digest is on record.
        let on_record = ledger.world().checkpoint(seq);
        match refolded(ledger, seq, pause).await {
            Ok(found) if Some(found) == on_record => {
                tracing::info!(seq, "the checkpoint agrees with its facts");
            }
            Ok(_) => {
                let removed = std::fs::remove_file(self.file(seq)).is_ok();
                let remedy = match removed {
                    true => "start this process again",
                    false => "remove the folder `checkpoints`, and start this process again",
                };
                ledger.doubt(format!(
                    "this process began with the checkpoint at entry {seq}, which does not agree with its \
                     facts: {remedy}"
                ));
            }
            Err(error) => tracing::warn!(%error, "this process cannot check its checkpoint"),
        }
    }

    fn file(&self, seq: u64) -> PathBuf {
        self.folder.join(format!("{seq:020}.checkpoint"))
    }
}

impl EarlierWorlds for CheckpointFolder {
    fn newest_first(&self, until: u64) -> Box<dyn Iterator<Item = Checkpoint> + '_> {
        Box::new(self.read_until(until))
    }
}

async fn head_at(ledger: &Ledger, seq: u64) -> Result<Head, NotWritten> {
    let entry = ledger.journal().read(Seq(seq.saturating_sub(1)), 1).await?;
    Ok(entry.first().ok_or(NotWritten::NoEntry(seq))?.head())
}

/// Folds the journal again up to this sequence, and returns the digest of the resulting checkpoint.
async fn refolded(ledger: &Ledger, seq: u64, pause: Duration) -> Result<Digest, NotWritten> {
    let head = head_at(ledger, seq).await?;
    let world = ledger.refold(seq, pause).await.map_err(|error| NotWritten::NotFolded(error.to_string()))?;
    let framing = tokio::task::spawn_blocking(move || frame(head, &world).map(|bytes| digest_of(&bytes)));
    framing.await.map_err(io::Error::other)?
}

/// The first words of a file, followed by the entry of its world.
const TITLE: &str = "countersign checkpoint";

/// Maximum length of a first line in bytes.
const LONGEST_TITLE: u64 = 256;

/// Returns the bytes of a file: a title line, and the world.
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

/// Returns the files of a folder, newest first; none if there is no folder. Only regular files, because opening
/// anything else could block for ever.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let regular = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let paths = regular.map(|entry| entry.path());
    let mut files: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "checkpoint")).collect();
    files.sort_unstable_by(|one, other| other.cmp(one));
    files
}

/// Returns the sequence in a file's name, or `None` if this room does not write such names.
fn seq_of(path: &Path) -> Option<u64> {
    path.file_stem()?.to_str()?.parse().ok()
}

/// Returns which of these sequences, in descending order, can be deleted. It keeps the newest, and of the others the
/// oldest in each span that is twice as long as the span after it. So readers of the past fold at most about twice the
/// entries between their time and the present, and the number of files grows with the logarithm of the journal's
/// length.
fn dispensable(descending: &[u64]) -> Vec<u64> {
    let Some(newest) = descending.first() else { return Vec::new() };
    let span = |seq: &u64| ((newest - seq) / CHECKPOINT_EVERY).checked_ilog2();
    let older = descending.get(NEWEST..).unwrap_or_default();
    let dispensed = older.windows(2).filter_map(|pair| match pair {
        [newer, older] if span(newer) == span(older) => Some(*newer),
        _ => None,
    });
    dispensed.collect()
}

fn read(path: &Path) -> Result<Checkpoint, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    parse(BufReader::new(file))
}

/// Parses a file, the first line first, so that it reads no more of a file that this build cannot use.
fn parse(mut from: impl BufRead) -> Result<Checkpoint, String> {
    let mut bytes = Vec::new();
    from.by_ref().take(LONGEST_TITLE).read_until(b'\n', &mut bytes).map_err(|error| error.to_string())?;
    let line = bytes.strip_suffix(b"\n").ok_or("the file has no first line")?;
    let line = std::str::from_utf8(line).map_err(|error| error.to_string())?;
    let title = line
        .strip_prefix(TITLE)
        .and_then(|rest| rest.strip_prefix(' '))
        .ok_or("the file is not a checkpoint")?;
    let (format, head) = title.split_once(' ').ok_or("the file is not a checkpoint")?;
    if format != CHECKPOINT_FORMAT.to_string() {
        return Err(format!("the file has format {format}, but this build writes {CHECKPOINT_FORMAT}"));
    }
    let head: Head = head.parse().map_err(|error| format!("{error}"))?;
    let world_begins = bytes.len();
    from.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let world = bytes.get(world_begins..).unwrap_or_default();
    let world = World::from_checkpoint(world).map_err(|error| error.to_string())?;
    if world.seq() != head.seq.0 {
        return Err(format!(
            "the world in the file is of entry {}, but the first line says {}",
            world.seq(),
            head.seq
        ));
    }
    Ok(Checkpoint { world, head, digest: digest_of(&bytes) })
}

fn forget_older(folder: &Path) {
    let files = files(folder);
    let seqs: Vec<_> = files.iter().filter_map(|path| seq_of(path)).collect();
    let dispensable = dispensable(&seqs);
    for path in files.into_iter().filter(|path| seq_of(path).is_some_and(|seq| dispensable.contains(&seq))) {
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(path = %path.display(), %error, "this process cannot remove an old checkpoint");
        }
    }
}

#[cfg(test)]
mod tests;
