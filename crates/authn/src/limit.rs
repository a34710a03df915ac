//! How many requests are taken: from one address, and from all of them.

use crate::{Limits, Refusal};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;

/// Counts requests. It reads the machine's monotonic clock, which only measures how far two requests are apart.
pub struct Throttle {
    by_address: DefaultKeyedRateLimiter<Neighbour>,
    all: DefaultDirectRateLimiter,
    most: usize,
    clock: DefaultClock,
}

/// Those who count as one: an IPv4 address, or an IPv6 /64, which is what one household or machine is given; and
/// everybody whose address is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Neighbour {
    V4(u32),
    V6(u64),
    Unknown,
}

impl From<Option<IpAddr>> for Neighbour {
    fn from(address: Option<IpAddr>) -> Self {
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => Self::V4(address.to_bits()),
            // The upper half of the bits; the shift leaves 64 of them.
            Some(IpAddr::V6(address)) => Self::V6(u64::try_from(address.to_bits() >> 64).unwrap_or(u64::MAX)),
            None => Self::Unknown,
        }
    }
}

impl Throttle {
    pub fn new(limits: &Limits) -> Self {
        let quota = |per_second, burst| Quota::per_second(per_second).allow_burst(burst);
        Self {
            by_address: RateLimiter::keyed(quota(limits.address_per_second, limits.address_burst)),
            all: RateLimiter::direct(quota(limits.all_per_second, limits.all_burst)),
            most: limits.addresses,
            clock: DefaultClock::default(),
        }
    }

    /// Count a request.
    pub fn admit(&self, address: Option<IpAddr>) -> Result<(), Refusal> {
        // Addresses cost memory, and a stranger can have very many: those that have been quiet are forgotten, and when
        // that is not enough everybody waits for a moment rather than the process for its end.
        if self.by_address.len() >= self.most {
            self.by_address.retain_recent();
            if self.by_address.len() >= self.most {
                return Err(Refusal::TooMany(std::time::Duration::from_secs(1)));
            }
        }
        // The address first: one that is over its own limit must not use up what is left for the others.
        let wait = |until: governor::NotUntil<_>| Refusal::TooMany(until.wait_time_from(self.clock.now()));
        self.by_address.check_key(&address.into()).map_err(wait)?;
        self.all.check().map_err(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn limits(burst: u32, all: u32, addresses: usize) -> Limits {
        let n = |n| NonZeroU32::new(n).unwrap();
        Limits {
            address_per_second: n(1),
            address_burst: n(burst),
            all_per_second: n(1),
            all_burst: n(all),
            addresses,
            ..Limits::default()
        }
    }

    #[test]
    fn an_address_uses_up_its_own_share_and_no_other_s() {
        let throttle = Throttle::new(&limits(2, 100, 100));
        let check = |address: &str, admitted: bool| {
            assert_eq!(throttle.admit(Some(address.parse().unwrap())).is_ok(), admitted, "{address}");
        };
        check("192.0.2.1", true);
        check("192.0.2.1", true);
        check("192.0.2.1", false);
        check("192.0.2.2", true);
        check("::ffff:192.0.2.1", false);
        check("2001:db8:0:1::1", true);
        check("2001:db8:0:1::2", true);
        check("2001:db8:0:1:ffff::3", false);
        check("2001:db8:0:2::1", true);
    }

    #[test]
    fn all_addresses_together_have_a_share_too() {
        let throttle = Throttle::new(&limits(100, 3, 100));
        let admitted = (0..10u32).filter(|n| throttle.admit(Some(IpAddr::V4((*n).into()))).is_ok()).count();
        assert_eq!(admitted, 3);
    }

    #[test]
    fn very_many_addresses_do_not_cost_very_much_memory() {
        let throttle = Throttle::new(&limits(5, 1_000_000, 50));
        for n in 0..10_000u32 {
            let _limited = throttle.admit(Some(IpAddr::V4(n.into())));
        }
        assert!(throttle.by_address.len() <= 50);
    }
}
