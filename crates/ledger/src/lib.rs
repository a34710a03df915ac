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
//! How old that world may be follows from what was folded and not from a link: the store is asked for its head, and once
//! the world is there, it is known to be the newest as of the moment at which the question was sent ([`Ledger::behind`]).
//!
//! This room must not know what a fact is good for, nor any protocol. It is an edge: it is given a clock.

mod clocks;
mod command;
mod earlier;
mod keeper;
mod load;
mod trouble;

pub use clocks::{Clock, Clocks, MOST_SKEW, Settled, Stopwatch};
pub use command::CommandError;
pub use earlier::EarlierWorlds;
pub use load::Checkpoint;
pub use trouble::LATE;

use arc_swap::ArcSwap;
use clocks::Steady;
use command::Command;
use countersign_facts::{Actor, Fact};
use countersign_journal::{Head, Journal, ReadError};
use countersign_names::Timestamp;
use countersign_world::World;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

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
    /// The journal's entry up to which the world is folded.
    head: watch::Sender<Head>,
    remembered: watch::Sender<Option<(Head, Timestamp)>>,
    /// When the world was last known to be the newest there is: microseconds of the stopwatch.
    confirmed: AtomicU64,
    /// Whether an append may have got in that was not folded.
    uncertain: AtomicBool,
    /// Why the journal cannot be followed any further, once that is so.
    broken: watch::Sender<Option<String>>,
    /// Why the world may not be what its facts add up to, once there is a reason to think so.
    doubt: watch::Sender<Option<String>>,
    /// The last world that was worth a checkpoint.
    snapshot: watch::Sender<Option<Arc<World>>>,
    /// The sequence of the checkpoint that was begun with.
    begun_at: Option<u64>,
    /// Where checkpoints can be read, once that is known.
    earlier: OnceLock<Arc<dyn EarlierWorlds>>,
    steady: Steady,
}

impl Shared {
    /// The world was the newest there is at this time of the stopwatch.
    fn confirm(&self, asked: Duration) {
        let micros = u64::try_from(asked.as_micros()).unwrap_or(u64::MAX);
        self.confirmed.fetch_max(micros, Ordering::Relaxed);
        self.uncertain.store(false, Ordering::Relaxed);
    }
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
    /// As [`Ledger::open_by`], by a clock that is told.
    ///
    /// # Errors
    /// As [`Ledger::open_by`].
    pub async fn open(journal: Journal, clock: Clock, progress: impl FnMut(u64)) -> Result<Self, OpenError> {
        Self::open_by(journal, clock.into(), None, progress).await
    }

    /// Folds everything that the journal holds, then keeps up with it for as long as a handle lives. Goes on from the first
    /// of `checkpoints` that the journal vouches for, if there is one.
    ///
    /// `progress` is told now and then how many facts were folded so far.
    ///
    /// # Errors
    /// When the journal does not answer, is damaged, or holds facts that this build does not know.
    pub async fn open_by(
        journal: Journal,
        clocks: Clocks,
        checkpoints: impl IntoIterator<Item = Checkpoint, IntoIter: Send>,
        progress: impl FnMut(u64),
    ) -> Result<Self, OpenError> {
        let steady = Steady::new(clocks);
        let (loaded, begun_at) = load::load_from(&journal, &steady, checkpoints, progress).await?;
        let (mut world, head) = (loaded.world, loaded.head);
        let snapshot = world.take_snapshot();
        world.newest().into_iter().for_each(|moment| steady.not_before(moment));
        let seq = world.seq();
        let shared = Arc::new(Shared {
            world: ArcSwap::from_pointee(world.clone()),
            moved: watch::Sender::new(seq),
            head: watch::Sender::new(head),
            remembered: watch::Sender::new(None),
            confirmed: AtomicU64::new(0),
            uncertain: AtomicBool::new(false),
            broken: watch::Sender::new(None),
            doubt: watch::Sender::new(None),
            snapshot: watch::Sender::new(snapshot),
            begun_at,
            earlier: OnceLock::new(),
            steady,
        });
        shared.confirm(loaded.asked);
        let asked = shared.steady.elapsed();
        let said = journal.clock().await.map_err(ReadError::from)?;
        said.into_iter().for_each(|micros| shared.steady.store_said(micros, asked));
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

    /// The entry of the journal up to which the world is folded.
    pub fn head(&self) -> Head {
        *self.0.shared.head.borrow()
    }

    /// The sequence of the checkpoint that this began with; none when everything was folded.
    pub fn begun_at(&self) -> Option<u64> {
        self.0.shared.begun_at
    }

    /// Told when [`Ledger::take_snapshot`] has something to give.
    pub fn snapshots(&self) -> watch::Receiver<Option<Arc<World>>> {
        self.0.shared.snapshot.subscribe()
    }

    /// Takes the last world that was worth a checkpoint, so that nobody keeps it in memory once it is written.
    pub fn take_snapshot(&self) -> Option<Arc<World>> {
        let mut taken = None;
        self.0.shared.snapshot.send_if_modified(|snapshot| {
            taken = snapshot.take();
            false
        });
        taken
    }

    /// Fold the journal anew up to this sequence, a page at a time with a pause after each.
    ///
    /// # Errors
    /// As [`Ledger::open_by`].
    pub async fn refold(&self, up_to: u64, pause: Duration) -> Result<World, OpenError> {
        load::refold(&self.0.journal, up_to, pause).await
    }

    /// Say that the world may not be what its facts add up to, and why. It is decided on all the same: what is said is
    /// shown to the operator ([`Ledger::trouble`]).
    pub fn doubt(&self, why: String) {
        tracing::error!(why, "the world is in doubt");
        self.0.shared.doubt.send_replace(Some(why));
    }

    /// Why the world may not be what its facts add up to, if there is a reason to think so.
    pub fn doubted(&self) -> Option<String> {
        self.0.shared.doubt.borrow().clone()
    }

    /// Told the world's sequence each time it moves. Many moves may be told as one.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.0.shared.moved.subscribe()
    }

