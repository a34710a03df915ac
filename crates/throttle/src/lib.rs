//! Rate limits for requests: for unauthenticated clients per address and for all addresses together, and higher limits
//! per authenticated caller.
//!
//! This does not protect secrets from guessing, since none is short enough to be guessed; it protects the machine and
//! its disk space. Each process counts separately, so the limit of a caller over all processes is one process's limit
//! times their number.
//!
//! This crate must not know what is requested, who requests it, or how a refusal is worded.

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{InsufficientCapacity, NotUntil, Quota, RateLimiter};
use std::hash::Hash;
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
    /// Maximum number of addresses remembered. At this number everybody waits, until one has been idle.
    pub addresses: usize,
}

/// Rate limits for each authenticated caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerRates {
    /// Sustained requests per second.
    pub per_second: NonZeroU32,
    /// Burst, in requests.
    pub burst: NonZeroU32,
    /// Maximum number of callers remembered. At this number everybody waits, until one has been idle.
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

/// The wait of a caller for whom there is no number to compute it from.
const MOMENT: Wait = Wait(Duration::from_secs(1));

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
    /// Returns the whole seconds to wait, rounded up and at least one, for `Retry-After`.
    pub fn seconds(self) -> u64 {
        let begun = u64::from(self.0.subsec_nanos() > 0);
        self.0.as_secs().saturating_add(begun).max(1)
    }
}

/// One share for each key.
type Keyed<K, C> = RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// One share for all.
type Direct<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Counts the requests of unauthenticated clients. Reads a monotonic clock, by default the machine's, only to measure
/// the time between requests.
pub struct Throttle<C: Clock = DefaultClock> {
    by_address: Keyed<Neighbour, C>,
    all: Direct<C>,
    most: usize,
    clock: C,
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
    /// Creates a throttle that has counted nothing, with the machine's clock.
    pub fn new(rates: &Rates) -> Self {
        Self::with_clock(rates, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Throttle<C> {
    /// Creates a throttle that has counted nothing, with this clock.
    pub fn with_clock(rates: &Rates, clock: C) -> Self {
        let of_address = quota(rates.address_per_second, rates.address_burst);
        Self {
            by_address: RateLimiter::dashmap_with_clock(of_address, clock.clone()),
            all: RateLimiter::direct_with_clock(quota(rates.all_per_second, rates.all_burst), clock.clone()),
            most: rates.addresses,
            clock,
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// If its address, or all addresses together, made too many.
    pub fn admit(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        // Addresses cost memory, and an attacker can have very many.
        if is_full(&self.by_address, self.most) {
            return Err(MOMENT);
        }
        // Check the address first: a client over its own limit must not use up the limit for all.
        let wait = |until: NotUntil<_>| Wait(until.wait_time_from(self.clock.now()));
        self.by_address.check_key(&address.into()).map_err(wait)?;
        self.all.check().map_err(wait)
    }
}

/// Counts the requests of authenticated callers, by the bits of their ids.
pub struct Callers<C: Clock = DefaultClock> {
    by_caller: Keyed<u128, C>,
    most: usize,
    clock: C,
}

impl Callers {
    /// Creates a throttle that has counted nothing, with the machine's clock.
    pub fn new(rates: &CallerRates) -> Self {
        Self::with_clock(rates, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Callers<C> {
    /// Creates a throttle that has counted nothing, with this clock.
    pub fn with_clock(rates: &CallerRates, clock: C) -> Self {
        let quota = quota(rates.per_second, rates.burst);
        let by_caller = RateLimiter::dashmap_with_clock(quota, clock.clone());
        Self { by_caller, most: rates.callers, clock }
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
        if is_full(&self.by_caller, self.most) {
            return Err(MOMENT);
        }
        match self.by_caller.check_key_n(&caller, requests) {
            Ok(counted) => counted.map_err(|until| Wait(until.wait_time_from(self.clock.now()))),
            // More than the burst: waiting does not help, but there is no other answer.
            Err(InsufficientCapacity(_)) => Err(MOMENT),
        }
    }
}

fn quota(per_second: NonZeroU32, burst: NonZeroU32) -> Quota {
    Quota::per_second(per_second).allow_burst(burst)
}

/// Returns whether as many keys are remembered as may be, also after those were forgotten whose share is whole again.
fn is_full<K: Hash + Eq + Clone, C: Clock>(limiter: &Keyed<K, C>, most: usize) -> bool {
    limiter.len() >= most && {
        limiter.retain_recent();
        limiter.len() >= most
    }
}

impl<C: Clock> std::fmt::Debug for Callers<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Callers").field("callers", &self.by_caller.len()).finish_non_exhaustive()
    }
}

impl<C: Clock> std::fmt::Debug for Throttle<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Throttle").field("addresses", &self.by_address.len()).finish_non_exhaustive()
    }
}
