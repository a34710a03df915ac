//! A cache of answers, each reused while it holds. It reduces ten million accesses to the questions that really differ.
//!
//! As at a gate, a lookup has two steps: the values that every answer reads select a slot, and the slot knows what else
//! its policies read, and so which requests they can distinguish.

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

/// Maximum number of cached answers. A full cache is emptied, which costs only time.
const MOST: usize = 400_000;

/// Maximum number of answers per slot.
const PER_SLOT: usize = 256;

/// An answer, and the value computed from it.
pub struct MemoEntry<V> {
    pub answer: Arc<Answer>,
    pub value: V,
    /// The items that the policies read for the answer and the value.
    pub reads: Items,
    /// The time until which the value stays the same if only time passes.
    pub until: Timestamp,
}

impl<V> MemoEntry<V> {
    /// Returns whether `policies` certainly give the same answer for this access.
    pub fn holds(
        &self,
        past: &mut Past,
        access: &Access<'_>,
        policies: &Arc<PolicySet>,
    ) -> Result<bool, Unanswerable> {
        if access.at > self.until {
            return Ok(false);
        }
        // Fold the world only if it must be examined.
        Ok(self.answer.is_known_alive(access.world, policies, access.at)
            || self.answer.is_alive(&*past.world(access.world)?, policies, access.at))
    }
}

impl<V> MemoEntry<V> {
    /// Like [`Self::holds`], if the world is already available.
    pub fn holds_in(&self, world: &World, access: &Access<'_>, policies: &Arc<PolicySet>) -> bool {
        access.at <= self.until && self.answer.is_alive(world, policies, access.at)
    }
}

struct MemoSlot<V> {
    who: Who,
    device: Option<DeviceId>,
    resource: ResourceName,
    action: Action,
    tags: Option<BTreeMap<String, String>>,
    reads: Items,
    kept: Vec<(ReadDetails, MemoEntry<V>)>,
}

/// The values of an access that only some policies read.
struct ReadDetails {
    operation: String,
    item: String,
    content_type: Option<String>,
    address: Option<IpAddr>,
    network: Option<String>,
    ages: AgeClasses,
}

/// The classes of those ages of an access that follow from what was observed rather than from the world and the moment:
/// of each by both policy sets that are asked. Only their classes are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeClasses {
    idle: Option<[i64; 2]>,
    posture: Option<[i64; 2]>,
}

impl AgeClasses {
    /// Those of an access that one policy set is asked about.
    pub fn of(access: &Access<'_>, policies: &PolicySet) -> Self {
        Self::of_both(access, policies, policies)
    }

    /// Those of an access that two policy sets are asked about.
    pub fn of_both(access: &Access<'_>, one: &PolicySet, other: &PolicySet) -> Self {
        Self {
            idle: access.idle.map(|idle| [one, other].map(|policies| policies.class_of_idle(idle))),
            posture: access.posture_age.map(|age| [one, other].map(|set| set.class_of_posture_age(age))),
        }
    }

    /// Whether policies that read `reads` cannot tell the two apart.
    fn is_alike(&self, reads: Items, other: &Self) -> bool {
        (self.idle == other.idle || !reads.has(Items::SESSION))
            && (self.posture == other.posture || !reads.has(Items::DEVICE))
    }
}

/// The cached answers.
pub struct Memo<V> {
    hasher: RandomState,
    slots: HashTable<MemoSlot<V>>,
    size: usize,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self { hasher: RandomState::default(), slots: HashTable::new(), size: 0 }
    }
}

impl<V> Memo<V> {
    /// Returns the last answer to an access that policies cannot distinguish from this one. The caller must check
    /// whether it still holds.
    pub fn get(&self, access: &Access<'_>, ages: AgeClasses) -> Option<&MemoEntry<V>> {
        let hash = hash(&self.hasher, asked::who(access), access.device, access.resource, access.action);
        let slot = self.slots.find(hash, |slot| slot.is_of(access))?;
        slot.kept.iter().find(|(told, _)| told.is_alike(slot.reads, access, ages)).map(|(_, kept)| kept)
    }

    /// Caches an answer and the value computed from it.
    pub fn put(&mut self, access: &Access<'_>, ages: AgeClasses, kept: MemoEntry<V>) {
        if self.size >= MOST {
            self.slots.clear();
            self.size = 0;
        }
        let who = asked::who(access);
        let hash_now = hash(&self.hasher, who, access.device, access.resource, access.action);
        if let Some(slot) = self.slots.find_mut(hash_now, |slot| slot.is_of(access)) {
            self.size -= slot.kept.len();
            slot.put(access, ages, kept);
            self.size += slot.kept.len();
            return;
        }
        let mut slot = MemoSlot {
            who,
            device: access.device,
            resource: access.resource.clone(),
            action: access.action,
            tags: access.tags.cloned(),
            reads: kept.reads,
            kept: Vec::with_capacity(1),
        };
        slot.put(access, ages, kept);
        let hasher = &self.hasher;
        let again = |slot: &MemoSlot<V>| hash(hasher, slot.who, slot.device, &slot.resource, slot.action);
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

impl<V> MemoSlot<V> {
    fn is_of(&self, access: &Access<'_>) -> bool {
        self.who == asked::who(access)
            && self.device == access.device
            && self.resource == *access.resource
            && self.action == access.action
            && self.tags.as_ref() == access.tags
    }

    fn put(&mut self, access: &Access<'_>, ages: AgeClasses, kept: MemoEntry<V>) {
        // Groups and the policy set also determine which policies can match, and those change.
        if self.reads != kept.reads {
            self.reads = kept.reads;
            self.kept.clear();
        }
        let reads = self.reads;
        self.kept.retain(|(told, _)| !told.is_alike(reads, access, ages));
        if self.kept.len() >= PER_SLOT {
            self.kept.clear();
        }
        self.kept.push((ReadDetails::by(access, reads, ages), kept));
    }
}

impl ReadDetails {
    /// Keeps only the values that some policy reads.
    fn by(access: &Access<'_>, reads: Items, ages: AgeClasses) -> Self {
        let text = |item: Items, text: &str| if reads.has(item) { text.to_owned() } else { String::new() };
        let place = reads.has(Items::PLACE);
        Self {
            operation: text(Items::OPERATION, access.operation),
            item: text(Items::ITEM, access.item),
            content_type: access.content_type.filter(|_| reads.has(Items::CONTENT_TYPE)).map(str::to_owned),
            address: access.address.filter(|_| place),
            network: access.network.filter(|_| place).map(str::to_owned),
            ages,
        }
    }

    /// Returns whether policies that read `reads` cannot distinguish the two.
    fn is_alike(&self, reads: Items, access: &Access<'_>, ages: AgeClasses) -> bool {
        let same = |item: Items, same: bool| same || !reads.has(item);
        same(Items::OPERATION, self.operation == access.operation)
            && same(Items::ITEM, self.item == access.item)
            && same(Items::CONTENT_TYPE, self.content_type.as_deref() == access.content_type)
            && same(Items::PLACE, self.address == access.address && self.network.as_deref() == access.network)
            && self.ages.is_alike(reads, &ages)
    }
}
