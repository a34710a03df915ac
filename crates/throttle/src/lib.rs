//! Rate limits for requests: for unauthenticated clients per address and for all addresses together, and higher limits
//! per authenticated caller.
//!
//! This does not protect secrets from guessing, since none is short enough to be guessed; it protects the machine and
//! its disk space. Each process counts separately, so the limit of a caller over all processes is one process's limit
//! times their number.
//!
//! This crate must not know what is requested, who requests it, or how a refusal is worded.

use governor::clock::{Clock, DefaultClock};
use governor::{
    DefaultDirectRateLimiter, DefaultKeyedRateLimiter, InsufficientCapacity, NotUntil, Quota, RateLimiter,
};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// Rate limits for unauthenticated clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Sustained requests per second from one address (an IPv6 /64).
    pub address_per_second: NonZeroU32,
    /// Burst of one address, in requests.
    pub address_burst: NonZeroU32,
    /// Sustained requests per second from all addresses together.
    pub all_per_second: NonZeroU32,
    /// Burst of all addresses together, in requests.
    pub all_burst: NonZeroU32,
    /// Maximum number of addresses remembered. At this number, new addresses must wait.
    pub addresses: usize,
}

/// Rate limits for each authenticated caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerRates {
    /// Sustained requests per second.
    pub per_second: NonZeroU32,
    /// Burst, in requests.
    pub burst: NonZeroU32,
    /// Maximum number of callers remembered. At this number, new callers must wait.
    pub callers: usize,
}

impl CallerRates {
    /// Creates limits from a sustained rate per second and a burst.
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        Self { per_second, burst, callers: 65_536 }
    }

    /// Returns the limits for a person: 200 per second and a burst of 4,000, far more than a browser with many open
    /// pages needs.
    pub fn person() -> Self {
        Self::new(some(200), some(4_000))
    }

    /// Returns the limits for a program with a token, which sends many requests: 2,000 per second and a burst of
    /// 10,000.
    pub fn program() -> Self {
        Self::new(some(2_000), some(10_000))
    }
}

fn some(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
}

/// The limit is reached: retry after this duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests: try again in {} s", self.seconds())]
pub struct Wait(pub Duration);

impl Default for Rates {
    /// 20 per second and a burst of 400 for one address; 1,000 and 4,000 for all. Enough for an office behind one
    /// address on a Monday morning, where everyone loads a page with its images.
    fn default() -> Self {
        Self {
            address_per_second: some(20),
            address_burst: some(400),
            all_per_second: some(1_000),
            all_burst: some(4_000),
            addresses: 65_536,
        }
    }
}

impl Wait {
    /// Returns the whole seconds to wait, at least one, for `Retry-After`.
    pub fn seconds(self) -> u64 {
        self.0.as_secs() + 1
    }
}

/// Counts the requests of unauthenticated clients. Reads the machine's monotonic clock, only to measure the time
/// between requests.
pub struct Throttle {
    by_address: DefaultKeyedRateLimiter<Neighbour>,
    all: DefaultDirectRateLimiter,
    most: usize,
    clock: DefaultClock,
}

/// Clients that count as one: an IPv4 address, or an IPv6 /64, which one household or machine receives. All clients
/// with unknown addresses count as one.
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
    /// Creates a throttle that has counted nothing.
    pub fn new(rates: &Rates) -> Self {
        let quota = |per_second, burst| Quota::per_second(per_second).allow_burst(burst);
        Self {
            by_address: RateLimiter::keyed(quota(rates.address_per_second, rates.address_burst)),
            all: RateLimiter::direct(quota(rates.all_per_second, rates.all_burst)),
            most: rates.addresses,
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// If its address, or all addresses together, made too many.
    pub fn admit(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        // Addresses cost memory, and an attacker can have very many. Forget idle ones; if that is not enough, everybody
        // waits for a moment, rather than the process running out of memory.
        if self.by_address.len() >= self.most {
            self.by_address.retain_recent();
            if self.by_address.len() >= self.most {
                return Err(Wait(Duration::from_secs(1)));
            }
        }
        // Check the address first: a client over its own limit must not use up the limit for all.
        let wait = |until: NotUntil<_>| Wait(until.wait_time_from(self.clock.now()));
        self.by_address.check_key(&address.into()).map_err(wait)?;
        self.all.check().map_err(wait)
    }
}

/// Counts the requests of authenticated callers, by the bits of their ids.
pub struct Callers {
    by_caller: DefaultKeyedRateLimiter<u128>,
    most: usize,
    clock: DefaultClock,
}

impl Callers {
    /// Creates a throttle that has counted nothing.
    pub fn new(rates: &CallerRates) -> Self {
        let quota = Quota::per_second(rates.per_second).allow_burst(rates.burst);
        Self { by_caller: RateLimiter::keyed(quota), most: rates.callers, clock: DefaultClock::default() }
    }

    /// Counts a request of this caller.
    ///
    /// # Errors
    /// If the caller made too many.
    pub fn admit(&self, caller: u128) -> Result<(), Wait> {
        self.admit_several(caller, NonZeroU32::MIN)
    }

    /// Counts several requests of this caller, all or none.
    ///
    /// # Errors
    /// If these would be too many, or are more than the burst by themselves.
    pub fn admit_several(&self, caller: u128, requests: NonZeroU32) -> Result<(), Wait> {
        if self.by_caller.len() >= self.most {
            self.by_caller.retain_recent();
            if self.by_caller.len() >= self.most {
                return Err(Wait(Duration::from_secs(1)));
            }
        }
        match self.by_caller.check_key_n(&caller, requests) {
            Ok(counted) => counted.map_err(|until| Wait(until.wait_time_from(self.clock.now()))),
            // More than the burst: waiting does not help, but there is no other answer.
            Err(InsufficientCapacity(_)) => Err(Wait(Duration::from_secs(1))),
        }
    }
}

impl std::fmt::Debug for Callers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Callers").field("callers", &self.by_caller.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Throttle").field("addresses", &self.by_address.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn rates(burst: u32, all: u32, addresses: usize) -> Rates {
        let n = |n| NonZeroU32::new(n).unwrap();
        Rates {
            address_per_second: n(1),
            address_burst: n(burst),
            all_per_second: n(1),
            all_burst: n(all),
            addresses,
        }
    }

    #[test]
    fn an_address_uses_up_its_own_share_and_no_other_s() {
        let throttle = Throttle::new(&rates(2, 100, 100));
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
    fn each_caller_has_a_share_of_their_own() {
        let callers = Callers::new(&CallerRates::new(some(1), some(3)));
        let admitted = |caller| (0..10).filter(|_| callers.admit(caller).is_ok()).count();
        assert_eq!([admitted(1), admitted(2), admitted(1)], [3, 3, 0]);
        let several = |caller, n| callers.admit_several(caller, NonZeroU32::new(n).unwrap()).is_ok();
        assert_eq!([several(3, 4), several(3, 2), several(3, 2), several(3, 1)], [false, true, false, true]);
    }

    #[test]
    fn all_addresses_together_have_a_share_too() {
        let throttle = Throttle::new(&rates(100, 3, 100));
        let admitted = (0..10u32).filter(|n| throttle.admit(Some(IpAddr::V4((*n).into()))).is_ok()).count();
        assert_eq!(admitted, 3);
    }

    #[test]
    fn very_many_addresses_do_not_cost_very_much_memory() {
        let throttle = Throttle::new(&rates(5, 1_000_000, 50));
        for n in 0..10_000u32 {
            let _limited = throttle.admit(Some(IpAddr::V4(n.into())));
        }
        assert!(throttle.by_address.len() <= 50);
    }
}
