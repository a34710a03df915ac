//! Named networks. An address is evidence of place, never of trust.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::NetworkFact;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// All named networks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RangesByName", into = "RangesByName")]
pub struct Networks {
    named: RangesByName,
    /// Derived from the names: every range, the most specific first.
    by_prefix: Vec<(IpNet, String)>,
}

type RangesByName = BTreeMap<String, BTreeSet<IpNet>>;

impl Networks {
    /// The name for an address in none of the networks.
    pub const ELSEWHERE: &'static str = "elsewhere";

    /// Returns the name of the network of an address. Of overlapping ranges the longest prefix counts; of equal ranges
    /// the name that sorts first.
    pub fn name_of(&self, address: IpAddr) -> &str {
        self.by_prefix
            .iter()
            .find(|(network, _)| network.contains(&address))
            .map_or(Self::ELSEWHERE, |(_, name)| name)
    }

    /// Returns the ranges of each network by name.
    pub const fn named(&self) -> &BTreeMap<String, BTreeSet<IpNet>> {
        &self.named
    }
}

impl From<RangesByName> for Networks {
    fn from(named: RangesByName) -> Self {
        let mut by_prefix: Vec<_> = named
            .iter()
            .flat_map(|(name, ranges)| ranges.iter().map(|range| (*range, name.clone())))
            .collect();
        by_prefix.sort_by_key(|(network, _)| std::cmp::Reverse(network.prefix_len()));
        Self { named, by_prefix }
    }
}

impl From<Networks> for RangesByName {
    fn from(networks: Networks) -> Self {
        networks.named
    }
}

pub fn apply(world: &mut World, fact: &NetworkFact) -> Result<(), Contradiction> {
    let mut named = world.networks.named.clone();
    match fact {
        NetworkFact::Declared { network, ranges } => {
            if network.trim().is_empty() {
                return Err(Contradiction::impossible(
                    "network",
                    "the name of the network is empty: give it one",
                ));
            }
            if ranges.is_empty() {
                let why = format!("{network} has no addresses: list at least one range");
                return Err(Contradiction::impossible("ranges", why));
            }
            named.insert(network.clone(), ranges.clone());
        }
        NetworkFact::Removed { network } => {
            if named.remove(network).is_none() {
                return Err(Contradiction::unknown("network", "network", network));
            }
        }
    }
    world.networks = Arc::new(Networks::from(named));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_names_the_network() {
        let ranges = |text: &[&str]| text.iter().map(|range| range.parse().unwrap()).collect();
        let networks = Networks::from(BTreeMap::from([
            ("office".to_owned(), ranges(&["10.0.0.0/8", "192.0.2.0/24"])),
            ("laboratory".to_owned(), ranges(&["10.9.0.0/16"])),
            ("here".to_owned(), ranges(&["::1/128"])),
            ("also-office".to_owned(), ranges(&["10.0.0.0/8"])),
        ]));
        for (address, name) in [
            ("10.1.2.3", "also-office"),
            ("192.0.2.1", "office"),
            ("10.9.2.3", "laboratory"),
            ("::1", "here"),
            ("198.51.100.1", "elsewhere"),
        ] {
            assert_eq!(networks.name_of(address.parse().unwrap()), name, "{address}");
        }
    }
}
