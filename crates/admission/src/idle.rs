//! When each session was last used here. It is not a fact: a fact a request would drown the journal, and the
//! enforcement point that a session uses is the one that sees it idle.

use countersign_decide::Who;
use countersign_names::{SessionId, Timestamp};
use countersign_world::World;
use hashbrown::HashMap;
use parking_lot::RwLock;
use std::sync::atomic::{AtomicI64, Ordering};

/// How many sessions are remembered before those that ended are forgotten.
const SWEEP_AT: usize = 65_536;

#[derive(Default)]
pub struct Idle(RwLock<HashMap<SessionId, AtomicI64>>);

impl Idle {
    /// Seconds since the session was last used, rounded down to whole minutes so that an answer can be given again.
    ///
    /// A session that was not used here yet counts from when its person last proved that it is them. After a restart
    /// an old session therefore looks idle for longer than it was: the error is on the safe side, and a step-up mends
    /// it.
    pub fn whole_minutes(&self, world: &World, who: Who, now: Timestamp) -> i64 {
        let Who::Session(id) = who else { return 0 };
        let Some(session) = world.session(id) else { return 0 };
        let used = self.0.read().get(&id).map(|used| Timestamp::from_micros(used.load(Ordering::Relaxed)));
        let last = used.map_or(session.proved_at, |used| used.max(session.proved_at));
        now.age_of(last) / 60 * 60
    }

    /// The session was used at `now`.
    pub fn used(&self, who: Who, now: Timestamp) {
        let Who::Session(id) = who else { return };
        if let Some(used) = self.0.read().get(&id) {
            used.fetch_max(now.as_micros(), Ordering::Relaxed);
            return;
        }
        let mut all = self.0.write();
        if all.len() >= SWEEP_AT {
            // A session lives for hours; whoever was not seen for a day is gone.
            let day_ago = now.as_micros() - 86_400_000_000;
            all.retain(|_, used| used.load(Ordering::Relaxed) > day_ago);
        }
        all.insert(id, AtomicI64::new(now.as_micros()));
    }
}

#[cfg(test)]
mod tests;