    /// The present moment: by the clock that was handed in, and never before the newest fact or what was said before.
    pub fn now(&self) -> Timestamp {
        self.0.shared.steady.now()
    }

    /// This ledger's [`now`](Ledger::now) as a clock, for whoever must be in step with it.
    pub fn clock(&self) -> Clock {
        let shared = self.0.shared.clone();
        Arc::new(move || shared.steady.now())
    }

    /// By how much the clock that was handed in is behind the present moment. Beyond [`MOST_SKEW`] the world is not known
    /// to be the newest any more, as if the journal were out of reach.
    pub fn skew(&self) -> Duration {
        self.0.shared.steady.skew()
    }

    /// The present moment, as far as the store's clock bears it out: what is remembered of the time of a machine whose clock
    /// was ahead must not hold it there once the clock is right.
    pub fn borne_out(&self) -> Timestamp {
        let steady = &self.0.shared.steady;
        steady
            .now()
            .min(steady.latest())
            .max(self.world().newest().unwrap_or(Timestamp::from_micros(i64::MIN)))
    }

    /// How long it is since some moment of the past, by a clock that nobody can set.
    pub fn elapsed(&self) -> Duration {
        self.0.shared.steady.elapsed()
    }

    /// The newest moment that is known by anything but a clock: of a fact, or of what is remembered outside the journal.
    pub fn newest(&self) -> Option<Timestamp> {
        self.world().newest().max(self.remembered().map(|(_, at)| at))
    }

    /// Take note of what is remembered outside the journal: it ended with this entry at that moment. The present is not
    /// before it.
    pub fn remember(&self, head: Head, at: Timestamp) {
        self.0.shared.steady.not_before(at);
        self.0.shared.remembered.send_replace(Some((head, at)));
    }

    /// The entry with which the journal ended when that was last remembered outside it, and when that was.
    pub fn remembered(&self) -> Option<(Head, Timestamp)> {
        *self.0.shared.remembered.borrow()
    }

    /// The journal underneath.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// For how long the world has not been known to be the newest there is, by a clock that nobody can set.
    ///
    /// The store is asked for its head every two seconds, and the world is the newest as of the moment of asking once
    /// everything up to that head is folded. So this is about two seconds while all is well, and grows as soon as the
    /// store does not answer, or does not give what it says that it has. Where nobody else can append (SQLite) the
    /// world is always the newest, except while an append is of unknown outcome.
    pub fn behind(&self) -> Duration {
        let shared = &self.0.shared;
        let alone = self.0.journal.is_sole_appender() && !shared.uncertain.load(Ordering::Relaxed);
        if alone && shared.steady.skew() <= MOST_SKEW && shared.broken.borrow().is_none() {
            return Duration::ZERO;
        }
        let confirmed = Duration::from_micros(shared.confirmed.load(Ordering::Relaxed));
        shared.steady.elapsed().saturating_sub(confirmed)
    }

    /// Why the world is not known to be the newest, when that has been so for longer than a store takes that is well.
    pub fn trouble(&self) -> Option<String> {
        if let Some(why) = self.broken() {
            return Some(format!("the journal cannot be followed any further: {why}"));
        }
        if let Some(why) = self.doubted() {
            return Some(why);
        }
        trouble::of(self.skew(), self.0.shared.steady.ahead(), self.behind())
    }

    /// Why the journal cannot be followed any further, if that is so. Only a new start, perhaps of another build, can
    /// mend it.
    pub fn broken(&self) -> Option<String> {
        self.0.shared.broken.borrow().clone()
    }

    /// Go on no further: the journal is not believed any more, and this is why. What was folded stays, and ages as if the
    /// journal were out of reach.
    pub fn disbelieve(&self, why: String) {
        self.0.shared.broken.send_if_modified(|broken| {
            let first = broken.is_none();
            broken.get_or_insert(why);
            first
        });
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
