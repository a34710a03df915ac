//! Folds the journal into the world at its head when a process starts.
//!
//! Reading (with the check of the chain), parsing and folding are a pipeline of three threads, so that a start takes as
//! long as the slowest of them and not as all three. The order of the facts is kept, because each stage has only one
//! thread.

use crate::OpenError;
use crate::clocks::Steady;
use countersign_facts::{Digest, Stated};
use countersign_journal::{Entry, Head, Journal};
use countersign_world::World;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Number of entries read at a time.
pub const PAGE: u32 = 4096;

/// Maximum number of pages waiting before a stage.
const AHEAD: usize = 2;

/// A page, up to the first entry that could not be parsed.
struct Parsed {
    /// The sequence of the first entry.
    first: u64,
    stated: Vec<Stated>,
    /// Why the next entry could not be parsed.
    problem: Option<String>,
}

/// The folded journal.
pub struct Loaded {
    pub world: World,
    pub head: Head,
    /// When the store was asked for more entries and had none.
    pub asked: Duration,
}

/// A world from a checkpoint, from which a start may continue.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// The world after the entry.
    pub world: World,
    /// The journal's entry.
    pub head: Head,
    /// SHA-256 of the file.
    pub digest: Digest,
}

/// Folds the entries after the first checkpoint that the journal vouches for, or all entries without one. Also returns
/// the sequence of that checkpoint.
pub async fn load_from(
    journal: &Journal,
    steady: &Steady,
    checkpoints: impl IntoIterator<Item = Checkpoint, IntoIter: Send>,
    mut progress: impl FnMut(u64),
) -> Result<(Loaded, Option<u64>), OpenError> {
    for Checkpoint { world, head, digest } in checkpoints {
        let seq = head.seq.0;
        match load(journal, steady, (world, head), &mut progress).await {
            Ok(loaded) if loaded.world.checkpoint(seq) == Some(digest) => return Ok((loaded, Some(seq))),
            Ok(_) => tracing::warn!(seq, "a checkpoint is not used: the journal does not hold its digest"),
            Err(error) => {
                tracing::warn!(seq, %error, "a checkpoint is not used: the journal does not go on from it");
            }
        }
    }
    let loaded = load(journal, steady, (World::empty(), Head::GENESIS), &mut progress).await?;
    Ok((loaded, None))
}

/// Folds the journal up to this sequence, one page at a time with a pause after each, so that it hardly slows a serving
/// process.
pub async fn refold(journal: &Journal, up_to: u64, pause: Duration) -> Result<World, OpenError> {
    let (mut world, mut head) = (World::empty(), Head::GENESIS);
    while world.seq() < up_to {
        let left = u32::try_from(up_to - world.seq()).unwrap_or(PAGE).min(PAGE);
        let page = journal.read_chained(head, left).await?;
        let Some(last) = page.last() else {
            return Err(OpenError::Unfoldable(format!("the journal ends before entry {up_to}")));
        };
        head = last.head();
        let folding =
            spawn_blocking(move || page.iter().try_for_each(|entry| fold(&mut world, entry)).map(|()| world));
        world = folding
            .await
            .map_err(|error| OpenError::Unfoldable(error.to_string()))?
            .map_err(OpenError::Unfoldable)?;
        tokio::time::sleep(pause).await;
    }
    Ok(world)
}

/// Folds all entries after `begun`.
async fn load(
    journal: &Journal,
    steady: &Steady,
    begun: (World, Head),
    mut progress: impl FnMut(u64),
) -> Result<Loaded, OpenError> {
    let folded = Arc::new(AtomicU64::new(0));
    let (pages, arriving) = mpsc::channel(AHEAD);
    let (parsed, to_fold) = mpsc::channel(AHEAD);
    let parsing = spawn_blocking(move || parse_all(arriving, &parsed));
    let folding = spawn_blocking({
        let folded = folded.clone();
        move || fold_all(begun.0, to_fold, &folded)
    });

    let mut head = begun.1;
    let mut asked;
    let read = loop {
        asked = steady.elapsed();
        let page = match journal.read_chained(head, PAGE).await {
            Ok(page) => page,
            Err(error) => break Err(error),
        };
        let Some(last) = page.last() else { break Ok(()) };
        head = last.head();
        // The receiver is gone if an earlier page could not be parsed or folded; its error is reported below.
        if pages.send(page).await.is_err() {
            break Ok(());
        }
        progress(folded.load(Ordering::Relaxed));
    };
    drop(pages);
    let ended = |error: tokio::task::JoinError| OpenError::Unfoldable(error.to_string());
    parsing.await.map_err(ended)?;
    let world = folding.await.map_err(ended)?.map_err(OpenError::Unfoldable)?;
    read?;
    progress(world.seq());
    Ok(Loaded { world, head, asked })
}

fn parse_all(mut pages: mpsc::Receiver<Vec<Entry>>, parsed: &mpsc::Sender<Parsed>) {
    while let Some(page) = pages.blocking_recv() {
        let page = parse_page(&page);
        let broken = page.problem.is_some();
        if parsed.blocking_send(page).is_err() || broken {
            return;
        }
    }
}

fn parse_page(page: &[Entry]) -> Parsed {
    let first = page.first().map_or(0, |entry| entry.seq.0);
    let mut stated = Vec::with_capacity(page.len());
    for entry in page {
        match parse(entry) {
            Ok(fact) => stated.push(fact),
            Err(problem) => return Parsed { first, stated, problem: Some(problem) },
        }
    }
    Parsed { first, stated, problem: None }
}

fn fold_all(
    mut world: World,
    mut pages: mpsc::Receiver<Parsed>,
    folded: &AtomicU64,
) -> Result<World, String> {
    while let Some(Parsed { first, stated, problem }) = pages.blocking_recv() {
        for (seq, stated) in (first..).zip(&stated) {
            replay(&mut world, seq, stated)?;
        }
        if let Some(problem) = problem {
            return Err(problem);
        }
        folded.store(world.seq(), Ordering::Relaxed);
    }
    Ok(world)
}

/// Folds in one entry.
fn fold(world: &mut World, entry: &Entry) -> Result<(), String> {
    replay(world, entry.seq.0, &parse(entry)?)
}

/// Reads the fact of an entry.
pub fn parse(entry: &Entry) -> Result<Stated, String> {
    Stated::from_bytes(&entry.payload)
        .map_err(|error| format!("entry {} is not a fact that this build knows: {error}", entry.seq))
}

/// Folds in the fact of this sequence.
pub fn replay(world: &mut World, seq: u64, stated: &Stated) -> Result<(), String> {
    world
        .replay(stated)
        .map_err(|contradiction| format!("entry {seq} contradicts those before it: {contradiction}"))
}
