//! The logout tokens that were accepted, so that none is accepted twice.

use countersign_facts::Digest;
use countersign_names::Timestamp;
use parking_lot::Mutex;
use std::collections::{HashSet, VecDeque};
use std::time::Duration;

/// How long a token is remembered: longer than one is accepted after its issue.
const LIFE: Duration = Duration::from_secs(20 * 60);
/// Maximum number of remembered tokens. The oldest is forgotten for a new one.
const MOST: usize = 50_000;

/// Remembers tokens by the digest of their provider and id.
#[derive(Default)]
pub struct SeenTokens(Mutex<RememberedTokens>);

#[derive(Default)]
struct RememberedTokens {
    ids: HashSet<Digest>,
    order: VecDeque<(Timestamp, Digest)>,
}

impl SeenTokens {
    /// Forgets a token that led to nothing.
    pub fn forget(&self, id: &Digest) {
        self.0.lock().ids.remove(id);
    }

    /// Remembers the token. Returns whether it was new.
    pub fn insert(&self, id: Digest, now: Timestamp) -> bool {
        let mut seen = self.0.lock();
        while seen.order.front().is_some_and(|(end, _)| *end <= now) || seen.order.len() >= MOST {
            let Some((_, oldest)) = seen.order.pop_front() else { break };
            seen.ids.remove(&oldest);
        }
        if !seen.ids.insert(id) {
            return false;
        }
        seen.order.push_back((now.plus(LIFE), id));
        true
    }
}
