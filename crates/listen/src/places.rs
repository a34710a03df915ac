//! Counts open connections, in all and per address.

use crate::turns::{InTurn, Turns};
use ipnet::IpNet;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Minimum interval between log entries about a full listener.
const QUIET: Duration = Duration::from_secs(30);

/// The limits of a listener's connections.
#[derive(Debug, Clone, Default)]
pub struct Caps {
    /// In all.
    pub total: usize,
    /// Per IPv4 address or IPv6 /64, which one household or machine receives. At most half of `total` is used, so that
    /// one address cannot keep others out, whatever is configured.
    pub per_address: usize,
    /// Networks in which many people share an address, with the limit per address. The longest matching prefix counts.
    /// At most three quarters of `total` is used.
    pub shared: Vec<(IpNet, usize)>,
}

impl Caps {
    /// Returns the limit for this address.
    pub fn of(&self, address: IpAddr) -> usize {
        let address = address.to_canonical();
        let shared = self.shared.iter().filter(|(network, _)| network.contains(&address));
        let cap = match shared.max_by_key(|(network, _)| network.prefix_len()) {
            Some((_, cap)) => (*cap).min(self.total - self.total / 4),
            None => self.per_address.min(self.total / 2),
        };
        cap.max(1)
    }
}

/// Clients that count as one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Neighbour {
    V4(u32),
    V6(u64),
}

impl From<IpAddr> for Neighbour {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.to_bits()),
            // The upper half of the bits; the shift leaves 64 of them.
            IpAddr::V6(address) => Self::V6(u64::try_from(address.to_bits() >> 64).unwrap_or(u64::MAX)),
        }
    }
}

/// The connection count of a listener, or of several that share it. Clones are handles to the same count.
#[derive(Debug, Clone)]
pub struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: &'static str,
    caps: Caps,
    free: Arc<Semaphore>,
    open: AtomicUsize,
    taken: Mutex<HashMap<Neighbour, Share>>,
    refused: AtomicU64,
    full: AtomicU64,
    failures: AtomicU64,
    saturated: Mutex<Saturated>,
}

#[derive(Debug, Default)]
struct Saturated {
    last: Option<Instant>,
    said: Option<Instant>,
}

/// The share of one neighbour in a listener.
#[derive(Debug)]
struct Share {
    /// Open connections.
    open: usize,
    /// See [`Place::request`].
    requests: Arc<Semaphore>,
}

/// The place of one connection, freed on drop.
#[derive(Debug)]
pub struct Place {
    inner: Arc<Inner>,
    neighbour: Option<(Neighbour, Arc<Semaphore>)>,
    _one: OwnedSemaphorePermit,
}

/// The right to process one request, passed on when dropped.
#[derive(Debug)]
pub struct RequestPlace {
    _one: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// Counts a connection from a load balancer for the client's address. Returns `None` if that address has its share
    /// already: the caller closes the connection, and its place in total is free again. A connection that counts for an
    /// address already stays as it is.
    pub fn count_for(mut self, address: IpAddr) -> Option<Self> {
        if self.neighbour.is_none() {
            self.neighbour = Some(self.inner.share(address)?);
        }
        Some(self)
    }

    /// Wraps a task of this connection so that it is polled when its address has its turn. A local socket does not
    /// wait.
    pub fn in_turn<F: Future>(&self, task: F) -> InTurn<F> {
        let neighbour = self.neighbour.as_ref().map(|(neighbour, _)| *neighbour);
        InTurn::new(task, neighbour.map(|neighbour| (Turns::of_this_process(), neighbour)))
    }

    /// Waits until a request of this connection may be processed. An address may have as many concurrent requests as
    /// connections, so that a multiplexing protocol gives no client a larger share of an application. A local socket
    /// does not wait.
    pub async fn request(&self) -> RequestPlace {
        let Some((_, requests)) = &self.neighbour else { return RequestPlace { _one: None } };
        // The semaphore is never closed.
        RequestPlace { _one: Arc::clone(requests).acquire_owned().await.ok() }
    }
}

/// The load of a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The setting that configures the listener.
    pub name: &'static str,
    /// Number of open connections.
    pub open: usize,
    /// Maximum number of open connections.
    pub limit: usize,
    /// Number of open connections of the address that has most.
    pub most_of_one_address: usize,
    /// Connections closed at once since the start, because their address had reached its limit.
    pub refused: u64,
    /// Number of times since the start that all places were taken when one more was needed.
    pub full: u64,
    /// Number of failed accepts since the start.
    pub failures: u64,
    /// Time since it last refused a connection or let one wait; `None` if it never did.
    pub saturated_ago: Option<Duration>,
}

