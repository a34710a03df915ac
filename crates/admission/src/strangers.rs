//! Refusals of people who are not signed in. A stranger can ask without end, and every answer is recorded: so repeats are
//! folded into one record with their number, long paths are cut, and the reserve of disk space is not for strangers.
//!
//! A folded record holds the number of repeats and a sample: the last of them, as it was asked and answered. It is
//! written when its window is over. A process that is killed loses the numbers of the open windows; the first
//! refusal of each has been recorded by itself.

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

/// Maximum number of windows that tell addresses apart.
const BY_ADDRESS: usize = 4_096;

/// Maximum number of windows; beyond it, new kinds of refusals are only counted. It bounds the memory: a window holds one
/// record.
const WINDOWS: usize = 2 * BY_ADDRESS;

/// Longest path, in bytes, in the record of a stranger.
const LONGEST_ITEM: usize = 256;

/// The refusals of strangers that are not recorded yet.
#[derive(Default)]
pub struct Strangers {
    windows: Mutex<HashMap<RefusalKey, FoldingWindow>>,
    folded: AtomicU64,
    dropped: AtomicU64,
}

/// Identifies the refusals that are folded together.
#[derive(PartialEq, Eq, Hash)]
enum RefusalKey {
    /// Those of one address; of all unknown addresses, if `None`.
    Address(RefusedRequest, Option<IpAddr>),
    /// Those of every address.
    Application(RefusedRequest),
    /// All of them.
    Everybody,
}

/// The application, the action and the policies that refused.
type RefusedRequest = (ApplicationName, Action, Vec<PolicyId>);

/// The repeats with one key so far.
struct FoldingWindow {
    /// The decision that each of them is told, whose record stands for theirs.
    id: DecisionId,
    over: FoldedOver,
    since: Timestamp,
    first: Timestamp,
    count: u64,
    sample: Option<Decided>,
}

/// What becomes of the record of a refusal.
pub struct NotedRefusal {
    /// The decision whose record stands for it.
    pub id: DecisionId,
    /// The records to write now.
    pub record: Vec<Decided>,
}

/// How many refusals of strangers have no record of their own, since the process began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrangersCounted {
    /// Those that are counted in a record of others like them.
    pub folded: u64,
    /// Those of which only the number is recorded, or was lost with a record that could not be kept.
    pub dropped: u64,
}

/// Returns whether nobody is known to have asked. A session that has just ended still says whose access was refused.
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

impl Strangers {
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
        // Of everybody's not even the first is recorded: the number and one sample are, at the end.
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

    /// Counts the repeats of a record that could not be kept.
    pub fn lost(&self, record: &Decided) {
        let count = record.folded.map_or(1, |folded| folded.count);
        self.dropped.fetch_add(count, Ordering::Relaxed);
        metrics::counter!("countersign_strangers_dropped_total").increment(count);
    }

    /// Returns how many refusals have no record of their own.
    pub fn counted(&self) -> StrangersCounted {
        StrangersCounted {
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
        // What a policy read of a path is not cut, and a path may be as long as a request's head.
        decided.shorten();
        self.sample = Some(decided);
    }

    fn end(self) -> Option<Decided> {
        let folded = Folded { count: self.count, first: self.first, over: self.over };
        let sample = self.sample?;
        // Of everybody's this is the only record, so it is the one that they were told.
        let id = if self.over == FoldedOver::Everybody { self.id } else { sample.id };
        Some(Decided { id, folded: Some(folded), ..sample })
    }
}

/// The addresses that count as one: an IPv4 address, or an IPv6 /64, which is what one household or machine is given.
fn neighbour(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests;
