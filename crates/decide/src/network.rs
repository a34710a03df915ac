//! Networks by name: an address is evidence of place, never of trust.

use countersign_policy::Place;
use ipnet::IpNet;
use std::net::IpAddr;

/// The configured networks, most specific first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<(IpNet, String)>);

impl Networks {
    /// What an address in none of them lies in.
    pub const ELSEWHERE: &'static str = "elsewhere";

    /// These networks by name; where they overlap, the longest prefix counts.
    pub fn new(networks: impl IntoIterator<Item = (IpNet, String)>) -> Self {
        let mut sorted: Vec<_> = networks.into_iter().collect();
        sorted.sort_by_key(|(network, _)| std::cmp::Reverse(network.prefix_len()));
        Self(sorted)
    }

    /// The name of the network in which the address lies.
    pub fn name_of(&self, address: IpAddr) -> &str {
        self.0
            .iter()
            .find(|(network, _)| network.contains(&address))
            .map_or(Self::ELSEWHERE, |(_, name)| name)
    }

    /// The place that an address stands for, where there is one.
    pub fn place_of(&self, address: Option<IpAddr>) -> Option<Place> {
        address.map(|address| Place { address, network: self.name_of(address).to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_names_the_network() {
        let networks = Networks::new([
            ("10.0.0.0/8".parse().unwrap(), "office".to_owned()),
            ("10.9.0.0/16".parse().unwrap(), "laboratory".to_owned()),
            ("::1/128".parse().unwrap(), "here".to_owned()),
        ]);
        let named = |text: &str| networks.name_of(text.parse().unwrap()).to_owned();
        assert_eq!(named("10.1.2.3"), "office");
        assert_eq!(named("10.9.2.3"), "laboratory");
        assert_eq!(named("::1"), "here");
        assert_eq!(named("192.0.2.1"), "elsewhere");
    }
}
