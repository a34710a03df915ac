//! The keys of a source as whole numbers.

use crate::digest::RowDigest;
use crate::statement::{STATEMENT, repeated};
use countersign_database::{AnyConnection, StoreKind, bound, insert_rows};
use sqlx::Row as _;
use std::collections::HashMap;

/// Returns the first and the last number that a key of this source can have.
pub(crate) const fn range(source_id: i64) -> (i64, i64) {
    let first = source_id << 32;
    (first, first | 0xFFFF_FFFF)
}

/// A key that an import named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NamedKey {
    /// Its number in the table; 0 as long as it was not looked up.
    id: i64,
    /// Whether a node has it.
    is_node: bool,
}

/// The keys that an import named so far: 16 bytes and a number each.
#[derive(Debug, Default)]
pub(crate) struct NamedKeys {
    slots: HashMap<RowDigest, u32>,
    keys: Vec<NamedKey>,
    waiting: Vec<WaitingKey>,
}

/// A key whose number is not known yet.
#[derive(Debug)]
pub(crate) struct WaitingKey {
    slot: u32,
    pub(crate) digest: RowDigest,
    key: String,
}

impl NamedKeys {
    /// Returns the place of a key within the import, which comes in a lasting order.
    pub(crate) fn slot(&mut self, source: &str, key: &str) -> u32 {
        let digest = RowDigest::of(&[source, key]);
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let slot = *self.slots.entry(digest).or_insert(next);
        if slot == next {
            self.keys.push(NamedKey { id: 0, is_node: false });
            self.waiting.push(WaitingKey { slot, digest, key: key.to_owned() });
        }
        slot
    }

    /// Returns the place of a key that the import named before.
    pub(crate) fn find(&self, source: &str, key: &str) -> Option<u32> {
        self.slots.get(&RowDigest::of(&[source, key])).copied()
    }

    /// Notes that a node has the key. Returns whether none had it before.
    pub(crate) fn note_node(&mut self, slot: u32) -> bool {
        let key = self.keys.get_mut(slot as usize);
        key.is_some_and(|key| !std::mem::replace(&mut key.is_node, true))
    }

    /// Returns the number of a key; 0 as long as it was not looked up.
    pub(crate) fn id(&self, slot: u32) -> i64 {
        self.keys.get(slot as usize).map_or(0, |key| key.id)
    }

    /// Returns the places by number.
    pub(crate) fn slots_by_id(&self) -> HashMap<i64, u32> {
        self.keys.iter().zip(0..).map(|(key, slot)| (key.id, slot)).collect()
    }

    /// Returns whether a node has the key.
    pub(crate) fn is_node(&self, slot: u32) -> bool {
        self.keys.get(slot as usize).is_some_and(|key| key.is_node)
    }

    /// Returns the number of keys that wait to be looked up.
    pub(crate) const fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes the keys that wait to be looked up.
    pub(crate) fn take_waiting(&mut self) -> Vec<WaitingKey> {
        std::mem::take(&mut self.waiting)
    }

    /// Notes the number of a key that waited.
    pub(crate) fn note_id(&mut self, key: &WaitingKey, id: i64) {
        if let Some(known) = self.keys.get_mut(key.slot as usize) {
            known.id = id;
        }
    }
}

/// Returns the numbers of those keys that have one.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    store: StoreKind,
    keys: &[WaitingKey],
) -> Result<HashMap<RowDigest, i64>, sqlx::Error> {
    let mut found = HashMap::with_capacity(keys.len());
    for keys in keys.chunks(STATEMENT) {
        let text = format!(
            "SELECT digest, id FROM inventory_keys WHERE digest IN ({})",
            repeated("?", ",", keys.len())
        );
        let query = keys.iter().fold(bound(store, &text), |query, key| query.bind(key.digest.bytes()));
        for row in query.fetch_all(&mut *connection).await? {
            let bytes: Vec<u8> = row.try_get(0)?;
            if let Some(digest) = RowDigest::read(&bytes) {
                found.insert(digest, row.try_get(1)?);
            }
        }
    }
    Ok(found)
}

/// Gives numbers to keys that have none. Returns the first; the others follow it.
pub(crate) async fn add(
    connection: &mut AnyConnection,
    store: StoreKind,
    source_id: i64,
    keys: &[&WaitingKey],
) -> Result<i64, sqlx::Error> {
    const TAKE: &str =
        "UPDATE inventory_sources SET next_key = next_key + $2 WHERE id = $1 RETURNING next_key";
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let next: i64 = sqlx::query_scalar(TAKE).bind(source_id).bind(count).fetch_one(&mut *connection).await?;
    let first = range(source_id).0 + next - count;
    let numbered: Vec<(i64, &WaitingKey)> = (first..).zip(keys.iter().copied()).collect();
    insert_rows(
        connection,
        store,
        ("inventory_keys (id, digest, record_key)", 3, ""),
        &numbered,
        |query, (id, key)| query.bind(*id).bind(key.digest.bytes()).bind(key.key.clone()),
    )
    .await?;
    Ok(first)
}
