//! The ledger keeps the journal and the world in step: it takes commands and provides snapshots.
//!
//! One task holds the world at the journal's head. A command asks that world whether its facts may be stated now. They
//! are folded into a copy first, so that a contradiction is refused before anything is written. All waiting commands are
//! evaluated together and appended as one durable step, which makes a thousand writers as cheap as one. If another
//! process appended in between, its facts are folded and every command of the batch is evaluated again, so that of two
//! racing approvals only one can win.
//!
//! Readers call [`Ledger::world`]: an atomic load without a lock, whatever the writer does.
//!
//! The age of that world follows from the facts that were folded, not from the state of a connection: the ledger asks the
//! store for its head, and once the world has reached it, the world was the newest at the moment when the question was
//! sent ([`Ledger::behind`]).
//!
//! This room must not know the purpose of a fact, nor any protocol. It is an edge: it receives a clock.

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

/// Maximum number of waiting commands before a caller has to wait.
const QUEUE: usize = 4096;

/// A handle to this process's only writer and follower of a journal. Clones are handles to the same ledger.
#[derive(Clone)]
pub struct Ledger(Arc<Inner>);

struct Inner {
    commands: mpsc::Sender<Box<dyn Command>>,
    shared: Arc<Shared>,
    journal: Journal,
}

/// The state that the keeper writes and all handles read.
struct Shared {
    world: ArcSwap<World>,
    moved: watch::Sender<u64>,
    /// The journal's entry up to which the world is folded.
    head: watch::Sender<Head>,
    remembered: watch::Sender<Option<(Head, Timestamp)>>,
    /// When the world was last confirmed as the newest, in microseconds of the stopwatch.
    confirmed: AtomicU64,
    /// Whether an append of unknown outcome may have added entries that were not folded.
    uncertain: AtomicBool,
    /// Why the journal cannot be followed any further.
    broken: watch::Sender<Option<String>>,
    /// Why the process must stop, once another one has recorded that time was set back.
    set_back: watch::Sender<Option<String>>,
    /// Why the world may differ from the fold of its facts.
    doubt: watch::Sender<Option<String>>,
    /// The world at the last checkpoint sequence.
    snapshot: watch::Sender<Option<Arc<World>>>,
    /// The sequence of the checkpoint from which the start continued.
    begun_at: Option<u64>,
    /// The source of checkpoints, once registered.
    earlier: OnceLock<Arc<dyn EarlierWorlds>>,
    steady: Steady,
}

impl Shared {
    /// Records that the world was the newest at this time of the stopwatch.
    fn confirm(&self, asked: Duration) {
        let micros = u64::try_from(asked.as_micros()).unwrap_or(u64::MAX);
        self.confirmed.fetch_max(micros, Ordering::Relaxed);
        self.uncertain.store(false, Ordering::Relaxed);
    }
}

/// The reasons why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The journal holds an entry that this build cannot fold.
    #[error("the journal cannot be folded: {0}")]
    Unfoldable(String),
}

impl Ledger {
    /// Like [`Ledger::open_by`], with one clock that also measures elapsed time, as in tests.
    ///
    /// # Errors
    /// As [`Ledger::open_by`].
    pub async fn open(journal: Journal, clock: Clock, progress: impl FnMut(u64)) -> Result<Self, OpenError> {
        Self::open_by(journal, clock.into(), None, progress).await
    }

    /// Folds the journal, then follows it for as long as a handle lives. Continues from the first of `checkpoints` that
    /// the journal vouches for, if there is one.
    ///
    /// `progress` is called from time to time with the number of facts folded so far.
    ///
    /// # Errors
    /// If the journal does not answer, is damaged, or holds facts that this build does not know.
    pub async fn open_by(
        journal: Journal,
        clocks: Clocks,
        checkpoints: impl IntoIterator<Item = Checkpoint, IntoIter: Send>,
        progress: impl FnMut(u64),
    ) -> Result<Self, OpenError> {
        Self::open_at(journal, Steady::new(clocks), checkpoints, progress).await
    }

