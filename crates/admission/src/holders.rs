//! Notifies the holders of permits of changes, by the values on which their answers rest.

use countersign_world::Touched;
use foldhash::quality::RandomState;
use hashbrown::HashMap;
use parking_lot::Mutex;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

/// Number of shards; a power of two. Holders that rest on different values seldom block each other.
const SHARDS: usize = 64;

/// A topic to which a holder subscribes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Topic {
    This(Touched),
    /// Any change.
    Anything,
}

type HolderShard = Mutex<HashMap<Topic, HashMap<u64, Arc<Notify>, RandomState>, RandomState>>;

/// All holders of permits that wait for a change.
#[derive(Debug)]
pub struct Holders {
    hash: RandomState,
    shards: [HolderShard; SHARDS],
    next: AtomicU64,
}

impl Default for Holders {
    fn default() -> Self {
        Self {
            hash: RandomState::default(),
            shards: std::array::from_fn(|_| HolderShard::default()),
            next: AtomicU64::new(0),
        }
    }
}

/// A holder's subscription, which ends when this is dropped.
#[derive(Debug)]
pub struct Holder<'a> {
    holders: &'a Holders,
    id: u64,
    topics: Vec<Topic>,
    told: Arc<Notify>,
}

impl Holders {
    /// Subscribes to changes of these values, or to any change if `None`.
    pub fn enter(&self, rests_on: Option<Vec<Touched>>) -> Holder<'_> {
        let topics: Vec<_> = match rests_on {
            Some(rests_on) => rests_on.into_iter().map(Topic::This).collect(),
            None => vec![Topic::Anything],
        };
        let (id, told) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(Notify::new()));
        for topic in &topics {
            self.shard(topic).lock().entry_ref(topic).or_default().insert(id, Arc::clone(&told));
        }
        Holder { holders: self, id, topics, told }
    }

    /// Notifies the holders that rest on any of these values, and those that wait for any change.
    pub fn tell(&self, touched: Vec<Touched>) {
        for topic in touched.into_iter().map(Topic::This).chain([Topic::Anything]) {
            if let Some(holders) = self.shard(&topic).lock().get(&topic) {
                holders.values().for_each(|told| told.notify_one());
            }
        }
    }

    /// Notifies all holders.
    pub fn tell_all(&self) {
        for shard in &self.shards {
            shard.lock().values().flat_map(HashMap::values).for_each(|told| told.notify_one());
        }
    }

    fn shard(&self, topic: &Topic) -> &HolderShard {
        #[expect(clippy::cast_possible_truncation, reason = "some of the bits will do")]
        let hash = self.hash.hash_one(topic) as usize;
        #[expect(clippy::indexing_slicing, reason = "the remainder is below the number of shards")]
        &self.shards[hash % SHARDS]
    }
}

impl Holder<'_> {
    /// Resolves after a notification since the last time that this resolved.
    pub async fn told(&self) {
        self.told.notified().await;
    }
}

impl Drop for Holder<'_> {
    fn drop(&mut self) {
        for topic in &self.topics {
            let mut shard = self.holders.shard(topic).lock();
            let Some(holders) = shard.get_mut(topic) else { continue };
            holders.remove(&self.id);
            if holders.is_empty() {
                shard.remove(topic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_names::{PersonId, SessionId};
    use std::pin::pin;
    use std::task::{Context, Waker};

    fn person(n: u128) -> Touched {
        Touched::Person(PersonId::new(uuid::Uuid::from_u128(n)))
    }

    fn session(n: u128) -> Touched {
        Touched::Session(SessionId::new(uuid::Uuid::from_u128(n)))
    }

    fn is_told(holder: &Holder<'_>) -> bool {
        pin!(holder.told()).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn a_move_is_told_to_those_who_rest_on_it_and_to_nobody_else() {
        let holders = Holders::default();
        let one = holders.enter(Some(vec![session(1), person(1)]));
        let other = holders.enter(Some(vec![session(2), person(1)]));
        let anything = holders.enter(None);
        for (touched, expected) in [
            (vec![], [false, false, true]),
            (vec![person(2)], [false, false, true]),
            (vec![session(2)], [false, true, true]),
            (vec![person(1)], [true, true, true]),
            (vec![session(1), person(1)], [true, true, true]),
        ] {
            holders.tell(touched.clone());
            assert_eq!([&one, &other, &anything].map(is_told), expected, "{touched:?}");
        }
        holders.tell_all();
        assert_eq!([&one, &other, &anything].map(is_told), [true; 3]);
        assert_eq!([&one, &other, &anything].map(is_told), [false; 3], "once");
    }

    #[test]
    fn who_left_costs_nothing() {
        let holders = Holders::default();
        let stays = holders.enter(Some(vec![session(1), person(1)]));
        drop(holders.enter(Some(vec![session(2), person(1)])));
        let topics: usize = holders.shards.iter().map(|shard| shard.lock().len()).sum();
        assert_eq!(topics, 2);
        holders.tell(vec![person(1)]);
        assert!(is_told(&stays));
        drop(stays);
        assert!(holders.shards.iter().all(|shard| shard.lock().is_empty()));
    }
}
