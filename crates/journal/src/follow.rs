//! Notification of new entries: a follower waits until there may be something to read.

use crate::Journal;
use crate::chain::Seq;
use std::time::Duration;
use tokio::sync::watch;

/// The polling interval, also without notifications: the longest delay that a lost notification can cause.
pub(crate) const POLL: Duration = Duration::from_secs(2);

/// The delay before a follower that made no progress since its last notification is notified again.
const RETRY: Duration = Duration::from_millis(500);

/// Why a follower was woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// There may be something to read. Spurious wake-ups are normal, above all after a reconnection.
    Look,
    /// The store is unreachable; reported once per loss. Keep waiting: the connection is retried for ever.
    Lost,
    /// The journal was closed in this process; no further wake-ups come.
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StoreLink {
    Up,
    Lost,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signal {
    latest: Seq,
    link: StoreLink,
    /// Number of reconnections.
    resyncs: u64,
}

/// The channel of notifications of one journal.
#[derive(Clone)]
pub(crate) struct Signals(watch::Sender<Signal>);

impl Signals {
    pub(crate) fn new(latest: Seq) -> Self {
        let signal = Signal { latest, link: StoreLink::Up, resyncs: 0 };
        Self(watch::Sender::new(signal))
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Signal> {
        self.0.subscribe()
    }

    pub(crate) fn connected(&self) -> bool {
        self.0.borrow().link == StoreLink::Up
    }

    pub(crate) fn latest(&self) -> Seq {
        self.0.borrow().latest
    }

    pub(crate) fn appended(&self, seq: Seq) {
        self.0.send_if_modified(|signal| {
            let news = seq > signal.latest;
            signal.latest = signal.latest.max(seq);
            news
        });
    }

    pub(crate) fn connected_at(&self, seq: Seq) {
        self.0.send_modify(|signal| {
            signal.latest = signal.latest.max(seq);
            if signal.link == StoreLink::Lost {
                signal.link = StoreLink::Up;
                signal.resyncs = signal.resyncs.wrapping_add(1);
            }
        });
    }

    /// Notes that the store is unreachable. Returns whether it was reachable before.
    pub(crate) fn lost(&self) -> bool {
        self.0.send_if_modified(|signal| {
            let news = signal.link == StoreLink::Up;
            if news {
                signal.link = StoreLink::Lost;
            }
            news
        })
    }

    pub(crate) fn closed(&self) {
        self.0.send_modify(|signal| signal.link = StoreLink::Closed);
    }
}

/// A reader that waits for entries. It keeps its journal open.
pub struct Follower {
    journal: Journal,
    signal: watch::Receiver<Signal>,
    told: Option<(Signal, Seq)>,
}

impl Follower {
    pub(crate) fn new(journal: Journal, signal: watch::Receiver<Signal>) -> Self {
        Self { journal, signal, told: None }
    }

    /// Returns the followed journal.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Returns whether the store was reachable at the last check.
    pub fn connected(&self) -> bool {
        self.signal.borrow().link == StoreLink::Up
    }

    /// Waits until there may be an entry after `after`, the last that the caller has. Returns at once if one is known.
    ///
    /// A caller that made no progress since its last wake-up (its read failed) is woken again after half a second, so
    /// that a loop of waiting and reading never spins. The future may be dropped at any time and the method called
    /// again.
    pub async fn wait(&mut self, after: Seq) -> Wake {
        loop {
            let now = *self.signal.borrow_and_update();
            if let Some(wake) = self.news(now, after) {
                self.told = Some((now, after));
                return wake;
            }
            let behind = now.link == StoreLink::Up && now.latest > after;
            tokio::select! {
                changed = self.signal.changed() => if changed.is_err() { return Wake::Closed },
                () = tokio::time::sleep(RETRY), if behind => return Wake::Look,
            }
        }
    }

    fn news(&self, now: Signal, after: Seq) -> Option<Wake> {
        let before = self.told.map(|(signal, _)| signal);
        match now.link {
            StoreLink::Closed => Some(Wake::Closed),
            StoreLink::Lost => {
                (before.map(|signal| signal.link) != Some(StoreLink::Lost)).then_some(Wake::Lost)
            }
            StoreLink::Up => {
                let unseen = now.latest > after && self.told != Some((now, after));
                let back = before.is_some_and(|signal| signal.resyncs != now.resyncs);
                (unseen || back).then_some(Wake::Look)
            }
        }
    }
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("journal", &self.journal).field("told", &self.told).finish()
    }
}
