//! The journal and the world kept in step: commands in, snapshots out.
//!
//! One task holds the world at the journal's head. A command is a question to that world ("may this be said now?")
//! whose answer is facts; they are folded into a copy first, so a command that would contradict is refused before
//! anything is written. All the commands that wait are answered together and appended as one durable step, which is
//! what makes a thousand writers as cheap as one. When another process appended in between, what it said is folded
//! in and every command of the batch is asked again: two racing approvals can not both win.
//!
//! Readers take [`Ledger::world`]: an atomic load, no lock, whatever the writer does.
//!
//! This room must not know what a fact is good for, nor any protocol. It is an edge: it is given a clock.

mod command;
mod keeper;
mod load;

pub use command::CommandError;

use arc_swap::ArcSwap;
use command::Command;
use countersign_facts::{Actor, Fact};
use countersign_journal::{Journal, ReadError};
use countersign_names::Timestamp;
use countersign_world::World;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{mpsc, oneshot, watch};

/// Reads the present moment; the edge's one clock, handed in so that tests can hold it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How many commands may wait before a caller is made to.
const QUEUE: usize = 4096;

/// A handle to the one writer and follower of a journal in this process. Clones are handles to the same.
#[derive(Clone)]
pub struct Ledger(Arc<Inner>);

struct Inner {
    commands: mpsc::Sender<Box<dyn Command>>,
    shared: Arc<Shared>,
    journal: Journal,
}

/// What the keeper writes and everybody reads.
struct Shared {
    world: ArcSwap<World>,
    moved: watch::Sender<u64>,
    /// When the world was last known to be the newest there is, in microseconds.
    confirmed_at: AtomicI64,
    /// Why the journal cannot be followed any further, once that is so.
    broken: watch::Sender<Option<String>>,
    clock: Clock,
}

/// Why a ledger was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The journal holds something that this build cannot fold.
    #[error("the journal cannot be folded: {0}")]
    Unfoldable(String),
}

impl Ledger {
    /// Fold everything that the journal holds, then keep up with it for as long as a handle lives.
    ///
    /// `progress` is told now and then how many facts were folded so far.
    ///
    /// # Errors
    /// When the journal does not answer, is damaged, or holds facts that this build does not know.
    pub async fn open(journal: Journal, clock: Clock, progress: impl FnMut(u64)) -> Result<Self, OpenError> {
        let (world, head) = load::load(&journal, progress).await?;
        let seq = world.seq();
        let shared = Arc::new(Shared {
            world: ArcSwap::from_pointee(world.clone()),
            moved: watch::Sender::new(seq),
            confirmed_at: AtomicI64::new(clock().as_micros()),
            broken: watch::Sender::new(None),
            clock,
        });
        let (commands, queue) = mpsc::channel(QUEUE);
        let keeper = keeper::Keeper::new(journal.clone(), shared.clone(), world, head);
        tokio::spawn(keeper.run(queue));
        Ok(Self(Arc::new(Inner { commands, shared, journal })))
    }

    /// The world after the last fact that this process knows.
    pub fn world(&self) -> Arc<World> {
        self.0.shared.world.load_full()
    }

    /// The sequence of [`Ledger::world`], without holding that world.
    pub fn seq(&self) -> u64 {
        self.0.shared.world.load().seq()
    }

    /// Told the world's sequence each time it moves. Many moves may be told as one.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.0.shared.moved.subscribe()
    }

    /// The present moment, by the clock that was handed in.
    pub fn now(&self) -> Timestamp {
        (self.0.shared.clock)()
    }

    /// The clock itself, for whoever must be in step with this ledger.
    pub fn clock(&self) -> Clock {
        self.0.shared.clock.clone()
    }

    /// The journal underneath.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// When the world was last known to be the newest there is: now, while the journal answers.
    pub fn confirmed_at(&self) -> Timestamp {
        if self.0.journal.connected() && self.broken().is_none() {
            return self.now();
        }
        Timestamp::from_micros(self.0.shared.confirmed_at.load(Ordering::Relaxed))
    }

    /// Why the journal cannot be followed any further, if that is so. Only a new start, perhaps of another build, can
    /// mend it.
    pub fn broken(&self) -> Option<String> {
        self.0.shared.broken.borrow().clone()
    }

    /// Ask the world at the head to agree to something, and state the facts that follow from it.
    ///
    /// `decide` is given the world as it will be when its facts are appended, and the moment they will carry. It may
    /// be asked more than once, so it must not have effects of its own. When this returns, the facts are durable and
    /// [`Ledger::world`] holds them. A command without facts is a question, and answered all the same.
    ///
    /// # Errors
    /// What `decide` refused with, the contradiction that its facts would have been, or that the journal does not
    /// answer (then it is not known whether the facts were stated).
    pub async fn command<T, E, F>(&self, actor: Actor, decide: F) -> Result<T, CommandError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn(&World, Timestamp) -> Result<(Vec<Fact>, T), E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let command = command::boxed(actor, decide, answer);
        let gone = || CommandError::Unavailable("the ledger has stopped".to_owned());
        self.0.commands.send(command).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    /// State facts that need no question.
    ///
    /// # Errors
    /// As [`Ledger::command`].
    pub async fn state(&self, actor: Actor, facts: Vec<Fact>) -> Result<(), CommandError<Never>> {
        self.command(actor, move |_, _| Ok((facts.clone(), ()))).await
    }
}

/// The refusal of a command that refuses nothing by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {}

impl std::fmt::Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}
