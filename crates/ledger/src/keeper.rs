//! The one task that moves the world.

use crate::Shared;
use crate::command::Command;
use crate::load::{PAGE, fold};
use countersign_facts::Stated;
use countersign_journal::{AppendError, Entry, Follower, Head, Journal, ReadError, Wake};
use countersign_world::World;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;

/// How many commands are answered together.
const BATCH: usize = 512;

/// How often a batch is asked again because others appended first, before its callers are told to try again.
const ATTEMPTS: usize = 16;

pub struct Keeper {
    journal: Journal,
    shared: Arc<Shared>,
    world: World,
    head: Head,
}

/// Why the keeper can not go on from here.
enum Stuck {
    /// The journal does not answer; it may again.
    Away(String),
    /// What it holds can not be folded; it never will.
    Broken(String),
}

impl Keeper {
    pub fn new(journal: Journal, shared: Arc<Shared>, world: World, head: Head) -> Self {
        Self { journal, shared, world, head }
    }

    /// Until nobody holds the ledger any more, or the journal is closed or broken.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Command>>) {
        let mut follower: Follower = self.journal.follow();
        let mut heard = self.journal.heard();
        loop {
            let after = self.head.seq;
            let mut batch = Vec::new();
            let outcome = tokio::select! {
                taken = queue.recv_many(&mut batch, BATCH) => {
                    if taken == 0 { return }
                    gather(&mut queue, &mut batch).await;
                    self.answer(batch).await
                }
                // A journal in which nothing happens vouches for the world by answering: a loss must not date it back to
                // the last fact, which may be hours old.
                Ok(()) = heard.changed() => {
                    if self.journal.latest() <= self.head.seq {
                        self.confirm();
                    }
                    Ok(())
                }
                wake = follower.wait(after) => match wake {
                    Wake::Look => self.catch_up().await,
                    Wake::Lost => {
                        tracing::warn!("the journal does not answer; deciding on what was last known");
                        Ok(())
                    }
                    Wake::Closed => return,
                },
            };
            match outcome {
                Ok(()) => {}
                Err(Stuck::Away(why)) => tracing::warn!(why, "the journal does not answer"),
                Err(Stuck::Broken(why)) => {
                    tracing::error!(why, "the journal cannot be followed any further");
                    self.shared.broken.send_replace(Some(why));
                    return;
                }
            }
        }
    }

    /// Fold in what others appended.
    async fn catch_up(&mut self) -> Result<(), Stuck> {
        loop {
            let page = self.journal.read_chained(self.head, PAGE).await.map_err(Stuck::from)?;
            let Some(last) = page.last() else { break };
            let next = last.head();
            for entry in &page {
                fold(&mut self.world, entry).map_err(Stuck::Broken)?;
            }
            self.head = next;
            self.publish();
        }
        self.confirm();
        Ok(())
    }

    fn publish(&self) {
        self.shared.world.store(Arc::new(self.world.clone()));
        self.shared.moved.send_replace(self.world.seq());
    }

    fn confirm(&self) {
        let now = (self.shared.clock)().as_micros();
        self.shared.confirmed_at.store(now, Ordering::Relaxed);
    }

    /// Answer a batch of commands: ask them all, append what they said as one step, tell their callers.
    async fn answer(&mut self, mut batch: Vec<Box<dyn Command>>) -> Result<(), Stuck> {
        let outcome = self.append(&mut batch).await;
        let failed = match &outcome {
            Ok(()) => None,
            Err(Stuck::Away(why) | Stuck::Broken(why)) => Some(why.as_str()),
        };
        for command in batch {
            command.settle(failed);
        }
        outcome
    }

    async fn append(&mut self, batch: &mut [Box<dyn Command>]) -> Result<(), Stuck> {
        let mut looked = false;
        for _ in 0..ATTEMPTS {
            let mut trial = self.world.clone();
            let now = (self.shared.clock)();
            let said: Vec<_> = batch.iter_mut().map(|command| command.attempt(&mut trial, now)).collect();
            // What is agreed to is held to the head by the append. A refusal appends nothing, so it is only believed
            // once the world is known to be the newest: what it missed may have been stated elsewhere a moment ago.
            if !looked && said.iter().any(Option::is_none) {
                looked = true;
                self.catch_up().await?;
                continue;
            }
            let stated: Vec<Stated> = said.into_iter().flatten().flatten().collect();
            if stated.is_empty() {
                return Ok(());
            }
            let payloads = stated
                .iter()
                .map(Stated::to_bytes)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| Stuck::Away(format!("a fact has no wire form: {error}")))?;
            match self.journal.append(self.head, payloads).await {
                Ok(entries) => {
                    self.world = trial;
                    self.head = entries.last().map_or(self.head, Entry::head);
                    self.publish();
                    self.confirm();
                    return Ok(());
                }
                Err(AppendError::Conflict { .. }) => self.catch_up().await?,
                Err(other) => {
                    // It is not known whether the facts were appended. The follower will bring them if they were.
                    return Err(Stuck::Away(other.to_string()));
                }
            }
        }
        Err(Stuck::Away("others are appending faster than this process can: try again".to_owned()))
    }
}

/// Take what others are about to say, while they say it. A step costs a flush of the disk whatever it holds; those who
/// were just answered and speak again would otherwise wait for the flush of the first of them.
async fn gather(queue: &mut mpsc::Receiver<Box<dyn Command>>, batch: &mut Vec<Box<dyn Command>>) {
    while batch.len() < BATCH {
        tokio::task::yield_now().await;
        let before = batch.len();
        while batch.len() < BATCH
            && let Ok(command) = queue.try_recv()
        {
            batch.push(command);
        }
        if batch.len() == before {
            return;
        }
    }
}

impl From<ReadError> for Stuck {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Store(away) => Self::Away(away.to_string()),
            ReadError::Broken(broken) => Self::Broken(broken.to_string()),
        }
    }
}
