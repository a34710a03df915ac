//! The answers that may still hold, by what was asked.

use countersign_decide::{Answer, Request};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;

/// How many shards; a power of two. Readers of one shard do not wait for each other, writers only for their own.
const SHARDS: usize = 64;

/// How many answers a shard keeps before it starts anew.
const PER_SHARD: usize = 2048;

type Shard = RwLock<HashMap<Request, Arc<Answer>>>;

pub struct Answers {
    hasher: RandomState,
    shards: Vec<Shard>,
}

impl Default for Answers {
    fn default() -> Self {
        Self { hasher: RandomState::new(), shards: (0..SHARDS).map(|_| Shard::default()).collect() }
    }
}

impl Answers {
    fn shard(&self, request: &Request) -> Option<&Shard> {
        let hash = usize::try_from(self.hasher.hash_one(request) >> 32).unwrap_or(0);
        self.shards.get(hash % SHARDS)
    }

    /// The last answer to exactly this; whether it still holds is for it to say.
    pub fn get(&self, request: &Request) -> Option<Arc<Answer>> {
        self.shard(request)?.read().get(request).cloned()
    }

    /// Remember an answer.
    ///
    /// A shard that is full is emptied: an answer is a saving, never a truth, and most of what fills a shard has ended
    /// with its session. Somebody who asks for ever new paths can do no more than make others ask again.
    pub fn put(&self, request: Request, answer: Arc<Answer>) {
        let Some(shard) = self.shard(&request) else { return };
        let mut shard = shard.write();
        if shard.len() >= PER_SHARD {
            shard.clear();
        }
        shard.insert(request, answer);
    }
}