    /// Like [`Ledger::open_by`], but the present is what the clock says, even if facts or what is remembered outside the
    /// journal are later. Only for the operator's acceptance of the clock: anything else would bring back to life what
    /// has ended.
    ///
    /// # Errors
    /// As [`Ledger::open_by`].
    pub async fn open_to_accept_clock(
        journal: Journal,
        clocks: Clocks,
        progress: impl FnMut(u64),
    ) -> Result<Self, OpenError> {
        Self::open_at(journal, Steady::heedless(clocks), None, progress).await
    }

    async fn open_at(
        journal: Journal,
        steady: Steady,
        checkpoints: impl IntoIterator<Item = Checkpoint, IntoIter: Send>,
        progress: impl FnMut(u64),
    ) -> Result<Self, OpenError> {
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
            set_back: watch::Sender::new(None),
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

    /// Returns the world after the last fact that this process knows.
    pub fn world(&self) -> Arc<World> {
        self.0.shared.world.load_full()
    }

    /// Returns the sequence of [`Ledger::world`], without holding that world.
    pub fn seq(&self) -> u64 {
        self.0.shared.world.load().seq()
    }

    /// Returns the entry of the journal up to which the world is folded.
    pub fn head(&self) -> Head {
        *self.0.shared.head.borrow()
    }

    /// Returns the sequence of the checkpoint from which the start continued. `None` if everything was folded.
    pub fn begun_at(&self) -> Option<u64> {
        self.0.shared.begun_at
    }

    /// Returns a receiver that is notified when [`Ledger::take_snapshot`] has a snapshot.
    pub fn snapshots(&self) -> watch::Receiver<Option<Arc<World>>> {
        self.0.shared.snapshot.subscribe()
    }

    /// Takes the world at the last checkpoint sequence, so that it does not stay in memory after it is written.
    pub fn take_snapshot(&self) -> Option<Arc<World>> {
        let mut taken = None;
        self.0.shared.snapshot.send_if_modified(|snapshot| {
            taken = snapshot.take();
            false
        });
        taken
    }

    /// Folds the journal again up to this sequence, one page at a time with a pause after each.
    ///
    /// # Errors
    /// As [`Ledger::open_by`].
    pub async fn refold(&self, up_to: u64, pause: Duration) -> Result<World, OpenError> {
        load::refold(&self.0.journal, up_to, pause).await
    }

    /// Reports that the world may differ from the fold of its facts, with the reason. Decisions continue; the operator
    /// sees the reason ([`Ledger::trouble`]).
    pub fn doubt(&self, why: String) {
        tracing::error!(why, "the world is in doubt");
        self.0.shared.doubt.send_replace(Some(why));
    }

    /// Returns why the world may differ from the fold of its facts, if there is a reason.
    pub fn doubted(&self) -> Option<String> {
        self.0.shared.doubt.borrow().clone()
    }

    /// Returns a receiver of the world's sequence after each change. Several changes may be reported as one.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.0.shared.moved.subscribe()
    }

    /// Returns the present time: by the clock that was passed in, but never before the newest fact or an earlier result.
    pub fn now(&self) -> Timestamp {
        self.0.shared.steady.now()
    }

    /// Returns [`now`](Ledger::now) as a clock, for components that must agree with this ledger.
    pub fn clock(&self) -> Clock {
        let shared = self.0.shared.clone();
        Arc::new(move || shared.steady.now())
    }

    /// Returns how far the clock that was passed in is behind the present. Beyond [`MOST_SKEW`] the world is no longer
    /// confirmed as the newest, as if the journal were unreachable.
    pub fn skew(&self) -> Duration {
        self.0.shared.steady.skew()
    }

    /// Returns how far the store's clock is ahead of the present; zero if the store has no clock.
    pub fn behind_store(&self) -> Duration {
        self.0.shared.steady.late()
    }

    /// Returns how far the present is ahead of the store's clock; zero if the store has no clock.
    pub fn ahead_of_store(&self) -> Duration {
        self.0.shared.steady.ahead()
    }

    /// Resolves with the reason once the journal holds an acceptance of the clock by another process. This process must
    /// then stop: its cached answers, permits and timers assume that time goes on. Its world stays as it was before.
    pub async fn time_set_back(&self) -> String {
        let mut set_back = self.0.shared.set_back.subscribe();
        match set_back.wait_for(Option::is_some).await {
            Ok(why) => why.clone().unwrap_or_default(),
            // The sender lives as long as this handle.
            Err(_) => std::future::pending().await,
        }
    }

