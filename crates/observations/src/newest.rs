//! The newest time of each subject of one kind.

use crate::process_names::{OWN, ProcessNames};
use countersign_names::Timestamp;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry as Place;
use parking_lot::RwLock;
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// Maximum number of subjects per kind. 100,000 take 7.7 MB (`benches/observing.rs`), so this many take some 20 MB.
pub const MOST_SUBJECTS: usize = 262_144;

/// Number of shards; a power of two. Writers of different shards do not block each other.
const SHARDS: usize = 16;

/// The known times of one subject.
#[derive(Debug)]
struct KnownMoment {
    at: AtomicI64,
    /// The newest time that other processes can know.
    shared: AtomicI64,
    of: i64,
    by: u16,
}

/// The time, the digest and the process of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewestMoment {
    pub at: Timestamp,
    pub of: i64,
    pub by: u16,
}

type MomentShard = RwLock<HashMap<Uuid, KnownMoment, RandomState>>;

#[derive(Debug)]
pub struct Newest {
    hasher: RandomState,
    shards: [MomentShard; SHARDS],
    per_shard: usize,
    dropped: AtomicU64,
}

impl KnownMoment {
    fn at(&self) -> i64 {
        self.at.load(Ordering::Relaxed)
    }
}

impl Newest {
    pub fn bounded(most: usize) -> Self {
        Self {
            hasher: RandomState::default(),
            shards: std::array::from_fn(|_| MomentShard::default()),
            per_shard: most.div_ceil(SHARDS).max(1),
            dropped: AtomicU64::new(0),
        }
    }

    fn shard(&self, subject: Uuid) -> &MomentShard {
        // The table within the shard uses the other end of the hash.
        let place = (self.hasher.hash_one(subject) >> 32) % SHARDS as u64;
        #[expect(clippy::indexing_slicing, reason = "the remainder is below the number of shards")]
        &self.shards[usize::try_from(place).unwrap_or(0)]
    }

    /// Records an observation of this process. Nearly always this is a look-up and one atomic instruction.
    pub fn note(&self, subject: Uuid, at: Timestamp, of: i64, names: &ProcessNames) {
        if let Some(known) = self.shard(subject).read().get(&subject)
            && known.by == OWN
            && known.of == of
        {
            known.at.fetch_max(at.as_micros(), Ordering::Relaxed);
            return;
        }
        self.merge(subject, NewestMoment { at, of, by: OWN }, false, names);
    }

    pub fn get(&self, subject: Uuid) -> Option<NewestMoment> {
        let shard = self.shard(subject).read();
        let known = shard.get(&subject)?;
        Some(NewestMoment { at: Timestamp::from_micros(known.at()), of: known.of, by: known.by })
    }

    /// Keeps the later of the known observation and this one. Of two at the same time, the larger digest and then the
    /// later process name wins, so that every process keeps the same one.
    pub fn merge(&self, subject: Uuid, new: NewestMoment, is_shared: bool, names: &ProcessNames) {
        let at = new.at.as_micros();
        let mut shard = self.shard(subject).write();
        match shard.entry(subject) {
            Place::Occupied(mut place) => {
                let known = place.get_mut();
                let order = (at, new.of).cmp(&(known.at(), known.of));
                if order.is_gt() || (order.is_eq() && names.is_later(new.by, known.by)) {
                    known.at.store(at, Ordering::Relaxed);
                    (known.of, known.by) = (new.of, new.by);
                }
                if is_shared {
                    known.shared.fetch_max(at, Ordering::Relaxed);
                }
            }
            Place::Vacant(place) => {
                let shared = AtomicI64::new(if is_shared { at } else { i64::MIN });
                place.insert(KnownMoment { at: AtomicI64::new(at), shared, of: new.of, by: new.by });
                if shard.len() > self.per_shard {
                    let dropped = drop_oldest(&mut shard, self.per_shard);
                    self.dropped.fetch_add(dropped, Ordering::Relaxed);
                }
            }
        }
    }

    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().len()).sum()
    }

    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub fn forget_before(&self, moment: Timestamp) {
        for shard in &self.shards {
            shard.write().retain(|_, known| known.at() >= moment.as_micros());
        }
    }

    /// Returns the pieces through which [`Newest::unshared`] covers everything.
    pub fn pieces(&self) -> std::ops::Range<usize> {
        0..SHARDS
    }

    /// Returns the observations in one piece that are newer than those shared and have waited long enough.
    pub fn unshared(&self, piece: usize, now: Timestamp, spacing: Duration) -> Vec<(Uuid, NewestMoment)> {
        let Some(shard) = self.shards.get(piece) else { return Vec::new() };
        let is_due = |at: i64, shared: i64| {
            at > shared && (shared == i64::MIN || now >= Timestamp::from_micros(shared).plus(spacing))
        };
        shard
            .read()
            .iter()
            .map(|(subject, known)| (subject, known, known.at()))
            .filter(|(_, known, at)| is_due(*at, known.shared.load(Ordering::Relaxed)))
            .map(|(subject, known, at)| {
                (*subject, NewestMoment { at: Timestamp::from_micros(at), of: known.of, by: known.by })
            })
            .collect()
    }

    /// Marks this time as available to other processes.
    pub fn shared(&self, subject: Uuid, at: Timestamp) {
        if let Some(known) = self.shard(subject).read().get(&subject) {
            known.shared.fetch_max(at.as_micros(), Ordering::Relaxed);
        }
    }
}

/// Drops the oldest until an eighth of the limit is free, so that a full table is not sorted again for every new subject.
/// Returns how many were dropped.
fn drop_oldest(shard: &mut HashMap<Uuid, KnownMoment, RandomState>, most: usize) -> u64 {
    let excess = shard.len().saturating_sub(most - most / 8);
    let mut moments: Vec<i64> = shard.values().map(KnownMoment::at).collect();
    let Some(last) = excess.checked_sub(1).filter(|last| *last < moments.len()) else { return 0 };
    let threshold = *moments.select_nth_unstable(last).1;
    let older = moments.iter().filter(|at| **at < threshold).count();
    let mut as_old = excess - older;
    shard.retain(|_, known| match known.at().cmp(&threshold) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal if as_old > 0 => {
            as_old -= 1;
            false
        }
        _ => true,
    });
    excess as u64
}
