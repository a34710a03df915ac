//! A cache of answers, keyed by the values that they read.
//!
//! Which items of a request an answer read is known only afterwards, so a look-up has two steps: the items that every
//! answer reads select a slot, and the slot knows what else its policies read. Of a thousand paths of one application
//! that no policy distinguishes, all but the first are answered from this cache.

use countersign_decide::{Answer, Request};
use countersign_policy::{Items, PolicySet};
use foldhash::quality::RandomState;
use hashbrown::HashTable;
use parking_lot::RwLock;
use std::hash::{BuildHasher as _, Hash};
use std::sync::Arc;

/// Number of shards; a power of two. Readers of a shard do not block each other, and writers block only their own shard.
const SHARDS: usize = 64;

/// Maximum number of answers per shard; a full shard is emptied.
const PER_SHARD: usize = 2048;

/// Maximum number of answers per slot; a full slot is emptied.
const PER_SLOT: usize = 64;

/// One shard of the slots.
#[derive(Default)]
struct AnswerShard {
    slots: HashTable<AnswerSlot>,
    /// The number of answers in all of its slots.
    kept: usize,
}

/// The answers to requests that differ only in items that some policy reads.
struct AnswerSlot {
    /// The first of the requests; only [`always`] of it is compared.
    like: Request,
    policies: Arc<PolicySet>,
    reads: Items,
    answers: Vec<(Request, Arc<Answer>)>,
}

/// A cache of answers. Public so that the cost of a repeated request can be measured.
pub struct Answers {
    hasher: RandomState,
    shards: Vec<RwLock<AnswerShard>>,
}

impl Default for Answers {
    fn default() -> Self {
        Self { hasher: RandomState::default(), shards: (0..SHARDS).map(|_| RwLock::default()).collect() }
    }
}

impl Answers {
    fn hash(&self, request: &Request) -> u64 {
        self.hasher.hash_one(always(request))
    }

    fn shard(&self, hash: u64) -> Option<&RwLock<AnswerShard>> {
        // The table within the shard uses the other end of the hash.
        self.shards.get(usize::try_from(hash >> 32).unwrap_or(0) % SHARDS)
    }

    /// Returns the last answer of `policies` to an equivalent request. The caller must check that the answer is still
    /// alive.
    pub fn get(&self, request: &Request, policies: &Arc<PolicySet>) -> Option<Arc<Answer>> {
        let hash = self.hash(request);
        let shard = self.shard(hash)?.read();
        let slot = shard.slots.find(hash, |slot| always(&slot.like) == always(request))?;
        if !Arc::ptr_eq(&slot.policies, policies) {
            return None;
        }
        let same = |kept: &&(Request, Arc<Answer>)| alike(slot.reads, &kept.0, request);
        slot.answers.iter().find(same).map(|(_, answer)| answer.clone())
    }

    /// Stores an answer.
    ///
    /// A full shard or slot is emptied: an answer only saves work, and most answers in a full shard have ended with their
    /// session. An attacker who requests ever new paths only empties the slot of their own session.
    pub fn put(&self, request: &Request, answer: &Arc<Answer>) {
        let hash = self.hash(request);
        let Some(shard) = self.shard(hash) else { return };
        let mut shard = shard.write();
        if shard.kept >= PER_SHARD {
            *shard = AnswerShard::default();
        }
        let AnswerShard { slots, kept } = &mut *shard;
        match slots.find_mut(hash, |slot| always(&slot.like) == always(request)) {
            Some(slot) => {
                *kept -= slot.answers.len();
                slot.put(request, answer);
                *kept += slot.answers.len();
            }
            None => {
                slots.insert_unique(hash, AnswerSlot::new(request, answer), |slot| self.hash(&slot.like));
                *kept += 1;
            }
        }
    }
}

impl AnswerSlot {
    fn new(request: &Request, answer: &Arc<Answer>) -> Self {
        Self {
            like: request.clone(),
            policies: answer.policies().clone(),
            reads: answer.decision().reads,
            answers: vec![(request.clone(), answer.clone())],
        }
    }

    fn put(&mut self, request: &Request, answer: &Arc<Answer>) {
        // Which policies can match depends on the items that every answer reads, but also on the principal's groups,
        // which change.
        if !Arc::ptr_eq(&self.policies, answer.policies()) || self.reads != answer.decision().reads {
            *self = Self::new(request, answer);
            return;
        }
        let reads = self.reads;
        if let Some((_, kept)) = self.answers.iter_mut().find(|kept| alike(reads, &kept.0, request)) {
            *kept = answer.clone();
            return;
        }
        if self.answers.len() >= PER_SLOT {
            self.answers.clear();
        }
        self.answers.push((request.clone(), answer.clone()));
    }
}

/// Returns the items that every answer reads.
fn always(request: &Request) -> impl Hash + PartialEq + '_ {
    (&request.who, &request.key, &request.application, &request.resource, request.action, &request.tags)
}

/// Returns whether policies that read `reads` cannot distinguish two requests that agree in the items of [`always`].
fn alike(reads: Items, one: &Request, other: &Request) -> bool {
    let same = |item: Items, same: bool| same || !reads.has(item);
    same(Items::OPERATION, one.operation == other.operation)
        && same(Items::ITEM, one.item == other.item)
        && same(Items::CONTENT_TYPE, one.content_type == other.content_type)
        && same(Items::PLACE, one.address == other.address)
        && same(Items::SESSION, one.idle == other.idle)
        // A denial for an old posture never expires by itself; it must not outlive a newer observation of the device.
        && same(Items::DEVICE, one.posture_confirmed_at == other.posture_confirmed_at)
}

#[cfg(test)]
mod tests;
