//! The maps that the world is made of: persistent, so that a snapshot costs nothing, and quick to look into.
//!
//! Their hash is keyed by randomness of the process, as the standard library's is, but is not SipHash: most keys are random
//! already (ids, digests), and those that are not are names that administrators choose.

use foldhash::quality::RandomState;
use imbl::shared_ptr::DefaultSharedPtr;

/// A map by hash.
pub type HashMap<K, V> = imbl::GenericHashMap<K, V, RandomState, DefaultSharedPtr>;

/// A set by hash.
pub type HashSet<V> = imbl::GenericHashSet<V, RandomState, DefaultSharedPtr>;
