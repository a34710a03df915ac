//! The maps that the world is made of: persistent, so that a snapshot costs nothing, and quick to look into.
//!
//! Their hash is keyed by randomness of the process, as the standard library's is, but is not SipHash: most keys are random
//! already (ids, digests), and those that are not are names that administrators choose.

use foldhash::quality::RandomState;
use imbl::shared_ptr::DefaultSharedPtr;
use std::hash::Hash;
use std::ops::Deref;

/// A map by hash.
pub type HashMap<K, V> = imbl::GenericHashMap<K, V, RandomState, DefaultSharedPtr>;

/// A set by hash.
pub type HashSet<V> = imbl::GenericHashSet<V, RandomState, DefaultSharedPtr>;

/// A map of what decisions read: which of its entries change is noted, since there is no way to change one without.
#[derive(Debug, Clone)]
pub struct Watched<K, V> {
    map: HashMap<K, V>,
    changed: Vec<K>,
}

impl<K, V> Default for Watched<K, V> {
    fn default() -> Self {
        Self { map: HashMap::default(), changed: Vec::new() }
    }
}

impl<K, V> Deref for Watched<K, V> {
    type Target = HashMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.map
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Watched<K, V> {
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.changed.push(key.clone());
        self.map.insert(key, value)
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        let gone = self.map.remove(key);
        if gone.is_some() {
            self.changed.push(key.clone());
        }
        gone
    }

    /// The keys whose entries changed since this was last asked, in the order in which they did.
    pub fn take_changed(&mut self) -> Vec<K> {
        std::mem::take(&mut self.changed)
    }
}