    /// Returns the present time, limited to what the store's clock supports. A time remembered while this machine's clock
    /// was ahead must not hold back the present after the clock is corrected.
    pub fn borne_out(&self) -> Timestamp {
        let steady = &self.0.shared.steady;
        steady
            .now()
            .min(steady.latest())
            .max(self.world().newest().unwrap_or(Timestamp::from_micros(i64::MIN)))
    }

    /// Returns the time since a fixed moment in the past, by a monotonic clock.
    pub fn elapsed(&self) -> Duration {
        self.0.shared.steady.elapsed()
    }

    /// Returns the newest time known from anything but a clock: from a fact, or from what is remembered outside the
    /// journal.
    pub fn newest(&self) -> Option<Timestamp> {
        self.world().newest().max(self.remembered().map(|(_, at)| at))
    }

    /// Records what is remembered outside the journal: its last entry, and the time. The present is not before that time.
    pub fn remember(&self, head: Head, at: Timestamp) {
        self.0.shared.steady.not_before(at);
        self.0.shared.remembered.send_replace(Some((head, at)));
    }

    /// Returns the journal's last entry as it was last remembered outside of it, and the time.
    pub fn remembered(&self) -> Option<(Head, Timestamp)> {
        *self.0.shared.remembered.borrow()
    }

    /// Returns the journal.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// Returns for how long the world has not been confirmed as the newest, by a monotonic clock.
    ///
    /// The store is asked for its head every two seconds. Once everything up to that head is folded, the world was the
    /// newest at the moment of the question. So this is about two seconds normally, and grows as soon as the store does
    /// not answer, or does not return entries up to its head. If no other process can append (SQLite), the world is
    /// always the newest, except while the outcome of an append is unknown, the clock is too far behind, or the journal
    /// cannot be followed.
    pub fn behind(&self) -> Duration {
        let shared = &self.0.shared;
        let alone = self.0.journal.is_sole_appender() && !shared.uncertain.load(Ordering::Relaxed);
        if alone && shared.steady.skew() <= MOST_SKEW && shared.broken.borrow().is_none() {
            return Duration::ZERO;
        }
        let confirmed = Duration::from_micros(shared.confirmed.load(Ordering::Relaxed));
        shared.steady.elapsed().saturating_sub(confirmed)
    }

    /// Returns why the world is not confirmed as the newest, once that lasts longer than a healthy store needs.
    pub fn trouble(&self) -> Option<String> {
        if let Some(why) = self.broken() {
            return Some(format!("the journal cannot be followed any further: {why}"));
        }
        if let Some(why) = self.doubted() {
            return Some(why);
        }
        trouble::of(self.skew(), self.0.shared.steady.ahead(), self.behind())
    }

    /// Returns why the journal cannot be followed any further, if so. Only a restart, perhaps with another build, can
    /// resolve that.
    pub fn broken(&self) -> Option<String> {
        self.0.shared.broken.borrow().clone()
    }

    /// Stops following the journal because it is no longer trusted, for this reason. The folded world remains, and ages
    /// as if the journal were unreachable.
    pub fn disbelieve(&self, why: String) {
        self.0.shared.broken.send_if_modified(|broken| {
            let first = broken.is_none();
            broken.get_or_insert(why);
            first
        });
    }

    /// Evaluates a command against the world at the head, and states the facts that it returns.
    ///
    /// `decide` receives the world to which its facts will be appended, and the time that they will carry. It may be
    /// called more than once, so it must not have effects of its own. When this returns, the facts are durable and
    /// [`Ledger::world`] includes them. A command without facts is a query, and is answered as well.
    ///
    /// # Errors
    /// The refusal of `decide`, the contradiction that its facts would cause, that this machine's clock is too far ahead,
    /// or that the journal does not answer (then it is unknown whether the facts were stated).
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

    /// States facts that need no check against the world by a closure.
    ///
    /// # Errors
    /// As [`Ledger::command`].
    pub async fn state(&self, actor: Actor, facts: Vec<Fact>) -> Result<(), CommandError<Never>> {
        self.command(actor, move |_, _| Ok((facts.clone(), ()))).await
    }
}

/// The refusal type of a command that never refuses by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {}

impl std::fmt::Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

#[cfg(test)]
mod tests;
