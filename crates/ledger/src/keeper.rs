//! The one task that advances the world.

use crate::command::{Command, Unstated};
use crate::load::{PAGE, parse, replay};
use crate::{MOST_SKEW, Shared};
use countersign_facts::{Fact, JournalFact, Stated};
use countersign_journal::{AppendError, Entry, Follower, Head, Journal, ReadError, Wake};
use countersign_names::Timestamp;
use countersign_world::World;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// Maximum number of commands in a batch.
const BATCH: usize = 512;

/// Maximum number of evaluations of a batch while other processes append first. After that its callers must retry.
const ATTEMPTS: usize = 16;

/// How often to ask the store for its head.
const LOOK: Duration = Duration::from_secs(2);

pub struct Keeper {
    journal: Journal,
    shared: Arc<Shared>,
    world: World,
    head: Head,
    /// Whether the clock that is behind was already logged.
    skewed: bool,
}

/// The reasons why the keeper cannot continue.
enum Stuck {
    /// The journal does not answer, but may do so later.
    Away(String),
    /// This machine's clock is ahead of the store's.
    Early(String),
    /// An entry cannot be folded, and never will be.
    Broken(String),
    /// The operator set time back, at another process.
    SetBack(String),
}

impl Keeper {
    pub fn new(journal: Journal, shared: Arc<Shared>, world: World, head: Head) -> Self {
        Self { journal, shared, world, head, skewed: false }
    }

    /// Runs until the last handle is dropped, or the journal is closed or broken.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Command>>) {
        let mut follower: Follower = self.journal.follow();
        let mut looks = tokio::time::interval(LOOK);
        let mut disbelieved = self.shared.broken.subscribe();
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Some(why) = &*self.shared.broken.borrow() {
                tracing::error!(why, "the journal is no longer trusted");
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
                Err(Stuck::Early(why)) => tracing::error!(why, "no fact is appended"),
                Err(Stuck::Broken(why)) => {
                    tracing::error!(why, "the journal cannot be followed any further");
                    self.shared.broken.send_replace(Some(why));
                    return;
                }
                Err(Stuck::SetBack(why)) => {
                    self.shared.broken.send_replace(Some(why.clone()));
                    self.shared.set_back.send_replace(Some(why));
                    return;
                }
            }
        }
    }

    /// Asks the store for its head. If the world is already there, it was the newest at the moment of the question;
    /// otherwise it must reach that head first. That the store answers proves nothing by itself.
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

    /// Asks the store for its time.
    async fn ask_clock(&self) -> Result<(), Stuck> {
        let asked = self.shared.steady.elapsed();
        let said = self.journal.clock().await.map_err(|away| Stuck::Away(away.to_string()))?;
        said.into_iter().for_each(|micros| self.shared.steady.store_said(micros, asked));
        Ok(())
    }

    /// Refuses to state facts with a later date than the store's clock supports, because they would stop the time for all
    /// processes. A date equal to the newest fact's does no harm.
    async fn may_be_dated(&self, now: Timestamp) -> Result<(), Stuck> {
        let is_ahead = || now > self.shared.steady.latest() && Some(now) > self.world.newest();
        if !is_ahead() {
            return Ok(());
        }
        // After a machine has slept, its stopwatch is behind.
        self.ask_clock().await?;
        if is_ahead() {
            let ahead = self.shared.steady.ahead();
            return Err(Stuck::Early(crate::trouble::said_ahead(ahead)));
        }
        Ok(())
    }

    /// Folds in all entries that others appended. `seen` is a head that the store returned, and when it was asked.
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
                let stated = parse(entry).map_err(Stuck::Broken)?;
                if let Fact::Journal(JournalFact::ClockAccepted(clock)) = &stated.fact {
                    // What is remembered outside the journal must keep the later time until the operator has said the
                    // same here. So the world ends before this fact.
                    self.publish();
                    return Err(Stuck::SetBack(crate::trouble::said_set_back(entry.seq.0, stated.at, clock)));
                }
                replay(&mut self.world, entry.seq.0, &stated).map_err(Stuck::Broken)?;
                self.head = entry.head();
            }
            self.publish();
            // Others may append while this reads; their later entries do not make this world older.
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

    /// Confirms the world as the newest at the moment of the question, unless the clock is too far behind.
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

    /// Handles a batch of commands: evaluates them all, appends their facts in one step, and answers their callers.
    async fn answer(&mut self, mut batch: Vec<Box<dyn Command>>) -> Result<(), Stuck> {
        let outcome = self.append(&mut batch).await;
        let failed = match &outcome {
            Ok(()) => None,
            Err(Stuck::Away(why) | Stuck::Broken(why) | Stuck::SetBack(why)) => Some(Unstated::Unknown(why)),
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
            // The append checks the head for accepted commands. A refusal appends nothing, so it only counts once the
            // world is confirmed as the newest: another process may have stated the missing fact a moment ago.
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
                    // It is unknown whether the facts were appended. If they were, the next look will fold them.
                    self.shared.uncertain.store(true, Ordering::Relaxed);
                    return Err(Stuck::Away(other.to_string()));
                }
            }
        }
        Err(Stuck::Away("others are appending faster than this process can: try again".to_owned()))
    }
}

/// Collects further commands while they arrive. A step costs one disk flush, whatever it holds. Callers that were just
/// answered and send again would otherwise wait for the flush of the first of them.
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
