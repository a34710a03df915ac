//! The addresses that a check may connect to.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses that a check may connect to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbeNetworks {
    /// `None`: every address that an application can have.
    only: Option<Vec<IpNet>>,
}

impl ProbeNetworks {
    /// Every address but those that no application has: addresses of no single host, link-local ones, and those at which
    /// clouds give a machine its credentials.
    pub const fn usual() -> Self {
        Self { only: None }
    }

    /// These networks and nothing else, even if [`usual`](Self::usual) leaves them out: the operator said so. An empty
    /// list turns checks off.
    pub const fn only(networks: Vec<IpNet>) -> Self {
        Self { only: Some(networks) }
    }

    /// Returns whether a check may connect to this address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match &self.only {
            Some(networks) => networks.iter().any(|network| network.contains(&address)),
            None => is_usual(address),
        }
    }
}

fn is_usual(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_usual_v4(address),
        IpAddr::V6(address) => {
            let special = address.is_unspecified()
                || address.is_multicast()
                || address.is_unicast_link_local()
                || metadata_v6(address)
                || is_local_nat64(address);
            // Each of these forms leads to an IPv4 address, so that one is judged.
            !special && (address.is_loopback() || embedded(address).is_none_or(is_usual_v4))
        }
    }
}

fn is_usual_v4(address: Ipv4Addr) -> bool {
    // 0.0.0.0/8 is "this network": Linux connects 0.0.0.0 to itself. 240.0.0.0/4 is reserved and holds the broadcast.
    let [first, ..] = address.octets();
    let special = first == 0 || first >= 240 || address.is_link_local() || address.is_multicast();
    !special && !METADATA_V4.contains(&address)
}

/// Services that tell a machine of a cloud about itself, outside the link-local addresses: Alibaba Cloud, Azure, and
/// Oracle's older one.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(192, 0, 0, 192)];

/// Amazon's services for its machines (`fd00:ec2::/32`) and Google's (`fd20:ce::/32`).
fn metadata_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    matches!((first, second), (0xfd00, 0x0ec2) | (0xfd20, 0x00ce))
}

/// `64:ff9b:1::/48` (RFC 8215) leads to IPv4 addresses too, but where one stands in it is the network's own choice.
fn is_local_nat64(address: Ipv6Addr) -> bool {
    matches!(address.segments(), [0x64, 0xff9b, 1, ..])
}

/// Returns the IPv4 address to which an IPv6 address leads: an IPv4-compatible one, NAT64 (RFC 6052) or 6to4
/// (RFC 3056). Mapped ones are IPv4 addresses already.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_has_none_of_the_addresses_that_lead_to_a_machine_s_credentials() {
        let usual = ProbeNetworks::usual();
        let check = |address: &str, may: bool| {
            assert_eq!(usual.contains(address.parse().unwrap()), may, "{address}");
        };
        for address in
            ["127.0.0.1", "10.1.2.3", "192.168.1.1", "203.0.113.9", "::1", "fd00::1", "2001:db8::1"]
        {
            check(address, true);
        }
        for address in ["169.254.169.254", "169.254.170.2", "fe80::1", "fd00:ec2::254", "fd20:ce::254"] {
            check(address, false);
        }
        for address in ["100.100.100.200", "168.63.129.16", "192.0.0.192"] {
            check(address, false);
        }
        for address in ["0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "255.255.255.255", "240.0.0.1", "ff02::1"] {
            check(address, false);
        }
    }

    #[test]
    fn an_address_in_another_spelling_is_the_same_address() {
        let usual = ProbeNetworks::usual();
        for address in [
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
        ] {
            assert!(!usual.contains(address.parse().unwrap()), "{address}");
        }
        for address in ["::ffff:10.0.0.1", "64:ff9b::a00:1"] {
            assert!(usual.contains(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn networks_that_the_operator_names_are_the_only_ones() {
        let only = ProbeNetworks::only(vec!["169.254.7.0/24".parse().unwrap()]);
        assert!(only.contains("169.254.7.1".parse().unwrap()));
        assert!(only.contains("::ffff:169.254.7.1".parse().unwrap()));
        assert!(!only.contains("169.254.169.254".parse().unwrap()));
        assert!(!only.contains("127.0.0.1".parse().unwrap()));
        assert!(!ProbeNetworks::only(Vec::new()).contains("127.0.0.1".parse().unwrap()));
    }
}
