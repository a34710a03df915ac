//! Refusals of anonymous requests. An anonymous client can send them without end, and every answer is recorded. So
//! repeats are folded into one record with their count, long paths are cut, and the reserve of disk space is not used for
//! them.
//!
//! A folded record holds the number of repeats and a sample: the last of them, with its answer. It is written when its
//! window is over. A process that is killed loses the counts of the open windows; the first refusal of each has its own
//! record.

use countersign_evidence::{Decided, DiskSpace, Effect, Folded, FoldedOver};
use countersign_names::{Action, ApplicationName, DecisionId, PolicyId, Principal, Timestamp};
use countersign_policy::Items;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long repeats are folded into one record.
pub const WINDOW: Duration = Duration::from_secs(60);

/// Maximum number of windows that distinguish addresses.
const BY_ADDRESS: usize = 4_096;

/// Maximum number of windows; beyond it, new kinds of refusals are only counted. It limits the memory: a window holds one
/// record.
const WINDOWS: usize = 8_192;

/// Maximum length of the path, in bytes, in the record of an anonymous request.
const LONGEST_ITEM: usize = 256;

/// The refusals of anonymous requests that are not recorded yet.
#[derive(Default)]
pub struct UnauthenticatedRefusals {
    windows: Mutex<HashMap<RefusalKey, FoldingWindow>>,
    folded: AtomicU64,
    dropped: AtomicU64,
}

/// Identifies the refusals that are folded together.
#[derive(PartialEq, Eq, Hash)]
enum RefusalKey {
    /// The refusals of one address, or of all unknown addresses if `None`.
    Address(RefusedRequest, Option<IpAddr>),
    /// The refusals of all addresses.
    Application(RefusedRequest),
    /// All refusals.
    Everybody,
}

/// The application, the action and the policies that refused.
type RefusedRequest = (ApplicationName, Action, Vec<PolicyId>);

/// The repeats with one key so far.
struct FoldingWindow {
    /// The id of the decision that each of them is told; its record represents theirs.
    id: DecisionId,
    over: FoldedOver,
    since: Timestamp,
    first: Timestamp,
    count: u64,
    sample: Option<Decided>,
}

/// How a refusal is recorded.
pub struct NotedRefusal {
    /// The id of the decision whose record represents it.
    pub id: DecisionId,
    /// The records to write now.
    pub record: Vec<Decided>,
}

/// The numbers of refusals of anonymous requests without a record of their own, since the process started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalCounts {
    /// Refusals that are counted in the record of similar ones.
    pub folded: u64,
    /// Refusals that are only counted, or were lost with a record that could not be stored.
    pub dropped: u64,
}

/// Returns whether the principal is unknown. A session that has just ended still identifies the person who was refused.
pub fn is_anonymous(decided: &Decided) -> bool {
    decided.principal == Principal::Anonymous && decided.session.is_none()
}

/// Returns whether a record of an anonymous request is of a refusal.
pub fn is_refusal(decided: &Decided) -> bool {
    decided.effect == Effect::Deny && decided.enforced
}

/// Cuts a long path in the record of an anonymous request, unless a policy read it.
pub fn trim(decided: &mut Decided, reads: Items) {
    if is_anonymous(decided) && !reads.has(Items::ITEM) {
        decided.cut_item(LONGEST_ITEM);
    }
}

impl UnauthenticatedRefusals {
    /// Notes a refusal: the first of its kind in a window is recorded, a repeat is counted.
    pub fn note(&self, decided: Decided, space: DiskSpace) -> NotedRefusal {
        let mut windows = self.windows.lock();
        let over = match (space, windows.len()) {
            (DiskSpace::Reserved, _) | (_, WINDOWS..) => FoldedOver::Everybody,
            (DiskSpace::Low, _) | (DiskSpace::Enough, BY_ADDRESS..) => FoldedOver::Application,
            (DiskSpace::Enough, _) => FoldedOver::Address,
        };
        let mut record = Vec::new();
        let key = RefusalKey::of(&decided, over);
        if windows.get(&key).is_some_and(|window| window.is_over(decided.at)) {
            record.extend(windows.remove(&key).and_then(FoldingWindow::end));
        }
        if let Some(window) = windows.get_mut(&key) {
            self.count(over);
            let id = window.id;
            window.add(decided);
            return NotedRefusal { id, record };
        }
        let id = decided.id;
        let mut window =
            FoldingWindow { id, over, since: decided.at, first: decided.at, count: 0, sample: None };
        // For refusals of everybody, not even the first is recorded: only the count and one sample, at the end.
        if over == FoldedOver::Everybody {
            self.count(over);
            window.add(decided);
        } else {
            record.push(decided);
        }
        windows.insert(key, window);
        NotedRefusal { id, record }
    }

    /// Ends the windows that are over at `now` and returns their records.
    pub fn ended(&self, now: Timestamp) -> Vec<Decided> {
        let mut windows = self.windows.lock();
        windows.extract_if(|_, window| window.is_over(now)).filter_map(|(_, window)| window.end()).collect()
    }

    /// Ends all windows and returns their records.
    pub fn all(&self) -> Vec<Decided> {
        self.windows.lock().drain().filter_map(|(_, window)| window.end()).collect()
    }

    /// Counts the repeats of a record that could not be stored.
    pub fn lost(&self, record: &Decided) {
        let count = record.folded.map_or(1, |folded| folded.count);
        self.dropped.fetch_add(count, Ordering::Relaxed);
        metrics::counter!("countersign_strangers_dropped_total").increment(count);
    }

    /// Returns how many refusals have no record of their own.
    pub fn counted(&self) -> RefusalCounts {
        RefusalCounts {
            folded: self.folded.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
        }
    }

    fn count(&self, over: FoldedOver) {
        if over == FoldedOver::Everybody {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            metrics::counter!("countersign_strangers_dropped_total").increment(1);
        } else {
            self.folded.fetch_add(1, Ordering::Relaxed);
            metrics::counter!("countersign_strangers_folded_total").increment(1);
        }
    }
}

impl RefusalKey {
    fn of(decided: &Decided, over: FoldedOver) -> Self {
        let request = || (decided.application.clone(), decided.action, decided.reasons.clone());
        let address = decided.place.as_ref().map(|place| neighbour(place.address));
        match over {
            FoldedOver::Address => Self::Address(request(), address),
            FoldedOver::Application => Self::Application(request()),
            FoldedOver::Everybody => Self::Everybody,
        }
    }
}

impl FoldingWindow {
    fn is_over(&self, now: Timestamp) -> bool {
        now.since(self.since) >= WINDOW
    }

    fn add(&mut self, mut decided: Decided) {
        if self.count == 0 {
            self.first = decided.at;
        }
        self.count += 1;
        // A part of a path that a policy read is not cut, and a path may be as long as a request's head.
        decided.shorten();
        self.sample = Some(decided);
    }

    fn end(self) -> Option<Decided> {
        let folded = Folded { count: self.count, first: self.first, over: self.over };
        let sample = self.sample?;
        // For refusals of everybody this is the only record, so it has the id that they were told.
        let id = if self.over == FoldedOver::Everybody { self.id } else { sample.id };
        Some(Decided { id, folded: Some(folded), ..sample })
    }
}

/// Groups addresses: an IPv4 address, or an IPv6 /64, which is what one household or machine is assigned.
fn neighbour(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests;
