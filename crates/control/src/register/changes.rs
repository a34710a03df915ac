//! The changes that a proof makes in the register.

use super::RegisterEntries;
use countersign_facts::{Fact, TrustEntry, TrustFact, TrustKey, TrustUse};
use countersign_names::Timestamp;
use countersign_projections::register::TrustState;
use countersign_rehearse::{Proof, Resting};
use std::collections::BTreeMap;
use std::time::Duration;

/// How much later an entry's last use must be before it is stated again: otherwise, daily proofs would restate the
/// whole register each day.
const RESTATED: Duration = Duration::from_secs(7 * 86_400);

/// Maximum number of entries in one fact.
const PER_FACT: usize = 200;

/// The changes that a proof makes in the register.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Number of new entries.
    pub found: u64,
    /// Number of eliminated entries that returned.
    pub returned: u64,
    /// Number of entries that no access rests on any more.
    pub eliminated: u64,
    /// Number of entries that no readable access rests on any more, while not everything was readable: these stay.
    pub not_eliminated: u64,
    facts: Vec<Fact>,
}

/// What a proof covered.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// The sequence of the newest fact that the proof knew.
    pub up_to: u64,
    /// Whether it covered everything that was recorded. Partial records cannot show that nothing rests on an entry.
    pub whole: bool,
}

impl Changes {
    /// Returns what `proof`, which covered `seen`, changes in the register's `entries`; `causes` holds the facts that
    /// brought entries back.
    pub fn of(
        proof: &Proof,
        entries: &RegisterEntries,
        causes: &BTreeMap<TrustKey, u64>,
        seen: Extent,
    ) -> Self {
        let Extent { up_to, whole } = seen;
        let mut changes = Self::default();
        let (mut found, mut eliminated) = (Vec::new(), Vec::new());
        for (key, resting) in &proof.resting {
            let known = entries.get(key);
            let is_live = known.is_some_and(|known| known.is_live());
            match (known, resting.is_trusted()) {
                (Some(_), Some(false)) if is_live && !whole => changes.not_eliminated += 1,
                (Some(_), Some(false)) if is_live => {
                    changes.eliminated += 1;
                    eliminated.push(key.clone());
                }
                // Accesses rest on it at present, or, for a new entry without current accesses, did recently.
                (None, Some(true)) | (None, None) if resting.accesses > 0 => {
                    changes.found += 1;
                    found.extend(entry(key, resting, None));
                }
                (Some(_), Some(true)) if !is_live => {
                    changes.returned += 1;
                    found.extend(entry(key, resting, causes.get(key).copied()));
                }
                (Some(known), Some(true)) => {
                    let seen = entry(key, resting, None).filter(|entry| differs(&known.seen, &entry.seen));
                    found.extend(seen);
                }
                _ => {}
            }
        }
        let found = found.chunks(PER_FACT).map(|some| Fact::Trust(TrustFact::Found { found: some.to_vec() }));
        let gone = eliminated
            .chunks(PER_FACT)
            .map(|some| Fact::Trust(TrustFact::Eliminated { keys: some.to_vec(), up_to }));
        changes.facts = found.chain(gone).collect();
        changes
    }

    /// Returns the facts that state the changes.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Returns the entries that would return, each with the sequence up to which it was known to be eliminated.
    pub fn returning<'a>(
        proof: &'a Proof,
        entries: &RegisterEntries,
    ) -> Vec<(&'a TrustKey, &'a Resting, u64)> {
        let back = |(key, resting): (&'a TrustKey, &'a Resting)| match entries.get(key)?.state {
            TrustState::Eliminated { up_to, .. } if resting.is_trusted() == Some(true) => {
                Some((key, resting, up_to))
            }
            _ => None,
        };
        proof.resting.iter().filter_map(back).collect()
    }
}

fn differs(known: &TrustUse, seen: &TrustUse) -> bool {
    known.policies != seen.policies || seen.last.since(known.last) >= RESTATED || seen.first < known.first
}

fn entry(key: &TrustKey, resting: &Resting, brought_back_by: Option<u64>) -> Option<TrustEntry> {
    let (first, (last, example)): (Timestamp, _) = (resting.first?, resting.last?);
    let seen = TrustUse {
        first,
        last,
        accesses: resting.accesses,
        principals: resting.principals,
        policies: resting.policies.iter().cloned().collect(),
        example,
    };
    Some(TrustEntry { key: key.clone(), seen, brought_back_by })
}
