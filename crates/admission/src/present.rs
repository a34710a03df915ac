//! The present state: the world, and the policies in force.

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

/// How often to check, even if nothing has changed, whether the control plane is lost or the time has jumped.
const TICK: Duration = Duration::from_secs(1);

/// How far the present may run ahead of the timers between two checks before it counts as a jump.
const JUMP: Duration = Duration::from_millis(100);

pub struct Present {
    shared: Arc<SharedPresent>,
    follower: AbortHandle,
}

struct SharedPresent {
    ledger: Ledger,
    policies: ArcSwap<PolicySet>,
    /// The version last published, whether or not it could be put in force.
    seen: Mutex<Option<Arc<Policies>>>,
    problem: Mutex<Option<String>>,
    /// The number of policy sets that were put in force here.
    sets: AtomicU64,
    /// Notified after the policies are those of the world, so that a woken holder sees both.
    holders: Holders,
    /// The age of the world beyond which some value that holders rest on is no longer trusted.
    vouched: Duration,
}

/// The state at the last notification of holders.
struct LastTold {
    seq: u64,
    /// Kept apart from the sequence: a set comes into force a moment after the fact that publishes it.
    sets: u64,
    /// The present time, and the same moment by the clock of the timers.
    at: (Timestamp, Instant),
}

impl Drop for Present {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Present {
    /// Follows `ledger` and notifies holders of changes. Once the world has not been confirmed as the newest for longer
    /// than `vouched`, they are notified at each check.
    pub fn follow(ledger: Ledger, vouched: Duration) -> Self {
        let shared = Arc::new(SharedPresent::new(ledger, vouched));
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

    /// Returns a number that grows with each fact and with each policy set that is put in force. While it is unchanged,
    /// the world and the policies are unchanged.
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

    /// Returns the holders that are notified of changes.
    pub fn holders(&self) -> &Holders {
        &self.shared.holders
    }
}

impl LastTold {
    fn now(shared: &SharedPresent) -> Self {
        let (seq, sets) = (shared.ledger.seq(), shared.sets.load(Ordering::Acquire));
        Self { seq, sets, at: (shared.ledger.now(), Instant::now()) }
    }

    /// Returns whether the present ran ahead of the timers since `before`, so that they end too late.
    fn jumped_since(&self, before: &Self) -> bool {
        self.at.0.since(before.at.0) > self.at.1.duration_since(before.at.1) + JUMP
    }
}

impl SharedPresent {
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

    /// Notifies holders of the changes since `before`, the state at the last notification.
    fn tell(&self, before: &LastTold) -> LastTold {
        let now = LastTold::now(self);
        // The world may already be newer than `now`; changes in between are then notified twice.
        let touched = self.ledger.world().touched_since(before.seq);
        let is_quiet =
            now.sets == before.sets && !now.jumped_since(before) && self.ledger.behind() <= self.vouched;
        match touched {
            Some(touched) if is_quiet => self.holders.tell(touched),
            _ => self.holders.tell_all(),
        }
        now
    }

    /// Puts the published policies in force. They were checked before their publication, so a set that does not parse
    /// here was published by a newer build; the running set stays, and the problem is reported.
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