impl Places {
    /// Creates a count without connections; `name` is the setting that configures the listener, for logs and metrics.
    pub fn new(name: &'static str, caps: Caps) -> Self {
        let caps = Caps { total: caps.total.clamp(1, Semaphore::MAX_PERMITS), ..caps };
        let free = Arc::new(Semaphore::new(caps.total));
        Self(Arc::new(Inner {
            name,
            caps,
            free,
            open: AtomicUsize::new(0),
            taken: Mutex::default(),
            refused: AtomicU64::new(0),
            full: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            saturated: Mutex::default(),
        }))
    }

    /// Waits until one more connection may be open in all. Further connections wait in the kernel's queue.
    pub(crate) async fn room(&self) -> Option<OwnedSemaphorePermit> {
        let inner = &self.0;
        if let Ok(one) = Arc::clone(&inner.free).try_acquire_owned() {
            return Some(one);
        }
        inner.full.fetch_add(1, Ordering::Relaxed);
        if inner.saturate() {
            let (listener, limit) = (inner.name, inner.caps.total);
            tracing::warn!(listener, limit, "all connections are taken; more wait (limits.connections)");
        }
        Arc::clone(&inner.free).acquire_owned().await.ok()
    }

    /// Gives a place to a connection from this address, unless the address has reached its limit. A connection without
    /// an address (a local socket) counts for the total only.
    pub(crate) fn take(&self, one: OwnedSemaphorePermit, address: Option<IpAddr>) -> Option<Place> {
        let inner = &self.0;
        let neighbour = match address {
            Some(address) => Some(inner.share(address)?),
            None => None,
        };
        inner.open.fetch_add(1, Ordering::Relaxed);
        Some(Place { inner: Arc::clone(inner), neighbour, _one: one })
    }

    /// Records a failed accept.
    pub(crate) fn failed(&self, error: &std::io::Error) {
        let inner = &self.0;
        inner.failures.fetch_add(1, Ordering::Relaxed);
        if inner.saturate() {
            tracing::error!(listener = inner.name, %error, "no connection can be taken; it is tried again");
        }
    }

    /// Returns the current load.
    pub fn state(&self) -> State {
        let inner = &self.0;
        State {
            name: inner.name,
            open: inner.open.load(Ordering::Relaxed),
            limit: inner.caps.total,
            most_of_one_address: inner.taken.lock().values().map(|share| share.open).max().unwrap_or(0),
            refused: inner.refused.load(Ordering::Relaxed),
            full: inner.full.load(Ordering::Relaxed),
            failures: inner.failures.load(Ordering::Relaxed),
            saturated_ago: inner.saturated.lock().last.map(|last| last.elapsed()),
        }
    }
}

impl Inner {
    /// Counts one more connection of this address, unless it has its share.
    fn share(&self, address: IpAddr) -> Option<(Neighbour, Arc<Semaphore>)> {
        let neighbour = Neighbour::from(address);
        let cap = self.caps.of(address);
        let mut taken = self.taken.lock();
        let share = taken.entry(neighbour).or_insert_with(|| Share {
            open: 0,
            requests: Arc::new(Semaphore::new(cap.min(Semaphore::MAX_PERMITS))),
        });
        if share.open >= cap {
            drop(taken);
            self.turn_away(address, cap);
            return None;
        }
        share.open += 1;
        Some((neighbour, Arc::clone(&share.requests)))
    }

    /// Records that a connection was refused or must wait. Returns whether to log it.
    fn saturate(&self) -> bool {
        let mut saturated = self.saturated.lock();
        let now = Instant::now();
        saturated.last = Some(now);
        let say = saturated.said.is_none_or(|said| now.duration_since(said) >= QUIET);
        if say {
            saturated.said = Some(now);
        }
        say
    }

    fn turn_away(&self, address: IpAddr, cap: usize) {
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        if self.saturate() {
            tracing::warn!(
                listener = self.name,
                %address,
                cap,
                refused,
                "an address has as many connections as one may have; more are closed (limits.connections_per_address)"
            );
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inner.open.fetch_sub(1, Ordering::Relaxed);
        let Some((neighbour, _)) = self.neighbour else { return };
        let mut taken = self.inner.taken.lock();
        if let Some(share) = taken.get_mut(&neighbour) {
            share.open = share.open.saturating_sub(1);
            if share.open == 0 {
                taken.remove(&neighbour);
            }
        }
    }
}
