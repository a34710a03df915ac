//! The answers that were worked out, to be given again while they hold: what makes ten million accesses as many
//! questions as are really different.
//!
//! As at a gate there are two steps: what every answer reads finds a slot, and the slot knows what else its policies
//! read, and so which requests they can tell apart.

use crate::again::Unanswerable;
use crate::asked;
use crate::past::Past;
use countersign_decide::{Answer, Who};
use countersign_evidence::Access;
use countersign_names::{Action, DeviceId, ResourceName, Timestamp};
use countersign_policy::{Items, PolicySet};
use countersign_world::World;
use foldhash::quality::RandomState;
use hashbrown::HashTable;
use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::net::IpAddr;
use std::sync::Arc;

/// Most answers that are kept. What is full is emptied: an answer is a saving, and never a truth.
const MOST: usize = 400_000;

/// Most answers of one slot.
const PER_SLOT: usize = 256;

/// An answer, and what was made of it.
pub struct MemoEntry<V> {
    pub answer: Arc<Answer>,
    pub value: V,
    /// What the policies read that the answer and the value rest on.
    pub reads: Items,
    /// Until when the value is sure to be the same if nothing but time passes.
    pub until: Timestamp,
}

impl<V> MemoEntry<V> {
    /// Whether `policies` are sure to say the same of this access.
    pub fn holds(
        &self,
        past: &mut Past,
        access: &Access<'_>,
        policies: &Arc<PolicySet>,
    ) -> Result<bool, Unanswerable> {
        if access.at > self.until {
            return Ok(false);
        }
        // A world that need not be looked at need not be folded either.
        Ok(self.answer.is_known_alive(access.world, policies, access.at)
            || self.answer.is_alive(&*past.world(access.world)?, policies, access.at))
    }
}

impl<V> MemoEntry<V> {
    /// The same, where the world is at hand.
    pub fn holds_in(&self, world: &World, access: &Access<'_>, policies: &Arc<PolicySet>) -> bool {
        access.at <= self.until && self.answer.is_alive(world, policies, access.at)
    }
}

struct Slot<V> {
    who: Who,
    device: Option<DeviceId>,
    resource: ResourceName,
    action: Action,
    tags: Option<BTreeMap<String, String>>,
    reads: Items,
    kept: Vec<(ReadDetails, MemoEntry<V>)>,
}

/// What of an access only some policies read.
struct ReadDetails {
    operation: String,
    item: String,
    content_type: Option<String>,
    address: Option<IpAddr>,
    network: Option<String>,
    /// The class of its idle time, since only that is told apart.
    idle: Idle,
}

/// The class of a session's idle time by each policy set that is asked, where it has any.
pub type Idle = Option<[i64; 2]>;

/// The answers so far.
pub struct Memo<V> {
    hasher: RandomState,
    slots: HashTable<Slot<V>>,
    size: usize,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self { hasher: RandomState::default(), slots: HashTable::new(), size: 0 }
    }
}

impl<V> Memo<V> {
    /// The last answer to this, as far as policies can tell; whether it still holds is for the caller to find out.
    pub fn get(&self, access: &Access<'_>, idle: Idle) -> Option<&MemoEntry<V>> {
        let hash = hash(&self.hasher, asked::who(access), access.device, access.resource, access.action);
        let slot = self.slots.find(hash, |slot| slot.is_of(access))?;
        slot.kept.iter().find(|(told, _)| told.is_alike(slot.reads, access, idle)).map(|(_, kept)| kept)
    }

    /// Remember what was made of an answer.
    pub fn put(&mut self, access: &Access<'_>, idle: Idle, kept: MemoEntry<V>) {
        if self.size >= MOST {
            self.slots.clear();
            self.size = 0;
        }
        let who = asked::who(access);
        let hash_now = hash(&self.hasher, who, access.device, access.resource, access.action);
        if let Some(slot) = self.slots.find_mut(hash_now, |slot| slot.is_of(access)) {
            self.size -= slot.kept.len();
            slot.put(access, idle, kept);
            self.size += slot.kept.len();
            return;
        }
        let mut slot = Slot {
            who,
            device: access.device,
            resource: access.resource.clone(),
            action: access.action,
            tags: access.tags.cloned(),
            reads: kept.reads,
            kept: Vec::with_capacity(1),
        };
        slot.put(access, idle, kept);
        let hasher = &self.hasher;
        let again = |slot: &Slot<V>| hash(hasher, slot.who, slot.device, &slot.resource, slot.action);
        self.slots.insert_unique(hash_now, slot, again);
        self.size += 1;
    }
}

fn hash(
    hasher: &RandomState,
    who: Who,
    device: Option<DeviceId>,
    resource: &ResourceName,
    action: Action,
) -> u64 {
    hasher.hash_one((who, device, resource, action))
}

impl<V> Slot<V> {
    fn is_of(&self, access: &Access<'_>) -> bool {
        self.who == asked::who(access)
            && self.device == access.device
            && self.resource == *access.resource
            && self.action == access.action
            && self.tags.as_ref() == access.tags
    }

    fn put(&mut self, access: &Access<'_>, idle: Idle, kept: MemoEntry<V>) {
        // Which policies can match follows from groups and from the policy set too, and those change.
        if self.reads != kept.reads {
            self.reads = kept.reads;
            self.kept.clear();
        }
        let reads = self.reads;
        self.kept.retain(|(told, _)| !told.is_alike(reads, access, idle));
        if self.kept.len() >= PER_SLOT {
            self.kept.clear();
        }
        self.kept.push((ReadDetails::by(access, reads, idle), kept));
    }
}

impl ReadDetails {
    /// What no policy reads is not kept.
    fn by(access: &Access<'_>, reads: Items, idle: Idle) -> Self {
        let text = |item: Items, text: &str| if reads.has(item) { text.to_owned() } else { String::new() };
        let place = reads.has(Items::PLACE);
        Self {
            operation: text(Items::OPERATION, access.operation),
            item: text(Items::ITEM, access.item),
            content_type: access.content_type.filter(|_| reads.has(Items::CONTENT_TYPE)).map(str::to_owned),
            address: access.address.filter(|_| place),
            network: access.network.filter(|_| place).map(str::to_owned),
            idle: idle.filter(|_| reads.has(Items::SESSION)),
        }
    }

    /// Whether policies that read `reads` cannot tell the two apart.
    fn is_alike(&self, reads: Items, access: &Access<'_>, idle: Idle) -> bool {
        let same = |item: Items, same: bool| same || !reads.has(item);
        same(Items::OPERATION, self.operation == access.operation)
            && same(Items::ITEM, self.item == access.item)
            && same(Items::CONTENT_TYPE, self.content_type.as_deref() == access.content_type)
            && same(Items::PLACE, self.address == access.address && self.network.as_deref() == access.network)
            && same(Items::SESSION, self.idle == idle)
    }
}
