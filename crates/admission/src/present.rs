//! What is the case right now: the world, and the policies that it says are in force.

use arc_swap::ArcSwap;
use countersign_ledger::Ledger;
use countersign_policy::PolicySet;
use countersign_world::{Policies, World};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// How often holders look at the clock even though nothing moved, so that a lost control plane is noticed.
const TICK: std::time::Duration = std::time::Duration::from_secs(1);

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
    /// Told after the policies are those of the world, so that who is woken sees both.
    moved: watch::Sender<u64>,
}

impl Drop for Present {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Present {
    pub fn follow(ledger: Ledger) -> Self {
        let shared = Arc::new(Shared {
            policies: ArcSwap::from_pointee(PolicySet::default()),
            seen: Mutex::new(None),
            problem: Mutex::new(None),
            moved: watch::Sender::new(0),
            ledger,
        });
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
                following.wake();
            }
        });
        Self { shared, follower: follower.abort_handle() }
    }

    pub fn world(&self) -> Arc<World> {
        self.shared.ledger.world()
    }

    /// The world's sequence.
    pub fn seq(&self) -> u64 {
        self.shared.ledger.seq()
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

    /// Have everybody who follows look again.
    pub fn wake(&self) {
        self.shared.wake();
    }

    pub fn moved(&self) -> watch::Receiver<u64> {
        self.shared.moved.subscribe()
    }
}

impl Shared {
    fn wake(&self) {
        self.moved.send_modify(|moves| *moves = moves.wrapping_add(1));
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
