//! An invented organisation: what five overlapping sources say about its people, services and machines, and the truth
//! beside it. Tests, benches and examples measure correlation, detectors and the mining of roles with it.
//!
//! The same seed gives the same organisation. Everything is invented: names come from lists of common names, addresses from
//! domains that are reserved for examples. Production code must not use this room, and this room must not know how anything
//! is correlated or detected, or how roles are found.

mod accounts;
mod dice;
mod faults;
mod machines;
mod measure;
mod people;
mod personnel;
mod pools;
mod roles;
mod writing;

pub use dice::SeededDice;
pub use faults::{FaultKind, FaultyNode};
pub use measure::{FaultFigures, FoundLinks, LinkFigures, PlantedKey};
pub use roles::{AccessNoise, PlantedAccess, PlantedHolder, adjusted_rand_index};

use countersign_names::Timestamp;
use countersign_sources::{AccountRecord, NodeBody, SourceEdge, SourceKey, SourceNode};
use people::Human;
use std::collections::BTreeMap;
use std::time::Duration;

/// The moment at which the sources were read: 2026-11-01, 00:00 UTC.
pub const NOW: Timestamp = Timestamp::from_micros(1_793_491_200_000_000);

/// The personnel records.
pub const PERSONNEL: &str = "personnel";
/// The directory.
pub const DIRECTORY: &str = "directory";
/// The cloud account.
pub const CLOUD: &str = "cloud";
/// The organisation at a host of code.
pub const CODE: &str = "code";
/// The hosts.
pub const HOSTS: &str = "hosts";

/// Who or what a node belongs to, in truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrueOwner {
    /// A person, by number.
    Human(usize),
    /// A service, an automation, a machine or a shared mailbox, by number.
    NonHuman(usize),
    /// A person of whom no other node is left.
    Gone(usize),
}

/// What one source says.
#[derive(Debug, Clone, Default)]
pub struct PlantedSource {
    /// Its nodes.
    pub nodes: Vec<SourceNode>,
    /// Its edges.
    pub edges: Vec<SourceEdge>,
}

/// An organisation, as its sources describe it, and as it is.
#[derive(Debug, Clone, Default)]
pub struct Organisation {
    /// The sources, by name.
    pub sources: BTreeMap<&'static str, PlantedSource>,
    /// The true owner of each person and account.
    pub owners: BTreeMap<(&'static str, SourceKey), TrueOwner>,
    /// Accounts of people about whom their source says nothing that another source says too.
    pub unidentifiable: Vec<(&'static str, SourceKey)>,
    /// What is wrong with it.
    pub faults: Vec<FaultyNode>,
    /// What looks as if it were.
    pub decoys: Vec<FaultyNode>,
    /// Faults of accounts that have power over the directory, in the order in which they were planted.
    pub empowered: Vec<FaultyNode>,
    /// Accounts that are kept for emergencies.
    pub break_glass: Vec<(&'static str, SourceKey)>,
    /// How many people have a namesake.
    pub namesakes: usize,
}

impl Organisation {
    /// Creates the organisation of a seed, with about `size` identities.
    pub fn plant(seed: u64, size: usize) -> Self {
        let mut dice = SeededDice::new(seed);
        let mut organisation = Self::default();
        let people = people::people(&mut dice, size * 9 / 10);
        organisation.namesakes = namesakes(&people);
        for human in &people {
            personnel::record(&mut organisation, &mut dice, human);
            accounts::of(&mut organisation, &mut dice, human);
        }
        machines::plant(&mut organisation, &mut dice, size - people.len(), &people);
        organisation
    }

    /// Adds a node of a person or an account.
    fn add(&mut self, source: &'static str, key: String, name: String, body: NodeBody, owner: TrueOwner) {
        let Some(key) = SourceKey::new(&key) else { return };
        self.owners.insert((source, key.clone()), owner);
        self.sources.entry(source).or_default().nodes.push(SourceNode { key, name, body });
    }
}

/// Counts the people who share both names with another.
fn namesakes(people: &[Human]) -> usize {
    let mut bearers: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for human in people {
        *bearers.entry((&human.given, &human.family)).or_default() += 1;
    }
    bearers.values().filter(|count| **count > 1).sum()
}

/// Returns a span of whole days.
fn days(days: usize) -> Duration {
    Duration::from_secs(u64::try_from(days).unwrap_or(0) * 86_400)
}

/// Returns an account that is in use and in order: enabled, used in the last weeks, with a young password.
fn tidy_account(dice: &mut SeededDice, created_at: Timestamp) -> AccountRecord {
    AccountRecord {
        enabled: Some(true),
        created_at: Some(created_at),
        last_used_at: Some(NOW.minus(days(dice.below(25)))),
        ..AccountRecord::default()
    }
}

/// Returns a random key in the form of a GUID.
fn guid(dice: &mut SeededDice) -> String {
    let (high, low) = (dice.roll(), dice.roll());
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
