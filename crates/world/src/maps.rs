//! The maps of which the world is made: persistent, so that a snapshot costs nothing, with fast look-ups.
//!
//! Their hash is keyed with a random value of the process, like the standard library's, but is not SipHash: most keys are
//! random already (ids, digests), and the others are names that administrators choose.

use foldhash::quality::RandomState;
use imbl::shared_ptr::DefaultSharedPtr;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::hash::Hash;
use std::ops::Deref;

/// A hash map.
pub type HashMap<K, V> = imbl::GenericHashMap<K, V, RandomState, DefaultSharedPtr>;

/// A hash set.
pub type HashSet<V> = imbl::GenericHashSet<V, RandomState, DefaultSharedPtr>;

/// A map of values that decisions read. Records the keys of changed entries; there is no way to change one unrecorded.
#[derive(Debug, Clone)]
pub struct TrackedMap<K, V> {
    map: HashMap<K, V>,
    changed: Vec<K>,
}

impl<K, V> Default for TrackedMap<K, V> {
    fn default() -> Self {
        Self { map: HashMap::default(), changed: Vec::new() }
    }
}

impl<K, V> Deref for TrackedMap<K, V> {
    type Target = HashMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.map
    }
}

impl<'a, K, V> IntoIterator for &'a TrackedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = <&'a HashMap<K, V> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.map.iter()
    }
}

impl<K: Clone + Eq + Hash, V: Clone> IntoIterator for TrackedMap<K, V> {
    type Item = (K, V);
    type IntoIter = <HashMap<K, V> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.map.into_iter()
    }
}

impl<K: Clone + Eq + Hash, V: Clone> FromIterator<(K, V)> for TrackedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self { map: entries.into_iter().collect(), changed: Vec::new() }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> TrackedMap<K, V> {
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

    /// Returns the keys that changed since the last call, in the order of the changes.
    pub fn take_changed(&mut self) -> Vec<K> {
        std::mem::take(&mut self.changed)
    }
}

/// Serialises a map as the sorted list of its entries: equal maps have the same form, and keys need not be text.
pub mod pairs {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<'a, M, K, V, S>(map: &'a M, serializer: S) -> Result<S::Ok, S::Error>
    where
        &'a M: IntoIterator<Item = (&'a K, &'a V)>,
        K: Serialize + Ord + 'a,
        V: Serialize + 'a,
        S: Serializer,
    {
        let mut entries: Vec<_> = map.into_iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        serializer.collect_seq(entries)
    }

    pub fn deserialize<'de, M, K, V, D>(deserializer: D) -> Result<M, D::Error>
    where
        M: FromIterator<(K, V)> + IntoIterator<Item = (K, V)>,
        K: Deserialize<'de>,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Serialises a set as the sorted list of its items.
pub mod items {
    use super::{Deserialize, Deserializer, HashSet, Serialize, Serializer};
    use std::hash::Hash;

    pub fn serialize<V, S>(set: &HashSet<V>, serializer: S) -> Result<S::Ok, S::Error>
    where
        V: Serialize + Ord + Hash + Clone,
        S: Serializer,
    {
        let mut items: Vec<_> = set.iter().collect();
        items.sort_unstable();
        serializer.collect_seq(items)
    }

    pub fn deserialize<'de, V, D>(deserializer: D) -> Result<HashSet<V>, D::Error>
    where
        V: Deserialize<'de> + Hash + Eq + Clone,
        D: Deserializer<'de>,
    {
        Ok(Vec::<V>::deserialize(deserializer)?.into_iter().collect())
    }
}
