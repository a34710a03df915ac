//! Which identities an account is compared with: those that share a key with it. Nothing is compared with everything.

use crate::profile::Profile;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Identities by the keys of their nodes.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// Of each key the sources of the nodes that have it, and the identities.
    by_key: HashMap<String, BTreeMap<usize, BTreeSet<usize>>>,
    largest: usize,
}

impl Blocks {
    pub(crate) fn new(largest: usize) -> Self {
        Self { by_key: HashMap::new(), largest }
    }

    /// Enters a node of an identity.
    pub(crate) fn enter(&mut self, profile: &Profile, identity: usize) {
        for key in &profile.keys {
            let sources = self.by_key.entry(key.clone()).or_default();
            sources.entry(profile.source).or_default().insert(identity);
        }
    }

    /// Returns the identities that share a key with the node. A key that too many identities of one source have is ignored
    /// for that source: it says nothing, as the address of a task does. It still counts for the other sources, so that a
    /// source that is added changes nothing but what it touches. Returns too whether none was ignored.
    pub(crate) fn candidates(&self, profile: &Profile) -> (BTreeSet<usize>, bool) {
        let blocks = || profile.keys.iter().filter_map(|key| self.by_key.get(key)).flat_map(BTreeMap::values);
        let fits = |identities: &&BTreeSet<usize>| identities.len() <= self.largest;
        (blocks().filter(fits).flatten().copied().collect(), blocks().all(|identities| fits(&identities)))
    }
}
