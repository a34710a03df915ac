//! What is the case right now: the world, and the policies that it says are in force.

use crate::holders::Holders;
use arc_swap::ArcSwap;
use countersign_ledger::Ledger;
use countersign_names::Timestamp;
use countersign_policy::PolicySet;
use countersign_world::{Policies, World};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// How often it is looked whether the control plane is lost, or time has jumped, though nothing moved.
const TICK: Duration = Duration::from_secs(1);

/// By how much the present may run ahead of the timers between two looks without having jumped.
const JUMP: Duration = Duration::from_millis(100);

pub struct Present {
    shared: Arc<Shared>,
    follower: AbortHandle,
}

struct Shared {
    ledger: Ledger,
    policies: ArcSwap<PolicySet>,
    /// The version last published, whether it could be put in force or not.
    seen: Mutex<Option<Arc<Policies>>>,
    problem: Mutex<Option<String>>,
    /// How many policy sets were put in force here.
    sets: AtomicU64,
    /// Told after the policies are those of the world, so that who is woken sees both.
    holders: Holders,
    /// Beyond this, something that holders rest on is not vouched for any more.
    vouched: Duration,
}

/// What was known when holders were last told.
struct LastTold {
    seq: u64,
    /// Read apart from the sequence: a set comes into force a moment after the fact that publishes it.
    sets: u64,
    /// The present moment, and when that was by the clock that timers go by.
    at: (Timestamp, Instant),
}

impl Drop for Present {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Present {
    /// Follow `ledger`, and tell holders what moves. Once the world has not been known to be the newest for longer than
    /// `vouched`, they are told at each look.
    pub fn follow(ledger: Ledger, vouched: Duration) -> Self {
        let shared = Arc::new(Shared::new(ledger, vouched));
        let mut told = LastTold::now(&shared);
        shared.keep_up();
        let following = shared.clone();
        let follower = tokio::spawn(async move {
            let mut moved = following.ledger.moved();
            loop {
                tokio::select! {
                    changed = moved.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(TICK) => {}
                }
                following.keep_up();
                told = following.tell(&told);
            }
        });
        Self { shared, follower: follower.abort_handle() }
    }

    pub fn world(&self) -> Arc<World> {
        self.shared.ledger.world()
    }

    /// A number that grows with each fact and with each policy set that is put in force: while it is the same, so are
    /// the world and the policies.
    pub fn moves(&self) -> u64 {
        self.shared.moves()
    }

    pub fn policies(&self) -> Arc<PolicySet> {
        self.shared.policies.load_full()
    }

    pub fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }

    pub fn problem(&self) -> Option<String> {
        self.shared.problem.lock().clone()
    }

    /// Those who are told what moves.
    pub fn holders(&self) -> &Holders {
        &self.shared.holders
    }
}

impl LastTold {
    fn now(shared: &Shared) -> Self {
        let (seq, sets) = (shared.ledger.seq(), shared.sets.load(Ordering::Acquire));
        Self { seq, sets, at: (shared.ledger.now(), Instant::now()) }
    }

    /// Returns whether the present ran ahead of the timers since `before`, so that they end too late.
    fn jumped_since(&self, before: &Self) -> bool {
        self.at.0.since(before.at.0) > self.at.1.duration_since(before.at.1) + JUMP
    }
}

impl Shared {
    fn new(ledger: Ledger, vouched: Duration) -> Self {
        Self {
            policies: ArcSwap::from_pointee(PolicySet::default()),
            seen: Mutex::new(None),
            problem: Mutex::new(None),
            sets: AtomicU64::new(0),
            holders: Holders::default(),
            vouched,
            ledger,
        }
    }

    fn moves(&self) -> u64 {
        self.ledger.seq() + self.sets.load(Ordering::Acquire)
    }

    /// Tell holders what moved since `before`, which is what was known when they were last told.
    fn tell(&self, before: &LastTold) -> LastTold {
        let now = LastTold::now(self);
        // A world at least as new as `now` says it is: what came in between is told twice.
        let touched = self.ledger.world().touched_since(before.seq);
        let is_quiet =
            now.sets == before.sets && !now.jumped_since(before) && self.ledger.behind() <= self.vouched;
        match touched {
            Some(touched) if is_quiet => self.holders.tell(touched),
            _ => self.holders.tell_all(),
        }
        now
    }

    /// Put the published policies in force. They were checked before they were published, so a set that does not parse
    /// here was published by a newer build; the running set stays, and the trouble is said.
    fn keep_up(&self) {
        let world = self.ledger.world();
        let Some(published) = world.policies() else { return };
        let mut seen = self.seen.lock();
        if seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, published)) {
            return;
        }
        let files: BTreeMap<String, String> =
            published.files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect();
        match self.policies.load().edited(&files) {
            Ok(set) => {
                self.policies.store(Arc::new(set));
                self.sets.fetch_add(1, Ordering::Release);
                *self.problem.lock() = None;
                tracing::info!(version = %published.version, "policies are in force");
            }
            Err(rejected) => {
                let why = rejected.to_string();
                tracing::error!(version = %published.version, why, "the published policies cannot be put in force");
                *self.problem.lock() = Some(why);
            }
        }
        *seen = Some(published.clone());
    }
}

#[cfg(test)]
mod tests;
