//! The one task that moves the world.

use crate::command::{Command, Unstated};
use crate::load::{PAGE, fold};
use crate::{MOST_SKEW, Shared};
use countersign_facts::Stated;
use countersign_journal::{AppendError, Entry, Follower, Head, Journal, ReadError, Wake};
use countersign_names::Timestamp;
use countersign_world::World;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// How many commands are answered together.
const BATCH: usize = 512;

/// How often a batch is asked again because others appended first, before its callers are told to try again.
const ATTEMPTS: usize = 16;

/// How often the store is asked for its head.
const LOOK: Duration = Duration::from_secs(2);

pub struct Keeper {
    journal: Journal,
    shared: Arc<Shared>,
    world: World,
    head: Head,
    /// Whether it was said that the clock is behind.
    skewed: bool,
}

/// Why the keeper can not go on from here.
enum Stuck {
    /// The journal does not answer; it may again.
    Away(String),
    /// The clock of this machine is ahead of the store's.
    Early(String),
    /// What it holds can not be folded; it never will.
    Broken(String),
}

impl Keeper {
    pub fn new(journal: Journal, shared: Arc<Shared>, world: World, head: Head) -> Self {
        Self { journal, shared, world, head, skewed: false }
    }

    /// Until nobody holds the ledger any more, or the journal is closed or broken.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Command>>) {
        let mut follower: Follower = self.journal.follow();
        let mut looks = tokio::time::interval(LOOK);
        let mut disbelieved = self.shared.broken.subscribe();
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Some(why) = &*self.shared.broken.borrow() {
                tracing::error!(why, "the journal is not believed any more");
                return;
            }
            let after = self.head.seq;
            let mut batch = Vec::new();
            let outcome = tokio::select! {
                _ = disbelieved.changed() => Ok(()),
                taken = queue.recv_many(&mut batch, BATCH) => {
                    if taken == 0 { return }
                    gather(&mut queue, &mut batch).await;
                    self.answer(batch).await
                }
                _ = looks.tick() => self.look().await,
                wake = follower.wait(after) => match wake {
                    Wake::Look => self.catch_up(None).await,
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
                Err(Stuck::Early(why)) => tracing::error!(why, "nothing is stated"),
                Err(Stuck::Broken(why)) => {
                    tracing::error!(why, "the journal cannot be followed any further");
                    self.shared.broken.send_replace(Some(why));
                    return;
                }
            }
        }
    }

    /// Ask how far the journal goes. A world that is there is the newest as of the question; one that is not has to get
    /// there first. That the store answers proves nothing by itself.
    async fn look(&mut self) -> Result<(), Stuck> {
        if self.shared.steady.ahead() > MOST_SKEW {
            self.ask_clock().await?;
        }
        let asked = self.shared.steady.elapsed();
        let head = self.journal.head().await.map_err(|away| Stuck::Away(away.to_string()))?;
        if head.seq > self.head.seq {
            return self.catch_up(Some((head, asked))).await;
        }
        if head != self.head {
            let ours = self.head;
            return Err(Stuck::Broken(format!(
                "it went back: it ended with {ours} and now ends with {head}, so that what was stated is gone"
            )));
        }
        self.confirm(asked);
        Ok(())
    }

    /// Ask the store what time it is.
    async fn ask_clock(&self) -> Result<(), Stuck> {
        let asked = self.shared.steady.elapsed();
        let said = self.journal.clock().await.map_err(|away| Stuck::Away(away.to_string()))?;
        said.into_iter().for_each(|micros| self.shared.steady.store_said(micros, asked));
        Ok(())
    }

    /// Refuse to state what is dated later than the store's clock bears out: time would be held there, for everybody. What
    /// is dated as the newest fact is moves nothing.
    async fn may_be_dated(&self, now: Timestamp) -> Result<(), Stuck> {
        let is_ahead = || now > self.shared.steady.latest() && Some(now) > self.world.newest();
        if !is_ahead() {
            return Ok(());
        }
        // A machine that slept comes back with a stopwatch that stood still.
        self.ask_clock().await?;
        if is_ahead() {
            let ahead = self.shared.steady.ahead();
            return Err(Stuck::Early(crate::trouble::said_ahead(ahead)));
        }
        Ok(())
    }

    /// Fold in what others appended, up to the end. `seen` is a head that the store said, and when it was asked.
    async fn catch_up(&mut self, seen: Option<(Head, Duration)>) -> Result<(), Stuck> {
        loop {
            let asked = self.shared.steady.elapsed();
            let page = self.journal.read_chained(self.head, PAGE).await.map_err(Stuck::from)?;
            let Some(last) = page.last() else {
                self.confirm(asked);
                return Ok(());
            };
            let next = last.head();
            for entry in &page {
                fold(&mut self.world, entry).map_err(Stuck::Broken)?;
            }
            self.head = next;
            self.publish();
            // Others may append for as long as this reads, and what they say later does not make this older.
            if let Some((_, asked)) = seen.filter(|(seen, _)| seen.seq <= next.seq) {
                self.confirm(asked);
            }
        }
    }

    fn publish(&mut self) {
        if let Some(snapshot) = self.world.take_snapshot() {
            self.shared.snapshot.send_replace(Some(snapshot));
        }
        self.world.newest().into_iter().for_each(|moment| self.shared.steady.not_before(moment));
        self.shared.world.store(Arc::new(self.world.clone()));
        self.shared.head.send_replace(self.head);
        self.shared.moved.send_replace(self.world.seq());
    }

    /// The world was the newest when this was asked; unless the clock cannot say how late it is.
    fn confirm(&mut self, asked: Duration) {
        let skew = self.shared.steady.skew();
        if skew <= MOST_SKEW {
            if std::mem::take(&mut self.skewed) {
                tracing::info!("the clock of this machine is right again");
            }
            self.shared.confirm(asked);
        } else if !std::mem::replace(&mut self.skewed, true) {
            tracing::error!(
                seconds = skew.as_secs(),
                "the clock of this machine is behind the newest that is known: until it is set right, this counts as a \
                 journal that is out of reach"
            );
        }
    }

    /// Answer a batch of commands: ask them all, append what they said as one step, tell their callers.
    async fn answer(&mut self, mut batch: Vec<Box<dyn Command>>) -> Result<(), Stuck> {
        let outcome = self.append(&mut batch).await;
        let failed = match &outcome {
            Ok(()) => None,
            Err(Stuck::Away(why) | Stuck::Broken(why)) => Some(Unstated::Unknown(why)),
            Err(Stuck::Early(why)) => Some(Unstated::Early(why)),
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
            let now = self.shared.steady.now();
            let said: Vec<_> = batch.iter_mut().map(|command| command.attempt(&mut trial, now)).collect();
            // What is agreed to is held to the head by the append. A refusal appends nothing, so it is only believed
            // once the world is known to be the newest: what it missed may have been stated elsewhere a moment ago.
            if !looked && said.iter().any(Option::is_none) {
                looked = true;
                self.catch_up(None).await?;
                continue;
            }
            let stated: Vec<Stated> = said.into_iter().flatten().flatten().collect();
            if stated.is_empty() {
                return Ok(());
            }
            self.may_be_dated(now).await?;
            let payloads = stated
                .iter()
                .map(Stated::to_bytes)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| Stuck::Away(format!("a fact has no wire form: {error}")))?;
            let asked = self.shared.steady.elapsed();
            match self.journal.append(self.head, payloads).await {
                Ok(entries) => {
                    self.world = trial;
                    self.head = entries.last().map_or(self.head, Entry::head);
                    self.publish();
                    self.confirm(asked);
                    return Ok(());
                }
                Err(AppendError::Conflict { .. }) => self.catch_up(None).await?,
                Err(other) => {
                    // It is not known whether the facts were appended. The next look will bring them if they were.
                    self.shared.uncertain.store(true, Ordering::Relaxed);
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
