//! The answers that may still hold, by what they read.
//!
//! Which items of a request an answer read is known only once it was given, so there are two steps: what every answer
//! reads finds a slot, and the slot knows what else its policies read. Of a thousand paths of one application that no
//! policy tells apart, all but the first are answered from here.

use countersign_decide::{Answer, Request};
use countersign_policy::{Items, PolicySet};
use foldhash::quality::RandomState;
use hashbrown::HashTable;
use parking_lot::RwLock;
use std::hash::{BuildHasher as _, Hash};
use std::sync::Arc;

/// How many shards; a power of two. Readers of one shard do not wait for each other, writers only for their own.
const SHARDS: usize = 64;

/// How many answers a shard keeps before it starts anew.
const PER_SHARD: usize = 2048;

/// How many answers a slot keeps before it starts anew.
const PER_SLOT: usize = 64;

/// Some of the slots.
#[derive(Default)]
struct Shard {
    slots: HashTable<Slot>,
    /// The answers in all of them together.
    kept: usize,
}

/// The answers to requests that differ only in what some policy reads.
struct Slot {
    /// The first of the requests, of which only [`always`] counts.
    like: Request,
    policies: Arc<PolicySet>,
    reads: Items,
    answers: Vec<(Request, Arc<Answer>)>,
}

/// Answers to be given again while they hold. Public so that what a following request costs can be measured.
pub struct Answers {
    hasher: RandomState,
    shards: Vec<RwLock<Shard>>,
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

    fn shard(&self, hash: u64) -> Option<&RwLock<Shard>> {
        // The table within the shard goes by the other end of the hash.
        self.shards.get(usize::try_from(hash >> 32).unwrap_or(0) % SHARDS)
    }

    /// The last answer of `policies` to this, as far as they can tell; whether it still holds is for it to say.
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

    /// Remember an answer.
    ///
    /// What is full is emptied: an answer is a saving, never a truth, and most of what fills a shard has ended with its
    /// session. Somebody who asks for ever new paths empties a slot that is theirs alone.
    pub fn put(&self, request: &Request, answer: &Arc<Answer>) {
        let hash = self.hash(request);
        let Some(shard) = self.shard(hash) else { return };
        let mut shard = shard.write();
        if shard.kept >= PER_SHARD {
            *shard = Shard::default();
        }
        let Shard { slots, kept } = &mut *shard;
        match slots.find_mut(hash, |slot| always(&slot.like) == always(request)) {
            Some(slot) => {
                *kept -= slot.answers.len();
                slot.put(request, answer);
                *kept += slot.answers.len();
            }
            None => {
                slots.insert_unique(hash, Slot::new(request, answer), |slot| self.hash(&slot.like));
                *kept += 1;
            }
        }
    }
}

impl Slot {
    fn new(request: &Request, answer: &Arc<Answer>) -> Self {
        Self {
            like: request.clone(),
            policies: answer.policies().clone(),
            reads: answer.decision().reads,
            answers: vec![(request.clone(), answer.clone())],
        }
    }

    fn put(&mut self, request: &Request, answer: &Arc<Answer>) {
        // Which policies can match follows from what every answer reads, but also from the groups of whoever asks,
        // and those change.
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

/// What every answer reads.
fn always(request: &Request) -> impl Hash + PartialEq + '_ {
    (&request.who, &request.key, &request.application, &request.resource, request.action, &request.tags)
}

/// Whether policies that read `reads` can not tell two requests apart that are the same in what every answer reads.
fn alike(reads: Items, one: &Request, other: &Request) -> bool {
    let same = |item: Items, same: bool| same || !reads.has(item);
    same(Items::OPERATION, one.operation == other.operation)
        && same(Items::ITEM, one.item == other.item)
        && same(Items::CONTENT_TYPE, one.content_type == other.content_type)
        && same(Items::PLACE, one.address == other.address)
        && same(Items::SESSION, one.idle == other.idle)
        // A denial for an old posture holds for ever by itself; it must not outlive a newer look at the device.
        && same(Items::DEVICE, one.posture_confirmed_at == other.posture_confirmed_at)
}

#[cfg(test)]
mod tests;
